"""Nobody is reminded of what was perhaps paid: statements that are missing, money not matched."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.invoices.discounts import DiscountTerm
from saldo.matching.model import Rules
from saldo.reminders.model import Notice
from saldo.statements.model import Party
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, IBAN, BankBooks, entry

DUE = date(2026, 11, 16)
REMINDED = date(2026, 11, 20)


@pytest.fixture
def books() -> BankBooks:
    books = BankBooks()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    return books


def held(books: BankBooks, day: date) -> dict[str, int]:
    return dict(books.plan(day).held)


def test_reminders_wait_while_a_statement_is_missing(books: BankBooks) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", late_after_days=1)
    books.entries.take(CREDITOR, [books.bank.statement(on=date(2026, 11, 16))], "test")
    # Tuesday's statement was due on Wednesday; on Friday it is missing for good.
    assert held(books, REMINDED) == {"statement-missing": 1}
    books.entries.take(CREDITOR, [books.bank.statement(on=date(2026, 11, 19))], "test")
    assert held(books, REMINDED) == {}


def test_an_account_without_a_first_statement_holds_nobody_up(books: BankBooks) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", late_after_days=0)
    assert held(books, REMINDED) == {}


def test_money_that_could_be_for_an_invoice_holds_its_reminder(books: BankBooks) -> None:
    books.comes(entry(11900, "Rechnung RE-7", party=Party("Beispiel AG")))
    one = books.only()
    assert one.holds == (ACCOUNT,)
    assert held(books, REMINDED) == {"money-unmatched": 1}
    books.entries.ignore(CREDITOR, one.id, ANNA)
    assert held(books, REMINDED) == {}


def test_whoever_asks_why_is_told_of_the_money(books: BankBooks) -> None:
    books.comes(entry(11900, "Rechnung RE-7", party=Party("Beispiel AG")))
    books.plan(REMINDED)
    told = books.why.invoice(CREDITOR, "RE-1")
    assert "money on the bank account" in str(told)


def test_what_was_kept_back_a_day_too_late_is_reminded_where_the_creditor_chases_it() -> None:
    books = BankBooks()
    term = DiscountTerm(date(2026, 11, 9), 300)
    books.begin(books.invoice(due_on=DUE, already_sent=True, discounts=(term,)))
    chased = Rules(chases_late_discount=True)
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", rules=chased)
    books.comes(entry(11543, "Rechnung RE-1", on=date(2026, 11, 10)))
    assert (books.invoice_now().open_minor, books.only().state) == (357, "matched")
    books.plan(REMINDED)
    found = [one for one in books.store.list(Notice, CREDITOR, ACCOUNT) if one.step == "1"]
    assert [(item.invoice, item.open_minor) for one in found for item in one.items] == [
        ("RE-1", 357),
    ]  # fmt: skip
