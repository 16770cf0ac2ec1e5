"""Cases: invoices handed over to an agency, a bailiff, a lawyer or a court.

Our own notices stop; whoever has the case tells how it goes, any number of times. What reached them
is noted, not booked: money is booked when it comes to the creditor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from saldo.accounts.model import Creditor, Hold
from saldo.clock import Clock
from saldo.collection.common import (
    ATTEMPTS_MAX,
    CollectionBusy,
    end_hold,
    invoices_of,
    one_currency,
    owner_of,
)
from saldo.collection.facts import Case, CaseKind, CaseReport, CaseState
from saldo.collection.model import Plan
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import Money, format_amount
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

REPORTS_MAX: Final = 200

_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class CaseUnknown(NotFound):
    """There is no such case on this account."""

    code = "case-unknown"


class CaseInTheWay(Conflict):
    """One of the invoices was handed over already, in a case that is not over, or is in a plan that
    is being kept.
    """

    code = "case-in-the-way"


class CaseDiffers(Conflict):
    """The id was used before for a case with other contents."""

    code = "case-differs"


class CaseOver(Conflict):
    """The case has ended; nothing more can be told of it."""

    code = "case-over"


class CaseReportDiffers(Conflict):
    """A report of that id was taken before with other contents."""

    code = "case-report-differs"


class CasePaidNotValid(Invalid):
    """What was paid so far is missing, or less than was told before."""

    code = "case-paid-not-valid"


class CaseReportsFull(Conflict):
    """The case has as many reports as it can hold."""

    code = "case-reports-full"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is handed over, and to whom."""

    id: str
    invoices: tuple[str, ...]
    kind: CaseKind
    handed_to: str
    by: str
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What is told of a case: `paid_minor` is all that was paid so far, None for as much as before
    (or all, when the state is "paid").
    """

    id: str
    state: CaseState
    on: date
    by: str
    paid_minor: int | None = None
    text: str = ""
    reference: str = ""


class Cases:
    """Keeps cases."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def open(self, creditor: Creditor, order: HandOver) -> tuple[Case, bool]:
        """Hand invoices over, and tell whether that was new: the same again is answered.

        Raises InvoiceUnknown, AccountsMixed, CurrenciesMixed, NothingOwed, CaseInTheWay,
        CaseDiffers or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            invoices = invoices_of(self._store, creditor.id, order.invoices)
            account = invoices[0].account
            known = self._store.get(Case, creditor.id, account, order.id)
            if known is not None:
                same = (set(known.invoices), known.kind, known.handed_to) == (
                    set(order.invoices),
                    order.kind,
                    order.handed_to,
                )
                if not same:
                    raise CaseDiffers(
                        f"Case {order.id!r} was opened before with other contents."
                    ).at("/id")
                return known, False
            owner = owner_of(self._store, creditor.id, account)
            case = self._made(order, invoices)
            writes = self._writes(case, invoices)
            # Another case about these invoices would have woken the account, too.
            writes.append(Wake(creditor.id, account, case.opened_at, expect=owner.version))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue  # something was paid, or the same order came twice
            return case, True
        raise CollectionBusy("The invoices are just being changed; try again.")

    def opening(self, creditor: Creditor, order: HandOver) -> list[Write]:
        """Return the writes that hand invoices over, but for the wake-up of their account.

        For who hands over and checks the account in the same transaction. Raises as `open` does.
        """
        invoices = invoices_of(self._store, creditor.id, order.invoices)
        return self._writes(self._made(order, invoices), invoices)

    def of(self, creditor: str, account: str) -> list[Case]:
        """Return the cases of an account, oldest first, ended ones included."""
        found = self._store.list(Case, creditor, account)
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def open_of(self, creditor: str) -> Iterator[Case]:
        """Yield the cases of a creditor that are not over, oldest first (by an index that lags)."""
        for key in self._store.work(Case, "case", creditor, _FAR):
            found = self._store.get(Case, *key)
            if found is not None and not found.is_over:
                yield found

    def get(self, creditor: str, account: str, case: str) -> Case:
        """Return a case; raise CaseUnknown."""
        found = self._store.get(Case, creditor, account, case)
        if found is None:
            raise CaseUnknown(f"There is no case {case!r} on this account.")
        return found

    def require_over(self, creditor: str, account: str, invoice: str) -> None:
        """Make sure that nobody else still collects an invoice.

        Raises CaseInTheWay: two who remind of one debt at once are one too many.
        """
        for one in self._store.list(Case, creditor, account):
            if not one.is_over and invoice in one.invoices:
                raise CaseInTheWay(
                    f"{one.handed_to} has case {one.id!r}: tell that it was withdrawn first."
                ).told("collected", who=one.handed_to)

    def tell(self, creditor: str, account: str, case: str, status: Status) -> Case:
        """Take what is told of a case; the same report again is answered, not counted twice.

        Withdrawn, our own reminders resume. Paid or closed, they stay stopped: the money comes by
        the one who has the case, or a person decides (`Accounts.resume` with "legal-case").
        Raises CaseUnknown, CaseOver, CaseReportDiffers, CasePaidNotValid, CaseReportsFull or
        CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self.get(creditor, account, case)
            before = next((one for one in found.reports if one.id == status.id), None)
            if before is not None:
                _check_same(found, before, status)
                return found
            if found.is_over:
                raise CaseOver(f"Case {case!r} is {found.state}.").at("/state")
            if len(found.reports) >= REPORTS_MAX:
                raise CaseReportsFull(f"Case {case!r} has {REPORTS_MAX} reports.").at("/case")
            moved = self._moved(found, status)
            if self._tell(found, moved, status):
                return moved
        raise CollectionBusy("The case is just being changed; try again.")

    def _made(self, order: HandOver, invoices: Sequence[Invoice]) -> Case:
        currency = one_currency(invoices)
        first = invoices[0]
        numbers = tuple(one.number for one in invoices)
        for other in self._store.list(Case, first.creditor, first.account):
            taken = set(other.invoices) & set(numbers)
            if taken and not other.is_over:
                raise (
                    CaseInTheWay(f"Invoice {min(taken)!r} is in case {other.id!r}.")
                    .told(invoice=min(taken))
                    .at("/invoices")
                )
        self._check_no_plan(first.creditor, first.account, set(numbers))
        return Case(
            first.creditor,
            first.account,
            order.id,
            numbers,
            currency,
            sum(one.open_minor for one in invoices),
            order.kind,
            order.handed_to,
            "open",
            order.by,
            self._clock.now(),
            order.reason,
            order.reference,
            version=1,
        )

    def _check_no_plan(self, creditor: str, account: str, numbers: set[str]) -> None:
        """Nobody shall collect what the debtor pays by agreement, or is charged for."""
        for plan in self._store.list(Plan, creditor, account):
            taken = numbers.intersection(plan.invoices)
            if plan.state == "active" and taken:
                raise (
                    CaseInTheWay(f"Invoice {min(taken)!r} is in plan {plan.id!r}: end that first.")
                    .told("plan", invoice=min(taken))
                    .at("/invoices")
                )

    def _writes(self, case: Case, invoices: Sequence[Invoice]) -> list[Write]:
        first, *more = case.invoices
        hold = Hold(
            case.creditor,
            case.account,
            case.hold_id,
            "legal-case",
            first,
            f"{case.handed_to} has case {case.id}.",
            case.by,
            case.opened_at,
            more_invoices=tuple(more),
            about={"handed_to": case.handed_to, "case": case.id},
            version=1,
        )
        told = self._told(
            "case.opened",
            case,
            kind=case.kind,
            handed_to=case.handed_to,
            reason=case.reason,
            by=case.by,
        )
        return [
            Put(case),
            Put(hold),
            Put(told),
            *(Check(one, expect=one.version) for one in invoices),
        ]

    def _moved(self, case: Case, status: Status) -> Case:
        now = self._clock.now()
        paid_minor = _paid_minor(case, status)
        report = CaseReport(
            status.id, status.state, status.on, paid_minor, status.text, now, status.by
        )
        moved = replace(
            case,
            state=status.state,
            reference=status.reference or case.reference,
            paid_minor=paid_minor,
            reports=(*case.reports, report),
            version=case.version + 1,
        )
        return replace(moved, ended_at=now if moved.is_over else None)

    def _tell(self, old: Case, new: Case, status: Status) -> bool:
        now = self._clock.now()
        told = self._told(
            "case.changed",
            new,
            state=new.state,
            paid=format_amount(new.paid_minor, new.currency),
            on=status.on.isoformat(),
            text=status.text,
            by=status.by,
        )
        writes: list[Write] = [
            Put(new, expect=old.version),
            Put(told),
            Wake(old.creditor, old.account, now),
        ]
        if new.state == "withdrawn":
            key = (old.creditor, old.account, old.hold_id)
            writes += end_hold(self._store, key, status.by, now)
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        return True

    def _told(self, type_: EventType, case: Case, **more: Any) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            case.creditor,
            case.account,
            case=case.id,
            invoices=list(case.invoices),
            currency=case.currency,
            amount=format_amount(case.amount_minor, case.currency),
            **more,
        )


def _paid_minor(case: Case, status: Status) -> int:
    """Return all that was paid so far, in minor units; raise CasePaidNotValid."""
    if status.paid_minor is None:
        if status.state == "part-paid" and not case.paid_minor:
            raise CasePaidNotValid("Say what was paid so far.").at("/paid")
        return case.amount_minor if status.state == "paid" else case.paid_minor
    if status.paid_minor < case.paid_minor:
        before = format_amount(case.paid_minor, case.currency)
        raise (
            CasePaidNotValid(f"{before} {case.currency} were told before.")
            .told("less", before=Money(case.paid_minor, case.currency))
            .at("/paid")
        )
    return status.paid_minor


def _check_same(case: Case, before: CaseReport, status: Status) -> None:
    same_paid = status.paid_minor in (None, before.paid_minor)
    if not same_paid or (before.state, before.on) != (status.state, status.on):
        raise CaseReportDiffers(
            f"Report {status.id!r} on case {case.id!r} was taken before with other contents."
        ).at("/id")
