"""The cost of a return is added to an invoice in the return's own transaction, and taken off it in
the one that takes the return back: never without the other, and never twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Account
from saldo.accounts.zones import day_at
from saldo.bank_entries.look import entry_that_brought
from saldo.bank_entries.model import BankAccount, BankEntry
from saldo.bank_entries.refusals import ReturnChargePaid
from saldo.bank_entries.return_charge import ReturnCharged, judge, taken_beside, was_debit
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Allocation, Invoice, NumberTaken
from saldo.ledger.charges import BY_RULE, FeeKind
from saldo.ledger.model import JournalEntry, Posting
from saldo.ledger.rules import charge_lines, reversed_lines
from saldo.money import format_amount
from saldo.payments.chargebacks import Beside
from saldo.payments.model import Payment
from saldo.store import Put, Store, Write

_FEE: Final[FeeKind] = "returned-debit-cost"
_NO_INVOICE: Final = ReturnCharged(
    missing="invoice", why="The payment was for no invoice that it could be added to."
)


class ReturnCharges:
    """Decides and books them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._invoices = InvoiceWrites(store, ids)

    def decide(self, entry: BankEntry, payment: Payment) -> ReturnCharged | None:
        """Say what the return of a payment by an entry costs its debtor; None by no rule."""
        bank = self._store.get(BankAccount, entry.creditor, entry.bank_account)
        debtor = self._store.get(Account, payment.creditor, payment.account)
        if bank is None or debtor is None:
            return None
        took_minor = taken_beside(entry.entry, -entry.entry.amount_minor - payment.amount_minor)
        by_debit = (
            was_debit(entry.entry) or payment.mandate is not None or self._came_by_debit(payment)
        )
        found = judge(
            bank.return_charge, debtor, entry.entry, took_minor, by_debit=by_debit,
            on=day_at(self._store, payment.creditor, self._clock.now()),
        )  # fmt: skip
        if found is None or not found.amount_minor:
            return found
        invoice = self._invoice_of(payment)
        return replace(found, invoice=invoice.number) if invoice is not None else _NO_INVOICE

    def add(self, id_: str, payment: Payment, charged: ReturnCharged, now: datetime) -> Beside:
        """Return what adds a charge, once per id; nothing where the invoice was withdrawn since."""
        old = self._store.get(Invoice, payment.creditor, payment.account, charged.invoice)
        if not charged.amount_minor or old is None or not _can_bear(old, payment):
            return Beside()
        lines = charge_lines(old.number, "costs", charged.amount_minor)
        amount = format_amount(charged.amount_minor, old.currency)
        return Beside(
            (
                Put(NumberTaken(old.creditor, "fee", id_, old.account)),
                *self._book(id_, old, charged.amount_minor, lines, charged.law, now),
            ),
            {"charge": amount, "charged_on": old.number},
        )

    def is_added(self, id_: str, creditor: str) -> bool:
        """Tell whether a charge of that id was booked."""
        return self._store.get(NumberTaken, creditor, "fee", id_) is not None

    def take_off(
        self, id_: str, payment: Payment, charged: ReturnCharged, reason: str, now: datetime
    ) -> Beside:
        """Return what takes a charge off again; raise ReturnChargePaid."""
        if not charged.amount_minor:
            return Beside()
        old = self.check_off(payment, charged)
        lines = reversed_lines(charge_lines(old.number, "costs", charged.amount_minor))
        return Beside(
            tuple(self._book(f"{id_}-undone", old, -charged.amount_minor, lines, reason, now))
        )

    def check_off(self, payment: Payment, charged: ReturnCharged) -> Invoice:
        """Return the invoice that bears a charge; raise ReturnChargePaid unless it is all open."""
        old = self._store.get(Invoice, payment.creditor, payment.account, charged.invoice)
        assert old is not None, "what was charged has its invoice"
        if old.parts.costs < charged.amount_minor:
            raise ReturnChargePaid(
                f"The charge for the return was paid with {old.number!r}: give it back first."
            )
        return old

    def _book(
        self,
        id_: str,
        old: Invoice,
        minor: int,
        lines: tuple[Posting, ...],
        ground: str,
        now: datetime,
    ) -> list[Write]:
        parts = replace(old.parts, costs=old.parts.costs + minor)
        changed = replace(old.with_parts(parts), charged_minor=old.charged_minor + minor)
        today = day_at(self._store, old.creditor, now)
        new = replace(
            changed,
            updated_at=now,
            version=old.version + 1,
            episode=old.episode + (1 if changed.is_open and not old.is_open else 0),
            closed_on=None if changed.is_open else (old.closed_on or today),
        )
        return [
            Put(
                JournalEntry(
                    old.creditor, old.account, "fee", id_, today, old.currency, lines, now,
                    BY_RULE, f"{_FEE}: {ground}",
                )
            ),
            *self._invoices.change(old, new, now),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "invoice.charged",
                    old.creditor,
                    old.account,
                    fact=id_,
                    kind="fee",
                    invoice=old.number,
                    currency=old.currency,
                    amount=format_amount(minor, old.currency),
                    open=format_amount(new.open_minor, old.currency),
                    reason=ground,
                    by=BY_RULE,
                    fee=_FEE,
                )
            ),
        ]  # fmt: skip

    def _came_by_debit(self, payment: Payment) -> bool:
        """Tell whether the entry that brought a payment was a debit of the company's own."""
        found = entry_that_brought(self._store, payment.creditor, payment.id)
        return found is not None and was_debit(found.entry)

    def _invoice_of(self, payment: Payment) -> Invoice | None:
        """Return the invoice that bears the charge: the first that the payment was for, or paid."""
        made = self._store.list(Allocation, payment.creditor, payment.account, payment.source)
        paid = sorted(made, key=lambda one: (one.allocated_at, one.invoice))
        numbers = dict.fromkeys((*payment.invoices, *(one.invoice for one in paid)))
        for number in numbers:
            found = self._store.get(Invoice, payment.creditor, payment.account, number)
            if found is not None and _can_bear(found, payment):
                return found
        return None


def _can_bear(invoice: Invoice, payment: Payment) -> bool:
    return invoice.currency == payment.currency and invoice.withdrawn is None
