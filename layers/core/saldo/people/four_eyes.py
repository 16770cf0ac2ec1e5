"""The four-eyes rule: what one person orders above a limit, another must agree to.

It holds for people. What an ERP or a command line orders was decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, Forbidden, Invalid, NotFound
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.people.approval import (
    Approval,
    ApprovalKind,
    ApprovalState,
    FourEyesRule,
    OrderedAlone,
    approval_id,
    limit_text,
)
from saldo.store import CommitConflict, Put, Store

LISTED_MAX: Final = 200
_PAGE: Final = 50
_ATTEMPTS_MAX: Final = 5
_DAY_KEPT: Final = timedelta(days=3)


class SecondPersonNeeded(Conflict):
    """The amount is above what one person may order; it waits for another to agree."""

    code = "second-person-needed"


class ApprovalUnknown(NotFound):
    """Nothing of that id waits to be approved."""

    code = "approval-unknown"


class ApprovalOver(Conflict):
    """It was decided before, or nobody decided in time."""

    code = "approval-over"


class OwnApproval(Forbidden):
    """Who asked cannot be the second person."""

    code = "own-approval"


class LimitNotValid(Invalid):
    """A limit is an amount of zero or more, or none."""

    code = "limit-not-valid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person orders. `id` makes a repeat safe; `order` is the body that the API takes."""

    creditor: str
    kind: ApprovalKind
    id: str
    account: str
    subject: str
    amount_minor: int
    currency: str
    reason: str
    by: str
    order: dict[str, Any] = field(hash=False)


