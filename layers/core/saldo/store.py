"""The one port to the books: strongly consistent reads and all-or-nothing commits of records.

A *record* is a frozen dataclass with a `key` (a tuple of texts, the partition's parts first) and,
where others change it concurrently, a `version`. An adapter keeps records; it decides nothing.
Two adapters exist, memory and DynamoDB, and one contract suite runs over both.

Optional properties of a record place it in an index, which may lag behind the table and therefore
never decides about money or a send:
`work_entry` -> (kind, creditor, due instant): what somebody must come back to;
`feed_entry` -> (partition, instant of the last change): lists by `updated_after`;
`due_at` -> instant: accounts that the reminder sweep must look at.

A record with `gone_at` is needed until that instant; some time after it the table forgets it by
itself, so readers go by the instants that a record holds, never by its being there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from saldo.risk.behaviour import DaysBeyondTerms

TRANSACTION_ITEMS_MAX = 100
"""DynamoDB's limit of one TransactWriteItems."""


class Record(Protocol):
    """Anything the store keeps."""

    @property
    def key(self) -> tuple[str, ...]: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Put:
    """Write `record`.

    `expect` is the version that must be there now; 0 means that nothing may be there (put if
    absent); None writes whatever is there.
    """

    record: Record
    expect: int | None = 0


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove `record`, which must have the version `expect` (None: whatever is there)."""

    record: Record
    expect: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """Nothing is written, but `record` must still have the version `expect` when all commits."""

    record: Record
    expect: int


@dataclass(frozen=True, slots=True)
class Wake:
    """Raise the version of an account and set its next action to `at`, unless `at` is None.

    Every fact that changes what is due commits one, so that no plan made on older facts can be
    carried out and none is forgotten. The account must exist, with the version `expect` if one is
    given: facts that may not stand beside each other (two promises for one invoice) each wake the
    account as they read it before they looked for the other. `paid` is added to the account's sums
    (`CountPaid`).
    """

    creditor: str
    account: str
    at: datetime | None
    expect: int | None = None
    paid: DaysBeyondTerms | None = None


@dataclass(frozen=True, slots=True)
class CountUp:
    """Add one to a day's counter, which must stay at or below `most`."""

    creditor: str
    name: str
    most: int


@dataclass(frozen=True, slots=True)
class CountPaid:
    """Add to the sums of how late an account pays, within the wake-up of the same commit.

    It is no write of its own and costs nothing. Below zero where an invoice came open again.
    """

    creditor: str
    account: str
    paid: DaysBeyondTerms


Applied = Put | Delete | Check | Wake | CountUp
"""What adapters apply, each to a row of its own."""

Write = Applied | CountPaid


class CommitConflict(Exception):
    """Nothing was written: `failed` are the writes whose expectation did not hold."""

    def __init__(self, failed: Sequence[Write]) -> None:
        super().__init__(f"{len(failed)} expectations did not hold")
        self.failed = tuple(failed)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a feed: keys of records, and the cursor of the next page or None."""

    keys: tuple[tuple[str, ...], ...]
    cursor: str | None


class Store(Protocol):
    """The books. Every method may raise the adapter's own error when the table is out of reach."""

    def get(self, kind: type[R], *key: str) -> R | None:
        """Return the record as it is now (strongly consistent), or None."""

    def get_many(self, kind: type[R], keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], R]:
        """Return those of the records that exist, by key (strongly consistent)."""

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        """Yield all records of a kind below `prefix`, in key order (strongly consistent).

        `prefix` must hold at least the parts of the kind's partition.
        """

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        """Return the last `limit` records below `prefix`, the last in key order first.

        With `before`, the key of a record that there is or was, the last of those before it.
        """

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        """Return the first `limit` records below `prefix` in key order.

        With `after`, the key of a record that there is or was, the first of those behind it.
        """

    def relaxed(self) -> Store:
        """Return the same books for looking alone: what is read may be a moment old and costs half.
        Never for what decides about money or a send.
        """

    def everything(self) -> Iterator[Any]:
        """Yield every record of the books in any order; others may be writing meanwhile."""

    def commit(self, writes: Sequence[Write]) -> None:
        """Do all of `writes` or none.

        At most 100, no record twice. Raises CommitConflict when an expectation does not hold.
        """

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        """Yield the accounts whose next action is in [since, until], soonest first (index)."""

    def work(
        self, kind: type[R], name: str, creditor: str, until: datetime
    ) -> Iterator[tuple[str, ...]]:
        """Yield keys of records with the work entry `name` due at or before `until` (index)."""

    def feed(
        self,
        kind: type[R],
        creditor: str,
        after: datetime,
        before: datetime,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page:
        """Return keys of records changed in (after, before), oldest first (index)."""


EVER: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
"""Bounds of a feed that leave nothing out."""


def fed_keys(
    store: Store, kind: type[R], creditor: str, after: datetime, before: datetime, *, limit: int
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield all of a feed's keys, page by page of `limit`, the oldest first."""
    cursor = None
    while True:
        page = store.feed(kind, creditor, after, before, cursor=cursor, limit=limit)
        yield page.keys
        cursor = page.cursor
        if cursor is None:
            return


def fed(
    store: Store, kind: type[R], creditor: str, after: datetime, before: datetime, *, limit: int
) -> Iterator[list[R]]:
    """Yield all of a feed's records as they are now, page by page; what is gone is left out."""
    for keys in fed_keys(store, kind, creditor, after, before, limit=limit):
        found = store.get_many(kind, keys)
        yield [found[key] for key in keys if key in found]


def settled(look: Callable[[], bool], attempts: int) -> bool | None:
    """Look until nothing differs: True when a look wrote something, False when none had to.

    `look` reads facts, then writes what differs from what is kept, and tells whether it wrote; it
    may raise CommitConflict. Whoever wrote looks once more: another look may have read newer facts
    meanwhile, and found that they say what stood there before. None when others write all the time.
    """
    is_changed = False
    for _ in range(attempts):
        try:
            if not look():
                return is_changed
            is_changed = True
        except CommitConflict:
            continue
    return None


def any_of(conflict: CommitConflict, *kinds: type[Any]) -> bool:
    """Tell whether a failed write of `conflict` concerns one of the record or write `kinds`."""
    return any(
        isinstance(write, kinds) or isinstance(getattr(write, "record", None), kinds)
        for write in conflict.failed
    )


def folded(writes: Sequence[Write]) -> list[Applied]:
    """Return the writes of a commit with each `CountPaid` inside its account's wake-up.

    For adapters. A fact that closes or reopens an invoice always wakes its account.
    """
    rest: list[Applied] = [write for write in writes if not isinstance(write, CountPaid)]
    for count in (write for write in writes if isinstance(write, CountPaid)):
        place = next(
            (
                number
                for number, write in enumerate(rest)
                if isinstance(write, Wake)
                and (write.creditor, write.account) == (count.creditor, count.account)
            ),
            None,
        )
        assert place is not None, "what is paid wakes its account"
        wake = rest[place]
        assert isinstance(wake, Wake), "found as one"
        paid = count.paid if wake.paid is None else wake.paid + count.paid
        rest[place] = replace(wake, paid=paid)
    return rest
