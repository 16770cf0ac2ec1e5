"""Reports that list accounts: who owes most, and who was left alone. Bounded reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.figures.ask import Asked
from saldo.figures.model import OPEN, AccountSheet, Ranked, Sheet, place_from
from saldo.store import Store

_READ_MAX: Final = 2000
"""With filters so many accounts are looked at, at most."""


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account of a list, in one currency; amounts are minor units."""

    account: str
    currency: str
    values: dict[str, int | float | str | None] = field(hash=False)


class Listed:
    """Lists accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(
        self, creditor: str, asked: Asked, now: datetime, time_zone: str
    ) -> Sequence[ListedAccount]:
        """Return the accounts of a list, `asked.limit` at most of each currency."""
        today = local_day(now, time_zone)
        if asked.report == "debtors":
            sheets = list(self._top(creditor, asked))
        else:
            until = now - timedelta(days=asked.idle_days)
            sheets = [(one, currency) for one in self._idle(creditor, asked, until)
                      for currency in one.currencies]  # fmt: skip
        names = self._store.get_many(Account, [sheet.key for sheet, _ in sheets])
        found = [
            _row(sheet, currency, names.get(sheet.key), now, time_zone)
            for sheet, currency in sheets
            if not _is_restricted(names.get(sheet.key))
        ]
        if "expected_30" in asked.columns:
            found = [self._with_expected(creditor, one, today) for one in found]
        return [one for one in found if asked.report == "debtors" or one.values["overdue"]]

    def _with_expected(self, creditor: str, row: ListedAccount, today: date) -> ListedAccount:
        """Return the row with what is expected of its open items within 30 days; one query."""
        # Loaded when asked for: every function knows the records of reports, few need forecasts.
        from saldo.forecast.kept import ItemForecast, shard_of

        told = self._store.list(ItemForecast, creditor, shard_of(row.account), row.account)
        until = today + timedelta(days=30)
        expected = sum(
            one.open_minor * one.on(today).forecast.paid_by(until)
            for one in told
            if one.currency == row.currency
        )
        return replace(row, values={**row.values, "expected_30": round(expected)})

    def _top(self, creditor: str, asked: Asked) -> Iterator[tuple[AccountSheet, str]]:
        currencies = sorted({sheet.currency for sheet in self._store.list(Sheet, creditor, OPEN)})
        for currency in currencies:
            most = _READ_MAX if asked.filters else asked.limit
            ranked = self._store.newest(Ranked, creditor, currency, limit=most)
            sheets = self._store.get_many(AccountSheet, [(creditor, r.account) for r in ranked])
            there = (sheets.get((creditor, one.account)) for one in ranked)
            wanted = (one for one in there if one is not None and _is_wanted(asked, one))
            yield from ((one, currency) for one in islice(wanted, asked.limit))

    def _idle(self, creditor: str, asked: Asked, until: datetime) -> Sequence[AccountSheet]:
        """Return those left alone longest first: the index may lag, so each is read."""
        keys = self._store.work(AccountSheet, "unattended", creditor, until)
        most = _READ_MAX if asked.filters else asked.limit
        wanted = list(islice(keys, most))
        found = self._store.get_many(AccountSheet, wanted)
        there = [found[key] for key in wanted if key in found and _is_wanted(asked, found[key])]
        return there[: asked.limit]


def _is_wanted(asked: Asked, sheet: AccountSheet) -> bool:
    return asked.lets_through(place_from(sheet.place))


def _is_restricted(account: Account | None) -> bool:
    """Tell whether an account is to be erased: lists for people leave it out."""
    return account is not None and account.restricted_at is not None


def _row(
    sheet: AccountSheet, currency: str, account: Account | None, now: datetime, time_zone: str
) -> ListedAccount:
    today = local_day(now, time_zone)
    due = sheet.by_due(currency)
    oldest = min(due, default=today)
    work = sheet.work_entry
    return ListedAccount(
        sheet.account,
        currency,
        {
            "name": account.name if account else "",
            "collector": place_from(sheet.place).collector,
            "total": sum(due.values()),
            "overdue": sum(minor for day, minor in due.items() if day < today),
            "oldest": oldest.isoformat(),
            "days_overdue": max(0, (today - oldest).days),
            "idle_days": max(0, (now - work[2]).days) if work else None,
            "acted": sheet.acted,
            "acted_at": local_day(sheet.acted_at, time_zone).isoformat()
            if sheet.acted_at
            else None,
            "risk_class": account.credit.score_class if account else None,
            "cover": account.credit.cover if account else None,
            "payment_trend": account.pays.trend if account else None,
        },
    )
