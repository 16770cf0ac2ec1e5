"""`saldo statement read`: bank statements from files, read and checked without a stack."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from saldo.adapters.bank.read import read
from saldo.money import format_amount
from saldo.statements.csv_map import CsvMap, CsvMapNotValid, csv_map
from saldo.statements.findings import Finding
from saldo.statements.model import Balance, Entry, Head, Money, Row, Tail, Tally
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_SPOOLED_CHARACTERS_MAX: Final = 4 * 1024 * 1024
FINDINGS_MAX: Final = 200
"""How many findings of a statement are shown; what is refused is refused all the same."""


def read_files(options: Namespace, _: Output) -> int:
    """Print what each statement says, one JSON object a line; 1 if any of them was refused."""
    code = OK
    mapping = mapping_of(options.mapping) if options.mapping else None
    for file in options.file:
        if not _file(file, mapping):
            code = REFUSED
    return code


def mapping_of(name: str) -> CsvMap:
    """Return the mapping of a bank's CSV that a file holds; raise CsvMapNotValid."""
    try:
        return csv_map(json.loads(Path(name).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise CsvMapNotValid(f"{name}: {error}.") from None


def _file(name: str, mapping: CsvMap | None) -> bool:
    """Print a file's statements, or why it is refused as a whole; tell whether all are well.

    Entries wait in a temporary file, so a file may be longer than memory, and of a file that breaks
    off no statement is printed as if it were whole.
    """
    try:
        path = Path(name)
        if not path.is_file():
            return _refused(name, Finding("file-missing", "refused", "There is no such file."))
        with path.open("rb") as source, _spool() as waiting:
            told = _Told(name, waiting)
            for row in read(source, mapping):
                told.take(row)
            if told.broken is not None:
                return _refused(name, *told.broken, head=told.head)
            waiting.seek(0)
            shutil.copyfileobj(waiting, sys.stdout)
            return told.is_ok
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return _refused(
            name, Finding("file-not-readable", "refused", f"The file cannot be read: {reason}.")
        )


def _spool() -> Any:
    # Typed as Any: Python 3.11's stub lacks what copyfileobj asks for.
    return SpooledTemporaryFile(_SPOOLED_CHARACTERS_MAX, "w+", encoding="utf-8", newline="")


class _Told:
    """Writes statements as their rows come."""

    def __init__(self, file: str, out: IO[str]) -> None:
        self.head: Head | None = None
        self.is_ok = True
        self._file, self._out = file, out
        self._tally = Tally(Head(""))
        self._findings: list[Finding] = []
        self._is_refused = False
        self._entries: Any = None
        self._count = 0

    @property
    def broken(self) -> list[Finding] | None:
        """What a file broke off with, None if it did not."""
        if self._entries is None and not self._is_refused:
            return None
        return self._findings

    def take(self, row: Row) -> None:
        if isinstance(row, Entry):
            self._tally.add(row)
            self._entries.write((", " if self._count else "") + _dumped(_entry(row)))
            self._count += 1
        elif isinstance(row, Finding):
            is_first_refused = row.severity == "refused" and not self._is_refused
            self._is_refused = self._is_refused or is_first_refused
            if len(self._findings) < FINDINGS_MAX or is_first_refused:
                self._findings.append(row)
        elif isinstance(row, Head):
            self.head, self._tally = row, Tally(row)
            self._entries, self._count = _spool(), 0
        else:
            self._end(row)

    def _end(self, tail: Tail) -> None:
        """Write a whole statement, its entries from where they waited."""
        assert self.head is not None, "a reader begins what it ends"
        difference = self._tally.difference(tail)
        self._findings += [difference] if difference else []
        is_ok = not self._is_refused
        self.is_ok = self.is_ok and is_ok
        begin = _heading(self._file, self.head, is_ok=is_ok)
        begin["opening"] = _balance(tail.opening or self.head.opening)
        begin["closing"] = _balance(tail.closing)
        begin["balanced"] = self._tally.judge(tail)
        self._out.write(_dumped(begin)[:-1] + ', "entries": [')
        self._entries.seek(0)
        shutil.copyfileobj(self._entries, self._out)
        self._entries.close()
        self._out.write('], "findings": ' + _dumped([_finding(f) for f in self._findings]) + "}\n")
        self.head, self._entries, self._findings, self._is_refused = None, None, [], False


def _refused(name: str, *findings: Finding, head: Head | None = None) -> bool:
    shown = _heading(name, head or Head(""), is_ok=False)
    shown |= {"opening": None, "closing": None, "balanced": None, "entries": []}
    shown["findings"] = [_finding(each) for each in findings]
    sys.stdout.write(_dumped(shown) + "\n")
    return False


def _heading(name: str, head: Head, *, is_ok: bool) -> dict[str, Any]:
    return {
        "file": name.encode("utf-8", "replace").decode("utf-8"),  # names need not be text
        "ok": is_ok,
        "format": head.format or None,
        "version": head.version or None,
        "id": head.id or None,
        "number": head.number or None,
        "sequence": head.sequence or None,
        "account": head.iban or head.account or None,
        "bic": head.bic or None,
        "currency": head.currency or None,
        "from": _text(head.first_day),
        "to": _text(head.last_day),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    party, refs, code = entry.counterparty, entry.references, entry.code
    return {
        "id": entry.id,
        "status": entry.status,
        "booked_on": _text(entry.booked_on),
        "value_on": _text(entry.value_on),
        "amount": format_amount(entry.amount_minor, entry.currency),
        "currency": entry.currency,
        "counterparty": {
            "name": party.name or None,
            "iban": party.iban or None,
            "bic": party.bic or None,
            "account": party.account or None,
        },
        "references": dict(_said(refs)),
        "remittance": entry.remittance or None,
        "code": dict(_said(code)),
        "is_reversal": entry.is_reversal,
        "return_reason": entry.return_reason or None,
        "batch": entry.batch and dict(_said(entry.batch)),
        "charges": [_money(each) for each in entry.charges],
        "original": entry.original and _money(entry.original),
        "exchange_rate": entry.exchange_rate or None,
    }


def _said(part: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields that say something."""
    for name in part.__slots__:
        value = getattr(part, name)
        if value != "":
            yield name, value


def _money(money: Money) -> dict[str, str]:
    return {
        "amount": format_amount(money.amount_minor, money.currency),
        "currency": money.currency,
    }


def _balance(balance: Balance | None) -> dict[str, Any] | None:
    if balance is None:
        return None
    return {
        "amount": format_amount(balance.amount_minor, balance.currency),
        "currency": balance.currency,
        "day": _text(balance.day),
        "kind": balance.kind,
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {name: getattr(finding, name) for name in finding.__slots__}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
