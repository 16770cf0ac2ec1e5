"""How things stand with what a pay link opens: what is open, on its way, agreed, paid, left over.

What decides is read strongly consistently; what is only shown may be a moment old (`saldo.once`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from saldo.accounts.model import Hold, HoldKind
from saldo.clock import Clock, local_day
from saldo.collection.model import Plan, plan_of
from saldo.invoices.model import Allocation, Credit, Invoice, OpenItem
from saldo.payments.designation import AgreedPart, Payable, payables
from saldo.payments.links import Opened
from saldo.payments.model import Payment
from saldo.store import Store

_ARRANGED: Final[frozenset[HoldKind]] = frozenset(
    {"payment-scheduled", "transfer-announced", "plan"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a payer may know and pay.

    `open_` is by due date; `payments` are the attempts that concern it, the oldest first; `holds`
    are the agreements to pay that keep reminders back today; `other_holds` keep them back for
    another reason, as a promise or a dispute does; `credits` is what is left of the account's
    money, by currency.
    """

    today: date
    open_: tuple[Payable, ...]
    payments: tuple[Payment, ...]
    holds: tuple[Hold, ...]
    credits: dict[str, int]
    other_holds: tuple[Hold, ...] = ()

    def held(self, number: str, kind: HoldKind) -> bool:
        """Tell whether reminders about an invoice are kept back today for this reason."""
        return any(
            hold.kind == kind and hold.holds(number, self.today)
            for hold in (*self.holds, *self.other_holds)
        )

    def rests_until(self, number: str) -> date | None:
        """Return the first day on which reminders about an invoice may go again, `date.max` where
        no day ends what keeps them back, None where nothing does. What is contested in part is
        reminded of for the rest.
        """
        ends = [
            hold.until or date.max
            for hold in (*self.holds, *self.other_holds)
            if hold.held_minor is None and hold.holds(number, self.today)
        ]
        return max(ends, default=None)

    def contested(self, number: str) -> Hold | None:
        """Return what says that an invoice, or a part of it, is contested, if it is."""
        found = (one for one in self.other_holds if one.kind == "dispute")
        return next((hold for hold in found if hold.holds(number, self.today)), None)

    def arrangement(self, number: str) -> Hold | None:
        """Return what was agreed about an invoice, if anything was."""
        return next((hold for hold in self.holds if hold.holds(number, self.today)), None)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment paid on one invoice, what was granted as cash discount with it, and what
    stands open on it now.
    """

    number: str
    allocated_minor: int
    open_minor: int
    discount_minor: int = 0


class Standings:
    """Reads how things stand."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(
        self, opened: Opened, without: str | None = None, *, newest: int | None = None
    ) -> Standing:
        """Return how things stand with what a link opens: one invoice, or the whole account;
        `without` a payment, as if it had never been tried. To show it, the `newest` payments are
        enough; to decide, all of them are read.
        """
        link = opened.link
        today = local_day(self._clock.now(), opened.account.time_zone)
        items = list(self._store.list(OpenItem, link.creditor, link.account))
        payments = [
            one for one in self._payments(link.creditor, link.account, newest) if one.id != without
        ]
        every = [
            hold
            for hold in self._store.list(Hold, link.creditor, link.account)
            if hold.ended_at is None
        ]
        holds = [hold for hold in every if hold.kind in _ARRANGED]
        others = tuple(hold for hold in every if hold.kind not in _ARRANGED)
        agreed = {item.number for item in items for hold in holds if hold.holds(item.number, today)}
        parts = self._parts(holds)
        open_ = [
            replace(
                one,
                part=parts.get(one.number),
                contested_minor=_contested_minor(one, others, today),
            )
            for one in payables(items, payments, agreed, today)
        ]
        if link.scope == "invoice":
            open_ = [one for one in open_ if one.number == link.invoice]
            payments = [payment for payment in payments if link.invoice in payment.invoices]
        left_over = self._credits(opened) if link.scope == "account" else {}
        return Standing(
            today, tuple(open_), tuple(payments), tuple(holds), left_over, other_holds=others
        )

    def _payments(self, creditor: str, account: str, newest: int | None) -> Iterable[Payment]:
        """Their ids are in the order of time."""
        if newest is None:
            return self._store.list(Payment, creditor, account)
        return reversed(self._store.newest(Payment, creditor, account, limit=newest))

    def paid(self, payment: Payment) -> list[Paid]:
        """Return what a payment paid so far, invoice by invoice: those that the payer designated,
        in their order, and then any others.
        """
        taken: dict[str, int] = {}
        granted: dict[str, int] = {}
        for one in self._store.list(Allocation, payment.creditor, payment.account, payment.source):
            if one.reversed_at is None:
                taken[one.invoice] = taken.get(one.invoice, 0) + one.parts.total
                granted[one.invoice] = granted.get(one.invoice, 0) + one.discount_minor
        open_now = {
            item.number: item.open_minor
            for item in self._store.list(OpenItem, payment.creditor, payment.account)
        }
        numbers = dict.fromkeys([*payment.invoices, *taken])
        return [Paid(n, taken.get(n, 0), open_now.get(n, 0), granted.get(n, 0)) for n in numbers]

    def _parts(self, holds: Iterable[Hold]) -> dict[str, AgreedPart]:
        """Return what the plans that are being kept ask for next, by invoice."""
        parts: dict[str, AgreedPart] = {}
        for hold in holds:
            if hold.kind != "plan":
                continue
            plan = self._store.get(Plan, hold.creditor, hold.account, plan_of(hold.id))
            if plan is None or plan.state != "active":
                continue
            owner = (hold.creditor, hold.account)
            invoices = self._store.get_many(Invoice, [(*owner, n) for n in plan.invoices])
            next_minor = plan.next_minor(plan.paid_minor(invoices.values()))
            parts |= dict.fromkeys(plan.invoices, AgreedPart(plan.id, next_minor))
        return parts

    def _credits(self, opened: Opened) -> dict[str, int]:
        left: dict[str, int] = {}
        for credit in self._store.list(Credit, opened.link.creditor, opened.link.account):
            if not credit.pending:  # what is being allocated is no credit to speak of
                left[credit.currency] = left.get(credit.currency, 0) + credit.open_minor
        return left


def _contested_minor(one: Payable, holds: Iterable[Hold], today: date) -> int:
    """Return how much of an invoice is contested: all that stands open where the whole is."""
    parts = [
        one.open_minor if hold.held_minor is None else hold.held_minor
        for hold in holds
        if hold.kind == "dispute" and hold.holds(one.number, today)
    ]
    return min(one.open_minor, sum(parts))
