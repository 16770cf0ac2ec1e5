"""Settlements for DATEV: one Buchungsstapel (EXTF) per day and run.

Each settlement is booked from where the money is (bank or money in transit) to the debtor, a cash
discount beside it; one that was taken back the other way round. The order's id stands in the
booking's words, so that a line that a crash brought twice is found. Of the day's whole books, fees
and interest included, `saldo settlement export` makes a file; do not import both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, cast

from saldo.adapters.erp.files.settlements import ROOT, is_folder
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import ErpUnreachable, OrderNotSupported, OrderRefused
from saldo.errors import Unavailable
from saldo.intake.bay import Bay
from saldo.ledger.model import LedgerAccount
from saldo.settlements.datev import (
    ACCOUNTS,
    AmountNotForDatev,
    Chart,
    DatevBooks,
    DebtorNotNumeric,
    datev_of,
)
from saldo.settlements.rows import Row

_DIGITS_MAX: Final = 7


@dataclass(frozen=True, slots=True)
class Client:
    """Whose books: as `DatevBooks`, with the financial year by the day that it begins on."""

    books: DatevBooks
    year_begins: tuple[int, int] = (1, 1)

    def of(self, day: date) -> DatevBooks:
        """Return the books of the financial year that a day is in."""
        begins = date(day.year, *self.year_begins)
        if begins > day:
            begins = date(day.year - 1, *self.year_begins)
        return replace(self.books, year_start=begins)


def client_of(consultant: str, client: str, chart: str, year_begins: str) -> Client:
    """Read a connection's settings, `year_begins` as MM-DD; raise ValueError that says which."""
    if chart not in ACCOUNTS:
        raise ValueError(f"chart is skr03 or skr04, not {chart!r}")
    for name, number in (("consultant", consultant), ("client", client)):
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX):
            raise ValueError(f"{name} is a number, not {number!r}")
    try:
        begins = date.fromisoformat(f"2001-{year_begins}")
    except ValueError:
        raise ValueError(f"year_begins is a day as 01-01, not {year_begins!r}") from None
    books = DatevBooks(int(consultant), int(client), begins, cast("Chart", chart))
    return Client(books, (begins.month, begins.day))


class DatevFiles:
    """The files of one run, in `erp/{creditor}/{folder}/` of the bay."""

    def __init__(
        self, bay: Bay, creditor: str, folder: str, began_at: datetime, client: Client
    ) -> None:
        assert is_folder(folder), "a folder is a plain name"
        self._bay, self._began_at, self._client = bay, began_at, client
        self._place = f"{ROOT}/{creditor}/{folder}"
        self._rows: dict[date, list[Row]] = {}

    def add(self, order: ErpOrder, link: ItemLink) -> str:
        """Write an order into its day's file and return the file's name.

        Raises OrderNotSupported for what is no settlement, OrderRefused for a debtor or an amount
        that DATEV does not know, ErpUnreachable when the bay is busy.
        """
        if order.kind in ("stop", "release"):
            raise OrderNotSupported("A delivery stop has no place in DATEV's books.")
        rows = [*self._rows.get(order.day, ()), *_rows(order, link, self._began_at)]
        name = f"{self._place}/EXTF_{order.day}_{self._began_at:%Y%m%dT%H%M%SZ}.csv"
        try:
            made = datev_of(rows, self._client.of(order.day), order.day, self._began_at)
            self._bay.put(name, made, "text/csv")
        except (DebtorNotNumeric, AmountNotForDatev) as refusal:
            raise OrderRefused(refusal.detail) from refusal
        except Unavailable as busy:
            raise ErpUnreachable("The file of settlements cannot be written now.") from busy
        self._rows[order.day] = rows
        return name


def _rows(order: ErpOrder, link: ItemLink, at: datetime) -> Iterator[Row]:
    """Yield the money, and the cash discount that was granted with it."""
    money: LedgerAccount = "bank" if order.method == "bank-transfer" else "provider-clearing"
    parts: tuple[tuple[LedgerAccount, int], ...] = (
        (money, order.amount_minor),
        ("cash-discount", order.discount_minor),
    )
    is_settled = order.kind == "settle"
    for account, minor in parts:
        if minor:
            yield Row(
                account=link.account,
                booked_on=order.day,
                recorded_at=at,
                cause="allocation" if is_settled else "de-allocation",
                reference=order.id,
                invoice=order.number,
                currency=order.currency,
                amount_minor=minor,
                debit=account if is_settled else "receivable",
                credit="receivable" if is_settled else account,
                debit_detail="",
                credit_detail="",
                reason="",
            )
