"""Counting what happened, each fact once, however often and in whatever order it is told.

What a fact adds to the sheets is kept beside it (`Counted`), and sheets and that change in one
transaction: a repeat finds nothing to add, a newer version adds the difference. Facts that are told
together are counted together, so that a sheet which all of them change is written once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from saldo.accounts.zones import TimeZones
from saldo.errors import Unavailable
from saldo.figures.model import AccountSheet, Counted, Ranked
from saldo.figures.places import Owner, places_of
from saldo.figures.subjects import Act, Update, invoice_subject, updates_of
from saldo.figures.sums import Sums, counted_with, not_nothing, sheet_writes
from saldo.invoices.model import OpenItem
from saldo.store import TRANSACTION_ITEMS_MAX, Check, CommitConflict, Delete, Put, Store, Write

_PACK_MAX: Final = 40
"""Updates of one transaction: with their sheets they fit into one."""

_ATTEMPTS_MAX: Final = 20
_MOVED_TOGETHER: Final = 25


class FiguresBusy(Unavailable):
    """Too many are counting at the same sheets; what was told comes again."""

    code = "figures-busy"


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told about one account."""

    owner: Owner
    updates: tuple[Update, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def says_something(self) -> bool:
        """Tell whether there is more to it than that the account may stand elsewhere."""
        return bool(self.updates) or any(act.what for act in self.acts)

    @property
    def size(self) -> int:
        return 1 + len(self.updates)


@dataclass(slots=True)
class _Pack:
    """What one transaction comes to."""

    sums: Sums = field(default_factory=Sums)
    writes: list[Write] = field(default_factory=list)
    movers: list[Owner] = field(default_factory=list)


class FigureCounter:
    """Counts facts of the books into the sheets."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._zones = TimeZones(store)

    def count(self, records: Iterable[object]) -> int:
        """Count records of the books; return how many updates they came to. Raises FiguresBusy."""
        return self.count_updates(self._updates(records))

    def count_updates(self, updates: Iterable[Update | Act], *, again: bool = False) -> int:
        """Count what is known; with `again` versions that were counted before are counted anew, as
        after a mistake. Raises FiguresBusy.
        """
        told = _by_account(updates)
        for pack in _packs(told):
            self._count(pack, again=again)
        return sum(len(one.updates) + len(one.acts) for one in told)

    def _updates(self, records: Iterable[object]) -> Iterator[Update | Act]:
        for record in records:
            creditor = getattr(record, "creditor", None)
            if isinstance(creditor, str):
                yield from updates_of(record, self._zones.of(creditor))

    def _count(self, told: Sequence[_Told], *, again: bool = False, moving: bool = False) -> None:
        """Count, then move accounts that belong elsewhere; `moving`: one is being moved now."""
        for _ in range(_ATTEMPTS_MAX):
            pack = self._plan(told, again=again)
            if len(pack.writes) > TRANSACTION_ITEMS_MAX:
                for half in _halves(told):
                    self._count(half, again=again, moving=moving)
                return
            try:
                self._commit(pack)
            except CommitConflict:
                continue
            for owner in () if moving else pack.movers:
                self._move(owner)
            return
        raise FiguresBusy("The figures are being counted by others at the same time.")

    def _commit(self, pack: _Pack) -> None:
        """A repeat, which changes nothing, costs no write."""
        if not all(isinstance(write, Check) for write in pack.writes):
            self._store.commit(pack.writes)

    def _plan(self, told: Sequence[_Told], *, again: bool) -> _Pack:
        owners = [one.owner for one in told]
        sheets = self._store.get_many(AccountSheet, owners)
        places = places_of(self._store, owners)
        keys = [(*one.owner, update.subject) for one in told for update in one.updates]
        counted = self._store.get_many(Counted, keys)
        pack = _Pack()
        for one in told:
            old = sheets.get(one.owner)
            if old is None and not one.says_something:
                continue
            token = places[one.owner].token
            begun = old or AccountSheet(*one.owner, token)
            new = _acted(replace(begun, place=token), one.acts)
            if old is not None and old.place != token and old.open:
                new = replace(new, is_moving=True)
            changed = self._add(pack, new, one.updates, counted, again=again)
            self._write_account(pack, old, changed)
            if changed.is_moving:
                pack.movers.append(one.owner)
        pack.writes += sheet_writes(self._store, pack.sums)
        return pack

    def _add(
        self,
        pack: _Pack,
        sheet: AccountSheet,
        updates: Sequence[Update],
        counted: dict[tuple[str, ...], Counted],
        *,
        again: bool,
    ) -> AccountSheet:
        """Add an account's updates to the pack; return its sheet with what is open then."""
        open_ = dict(sheet.open)
        now: dict[str, Counted] = {}
        before = {u.subject: counted.get((*sheet.key, u.subject)) for u in updates}
        for update in updates:
            old = now.get(update.subject, before[update.subject])
            now[update.subject] = counted_with(old, update, sheet.place, again=again)
        for subject, new in now.items():
            old = before[subject]
            if new == old:
                continue
            pack.sums.change(old, new, open_)
            version = old.version if old else 0
            pack.writes.append(Put(replace(new, version=version + 1), expect=version))
        return replace(sheet, open=not_nothing(open_))

    def _write_account(self, pack: _Pack, old: AccountSheet | None, new: AccountSheet) -> None:
        """An account's sheet is written where it changes, else it must stay what it was: where the
        account counts is read from it.
        """
        if old is not None and old == new:
            pack.writes.append(Check(old, expect=old.version))
            return
        version = old.version if old else 0
        pack.writes.append(Put(replace(new, version=version + 1), expect=version))
        pack.writes += rank_writes(old, new)

    def _move(self, owner: Owner) -> None:
        """Count what is open on an account where it belongs now."""
        items = list(self._store.list(OpenItem, *owner))
        for start in range(0, len(items), _MOVED_TOGETHER):
            touched = tuple(
                Update(*owner, invoice_subject(one.number), one.currency, 0)
                for one in items[start : start + _MOVED_TOGETHER]
            )
            self._count([_Told(owner, touched)], moving=True)
        for _ in range(_ATTEMPTS_MAX):
            sheet = self._store.get(AccountSheet, *owner)
            assert sheet is not None, "an account that moves is counted"
            if not sheet.is_moving:
                return
            still = replace(sheet, is_moving=False, version=sheet.version + 1)
            try:
                self._store.commit([Put(still, expect=sheet.version)])
            except CommitConflict:
                continue
            return
        raise FiguresBusy("The account is being counted by others at the same time.")


def _acted(sheet: AccountSheet, acts: Sequence[Act]) -> AccountSheet:
    """Return an account's sheet with the last of what was done about it."""
    done: list[tuple[datetime, str]] = [(act.at, act.what) for act in acts if act.what]
    if sheet.acted_at is not None:
        done.append((sheet.acted_at, sheet.acted))
    if not done:
        return sheet
    at, what = max(done)
    return replace(sheet, acted_at=at, acted=what)


def rank_writes(old: AccountSheet | None, new: AccountSheet) -> list[Write]:
    """Return what puts an account where it belongs among those that owe most."""
    before, after = _ranks(old), _ranks(new)
    return [
        *(Delete(one, expect=None) for one in before if one not in after),
        *(Put(one, expect=None) for one in after if one not in before),
    ]


def _ranks(sheet: AccountSheet | None) -> list[Ranked]:
    if sheet is None:
        return []
    return [
        Ranked(sheet.creditor, currency, sheet.total(currency), sheet.account)
        for currency in sheet.currencies
    ]


def _by_account(updates: Iterable[Update | Act]) -> list[_Told]:
    found: dict[Owner, tuple[list[Update], list[Act]]] = defaultdict(lambda: ([], []))
    for one in updates:
        lists = found[one.creditor, one.account]
        if isinstance(one, Act):
            lists[1].append(one)
        else:
            lists[0].append(one)
    return [_Told(owner, tuple(of), tuple(acts)) for owner, (of, acts) in found.items()]


def _packs(told: Iterable[_Told]) -> Iterator[list[_Told]]:
    """Yield what is counted in one transaction each: several accounts, or a part of one."""
    pack: list[_Told] = []
    for one in told:
        for piece in _pieces(one):
            if pack and sum(p.size for p in pack) + piece.size > _PACK_MAX:
                yield pack
                pack = []
            if any(p.owner == piece.owner for p in pack):
                yield pack
                pack = []
            pack.append(piece)
    if pack:
        yield pack


def _pieces(told: _Told) -> Iterator[_Told]:
    """Yield an account's updates in pieces that fit; those of one subject may part."""
    yield replace(told, updates=told.updates[: _PACK_MAX - 1])
    for start in range(_PACK_MAX - 1, len(told.updates), _PACK_MAX - 1):
        yield _Told(told.owner, told.updates[start : start + _PACK_MAX - 1])


def _halves(told: Sequence[_Told]) -> list[list[_Told]]:
    """Return the same in two parts, of which each is smaller."""
    if len(told) > 1:
        middle = len(told) // 2
        return [[*told[:middle]], [*told[middle:]]]
    one = told[0]
    assert len(one.updates) > 1, "one update fits into a transaction"
    middle = len(one.updates) // 2
    return [
        [replace(one, updates=one.updates[:middle])],
        [_Told(one.owner, one.updates[middle:])],
    ]
