"""Banks' CSV downloads, by a mapping (`saldo.statements.csv_map`). Every row is an entry.

Where a column holds the balance after each entry, opening and closing balance come of it, whichever
end of the file is the newest.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO, NoReturn

from saldo.adapters.bank.fields import places, point_amount, said, shaped_iban
from saldo.statements.csv_map import CsvMap
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import (
    Balance,
    BankCode,
    Entry,
    Head,
    Party,
    References,
    Row,
    Tail,
    Tally,
)
from saldo.tables.days import possible_forms, read_day
from saldo.tables.model import (
    Opener,
    Table,
    TableNotReadable,
    TableTooLarge,
    WorkbookNotTaken,
)
from saldo.tables.model import Row as TableRow
from saldo.tables.numbers import read_number
from saldo.tables.read import Tables


class _NoWorkbooks:
    """Stands where workbooks would be read: a bank's list comes as text."""

    def sheets(self, opener: Opener) -> NoReturn:
        del opener
        raise WorkbookNotTaken("A bank's list is read as CSV: save it as that.")

    def rows(self, opener: Opener, sheet: str) -> NoReturn:
        del opener, sheet
        raise WorkbookNotTaken("A bank's list is read as CSV: save it as that.")


def rows(mapping: CsvMap) -> Callable[[BinaryIO], Iterator[Row]]:
    """Return the reader for a mapping; it raises Unreadable where a file breaks off."""

    def read(source: BinaryIO) -> Iterator[Row]:
        try:
            yield from _Reader(mapping).rows(_table(source, mapping))
        except (TableNotReadable, TableTooLarge, WorkbookNotTaken) as refused:
            raise Unreadable(refused.code, refused.detail) from None

    return read


def _table(source: BinaryIO, mapping: CsvMap) -> Table:
    def opener() -> BinaryIO:
        source.seek(0)
        return io.BufferedReader(_Borrowed(source))

    tables = Tables(_NoWorkbooks())
    layout = tables.detect(opener).layout
    if mapping.header_line:
        layout = replace(layout, header_line=mapping.header_line)
    return tables.open(opener, layout)


class _Borrowed(io.RawIOBase):
    """A file that is read and not closed by whoever reads it."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with what makes statements of rows: whose, the entry, the balance after it."""

    account: str
    entry: Entry
    balance_minor: int | None


