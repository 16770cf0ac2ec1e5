"""What remittance advices say of an entry: which of them it is the payment of, and for which items.

An advice belongs to an entry by its sum: the payer named no item, or fewer than the advice does.
It is one witness, never trusted more than the entry's own words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from saldo.matching.book import Book
from saldo.matching.model import Advice, AdviceLine, Difference, Fact
from saldo.matching.reading import Reading
from saldo.matching.settle import Fit, How, Money, fit_named
from saldo.matching.spelling import RANK
from saldo.money import decimals_of

_BEFORE: Final = timedelta(days=7)
_AFTER: Final = timedelta(days=28)
"""So long before and after the day of an advice its payment is looked for."""

_DECIMALS: Final = 2
_ADVICES_MAX: Final = 40
"""Of one sum; more say nothing."""


@dataclass(frozen=True, slots=True)
class Advised:
    """The items of an advice, how the money fits them, and what says so. `is_doubted`: the advice
    contradicts itself or the entry, or another one explains the entry otherwise.
    """

    fit: Fit
    facts: tuple[Fact, ...]
    is_doubted: bool


def advised(reading: Reading, book: Book, *, named: Sequence[int]) -> Advised | None:
    """Return what the advice of exactly an entry's sum explains; None where there is none.

    `named` are open items that the entry itself names: an advice without them is doubted. Of
    several advices the nearest day counts, and it is doubted if another one names other items.
    """
    found = []
    for advice in _near(reading, book):
        made = sum(line.amount_minor for line in advice.lines)
        if reading.money.amount_minor in (advice.total_minor, made):
            one = _explained(reading, book, advice)
            if one is not None:
                found.append(one)
    found = _of_the_payer(reading, book, found)
    if not found:
        return None
    best = found[0]
    others = any(set(one.fit.places) != set(best.fit.places) for one in found[1:])
    misses = not set(named) <= set(best.fit.places)
    return replace(best, is_doubted=best.is_doubted or others or misses)


def advised_otherwise(reading: Reading, book: Book) -> Advised | None:
    """Return what the only advice of the payer's items explains, though its sum is another."""
    found = []
    for advice in _near(reading, book):
        one = _explained(reading, book, advice)
        accounts = {book.items[at].account for at in one.fit.places} if one else set()
        if one is not None and accounts <= set(reading.payer.facts):
            found.append(one)
    return replace(found[0], is_doubted=True) if len(found) == 1 else None


def _near(reading: Reading, book: Book) -> Iterator[Advice]:
    """Yield the advices about an entry's day, the nearest first."""
    money = reading.money
    if decimals_of(money.currency) != _DECIMALS:
        return
    near = [one for one in book.advices if one.day - _BEFORE <= money.day <= one.day + _AFTER]
    near.sort(key=lambda one: (abs(one.day - money.day), one.id))
    yield from near[:_ADVICES_MAX]


def _of_the_payer(reading: Reading, book: Book, found: Sequence[Advised]) -> list[Advised]:
    """Leave out the advices of others where the payer is known, or has one."""
    known = set(reading.payer.facts)
    own = [one for one in found if {book.items[at].account for at in one.fit.places} & known]
    return own if own or reading.payer.is_sure else list(found)


def _explained(reading: Reading, book: Book, advice: Advice) -> Advised | None:
    """Return the items of an advice with the money for each; None where none of them is open."""
    paid: dict[int, int] = {}
    facts = [Fact("advice", advice.id, "advice", 0, 0, f"{advice.name}, {advice.day.isoformat()}")]
    unknown_minor = 0
    for line in advice.lines:
        at = _item_of(line, reading, book)
        if at is None:
            unknown_minor += line.amount_minor
            continue
        paid[at] = paid.get(at, 0) + line.amount_minor
        number = book.numbers[at]
        facts.append(Fact("advice-line", number, f"advice {line.place}", 0, 0, line.text))
    if not paid:
        return None
    made = sum(paid.values()) + unknown_minor
    money = reading.money
    fitted = _line_by_line(book, paid, unknown_minor, money) if made == money.amount_minor else None
    is_doubted = fitted is None or not advice.adds_up
    if fitted is None:
        fitted = fit_named(book, list(paid), (), money)
    return Advised(fitted, tuple(facts), is_doubted)


def _item_of(line: AdviceLine, reading: Reading, book: Book) -> int | None:
    """Return the one open item that a line names; of several that whose amount the line has."""
    found: dict[int, int] = {}
    for mention in book.advice_line(line.text).mentions:
        for at in mention.items:
            is_short = RANK[mention.grade] >= RANK["short"]
            if not book.open_minor[at] or book.items[at].currency != reading.money.currency:
                continue
            if is_short and book.items[at].account not in reading.payer.facts:
                continue
            found[at] = min(found.get(at, RANK[mention.grade]), RANK[mention.grade])
    if len(found) > 1:
        amounts = (line.amount_minor, line.amount_minor + line.deducted_minor)
        fitting = [at for at in found if book.signed_minor(at) in amounts]
        found = {at: found[at] for at in fitting}
    return next(iter(found)) if len(found) == 1 else None


def _line_by_line(book: Book, paid: dict[int, int], unknown_minor: int, money: Money) -> Fit | None:
    """Return the items with the money that the advice says, and what differs on each.

    None where a credit note is used otherwise than as a whole: then no line can be believed.
    """
    amounts: list[int] = []
    differences: list[Difference] = []
    over = unknown_minor
    for at, minor in paid.items():
        owed = book.signed_minor(at)
        if (owed < 0 and minor != owed) or (owed > 0 and minor <= 0):
            return None
        amounts.append(min(minor, owed) if owed > 0 else owed)
        if minor < owed:
            differences.append(_missing(book, at, owed - minor, money))
        over += max(minor - owed, 0)
    if over < 0:
        return None
    if over:
        differences.append(Difference("overpayment", over))
    return Fit(tuple(paid), tuple(amounts), _how(differences), tuple(differences))


def _missing(book: Book, at: int, minor: int, money: Money) -> Difference:
    """Return why less came for an item than is open on it."""
    id_, rounding = book.items[at].id, book.rules.rounding_minor
    granted = book.discount_minor(at, money.day)
    if granted and abs(minor - granted) <= rounding:
        return Difference("discount", minor, id_)
    if minor <= rounding:
        return Difference("rounding", minor, id_)
    late = book.late_discount_minor(at, money.day)
    if late and abs(minor - late) <= rounding:
        return Difference("late-discount", minor, id_)
    return Difference("short-payment", minor, id_)


def _how(differences: Sequence[Difference]) -> How:
    """Return what the worst of the differences makes of the whole."""
    reasons = {each.reason for each in differences}
    if "overpayment" in reasons:
        return "over"
    if "short-payment" in reasons:
        return "part"
    if "late-discount" in reasons:
        return "late-discount"
    if "discount" in reasons:
        return "discount"
    return "rounding" if reasons else "exact"
