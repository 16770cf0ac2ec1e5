"""The one port to the books: strongly consistent reads and all-or-nothing commits of records.

A *record* is a frozen dataclass with a `key` (a tuple of texts, the partition's parts first) and,
where others change it concurrently, a `version`. An adapter keeps records; it decides nothing.
Two adapters exist, memory and DynamoDB, and one contract suite runs over both.

Optional properties of a record place it in an index, which may lag behind the table and therefore
never decides about money or a send:
`work_entry` -> (kind, creditor, due instant): what somebody must come back to;
`feed_entry` -> (partition, instant of the last change): lists by `updated_after`;
`due_at` -> instant: accounts that the reminder sweep must look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

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
    carried out and none is forgotten. The account must exist.
    """

    creditor: str
    account: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CountUp:
    """Add one to a day's counter, which must stay at or below `most`."""

    creditor: str
    name: str
    most: int


Write = Put | Delete | Check | Wake | CountUp


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


def any_of(conflict: CommitConflict, *kinds: type[Any]) -> bool:
    """Tell whether a failed write of `conflict` concerns one of the record or write `kinds`."""
    return any(
        isinstance(write, kinds) or isinstance(getattr(write, "record", None), kinds)
        for write in conflict.failed
    )
