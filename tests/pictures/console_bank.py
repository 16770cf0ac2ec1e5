"""Books with a bank account on which everything happened that the console can show of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from saldo.bank_entries.return_charge import ReturnCharge
from saldo.statements.model import Party
from tests.books import CREDITOR
from tests.functions.clerk import Office, office_of
from tests.statements_made import IBAN, PAYER, BankBooks, entry

_PRIVATE = Party("Erika Muster", "DE75512108001245126199")
_DEBIT = {"end_to_end_id": "E2E-4711", "mandate_id": "MD-1"}


def sample_bank() -> BankBooks:
    """Return the books: a returned debit that was charged on, what is to be confirmed, what is to
    be found, what was paid too much, and a gap between two statements.
    """
    books = BankBooks()
    books.begin(
        books.invoice("RE-2026-4711"),
        books.invoice("RE-2026-4712", 5000),
        books.invoice("RE-2026-4713", 23800),
    )
    books.open_account("20001", "office@beispiel.example")
    books.push(books.invoice("RE-2026-4801", 47600, account="20001"))
    books.entries.accounts.change(
        CREDITOR, IBAN, currency="EUR", late_after_days=1, return_charge=ReturnCharge("bank", 1000),
        proposes_refund_from_minor=500,
    )  # fmt: skip
    books.comes(entry(11900, "Rechnung RE-2026-4711", **_DEBIT))
    books.comes(entry(-12250, "RETURN AM04", return_reason="AM04", **_DEBIT))
    books.comes(
        entry(10000, "Rechnung RE-2026-4713 Teilzahlung, Rest folgt", party=_PRIVATE),
        entry(7700, "danke schoen fuer die gute Arbeit", party=_PRIVATE),
        entry(4900, "RE-2026-4712", party=_PRIVATE),
        entry(-80000, "Retoure", return_reason="AC04", party=Party("Jemand")),
        entry(28800, "", party=PAYER),
        entry(52600, "RE-2026-4801 ueberwiesen", party=_PRIVATE),
    )
    books.bank.number += 1
    books.bank.balance_minor += 5000
    books.comes(entry(4900, "noch einmal", party=_PRIVATE))
    return books


def id_of(books: BankBooks, minor: int) -> str:
    """Return the id of the entry of that amount."""
    return next(one.id for one in books.booked() if one.entry.amount_minor == minor)


def screens_of(books: BankBooks) -> list[str]:
    """Return the addresses of everything about the bank account, below the creditor's."""
    paid = id_of(books, 11900)
    return [
        "bank",
        "bank?show=likely",
        f"bank?done={paid}",
        f"bank/entry?id={id_of(books, 10000)}&q=20001",
        f"bank/entry?id={id_of(books, 7700)}&q=nobody",
        f"bank/entry?id={id_of(books, -12250)}",
        f"bank/entry?id={id_of(books, -80000)}",
        "statements",
        f"payment?id={books.payments()[0].id}",
        "payment",
    ]


@contextmanager
def bank_office() -> Iterator[tuple[Office, BankBooks]]:
    """Serve the console over them."""
    books = sample_bank()
    with office_of(books) as office:
        yield office, books
