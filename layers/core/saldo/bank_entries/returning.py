"""The bank takes a payment back: a returned debit, a recalled or bounced transfer.

The payment is charged back the way a provider's is (`saldo.payments.chargebacks`): its invoices are
owed again, reminders resume, the payer is told. Then the bank's entry leaves suspense against it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.bank_entries.applying import end_holds, place_of
from saldo.bank_entries.model import BankEntry, Doing
from saldo.bank_entries.refusals import BankEntryBusy, ReturnNotPossible
from saldo.bank_entries.taking import entry_told
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.ledger.model import JournalEntry
from saldo.ledger.rules import bank_return_lines
from saldo.money import format_amount
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment
from saldo.payments.told import ChargebackTold
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX: Final = 8
_NO_REASON: Final = "The bank took the money back."


class Returning:
    """Books returns."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._chargebacks = Chargebacks(store, clock, ids)

    def check(self, entry: BankEntry, payment: Payment) -> None:
        """Raise ReturnNotPossible unless the entry can be the payment's return."""
        if entry.left_minor >= 0 or payment.state != "settled" or payment.taken_minor:
            raise ReturnNotPossible("Nothing that stands was taken by this entry.")
        is_other = payment.currency != entry.entry.currency
        if is_other or -entry.left_minor < payment.amount_minor:
            raise ReturnNotPossible("The bank took less than the payment brought.")

    def resume(self, key: tuple[str, ...]) -> BankEntry:
        """Go on with a return; return the entry as it is then. Raises BankEntryBusy."""
        for _ in range(_ATTEMPTS_MAX):
            entry = self._store.get(BankEntry, *key)
            assert entry is not None, "entries are never deleted"
            doing = entry.doing
            if doing is None or doing.kind != "return":
                return entry
            with suppress(CommitConflict):
                self._step(entry, doing)
        raise BankEntryBusy("The entry keeps changing; the rest is done later.")

    def _step(self, entry: BankEntry, doing: Doing) -> None:
        payment = self._store.get(Payment, entry.creditor, doing.payment_account, doing.payment)
        assert payment is not None, "looked at when it was decided"
        assert payment.provider_id is not None, "its money came"
        told = ChargebackTold(
            payment.provider,
            f"bank:{entry.id}",
            f"bank-return-{entry.id}",
            payment.provider_id,
            payment.id,
            "returned-debit",
            "taken",
            payment.amount_minor,
            payment.currency,
            self._clock.now(),
            entry.entry.return_reason or entry.entry.remittance[:200] or _NO_REASON,
        )
        self._chargebacks.told(told)
        self._end(entry, doing, payment)

    def _end(self, entry: BankEntry, doing: Doing, payment: Payment) -> None:
        now = self._clock.now()
        charge = -entry.left_minor - payment.amount_minor
        done = replace(
            entry, state="returned", left_minor=0, doing=None, holds=(),
            returns=payment.id, by=doing.by, reason=doing.reason, updated_at=now,
            version=entry.version + 1,
        )  # fmt: skip
        lines = bank_return_lines(entry.id, payment.provider, payment.amount_minor, charge)
        lines = tuple(line for line in lines if line.amount_minor)
        # Suspense was debited when the bank took the money, so it is credited now.
        self._store.commit(
            [
                Put(done, expect=entry.version),
                Put(
                    JournalEntry(
                        entry.creditor, place_of(self._store, entry), "bank-return", entry.id,
                        now.date(), entry.entry.currency, lines, now, doing.by, doing.reason,
                    )
                ),
                Put(
                    event(
                        self._ids.ulid(now),
                        now,
                        "bank_entry.returned",
                        entry.creditor,
                        WHOLE_CREDITOR,
                        **entry_told(entry),
                        payment=payment.id,
                        of_account=payment.account,
                        charge=format_amount(charge, payment.currency),
                        by=doing.by,
                        reason=doing.reason,
                    )
                ),
                *end_holds(self._store, entry, doing.by, now),
            ]
        )  # fmt: skip
