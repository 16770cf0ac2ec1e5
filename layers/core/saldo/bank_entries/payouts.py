"""Payouts of payment providers arrive at the bank: the entry is money that was booked before.

A payout was booked, line by line, when the provider told of it: its clearing account went down, the
bank's went up. So what the bank books then is the same money, and leaves suspense against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.zones import day_at
from saldo.bank_entries.applying import place_of
from saldo.bank_entries.model import BankEntry, PayoutArrival
from saldo.bank_entries.taking import entry_told
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.ledger.model import JournalEntry
from saldo.ledger.rules import payout_arrived_lines
from saldo.money import format_amount
from saldo.payments.payout_model import PayoutRecord
from saldo.store import Check, CommitConflict, Put, Store

_DAYS_APART: Final = timedelta(days=7)
_LOOKED_BACK: Final = timedelta(days=90)


class PayoutArrivals:
    """Finds payouts behind entries, and books their arrival."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, providers: Sequence[str]) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._providers = tuple(providers)

    def outstanding(self) -> list[PayoutRecord]:
        """Return the payouts that were booked lately and whose money no bank entry brought yet."""
        since = self._clock.now() - _LOOKED_BACK
        return [
            record
            for provider in self._providers
            for record in self._store.list(PayoutRecord, provider)
            if record.state == "booked"
            and record.amount_minor > 0
            and record.recorded_at >= since
            and self._waits(record)
        ]

    def find(
        self, entry: BankEntry, waiting: Iterable[PayoutRecord], *, is_told: bool = True
    ) -> PayoutRecord | None:
        """Return the payout that an entry is the arrival of, None if there is none or several.

        The amount is the payout's, the day is near, and (`is_told`) the entry names the provider or
        the payout.
        """
        found = [
            record
            for record in waiting
            if (record.amount_minor, record.currency) == (entry.left_minor, entry.entry.currency)
            and record.arrives_on is not None
            and abs(record.arrives_on - entry.day) <= _DAYS_APART
            and (not is_told or _names(entry, record))
        ]
        by_id = [record for record in found if _plain(record.payout_id) in _text(entry)]
        found = by_id or found
        return found[0] if len(found) == 1 else None

    def arrive(self, entry: BankEntry, record: PayoutRecord, by: str, reason: str) -> bool:
        """Book that an entry is a payout's arrival; False if either was used meanwhile."""
        now = self._clock.now()
        name = f"{record.provider}/{record.payout_id}"
        done = replace(
            entry, state="matched", left_minor=0, payout=name, proposal=None, by=by, reason=reason,
            updated_at=now, version=entry.version + 1,
        )  # fmt: skip
        lines = payout_arrived_lines(entry.id, record.provider, record.amount_minor)
        arrival = PayoutArrival(
            record.provider, record.payout_id, record.currency, entry.creditor,
            entry.bank_account, entry.id, version=1,
        )  # fmt: skip
        cause_id = f"{entry.id}#{record.payout_id}#{entry.version}"
        try:
            self._store.commit(
                [
                    Put(done, expect=entry.version),
                    Put(arrival),
                    Check(record, expect=record.version),
                    Put(
                        JournalEntry(
                            entry.creditor, place_of(self._store, entry), "payout-arrived",
                            cause_id, day_at(self._store, entry.creditor, now), record.currency,
                            lines, now, by, reason,
                        )
                    ),
                    self._told(done, by, reason, now),
                ]
            )  # fmt: skip
        except CommitConflict:
            return False
        return True

    def _told(self, done: BankEntry, by: str, reason: str, now: datetime) -> Put:
        return Put(
            event(
                self._ids.ulid(now),
                now,
                "bank_entry.matched",
                done.creditor,
                WHOLE_CREDITOR,
                **entry_told(done),
                accounts=[],
                left=format_amount(0, done.entry.currency),
                by=by,
                reason=reason,
            )
        )

    def _waits(self, record: PayoutRecord) -> bool:
        return self._store.get(PayoutArrival, *record.key) is None


def _names(entry: BankEntry, record: PayoutRecord) -> bool:
    text = _text(entry)
    return record.provider in text or _plain(record.payout_id) in text


def _text(entry: BankEntry) -> str:
    told = entry.entry
    parts = (
        told.counterparty.name,
        told.remittance,
        told.references.end_to_end_id,
        told.references.customer,
        told.references.bank,
    )
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())
