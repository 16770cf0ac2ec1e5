"""Implements `Typesetter` by Typst (https://typst.app/docs), a compiler in one wheel.

It carries its own fonts, so that a letter looks the same on every machine; the machine's fonts are
not looked at. The same sheet gives the same bytes. docs/decisions tells why Typst.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from saldo.creditor_reference import printed_reference
from saldo.messages.formats import FALLBACK_LANGUAGE, amount_text, date_text
from saldo.reminders.channels.letter import Sheet, Typeset

_HERE: Final = Path(__file__).parent
_ARCHIVE: Final = "a-2b"
"""PDF/A: a letter is kept as long as the books are."""

_EPOCH: Final = 0
_GROUP: Final = 4


class TypstTypesetter:
    """Typesets letters."""

    def typeset(self, sheet: Sheet) -> Typeset:
        """Return the letter as PDF/A. Raises typst.TypstError if the template is broken."""
        data = json.dumps(_data(sheet), ensure_ascii=False)
        pdf: Any = typst.compile(
            (_HERE / "letter.typ").read_bytes(),
            format="pdf",
            sys_inputs={"sheet": data},
            ignore_system_fonts=True,
            pdf_standards=[_ARCHIVE],
            timestamp=_EPOCH,
        )
        return Typeset(pdf, pages_of(pdf))


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF of Typst's has: it writes each page's object plainly."""
    return pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page/")


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
    """Split a letter's text into paragraphs and tables; rows are filled to one length."""
    parts: list[dict[str, Any]] = []
    for paragraph in body.strip().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line.strip()]
        if lines and all("\t" in line for line in lines):
            rows = [line.split("\t") for line in lines]
            width = max(len(row) for row in rows)
            parts.append(
                {
                    "kind": "table",
                    "rows": [row[:1] + [""] * (width - len(row)) + row[1:] for row in rows],
                }
            )
        elif lines:
            parts.append({"kind": "text", "lines": lines})
    return parts


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
