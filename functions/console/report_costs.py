"""What the report of costs reckons with, below it: running costs, and prices of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from saldo.accounts.running_costs import RunningCost, told
from saldo.edge.v1 import creditor_settings
from saldo.figures.answer import ReportRow, ReportTable
from saldo.reminders.foresee_model import CHANNELS, Prices
from saldo.reminders.prices import assumed_prices, prices_of

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Back, Shown, Visit

_COSTS: Final = "reports?report=costs"
_MAY_BE_EMPTY: Final = frozenset({*(f"cost_{channel}" for channel in CHANNELS), "cost_elsewhere"})
_MONTH_LENGTH: Final = len("2026-11")


@dataclass(frozen=True, slots=True)
class ShownCosts:
    """What was said so far: each running cost with its texts, and the prices that hold."""

    running: tuple[tuple[RunningCost, Mapping[str, str | None]], ...]
    prices: Prices
    is_assumed: bool
    channels: tuple[str, ...] = CHANNELS


def without_empty(table: ReportTable) -> ReportTable:
    """Return the report of costs as a page has room for it: of its usual columns those without the
    channels by which nothing went. Who chose columns sees them all.
    """
    if table.asked.report != "costs" or table.asked.columns != table.asked.shape.usual:
        return table
    rows = (*table.rows, *table.totals)
    kept = [
        place
        for place, column in enumerate(table.columns)
        if column.name not in _MAY_BE_EMPTY or any(row.values[place] for row in rows)
    ]

    def of(row: ReportRow) -> ReportRow:
        return replace(row, values=tuple(row.values[place] for place in kept))

    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(map(of, table.rows)),
        totals=tuple(map(of, table.totals)),
    )


def shown_costs(visit: Visit) -> ShownCosts:
    """Return what the creditor said of its costs."""
    creditor = visit.creditor
    own = prices_of(creditor)
    running = tuple(zip(creditor.running_costs, _running(visit), strict=True))
    return ShownCosts(running, own or assumed_prices(), own is None)


def running(visit: Visit) -> Shown:
    """Say what running the software costs from a month on, in the place of what was said of it."""
    since, currency = visit.form("since", 10), visit.form("currency", 3).upper()
    said = {
        "since": f"{since}-01" if len(since) == _MONTH_LENGTH else since,
        "currency": currency,
        "per_month": visit.amount("per_month", currency),
        "per_invoice": _price(visit, "per_invoice"),
    }
    others = [one for one in _running(visit) if not _is_same(one, said)]
    creditor_settings.change(visit.ordered, {"running_costs": [*others, said]})
    return Back(_COSTS, "reports.running.said")


def running_end(visit: Visit) -> Shown:
    """Take back what was said of running costs from a month on."""
    gone = {"since": visit.form("since", 10), "currency": visit.form("currency", 3)}
    kept = [one for one in _running(visit) if not _is_same(one, gone)]
    creditor_settings.change(visit.ordered, {"running_costs": kept})
    return Back(_COSTS, "reports.running.said")


def prices(visit: Visit) -> Shown:
    """Say what messages cost; without a price, as it is assumed."""
    each: dict[str, str] = {
        channel: price for channel in CHANNELS if (price := _price(visit, channel))
    }
    currency = visit.form("currency", 3).upper()
    said: dict[str, str] | None = {"currency": currency} | each if each else None
    creditor_settings.change(visit.ordered, {"message_prices": said})
    return Back(_COSTS, "reports.running.said")


def _price(visit: Visit, name: str) -> str | None:
    """Return a price as the API takes it: its parts of a cent are no amount of money."""
    return visit.form(name, 20).replace(",", ".") or None


def _running(visit: Visit) -> list[dict[str, str | None]]:
    return [told(one) for one in visit.creditor.running_costs]


def _is_same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return all(one[name] == other[name] for name in ("since", "currency"))
