"""What a report is asked for: columns, groups, filters, a period. Read from plain data, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args

from saldo.errors import Invalid, NotFound
from saldo.figures.cells import month_start
from saldo.figures.formulas import AGES, age_names, checked_ages
from saldo.figures.model import DIMENSIONS, Place
from saldo.figures.shapes import REPORTS, SHAPES, STEPS, Kind, ReportName, ReportShape

PeriodName = Literal[
    "this-month",
    "last-month",
    "last-30-days",
    "last-90-days",
    "this-quarter",
    "last-quarter",
    "this-year",
    "last-year",
    "last-12-months",
]
PERIODS: Final[tuple[PeriodName, ...]] = get_args(PeriodName)

_DAYS_MAX: Final = 3 * 366
_QUARTER_MONTHS: Final = 3
_MONEY: Final[Kind] = "money"
_FILTER_VALUES_MAX: Final = 100
_ROWS_MAX: Final = 500
IDLE_DAYS_MAX: Final = 365


class ReportUnknown(NotFound):
    """There is no report of that name."""

    code = "report-unknown"


class ReportNotValid(Invalid):
    """A report was asked for with a column, a group, a filter or a period that it does not have."""

    code = "report-not-valid"


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as somebody wants to see it.

    `columns` and `groups` in their order; `filters` has the values that each dimension may have, ""
    for those of which nothing was said. `period` is a name that moves with the days, or "" with
    `first` and `last`. `ages` are the days at which ages end (aging). `limit` is for reports that
    list the first of many; `idle_days` is for those left alone.
    """

    report: ReportName
    columns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict, hash=False)
    period: str = "last-12-months"
    first: date | None = None
    last: date | None = None
    ages: tuple[int, ...] = AGES
    limit: int = 50
    idle_days: int = 14

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day of the period."""
        if self.first is not None and self.last is not None:
            return self.first, self.last
        return period_of(self.period, today)

    def lets_through(self, place: Place) -> bool:
        """Tell whether the filters let a place through."""
        return all(getattr(place, name) in values for name, values in self.filters.items())

    @property
    def shape(self) -> ReportShape:
        """What its report has; an aging has a column for each age."""
        found = SHAPES[self.report]
        if self.report != "aging":
            return found
        ages = age_names(self.ages)
        columns: dict[str, Kind] = {"total": "money", **dict.fromkeys(ages, _MONEY)}
        usual = ("total", *ages, "overdue_share")
        return ReportShape(
            {**columns, **found.columns}, usual, found.groups, found.grouped, by_period=False
        )


def period_of(name: str, today: date) -> tuple[date, date]:
    """Return the days of a period by its name; raise ReportNotValid."""
    start = month_start(today)
    quarter = month_start(today, -((today.month - 1) % _QUARTER_MONTHS))
    found = {
        "this-month": (start, today),
        "last-month": (month_start(today, -1), start - timedelta(days=1)),
        "last-30-days": (today - timedelta(days=29), today),
        "last-90-days": (today - timedelta(days=89), today),
        "this-quarter": (quarter, today),
        "last-quarter": (month_start(quarter, -_QUARTER_MONTHS), quarter - timedelta(days=1)),
        "this-year": (date(today.year, 1, 1), today),
        "last-year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "last-12-months": (month_start(today, -11), today),
    }
    if name not in found:
        raise ReportNotValid(f"No period {name!r}. Known: {', '.join(PERIODS)}.")
    return found[name]


def report_name(text: str) -> ReportName:
    """Return a report's name; raise ReportUnknown."""
    found = next((name for name in REPORTS if name == text), None)
    if found is None:
        raise ReportUnknown(f"There is no report {text!r}. Known: {', '.join(REPORTS)}.")
    return found


def asked(  # noqa: PLR0913 - each is a part of the question
    report: str,
    *,
    columns: Sequence[str] = (),
    groups: Sequence[str] | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    period: str = "",
    first: date | None = None,
    last: date | None = None,
    ages: Sequence[int] = (),
    limit: int | None = None,
    idle_days: int | None = None,
) -> Asked:
    """Return what is asked, checked; what is left out is as the report usually is.

    Raises ReportUnknown, ReportNotValid or AgesNotValid.
    """
    name = report_name(report)
    shape = SHAPES[name]
    begun = Asked(
        name,
        ages=checked_ages(ages) if ages else AGES,
        period=period or "last-12-months",
        first=first,
        last=last,
        limit=_within(limit, 1, _ROWS_MAX, 50, "limit"),
        idle_days=_within(idle_days, 0, IDLE_DAYS_MAX, 14, "idle_days"),
    )
    known = begun.shape
    chosen = tuple(dict.fromkeys(columns)) or known.usual
    by = tuple(dict.fromkeys(groups if groups is not None else shape.grouped))
    _all_in(chosen, known.columns, "column")
    _all_in(by, known.groups, "group")
    if sum(one in STEPS for one in by) > 1:
        raise ReportNotValid("A report is by day, by week or by month, not by two of them.")
    _check_days(begun)
    return replace(begun, columns=chosen, groups=by, filters=_filters(filters or {}))


def within_branches(given: Asked, branches: Sequence[str]) -> Asked:
    """Return the same for somebody who sees these branches alone; all of them where it is empty."""
    if not branches:
        return given
    wanted = given.filters.get("branch", list(branches))
    return replace(given, filters={**given.filters, "branch": sorted({*wanted} & {*branches})})


def _within(value: int | None, least: int, most: int, usual: int, name: str) -> int:
    if value is None:
        return usual
    if not least <= value <= most:
        raise ReportNotValid(f"'{name}' is a number from {least} to {most}.")
    return value


def _all_in(names: Sequence[str], known: Mapping[str, Any] | Sequence[str], what: str) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ReportNotValid(
            f"The report has no {what} {', '.join(unknown)}. Known: {', '.join(known) or 'none'}."
        )


def _check_days(given: Asked) -> None:
    if (given.first is None) != (given.last is None):
        raise ReportNotValid("A period has a first and a last day.").told("days")
    if given.first is not None and given.last is not None:
        if not 0 <= (given.last - given.first).days <= _DAYS_MAX:
            raise ReportNotValid(
                f"A period ends after it begins, {_DAYS_MAX} days later at most."
            ).told("days")
    else:
        period_of(given.period, date(2026, 1, 1))


def _filters(given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    _all_in(tuple(given), DIMENSIONS, "filter")
    if any(len(values) > _FILTER_VALUES_MAX for values in given.values()):
        raise ReportNotValid(f"A filter has {_FILTER_VALUES_MAX} values at most.")
    return {name: sorted(set(values)) for name, values in given.items() if values}
