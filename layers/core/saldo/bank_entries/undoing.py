"""A match was wrong: its money goes back to suspense, and its invoices are owed again.

Who did it, when and why stays with the entry, with the payment and in the journal. It goes on after
a crash, as everything that was decided about an entry does.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.zones import day_at
from saldo.bank_entries.absorbing import Absorbing
from saldo.bank_entries.applying import place_of
from saldo.bank_entries.lessons import Lessons
from saldo.bank_entries.model import BankEntry, Doing, Portion
from saldo.bank_entries.refusals import BankEntryBusy, MoneyUsed
from saldo.bank_entries.taking import entry_told
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Allocation, Credit
from saldo.ledger.model import JournalEntry, Posting
from saldo.ledger.rules import (
    from_bank_entry_lines,
    payout_arrived_lines,
    reversed_lines,
    transfer_to_credit_lines,
)
from saldo.money import format_amount
from saldo.payments.allocate import AllocationUnknown, Allocator, Grounds
from saldo.payments.model import LOOKS_AFTER_END, Payment, Refund
from saldo.store import CommitConflict, Delete, Put, Store, Wake, Write

_ATTEMPTS_MAX: Final = 12


class Undoing:
    """Takes matches back."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._allocator = Allocator(store, clock, ids)
        self._absorbing, self._lessons = Absorbing(store, clock, ids), Lessons(store)

    def check(self, entry: BankEntry) -> None:
        """Raise MoneyUsed where some of the money is not there any more."""
        for portion in entry.applied:
            payment = self._payment(entry, portion)
            refunds = self._store.list(Refund, entry.creditor, portion.part.account)
            refunded = any(
                one.payment == portion.payment and one.state != "failed" for one in refunds
            )
            if payment.taken_minor or refunded:
                raise MoneyUsed("Some of the money was refunded or taken back since.")

    def resume(self, key: tuple[str, ...]) -> BankEntry:
        """Go on with taking back; return the entry as it is then.

        Raises MoneyUsed or BankEntryBusy: the rest is done by schedule then.
        """
        for _ in range(_ATTEMPTS_MAX):
            entry = self._entry(key)
            if entry.doing is None or entry.doing.kind != "undo":
                return entry
            with suppress(CommitConflict):
                self._step(entry, entry.doing)
        raise BankEntryBusy("The entry keeps changing; the rest is done later.")

    def _step(self, entry: BankEntry, doing: Doing) -> None:
        grounds = Grounds(doing.by, doing.reason)
        for portion in entry.applied:
            for what in portion.part.absorbed:
                self._absorbing.take_back(
                    entry.creditor, portion.part.account, portion, what, grounds, entry.day
                )
            self._free(entry, portion, grounds)
            self._back(self._entry(entry.key), portion, doing)
        self._end(self._entry(entry.key), doing)

    def _free(self, entry: BankEntry, portion: Portion, grounds: Grounds) -> None:
        """Take every allocation of the payment back."""
        account, source = portion.part.account, f"payment#{portion.payment}"
        for made in list(self._store.list(Allocation, entry.creditor, account, source)):
            if made.reversed_at is None:
                with suppress(AllocationUnknown):
                    self._allocator.take_back(
                        entry.creditor, account, source, made.invoice, grounds
                    )

    def _back(self, entry: BankEntry, portion: Portion, doing: Doing) -> None:
        """Move a payment's money back to suspense. Raises CommitConflict or MoneyUsed."""
        now = self._clock.now()
        place = (entry.creditor, portion.part.account)
        payment = self._payment(entry, portion)
        credit = self._store.get(Credit, *place, payment.source)
        if credit is None or credit.open_minor != portion.part.amount_minor:
            raise MoneyUsed("Some of the money was used since.")
        undone = replace(portion, undone_at=now, undone_by=doing.by, undone_reason=doing.reason)
        portions = tuple(undone if one == portion else one for one in entry.portions)
        back = replace(
            entry,
            left_minor=entry.left_minor + portion.part.amount_minor,
            portions=portions,
            updated_at=now,
            version=entry.version + 1,
        )
        cancelled = replace(
            payment,
            state="cancelled",
            failure=doing.reason,
            ended_at=now,
            allocated_minor=0,
            looks=len(LOOKS_AFTER_END),
            version=payment.version + 1,
        )
        minor = portion.part.amount_minor
        leaving = reversed_lines(transfer_to_credit_lines(payment.id, minor))
        coming = reversed_lines(from_bank_entry_lines(entry.id, payment.id, minor))
        self._store.commit(
            [
                Put(back, expect=entry.version),
                Put(cancelled, expect=payment.version),
                Delete(credit, expect=credit.version),
                self._journal(place, entry, payment.id, leaving, doing),
                self._journal(
                    (entry.creditor, place_of(self._store, entry)), entry, payment.id, coming, doing
                ),
                Wake(*place, now),
            ]
        )

    def _end(self, entry: BankEntry, doing: Doing) -> None:
        now = self._clock.now()
        writes: list[Write] = []
        accounts = {part.account for part in doing.parts}
        if len(accounts) == 1:
            writes += self._lessons.change(entry, next(iter(accounts)), -1)
        left_minor = entry.left_minor
        if entry.payout:
            left_minor = entry.entry.amount_minor
            provider, _, payout = entry.payout.partition("/")
            lines = reversed_lines(payout_arrived_lines(entry.id, provider, left_minor))
            writes.append(
                Put(
                    JournalEntry(
                        entry.creditor, place_of(self._store, entry), "payout-arrival-undone",
                        f"{entry.id}#{payout}#{entry.version}",
                        day_at(self._store, entry.creditor, now), entry.entry.currency,
                        lines, now, doing.by, doing.reason,
                    )
                )
            )  # fmt: skip
        done = replace(
            entry,
            state="open",
            left_minor=left_minor,
            payout="",
            doing=None,
            proposal=None,
            refund=None,
            credit_look_at=None,
            by=doing.by,
            reason=doing.reason,
            updated_at=now,
            version=entry.version + 1,
        )
        self._store.commit(
            [
                Put(done, expect=entry.version),
                *writes,
                Put(
                    event(
                        self._ids.ulid(now),
                        now,
                        "bank_entry.reversed",
                        entry.creditor,
                        WHOLE_CREDITOR,
                        **entry_told(entry),
                        accounts=sorted(accounts),
                        left=format_amount(left_minor, entry.entry.currency),
                        by=doing.by,
                        reason=doing.reason,
                    )
                ),
            ]
        )

    def _journal(
        self,
        place: tuple[str, str],
        entry: BankEntry,
        cause_id: str,
        lines: tuple[Posting, ...],
        doing: Doing,
    ) -> Put:
        now = self._clock.now()
        today = day_at(self._store, entry.creditor, now)
        return Put(
            JournalEntry(
                *place, "bank-entry-undone", cause_id, today, entry.entry.currency, lines,
                now, doing.by, doing.reason,
            )
        )  # fmt: skip

    def _payment(self, entry: BankEntry, portion: Portion) -> Payment:
        found = self._store.get(Payment, entry.creditor, portion.part.account, portion.payment)
        assert found is not None, "a portion has its payment"
        return found

    def _entry(self, key: tuple[str, ...]) -> BankEntry:
        found = self._store.get(BankEntry, *key)
        assert found is not None, "entries are never deleted"
        return found
