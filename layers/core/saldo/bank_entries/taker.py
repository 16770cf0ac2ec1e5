"""Takes files that are bank statements, from every way in. Implements `Taker`, `TakesBySource`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

from saldo.bank_entries.accounts import account_id, csv_map_of
from saldo.bank_entries.service import BankEntries, Booked
from saldo.bank_entries.taking import Took
from saldo.errors import Refusal, Unavailable
from saldo.intake.ports import Outcome, ReceivedFile, ReportRow, RowStatus, State
from saldo.statements.csv_map import CsvMap
from saldo.statements.model import Row, Statement, collect

Read = Callable[[BinaryIO, CsvMap | None], Iterator[Row]]

KIND: Final = "bank-statement"


class StatementFiles:
    """Reads a file whole before anything of it is booked.

    `read` and `recognises` are the banks' formats (`saldo.adapters.bank.read`).
    """

    kind = KIND

    def __init__(
        self,
        entries: Callable[[], BankEntries],
        read: Read,
        recognises: Callable[[bytes], bool],
    ) -> None:
        self._entries, self._read, self._recognises = entries, read, recognises

    def accepts(self, head: bytes, name: str) -> bool:
        """Tell by the beginning alone whether a file is a statement; a CSV never says so."""
        del name
        return self._recognises(head)

    def is_of(self, creditor: str, source: str) -> bool:
        """Tell whether a source is named like a bank account whose CSV has a mapping."""
        return bool(self._of_source(creditor, source))

    def take(self, file: ReceivedFile) -> Outcome:
        """Take a file; refusals are outcomes, and what cannot be done now is raised."""
        account = self._of_source(file.creditor, file.source)
        return self.push(file.creditor, file.data, file.by, account)

    def _of_source(self, creditor: str, source: str) -> str:
        """Return the bank account that a source is called by (an IBAN in small letters), or ""."""
        if not any(one.isdigit() for one in source):
            return ""
        known = self._entries().accounts.of(creditor)
        return next((one.id for one in known if one.csv and one.id.lower() == source), "")

    def push(self, creditor: str, data: bytes, by: str, account: str = "") -> Outcome:
        """Take a file's bytes; `account` names the bank account whose CSV mapping is for it.

        Raises an Unavailable: send it again then.
        """
        try:
            statements = self._statements(creditor, data, account)
            sha256 = hashlib.sha256(data).hexdigest()
            booked = self._entries().take(creditor, statements, by, sha256)
        except Unavailable:
            raise
        except Refusal as refusal:
            return Outcome("refused", KIND, refusal.code, refusal.detail)
        return _outcome(booked)

    def _statements(self, creditor: str, data: bytes, account: str) -> list[Statement]:
        mapping = self._mapping(creditor, account) if account else None
        return list(collect(self._read(BytesIO(data), mapping)))

    def _mapping(self, creditor: str, account: str) -> CsvMap | None:
        wanted = account_id(account)
        found = [one for one in self._entries().accounts.of(creditor) if one.id == wanted]
        return csv_map_of(found[0]) if found else None


def _outcome(booked: Booked) -> Outcome:
    new = sum(took.statement.booked for took in booked.taken if took.is_new)
    state: State = "taken" if any(took.is_new for took in booked.taken) else "unchanged"
    if not booked.taken:
        return Outcome("refused", KIND, "no-statement", "The file holds no statement.")
    matched = booked.matched
    found = (
        ("statements", len(booked.taken)),
        ("entries", new),
        ("matched", matched.certain + matched.payouts + matched.returned),
        ("likely", matched.likely),
        ("open", matched.open),
    )
    return Outcome(state, KIND, rows=tuple(_rows(booked.taken)), found=found)


def _rows(taken: tuple[Took, ...]) -> Iterator[ReportRow]:
    for took in taken:
        one = took.statement
        place = f"statement {one.number or one.last_day or one.id}"
        status: RowStatus = "taken" if took.is_new else "unchanged"
        text = f"{one.booked} of {one.entries} entries were new."
        yield ReportRow(status, place, one.id, text=text)
        for code in one.oddities:
            yield ReportRow("warning", place, one.id, code)
