"""The work list as it is read: a page at a time, however long it is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from saldo.errors import Invalid, NotFound
from saldo.store import Store
from saldo.worklist.model import (
    KINDS,
    LATER,
    SECTION_LATER,
    SECTION_NOW,
    WorkItem,
    WorkPlace,
    WorkTally,
    section_of_kind,
)

PAGE_MAX: Final = 100


class WorkItemUnknown(NotFound):
    """There is no such item, or what it was about is over."""

    code = "work-item-unknown"


class WorkCursorNotValid(Invalid):
    """The cursor was given for another list, or by nobody."""

    code = "work-cursor-not-valid"


@dataclass(frozen=True, slots=True)
class WorkPage:
    """One page of a list, and the cursor of the next or None."""

    items: tuple[WorkItem, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items stand on somebody's list, by kind, and how many come later."""

    holder: str
    now: dict[str, int]
    later: int

    @property
    def total(self) -> int:
        return sum(self.now.values())


class WorkPages:
    """Reads lists."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(
        self,
        creditor: str,
        holders: Sequence[str],
        *,
        kind: str | None = None,
        later: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> WorkPage:
        """Return the most urgent items of the lists of `holders`, or the soonest of those that come
        later. One query for each holder, of as many rows as are shown, however long the lists are.

        Raises WorkCursorNotValid.
        """
        section = SECTION_LATER if later else section_of_kind(kind) if kind else SECTION_NOW
        after = _read(cursor, section) if cursor else None
        most = min(limit, PAGE_MAX)
        found: list[WorkPlace] = []
        for holder in dict.fromkeys(holders):
            place = (creditor, holder, section)
            before = (*place, *after) if after is not None else None
            found += self._store.newest(WorkPlace, *place, limit=most + 1, before=before)
        found.sort(key=lambda one: one.key[3:], reverse=True)
        page = found[:most]
        more = _written(section, page[-1]) if len(found) > most else None
        return WorkPage(tuple(one.item for one in page), more)

    def tallies(self, creditor: str, branches: Collection[str] | None = None) -> dict[str, Tally]:
        """Return how much stands on whose list; of accounts of some branches alone, where those are
        named: then nothing of the creditor as a whole is counted. One query.
        """
        found: dict[str, Tally] = {}
        for one in self._store.list(WorkTally, creditor):
            old = found.get(one.holder) or Tally(one.holder, {}, 0)
            parts = (
                [{**one.now, LATER: one.later}]
                if branches is None
                else [one.branches.get(name, {}) for name in set(branches)]
            )
            now = {str(k): old.now.get(k, 0) + sum(part.get(k, 0) for part in parts) for k in KINDS}
            now = {kind: count for kind, count in now.items() if count}
            later = old.later + sum(part.get(LATER, 0) for part in parts)
            found[one.holder] = Tally(one.holder, now, later)
        return {holder: one for holder, one in found.items() if one.now or one.later}

    def branches(self, creditor: str, holder: str) -> set[str | None]:
        """Return the branches of what stands on a list, now or later; None among them where
        something belongs to none. One query.
        """
        found: set[str | None] = set()
        for one in self._store.list(WorkTally, creditor):
            if one.holder == holder:
                found |= set(one.branches)
                counted = sum(sum(part.values()) for part in one.branches.values())
                if counted < sum(one.now.values()) + one.later:
                    found.add(None)
        return found

    def of(self, creditor: str, account: str) -> list[WorkItem]:
        """Return all items of an account, hidden ones included, what waits longest first."""
        found = self._store.list(WorkItem, creditor, account)
        return sorted(found, key=lambda one: (one.since, one.id))

    def get(self, creditor: str, account: str, id_: str) -> WorkItem:
        """Return an item; raise WorkItemUnknown."""
        found = self._store.get(WorkItem, creditor, account, id_)
        if found is None:
            raise WorkItemUnknown(f"There is no work {id_!r} on account {account!r} (any more).")
        return found


def _written(section: str, place: WorkPlace) -> str:
    told = json.dumps([section, place.rank, place.item.account, place.item.id])
    return urlsafe_b64encode(told.encode()).rstrip(b"=").decode()


def _read(cursor: str, section: str) -> tuple[str, ...]:
    try:
        told = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        told = None
    is_one = (
        isinstance(told, list) and len(told) == 4 and all(isinstance(v, str) and v for v in told)
    )
    if not is_one or told[0] != section:
        raise WorkCursorNotValid("This cursor is of another list.").at("/cursor")
    return tuple(told[1:])
