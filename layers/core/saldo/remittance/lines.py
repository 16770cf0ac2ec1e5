"""The lines of a remittance advice, and which of their amounts is what was paid. Pure.

A line names an item and has one amount or several: gross, deduction, paid, in any order. Which
column is which no two payers agree on, so the sum tells: the column is the paid one whose amounts
make the sum that the advice states. Amounts are minor units; two decimals are expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from saldo.matching.model import AdviceLine

LINES_MAX: Final = 1_000
_LINE_CHARACTERS_MAX: Final = 1_000
"""What is longer is no line of a table, and patterns take longer than it is worth."""

_TEXT_MAX: Final = 200
_AMOUNTS_MAX: Final = 6

_DAY: Final = re.compile(
    r"(?<![\d.])\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:20)?\d\d(?!\d))?"
    r"|(?<!\d)20\d\d-\d\d-\d\d(?!\d)|(?<!\d)\d{1,2}/\d{1,2}/(?:20)?\d\d(?!\d)",
    re.ASCII,
)
_IBAN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?")
_AMOUNT: Final = re.compile(
    r"(?<![\w.,/])([-+−]?)\s?"
    r"((?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?:['’\u00a0\u202f]\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,9})[.,]\d\d)"
    r"(-?)(?![\w/]|[.,]\d)",
)
_NUMBER: Final = re.compile(r"[A-Za-z0-9][\w/.-]*\d|\d{3,}")
_ITEM: Final = re.compile(
    r"\b(?:re|rg|rn|inv|fa)\b|rechnung|invoice|fact(?:uur|ure)|beleg|gutschrift|credit.?note", re.I
)
_CREDIT: Final = re.compile(r"gutschrift|credit.?note|creditnota|\bavoir\b", re.I)
_SUM: Final = re.compile(
    r"\b(?:summe|gesamt\w*|total\w*|sum|zahl(?:ungs)?betrag|zahlung\w*|überweis\w*|überwiesen"
    r"|auszahlung\w*|endbetrag|payment|paid|remitt\w*|totaal\w*|betaling\w*|betaald|montant"
    r"|paiement|virement|avis\w*|advice)\b",
    re.I,
)
_WORDS_OF_DAY: Final = re.compile(
    r"datum|valuta|zahltag|ausführ|überweis|zahlung|date|payment|betaal|paiement|virement", re.I
)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one line: its words without the amounts, and the amounts in their order."""

    place: str
    text: str
    amounts: tuple[int, ...]
    is_credit: bool = False


@dataclass(frozen=True, slots=True)
class PaidLine:
    """An item and what was paid for it, below zero for a credit note; `deducted_minor` was kept."""

    place: str
    text: str
    amount_minor: int
    deducted_minor: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What an advice says. `total_minor` is what it states as its sum, else what its lines make."""

    lines: tuple[PaidLine, ...]
    total_minor: int
    days: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[AdviceLine, ...]:
        """The lines as matching takes them."""
        return tuple(
            AdviceLine(one.place, one.text, one.amount_minor, one.deducted_minor)
            for one in self.lines
        )

    @property
    def adds_up(self) -> bool:
        return sum(line.amount_minor for line in self.lines) == self.total_minor


def read_lines(texts: Iterable[tuple[str, str]]) -> Told | None:
    """Return what an advice's lines (place, text) say; None where no line names an item."""
    found: list[Line] = []
    totals: list[int] = []
    days: list[str] = []
    for place, whole in texts:
        text = whole[:_LINE_CHARACTERS_MAX]
        if len(found) >= LINES_MAX:
            return None
        if _WORDS_OF_DAY.search(text):
            days += [match[0] for match in _DAY.finditer(text)]
        bare = _IBAN.sub(" ", _DAY.sub(" ", text))
        amounts = tuple(minor(match) for match in _AMOUNT.finditer(bare))[:_AMOUNTS_MAX]
        words = " ".join(_AMOUNT.sub(" ", bare).split())[:_TEXT_MAX]
        if not amounts:
            continue
        if is_item(words):
            found.append(Line(place, words, amounts, bool(_CREDIT.search(words))))
        elif _SUM.search(words):
            totals += reversed(amounts)
    return put_together(found, totals, days)


def is_item(words: str) -> bool:
    """Tell whether a line's words name an item: a number stands there, and it is no sum's."""
    if not _NUMBER.search(words):
        return False
    return bool(_ITEM.search(words)) or not _SUM.search(words)


def is_credit(words: str) -> bool:
    """Tell whether a line's words are those of a credit note."""
    return bool(_CREDIT.search(words))


def minor(match: re.Match[str]) -> int:
    """Return the minor units of an amount that was found."""
    digits = int("".join(one for one in match[2] if one.isdigit()))
    return -digits if match[1] in ("-", "−") or match[3] else digits


def put_together(
    lines: Sequence[Line], totals: Sequence[int], days: Sequence[str] = ()
) -> Told | None:
    """Return lines with the amounts that were paid, and the sum that they were held against."""
    if not lines:
        return None
    wanted = {abs(total) for total in totals}
    tried = [[_column(line, place) for line in lines] for place in (-1, 0, 1)]
    tried.append([_less_deduction(line) for line in lines])
    for amounts in tried:
        if sum(amounts) in wanted:
            return Told(_paid(lines, amounts), sum(amounts), tuple(days))
    amounts = [_by_arithmetic(line) for line in lines]
    total = sum(amounts) if not totals or sum(amounts) in wanted else abs(totals[0])
    return Told(_paid(lines, amounts), total, tuple(days))


def _column(line: Line, place: int) -> int:
    at = min(place, len(line.amounts) - 1)
    return _signed(line, line.amounts[at])


def _less_deduction(line: Line) -> int:
    if len(line.amounts) < 2:
        return _column(line, 0)
    return _signed(line, line.amounts[0] - abs(line.amounts[1]))


def _by_arithmetic(line: Line) -> int:
    """Return what was paid by a line that explains itself: gross less a deduction is the rest."""
    if len(line.amounts) == 3:
        gross, second, third = line.amounts
        if gross - abs(third) == second:
            return _signed(line, second)
    return _column(line, -1)


def _signed(line: Line, amount: int) -> int:
    return -abs(amount) if line.is_credit else amount


def _paid(lines: Sequence[Line], amounts: Sequence[int]) -> tuple[PaidLine, ...]:
    return tuple(
        PaidLine(line.place, line.text, amount, max(max(line.amounts) - amount, 0))
        if amount > 0
        else PaidLine(line.place, line.text, amount)
        for line, amount in zip(lines, amounts, strict=True)
    )
