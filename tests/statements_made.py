"""Bank statements to tell stories with: an account, and entries that come to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from saldo.accounts.model import BankDetails
from saldo.bank_entries.model import BankEntry
from saldo.bank_entries.service import BankEntries, Booked
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.statements.model import (
    Balance,
    Entry,
    Head,
    Party,
    References,
    Statement,
)
from tests.books import CREDITOR, Books

IBAN = "DE02120300000000202051"
ANNA = Grounds("anna", "seen on the bank's page")
PAYER = Party("Beispiel AG", "DE02500105170137075030")


def entry(
    minor: int,
    text: str = "",
    *,
    on: date = date(2026, 11, 20),
    party: Party = PAYER,
    currency: str = "EUR",
    **more: Any,
) -> Entry:
    """An entry that was booked; `more` are fields of Entry, or of its References."""
    known = {name: more.pop(name) for name in list(more) if name in References.__slots__}
    value_on = more.pop("value_on", on)
    return Entry(
        "0", "booked", on, value_on, minor, currency, party, References(**known), text, **more
    )


@dataclass
class Bank:
    """A bank account that starts with 1,000.00 and sends a statement when it is told to."""

    number: int = 0
    balance_minor: int = 100_000
    iban: str = IBAN
    format: str = "camt.053"
    sent: list[Statement] = field(default_factory=list)

    def statement(self, *entries: Entry, on: date = date(2026, 11, 20)) -> Statement:
        """Return the next statement, with these entries."""
        self.number += 1
        numbered = tuple(
            Entry(str(place), *_fields(each)) for place, each in enumerate(entries, start=1)
        )
        opening = Balance(self.balance_minor, "EUR", on)
        self.balance_minor += sum(e.amount_minor for e in entries if e.status == "booked")
        closing = Balance(self.balance_minor, "EUR", on)
        head = Head(
            self.format, iban=self.iban, number=str(self.number), first_day=on, last_day=on,
            currency="EUR", opening=opening,
        )  # fmt: skip
        made = Statement(head, opening, closing, numbered, True, ())
        self.sent.append(made)
        return made


def _fields(one: Entry) -> Sequence[Any]:
    return [getattr(one, name) for name in Entry.__slots__[1:]]


class BankBooks(Books):
    """Books with a bank account."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.bank = Bank()
        self.entries = BankEntries(self.store, self.clock, self.ids, ("sandbox",))

    def begin(self, *invoices: Any) -> None:
        super().begin(*invoices)
        self.accounts.change_creditor(CREDITOR, bank=BankDetails(IBAN, "Musterwerk GmbH"))

    def comes(self, *entries: Entry) -> Booked:
        """The bank sends a statement with these entries, and it is taken."""
        return self.entries.take(CREDITOR, [self.bank.statement(*entries)], "test")

    def booked(self, **wanted: Any) -> list[BankEntry]:
        """Return all entries, those with these fields if some are named."""
        found = [
            one
            for account in self.entries.accounts.of(CREDITOR)
            for year in ("2025", "2026", "2027")
            for one in self.store.list(BankEntry, CREDITOR, account.id, year)
        ]
        return [
            one for one in found if all(getattr(one, key) == value for key, value in wanted.items())
        ]

    def only(self) -> BankEntry:
        (one,) = self.booked()
        return one

    def bank_balance(self, ledger_account: str) -> int:
        """Return what the postings under the bank account sum to."""
        return self.balance(ledger_account, f"~bank~{IBAN}")

    def verify(self) -> None:
        """The books agree with themselves, and suspense holds what waits."""
        assert verify(self.store, self.clock.now().date()) == []
        waiting = sum(one.left_minor for one in self.booked())
        assert self.bank_balance("suspense") == -waiting
