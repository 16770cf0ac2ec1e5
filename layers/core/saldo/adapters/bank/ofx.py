"""OFX, as banks' downloads are written: bank and credit card statements, version 1 (SGML) and 2.

Source: Open Financial Exchange, section 11 (STMTRS, CCSTMTRS, STMTTRN, LEDGERBAL). There is no
opening balance, so whether a statement adds up cannot be told. FITID is the bank's own id of a
transaction, one of a kind within its account. Investment statements hold no payments of debtors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO, Final

from saldo.adapters.bank.fields import day, places, point_amount, said, shaped_iban
from saldo.adapters.bank.ofx_tags import Tag, tags
from saldo.adapters.bank.text import scan
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
)

_STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS"})
_WITHIN: Final = frozenset({"BANKACCTFROM", "CCACCTFROM", "LEDGERBAL", "AVAILBAL", "STMTTRN"})
_INSIDE: Final = frozenset({"PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY"})
_AGGREGATES: Final = _STATEMENTS | _WITHIN | _INSIDE | {"BANKTRANLIST"}
_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d.*|[:\[].*)?", re.ASCII | re.DOTALL)
_VERSION: Final = re.compile(rb"VERSION[:=]\"?(\d{3})", re.ASCII)
_HEAD_BYTES: Final = 4096
_FIELDS_MAX: Final = 100
_NO_CURRENCY: Final = "XXX"


def rows(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a file; raise Unreadable where it breaks off."""
    version = _VERSION.search(source.read(_HEAD_BYTES))
    source.seek(0)
    looked = scan(source, has_lines=False)
    reader = _File(version[1].decode() if version else "")
    pending = list(looked.findings)
    line = 1
    for tag in tags(source, looked.encoding):
        line = tag.line
        for row in reader.take(tag):
            yield row
            if pending and isinstance(row, Head):
                yield from pending
                pending.clear()
    yield from pending
    if reader.is_open or not reader.is_closed:
        raise Unreadable("truncated", "The file has no end (</OFX>).", f"line {line}")
    if not reader.count:
        raise Unreadable("no-bank-statement", "The file holds no bank statement.", "line 1")


