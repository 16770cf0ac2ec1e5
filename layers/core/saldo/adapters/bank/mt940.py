"""SWIFT statements MT940 and reports MT942, as banks really write them.

Source: SWIFT's Category 9 standards for the fields, the German DFÜ agreement (appendix 3) for the
structure of field 86, and files of the banks in the public corpora for everything else. Each field
begins ":NN:" at the start of a line; what begins otherwise goes on. A page ends with "-", or where
the next ":20:" begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Final

from saldo.adapters.bank.fields import comma_amount, shaped_iban, short_day
from saldo.adapters.bank.mt940_line import entry_of
from saldo.adapters.bank.text import lines, scan
from saldo.money import CURRENCY_DECIMALS
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import Balance, Head, Row, Tail

_TAG: Final = re.compile(
    r":(20|21|25P?|28C?|60[FM]|61|62[FM]|6[45]|86|13D?|34F|90[DC]|NS|NAM|940|942|950):", re.ASCII
)
_END: Final = re.compile(r"-(?:\}.*|XXX)?\s*")
_SWIFT_HEAD: Final = re.compile(r"\{1:[A-Z]\d{2}([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3})")
_BALANCE: Final = re.compile(r"([CD])(\d{6})([A-Z]{3})\s*([\d,]+)\s*", re.ASCII)
_FIELD_CHARACTERS_MAX: Final = 16 * 1024
_MARKS: Final = ("13", "13D", "34F", "90D", "90C")
"""Fields that only MT942 has."""

_FRAME: Final = frozenset({"-", "{1:", "940", "942", "950"})
_ENTRY: Final = frozenset({"61", "86"})
_ENTRY_TAGS: Final = {":61:": "61", ":86:": "86"}
_MARKED: Final = frozenset(":-{")

Field = tuple[str, str, int]
"""Its tag, its text (lines joined by a line end), and the line that it begins on."""


def rows(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a file; raise Unreadable where it is no such file."""
    looked = scan(source)
    pending = looked.findings
    found = _pages(_fields(lines(source, looked.encoding)))
    for row in found:
        yield row
        if isinstance(row, Head):
            break
    yield from pending
    yield from found


def _pages(fields: Iterable[Field]) -> Iterator[Row]:
    page = _Page("")
    for tag, text, line in fields:
        if tag in _ENTRY:  # nearly all are
            yield from page.take(tag, text, line)
            continue
        if tag in _FRAME or (tag == "20" and page.has_id):
            if page.is_begun:
                yield from page.end(line)
            page = _Page(text.partition("\n")[0] if tag == "{1:" else "")
        if tag not in _FRAME:
            yield from page.take(tag, text, line)
    if page.is_begun:
        yield from page.end(None)


def _fields(text: Iterable[str]) -> Iterator[Field]:
    """Yield the fields, and as if they were fields what frames a page: "-", and SWIFT's blocks."""
    tag, parts, begun, size = "", [""], 0, 0
    is_split = False
    for number, written in enumerate(text, start=1):
        line = f":{written}" if is_split else written
        # A lone ":" with its field on the next line was seen in a Sparkasse's file.
        is_split = line == ":"
        if line[:1] in _MARKED and not is_split:
            entry = _ENTRY_TAGS.get(line[:4])  # nearly all are
            found = (entry, line[4:]) if entry else _marked(line)
            if found is not None:
                if tag:
                    yield tag, parts[0] if len(parts) == 1 else "\n".join(parts), begun
                tag, begun, size = found[0], number, len(line)
                parts = [found[1]]
                continue
        if tag and not is_split:
            size += len(line)
            if size > _FIELD_CHARACTERS_MAX and tag not in _FRAME:
                raise Unreadable("field-too-long", "A field is too long.", f"line {number}")
            if tag not in _FRAME:
                parts.append(line)
    if tag:
        yield tag, "\n".join(parts), begun


def _marked(line: str) -> tuple[str, str] | None:
    """Return the tag that a line begins with and the rest, None where it only goes on."""
    if line[0] == ":":
        match = _TAG.match(line)
        return (match[1], line[match.end() :]) if match else None
    if line[0] == "-":
        return ("-", "") if _END.fullmatch(line) else None
    head = _SWIFT_HEAD.match(line)
    if head is None:
        return None
    return "{1:", head[1] + ("" if head[2] == "XXX" else head[2])


