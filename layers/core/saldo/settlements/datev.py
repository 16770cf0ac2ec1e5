"""A day's settlements as a DATEV Buchungsstapel (EXTF).

Source: DATEV's public description of its format, https://developer.datev.de/datev/platform/de/dtvf
(header: format 700, category 21, version 13; the first fourteen columns, which hold all that is
said here). Windows-1252, semicolons, CRLF, decimal comma, the day as DDMM. It has not been run
against DATEV's own import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from saldo.errors import Invalid
from saldo.ledger.model import LedgerAccount
from saldo.money import Money, decimals_of, format_amount
from saldo.settlements.rows import Row

Chart = Literal["skr03", "skr04"]

_COLUMNS: Final = (
    "Umsatz (ohne Soll/Haben-Kz)",
    "Soll/Haben-Kennzeichen",
    "WKZ Umsatz",
    "Kurs",
    "Basis-Umsatz",
    "WKZ Basis-Umsatz",
    "Konto",
    "Gegenkonto (ohne BU-Schlüssel)",
    "BU-Schlüssel",
    "Belegdatum",
    "Belegfeld 1",
    "Belegfeld 2",
    "Skonto",
    "Buchungstext",
)
_HEADER_FIELDS: Final = 31
_ACCOUNT_DIGITS: Final = 4
_TEXT_MAX: Final = 60
_VOUCHER_MAX: Final = 36
_NOT_VOUCHER = re.compile(r"[^A-Za-z0-9$&%*+\-/]")
"""What "Belegfeld 1" may not hold, by DATEV's description of the field."""

ACCOUNTS: Final[Mapping[Chart, Mapping[LedgerAccount, str]]] = {
    "skr03": {
        "provider-clearing": "1360",
        "bank": "1200",
        "billing-clearing": "1590",
        "vat-correction": "1776",
        "fee-income": "2700",
        "interest-income": "2650",
        "provider-fees": "4970",
        "bank-charges": "4970",
        "cash-discount": "8730",
        "write-off": "2400",
        "refund": "1590",
        "chargeback": "1590",
        "rounding": "4970",
        "transfer": "1590",
        "suspense": "1590",
    },
    "skr04": {
        "provider-clearing": "1460",
        "bank": "1800",
        "billing-clearing": "1370",
        "vat-correction": "3806",
        "fee-income": "4830",
        "interest-income": "7100",
        "provider-fees": "6855",
        "bank-charges": "6855",
        "cash-discount": "4730",
        "write-off": "6930",
        "refund": "1370",
        "chargeback": "1370",
        "rounding": "6855",
        "transfer": "1370",
        "suspense": "1370",
    },
}
"""Accounts of the two standard charts: money in transit (1360/1460), amounts in transit
(1590/1370), cash discount granted, bad debts, incidental cost of money, interest. A tax adviser may
want others: give them with `accounts`."""

_TRANSIT: Final[LedgerAccount] = "transfer"
"""Where a row passes through that has the debtor's account on both sides: DATEV allows none."""


class DebtorNotNumeric(Invalid):
    """DATEV knows a debtor by five to nine digits; the account's number is none."""

    code = "debtor-not-numeric"


class AmountNotForDatev(Invalid):
    """DATEV takes amounts with two decimals, below ten thousand million."""

    code = "amount-not-for-datev"


@dataclass(frozen=True, slots=True)
class DatevBooks:
    """Whose books the file is for: the tax adviser's and the client's number, the first day of the
    financial year, the chart, and accounts that differ from the chart's.
    """

    consultant: int
    client: int
    year_start: date
    chart: Chart = "skr03"
    accounts: Mapping[LedgerAccount, str] | None = None

    def account(self, of: LedgerAccount) -> str:
        """Return the number of a ledger account."""
        return (self.accounts or {}).get(of) or ACCOUNTS[self.chart][of]


def datev_of(rows: Sequence[Row], books: DatevBooks, day: date, made_at: datetime) -> bytes:
    """Return the file; raise DebtorNotNumeric or AmountNotForDatev."""
    lines = [_header(rows, books, day, made_at), ";".join(_COLUMNS)]
    for row in rows:
        lines += _booked(row, books)
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252", "replace")


def _header(rows: Sequence[Row], books: DatevBooks, day: date, made_at: datetime) -> str:
    days = [row.booked_on for row in rows] or [day]
    fields = [""] * _HEADER_FIELDS
    fields[0:6] = [
        '"EXTF"',
        "700",
        "21",
        '"Buchungsstapel"',
        "13",
        f"{made_at:%Y%m%d%H%M%S%f}"[:17],
    ]
    fields[7] = '"SA"'  # Herkunft
    fields[10:17] = [
        str(books.consultant),
        str(books.client),
        f"{books.year_start:%Y%m%d}",
        str(_ACCOUNT_DIGITS),
        f"{min(days):%Y%m%d}",
        f"{max(days):%Y%m%d}",
        f'"Saldo {day}"',
    ]
    fields[18:22] = ["1", "0", "0", '"EUR"']  # Finanzbuchführung; nicht festgeschrieben
    fields[26] = f'"{books.chart.removeprefix("skr")}"'
    return ";".join(fields)


def _booked(row: Row, books: DatevBooks) -> Iterator[str]:
    """Yield the lines of a row: two where the debtor stands on both sides."""
    debit, credit = _number(row, row.debit, books), _number(row, row.credit, books)
    # Each side of the debtor bears the voucher of its own: the credit none, the invoice its number.
    if debit != credit:
        yield _line(row, debit, credit, row.invoice)
        return
    transit = books.account(_TRANSIT)
    debit_voucher = row.invoice if row.debit == "receivable" else ""
    credit_voucher = row.invoice if row.credit == "receivable" else ""
    yield _line(row, debit, transit, debit_voucher)
    yield _line(row, transit, credit, credit_voucher)


def _number(row: Row, account: LedgerAccount, books: DatevBooks) -> str:
    if account not in ("receivable", "customer-credit"):
        return books.account(account)
    number = row.account
    if not (number.isascii() and number.isdigit() and 5 <= len(number) <= 9):
        raise DebtorNotNumeric(f"Account {number!r} is no debtor's number in DATEV.").at("/account")
    return number


def _line(row: Row, debit: str, credit: str, voucher: str) -> str:
    """Return a line: "S" says that the first account is debited."""
    if decimals_of(row.currency) > 2 or row.amount_minor >= 10**12:
        raise AmountNotForDatev(f"{Money(row.amount_minor, row.currency)} does not fit.")
    amount = format_amount(row.amount_minor, row.currency).replace(".", ",")
    if "," not in amount:
        amount += ",00"
    text = f"{row.cause} {row.reference} {row.reason}".strip()
    fields = (
        amount,
        '"S"',
        f'"{row.currency}"',
        "",
        "",
        "",
        debit,
        credit,
        '""',
        f"{row.booked_on:%d%m}",
        _quoted(_NOT_VOUCHER.sub("", voucher)[:_VOUCHER_MAX]),
        _quoted(""),
        "",
        _quoted(_printable(text)[:_TEXT_MAX]),
    )
    return ";".join(fields)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def money_in_line(fields: Iterable[str]) -> tuple[int, str, str, str]:
    """Return what a line of such a file moves: minor units of its currency, debit and credit."""
    amount, sign, currency, _, _, _, first, second, *_ = fields
    minor = int(amount.replace(",", "")) // 10 ** (2 - decimals_of(currency))
    return (minor, currency, first, second) if sign == "S" else (minor, currency, second, first)