class _Reader:
    def __init__(self, mapping: CsvMap) -> None:
        self._map = mapping
        self._places: dict[str, tuple[int, ...]] = {}
        self._count = 0

    def rows(self, table: Table) -> Iterator[Row]:
        """Yield statements: one for each run of rows of the same account."""
        self._find(table.columns)
        current: _Statement | None = None
        for row in table.rows:
            if row.is_empty:
                continue
            try:
                line = self._line(row)
            except Unreadable as refused:
                found = refused.finding
                if current is None:
                    current = _Statement(self._map.account, self._map.currency or "EUR")
                    yield current.head
                yield Finding(found.code, "refused", found.message, f"line {row.line}")
                continue
            if current is None or not current.takes(line):
                if current is not None:
                    yield current.tail()
                current = _Statement(line.account, line.entry.currency)
                yield current.head
            current.add(line)
            yield line.entry
        if current is None:
            raise Unreadable("no-entries", "The file holds no entries.", "line 1")
        yield current.tail()

    def _find(self, columns: tuple[str, ...]) -> None:
        there: dict[str, int] = {}
        for place, name in enumerate(columns):
            there.setdefault(" ".join(name.split()).casefold(), place)
        for field, names in self._map.columns.items():
            found = [there.get(" ".join(name.split()).casefold()) for name in names]
            missing = [name for name, place in zip(names, found, strict=True) if place is None]
            if missing:
                raise Unreadable(
                    "column-missing", f"There is no column {missing[0]!r} ({field}).", "line 1"
                )
            self._places[field] = tuple(place for place in found if place is not None)

    def _line(self, row: TableRow) -> _Line:
        def cell(field: str) -> str:
            parts = (row.cells[at] for at in self._places.get(field, ()) if at < len(row.cells))
            return " ".join(part for part in parts if part)

        currency = (cell("currency") or self._map.currency).upper()
        places(currency)
        account = (cell("account") or self._map.account).replace(" ", "")
        booked = self._day(cell("booked_on"))
        if booked is None:
            raise Unreadable("day-missing", "The row has no day of booking.")
        is_pending = cell("status").casefold() in self._map.pending
        self._count += 1
        other = cell("iban").replace(" ", "")
        iban = shaped_iban(other)
        entry = Entry(
            str(self._count),
            "pending" if is_pending else "booked",
            booked,
            self._day(cell("value_on")) or booked,
            self._amount(cell, currency),
            currency,
            Party(cell("name"), iban, cell("bic"), "" if iban else other),
            References(
                end_to_end_id=said(cell("end_to_end_id")),
                mandate_id=said(cell("mandate_id")),
                creditor_id=said(cell("creditor_id")),
                creditor_reference=said(cell("creditor_reference")),
                bank=said(cell("bank_reference")),
                customer=said(cell("customer_reference")),
            ),
            cell("remittance"),
            BankCode(text=cell("text")),
        )
        balance = cell("balance")
        return _Line(account, entry, self._minor(balance, currency) if balance else None)

    def _amount(self, cell: Callable[[str], str], currency: str) -> int:
        if "amount" in self._places:
            minor = self._minor(cell("amount"), currency)
            if "sign" in self._places:
                is_debit = cell("sign").casefold() in self._map.debits
                return -abs(minor) if is_debit else abs(minor)
            return minor
        credit, debit = cell("credit"), cell("debit")
        if bool(credit) == bool(debit):
            raise Unreadable("amount-missing", "One of credit and debit must be there.")
        return self._minor(credit, currency) if credit else -abs(self._minor(debit, currency))

    def _minor(self, text: str, currency: str) -> int:
        number = read_number(text, self._map.decimal)
        if number is None:
            raise Unreadable("amount-not-readable", f"{text[:40]!r} is no amount of this form.")
        sign = -1 if number.startswith("-") else 1
        return sign * point_amount(number.lstrip("-"), currency)

    def _day(self, text: str) -> date | None:
        if not text:
            return None
        forms = possible_forms(text) - {"serial"} if self._map.days is None else {self._map.days}
        days = {read_day(text, form) for form in forms} - {None}
        if len(days) != 1:
            why = "could be several days" if days else "is no day"
            raise Unreadable("day-not-readable", f"{text[:40]!r} {why}: say the form of days.")
        return days.pop()


class _Statement:
    """The rows of one account, added up as they go by."""

    def __init__(self, account: str, currency: str) -> None:
        iban = shaped_iban(account)
        self._account = account
        self.head = Head("csv", iban=iban, account="" if iban else account, currency=currency)
        self._tally = Tally(self.head)
        self._first: _Line | None = None
        self._last: _Line | None = None
        self._has_balances = True

    def takes(self, line: _Line) -> bool:
        return line.account == self._account

    def add(self, line: _Line) -> None:
        self._tally.add(line.entry)
        if line.entry.status == "booked":
            self._first = self._first or line
            self._last = line
            self._has_balances = self._has_balances and line.balance_minor is not None

    def tail(self) -> Tail:
        """Return the end, with the balances if rows have some: the way round that adds up."""
        if self._first is None or self._last is None or not self._has_balances:
            return Tail()
        ways = [(self._first, self._last), (self._last, self._first)]
        if self._first.entry.booked_on != self._last.entry.booked_on:
            ways.sort(key=lambda way: way[0].entry.booked_on or date.min)
        made = [self._made(*way) for way in ways]
        return next((tail for tail in made if self._tally.judge(tail)), made[0])

    def _made(self, old: _Line, new: _Line) -> Tail:
        assert old.balance_minor is not None, "looked at before"
        assert new.balance_minor is not None, "looked at before"
        currency = self.head.currency
        opening = old.balance_minor - old.entry.amount_minor
        return Tail(
            Balance(new.balance_minor, currency, new.entry.booked_on),
            Balance(opening, currency, old.entry.booked_on),
        )
