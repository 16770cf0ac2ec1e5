"""Takes files that are tables, from every way in. Implements `Taker`."""

from __future__ import annotations

from typing import Final

from saldo.errors import Refusal, Unavailable
from saldo.imports.service import Imports
from saldo.intake.ports import Outcome, ReceivedFile
from saldo.tables.extf import is_extf

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
        if begun.state == "refused":
            return Outcome("refused", self.kind, begun.code, begun.text, ref=begun.id)
        if begun.state == "done":
            is_whole = not begun.counts.refused
            return Outcome("taken" if is_whole else "partly", self.kind, ref=begun.id)
        return Outcome("working", self.kind, ref=begun.id)
