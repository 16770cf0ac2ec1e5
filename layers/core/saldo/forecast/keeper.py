"""Keeps a forecast for every open item: looks at an account anew and writes what differs.

What waiting alone changes is no write: readers work it out (`ItemForecast.on`). Written is what is
new, what somebody would see differently by a day at least, and what is older than a week; deleted
is what stands open no longer, with what came of it counted in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.clock import Clock, local_day
from saldo.errors import Unavailable
from saldo.events import OPEN_ITEM_EVENTS
from saldo.forecast.bills import (
    NO_PAST,
    AccountPast,
    ContestedBill,
    newest,
    open_bill,
    open_items,
    past_of,
)
from saldo.forecast.features import RememberingUsual
from saldo.forecast.history import History
from saldo.forecast.kept import ItemForecast, item_forecast, shard_of
from saldo.forecast.model import Bill
from saldo.forecast.predict import forecast, usual_of
from saldo.forecast.stored import Learnt, ModelBook
from saldo.forecast.track import due_stood, months_of, outcome_of
from saldo.invoices.model import Invoice
from saldo.store import TRANSACTION_ITEMS_MAX, Delete, Put, Store, Write, settled

HEARD: Final = OPEN_ITEM_EVENTS | frozenset(
    {
        "dispute.opened",
        "dispute.settled",
        "dispute.rejected",
        "dispute.withdrawn",
        "privacy.erasure_asked",
        "privacy.lifted",
    }
)
"""Facts that change what stands open, or what is known of how an account pays."""

AT_ISSUE_DAYS: Final = 3
"""What is told so many days after the issue at most counts as told at the issue."""

RENEWED_AFTER: Final = timedelta(days=7)
"""So old a forecast is written anew, however little it differs: its reasons may."""

_WRITES_MAX: Final = TRANSACTION_ITEMS_MAX - 2
"""Of one transaction, some to spare: few and large ones take less time than many small ones."""

_ATTEMPTS_MAX: Final = 5
_CONTESTED_KEPT: Final = timedelta(days=3 * 366)


class ForecastBusy(Unavailable):
    """The forecasts of the account are being changed by others; the same may work later."""

    code = "forecast-busy"


@dataclass(frozen=True, slots=True)
class Change:
    """A forecast before and after; `old` None: it is new, `new` None: it goes."""

    old: ItemForecast | None
    new: ItemForecast | None


def forecasts_of(
    past: AccountPast, learnt: Learnt, today: date, at: datetime
) -> Iterator[ItemForecast]:
    """Yield what is told on `today` of each open item of an account. Pure."""
    bills = History(newest(past.bills, today))
    usual = RememberingUsual.of(usual_of(learnt.model))
    known, mean = _mean(past.bills, today, learnt.median)
    for item in past.items:
        told = forecast(learnt.model, open_bill(item), bills, today, usual)
        yield replace(
            item_forecast(item, told, today, at, learnt.number),
            known=known,
            mean=round(100 * mean),
            disputed=item.number in past.disputed,
            contested=item.number in past.contested,
        )


def _mean(bills: Sequence[Bill], today: date, everybody: float) -> tuple[int, float]:
    """Return how many paid bills are known, and their mean delay; everybody's median for none."""
    delays = [
        (one.settled_on - one.due_on).days
        for one in bills
        if one.settled_on is not None and one.settled_on <= today
    ]
    return len(delays), sum(delays) / len(delays) if delays else everybody


def changes(
    kept: Mapping[str, ItemForecast], told: Mapping[str, ItemForecast], today: date
) -> list[Change]:
    """Return what is to be written so that `told` is kept. Pure."""
    found: list[Change] = []
    for number, new in told.items():
        old = kept.get(number)
        if old is None:
            found.append(Change(None, _first(new)))
        elif old.on(today).differs(new) or new.made_at - old.made_at >= RENEWED_AFTER:
            found.append(Change(old, _next(old, new)))
    found += [Change(old, None) for number, old in kept.items() if number not in told]
    return found


def _first(new: ItemForecast) -> ItemForecast:
    """Return a forecast that is the first of its item."""
    is_at_issue = new.made_on <= new.issued_on + timedelta(days=AT_ISSUE_DAYS)
    return replace(new, at_issue=new.stood(new.made_on) if is_at_issue else None, version=1)


