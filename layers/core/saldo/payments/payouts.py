"""Payouts fetched from the providers and booked, by schedule and after a callback named one.

Once a day each provider is asked for what arrived since it was asked last, and some days before
that: a payout that was late, or whose lines were not ready, is not missed. What is booked already
is nothing new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.payments.payout_book import PayoutBook, PayoutDoesNotAddUp, add_up
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.payout_model import (
    Finding,
    PayoutCursor,
    PayoutNews,
    PayoutRecord,
)
from saldo.payments.ports import PaymentProvider, PayoutsNotSetUp
from saldo.payments.settle import SUSPENSE_CREDITOR
from saldo.payments.told import Payout, Payouts, SinglePayouts
from saldo.store import CommitConflict, Delete, Put, Store

LISTED_EVERY = timedelta(hours=20)
OVERLAP = timedelta(days=10)
FIRST_LOOK_BACK = timedelta(days=35)
"""How far back a provider is asked that was never asked before."""

NEWS_GIVEN_UP_AFTER = timedelta(days=30)
"""A payout that a callback named and that its provider never shows is let go then."""


@dataclass
class Fetched:
    """What a run did: how many of what, and what differs, by provider and payout."""

    done: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[str, str, Finding]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)


class PayoutIntake:
    """Takes payouts in."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        check: PayoutCheck,
        book: PayoutBook,
    ) -> None:
        self._store, self._clock, self._providers = store, clock, providers
        self._check, self._book = check, book

    def fetch(self) -> Fetched:
        """Book what was announced and what arrived; go on with the others when one fails."""
        fetched = Fetched()
        for name in list(self._providers):
            try:
                provider = self._providers[name]
                self._announced(name, provider, fetched)
                if isinstance(provider, Payouts):
                    self._list(name, provider, fetched)
            except PayoutsNotSetUp:
                fetched.done["not-set-up"] += 1
            except Unavailable:
                fetched.done["no-answer"] += 1
        return fetched

    def _announced(self, name: str, provider: PaymentProvider, fetched: Fetched) -> None:
        now = self._clock.now()
        for key in list(self._store.work(PayoutNews, "payout", SUSPENSE_CREDITOR, now)):
            news = self._store.get(PayoutNews, *key)
            if news is None or news.provider != name:
                continue
            try:
                if isinstance(provider, SinglePayouts):
                    for payout in provider.payout(news.payout_id):
                        self._take(name, payout, fetched)
            except PayoutsNotSetUp:
                raise
            except Unavailable:
                fetched.done["no-answer"] += 1
                if now - news.told_at < NEWS_GIVEN_UP_AFTER:
                    continue
            with suppress(CommitConflict):
                self._store.commit([Delete(news, expect=news.version)])

    def _list(self, name: str, provider: Payouts, fetched: Fetched) -> None:
        now = self._clock.now()
        cursor = self._store.get(PayoutCursor, name)
        if cursor is not None and now - cursor.listed_at < LISTED_EVERY:
            return
        since: date = (cursor.until - OVERLAP) if cursor else (now - FIRST_LOOK_BACK).date()
        waits = False
        for payout in provider.payouts(since):
            try:
                self._take(name, payout, fetched)
            except Unavailable:
                fetched.done["no-answer"] += 1
                waits = True
        if waits:
            return  # asked again by the next run, from the same day
        old = cursor or PayoutCursor(name, now.date(), now)
        new = replace(old, until=now.date(), listed_at=now, version=old.version + 1)
        with suppress(CommitConflict):
            self._store.commit([Put(new, expect=old.version)])

    def _take(self, name: str, payout: Payout, fetched: Fetched) -> None:
        known = self._store.get(PayoutRecord, name, payout.payout_id, payout.currency)
        if known is not None and known.state != "wrong":
            fetched.done["known"] += 1
            return
        try:
            add_up(payout)
        except PayoutDoesNotAddUp as wrong:
            fetched.done["wrong"] += 1
            fetched.wrong.append((name, payout.payout_id, wrong.detail))
            self._book.mark_wrong(name, payout, known)
            return
        checked = self._check.check(name, payout)
        if self._book.book(name, payout, checked):
            fetched.done["booked"] += 1
            if checked.settled:
                fetched.done["settled-late"] += checked.settled
            fetched.findings += [(name, payout.payout_id, one) for one in checked.findings]
