"""Statements of one account among themselves: what follows what, what is missing or there twice.

Pure. A statement follows another where it opens with the balance that the other closed with; then
no entry is in both. Where two open or close at the same point, they overlap, and share entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saldo.bank_entries.model import GAP, BankStatement
from saldo.banking_days import is_banking_day
from saldo.statements.findings import Finding

_NUMBER_START = {"0", "1"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands among those of its account: `follows` one of them and overlaps
    none; what is odd about that.
    """

    follows: bool
    findings: tuple[Finding, ...]


def place_of(new: BankStatement, others: Iterable[BankStatement]) -> Place:
    """Return where a statement stands among the others that were taken."""
    known = [one for one in others if one.id != new.id and one.currency == new.currency]
    if not known:
        return Place(follows=False, findings=())
    overlapping = [one for one in known if _overlap(new, one)]
    if overlapping:
        other = overlapping[-1]
        return Place(
            follows=False,
            findings=(
                Finding(
                    "statement-overlaps",
                    "information",
                    f"It tells of the same time as statement {_called(other)}: what is in both is "
                    "booked once.",
                ),
            ),
        )
    before = [one for one in known if _day(one) <= _day(new)]
    if not before:
        return Place(follows=False, findings=())
    last = max(before, key=_order)
    findings = [*_balance_gap(new, before, last), *_number_gap(new, last)]
    follows = _follows(new, before) and not any(_is_beside(new, one, known) for one in known)
    return Place(follows, tuple(findings))


def missing_days(
    covered_until: date | None, today: date, late_after_days: int | None
) -> Sequence[date]:
    """Return the business days that no statement told of yet although it is late for them.

    A day's statement comes on the next business day, and is late `late_after_days` after that. An
    account without any statement so far is waited for by nobody.
    """
    if covered_until is None or late_after_days is None:
        return ()
    days: list[date] = []
    day = covered_until + timedelta(days=1)
    while day < today:
        if is_banking_day(day):
            days.append(day)
        day += timedelta(days=1)
    return tuple(days[: max(0, len(days) - late_after_days)])


def _overlap(new: BankStatement, other: BankStatement) -> bool:
    same_start = (
        new.opening_minor is not None
        and new.opening_minor == other.opening_minor
        and new.first_day is not None
        and new.first_day == other.first_day
        and other.entries > 0
        and new.entries > 0
    )
    same_end = (
        new.closing_minor is not None
        and new.closing_minor == other.closing_minor
        and new.last_day is not None
        and new.last_day == other.last_day
        and other.entries > 0
        and new.entries > 0
    )
    same_number = bool(new.number) and (
        (new.number, new.sequence, new.first_day, new.last_day)
        == (other.number, other.sequence, other.first_day, other.last_day)
    )
    return same_start or same_end or same_number


def _follows(new: BankStatement, before: Sequence[BankStatement]) -> bool:
    return new.opening_minor is not None and any(
        one.closing_minor == new.opening_minor for one in before
    )


def _is_beside(new: BankStatement, other: BankStatement, known: Sequence[BankStatement]) -> bool:
    """Tell whether both tell of a day, and neither leads to the other from balance to balance.

    Then the one tells of some of what the other does, though the new one may open with a balance
    with which a third one closed.
    """
    if _last(new) < _first(other) or _last(other) < _first(new):
        return False
    return not (_leads(other, new, known) or _leads(new, other, known))


def _leads(earlier: BankStatement, later: BankStatement, known: Sequence[BankStatement]) -> bool:
    """Tell whether statements that open where the one before closed lead from one to another."""
    reached, ends = {earlier.id}, [earlier]
    while ends:
        end = ends.pop()
        if _continues(later, end):
            return True
        found = [one for one in known if one.id not in reached and _continues(one, end)]
        reached |= {one.id for one in found}
        ends += found
    return False


def _continues(later: BankStatement, earlier: BankStatement) -> bool:
    return (
        later.opening_minor is not None
        and later.opening_minor == earlier.closing_minor
        and _first(earlier) <= _first(later)
        and _last(earlier) <= _last(later)
    )


def _balance_gap(
    new: BankStatement, before: Sequence[BankStatement], last: BankStatement
) -> list[Finding]:
    if new.opening_minor is None or last.closing_minor is None or _follows(new, before):
        return []
    return [
        Finding(
            GAP,
            "warning",
            f"It opens with another balance than statement {_called(last)} closed with: a "
            "statement between them is missing.",
        )
    ]


def _number_gap(new: BankStatement, last: BankStatement) -> list[Finding]:
    if not (new.number.isdigit() and last.number.isdigit()):
        return []
    wanted = {int(last.number), int(last.number) + 1}
    if int(new.number) in wanted or new.number.lstrip("0") in _NUMBER_START:
        return []  # pages share a number; each year begins anew
    return [
        Finding(
            "statement-number-missing",
            "warning",
            f"Its number is {new.number}, and that of the one before {last.number}.",
        )
    ]


def _called(one: BankStatement) -> str:
    number = "/".join(part for part in (one.number, one.sequence) if part)
    return number or (str(one.last_day) if one.last_day else one.id)


def _first(one: BankStatement) -> date:
    return one.first_day or one.last_day or date.min


def _last(one: BankStatement) -> date:
    return one.last_day or one.first_day or date.max


def _day(one: BankStatement) -> date:
    return one.last_day or one.first_day or date.min


def _order(one: BankStatement) -> tuple[date, str, str]:
    return (_day(one), one.number.rjust(10, "0"), one.sequence.rjust(10, "0"))
