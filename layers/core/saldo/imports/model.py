"""What is kept of an import, and the ports that it works through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol

from saldo.errors import Conflict, NotFound, TooLarge, Unavailable

PAGE_ROWS: Final = 250
"""Rows of one step: what is done again when a step is broken off."""

BYTES_MAX: Final = 64 * 1024 * 1024

LEASE: Final = timedelta(minutes=4)
"""How long a step that was begun is left alone; it takes seconds."""

STILL: Final = timedelta(hours=3)
"""An import that got no further for so long stands still, whatever became of its worker."""

FAILED: Final = "import-failed"
STOOD_STILL: Final = "import-stood-still"

ImportState = Literal["waiting", "running", "done", "refused", "failed"]
"""waiting: the file is there and was not looked at; running: rows are being taken; done: every row
has its line in the report; refused: the whole file was, and no row of it was taken; failed: it got
no further, what it took stays taken, and it goes on where it was as soon as it is asked to."""

RowStatus = Literal["taken", "unchanged", "refused", "left-out", "not-reached"]
"""not-reached: the import failed before it came to this row."""


class ImportUnknown(NotFound):
    """The creditor has no import of that id."""

    code = "import-unknown"


class ImportBusy(Unavailable):
    """Another worker is at this import; later it will be further."""

    code = "import-busy"


class ImportFileTooLarge(TooLarge):
    """The file is larger than one import may be."""

    code = "import-file-too-large"


class NumberRepeated(Conflict):
    """A number stands in two rows that differ: they are lines of invoices, not invoices."""

    code = "number-repeated"


class ImportFileGone(Conflict):
    """The import's file is no longer kept."""

    code = "import-file-gone"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by what became of them; `accounts` were made or changed beside them."""

    taken: int = 0
    unchanged: int = 0
    refused: int = 0
    left_out: int = 0
    accounts: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.taken + other.taken,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
            self.left_out + other.left_out,
            self.accounts + other.accounts,
        )

    @property
    def rows(self) -> int:
        return self.taken + self.unchanged + self.refused + self.left_out


@dataclass(frozen=True, slots=True)
class Import:
    """One file of rows on its way into the books.

    `mapping` is the version of its source's mapping; a repeated file under the same version is the
    same import. `pages` of PAGE_ROWS rows are taken one after the other, `cursor` is the next; with
    `late` ones, rows that need all others first, the pages are gone through a second time.
    `began_at` is when the page at the cursor was first begun, `held_until` when it counts as broken
    off; both None between pages. `moved_at` is when it last got further. `code` and `text` say why
    a whole file was refused, or why the import failed.
    """

    creditor: str
    id: str
    source: str
    mapping: int
    name: str
    sha256: str
    size: int
    by: str
    received_at: datetime
    state: ImportState = "waiting"
    pages: int = 0
    rows: int = 0
    late: int = 0
    cursor: int = 0
    counts: Counts = Counts()
    began_at: datetime | None = None
    held_until: datetime | None = None
    moved_at: datetime | None = None
    finished_at: datetime | None = None
    code: str = ""
    text: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "refused")

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        """A person looks at what got no further."""
        if self.state != "failed":
            return None
        return ("import-failed", self.creditor, self.moved_at or self.received_at)

    @property
    def steps(self) -> int:
        """How many steps there are in all, as far as known."""
        return self.pages * (2 if self.late else 1)

    @property
    def shelf(self) -> str:
        """Below which name its files lie."""
        return f"imports/{self.creditor}/{self.id}"


@dataclass(frozen=True, slots=True)
class ImportJob:
    """Go on with an import."""

    creditor: str
    id: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of one row; `code` and `text` say why it was refused or left out."""

    line: int
    status: RowStatus
    kind: str
    id: str
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one record, as the API tells it."""

    status: Literal["accepted", "unchanged", "refused"]
    code: str = ""
    text: str = ""


class Push(Protocol):
    """Takes records as the API does, any number of times: the one way into the books. Each answers
    in its place; what is raised concerns them all, and the same may be tried again.
    """

    def accounts(self, creditor: str, records: Sequence[dict[str, Any]]) -> list[Pushed]: ...
    def invoices(self, creditor: str, records: Sequence[dict[str, Any]]) -> list[Pushed]: ...
    def credit_notes(self, creditor: str, records: Sequence[dict[str, Any]]) -> list[Pushed]: ...
    def payments(self, creditor: str, records: Sequence[dict[str, Any]]) -> list[Pushed]: ...
    def holds(self, creditor: str, records: Sequence[dict[str, Any]]) -> list[Pushed]: ...


class ImportQueue(Protocol):
    """Carries imports from step to step, each job at least once."""

    def put(self, jobs: Sequence[ImportJob]) -> None: ...
