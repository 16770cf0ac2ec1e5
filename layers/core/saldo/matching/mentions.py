"""Finds what a text names: references, invoice numbers in their spellings, lists and ranges. Pure.

Only whole parts count, never a substring. Days, amounts and IBANs are no numbers of invoices. A
number that a line break tore apart is found, as parts may be joined over a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from saldo.matching.spelling import (
    RANK,
    TELLING_DIGITS,
    Grade,
    Part,
    apart,
    compact,
    like_digits,
    parts_of,
    plain,
    upper,
    with_tail,
)

_BETWEEN_MAX: Final = 3
_PARTS_MAX: Final = 10
_PARTS_TEXT_MAX: Final = 400
_GAP: Final = re.compile(r"[\s\-/._:#+*'–]*")
_MASKED: Final = re.compile(
    r"""(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[.]\s?(?:0?[1-9]|1[0-2])[.](?:\s?(?:20)?\d\d(?!\d))?
      | (?<!\d)20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])
      | (?<![\dA-Z])[A-Z]{2}\d\d(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,4})?(?![A-Z0-9])
      | (?<![\d,.])\d{1,3}(?:\.\d{3})*,\d\d(?![\d,])
      | (?<![\d,.])\d{1,6}[.,]\d\d(?=\s?(?:EUR|€|CHF|USD|GBP))
      | (?:EUR|€|CHF|USD|GBP)\s?\d{1,6}(?:[.,]\d\d)?(?![\d])
    """,
    re.VERBOSE,
)
_IBAN: Final = re.compile(r"[A-Z]{2}\d\d")
_LABELS_TEXT: Final = (
    "RE RG RN RENR RGNR RNR RECHNUNG RECHNUNGEN RECHNUNGSNR RECHNUNGSNUMMER RECHN RECH INV INVOICE "
    "INVOICES INVNO FACTUUR FACTUREN FACTUURNR FACTUURNUMMER FACT FACTURE FACTURES FA BELEG "
    "BELEGNR FAKTURA"
)
_LABELS: Final = frozenset(_LABELS_TEXT.split())
_CUSTOMER_LABELS_TEXT: Final = (
    "KD KDNR KUNDE KUNDEN KUNDENNR KUNDENNUMMER KDN KN KLANT KLANTNR KLANTNUMMER DEBITEUR DEB "
    "DEBITOR CUSTOMER CLIENT CUST DEBITORENNR RELATIENR"
)
_CUSTOMER_LABELS: Final = frozenset(_CUSTOMER_LABELS_TEXT.split())
_OF_A_LABEL_TEXT: Final = "NR NO NUMMER NUMBER NUM N"
_OF_A_LABEL: Final = frozenset(_OF_A_LABEL_TEXT.split())
_LIST_WORDS_TEXT: Final = "UND U AND EN ET SOWIE PLUS"
_LIST_WORDS: Final = frozenset(_LIST_WORDS_TEXT.split())
_RANGE_WORDS_TEXT: Final = "BIS TO TM TOT TILL"
_RANGE_WORDS: Final = frozenset(_RANGE_WORDS_TEXT.split())
_LIST_MARK: Final = re.compile(r"\s*[,;/&+]\s*")
_RANGE_MARK: Final = re.compile(r"\s*(?:-|–|\.\.+)\s*")
_BLANK: Final = re.compile(r"\s+")
_RANGE_MAX: Final = 60

Keys = Mapping[str, Sequence[tuple[int, Grade]]]
"""What is found under a key: items by their place, and how much the spelling says."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Items that a text names at a place. Several items: a reference that they share, or digits
    that fit several.
    """

    items: tuple[int, ...]
    grade: Grade
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """A text taken apart. `loose` are the parts that no mention took, `customers` the words behind
    a label such as "customer no".
    """

    mentions: tuple[Mention, ...]
    loose: tuple[Part, ...]
    customers: tuple[Part, ...]
    text: str


def read(text: str, keys: Keys, numbers: Sequence[str]) -> Read:
    """Find in `text` what `keys` lead to; lists and ranges go on from the items' `numbers`."""
    return _Reader(text, keys, numbers).read()


