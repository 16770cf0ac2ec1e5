"""What an entry says: the items that it names, how, and where. Read once per entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.matching.book import Book
from saldo.matching.mentions import Mention, Read, read
from saldo.matching.model import Fact
from saldo.matching.payers import Payer, payer_of
from saldo.matching.rows import Named
from saldo.matching.settle import Money
from saldo.matching.spelling import RANK, Grade, like_digits, parts_of, upper
from saldo.statements.model import Entry

_TYPO_LENGTH_MIN: Final = 4
_TOKEN_PARTS_MAX: Final = 5
_EVIDENCE: Final = {
    "reference": "reference",
    "number": "number",
    "short": "short-number",
    "noisy": "number-with-noise",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry with what was found in it, whatever is still open."""

    entry: Entry
    order: int
    money: Money
    fields: tuple[tuple[str, Read], ...]
    payer: Payer

    @property
    def mentions(self) -> list[tuple[str, Mention]]:
        return [(field, each) for field, found in self.fields for each in found.mentions]


@dataclass(frozen=True, slots=True)
class NamedItems:
    """Items that are named and still open, and those that are closed; how, and what says so."""

    open: tuple[int, ...]
    closed: tuple[int, ...]
    grade: Named
    facts: tuple[Fact, ...]


def read_entry(entry: Entry, order: int, book: Book, today: date) -> Reading:
    """Read an entry's texts and find who it is from."""
    references = entry.references
    texts = (
        ("references.creditor_reference", references.creditor_reference),
        ("references.end_to_end_id", references.end_to_end_id),
        ("references.customer", references.customer),
        ("remittance", entry.remittance),
    )
    fields = tuple((field, read(text, book.keys, book.numbers)) for field, text in texts if text)
    day = entry.value_on or entry.booked_on or today
    charges = sum(each.amount_minor for each in entry.charges if each.currency == entry.currency)
    money = Money(entry.amount_minor, entry.currency, day, abs(charges))
    return Reading(entry, order, money, fields, payer_of(entry, fields, book))


def named_items(reading: Reading, book: Book) -> NamedItems:
    """Return which items the entry names. Digits that fit several items name those of the payer's
    accounts, or the one whose amount it is; if that leaves more than one they name none.
    """
    chosen: dict[int, tuple[Mention, Fact]] = {}
    for field, mention in reading.mentions:
        for at in _meant(mention, reading, book):
            if book.items[at].currency != reading.money.currency:
                continue
            known = chosen.get(at)
            if known is None or RANK[mention.grade] < RANK[known[0].grade]:
                chosen[at] = (mention, _fact(field, mention, book.numbers[at]))
    for at, mention, field in _adding_up(reading, book, set(chosen)):
        chosen.setdefault(at, (mention, _fact(field, mention, book.numbers[at])))
    strong = [at for at, (mention, _) in chosen.items() if RANK[mention.grade] < RANK["short"]]
    open_ = [at for at in chosen if book.open_minor[at]]
    if any(book.open_minor[at] for at in strong):
        # Beside whole numbers, a few digits that happen to be an item's are left out unless they
        # belong to the same account.
        accounts = {book.items[at].account for at in strong}
        kept = [at for at in open_ if at in strong or book.items[at].account in accounts]
        owed = sum(book.signed_minor(at) for at in open_)
        open_ = open_ if owed == reading.money.amount_minor else kept
    closed = tuple(at for at in chosen if not book.open_minor[at])
    grades: list[Grade] = [chosen[at][0].grade for at in open_ or closed]
    weakest = sorted(grades, key=RANK.__getitem__)[-1] if grades else "none"
    return NamedItems(tuple(open_), closed, weakest, tuple(fact for _, fact in chosen.values()))


def _meant(mention: Mention, reading: Reading, book: Book) -> Sequence[int]:
    if mention.grade == "reference":
        return mention.items
    items = mention.items
    mine = [at for at in items if book.items[at].account in reading.payer.facts]
    if mention.grade in ("short", "noisy"):
        items = tuple(mine) or tuple(
            at for at in items if book.open_minor[at] == reading.money.amount_minor
        )
    elif len(items) > 1 and mine:
        items = tuple(mine)
    if len(items) > 1:
        still = [at for at in items if book.open_minor[at]]
        fitting = [at for at in still if book.open_minor[at] == reading.money.amount_minor]
        items = tuple(fitting or still or items)
    return items if len(items) == 1 else ()


def _adding_up(reading: Reading, book: Book, chosen: set[int]) -> list[tuple[int, Mention, str]]:
    """Return the items that several short spellings name and that make the amount, where what was
    chosen by the payer does not: then they may be anybody's, or of several accounts.
    """
    amount = reading.money.amount_minor
    named: dict[int, tuple[int, Mention, str]] = {}
    for field, mention in reading.mentions:
        still = [
            at
            for at in mention.items
            if book.open_minor[at] and book.items[at].currency == reading.money.currency
        ]
        if len(still) == 1:
            named[still[0]] = (still[0], mention, field)
    if len(named) < 2 or set(named) <= chosen:
        return []
    owed = sum(book.signed_minor(at) for at in named)
    return list(named.values()) if owed == amount else []


def _fact(field: str, mention: Mention, number: str) -> Fact:
    name = _EVIDENCE[mention.grade]
    return Fact(name, number, field, mention.start, mention.end, mention.text)


def almost(reading: Reading, places: Sequence[int], book: Book) -> dict[int, Fact]:
    """Return which of some items an entry almost names: one slip of the pen (a digit
    wrong, missing, too much, or two exchanged)."""
    from rapidfuzz.distance import OSA

    tokens = [token for field, text in reading.fields for token in _tokens(field, text)]
    found: dict[int, Fact] = {}
    for at in places:
        digits = "".join(each.text for each in parts_of(upper(book.numbers[at])) if each.is_digits)
        digits = digits.lstrip("0")
        if len(digits) < _TYPO_LENGTH_MIN:
            continue
        for field, start, end, written, text in tokens:
            if OSA.distance(digits, text, score_cutoff=1) <= 1:
                found[at] = Fact("number-almost", book.numbers[at], field, start, end, written)
                break
    return found


def _tokens(field: str, read_text: Read) -> list[tuple[str, int, int, str, str]]:
    """Return runs of digits that nothing was found for; letters that look like digits are taken as
    such right beside digits.
    """
    tokens = []
    loose = read_text.loose
    for at, first in enumerate(loose):
        joined, end = "", first.start
        for part in loose[at : at + _TOKEN_PARTS_MAX]:
            digits = like_digits(part.text)
            is_beside = part.start - end <= 1 if part.is_digits else part.start == end
            if not digits.isdigit() or (joined and not is_beside):
                break
            joined, end = joined + digits, part.end
            if len(joined) >= _TYPO_LENGTH_MIN:
                written = read_text.text[first.start : end]
                tokens.append((field, first.start, end, written, joined.lstrip("0")))
    return tokens