class FourEyes:
    """Lets orders through or keeps them for a second person."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def rule(self, creditor: str) -> FourEyesRule:
        """Return what holds at a creditor."""
        return self._store.get(FourEyesRule, creditor) or FourEyesRule(creditor)

    def set_rule(
        self,
        creditor: str,
        *,
        write_off_minor: int | None,
        refund_minor: int | None,
        credit_limit_minor: int | Literal["kept"] | None = "kept",
        by: str,
    ) -> FourEyesRule:
        """Say above which amounts a second person is needed, for orders from now on.

        Raises LimitNotValid.
        """
        old = self.rule(creditor)
        raised = old.credit_limit_minor if credit_limit_minor == "kept" else credit_limit_minor
        limits = (write_off_minor, refund_minor, raised)
        if any(limit is not None and limit < 0 for limit in limits):
            raise LimitNotValid("A limit is zero or more; without one nobody is asked.")
        new = FourEyesRule(creditor, write_off_minor, refund_minor, raised, old.version + 1)
        now = self._clock.now()
        told = event(
            self._ids.ulid(now),
            now,
            "approval.limits_set",
            creditor,
            WHOLE_CREDITOR,
            write_off=limit_text(write_off_minor),
            refund=limit_text(refund_minor),
            credit_limit=limit_text(raised),
            by=by,
        )
        self._store.commit([Put(new, expect=None), Put(told)])
        return new

    def check(self, wanted: Wanted) -> None:
        """Let an order through that one person may give, or that another agreed to.

        Raises SecondPersonNeeded, and keeps the order, or ApprovalOver for one that was declined,
        that nobody decided in time, or that was agreed to for something else. One read where there
        is no limit.
        """
        limit = self.rule(wanted.creditor).limit_of(wanted.kind)
        if limit is None:
            return
        id_ = approval_id(wanted.creditor, wanted.kind, wanted.id)
        known = self._store.get(Approval, wanted.creditor, id_)
        if known is None and self._fits(wanted, limit):
            return
        if known is None:
            known = self._ask(wanted, id_)
        is_same = _about(known) == _about(wanted)
        if is_same and (known.state == "granted" or _is_repeated(known)):
            return
        if is_same and known.waits(self._clock.now()):
            raise SecondPersonNeeded("This is above your limit: it waits for another to agree.")
        raise ApprovalOver("This order was decided before. Give it anew.")

    def of(self, creditor: str, id_: str) -> Approval:
        """Return what was asked; raise ApprovalUnknown."""
        found = self._store.get(Approval, creditor, id_)
        if found is None:
            raise ApprovalUnknown("Nothing of that id waits to be approved.")
        return found

    def open(self, creditor: str) -> list[Approval]:
        """Return what waits, the oldest first, LISTED_MAX at most (index)."""
        return list(islice(undecided(self._store, creditor, self._clock.now()), LISTED_MAX))

    def grant(self, creditor: str, id_: str, *, by: str) -> Approval:
        """Agree as the second person; what was granted and not carried out is granted again.

        Raises ApprovalUnknown, ApprovalOver or OwnApproval.
        """
        known = self.of(creditor, id_)
        if known.state == "granted":
            return known
        return self._decide(known, "granted", by, "", "approval.granted")

    def decline(self, creditor: str, id_: str, *, by: str, why: str) -> Approval:
        """Refuse as the second person, or take back as the first; raises as `grant` does."""
        return self._decide(self.of(creditor, id_), "declined", by, why, "approval.declined")

    def ended(self, approval: Approval, failure: str = "") -> Approval:
        """Write down that what was granted is carried out, or why the books refused it."""
        state: ApprovalState = "failed" if failure else "done"
        new = replace(approval, state=state, why=failure, version=approval.version + 1)
        try:
            self._store.commit([Put(new, expect=approval.version)])
        except CommitConflict:
            return self.of(*approval.key)  # somebody carried it out at the same moment
        return new

    def _decide(
        self, known: Approval, state: ApprovalState, by: str, why: str, told: EventType
    ) -> Approval:
        now = self._clock.now()
        if by == known.asked_by and state == "granted":
            raise OwnApproval("You asked for it: somebody else has to agree.")
        if not known.waits(now):
            raise ApprovalOver("This was decided before, or nobody decided in time.")
        new = replace(
            known,
            state=state,
            decided_by=by,
            decided_at=now,
            why=why,
            version=known.version + 1,
        )
        try:
            self._store.commit([Put(new, expect=known.version), self._told(told, new, by, why)])
        except CommitConflict:
            raise ApprovalOver("Somebody decided this just now.") from None
        return new

    def _ask(self, wanted: Wanted, id_: str) -> Approval:
        asked = Approval(
            wanted.creditor,
            id_,
            wanted.kind,
            wanted.account,
            wanted.subject,
            wanted.amount_minor,
            wanted.currency,
            wanted.reason,
            wanted.order,
            wanted.by,
            self._clock.now(),
            version=1,
        )
        told = self._told("approval.asked", asked, wanted.by, wanted.reason)
        try:
            self._store.commit([Put(asked), told])
        except CommitConflict:
            return self.of(wanted.creditor, id_)  # the same form was sent twice
        return asked

    def _fits(self, wanted: Wanted, limit: int) -> bool:
        """Tell whether an order stays within what its person may give alone today, and count it.

        An order that is counted and then refused by the books still counts: that errs on the side
        of asking.
        """
        if wanted.kind == "credit-limit":
            return wanted.amount_minor <= limit  # it is the whole of it, not one more of many
        now = self._clock.now()
        creditor = self._store.get(Creditor, wanted.creditor)
        if creditor is None:
            raise CreditorUnknown(f"There is no creditor {wanted.creditor!r}.")
        day = local_day(now, creditor.time_zone).isoformat()
        key = (
            wanted.creditor,
            wanted.account,
            wanted.kind,
            wanted.currency,
            wanted.by,
            day,
        )
        for _ in range(_ATTEMPTS_MAX):
            found = self._store.get(OrderedAlone, *key)
            old = found or OrderedAlone(*key[:2], wanted.kind, *key[3:], {}, now + _DAY_KEPT)
            # The same order with a smaller amount is refused by the books and makes no room here.
            counted = max(wanted.amount_minor, old.amounts.get(wanted.id, 0))
            amounts = {**old.amounts, wanted.id: counted}
            if sum(amounts.values()) > limit:
                return False
            new = replace(old, amounts=amounts, version=old.version + 1)
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                continue
            return True
        return False

    def _told(self, type_: EventType, approval: Approval, by: str, why: str) -> Put:
        now = self._clock.now()
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                approval.creditor,
                approval.account,
                approval=approval.id,
                kind=approval.kind,
                subject=approval.subject,
                amount=format_amount(approval.amount_minor, approval.currency),
                currency=approval.currency,
                reason=why,
                by=by,
            )
        )


def _about(order: Wanted | Approval) -> tuple[str, str, int, str]:
    """Return what an agreement is about: for anything else it is none."""
    return (order.account, order.subject, order.amount_minor, order.currency)


def _is_repeated(known: Approval) -> bool:
    """Tell whether an order that was carried out may be given again: the books know its id and do
    nothing twice. A credit limit they would set anew, whatever was decided about it since.
    """
    return known.state == "done" and known.kind != "credit-limit"


def undecided(store: Store, creditor: str, now: datetime) -> Iterator[Approval]:
    """Yield what waits at `now`, or was granted and is not carried out, the oldest first (index).

    What nobody decided in time stands in the index for a while yet: it is passed over, however much
    of it there is.
    """
    keys = store.work(Approval, "approval", creditor, now)
    while page := list(islice(keys, _PAGE)):
        found = store.get_many(Approval, page)
        there = (found[key] for key in page if key in found)
        yield from (one for one in there if one.waits(now) or one.state == "granted")
