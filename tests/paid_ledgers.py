"""Open ledgers of what was paid when, and what is told of their accounts at the ends of months."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

from saldo.risk.change import change_of
from saldo.risk.exception import Overdue, Sign, judged
from saldo.risk.months import PaidInvoice, added, kept_of, months_since, spell
from saldo.risk.standing import Trend

_LEAST = 12
"""Of accounts with fewer invoices nothing can be said."""

_LATER_DAYS = 120
_LATER_LEAST = 3


Row = tuple[date, date, date | None, int]
"""Issued, due, paid (None: open), minor units."""

Bills = dict[str, list[Row]]
"""Rows by account."""


def _day(text: str, form: str) -> date:
    return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone


def ibm(file: Path) -> Bills:
    found: Bills = defaultdict(list)
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            days = (row["InvoiceDate"], row["DueDate"], row["SettledDate"])
            issued, due, paid = (_day(day, "%m/%d/%Y") for day in days)
            minor = round(float(row["InvoiceAmount"]) * 100)
            found[row["customerID"]].append((issued, due, paid, minor))
    return found


def vendors(file: Path, *, outstanding_is_open: bool = True) -> Bills:
    """Return the vendor bills; some say when they were paid, and that a part is outstanding."""
    found: Bills = defaultdict(list)
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            days = (row["Invoice_Date"], row["Due_Date"])
            issued, due = (_day(day, "%d-%b-%y") for day in days)
            took = row["Number_of_Days_until_Payment"]
            left = float(row["Outstanding"].replace(",", "") or 0)
            is_paid = took.strip() and not (left and outstanding_is_open)
            paid = max(issued, issued + timedelta(days=int(float(took)))) if is_paid else None
            minor = abs(round(float(row["Amount"].replace(",", "")) * 100))
            found[row["Vendor_Name"]].append((issued, due, paid, minor))
    return found


def month_ends(bills: Bills) -> Iterator[date]:
    first = min(issued for rows in bills.values() for issued, *_ in rows)
    last = max(paid or due for rows in bills.values() for _, due, paid, _ in rows)
    day = first.replace(day=1)
    while day <= last:
        day = (day + timedelta(days=32)).replace(day=1)
        yield day - timedelta(days=1)


def shuffled(bills: Bills, seed: int) -> Bills:
    """The same days beyond terms in another order within each account: nothing but chance."""
    draw, found = Random(seed), {}
    for account, rows in bills.items():
        days = [(paid - due).days for _, due, paid, _ in rows if paid]
        draw.shuffle(days)
        found[account] = [
            (issued, due, max(issued, due + timedelta(days=days.pop())) if paid else None, minor)
            for issued, due, paid, minor in rows
        ]
    return found


@dataclass
class Told:
    """At how many ends of months something can be said of an account, how often a change was told
    that was not told before, and what came after: (days told, days above the year before) of what
    was due in the next four months; and of exceptions, the share of such that was late.
    """

    looks: int = 0
    worse: int = 0
    better: int = 0
    after_worse: list[tuple[float, float]] = field(default_factory=list)
    after_exception: list[float] = field(default_factory=list)


def told(bills: Bills) -> Told:
    """Look at every account at the end of every month, by what was known then."""
    found = Told()
    for rows in bills.values():
        if len(rows) < _LEAST:
            continue
        known: Trend = "unknown"
        seen: set[str] = set()
        for today in month_ends({"": rows}):
            known = _look(found, rows, today, known, seen)
    return found


def _look(found: Told, rows: list[Row], today: date, known: Trend, seen: set[str]) -> Trend:
    paid = [PaidInvoice(d, (p - d).days, "USD", m) for _, d, p, m in rows if p and p <= today]
    overdue = [
        Overdue(str(place), (today - due).days)
        for place, (issued, due, on, _) in enumerate(rows)
        if issued <= today and due < today and not (on and on <= today)
    ]
    months = kept_of(added((), paid), today)
    change = change_of(months, today, [one.days for one in overdue], known)
    later = [
        (p - d).days for _, d, p, _ in rows if p and today < d <= today + timedelta(_LATER_DAYS)
    ]
    found.looks += change.chance is not None
    if change.trend != known:
        found.worse += change.trend == "worse"
        found.better += change.trend == "better"
        if change.trend == "worse" and len(later) >= _LATER_LEAST:
            before = change.before.whole.mean or 0.0
            found.after_worse.append((change.days or 0.0, fmean(later) - before))
    signs: list[Sign] = ["pays-later"] if change.trend == "worse" else []
    exception = judged(spell(months), overdue, signs, months_since(months, today)).exception
    if exception is not None and exception.invoice not in seen:
        seen.add(exception.invoice)
        if len(later) >= _LATER_LEAST:
            found.after_exception.append(sum(days > 3 for days in later) / len(later))
    return change.trend
