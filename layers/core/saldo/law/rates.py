"""Tables of dated rates, and the warning that one of them has fallen behind.

A table is a CSV file beside its country's rules: `value` in per cent a year, `valid_from`,
`source`, `confirmed` yes or no. A row holds until the next one begins. Rates of this kind are set
anew on 1 January and 1 July (§247 BGB, art. 6:120 BW, art. 3 (3) of Directive 2011/7/EU), so what
the last row says is known for its half-year only; after that it is carried forward, unconfirmed.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from saldo.errors import Invalid

_COLUMNS = ["value", "valid_from", "source", "confirmed"]
_PERCENT = re.compile(r"-?\d{1,2}(\.\d{1,4})?", re.ASCII)


class RateUnknown(Invalid):
    """The table of rates begins after the day that is asked for."""

    code = "rate-unknown"


class RateFileBroken(ValueError):
    """A file of rates cannot be read; whoever edited it last has to look."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in per cent a year, from a day on. `carried`: no row covers that half-year yet."""

    percent: Decimal
    valid_from: date
    source: str
    confirmed: bool
    carried: bool = False


@dataclass(frozen=True, slots=True)
class RateTable:
    """The rows of one rate, oldest first. `source` names who publishes it."""

    id: str
    name: str
    source: str
    rows: tuple[Rate, ...]

    def on(self, day: date) -> Rate:
        """Return the rate of `day`; raise RateUnknown before the first row."""
        place = bisect_right(self.rows, day, key=lambda row: row.valid_from)
        if place == 0:
            raise RateUnknown(
                f"The {self.name} of {day} is missing: the table begins on "
                f"{self.rows[0].valid_from}."
            )
        row = self.rows[place - 1]
        if place == len(self.rows) and day > self.known_until:
            return replace(row, confirmed=False, carried=True)
        return row

    @property
    def known_until(self) -> date:
        """The last day of the half-year that the last row is about."""
        return half_year_end(self.rows[-1].valid_from)

    def starts(self, first: date, last: date) -> tuple[date, ...]:
        """Return the days after `first`, up to `last`, on which another row begins to hold.

        The day on which the last row is no longer known, but carried, is one of them.
        """
        days = [row.valid_from for row in self.rows]
        if self.known_until < last:
            days.append(self.known_until + timedelta(days=1))
        return tuple(day for day in days if first < day <= last)


@dataclass(frozen=True, slots=True)
class StaleRate:
    """A rate of the present half-year that nobody has confirmed, as a person should read it."""

    table: str
    code: Literal["missing", "unconfirmed"]
    since: date
    sentence: str


def half_year_start(day: date) -> date:
    """Return the 1 January or 1 July that begins the half-year of `day`."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def half_year_end(day: date) -> date:
    """Return the 30 June or 31 December that ends the half-year of `day`."""
    return date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)


def stale_rates(today: date, tables: Sequence[RateTable] | None = None) -> tuple[StaleRate, ...]:
    """Return what somebody should look up: tables without a confirmed row for today's half-year."""
    found = (_stale(table, today) for table in (all_tables() if tables is None else tables))
    return tuple(warning for warning in found if warning)


def _stale(table: RateTable, today: date) -> StaleRate | None:
    since = half_year_start(today)
    if table.rows[-1].valid_from < since:
        return StaleRate(
            table.id,
            "missing",
            since,
            f"The {table.name} from {since} is missing: add a row to {table.id}.csv from "
            f"{table.source}.",
        )
    if table.rows[0].valid_from > today or table.on(today).confirmed:
        return None
    row = table.on(today)
    return StaleRate(
        table.id,
        "unconfirmed",
        row.valid_from,
        f"The {table.name} of {row.percent} % from {row.valid_from} is not confirmed: compare it "
        f"with {table.source}.",
    )


@cache
def all_tables() -> tuple[RateTable, ...]:
    """Return every table of the package, each read once."""
    return (
        table("de", "base_rate", "German base rate", "the Bundesbank, §247 BGB"),
        table("nl", "commercial", "Dutch commercial interest", "rijksoverheid.nl, art. 6:119a BW"),
        table("nl", "other", "Dutch statutory interest", "rijksoverheid.nl, art. 6:119 BW"),
        table("eu", "reference_rate", "ECB reference rate", "the ECB, Directive 2011/7/EU, art. 2"),
    )


@cache
def table(country: str, name: str, title: str, source: str) -> RateTable:
    """Read `law/<country>/<name>.csv`; raise RateFileBroken."""
    text = (files("saldo.law") / country / f"{name}.csv").read_text("utf-8")
    return RateTable(f"{country}/{name}", title, source, read_rows(text, f"{country}/{name}.csv"))


def named(table_id: str) -> RateTable:
    """Return the table of that id, such as "de/base_rate"."""
    return next(each for each in all_tables() if each.id == table_id)


def read_rows(text: str, file: str) -> tuple[Rate, ...]:
    """Read the rows of a file of rates; raise RateFileBroken naming the line."""
    lines = list(csv.reader(text.splitlines()))
    if not lines or lines[0] != _COLUMNS:
        raise RateFileBroken(f"{file}: the first line must be {','.join(_COLUMNS)}")
    rows = tuple(_row(cells, f"{file}, line {n}") for n, cells in enumerate(lines[1:], 2))
    days = [row.valid_from for row in rows]
    if not rows or days != sorted(set(days)):
        raise RateFileBroken(f"{file}: rows must exist and follow each other in time")
    return rows


def _row(cells: Sequence[str], where: str) -> Rate:
    if len(cells) != len(_COLUMNS):
        raise RateFileBroken(f"{where}: {len(cells)} cells instead of {len(_COLUMNS)}")
    value, valid_from, source, confirmed = cells
    if not _PERCENT.fullmatch(value):
        raise RateFileBroken(f"{where}: {value!r} is no rate in per cent")
    if confirmed not in ("yes", "no") or not source.strip():
        raise RateFileBroken(f"{where}: needs a source, and yes or no as confirmed")
    try:
        day = date.fromisoformat(valid_from)
    except ValueError as error:
        raise RateFileBroken(f"{where}: {valid_from!r} is no day") from error
    return Rate(Decimal(value), day, source, confirmed == "yes")
