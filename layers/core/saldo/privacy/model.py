"""Orders to erase an account, and files of everything that is held about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from saldo.errors import Conflict, NotFound

Why = Literal["asked", "expired", "mistake"]
"""asked: by the person, art. 17 (1) GDPR; expired: nobody needs it any more; mistake: it should
never have come here. What the law has kept stays in every case."""

KeptAs = Literal["claim", "voucher", "letter", "book"]
"""Why something may not go yet. claim: it is owed, and evidence of it (art. 17 (3) (e) GDPR);
voucher: invoices, credit notes, what was paid; letter: what was written to and fro; book: the
ledger itself. How long, says the law of the creditor's country (`retention.json`)."""

ErasureState = Literal["restricted", "erased", "lifted"]
"""restricted: what may go is gone or going, the rest waits for its day and serves nothing else
(art. 18 GDPR); erased: nothing is left; lifted: taken back."""

EXPORT_LIFE: Final = timedelta(days=7)
"""So long the file of an export is there to be fetched."""


class ErasureUnknown(NotFound):
    """It was not ordered to erase this account."""

    code = "erasure-unknown"


class ExportUnknown(NotFound):
    """There is no such export, or its week is over."""

    code = "privacy-export-unknown"


class ExportNotReady(Conflict):
    """The file of the export is still being made."""

    code = "privacy-export-not-ready"


@dataclass(frozen=True, slots=True)
class Kept:
    """So many records are kept as something, the last of them until the end of the day `until`;
    None: until nothing is owed any more.
    """

    kept_as: KeptAs
    records: int
    until: date | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order to erase what is held about an account, and how far it was carried out.

    `next_at` is the instant of the next look, None when none follows; `kept` is what the last one
    had to leave. The counts are of all looks.
    """

    creditor: str
    account: str
    id: str
    why: Why
    by: str
    asked_at: datetime
    state: ErasureState
    changed_at: datetime
    next_at: datetime | None = None
    kept: tuple[Kept, ...] = ()
    scrubbed: int = 0
    removed: int = 0
    files: int = 0
    events: int = 0
    ended_at: datetime | None = None
    ended_by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state != "restricted" or self.next_at is None:
            return None
        return ("erasure", self.creditor, self.next_at)

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.changed_at)


@dataclass(frozen=True, slots=True)
class PrivacyExport:
    """A file of everything that is held about an account. `sha256` is that of its bytes."""

    creditor: str
    account: str
    id: str
    by: str
    asked_at: datetime
    state: Literal["asked", "ready"] = "asked"
    ready_at: datetime | None = None
    sha256: str = ""
    size_bytes: int = 0
    records: int = 0
    files: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def gone_at(self) -> datetime:
        return self.asked_at + EXPORT_LIFE

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("privacy-export", self.creditor, self.asked_at) if self.state == "asked" else None
