"""Payouts in the ledger: each provider's clearing account goes down, the bank's goes up."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from saldo.clock import Clock
from saldo.errors import Invalid
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.ledger.model import JournalEntry
from saldo.ledger.rules import payout_lines, payout_returned_lines
from saldo.money import Money, format_amount
from saldo.payments.payout_fees import by_creditor, keep_fees
from saldo.payments.payout_model import Checked, PayoutNews, PayoutRecord, differences_told
from saldo.payments.settle import SUSPENSE_CREDITOR
from saldo.payments.told import Payout, PayoutTold
from saldo.store import CommitConflict, Put, Store, Write


class PayoutDoesNotAddUp(Invalid):
    """The lines of a payout do not sum to its amount."""

    code = "payout-does-not-add-up"


def add_up(payout: Payout) -> tuple[int, int]:
    """Return a payout's gross and fees in minor units; raise PayoutDoesNotAddUp."""
    gross = sum(line.gross_minor for line in payout.lines)
    fees = sum(line.fee_minor for line in payout.lines)
    nets = sum(line.net_minor for line in payout.lines)
    if nets != payout.amount_minor or gross - fees != nets:
        raise PayoutDoesNotAddUp(
            f"Payout {payout.payout_id!r}: the lines sum to "
            f"{format_amount(nets, payout.currency)}, not to "
            f"{Money(payout.amount_minor, payout.currency)}."
        )
    return gross, fees


class PayoutBook:
    """Books payouts."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def told(self, told: PayoutTold) -> str:
        """Remember a payout that a callback named, for the next run; book one that came back.

        A callback has seconds; reading a payout's lines may take minutes.
        """
        booked = list(self._store.list(PayoutRecord, told.provider, told.payout_id))
        if told.state == "failed":
            back = [self.give_back(one) for one in booked]
            return "payout-returned" if any(back) else "nothing-new"
        if told.state != "paid" or any(one.state != "wrong" for one in booked):
            return "nothing-new"
        news = PayoutNews(told.provider, told.payout_id, self._clock.now(), version=1)
        with suppress(CommitConflict):  # it was named before
            self._store.commit([Put(news)])
        return "payout-announced"

    def book(self, provider: str, payout: Payout, checked: Checked | None = None) -> bool:
        """Book a payout, gross, fees and net; False when it was booked before.

        `checked` is what comparing it with the books found: what differs is told, and money of
        nobody here is taken from suspense. A provider's payout is booked once in each currency,
        whichever day it is said to arrive on. Raises PayoutDoesNotAddUp or FeesBusy.
        """
        checked = checked or Checked()
        gross, fees = add_up(payout)
        now = self._clock.now()
        known = self._store.get(PayoutRecord, provider, payout.payout_id, payout.currency)
        if known is not None and known.state != "wrong":
            return False
        record = self._record(provider, payout, "booked", known, len(checked.findings))
        if checked.fees:
            record = replace(record, fees=by_creditor(checked.fees, fees))
            keep_fees(self._store, checked.fees, record.booked_on)
        lines = payout_lines(provider, payout.payout_id, gross, fees, checked.foreign_minor)
        place = (SUSPENSE_CREDITOR, _place_of(provider))
        writes: list[Write] = [Put(record, expect=known.version if known else 0)]
        if lines:
            cause = f"{payout.payout_id}:{payout.currency}"
            entry = JournalEntry(
                *place,
                "payout",
                cause,
                record.booked_on,
                payout.currency,
                lines,
                now,
                f"provider:{provider}",
            )
            writes.append(Put(entry))
        writes.append(
            self._tell_payout(
                "payout.booked",
                place,
                payout,
                provider,
                gross=format_amount(gross, payout.currency),
                fees=format_amount(fees, payout.currency),
                net=format_amount(payout.amount_minor, payout.currency),
                lines=len(payout.lines),
            )
        )
        if checked.findings:
            told = differences_told(checked.findings, payout.currency)
            writes.append(self._tell_payout("payout.differs", place, payout, provider, **told))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        return True

    def mark_wrong(self, provider: str, payout: Payout, known: PayoutRecord | None) -> bool:
        """Keep that a payout's lines do not sum to it, and tell it; False when that was told."""
        if known is not None:
            return False
        place = (SUSPENSE_CREDITOR, _place_of(provider))
        record = self._record(provider, payout, "wrong", None, 0)
        told = self._tell_payout(
            "payout.differs", place, payout, provider, differences=1, adds_up=False, lines=[]
        )
        try:
            self._store.commit([Put(record), told])
        except CommitConflict:
            return False
        return True

    def give_back(self, booked: PayoutRecord) -> bool:
        """Book that the bank gave a payout back to the provider; False when that was booked."""
        if booked.state != "booked":
            return False
        now = self._clock.now()
        place = (SUSPENSE_CREDITOR, _place_of(booked.provider))
        back = replace(booked, state="returned", version=booked.version + 1)
        amount = format_amount(booked.amount_minor, booked.currency)
        writes: list[Write] = [
            Put(back, expect=booked.version),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "payout.returned",
                    *place,
                    payout=booked.payout_id,
                    provider=booked.provider,
                    currency=booked.currency,
                    amount=amount,
                )
            ),
        ]
        if lines := payout_returned_lines(booked.provider, booked.amount_minor):
            cause = f"{booked.payout_id}:{booked.currency}"
            writes.append(
                Put(
                    JournalEntry(
                        *place,
                        "payout-returned",
                        cause,
                        now.date(),
                        booked.currency,
                        lines,
                        now,
                        f"provider:{booked.provider}",
                    )
                )
            )
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        return True

    def _record(
        self,
        provider: str,
        payout: Payout,
        state: Literal["booked", "wrong"],
        known: PayoutRecord | None,
        findings: int,
    ) -> PayoutRecord:
        return PayoutRecord(
            provider,
            payout.payout_id,
            payout.currency,
            state,
            self._clock.now(),
            payout.arrives_on,
            sum(line.gross_minor for line in payout.lines),
            sum(line.fee_minor for line in payout.lines),
            payout.amount_minor,
            findings,
            (known.version if known else 0) + 1,
        )

    def _tell_payout(
        self, type_: EventType, place: tuple[str, str], payout: Payout, provider: str, **more: Any
    ) -> Put:
        now = self._clock.now()
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                *place,
                payout=payout.payout_id,
                provider=provider,
                currency=payout.currency,
                **more,
            )
        )


def _place_of(provider: str) -> str:
    """Return the account under which a provider's own movements stand."""
    return f"~provider~{provider}"
