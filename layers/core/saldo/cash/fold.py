"""Taking what changed during the day into the sheets, so that a look has few changes to count in.

It is one transaction of the accounts' rows, the sheets that they touch, and the head, whose version
lets one fold at a time through and none while the sheets are made anew. Whoever loses leaves it:
the changes stay where they are, are counted in at every look, and wait for the next fold or the
night.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from zlib import crc32

from saldo.cash.model import CHANGED, WHOLE, AccountCash, CashHead, CashSheet, read
from saldo.cash.sheets import Live, add_account, eve_of, sheets_of
from saldo.store import CommitConflict, Delete, Put, Store, Write

EVERY: Final = 32
"""One change of so many looks whether to fold."""

FOLDED_MAX: Final = 40
"""Accounts of one fold; with their sheets they fit into one transaction."""

_WRITES_MAX: Final = 95


def is_time_to_fold(row: AccountCash) -> bool:
    """Tell whether a change is the one of EVERY that folds: by its account and version."""
    return crc32(f"{row.account}#{row.version}".encode()) % EVERY == 0


def fold(store: Store, creditor: str, now: datetime, today: date) -> int:
    """Take changed accounts into the sheets; return how many. None where another was quicker, and
    while the night of `today` is still to come: it makes all sheets anew.
    """
    head = store.get(CashHead, creditor)
    if head is None or head.building or head.day < today - timedelta(days=1):
        return 0
    keys = islice(store.work(AccountCash, CHANGED, creditor, now), FOLDED_MAX)
    rows = [row for row in store.get_many(AccountCash, list(keys)).values() if row.differs]
    kept = {
        scope: {sheet.key: sheet for sheet in store.list(CashSheet, creditor, head.build, scope)}
        for scope in _scopes(rows)
    }
    rows, writes, scopes = _folded(creditor, head, rows, kept)
    if not rows:
        return 0
    new = replace(
        head,
        places=tuple(sorted({*head.places, *scopes} - {WHOLE})),
        currencies=tuple(sorted({*head.currencies, *_currencies(rows)})),
        version=head.version + 1,
    )
    try:
        store.commit([Put(new, expect=head.version), *writes])
    except CommitConflict:
        return 0
    return len(rows)


def _scopes(rows: Iterable[AccountCash]) -> list[str]:
    found = {WHOLE}
    for row in rows:
        found |= {row.place} if row.items else set()
        found |= {row.counted_place} if row.counted else set()
    return sorted(found)


def _currencies(rows: Iterable[AccountCash]) -> set[str]:
    return {item.currency for row in rows for item in read(row.items)}


_Kept = dict[str, dict[tuple[str, ...], CashSheet]]


def _folded(
    creditor: str, head: CashHead, rows: list[AccountCash], kept: _Kept
) -> tuple[list[AccountCash], list[Write], list[str]]:
    """Return as many of the rows as fit into a transaction, what is written, and the scopes."""
    while rows:
        scopes = _scopes(rows)
        sheets = _sheets(creditor, head, rows, {scope: kept[scope] for scope in scopes})
        gone = [
            Delete(old, None)
            for scope in scopes
            for key, old in kept[scope].items()
            if key not in {one.key for one in sheets}
        ]
        writes: list[Write] = [*(Put(one, expect=None) for one in sheets), *gone]
        writes += [_counted(row) for row in rows]
        if len(writes) <= _WRITES_MAX:
            return rows, writes, scopes
        rows = rows[: len(rows) // 2]
    return [], [], []


def _sheets(
    creditor: str, head: CashHead, rows: Iterable[AccountCash], kept: _Kept
) -> list[CashSheet]:
    lives: dict[str, dict[str, Live]] = {scope: {} for scope in kept}
    for scope, of_scope in kept.items():
        for sheet in of_scope.values():
            live = lives[scope].setdefault(sheet.currency, Live(sheet.currency))
            live.add_sheet(sheet)
    eve = eve_of(creditor, head.day)
    for row in rows:
        before, after = read(row.counted), read(row.items)
        for scope in {WHOLE, row.counted_place} if before else ():
            add_account(lives[scope], row.account, before, eve, -1)
        for scope in {WHOLE, row.place} if after else ():
            add_account(lives[scope], row.account, after, eve)
    return [
        sheet
        for scope, of_scope in lives.items()
        for live in of_scope.values()
        for sheet in sheets_of(creditor, head.build, scope, live)
    ]


def _counted(row: AccountCash) -> Write:
    if not row.items:
        return Delete(row, row.version)
    return Put(
        replace(row, counted=row.items, counted_place=row.place, version=row.version + 1),
        expect=row.version,
    )
