"""Implements `PaperTypesetter`: statements, receipts and payment summaries, by Typst."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, Final

from saldo.adapters.letters.compiler import pdf, pictures
from saldo.reports.paper import Paper, PaperTable

_TEMPLATE: Final = "paper.typ"
_TAGGED_ROWS_MAX: Final = 1000
"""Tags, by which screen readers find their way, make a row ten times as large: a document with more
rows would not fit into one answer with them."""

_LONG_WORD: Final = re.compile(r"\S{24,}")
_PIECE: Final = re.compile(r"\S{10}")


class TypstPaper:
    """Typesets documents for payers."""

    def pdf(self, paper: Paper) -> bytes:
        """Return the document as PDF/A. Raises typst.TypstError if the template is broken."""
        rows = sum(len(table.rows) for table in paper.tables)
        return pdf(_TEMPLATE, _data(paper), tagged=rows <= _TAGGED_ROWS_MAX)

    def pictures(self, paper: Paper, *, dots_per_inch: float) -> list[bytes]:
        """Return the document's pages as PNG images, to be looked at."""
        return pictures(_TEMPLATE, _data(paper), dots_per_inch=dots_per_inch)


def _data(paper: Paper) -> dict[str, Any]:
    return {
        **asdict(paper),
        "sender": _parted(paper.sender),
        "to_lines": [_parted(line) for line in paper.to_lines],
        "facts": [(word, _parted(value)) for word, value in paper.facts],
        "language": paper.language.partition("-")[0].lower(),
        "made_on": [paper.made_on.year, paper.made_on.month, paper.made_on.day],
        "tables": [_table(table) for table in paper.tables],
    }


def _table(table: PaperTable) -> dict[str, Any]:
    """Words that no line holds may be parted; amounts and days stay in one line."""
    wide = [column.share > 0 for column in table.columns]
    return {
        "title": table.title,
        "note": table.note,
        "columns": [asdict(column) for column in table.columns],
        "rows": [
            {
                "strong": row.strong,
                "cells": [
                    _parted(cell) if is_wide else cell.replace(" ", "\u00a0")
                    for cell, is_wide in zip(row.cells, wide, strict=True)
                ],
            }
            for row in table.rows
        ],
    }


def _parted(text: str) -> str:
    """Return a text whose long words have places at which a line may end."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)
