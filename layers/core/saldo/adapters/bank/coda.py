"""CODA, as Belgian banks send it: lines of 128 characters, whose places say what they mean.

Records: 0 header, 1 old balance, 21 to 23 a movement, 31 to 33 what is said of it, 4 free messages,
8 new balance, 9 end. Source: Febelfin's "Coded statement of account (CODA)", version 2, and the
public samples. Amounts have twelve digits and three decimals, 0 is credit and 1 debit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from saldo.adapters.bank.coda_movement import Movement, day_of, minor_of
from saldo.adapters.bank.fields import places, shaped_iban
from saldo.adapters.bank.text import lines, scan
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import Balance, Head, Row, Tail

_LINE: Final = 128
_MOVEMENTS_TOGETHER_MAX: Final = 20_000
"""Of one globalisation: no bank's file comes near it."""

_NUMBERED: Final = frozenset("01")
_IBANS: Final = frozenset("23")


def rows(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a file; raise Unreadable where it breaks off."""
    looked = scan(source)
    reader = _File()
    pending = list(looked.findings)
    for row in reader.read(lines(source, looked.encoding)):
        yield row
        if pending and isinstance(row, Head):
            yield from pending
            pending.clear()
    yield from pending
    if reader.is_open:
        raise Unreadable("truncated", "A statement has no end (record 9).", f"line {reader.line}")


class _File:
    """Reads record after record."""

    def __init__(self) -> None:
        self.is_open, self.line = False, 0
        self._bic = self._reference = self._version = ""
        self._currency = "EUR"
        self._has_head = False
        self._closing: Balance | None = None
        self._entries = 0
        self._together: list[Movement] = []
        self._left_out = ""

    def read(self, text: Iterable[str]) -> Iterator[Row]:
        for number, written in enumerate(text, start=1):
            if not written.strip():
                continue
            self.line = number
            try:
                if len(written.rstrip()) > _LINE:
                    raise Unreadable("record-too-long", "A line has more than 128 characters.")
                yield from self._record(written.ljust(_LINE))
            except Unreadable as refused:
                found = refused.finding
                place = f"line {number}"
                if not self._has_head:
                    raise Unreadable(found.code, found.message, place) from None
                yield Finding(found.code, "refused", found.message, place)

    def _record(self, text: str) -> Iterator[Row]:
        kind = text[0]
        if kind == "0":
            self._begin(text)
            return
        if not self.is_open:
            raise Unreadable("record-unknown", "A statement begins with record 0.")
        if kind == "1":
            yield self._head(text)
            return
        if not self._has_head:
            raise Unreadable("record-unknown", "The old balance (record 1) is missing.")
        yield from self._row(kind, text)

    def _row(self, kind: str, text: str) -> Iterator[Row]:
        if kind == "2":
            yield from self._movement(text)
        elif kind == "3":
            if text[2:6] != self._left_out:
                self._last(text).tell(text)
        elif kind == "8":
            yield from self._flush()
            self._closing = _balance(text[41:57], text[57:63], self._currency)
        elif kind == "9":
            yield from self._end()
        elif kind != "4":
            raise Unreadable("record-unknown", f"A record {text[:2]!r} does not belong here.")

    def _begin(self, text: str) -> None:
        if self.is_open:
            raise Unreadable("truncated", "A statement has no end (record 9).")
        self.is_open, self._has_head = True, False
        self._closing, self._entries, self._together = None, 0, []
        self._reference, self._bic = text[24:34].strip(), text[60:71].strip()
        self._version = text[127].strip()

    def _head(self, text: str) -> Head:
        if self._has_head:
            raise Unreadable("record-unknown", "There are two old balances (record 1).")
        structure, zone = text[1], text[5:42]
        currency = (zone[13:16] if structure == "0" else zone[34:37]).strip() or "EUR"
        places(currency)
        self._currency = currency
        account = (zone[:12] if structure == "0" else zone[:34]).strip()
        if structure not in _NUMBERED | _IBANS:
            raise Unreadable("account-not-readable", f"{structure!r} is no kind of account.")
        iban = shaped_iban(account) if structure in _IBANS else ""
        opening = _balance(text[42:58], text[58:64], currency)
        self._has_head = True
        return Head(
            "coda",
            version=self._version,
            id=self._reference,
            iban=iban,
            account="" if iban else account,
            bic=self._bic,
            number=text[125:128].strip() or text[2:5].strip(),
            first_day=opening.day,
            currency=currency,
            opening=opening,
        )

    def _movement(self, text: str) -> Iterator[Row]:
        if text[1] == "1":
            if self._together and self._together[0].sequence != text[2:6]:
                yield from self._flush()
            if len(self._together) >= _MOVEMENTS_TOGETHER_MAX:
                raise Unreadable("batch-too-long", "A globalisation has too many details.")
            self._left_out = text[2:6]  # what goes on from a record that is refused is, too
            self._together.append(Movement(text, self.line, self._currency))
            self._left_out = ""
        elif text[1] in "23":
            if text[2:6] != self._left_out:
                self._last(text).go_on(text)
        else:
            raise Unreadable("record-unknown", f"A record {text[:2]!r} does not belong here.")

    def _last(self, text: str) -> Movement:
        if not self._together or self._together[-1].sequence != text[2:6]:
            raise Unreadable("record-unknown", "A record goes on with no movement before it.")
        return self._together[-1]

    def _flush(self) -> Iterator[Row]:
        """Yield the movement that is complete, or those that its globalisation is made of."""
        if not self._together:
            return
        whole, *details = self._together
        self._together = []
        self._entries += 1
        try:
            if whole.is_globalised and details:
                parts = [part.minor for part in details if part.is_part]
                if parts and sum(parts) == whole.minor:
                    made = [part for part in details if part.is_part]
                    for number, part in enumerate(made, start=1):
                        yield part.entry(self._entries, whole, number, len(made))
                    return
                yield Finding(
                    "batch-not-explained",
                    "warning",
                    "The details of a globalisation do not make its amount: it is one entry.",
                    f"line {whole.line}",
                )
            yield whole.entry(self._entries)
            if not whole.is_party_readable:
                yield Finding(
                    "counterparty-not-readable",
                    "warning",
                    "What stands in the account's place is none: the line lost characters.",
                    f"line {whole.line}",
                )
        except Unreadable as refused:
            found = refused.finding
            yield Finding(found.code, "refused", found.message, f"line {whole.line}")

    def _end(self) -> Iterator[Row]:
        yield from self._flush()
        if self._closing is None:
            yield Finding(
                "closing-balance-missing",
                "refused",
                "The statement has no new balance (record 8): it is cut off.",
                f"line {self.line}",
            )
        self.is_open = False
        yield Tail(self._closing)


def _balance(amount: str, written: str, currency: str) -> Balance:
    return Balance(minor_of(amount[1:], amount[0], currency), currency, day_of(written))