def _next(old: ItemForecast, new: ItemForecast) -> ItemForecast:
    """Return a forecast that follows another one of the same item."""
    if old.due_on != new.due_on or old.issued_on != new.issued_on:
        # Another invoice now, as far as days go: what was told of it is not judged.
        return replace(new, version=old.version + 1)
    at_due = old.at_due
    if at_due is None and new.made_on > old.due_on:
        at_due = due_stood(old)
    return replace(new, at_issue=old.at_issue, at_due=at_due, version=old.version + 1)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the forecasts of an account follow from: equal facts tell the same."""

    today: date
    past: AccountPast
    model: int


class ForecastKeeper:
    """Keeps the forecasts of accounts. Implements `foresight.keepers.AccountKeeper`."""

    heard = HEARD

    def __init__(self, store: Store, clock: Clock, models: ModelBook) -> None:
        self._store, self._clock, self._models = store, clock, models

    def refresh(self, creditor: str, account: str) -> bool:
        """Bring the forecasts of an account up to date; True when something was written.

        Some 15 read units for an account with a few open items, 4 for one with none; nearly twice
        that where something was written, as whoever wrote looks at the facts once more. A forecast
        that is written costs 2 write units. Raises ForecastBusy.
        """
        told_by: _Facts | None = None

        def look() -> bool:
            nonlocal told_by
            before, told_by = told_by, None
            is_changed, facts = self._refresh(creditor, account, before)
            told_by = facts
            return is_changed

        is_changed = settled(look, _ATTEMPTS_MAX)
        if is_changed is None:
            raise ForecastBusy(f"The forecasts of account {account!r} are being changed.")
        return is_changed

    def _refresh(
        self, creditor: str, account: str, told_by: _Facts | None
    ) -> tuple[bool, _Facts | None]:
        """Look once; return whether something was written, and what was told by.

        What is kept already follows from `told_by`: nothing is told again while that holds.
        """
        owner = self._store.get(Account, creditor, account)
        whole = self._store.get(Creditor, creditor)
        if owner is None or whole is None:
            return False, None
        now = self._clock.now()
        is_restricted = owner.restricted_at is not None
        items = () if is_restricted else open_items(self._store, creditor, account)
        past, learnt = NO_PAST, None
        if items:
            past = past_of(self._store, creditor, account, items)
            learnt = self._models.of(creditor)
        facts = _Facts(local_day(now, whole.time_zone), past, learnt.number if learnt else 0)
        if facts == told_by:
            return False, facts
        listed = self._store.list(ItemForecast, creditor, shard_of(account), account)
        kept = {one.invoice: one for one in listed}
        told: dict[str, ItemForecast] = {}
        if learnt is not None:
            told = {one.invoice: one for one in forecasts_of(past, learnt, facts.today, now)}
        found = changes(kept, told, facts.today)
        for some in _together(found):
            self._commit(creditor, account, some, past.invoices)
        return bool(found), facts

    def _commit(
        self, creditor: str, account: str, some: Sequence[Change], invoices: Mapping[str, Invoice]
    ) -> None:
        writes: list[Write] = []
        for change in some:
            if change.new is not None:
                writes.append(Put(change.new, expect=change.old.version if change.old else 0))
                if change.new.contested and not (change.old and change.old.contested):
                    writes.append(Put(_contested(change.new), expect=None))
            elif change.old is not None:
                writes.append(Delete(change.old, expect=change.old.version))
        ended = [one.old for one in some if one.new is None and one.old is not None]
        there = self._ended(creditor, account, ended, invoices)
        outcomes = [
            found for one in ended if (found := outcome_of(one, there.get(one.invoice))) is not None
        ]
        for month, version in months_of(self._store, creditor, account, outcomes):
            writes.append(Put(month, expect=version))
        self._store.commit(writes)

    def _ended(
        self,
        creditor: str,
        account: str,
        ended: Sequence[ItemForecast],
        invoices: Mapping[str, Invoice],
    ) -> dict[str, Invoice]:
        """Return the invoices of forecasts that go, as they are now."""
        missing = [one.invoice for one in ended if one.invoice not in invoices]
        read = self._store.get_many(Invoice, [(creditor, account, one) for one in missing])
        return {**invoices, **{one.number: one for one in read.values()}}


def _together(found: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield changes in parts that each fit into a transaction with what they touch."""
    some: list[Change] = []
    writes = 0
    for change in found:
        # One that goes may be counted in a month, one that is contested is noted as such.
        needs = 1 if change.new is not None and not change.new.contested else 2
        if writes + needs > _WRITES_MAX:
            yield some
            some, writes = [], 0
        some.append(change)
        writes += needs
    if some:
        yield some


def _contested(one: ItemForecast) -> ContestedBill:
    return ContestedBill(one.creditor, one.account, one.invoice, one.made_at + _CONTESTED_KEPT)
