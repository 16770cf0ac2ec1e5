"""Keeps what accounts are expected to pay, and every night the sums of all and what was forecast.

The nightly build reads every account's row once (a read unit per some 4 KB, of which 40 open items
are one), draws it, and writes the sheets beside the old ones; then its head names them, so that
whoever looks sees one night or the other, never a part. Drawing takes some 0.2 ms of processor time
per open item.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.cash.entering import KEPT_ASSUMED, KEPT_WEIGHT, entering
from saldo.cash.fold import fold, is_time_to_fold
from saldo.cash.load import account_facts
from saldo.cash.model import (
    WHOLE,
    AccountCash,
    CashHead,
    CashItem,
    CashSheet,
    read,
    written,
)
from saldo.cash.new_business import FRESH_DAYS, WEEKS, add_new, days_to_payment, weeks_billed
from saldo.cash.sheets import Eve, Live, add_account, eve_of, sheets_of
from saldo.cash.track import CashTrack, snapshot_of, weeks_come
from saldo.clock import Clock, local_day
from saldo.errors import Unavailable
from saldo.events import OPEN_ITEM_EVENTS
from saldo.figures.cells import FigureCells, month_start
from saldo.figures.places import places_of
from saldo.store import CommitConflict, Delete, Put, Store, Write, settled

HEARD: Final = OPEN_ITEM_EVENTS | frozenset(
    {
        "account.changed",
        "dispute.opened",
        "dispute.rejected",
        "dispute.settled",
        "dispute.withdrawn",
        "hold.ended",
        "hold.placed",
        "paid_claim.confirmed",
        "paid_claim.made",
        "paid_claim.unfounded",
        "paid_claim.withdrawn",
        "payment.schedule_ended",
        "payment.scheduled",
        "payment.transferred",
        "plan.agreed",
        "plan.cancelled",
        "plan.finished",
        "plan.missed",
        "privacy.erasure_asked",
        "privacy.lifted",
        "promise.broken",
        "promise.given",
        "promise.kept",
        "promise.part_kept",
        "promise.withdrawn",
        "refund.done",
        "refund.failed",
        "refund.promised",
        "transfer.announced",
    }
)
"""Facts that change what is to come of an account, or when."""

_ATTEMPTS_MAX: Final = 5
_WRITTEN_TOGETHER: Final = 20
_COUNTED_TOGETHER: Final = 50
_BUILDS: Final = ("a", "b")


class CashBusy(Unavailable):
    """What the account is expected to pay is being changed by others; it may work later."""

    code = "cash-busy"


class CashKeeper:
    """Keeps the cash forecast. An account keeper and a creditor keeper (`foresight.keepers`)."""

    heard = HEARD

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def refresh(self, creditor: str, account: str) -> bool:
        """Bring an account's row up to date; True when it was written. Raises CashBusy."""
        is_changed = settled(lambda: self._refresh(creditor, account), _ATTEMPTS_MAX)
        if is_changed is None:
            raise CashBusy(f"The cash forecast of account {account!r} is being changed; try again.")
        return is_changed

    def _refresh(self, creditor: str, account: str) -> bool:
        owner = self._store.get(Account, creditor, account)
        whole = self._store.get(Creditor, creditor)
        if whole is None:
            return False
        old = self._store.get(AccountCash, creditor, account)  # before the facts: none is lost so
        now = self._clock.now()
        items = ""
        if owner is not None and owner.restricted_at is None:
            today = local_day(now, whole.time_zone)
            items = written(entering(account_facts(self._store, owner, whole, today)))
        if old is None and not items:
            return False
        place = places_of(self._store, [(creditor, account)])[creditor, account].token
        if old is not None and (old.items, old.place) == (items, place):
            return False
        version = old.version if old else 0
        new = replace(
            old or AccountCash(creditor, account, place, items),
            place=place,
            items=items,
            changed_at=now,
            version=version + 1,
        )
        gone = old is not None and not new.items and not new.counted
        self._store.commit([Delete(old, version) if gone and old else Put(new, expect=version)])
        if new.differs and is_time_to_fold(new):
            fold(self._store, creditor, now, local_day(now, whole.time_zone))
        return True

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        """Sum all accounts as of the evening before `today`, and keep what is forecast.

        Raises CashBusy.
        """
        eve = eve_of(creditor.id, today - timedelta(days=1))
        head = self._begun(creditor.id)
        build = _BUILDS[1] if head and head.build == _BUILDS[0] else _BUILDS[0]
        rows = list(self._store.list(AccountCash, creditor.id))
        lives, due = _drawn(rows, eve)
        weeks = self._add_new(creditor.id, rows, lives, eve)
        whole = _whole(lives)
        sheets = [
            sheet
            for scope, of_scope in ((WHOLE, whole), *lives.items())
            for live in of_scope.values()
            for sheet in sheets_of(creditor.id, build, scope, live)
        ]
        self._write(creditor.id, build, sheets)
        known = {*whole, *(head.currencies if head else ())}
        came = weeks_come(self._store, creditor.id, today, known)
        self._commit([Put(one, expect=None) for one in came])
        track = CashTrack(self._store)
        learnt = {one: track.learnt(creditor.id, today, one) for one in sorted(known)}
        snapshots = [
            snapshot_of(creditor.id, eve.day, live, due[currency], learnt[currency])
            for currency, live in sorted(whole.items())
        ]
        self._commit([Put(one, expect=None) for one in snapshots])
        new = CashHead(
            creditor.id,
            build,
            eve.day,
            self._clock.now(),
            len(rows),
            self._kept(creditor.id, today),
            tuple(sorted(lives)),
            tuple(sorted(known)),
            weeks,
            {currency: [one.near, one.far] for currency, one in learnt.items()},
            building=True,
            version=(head.version if head else 0) + 1,
        )
        self._put_head(new)
        self._counted(rows)
        self._put_head(replace(new, building=False, version=new.version + 1))

    def _begun(self, creditor: str) -> CashHead | None:
        """Say that the sheets are made anew: nothing is folded into the old ones any more."""
        head = self._store.get(CashHead, creditor)
        if head is None:
            return None
        begun = replace(head, building=True, version=head.version + 1)
        self._put_head(begun)
        return begun

    def _put_head(self, head: CashHead) -> None:
        """Write the head; raise CashBusy when another build goes on."""
        try:
            self._store.commit([Put(head, expect=head.version - 1)])
        except CommitConflict:
            raise CashBusy("The cash forecast is being made by another; try again.") from None

    def _add_new(
        self,
        creditor: str,
        rows: Sequence[AccountCash],
        lives: dict[str, dict[str, Live]],
        eve: Eve,
    ) -> int:
        """Add what is not invoiced yet, by place; return how many weeks it was told by."""
        by_place: dict[tuple[str, str], Counter[date]] = defaultdict(Counter)
        first = eve.day - timedelta(days=7 * WEEKS - 1)
        for cell in FigureCells(self._store.relaxed()).flows(creditor, first, eve.day, daily=True):
            by_place[cell.place.token, cell.currency][cell.first] += cell.sums["billed"]
        fresh: dict[str, list[CashItem]] = defaultdict(list)
        for row in rows:
            for item in read(row.items):
                if item.issued_on > eve.day - timedelta(days=FRESH_DAYS + 1):
                    fresh[item.currency].append(item)
        lags = {
            currency: days_to_payment(fresh[currency], eve.day)
            for currency in {currency for _, currency in by_place}
        }
        most = 0
        for (place, currency), by_day in sorted(by_place.items()):
            billed = weeks_billed(by_day, eve.day)
            live = lives.setdefault(place, {}).setdefault(currency, Live(currency))
            add_new(live, billed, lags[currency], eve)
            most = max(most, len(billed))
        return most

    def _kept(self, creditor: str, today: date) -> int:
        """Return the share of promises kept over the last twelve months, in thousandths."""
        sums: Counter[str] = Counter()
        cells = FigureCells(self._store.relaxed())
        for cell in cells.flows(creditor, month_start(today, -11), today):
            sums.update(cell.sums)
        states = [
            state
            for state in ("kept", "part_kept", "broken")
            for _ in range(sums[f"promises_{state}"])
        ]
        kept = states.count("kept") + states.count("part_kept") / 2
        weight = KEPT_WEIGHT
        return round((kept * 1000 + weight * KEPT_ASSUMED) / (len(states) + weight))

    def _write(self, creditor: str, build: str, sheets: Sequence[CashSheet]) -> None:
        """Write a build's sheets and remove those that it had before and has no more."""
        wanted = {one.key for one in sheets}
        gone = [
            Delete(one, None)
            for one in self._store.relaxed().list(CashSheet, creditor, build)
            if one.key not in wanted
        ]
        self._commit([*(Put(one, expect=None) for one in sheets), *gone])

    def _commit(self, writes: Sequence[Write]) -> None:
        for start in range(0, len(writes), _WRITTEN_TOGETHER):
            self._store.commit(writes[start : start + _WRITTEN_TOGETHER])

    def _counted(self, rows: Sequence[AccountCash]) -> None:
        """Note in the accounts' rows what the sheets have of them."""
        differ = [one for one in rows if one.differs or not one.items]
        for start in range(0, len(differ), _COUNTED_TOGETHER):
            some = differ[start : start + _COUNTED_TOGETHER]
            try:
                self._store.commit([_noted(one, one) for one in some])
            except CommitConflict:
                self._one_by_one(some)

    def _one_by_one(self, rows: Iterable[AccountCash]) -> None:
        """The same where others changed some of them: what they wrote stays, as a difference."""
        for row in rows:
            for _ in range(_ATTEMPTS_MAX):
                now = self._store.get(AccountCash, *row.key)
                if now is None:
                    break
                try:
                    self._store.commit([_noted(now, row)])
                    break
                except CommitConflict:
                    continue


def _noted(now: AccountCash, built: AccountCash) -> Write:
    """Return what notes that the sheets have an account as it was when they were built."""
    if not now.items and not built.items:
        return Delete(now, now.version)
    counted = replace(now, counted=built.items, counted_place=built.place, version=now.version + 1)
    return Put(counted, expect=now.version)


def _drawn(
    rows: Iterable[AccountCash], eve: Eve
) -> tuple[dict[str, dict[str, Live]], dict[str, Counter[int]]]:
    """Return what is expected, by place and currency, and what falls due, by currency and week."""
    lives: dict[str, dict[str, Live]] = {}
    due: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        items = read(row.items)
        add_account(lives.setdefault(row.place, {}), row.account, items, eve)
        for item in items:
            week = max(0, (item.due_on - eve.day).days - 1) // 7
            due[item.currency][week] += item.minor
    return lives, due


def _whole(lives: dict[str, dict[str, Live]]) -> dict[str, Live]:
    found: dict[str, Live] = {}
    for of_place in lives.values():
        for currency, live in of_place.items():
            found.setdefault(currency, Live(currency)).add(live)
    return found
