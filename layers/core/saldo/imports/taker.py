"""Takes files that are tables, from every way in. Implements `Taker` and `GoesOn`."""

from __future__ import annotations

from typing import Final

from saldo.errors import Refusal, Unavailable
from saldo.imports.model import Import, ImportUnknown
from saldo.imports.service import Imports
from saldo.intake.ports import Outcome, ReceivedFile
from saldo.tables.extf import is_extf

ROWS_REFUSED: Final = "rows-refused"

_WORKBOOK: Final = b"PK\x03\x04"
_ENDINGS: Final = (".csv", ".tsv", ".txt", ".asc", ".xlsx", ".xlsm")
_OTHERS: Final = (b"%PDF", b"<", b"\xef\xbb\xbf<", b"{", b"[")


class TableTaker:
    """Begins an import, whose steps a queue carries on."""

    kind = "table"

    def __init__(self, imports: Imports) -> None:
        self._imports = imports

    def accepts(self, head: bytes, name: str) -> bool:
        """Tell by the beginning, for text by the name's ending, whether a file is a table."""
        if is_extf(head):
            return True
        if head.lstrip().startswith(_OTHERS):
            return False
        return name.lower().endswith(_ENDINGS) or (
            head.startswith(_WORKBOOK) and b"[Content_Types].xml" in head
        )

    def take(self, file: ReceivedFile) -> Outcome:
        """Begin the import of a file under its source's mapping; without one it waits for it."""
        try:
            begun = self._imports.begin(file.creditor, file.source, file.name, file.data, file.by)
        except Unavailable:
            raise
        except Refusal as refusal:
            waits = refusal.code == "mapping-unknown"
            return Outcome(
                "waiting" if waits else "refused", self.kind, refusal.code, refusal.detail
            )
        return outcome_of(begun)

    def look(self, creditor: str, ref: str) -> Outcome:
        """Tell how far an import is; one that stands still has failed."""
        try:
            return outcome_of(self._imports.look(creditor, ref))
        except ImportUnknown as refusal:
            return Outcome("refused", self.kind, refusal.code, refusal.detail, ref=ref)

    def is_outdated(self, creditor: str, source: str, ref: str) -> bool:
        """Tell whether the mapping of its source changed since an import was begun."""
        return not self._imports.is_current(creditor, source, ref)


def outcome_of(one: Import) -> Outcome:
    """Return what became of a table by its import. Pure."""
    kind, counts = TableTaker.kind, one.counts
    if one.state == "refused":
        return Outcome("refused", kind, one.code, one.text, ref=one.id)
    if one.state not in ("done", "failed"):
        return Outcome("working", kind, ref=one.id)
    found = (
        ("rows", counts.rows),
        ("taken", counts.taken),
        ("unchanged", counts.unchanged),
        ("refused", counts.refused),
        ("left_out", counts.left_out),
        ("accounts", counts.accounts),
    )
    if one.state == "failed":
        return Outcome("failed", kind, one.code, one.text, found=found, ref=one.id)
    if counts.refused and not counts.taken + counts.unchanged:
        words = f"All {counts.refused} rows that it has were refused: the report says why."
        return Outcome("refused", kind, ROWS_REFUSED, words, found=found, ref=one.id)
    return Outcome("partly" if counts.refused else "taken", kind, found=found, ref=one.id)
