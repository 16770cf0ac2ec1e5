"""How much an account may owe, drawn against what it does: as the account's page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from saldo.credit.decide import effective_terms
from saldo.credit.model import CreditLine, CreditSheet
from saldo.money import Money, parse_amount

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account
    from saldo.credit.model import Cover, Proposal

BAR_WIDTH: Final = 100.0
_ASSUMED: Final = ("EUR", "EUR")
"""What a limit is set in where nothing is open and nothing was agreed."""

_INPUTS: Final = ("turnover", "monthly", "advice")
"""Of what a proposal was reckoned from: decimal texts in its currency."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands against a limit, in parts of BAR_WIDTH: (kind, where it begins, how wide).

    `limit_at` and `insured_at` are where the limit and the cover lie, None without.
    """

    parts: tuple[tuple[str, float, float], ...]
    limit_at: float | None
    insured_at: float | None


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One currency: amounts, and its bar."""

    line: CreditLine
    bar: Bar
    cover: Cover | None

    def money(self, minor: int | None) -> Money:
        return Money(minor or 0, self.line.currency)

    @property
    def used(self) -> Money:
        return self.money(self.line.exposure.minor)

    @property
    def left(self) -> Money:
        return self.money(self.line.headroom_minor)

    @property
    def over(self) -> Money:
        return self.money(-(self.line.headroom_minor or 0))


@dataclass(frozen=True, slots=True)
class CreditShown:
    """The panel about credit. `is_kept`: as of the last fact, for an account with very many items;
    else as the books are now.
    """

    sheet: CreditSheet
    rows: tuple[CreditRow, ...]
    is_kept: bool
    reasons: tuple[str, ...]
    terms_days: int | None
    currencies: tuple[tuple[str, str], ...]
    inputs: dict[str, list[tuple[str, str]]]

    @property
    def over(self) -> tuple[CreditRow, ...]:
        return tuple(one for one in self.rows if one.line.is_over)

    @property
    def limited(self) -> tuple[CreditRow, ...]:
        return tuple(one for one in self.rows if one.line.limit_minor is not None)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return self.sheet.proposals


def credit_shown(visit: Visit, account: Account, *, has_many_items: bool) -> CreditShown:
    """Read what the panel shows: from the books, or one record for an account with many items."""
    book, key = visit.services.credit, account.key
    if has_many_items:
        sheet = book.of(*key) or CreditSheet(account.creditor, account.number)
        covers = {one.currency: one for one in sheet.covers if one.holds(visit.today)}
        rows = _rows(sheet.lines, covers)
    else:
        seen = book.look(*key)
        sheet = seen.sheet
        found = ((one.currency, seen.limits.cover(one.currency, visit.today)) for one in seen.lines)
        rows = _rows(seen.lines, {name: cover for name, cover in found if cover is not None})
    terms = effective_terms(account.terms, sheet)
    return CreditShown(
        sheet,
        rows,
        has_many_items,
        tuple(_reasons(visit, sheet)),
        terms.net_days if terms.is_shortened else None,
        tuple(dict.fromkeys((row.line.currency, row.line.currency) for row in rows)) or (_ASSUMED,),
        {one.id: told_inputs(visit, one) for one in sheet.proposals},
    )


def _rows(lines: Iterable[CreditLine], covers: dict[str, Cover]) -> tuple[CreditRow, ...]:
    """Return the currencies with a limit, and those without in which anything is at stake."""
    return tuple(
        CreditRow(one, bar_of(one), covers.get(one.currency))
        for one in lines
        if one.limit_minor is not None or one.exposure.minor
    )


def bar_of(line: CreditLine) -> Bar:
    """Return the bar of a currency: what was credited is taken from what is not due yet first."""
    found, credit = line.exposure, line.exposure.credit_minor
    kinds: list[tuple[str, int]] = []
    for kind, minor in (
        ("later", found.open_minor - found.overdue_minor),
        ("overdue", found.overdue_minor),
        ("orders", found.orders_minor),
    ):
        taken = min(credit, minor)
        credit -= taken
        kinds.append((kind, minor - taken))
    order = {"overdue": 0, "later": 1, "orders": 2}
    kinds.sort(key=lambda one: order[one[0]])
    marks = (line.limit_minor or 0, line.insured_minor or 0)
    whole = max(sum(minor for _, minor in kinds), *marks, 1)
    parts: list[tuple[str, float, float]] = []
    at = 0.0
    for kind, minor in kinds:
        width = BAR_WIDTH * minor / whole
        if minor:
            parts.append((kind, round(at, 2), round(width, 2)))
        at += width
    limit_at, insured_at = (
        None if mark is None else round(BAR_WIDTH * mark / whole, 2)
        for mark in (line.limit_minor, line.insured_minor)
    )
    return Bar(tuple(parts), limit_at, insured_at)


def _reasons(visit: Visit, sheet: CreditSheet) -> Iterable[str]:
    """Yield why orders wait, in words."""
    for one in sheet.block.reasons if sheet.block else ():
        facts: dict[str, Any] = dict(one.facts)
        key = f"why.{one.kind}"
        if one.kind == "overdue":
            key = "why.overdue_amount" if "amount" in facts else "why.overdue_count"
        if "amount" in facts:
            facts["amount"] = _amount(visit, str(facts["amount"]), str(facts["currency"]))
        said = visit.t(key, **facts)
        yield said[:1].upper() + said[1:]


def told_inputs(visit: Visit, proposal: Proposal) -> list[tuple[str, str]]:
    """Return what a proposal was reckoned from, for people."""
    words, found = visit.t, []
    for name, value in proposal.inputs.items():
        text = str(value)
        if name in _INPUTS:
            text = _amount(visit, text, proposal.currency)
        elif name == "behaviour":
            text = words(f"behaviour.{text}")
        elif name == "advice_day":
            text = words.short_date(date.fromisoformat(text))
        found.append((words(f"credit.input.{name}"), text))
    return found


def _amount(visit: Visit, text: str, currency: str) -> str:
    return visit.t.amount(parse_amount(text, currency), currency)
