"""Implements `Typesetter`: letters, by Typst."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from saldo.adapters.letters.compiler import pages_of, pdf, pictures
from saldo.creditor_reference import printed_reference
from saldo.messages.formats import FALLBACK_LANGUAGE, amount_text, date_text
from saldo.reminders.channels.letter import Sheet, Typeset

_HERE: Final = Path(__file__).parent
_TEMPLATE: Final = "letter.typ"
_GROUP: Final = 4


class TypstTypesetter:
    """Typesets letters."""

    def typeset(self, sheet: Sheet) -> Typeset:
        """Return the letter as PDF/A. Raises typst.TypstError if the template is broken."""
        made = pdf(_TEMPLATE, _data(sheet))
        return Typeset(made, pages_of(made))

    def pictures(self, sheet: Sheet, *, dots_per_inch: float) -> list[bytes]:
        """Return the letter's pages as PNG images, to be looked at."""
        return pictures(_TEMPLATE, _data(sheet), dots_per_inch=dots_per_inch)


def _data(sheet: Sheet) -> dict[str, Any]:
    words = _words(sheet.language)
    day = date_text(sheet.written_on, sheet.language)
    facts = [(words["date"], day), *((words[word], value) for word, value in sheet.facts)]
    return {
        "paper": sheet.paper,
        "language": sheet.language.partition("-")[0].lower(),
        "words": words,
        "sender": sheet.sender,
        "sender_lines": sheet.sender_lines,
        "imprint": sheet.imprint,
        "colour": sheet.colour,
        "to_lines": sheet.to_lines,
        "facts": facts,
        "subject": sheet.subject,
        "written_on": [sheet.written_on.year, sheet.written_on.month, sheet.written_on.day],
        "body": _parts(sheet.body),
        "slip": _slip(sheet, words),
        "code": sheet.code,
        "code_pays": sheet.code_pays,
        "pay_url": sheet.pay_url,
    }


def _parts(body: str) -> list[dict[str, Any]]:
    """Split a letter's text into paragraphs and tables; rows are filled to one length.

    A row that begins with spaces explains the one above it.
    """
    parts: list[dict[str, Any]] = []
    for paragraph in body.strip().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if lines and all("\t" in line for line in lines):
            rows = [line.split("\t") for line in lines]
            width = max(len(row) for row in rows)
            parts.append({"kind": "table", "rows": [_row(row, width) for row in rows]})
        elif lines:
            parts.append({"kind": "text", "lines": lines})
    return parts


def _row(cells: list[str], width: int) -> dict[str, Any]:
    if cells[0].startswith(" "):
        return {"explains": True, "cells": [" ".join(cell.strip() for cell in cells).strip()]}
    return {"explains": False, "cells": cells[:1] + [""] * (width - len(cells)) + cells[1:]}


def _slip(sheet: Sheet, words: dict[str, str]) -> list[tuple[str, str]]:
    transfer = sheet.transfer
    if transfer is None:
        return []
    rows = [(words["to"], transfer.account_holder), ("IBAN", _grouped(transfer.iban))]
    if transfer.bic:
        rows.append(("BIC", transfer.bic))
    if transfer.reference:
        rows.append((words["reference"], printed_reference(transfer.reference)))
    if sheet.amount_minor is not None:
        amount = amount_text(sheet.amount_minor, sheet.currency, sheet.language)
        rows.append((words["amount"], amount))
    return rows


def _grouped(iban: str) -> str:
    compact = "".join(iban.split())
    return " ".join(compact[at : at + _GROUP] for at in range(0, len(compact), _GROUP))


@cache
def _all_words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((_HERE / "words.json").read_text("utf-8"))
    return found


def _words(language: str) -> dict[str, str]:
    every = _all_words()
    return every.get(language.partition("-")[0].lower(), every[FALLBACK_LANGUAGE])
