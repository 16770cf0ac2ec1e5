"""Takes files that are remittance advices, from every way in. Implements `Taker`, `TakesBySource`.

What an advice says is kept and shown to matching, for whom it is evidence and nothing more: whoever
wrote it cannot move money, only explain what the bank says that came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.errors import Refusal, Unavailable
from saldo.intake.ports import Outcome, ReceivedFile, ReportRow
from saldo.money import format_amount
from saldo.remittance.model import SOURCE, RemittanceAdvice
from saldo.remittance.reading import PdfLines, calls_itself_advice, day_of, read_advice
from saldo.store import CommitConflict, Put, Store
from saldo.tables.read import Tables

KIND: Final = "remittance-advice"


class AdviceFiles:
    """Reads advices and keeps them. `came` is called once one was kept: what waits is matched."""

    kind = KIND

    def __init__(
        self,
        store: Store,
        tables: Callable[[], Tables],
        pdf_lines: PdfLines,
        came: Callable[[str], object],
    ) -> None:
        self._store, self._tables, self._pdf_lines = store, tables, pdf_lines
        self._came = came

    def accepts(self, head: bytes, name: str) -> bool:
        """Tell by its name that a file is an advice; an e-invoice (XML) never is."""
        return calls_itself_advice(name.replace("_", " ").replace("-", " ")) and not (
            head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml")
        )

    def is_of(self, creditor: str, source: str) -> bool:
        """Tell whether files of a source are advices, whatever they look like."""
        del creditor
        return source == SOURCE

    def take(self, file: ReceivedFile) -> Outcome:
        """Keep what a file says. Raises an Unavailable."""
        owner = self._store.get(Creditor, file.creditor)
        try:
            told = read_advice(file.data, file.name, self._tables(), self._pdf_lines)
        except Unavailable:
            raise
        except Refusal as refusal:
            return Outcome("refused", KIND, refusal.code, refusal.detail)
        came_on = local_day(file.received_at, owner.time_zone if owner else "UTC")
        advice = RemittanceAdvice(
            file.creditor, file.id, file.name, file.by, file.received_at,
            day_of(told.days, came_on), told.total_minor,
            told.kept,
        )  # fmt: skip
        try:
            self._store.commit([Put(advice)])
            is_new = True
        except CommitConflict:
            is_new = False
        self._came(file.creditor)
        return _outcome(advice, is_new=is_new, adds_up=told.adds_up)


def _outcome(advice: RemittanceAdvice, *, is_new: bool, adds_up: bool) -> Outcome:
    rows = [] if adds_up else [
        ReportRow(
            "warning", "", "", "advice-does-not-add-up",
            "Its lines do not make the sum that it states: nothing is booked by it alone.",
        )
    ]  # fmt: skip
    found = (
        ("day", advice.day.isoformat()),
        ("total", format_amount(advice.total_minor, "EUR")),
        ("lines", len(advice.lines)),
    )
    return Outcome(
        "taken" if is_new else "unchanged", KIND, rows=tuple(rows), found=found, ref=advice.id
    )
