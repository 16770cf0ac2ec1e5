"""The list against the books: derived from scratch and compared, or brought back to what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.store import EVER, Check, CommitConflict, Delete, Put, Store, Write, fed_keys
from saldo.worklist.keep import WorkKeeper
from saldo.worklist.model import (
    KINDS,
    NOBODY,
    SECTION_LATER,
    SECTION_NOW,
    WorkItem,
    WorkPlace,
    WorkTally,
    section_of_kind,
)
from saldo.worklist.plan import Change, counted
from saldo.worklist.rank import places_of, tally_key

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of the list that is not as the books are: `what` is "missing", "left-over",
    "changed", "place" or "count".
    """

    account: str
    item: str
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a look at the whole list found."""

    accounts: int
    items: int
    differences: tuple[Difference, ...]


class WorkProof:
    """Compares the whole list of a creditor with its books; for operators, not for screens."""

    def __init__(self, store: Store, keeper: WorkKeeper) -> None:
        self._store, self._keeper = store, keeper

    def accounts(self, creditor: str) -> Iterator[str]:
        """Yield the creditor as a whole, and every account of it."""
        yield WHOLE_CREDITOR
        for keys in fed_keys(self._store, Account, creditor, *EVER, limit=_PAGE):
            yield from (key[1] for key in keys)

    def rebuild(self, creditor: str, accounts: Iterable[str] | None = None) -> tuple[int, int]:
        """Derive the items of every account (or of these) anew; return how many accounts were
        looked at and how many items changed. What people said about items stays.
        """
        looked = changed = 0
        for account in accounts if accounts is not None else self.accounts(creditor):
            changed += self._keeper.derive(creditor, account)
            looked += 1
        return looked, changed

    def verify(self, creditor: str) -> Proof:
        """Return where the list differs from the books; nothing is written."""
        found: list[Difference] = []
        items: list[WorkItem] = []
        looked = 0
        for account in self.accounts(creditor):
            found += [_named(account, one) for one in self._keeper.differences(creditor, account)]
            items += self._store.list(WorkItem, creditor, account)
            looked += 1
        found += [
            Difference(key[-2], key[-1], "place") for key, _, _ in self._places_off(creditor, items)
        ]
        found += [
            Difference("", f"{tally.holder} {tally.shard}", "count")
            for tally, _ in self._counts_off(creditor, items)
        ]
        return Proof(looked, len(items), tuple(found))

    def _places_off(
        self, creditor: str, items: Sequence[WorkItem]
    ) -> Iterator[tuple[tuple[str, ...], WorkPlace | None, WorkPlace | None]]:
        """Yield what a place should be and what is kept there, where the two differ."""
        wanted = {place.key: place for item in items for place in places_of(item)}
        there = self._kept_places(creditor, items)
        for key in sorted(wanted.keys() | there.keys()):
            if wanted.get(key) != there.get(key):
                yield key, wanted.get(key), there.get(key)

    def _kept_places(
        self, creditor: str, items: Sequence[WorkItem]
    ) -> dict[tuple[str, ...], WorkPlace]:
        holders = {one.holder for one in self._store.list(WorkTally, creditor)}
        holders |= {item.holder for item in items} | {NOBODY}
        return {
            place.key: place
            for holder in sorted(holders)
            for section in (SECTION_NOW, SECTION_LATER, *map(section_of_kind, KINDS))
            for place in self._store.list(WorkPlace, creditor, holder, section)
        }

    def _counts_off(
        self, creditor: str, items: Sequence[WorkItem]
    ) -> Iterator[tuple[WorkTally, WorkTally]]:
        """Yield what a count should be and what is kept, where the two differ."""
        wanted = _counted(items)
        there = {one.key: one for one in self._store.list(WorkTally, creditor)}
        for key in sorted(wanted.keys() | there.keys()):
            blank = WorkTally(key[0], key[1], key[2])
            one, other = wanted.get(key, blank), there.get(key, blank)
            if (one.now, one.later) != (other.now, other.later):
                yield one, other

    def mend(self, creditor: str) -> int:
        """Bring places and counts back to what the items say; return how many were off.

        An item that changes meanwhile brings its own along: such a place is left to it.
        """
        items = [
            item
            for account in self.accounts(creditor)
            for item in self._store.list(WorkItem, creditor, account)
        ]
        off = 0
        for _, wanted, there in self._places_off(creditor, items):
            off += 1
            self._mend_place(wanted, there)
        for right, kept in self._counts_off(creditor, items):
            off += 1
            new = replace(right, version=kept.version + 1)
            with suppress(CommitConflict):  # counted by somebody else just now
                self._store.commit([Put(new, expect=kept.version)])
        return off

    def _mend_place(self, wanted: WorkPlace | None, there: WorkPlace | None) -> None:
        writes: list[Write] = []
        if wanted is not None:
            writes = [Check(wanted.item, expect=wanted.item.version), Put(wanted, expect=None)]
        elif there is not None:
            item = self._store.get(WorkItem, *there.item.key)
            writes = [Check(item, expect=item.version)] if item is not None else []
            writes.append(Delete(there, expect=None))
        with suppress(CommitConflict):  # the item just changed, and its places with it
            self._store.commit(writes)


def _counted(items: Iterable[WorkItem]) -> dict[tuple[str, ...], WorkTally]:
    found: dict[tuple[str, ...], WorkTally] = {}
    for item in items:
        if item.state != "done":
            key = tally_key(item)
            found[key] = counted(found.get(key) or WorkTally(*key), item, 1)
    return found


def _named(account: str, change: Change) -> Difference:
    if change.old is None:
        assert change.new is not None, "a change has one side at least"
        return Difference(account, change.new.id, "missing")
    what = "left-over" if change.new is None else "changed"
    return Difference(account, change.old.id, what)
