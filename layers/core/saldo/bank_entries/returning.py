"""The bank takes a payment back: a returned debit, a recalled or bounced transfer.

The payment is charged back the way a provider's is (`saldo.payments.chargebacks`): its invoices are
owed again, reminders resume, the payer is told; what it cost is charged on where a rule and the law
say so (`return_charge`). Then the bank's entry leaves suspense against it. All of it can be taken
back: then the payment stands again, and the entry waits.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.zones import day_at
from saldo.bank_entries.applying import end_holds, place_of
from saldo.bank_entries.model import BankEntry, Doing
from saldo.bank_entries.refusals import (
    BankEntryBusy,
    MoneyUsed,
    ReturnChargePaid,
    ReturnNotPossible,
)
from saldo.bank_entries.return_booking import ReturnCharges
from saldo.bank_entries.return_charge import ReturnCharged
from saldo.bank_entries.taking import entry_told
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import bank_return_lines, reversed_lines
from saldo.matching.returns import RETURN_CHARGES_MINOR_MAX
from saldo.money import format_amount
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.look import find_payment
from saldo.payments.model import Payment, Refund
from saldo.payments.reversals import where_it_stands
from saldo.payments.told import ChargebackTold
from saldo.store import CommitConflict, Put, Store

_NOTHING: Final = ReturnCharged()
ChargebackState = Literal["taken", "reversed"]

_ATTEMPTS_MAX: Final = 8
_NO_REASON: Final = "The bank took the money back."


class Returning:
    """Books returns."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._chargebacks = Chargebacks(store, clock, ids)
        self._charges = ReturnCharges(store, clock, ids)

    def doing(self, entry: BankEntry, payment: Payment, grounds: Grounds) -> Doing:
        """Return what is written down of a return before it is booked."""
        payment = where_it_stands(payment)
        return Doing(
            "return", grounds.by, grounds.reason, self._clock.now(), payment=payment.id,
            payment_account=payment.account, charged=self._charges.decide(entry, payment),
        )  # fmt: skip

    def undoing(self, entry: BankEntry, grounds: Grounds) -> Doing:
        """Return what is written down before a return is taken back.

        Raises ReturnChargePaid where its charge was paid, MoneyUsed where the payment's money moved
        otherwise since.
        """
        payment = where_it_stands(find_payment(self._store, entry.creditor, entry.returns).payment)
        refunds = self._store.list(Refund, payment.creditor, payment.account)
        refunded = any(one.payment == payment.id and one.state != "failed" for one in refunds)
        if payment.taken_minor != payment.amount_minor or refunded:
            raise MoneyUsed("Some of the payment's money was refunded or given again since.")
        if entry.charged is not None and entry.charged.amount_minor:
            self._charges.check_off(payment, entry.charged)
        return Doing(
            "unreturn", grounds.by, grounds.reason, self._clock.now(), payment=payment.id,
            payment_account=payment.account,
        )  # fmt: skip

    def check(self, entry: BankEntry, payment: Payment) -> None:
        """Raise ReturnNotPossible unless the entry can be the payment's return."""
        if entry.left_minor >= 0 or payment.state != "settled" or payment.taken_minor:
            raise ReturnNotPossible("Nothing that stands was taken by this entry.")
        is_other = payment.currency != entry.entry.currency
        beyond = -entry.left_minor - payment.amount_minor
        if is_other or beyond < 0:
            raise ReturnNotPossible("The bank took less than the payment brought.")
        told = sum(abs(one.amount_minor) for one in entry.entry.charges)
        if beyond > max(RETURN_CHARGES_MINOR_MAX, told):
            raise ReturnNotPossible(
                "The bank took more than the payment brought and a return costs."
            )

    def resume(self, key: tuple[str, ...]) -> BankEntry:
        """Go on with a return, or with taking one back; return the entry as it is then.

        Raises BankEntryBusy or ReturnChargePaid.
        """
        for _ in range(_ATTEMPTS_MAX):
            entry = self._store.get(BankEntry, *key)
            assert entry is not None, "entries are never deleted"
            doing = entry.doing
            if doing is None or doing.kind not in ("return", "unreturn"):
                return entry
            with suppress(CommitConflict):
                if doing.kind == "return":
                    self._take_back(entry, doing)
                else:
                    self._give_again(entry, doing)
        raise BankEntryBusy("The entry keeps changing; the rest is done later.")

    def _take_back(self, entry: BankEntry, doing: Doing) -> None:
        payment = self._payment(entry, doing)
        charged, fee = doing.charged or _NOTHING, _fee_id(entry)
        told = self._told(entry, payment, "taken")
        self._chargebacks.told(told, lambda at: self._charges.add(fee, payment, charged, at))
        kept = doing.charged
        if charged.amount_minor and not self._charges.is_added(fee, entry.creditor):
            kept = ReturnCharged(missing="invoice", why="The invoice was withdrawn meanwhile.")
        self._end(entry, doing, payment, kept)

    def _give_again(self, entry: BankEntry, doing: Doing) -> None:
        """Let the payment stand again. Raises CommitConflict or ReturnChargePaid."""
        payment = self._payment(entry, doing)
        charged, fee = entry.charged or _NOTHING, _fee_id(entry)
        told = self._told(entry, payment, "reversed", doing.reason)
        try:
            self._chargebacks.told(
                told, lambda at: self._charges.take_off(fee, payment, charged, doing.reason, at)
            )
        except ReturnChargePaid:  # just now: the return stands, and nothing is left to go on with
            stands = replace(entry, doing=None, version=entry.version + 1)
            self._store.commit([Put(stands, expect=entry.version)])
            raise
        self._wait_again(entry, doing, payment)

    def _told(
        self, entry: BankEntry, payment: Payment, state: ChargebackState, reason: str = ""
    ) -> ChargebackTold:
        assert payment.provider_id is not None, "its money came"
        said = entry.entry.return_reason or entry.entry.remittance[:200] or _NO_REASON
        return ChargebackTold(
            payment.provider,
            f"bank:{_numbered(entry)}" if state == "taken" else f"bank:{_numbered(entry)}:again",
            f"bank-return-{_numbered(entry)}",
            payment.provider_id,
            payment.id,
            "returned-debit",
            state,
            payment.amount_minor,
            payment.currency,
            self._clock.now(),
            reason or said,
        )

    def _payment(self, entry: BankEntry, doing: Doing) -> Payment:
        # Money that was moved here from suspense is kept elsewhere.
        return where_it_stands(find_payment(self._store, entry.creditor, doing.payment).payment)

    def _end(
        self, entry: BankEntry, doing: Doing, payment: Payment, charged: ReturnCharged | None
    ) -> None:
        now = self._clock.now()
        charge = -entry.left_minor - payment.amount_minor
        done = replace(
            entry, state="returned", left_minor=0, doing=None, holds=(),
            returns=payment.id, by=doing.by, reason=doing.reason, charged=charged, updated_at=now,
            version=entry.version + 1,
        )  # fmt: skip
        lines = bank_return_lines(entry.id, payment.provider, payment.amount_minor, charge)
        # Suspense was debited when the bank took the money, so it is credited now.
        self._store.commit(
            [
                Put(done, expect=entry.version),
                self._journal("bank-return", entry, doing, lines, now),
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
                        **_charge_told(charged, payment.currency),
                        by=doing.by,
                        reason=doing.reason,
                    )
                ),
                *end_holds(self._store, entry, doing.by, now),
            ]
        )

    def _wait_again(self, entry: BankEntry, doing: Doing, payment: Payment) -> None:
        now = self._clock.now()
        left_minor = entry.entry.amount_minor
        waits = replace(
            entry, state="open", left_minor=left_minor, doing=None, returns="", proposal=None,
            charged=None, returns_undone=entry.returns_undone + 1, by=doing.by,
            reason=doing.reason, updated_at=now, version=entry.version + 1,
        )  # fmt: skip
        charge = -left_minor - payment.amount_minor
        lines = reversed_lines(
            bank_return_lines(entry.id, payment.provider, payment.amount_minor, charge)
        )
        self._store.commit(
            [
                Put(waits, expect=entry.version),
                self._journal("bank-entry-undone", entry, doing, lines, now),
                Put(
                    event(
                        self._ids.ulid(now),
                        now,
                        "bank_entry.reversed",
                        entry.creditor,
                        WHOLE_CREDITOR,
                        **entry_told(entry),
                        accounts=[payment.account],
                        left=format_amount(left_minor, entry.entry.currency),
                        by=doing.by,
                        reason=doing.reason,
                    )
                ),
            ]
        )

    def _journal(
        self,
        cause: CauseKind,
        entry: BankEntry,
        doing: Doing,
        lines: tuple[Posting, ...],
        now: datetime,
    ) -> Put:
        return Put(
            JournalEntry(
                entry.creditor, place_of(self._store, entry), cause, _numbered(entry),
                day_at(self._store, entry.creditor, now), entry.entry.currency, lines, now,
                doing.by, doing.reason,
            )
        )  # fmt: skip


def _numbered(entry: BankEntry) -> str:
    """Return what an entry's return is called: one that was taken back may be booked again."""
    return f"{entry.id}#{entry.returns_undone + 1}" if entry.returns_undone else entry.id


def _fee_id(entry: BankEntry) -> str:
    return f"return-{_numbered(entry)}"


def _charge_told(charged: ReturnCharged | None, currency: str) -> dict[str, Any]:
    if charged is None:
        return {}
    if not charged.amount_minor:
        return {"not_charged": charged.missing}
    return {
        "charged": format_amount(charged.amount_minor, currency),
        "charged_on": charged.invoice,
    }