class _Reader:
    def __init__(self, text: str, keys: Keys, numbers: Sequence[str]) -> None:
        self.text = text
        self.raised = upper(text)
        self.keys, self.numbers = keys, numbers
        self.parts = parts_of(self.raised)[:_PARTS_TEXT_MAX]
        self.masked = self._masked()
        self.taken = [False] * len(self.parts)
        self.mentions: list[Mention] = []
        self.customers: list[Part] = []

    def read(self) -> Read:
        for _, _, at, until, items, grade in sorted(self._hits()):
            if any(self.taken[at:until]):
                continue
            self._take(at, until, items, grade)
            self._follow(until, items, grade)
        self.mentions.sort(key=lambda each: each.start)
        self._fill()
        loose = [
            part
            for place, part in enumerate(self.parts)
            if not (self.taken[place] or self.masked[place] or part in self.customers)
        ]
        return Read(tuple(self.mentions), tuple(loose), tuple(self.customers), self.text)

    def _masked(self) -> list[bool]:
        spans = []
        for match in _MASKED.finditer(self.raised):
            if _IBAN.match(match[0]) and match[0].startswith("RF"):
                continue  # a creditor reference looks like an IBAN
            spans.append(match.span())
        return [any(a <= part.start < b for a, b in spans) for part in self.parts]

    def _hits(self) -> Iterator[tuple[int, int, int, int, tuple[int, ...], Grade]]:
        """Yield (rank, -length, from, to, items, grade) for all runs of parts that name something:
        sorted, the strongest and longest come first.
        """
        for at, first in enumerate(self.parts):
            if first.is_digits and self._is_customers(at):
                self.customers.append(first)
                continue
            texts: list[str] = []
            for until in range(at, min(at + _PARTS_MAX, len(self.parts))):
                if until > at and not self._is_joined(until):
                    break
                texts.append(self.parts[until].text)
                found = self._look_up(texts, at)
                if found:
                    items, grade = found
                    is_masked = any(self.masked[at : until + 1])
                    if is_masked and (grade != "reference" and not self._is_labelled(at)):
                        continue
                    yield RANK[grade], at - until, at, until + 1, items, grade

    def _is_joined(self, place: int) -> bool:
        before, part = self.parts[place - 1], self.parts[place]
        gap = self.raised[before.end : part.start]
        return len(gap) <= _BETWEEN_MAX and bool(_GAP.fullmatch(gap))

    def _look_up(self, texts: list[str], at: int) -> tuple[tuple[int, ...], Grade] | None:
        joined = compact(texts)
        tried = [apart(texts)]
        if len(texts) == 1 or not joined.isdigit() or len(joined) >= TELLING_DIGITS:
            tried.append("=" + joined)  # "34/42" of a list is not 3442
        if len(texts) > 1 and joined.isdigit() and self._is_torn(at, len(texts)):
            tried.append(plain(joined))
        best: dict[int, Grade] = {}
        for key in tried:
            for item, grade in self.keys.get(key, ()):
                if item not in best or RANK[grade] < RANK[best[item]]:
                    best[item] = grade
        if not best and len(joined) >= TELLING_DIGITS and any(each.isdigit() for each in joined):
            best = dict(self.keys.get("~" + like_digits(joined), ()))
        if not best:
            return None
        top = min(best.values(), key=lambda grade: RANK[grade])
        items = tuple(sorted(item for item, grade in best.items() if grade == top))
        if top == "short" and self._is_whole(texts, at, items):
            top = "number"
        return items, top

    def _is_torn(self, at: int, count: int) -> bool:
        """Tell whether nothing but blanks stands between parts, as where a line broke."""
        return all(
            self.raised[self.parts[place].end : self.parts[place + 1].start].isspace()
            for place in range(at, at + count - 1)
        )

    def _is_whole(self, texts: list[str], at: int, items: tuple[int, ...]) -> bool:
        """Tell whether few digits are a whole number behind a word for an invoice."""
        if len(items) != 1 or not self._is_labelled(at):
            return False
        digits = [each.text for each in parts_of(upper(self.numbers[items[0]])) if each.is_digits]
        return plain(compact(digits)) == plain(compact(texts)) and len(compact(texts)) >= 3

    def _label(self, at: int) -> str:
        """Return the word in front, over "Nr" and the like."""
        for place in range(at - 1, max(at - 3, -1), -1):
            if self.parts[place].text not in _OF_A_LABEL:
                return self.parts[place].text
        return ""

    def _is_labelled(self, at: int) -> bool:
        return self._label(at) in _LABELS or self.parts[at].text in _LABELS

    def _is_customers(self, at: int) -> bool:
        return self._label(at) in _CUSTOMER_LABELS

    def _take(self, at: int, until: int, items: tuple[int, ...], grade: Grade) -> None:
        start, end = self.parts[at].start, self.parts[until - 1].end
        for place in range(at, until):
            self.taken[place] = True
        self.mentions.append(Mention(items, grade, start, end, self.text[start:end]))

    def _follow(self, place: int, items: tuple[int, ...], grade: Grade) -> None:
        """Read on behind a number: "4711/12/13", "4711, 4712 und 4713", "4711-4713"."""
        if grade == "reference" or len(items) != 1:
            return
        number = self.numbers[items[0]]
        while True:
            link = self._link(place)
            if link is None:
                return
            mark, at = link
            tail = self.parts[at].text
            following = with_tail(number, tail)
            if self.taken[at] or self.masked[at] or not following:
                return
            named = self._named(following)
            if mark == "range":
                named = [*self._within(number, following), *named]
            if not named:
                return
            start, end = self.parts[at].start, self.parts[at].end
            self.taken[at] = True
            self.mentions += [
                Mention((item,), grade, start, end, self.text[start:end]) for item in named
            ]
            number, place = following, at + 1

    def _fill(self) -> None:
        """Add what lies between two whole numbers that are a range: "RE-4711 to RE-4713"."""
        for one, other in pairwise(tuple(self.mentions)):
            mark = self.raised[one.end : other.start].strip(" .")
            is_range = bool(_RANGE_MARK.fullmatch(mark)) or mark.replace("/", "") in _RANGE_WORDS
            if not is_range or len(one.items) != 1 or len(other.items) != 1:
                continue
            first, last = self.numbers[one.items[0]], self.numbers[other.items[0]]
            if _letters(first) != _letters(last):
                continue  # an invoice less a credit note
            start, end = one.start, other.end
            self.mentions += [
                Mention((item,), one.grade, start, end, self.text[start:end])
                for item in self._within(first, last)
            ]

    def _link(self, place: int) -> tuple[str, int] | None:
        """Return what joins the part before `place` to the digits behind, and where these are."""
        if not 0 < place < len(self.parts):
            return None
        gap = self.raised[self.parts[place - 1].end : self.parts[place].start]
        part = self.parts[place]
        if part.is_digits:
            if _RANGE_MARK.fullmatch(gap):
                return "range", place
            if _LIST_MARK.fullmatch(gap) or (_BLANK.fullmatch(gap) and len(part.text) >= 3):
                return "list", place
            return None
        if len(gap) <= _BETWEEN_MAX and part.text in _LIST_WORDS | _RANGE_WORDS:
            following = place + 1
            if following < len(self.parts) and self.parts[following].is_digits:
                return ("list" if part.text in _LIST_WORDS else "range"), following
        return None

    def _named(self, number: str) -> list[int]:
        key = apart([each.text for each in parts_of(upper(number))])
        return [item for item, grade in self.keys.get(key, ()) if grade in ("number", "short")][:1]

    def _within(self, first: str, last: str) -> Iterator[int]:
        """Yield the items between two numbers that differ in their last digits."""
        one, other = _tail(first), _tail(last)
        if one is None or other is None or not 0 < other - one <= _RANGE_MAX:
            return
        for tail in range(one + 1, other):
            yield from self._named(with_tail(first, str(tail)))


def _letters(number: str) -> list[str]:
    return [each.text for each in parts_of(upper(number)) if not each.is_digits]


def _tail(number: str) -> int | None:
    digits = [each.text for each in parts_of(upper(number)) if each.is_digits]
    return int(digits[-1]) if digits else None
