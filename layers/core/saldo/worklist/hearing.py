"""What the bus tells: whose items are derived anew, and what is counted for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor
from saldo.credit.model import CreditSheet
from saldo.events import OPEN_ITEM_EVENTS
from saldo.store import Store
from saldo.worklist import payouts
from saldo.worklist.effort import COUNTED, Efforts
from saldo.worklist.facts import limits_of, needs_sums
from saldo.worklist.keep import WorkKeeper
from saldo.worklist.model import NOBODY, SECTION_LATER, SECTION_NOW, WorkItem, WorkPlace, WorkTally
from saldo.worklist.signals import SIGNALLED, note, tidy

OF_ACCOUNTS: Final = frozenset(
    {
        "account.changed",
        "account.steered",
        "account.corrected",
        "account.behaviour_changed",
        "contact.disowned",
        "thread.asked",
        "thread.answered",
        "thread.closed",
        "thread.reopened",
        "thread.assigned",
        "notice.sent",
        "notice.delivered",
        "notice.failed",
        "notice.bounced",
        "notice.complained",
        "plan.agreed",
        "plan.missed",
        "plan.finished",
        "plan.cancelled",
        "plan.proposed",
        "promise.given",
        "promise.kept",
        "promise.part_kept",
        "promise.broken",
        "promise.withdrawn",
        "paid_claim.made",
        "paid_claim.confirmed",
        "paid_claim.unfounded",
        "paid_claim.withdrawn",
        "dispute.opened",
        "dispute.settled",
        "dispute.rejected",
        "dispute.withdrawn",
        "dispute.overdue",
        "dispute.assigned",
        "case.opened",
        "case.changed",
        "task.opened",
        "task.closed",
        "desk.changed",
        "work.rules_changed",
        "erp_order.taken",
        "limit.changed",
        "limit.declined",
        "limit.exceeded",
        "limit.proposed",
        "limit.restored",
        "terms.declined",
        "terms.proposed",
        "terms.restored",
        "terms.shortened",
        *SIGNALLED,
        "privacy.erasure_asked",
        "privacy.lifted",
    }
)
"""Facts that make, change or end items of an account."""

OF_MONEY: Final = OPEN_ITEM_EVENTS
"""Facts that change what stands open: they matter where there is an item, a limit, or an address
that does not work. Most accounts have none, and cost three small reads."""

OF_CREDITORS: Final = frozenset(
    {
        "payment.unmatched",
        "bank_statement.taken",
        "bank_entry.booked",
        "bank_entry.matched",
        "bank_entry.reversed",
        "bank_entry.returned",
        "sending.stopped",
        "sending.resumed",
        "connection.changed",
        "mail.received",
        "mail.filed",
        "mail.closed",
        "approval.asked",
        "approval.granted",
        "approval.declined",
    }
)
"""Facts about the creditor as a whole, whatever account they stand on."""

HEARD: Final = OF_ACCOUNTS | OF_MONEY | OF_CREDITORS | COUNTED | {payouts.TOLD}

_FOR_EVERYBODY: Final = frozenset({"desk.changed", "work.rules_changed"})
"""Of the creditor as a whole they change every list."""

_CLEARING: Final = frozenset({"erp_order.taken", "notice.sent", "notice.delivered"})
"""Events after which a sign may be of nothing any more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as the bus tells it."""

    type: str
    creditor: str
    account: str
    id: str
    at: datetime
    data: dict[str, Any] = field(hash=False)


class WorkHearing:
    """Brings the list up to date after a fact. It reads the books anew, so that facts may come in
    any order and more than once.
    """

    def __init__(self, store: Store, keeper: WorkKeeper, efforts: Efforts) -> None:
        self._store, self._keeper, self._efforts = store, keeper, efforts

    def hear(self, fact: Heard, derived: set[tuple[str, str]] | None = None) -> int:
        """Take one fact; return how many items changed.

        `derived` are accounts that were derived since the fact is known to have happened; whoever
        takes several facts keeps it. Raises WorkBusy or EffortBusy.
        """
        creditor = fact.creditor
        if fact.type == payouts.TOLD:
            told = payouts.note_payout(self._store, fact.at, fact.data)
            return sum(self._keeper.derive(one, WHOLE_CREDITOR) for one in told)
        if fact.type in COUNTED:
            self._count(fact)
        if fact.type == "work.done" and payouts.looked_into(
            self._store, creditor, str(fact.data["item"])
        ):
            return self._keeper.derive(creditor, WHOLE_CREDITOR)
        if fact.type in SIGNALLED:
            note(self._store, fact.type, creditor, fact.account, fact.at, fact.data)
        elif fact.type in _CLEARING:
            tidy(self._store, creditor, fact.account)
        place = self.place_of(fact.type, fact.account)
        if place is None or (derived is not None and (creditor, place) in derived):
            return 0
        if fact.type in OF_MONEY and not self._matters(creditor, place):
            return 0
        if fact.type in _FOR_EVERYBODY and place == WHOLE_CREDITOR:
            return sum(self._keeper.derive(creditor, one) for one in self.listed(creditor))
        changed = self._keeper.derive(creditor, place)
        if derived is not None:
            derived.add((creditor, place))
        return changed

    def _count(self, fact: Heard) -> None:
        owner = self._store.get(Creditor, fact.creditor)
        if owner is not None:
            self._efforts.count(
                fact.type, fact.creditor, fact.id, fact.at, fact.data, owner.time_zone
            )

    @staticmethod
    def place_of(type_: str, account: str) -> str | None:
        """Return whose items a fact may change: an account, "~", or None for nobody's."""
        if type_ in OF_CREDITORS:
            return WHOLE_CREDITOR
        if type_ not in OF_ACCOUNTS | OF_MONEY:
            return None
        return WHOLE_CREDITOR if account.startswith(WHOLE_CREDITOR) else account

    def _matters(self, creditor: str, account: str) -> bool:
        if self._store.newest(WorkItem, creditor, account, limit=1):
            return True
        owner = self._store.get(Account, creditor, account)
        if owner is None:
            return False
        limits = limits_of(owner, self._store.get(CreditSheet, creditor, account))
        return needs_sums(owner, limits)

    def listed(self, creditor: str) -> Iterator[str]:
        """Yield every account that stands on a list of the creditor's, and the creditor itself."""
        seen = {WHOLE_CREDITOR}
        yield WHOLE_CREDITOR
        holders = {one.holder for one in self._store.list(WorkTally, creditor)} | {NOBODY}
        for holder in sorted(holders):
            for section in (SECTION_NOW, SECTION_LATER):
                places = list(self._store.list(WorkPlace, creditor, holder, section))
                for account in dict.fromkeys(place.item.account for place in places):
                    if account not in seen:
                        seen.add(account)
                        yield account
