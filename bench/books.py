"""Books to measure on: one creditor, and as many accounts with open items as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from saldo.accounts.model import Account, BankDetails, Contact, Creditor
from saldo.invoices.model import Invoice, OpenItem

TODAY = date(2026, 12, 3)
AT = datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
_ISSUED_AT = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)


def creditor(policy: str) -> Creditor:
    """Return a creditor who is live, with a bank account that messages name."""
    return Creditor(
        "bench",
        "Bench Example Ltd",
        "DE",
        "en",
        "Europe/Berlin",
        policy,
        state="live",
        reply_to="accounts@bench.example",
        address=("Example Street 1", "10115 Berlin"),
        imprint="Bench Example Ltd, Berlin",
        bank=BankDetails("DE89370400440532013000", "Bench Example Ltd"),
        created_at=_ISSUED_AT,
        version=1,
    )


def account(number: int) -> Account:
    """Return an account that is to be looked at now."""
    return Account(
        "bench",
        f"{number:06}",
        f"Example Company {number} Ltd",
        "business",
        "DE",
        "en",
        "Europe/Berlin",
        (Contact("Accounts payable", f"ap-{number}@example.com"),),
        updated_at=_ISSUED_AT,
        due_at=AT - timedelta(hours=3),
        version=3,
    )


def items(number: int, count: int, due_on: date) -> Iterator[tuple[Invoice, OpenItem]]:
    """Yield the open invoices of an account, each as the whole and as its open row."""
    for n in range(count):
        invoice = Invoice(
            "bench",
            f"{number:06}",
            f"RE-2026-{number:06}-{n}",
            due_on - timedelta(days=14),
            due_on,
            "EUR",
            11_900,
            11_900,
            "Goods as ordered",
            f"PO-{number}-{n}",
            due_date_agreed=True,
            updated_at=_ISSUED_AT,
            version=1,
        )
        yield (
            invoice,
            OpenItem(
                "bench",
                invoice.account,
                invoice.number,
                invoice.issued_on,
                due_on,
                "EUR",
                11_900,
                11_900,
                announced_on=invoice.issued_on,
                version=1,
            ),
        )


def records(accounts: int, items_each: int, due_on: date) -> Iterator[Any]:
    """Yield every record of the accounts and what they owe."""
    for number in range(accounts):
        yield account(number)
        for pair in items(number, items_each, due_on):
            yield from pair
