"""BAI2, as American banks send it, lockbox deposits among them.

Records are lines: 01 file, 02 group, 03 account, 16 transaction, 88 goes on, 49, 98 and 99 end
them. Amounts are minor units without a point. Types 100 to 399 are credits, 400 to 699 debits; 010
and 015 are the opening and the closing ledger. Source: the records as the public samples have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import BinaryIO, Final

from saldo.adapters.bank.fields import places, short_day
from saldo.adapters.bank.text import lines, scan
from saldo.money import AMOUNT_MINOR_MAX
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import Balance, BankCode, Entry, Head, References, Row, Tail

_MINOR: Final = re.compile(r"([+-]?)(\d{1,18})", re.ASCII)
_DEFAULT_CURRENCY: Final = "USD"
_RECORD_PARTS_MAX: Final = 1000

Record = tuple[str, list[str], int]
"""Its code, its text piece by piece (a piece per line, without code and end), and its line."""


def rows(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a file; raise Unreadable where it breaks off."""
    looked = scan(source)
    reader = _File()
    pending = list(looked.findings)
    for row in reader.read(_records(lines(source, looked.encoding))):
        yield row
        if pending and isinstance(row, Head):
            yield from pending
            pending.clear()
    yield from pending
    if not reader.is_closed:
        raise Unreadable("truncated", "The file has no end (record 99).", f"line {reader.line}")


def _records(text: Iterable[str]) -> Iterator[Record]:
    code, parts, begun = "", [""], 0
    for number, written in enumerate(text, start=1):
        line = written.strip()
        if not line:
            continue
        if line.startswith("88,") and code:
            if len(parts) >= _RECORD_PARTS_MAX:
                raise Unreadable("record-too-long", "A record goes on too long.", f"line {number}")
            parts.append(line[3:].removesuffix("/"))
            continue
        if code:
            yield code, parts, begun
        code, parts, begun = line[:2], [line[3:].removesuffix("/")], number
        if line[2:3] not in (",", "/", ""):
            raise Unreadable("record-not-readable", f"{line[:20]!r}", f"line {number}")
    if code:
        yield code, parts, begun


class _File:
    """Reads record after record."""

    def __init__(self) -> None:
        self.is_closed, self.count, self.line = False, 0, 0
        self._day: date | None = None
        self._bank = self._currency = ""
        self._group_currency = _DEFAULT_CURRENCY
        self._closing: Balance | None = None
        self._entries = 0
        self._is_open = False

    def read(self, records: Iterable[Record]) -> Iterator[Row]:
        for code, parts, line in records:
            self.line = line
            try:
                yield from self._record(code, parts)
            except Unreadable as refused:
                if code in ("02", "03") or not self._is_open:
                    raise Unreadable(
                        refused.finding.code, refused.finding.message, f"line {line}"
                    ) from None
                found = refused.finding
                yield Finding(found.code, "refused", found.message, f"line {line}")

    def _record(self, code: str, parts: list[str]) -> Iterator[Row]:
        if code not in ("16", "49") and self._is_open:
            raise Unreadable("truncated", "An account has no end (record 49).")
        if code == "02":
            self._group(",".join(parts).split(","))
        elif code == "03":
            yield self._account(",".join(parts).split(","))
        elif code == "16" and self._is_open:
            self._entries += 1
            yield self._entry(parts)
        elif code == "49" and self._is_open:
            self._is_open = False
            yield Tail(self._closing)
        elif code == "99":
            self.is_closed = True
        elif code not in ("01", "98"):
            raise Unreadable("record-unknown", f"A record {code!r} does not belong here.")

    def _group(self, fields: list[str]) -> None:
        fields += [""] * 7
        self._bank = fields[1]
        self._day = short_day(fields[3]) if fields[3] else None
        self._group_currency = fields[5].strip() or _DEFAULT_CURRENCY

    def _account(self, fields: list[str]) -> Head:
        """Read an account: number, currency, then type, amount, count and funds of each summary."""
        self.count += 1
        self._is_open, self._entries = True, 0
        self._currency = (fields[1:2] or [""])[0].strip() or self._group_currency
        places(self._currency)
        found: dict[str, int] = {}
        rest = fields[2:]
        while rest:
            kind, amount, _, funds = (*rest[:4], "", "", "", "")[:4]
            if kind and amount:
                found[kind.strip()] = _minor(amount)
            rest = rest[4 + _funds(funds, rest[4:]) :]
        opening, self._closing = (
            Balance(found[kind], self._currency, self._day) if kind in found else None
            for kind in ("010", "015")
        )
        return Head(
            "bai2", account=fields[0].strip(), bic="", servicer=self._bank, currency=self._currency,
            first_day=self._day, last_day=self._day, opening=opening,
        )  # fmt: skip

    def _entry(self, parts: list[str]) -> Entry:
        kind, amount, funds, *rest = (*parts[0].split(","), "", "", "")
        kind = kind.strip()
        if not (kind.isascii() and kind.isdigit() and 100 <= int(kind) < 700):
            raise Unreadable("type-unknown", f"The type {kind!r} is neither credit nor debit.")
        minor = _minor(amount)
        after = rest[_funds(funds, rest) :]
        bank, customer = (*after[:2], "", "")[:2]
        words = ",".join(after[2:]).rstrip(",")
        return Entry(
            str(self._entries),
            "booked",
            self._day,
            short_day(rest[0]) if funds == "V" and rest[0] else self._day,
            minor if int(kind) < 400 else -minor,
            self._currency,
            references=References(bank=bank.strip(), customer=customer.strip()),
            remittance=" ".join(each.strip() for each in (words, *parts[1:]) if each.strip()),
            code=BankCode(proprietary=kind),
        )


def _funds(kind: str, after: list[str]) -> int:
    """Return how many fields the availability of funds takes behind its type."""
    if kind == "S":
        return 3
    if kind == "V":
        return 2
    if kind == "D":
        count = after[0].strip() if after else ""
        if not (count.isascii() and count.isdigit() and len(count) < 4):
            raise Unreadable("funds-not-readable", f"{count!r} is no count of days.")
        return 1 + 2 * int(count)
    return 0


def _minor(text: str) -> int:
    match = _MINOR.fullmatch(text.strip())
    if match is None or int(match[2]) > AMOUNT_MINOR_MAX:
        raise Unreadable("amount-not-readable", f"{text!r} is no amount.")
    return -int(match[2]) if match[1] == "-" else int(match[2])
