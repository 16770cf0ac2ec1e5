"""The risk of accounts as the console shows it: rows of the list, and the part on an account."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from saldo.credit.model import CreditLine, CreditSheet
from saldo.credit_data.book import RiskPage
from saldo.credit_data.identity import CompanyIds, CompanyLink
from saldo.credit_data.report import CreditReport
from saldo.credit_data.score import CLASSES
from saldo.credit_data.sheet import ALL, FALLING, INSOLVENT, RiskSheet, RiskSums
from saldo.money import Money, format_amount
from saldo.spreadsheet_cells import harmless

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account

PAGE: Final = 50
_READS_MAX: Final = 10
"""Whoever sees some of the accounts reads so many pages at most for one of theirs."""

CSV_MAX: Final = 5000
TONES: Final = {"A": "good", "B": "good", "C": "calm", "D": "late", "E": "late"}


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A line of the list. `lines` are limits and what stands against them, by currency."""

    sheet: RiskSheet
    lines: tuple[CreditLine, ...]

    @property
    def tone(self) -> str:
        return TONES[self.sheet.risk_class]

    @property
    def limited(self) -> tuple[CreditLine, ...]:
        return tuple(one for one in self.lines if one.limit_minor is not None)

    @property
    def insured(self) -> tuple[tuple[Money, date | None], ...]:
        """What is covered, with the last day where a source told it: as the limits count it, which
        a person may have set, else as insurers told.
        """
        until = {(one.currency, one.amount_minor): one.valid_until for one in self.sheet.covers}
        counted = [
            Money(one.insured_minor, one.currency) for one in self.lines if one.insured_minor
        ]
        told = [Money(one.amount_minor, one.currency) for one in self.sheet.covers]
        return tuple((one, until.get((one.currency, one.minor))) for one in counted or told)


@dataclass(frozen=True, slots=True)
class ClassTile:
    """How many accounts are in a class, and what they have overdue, as of last night."""

    name: str
    count: int
    overdue: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class AccountOutside:
    """What an account's page shows of its risk and of what others say."""

    sheet: RiskSheet | None
    reports: tuple[CreditReport, ...]
    ids: CompanyIds
    link: CompanyLink | None
    provider: str

    @property
    def tone(self) -> str:
        return TONES[self.sheet.risk_class] if self.sheet else "quiet"


def rows_of(visit: Visit, section: str, cursor: str, limit: int) -> tuple[list[RiskRow], str]:
    """Return the accounts of a list that are in the user's care, and where the next page begins.

    Bounded: a page is one query and two batches; with a part of the accounts in one's care it
    may be some pages.
    """
    known, creditor = visit.services.credit_data, visit.creditor.id
    found: list[RiskSheet] = []
    at: str | None = cursor or None
    for _ in range(1 if visit.sees_all else _READS_MAX):
        page: RiskPage = known.page(creditor, section, limit, at)
        seen = visit.seen_of(one.account for one in page.sheets)
        found += [one for one in page.sheets if one.account in seen]
        at = page.cursor
        if at is None or len(found) >= limit:
            break
    return list(_with_limits(visit, found)), at or ""


def _with_limits(visit: Visit, sheets: list[RiskSheet]) -> Iterator[RiskRow]:
    store = visit.services.store.relaxed()
    kept = store.get_many(CreditSheet, [one.key for one in sheets])
    for one in sheets:
        credit = kept.get(one.key)
        yield RiskRow(one, credit.lines if credit is not None else ())


def tiles_of(sums: RiskSums | None) -> list[ClassTile]:
    """Return a tile for each class, A first."""
    if sums is None:
        return []
    return [
        ClassTile(
            one,
            sums.counts.get(one, 0),
            tuple(
                Money(minor, name.split()[1])
                for name, minor in sorted(sums.overdue.items())
                if name.split()[0] == one and minor
            ),
        )
        for one in CLASSES
    ]


def lists_of(sums: RiskSums | None) -> list[str]:
    """Return the lists that may be chosen, by the currencies in which anything is overdue."""
    currencies = sums.currencies if sums is not None else ()
    overdue = [f"overdue-{one}" for one in currencies[:3]]
    return [ALL, *overdue, FALLING, INSOLVENT, "number"]


def csv_of(visit: Visit, section: str) -> bytes:
    """Return a list as a file: CSV_MAX accounts at most, a line per account and currency."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(
        ["account", "name", "class", "decided_by", "score", "known_invoices", "trend", "outside",
         "outside_points", "currency", "open", "overdue", "limit", "insolvent"]
    )  # fmt: skip
    cursor, count = "", 0
    while count < CSV_MAX:
        rows, cursor = rows_of(visit, section, cursor, 100)
        for row in rows:
            write.writerows(_cells(row))
        count += len(rows)
        if not cursor:
            break
    return out.getvalue().encode("utf-8-sig")


def _cells(row: RiskRow) -> Iterator[list[object]]:
    sheet, worst = row.sheet, row.sheet.outside_worst
    overdue = {one.currency: one.minor for one in sheet.overdue}
    limits = {one.currency: one.limit_minor for one in row.lines}
    head = [
        harmless(sheet.account),
        harmless(sheet.name),
        sheet.risk_class,
        sheet.decided,
        sheet.points,
        sheet.known,
        "" if sheet.trend is None else sheet.trend,
        harmless(f"{worst.source} {worst.value}") if worst else "",
        worst.points if worst else "",
    ]
    for money in sheet.open or (None,):
        currency = money.currency if money else ""
        limit = limits.get(currency)
        yield [
            *head,
            currency,
            format_amount(money.minor, currency) if money else "",
            format_amount(overdue.get(currency, 0), currency) if money else "",
            format_amount(limit, currency) if limit is not None else "",
            "yes" if sheet.insolvency else "no",
        ]


def outside_shown(visit: Visit, account: Account) -> AccountOutside:
    """Read what the part about risk on an account's page shows: five small reads."""
    known, providers = visit.services.credit_data, visit.services.credit_providers
    found = known.of(*account.key)
    provider = providers.rules(visit.creditor.id).provider
    return AccountOutside(
        found.sheet,
        found.reports,
        known.ids(*account.key),
        known.link(account.creditor, account.number, provider) if provider else None,
        provider,
    )
