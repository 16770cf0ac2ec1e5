"""Reading what is known: an account's sheet with its reports, and lists of all, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.credit_data.identity import CompanyIds, CompanyLink
from saldo.credit_data.report import CreditReport
from saldo.credit_data.score import CLASSES
from saldo.credit_data.sheet import ALL, FALLING, INSOLVENT, RiskPlace, RiskSheet, RiskSums
from saldo.errors import Invalid
from saldo.money import CURRENCY_DECIMALS
from saldo.store import Store

PAGE_MAX: Final = 100
BY_NUMBER: Final = "number"
"""The list of all accounts by number: the sheets themselves."""

SECTIONS: Final = (ALL, BY_NUMBER, *(f"class-{one}" for one in CLASSES), INSOLVENT, FALLING)
"""The lists that every creditor has; "overdue-EUR" and the like stand beside them."""

_OVERDUE: Final = "overdue-"


class RiskListUnknown(Invalid):
    """There is no list of that name."""

    code = "risk-list-unknown"


class CursorNotValid(Invalid):
    """The cursor is none that a list of risks gave."""

    code = "risk-cursor-not-valid"


@dataclass(frozen=True, slots=True)
class AccountCredit:
    """What is known of an account's credit. `sheet` is None before the first look."""

    sheet: RiskSheet | None
    reports: tuple[CreditReport, ...]

    @property
    def is_insolvent(self) -> bool:
        return self.sheet is not None and self.sheet.insolvency is not None


@dataclass(frozen=True, slots=True)
class RiskPage:
    """A page of a list, and where the next begins, None after the last."""

    sheets: tuple[RiskSheet, ...]
    cursor: str | None


class CreditData:
    """What is known of accounts' credit, for looking."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, creditor: str, account: str) -> AccountCredit:
        """Return what is known of an account: two small reads."""
        return AccountCredit(
            self._store.get(RiskSheet, creditor, account),
            tuple(self._store.list(CreditReport, creditor, account)),
        )

    def ids(self, creditor: str, account: str) -> CompanyIds:
        """Return by which numbers an account is known; empty where nobody said."""
        found = self._store.get(CompanyIds, creditor, account)
        return found or CompanyIds(creditor, account)

    def link(self, creditor: str, account: str, provider: str) -> CompanyLink | None:
        """Return which company of a provider an account is, as far as that is said."""
        return self._store.get(CompanyLink, creditor, account, provider)

    def sums(self, creditor: str) -> RiskSums | None:
        """Return what all accounts come to, as of the last night; None before the first."""
        return self._store.get(RiskSums, creditor)

    def page(self, creditor: str, section: str, limit: int, cursor: str | None = None) -> RiskPage:
        """Return a page of a list, the riskiest first: a query and a batch, whatever there is.

        A page may hold fewer than `limit` where an account moved just now. Raises RiskListUnknown
        or CursorNotValid.
        """
        _check(section)
        store = self._store.relaxed()
        if section == BY_NUMBER:
            after = (creditor, cursor) if cursor else None
            sheets = store.first(RiskSheet, creditor, limit=limit + 1, after=after)
            return _cut(sheets, limit)
        place = self._place(creditor, section, cursor)
        places = store.first(
            RiskPlace, creditor, section, limit=limit + 1, after=place.key if place else None
        )
        found = store.get_many(RiskSheet, [(creditor, one.account) for one in places[:limit]])
        rows = [
            found[creditor, one.account]
            for one in places[:limit]
            if (creditor, one.account) in found
        ]
        more = len(places) > limit
        last = places[limit - 1] if more else None
        return RiskPage(tuple(rows), f"{last.rank}~{last.account}" if last else None)

    def _place(self, creditor: str, section: str, cursor: str | None) -> RiskPlace | None:
        if not cursor:
            return None
        rank, mark, account = cursor.partition("~")
        if not mark or not rank.isdigit() or not account:
            raise CursorNotValid("Take the cursor as the page before gave it.").at("/cursor")
        return RiskPlace(creditor, section, rank, account)


def _cut(sheets: Sequence[RiskSheet], limit: int) -> RiskPage:
    rows = tuple(sheets[:limit])
    return RiskPage(rows, rows[-1].account if len(sheets) > limit else None)


def _check(section: str) -> None:
    if section in SECTIONS:
        return
    if section.startswith(_OVERDUE) and section.removeprefix(_OVERDUE) in CURRENCY_DECIMALS:
        return
    known = ", ".join(SECTIONS)
    raise RiskListUnknown(f"Lists are {known}, and overdue-EUR and the like.").at("/list")