class _File:
    """Takes tag after tag. `is_open` within a statement; `count` are those that were read."""

    def __init__(self, version: str) -> None:
        self.is_open, self.is_closed, self.count = False, False, 0
        self._version = version
        self._path: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self._head: dict[str, str] = {}
        self._fields: dict[str, str] = {}
        self._balance: Balance | None = None
        self._has_head, self._entries, self._line = False, 0, 0
        self._currency = ""

    def take(self, tag: Tag) -> Iterator[Row]:
        """Take a tag, and yield what is complete by it."""
        if tag.name == "OFX":
            self.is_closed = tag.is_end
        elif tag.name in _STATEMENTS:
            yield from self._statement(tag)
        elif not self.is_open:
            return
        elif tag.name in _AGGREGATES:
            yield from self._aggregate(tag)
        elif not tag.is_end:
            self._element(tag)

    def _statement(self, tag: Tag) -> Iterator[Row]:
        if not tag.is_end:
            if self.is_open:
                raise Unreadable("truncated", "A statement has no end.", f"line {tag.line}")
            self._begin()
            self.is_open, self._path, self._line = True, [], tag.line
            self.count += 1
        elif self.is_open:
            yield from self._begun()
            yield Tail(self._balance)
            self.is_open = False

    def _aggregate(self, tag: Tag) -> Iterator[Row]:
        if not tag.is_end:
            if tag.name in ("STMTTRN", "LEDGERBAL"):
                yield from self._begun()
                self._fields, self._line = {}, tag.line
            self._path.append(tag.name)
            return
        if tag.name not in self._path:
            return
        while self._path.pop() != tag.name:
            pass
        if tag.name in ("STMTTRN", "LEDGERBAL"):
            try:
                yield from self._made(tag.name)
            except Unreadable as refused:
                found = refused.finding
                yield Finding(found.code, "refused", found.message, f"line {self._line}")

    def _element(self, tag: Tag) -> None:
        if not tag.text:
            return
        inside = [one for one in self._path if one in _WITHIN]
        if inside[:1] in (["STMTTRN"], ["LEDGERBAL"]):
            fields = self._fields
            name = f"{self._path[-1]}/{tag.name}" if self._path[-1] in _INSIDE else tag.name
        else:
            fields = self._head
            name = tag.name
        if "AVAILBAL" not in inside and len(fields) < _FIELDS_MAX:
            fields.setdefault(name, tag.text)

    def _begun(self) -> Iterator[Row]:
        """Yield the statement's head once, when all that stands before its contents was seen."""
        if self._has_head:
            return
        self._has_head = True
        head, place = self._head, f"line {self._line}"
        problems: list[Finding] = []
        self._currency = head.get("CURDEF", "")[:3].upper()
        try:
            places(self._currency)
        except Unreadable:
            problems.append(
                Finding("currency-missing", "refused", "The statement names no currency.", place)
            )
            self._currency = _NO_CURRENCY
        days: list[date | None] = []
        for name in ("DTSTART", "DTEND"):
            try:
                days.append(_day(head.get(name, "")))
            except Unreadable as refused:
                days.append(None)
                found = refused.finding
                problems.append(Finding(found.code, "warning", found.message, place))
        account = head.get("ACCTID", "")
        iban = shaped_iban(account)
        if not account:
            problems.append(
                Finding("account-missing", "warning", "The statement names no account.", place)
            )
        yield Head(
            "ofx",
            version=self._version,
            iban=iban,
            account="" if iban else account,
            servicer=head.get("BANKID", ""),
            first_day=days[0],
            last_day=days[1],
            currency="" if self._currency == _NO_CURRENCY else self._currency,
        )
        yield from problems

    def _made(self, name: str) -> Iterator[Row]:
        if self._currency == _NO_CURRENCY:
            return  # the statement is refused for it
        if name == "LEDGERBAL":
            written = self._fields.get("BALAMT", "")
            if written:
                minor = _signed(written, self._currency)
                self._balance = Balance(minor, self._currency, _day(self._fields.get("DTASOF", "")))
            return
        self._entries += 1
        yield self._entry()

    def _entry(self) -> Entry:
        get = self._fields.get
        # An amount with CURRENCY is in that currency; with ORIGCURRENCY it was converted before.
        currency = get("CURRENCY/CURSYM", self._currency)[:3].upper()
        places(currency)
        booked = _day(get("DTPOSTED", ""))
        if booked is None:
            raise Unreadable("day-missing", "A transaction has no day (DTPOSTED).")
        account = get("BANKACCTTO/ACCTID", "") or get("CCACCTTO/ACCTID", "")
        iban = shaped_iban(account)
        return Entry(
            str(self._entries),
            "booked",
            booked,
            _day(get("DTAVAIL", "")) or booked,
            _signed(get("TRNAMT", ""), currency),
            currency,
            Party(
                get("PAYEE/NAME", "") or get("NAME", ""),
                iban,
                get("BANKACCTTO/BANKID", "") if iban else "",
                "" if iban else account,
            ),
            References(
                bank=said(get("FITID")),
                customer=said(get("REFNUM")) or said(get("CHECKNUM")),
                transaction_id=said(get("SRVRTID")),
            ),
            " ".join(get("MEMO", "").split()),
            BankCode(proprietary=get("TRNTYPE", "").upper()),
            is_reversal=get("CORRECTACTION", "").upper() == "DELETE",
        )


def _signed(written: str, currency: str) -> int:
    """Return minor units of an amount with a sign; comma and point are both allowed."""
    bare = written.strip().replace(",", ".")
    sign = -1 if bare.startswith("-") else 1
    return sign * point_amount(bare.lstrip("+-").strip(), currency)


def _day(text: str) -> date | None:
    """Return the day of YYYYMMDD with or without a time, as it is written there; None for "".

    Raises Unreadable.
    """
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise Unreadable("day-not-readable", f"{text[:40]!r} is no day: YYYYMMDD is expected.")
    return day(int(match[1]), int(match[2]), int(match[3]))
