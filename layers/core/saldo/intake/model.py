"""What is kept of files that came in: a receipt each, and addresses given out for large ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from saldo.errors import Invalid, NotFound, TooLarge
from saldo.intake.ports import ReportRow, State, Way

BYTES_MAX: Final = 64_000_000
"""Of one file, by whatever way: a table of 100,000 rows has some 20 MB, and a function 1 GB."""

ROWS_MAX: Final = 100
"""So many rows of a report stand in the receipt; a taker with more keeps them elsewhere."""

UPLOAD_LIFE: Final = timedelta(hours=1)
WAIT: Final = timedelta(days=30)
"""A file that waits for something is tried again for so long, and then refused."""

RECEIPT_ID_CHARACTERS: Final = 32
SOURCE_DEFAULT: Final = "default"

ReceiptState = Literal["received", State]
"""received: it is kept, and nothing became of it yet."""

SETTLED: Final[frozenset[str]] = frozenset({"taken", "unchanged", "partly", "working"})
"""What need not be tried again when the same bytes come once more, unless they are understood
otherwise by then; "working" is looked at until it ended."""


class ReceiptUnknown(NotFound):
    """There is no upload and no file of that id."""

    code = "upload-unknown"


class SourceNotValid(Invalid):
    """The source's name is made of other characters than a-z, 0-9 and '-'."""

    code = "source-not-valid"


class ReceivedTooLarge(TooLarge):
    """A file is larger than what is taken by any way."""

    code = "file-too-large"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file that came in, and what became of it.

    `id` follows from its bytes and its source: the same again is the same receipt. `rows` are the
    first of its report, `rows_in_all` how many there are. `place` is where the file lies in the
    drop folder, "" for other ways; `place_version` which version of that name it is while it lies
    in `in/`. `next_at` is when it is tried again, None when it need not be; until `wait_until` it
    may wait. `answers` are what a person said about it. `mail` is the mail that it was attached to.
    """

    creditor: str
    id: str
    source: str
    name: str
    media_type: str
    size: int
    sha256: str
    way: Way
    by: str
    received_at: datetime
    updated_at: datetime
    state: ReceiptState = "received"
    kind: str = ""
    code: str = ""
    text: str = ""
    rows: tuple[ReportRow, ...] = ()
    rows_in_all: int = 0
    found: dict[str, Any] = field(default_factory=dict, hash=False)
    ref: str = ""
    place: str = ""
    place_version: str = ""
    mail: str = ""
    answers: dict[str, str] = field(default_factory=dict, hash=False)
    tries: int = 0
    next_at: datetime | None = None
    wait_until: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.updated_at)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("receipt", self.creditor, self.next_at) if self.next_at else None


@dataclass(frozen=True, slots=True)
class Upload:
    """An address that was given out for one file: `receipt` is what came there, "" so far."""

    creditor: str
    id: str
    source: str
    name: str
    by: str
    made_at: datetime
    receipt: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def expires_at(self) -> datetime:
        return self.made_at + UPLOAD_LIFE

    @property
    def gone_at(self) -> datetime:
        return self.made_at + WAIT


def receipt_id(source: str, sha256: str) -> str:
    """Return the id of a file's receipt. The same bytes from two sources are two files: what they
    mean may be another thing there.
    """
    told = hashlib.sha256(f"{source}\0{sha256}".encode()).hexdigest()
    return told[:RECEIPT_ID_CHARACTERS]


def shelf_name(creditor: str, receipt: str) -> str:
    """Return where a file's bytes lie: apart from accounts' files, as no creditor begins with ~."""
    return f"~intake/{creditor}/{receipt}"
