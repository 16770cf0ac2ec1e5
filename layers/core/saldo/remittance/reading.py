"""Reads remittance advices: a mail's words, separated or fixed text, workbooks, the text of PDFs.

Nothing is guessed that the file does not show: a table without a column of amounts is none, and
what names no item is no advice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Final

from saldo.errors import Invalid
from saldo.remittance.lines import (
    LINES_MAX,
    Line,
    Told,
    is_credit,
    is_item,
    put_together,
    read_lines,
)
from saldo.tables.days import read_day
from saldo.tables.encodings import detect_encoding
from saldo.tables.model import Row
from saldo.tables.numbers import read_number
from saldo.tables.read import Tables

PdfLines = Callable[[bytes], Sequence[tuple[str, str]]]
"""The lines of a PDF with their places; raises AdviceNotReadable."""

SPEAKS: Final = re.compile(
    r"\b(?:zahlungs|überweisungs|zahl)?avis\b|remittance"
    r"|payment (?:advice|notification|specification)"
    r"|betaal(?:specificatie|advies)|betalings(?:specificatie|advies)"
    r"|avis de (?:paiement|virement|règlement)",
    re.IGNORECASE,
)
"""Words by which a mail or a file calls itself an advice."""

_PAID_COLUMN: Final = re.compile(
    r"zahl|überweis|netto|net\b|paid|payment|betaald|pay[ée]|réglé", re.IGNORECASE
)
_AMOUNT_COLUMN: Final = re.compile(
    r"betrag|amount|bedrag|montant|brutto|gross|netto|net\b|summe|total|paid|zahlung|betaald"
    r"|skonto|abzug|discount|deduct|korting|escompte|kürzung",
    re.IGNORECASE,
)
BYTES_MAX: Final = 2_000_000
_WORDS_MAX: Final = 200
_BEFORE: Final = timedelta(days=40)
_AFTER: Final = timedelta(days=20)
_DECIMALS: Final = 2
_SUM_ROW: Final = "summe"


class AdviceNotReadable(Invalid):
    """The file is no remittance advice, or none of a form that is read."""

    code = "advice-not-readable"


def calls_itself_advice(text: str) -> bool:
    """Tell whether a subject, a file's name or the beginning of a mail speaks of an advice."""
    return bool(SPEAKS.search(text))


def read_advice(data: bytes, name: str, tables: Tables, pdf_lines: PdfLines) -> Told:
    """Return what a file says that a payment covers.

    Raises AdviceNotReadable, or what reading a table may raise.
    """
    if len(data) > BYTES_MAX:
        raise AdviceNotReadable(f"An advice has at most {BYTES_MAX:,} bytes.")
    if data.lstrip().startswith(b"%PDF"):
        told = read_lines(pdf_lines(data))
    elif data.startswith(b"PK\x03\x04") or name.lower().endswith((".csv", ".tsv")):
        told = _of_table(data, tables)
    else:
        told = read_lines(numbered(_text(data, name)))
    if told is None:
        raise AdviceNotReadable("No line of it names an item with an amount.")
    if told.total_minor <= 0:
        raise AdviceNotReadable("What it covers adds up to nothing.")
    return told


def numbered(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a text with their places."""
    return ((f"line {number}", line) for number, line in enumerate(text.splitlines(), 1))


def _text(data: bytes, name: str) -> str:
    encoding = detect_encoding(lambda: BytesIO(data)).name
    text = data.decode(encoding, errors="replace")
    is_html = name.lower().endswith((".html", ".htm")) or text.lstrip()[:1] == "<"
    return text_of_html(text) if is_html else text


def _of_table(data: bytes, tables: Tables) -> Told | None:
    layout = tables.detect(lambda: BytesIO(data)).layout
    if not layout.header_line:
        if layout.format == "xlsx":
            raise AdviceNotReadable("No row of the workbook names its columns.")
        return read_lines(numbered(_text(data, "")))
    table = tables.open(lambda: BytesIO(data), layout)
    places = [at for at, column in enumerate(table.columns) if _AMOUNT_COLUMN.search(column)]
    if not places:
        raise AdviceNotReadable("No column of it says that it holds amounts.")
    paid = [at for at in places if _PAID_COLUMN.search(table.columns[at])]
    if len(paid) == 1:
        places = [*(at for at in places if at not in paid), *paid]
    lines: list[Line] = []
    totals: list[int] = []
    for row in table.rows:
        amounts = tuple(one for one in (_minor(row, at) for at in places) if one is not None)
        words = " ".join(cell for at, cell in enumerate(row.cells) if at not in places and cell)
        words = words[:_WORDS_MAX]
        if not amounts:
            continue
        if words and is_item(words):
            lines.append(Line(f"row {row.line}", words, amounts, is_credit(words)))
        elif not words or _SUM_ROW in words.lower() or "total" in words.lower():
            totals += reversed(amounts)
        if len(lines) > LINES_MAX:
            raise AdviceNotReadable(f"It has more than {LINES_MAX} lines.")
    return put_together(lines, totals)


def _minor(row: Row, at: int) -> int | None:
    """Return a cell's minor units, None where it holds no amount."""
    cell = row.cells[at] if at < len(row.cells) else ""
    number = read_number(cell, "." if at in row.typed else "mixed")
    if number is None:
        return None
    whole, _, fraction = number.partition(".")
    if len(fraction.rstrip("0")) > _DECIMALS:
        return None
    return int(whole.lstrip("-") + fraction[:_DECIMALS].ljust(_DECIMALS, "0")) * (
        -1 if number.startswith("-") else 1
    )


def day_of(written: Sequence[str], came_on: date) -> date:
    """Return the first day near to an advice's coming that it writes, else that one."""
    for text in written:
        bare = text.replace(" ", "")
        day = read_day(bare, "DMY") or read_day(bare, "YMD")
        if day is not None and came_on - _BEFORE <= day <= came_on + _AFTER:
            return day
    return came_on


def text_of_html(html: str) -> str:
    """Return the words of a page, a row of a table as one line."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    _BREAKS: Final = frozenset({"tr", "br", "p", "div", "table", "li", "h1", "h2", "h3"})
    _SILENT: Final = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1
        if tag in ("td", "th"):
            self.words.append("  ")
        elif tag == "tr":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")
