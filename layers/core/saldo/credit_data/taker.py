"""Takes files of reports from every way in: those of a source that says what its columns mean.

Implements `Taker` and `TakesBySource`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from saldo.credit_data.columns import columns_from
from saldo.credit_data.files import ROWS_MAX_AT_THE_DESK, ReportFiles, RowTaken
from saldo.credit_data.rules import CreditDataRules
from saldo.errors import Refusal, Unavailable
from saldo.intake.ports import Outcome, ReceivedFile, ReportRow, State
from saldo.store import Store

_ROWS_TOLD: Final = 200
"""So many rows of the report say what was refused; all are counted."""


class CreditFileTaker:
    """Takes a file as a whole; the same again changes nothing."""

    kind = "credit-reports"

    def __init__(self, store: Store, files: Callable[[], ReportFiles]) -> None:
        self._store, self._files = store, files

    def accepts(self, head: bytes, name: str) -> bool:
        """A table says by nothing but its source that it is of reports."""
        del head, name
        return False

    def is_of(self, creditor: str, source: str) -> bool:
        """Tell whether the creditor said what the columns of this source mean."""
        rules = self._store.get(CreditDataRules, creditor)
        return rules is not None and source in rules.columns

    def take(self, file: ReceivedFile) -> Outcome:
        """Take every row, or tell why not; what has no account is refused by itself."""
        rules = self._store.get(CreditDataRules, file.creditor)
        assert rules is not None, "asked for by its source"
        try:
            columns = columns_from(rules.columns[file.source])
            done = self._files().take(
                file.creditor,
                file.source,
                file.data,
                columns,
                file.by,
                rows_max=ROWS_MAX_AT_THE_DESK,
            )
        except Unavailable:
            raise
        except Refusal as refusal:
            return Outcome("refused", self.kind, refusal.code, refusal.detail)
        counts = done.counts
        bad = [one for one in done.rows if one.code]
        rows = tuple(_row(one) for one in bad[:_ROWS_TOLD])
        found = tuple(sorted(counts.items()))
        if bad and len(bad) == len(done.rows):
            words = f"All {len(bad)} rows that it has were refused: the report says why."
            return Outcome("refused", self.kind, "rows-refused", words, rows, found)
        state: State = "partly" if bad else "taken" if counts.get("taken") else "unchanged"
        return Outcome(state, self.kind, rows=rows, found=found)


def _row(one: RowTaken) -> ReportRow:
    return ReportRow("refused", f"line {one.line}", one.account, one.code, one.text)