@dataclass(slots=True)
class _Page:
    """A page of a statement while it is read."""

    bic: str
    format: str = "mt940"
    id: str = ""
    account: str = ""
    currency: str = ""
    number: str = ""
    sequence: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    is_begun: bool = False
    has_id: bool = False
    has_head: bool = False
    entries: int = 0
    begun_at: int = 0
    line: tuple[str, int] | None = None
    problems: list[Finding] = field(default_factory=list)

    def take(self, tag: str, text: str, line: int) -> Iterable[Row]:
        """Take a field, and return what is complete by it."""
        if not self.is_begun:
            self.is_begun, self.begun_at = True, line
        if tag == "86":
            return self._flush(text)
        done = self._flush("") if self.line is not None else ()
        if tag == "61":
            self.line = (text, line)
            return done if self.has_head else [*self._head(), *done]
        return [*done, *self._other(tag, text, line)]

    def _other(self, tag: str, text: str, line: int) -> Iterator[Row]:
        """Take a field that is none of an entry's."""
        try:
            self._set(tag, text)
        except Unreadable as refused:
            found = refused.finding
            self.problems.append(Finding(found.code, "refused", found.message, f"line {line}"))
        if self.has_head and self.problems:
            yield from self.problems
            self.problems = []

    def end(self, line: int | None) -> Iterator[Row]:
        """Yield the rest: the last entry, what is missing, and the tail."""
        if not self.has_head:
            yield from self._head()
        yield from self._flush("")
        yield from self.problems
        place = f"line {line or self.begun_at}"
        if self.format == "mt940" and self.closing is None:
            yield Finding(
                "closing-balance-missing",
                "refused",
                "The statement has no closing balance: it is cut off, or no whole statement.",
                place,
            )
        elif self.format == "mt940" and self.opening is None:
            yield Finding(
                "opening-balance-missing",
                "refused",
                "The statement has no opening balance: its beginning is missing.",
                place,
            )
        yield Tail(self.closing)

    def _set(self, tag: str, text: str) -> None:
        first = text.strip()
        if tag == "20":
            self.id, self.has_id = first, True
        elif tag in ("25", "25P"):
            self._set_account(first.split("\n")[0].strip())
        elif tag in ("28", "28C"):
            number, _, sequence = first.partition("/")
            self.number, self.sequence = number.lstrip("0") or number, sequence
        elif tag[:2] == "60":
            self.opening = _balance(first, is_interim=tag == "60M")
            self.currency = self.currency or self.opening.currency
        elif tag[:2] == "62":
            self.closing = _balance(first, is_interim=tag == "62M")
        elif tag in _MARKS:
            self.format = "mt942"
            if tag == "34F" and first[:3] in CURRENCY_DECIMALS:
                self.currency = self.currency or first[:3]

    def _set_account(self, text: str) -> None:
        if len(text) > 3 and text[-3:] in CURRENCY_DECIMALS and text[-4:-3] in "0123456789/ ":
            self.currency = text[-3:]
            text = text[:-3].rstrip("/ ")
        self.account = text

    def _head(self) -> Iterator[Row]:
        self.has_head = True
        iban = shaped_iban(self.account)
        yield Head(
            format=self.format,
            id=self.id,
            iban=iban,
            account="" if iban else self.account,
            bic=self.bic,
            number=self.number,
            sequence=self.sequence,
            first_day=self.opening.day if self.opening else None,
            currency=self.currency,
            opening=self.opening,
        )
        yield from self.problems
        self.problems = []
        place = f"line {self.begun_at}"
        if not self.account:
            yield Finding("account-missing", "warning", "The statement names no account.", place)
        if not self.currency:
            yield Finding("currency-missing", "refused", "The statement names no currency.", place)

    def _flush(self, details: str) -> Sequence[Row]:
        """Return the entry that waits for its field 86, if one does."""
        if self.line is None:
            return ()
        (text, number), self.line = self.line, None
        self.entries += 1
        try:
            entry, oddity = entry_of(self.entries, text, details, self.currency or "EUR")
        except Unreadable as refused:
            found = refused.finding
            return (Finding(found.code, "refused", found.message, f"line {number}"),)
        if oddity:
            return (entry, Finding(oddity[0], "warning", oddity[1], f"line {number}"))
        return (entry,)


def _balance(text: str, *, is_interim: bool) -> Balance:
    match = _BALANCE.fullmatch(text)
    if match is None:
        raise Unreadable("balance-not-readable", f"{text[:40]!r} is no balance.")
    minor = comma_amount(match[4], match[3])
    day: date = short_day(match[2])
    return Balance(
        -minor if match[1] == "D" else minor, match[3], day, "interim" if is_interim else "booked"
    )
