"""What the page says about why something is owed and what comes next, and to whom it says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.invoices.lines import InvoiceLine, InvoiceLineBook
from saldo.invoices.model import Invoice
from saldo.ledger.charges import Charges, Fact
from saldo.messages.told import ChargeLine
from saldo.reminders.booking import charge_writes
from saldo.store import Put, Wake
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

DUE = date(2026, 11, 2)
ENGLISH = {"accept-language": "en-GB"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", 100_000, due_on=DUE, description="Pump P-7"))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


def seen(browser: Browser, link: str) -> str:
    status, _, page = browser.get(link, **ENGLISH)
    assert status == 200
    return words(page)


def by_law(books: Books, *lines: ChargeLine) -> None:
    """Charge what a reminder would, in its claim's own transaction."""
    old = books.store.get(Invoice, CREDITOR, ACCOUNT, "RE-1")
    assert old is not None
    now = books.clock.now()
    new, writes = charge_writes(old, None, lines, "N1", now.date(), now, books.ids)
    (item,) = books.open_items()
    charged = replace(
        item,
        open_minor=new.open_minor,
        costs_open_minor=new.costs_open_minor,
        interest_open_minor=new.interest_open_minor,
        version=item.version + 1,
    )
    books.store.commit([*writes, Put(charged, item.version), Wake(CREDITOR, ACCOUNT, now)])


def test_interest_is_shown_with_its_days_its_rate_and_its_law(
    books: Books, browser: Browser
) -> None:
    by_law(
        books,
        ChargeLine("interest", 556, "§288 (2) BGB", "11.27", date(2026, 11, 3), date(2026, 11, 20)),
        ChargeLine("flat-sum", 4000, "§288 (5) BGB"),
    )
    page = seen(browser, books.links.create(CREDITOR, "RE-1"))
    assert "Default interest from 3 November 2026 to 20 November 2026 at 11.27%" in page
    assert "Basis: § 288 (2) BGB €5.56" in page
    assert "Fixed sum for late payment Basis: § 288 (5) BGB €40.00" in page
    assert "Invoice amount €1,000.00 Fees and interest €45.56 Still open €1,045.56" in page


def test_a_fee_that_a_person_booked_is_shown_in_their_words(books: Books, browser: Browser) -> None:
    charges = Charges(books.store, books.clock, books.ids)
    fact = Fact("F1", CREDITOR, "RE-1", 500, date(2026, 11, 20), "ada", "Debit came back")
    charges.add_fee(replace(fact, fee="returned-debit-cost"))
    page = seen(browser, books.links.create(CREDITOR, "RE-1"))
    assert "Cost of a returned direct debit Debit came back €5.00" in page


def test_nobody_is_told_of_a_reminder_earlier_than_one_can_come(
    books: Books, browser: Browser
) -> None:
    ahead = books.clock.now() + timedelta(days=6)
    books.store.commit([Wake(CREDITOR, ACCOUNT, ahead)])
    link = books.links.create(CREDITOR, "RE-1")
    assert "no further reminder before 27 November 2026" in seen(browser, link)
    books.accounts.change_creditor(CREDITOR, state="shadow")
    assert "no further reminder" not in seen(browser, link)


def test_while_reminders_rest_the_page_says_until_when(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    assert "What happens next" not in seen(browser, link)
    browser.post(f"{link}/pay", attempt=browser.attempt(link), press="transfer", invoice="RE-1")
    page = seen(browser, link)
    assert "Reminders are paused up to and including 27 November 2026." in page


def test_the_page_names_who_owes(books: Books, browser: Browser) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    page = seen(browser, books.links.create(CREDITOR, "RE-1"))
    assert f"from Musterwerk GmbH to {account.name}" in page


def test_a_link_that_may_not_read_tells_nothing_of_what_was(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    hosted = browser.start(link, press="part", amount="250.00", currency="EUR", lang="en")
    browser.post(hosted, outcome="pay")
    whole = seen(browser, link)
    assert "Payments" in whole and "Pump P-7" in whole and "Already paid −€250.00" in whole
    paper = seen(browser, books.links.create(CREDITOR, "RE-1", rights=("pay",)))
    assert "€750.00" in paper
    for hidden in ("Payments", "Pump P-7", "Already paid", "Received on"):
        assert hidden not in paper
    assert "Paid or credited −€250.00 Still open €750.00" in paper


def test_the_lines_of_an_invoice_are_shown_to_whom_may_read(books: Books, browser: Browser) -> None:
    place = (CREDITOR, ACCOUNT, "RE-1", "EUR")
    line = InvoiceLine("1", "Pump, stainless", "2", 84_034, "pcs", tax_rate="19")
    InvoiceLineBook(books.store, books.clock).put(*place, (line,))
    assert "1 line of the invoice" in seen(browser, books.links.create(CREDITOR, "RE-1"))
    assert "Pump, stainless 2 pcs €840.34" in seen(browser, books.links.create(CREDITOR, "RE-1"))
    paper = books.links.create(CREDITOR, "RE-1", rights=("pay", "answer"))
    assert "Pump, stainless" not in seen(browser, paper)


def test_of_an_account_only_a_link_that_may_read_shows_payments(
    books: Books, browser: Browser
) -> None:
    books.push(books.invoice("RE-2", 5000), books.invoice("RE-3", 5000))
    browser.pay(books.links.create(CREDITOR, "RE-3"))
    whole = seen(browser, books.links.create(CREDITOR, "RE-1", "account"))
    assert "Received on" in whole
    paper = seen(browser, books.links.create(CREDITOR, "RE-1", "account", rights=("pay",)))
    assert "Received on" not in paper


def test_among_several_invoices_each_charge_is_told_with_its_invoice(
    books: Books, browser: Browser
) -> None:
    by_law(books, ChargeLine("flat-sum", 4000, "§288 (5) BGB"))
    books.push(books.invoice("RE-2", 5000))
    link = books.links.create(CREDITOR, "RE-1", "account")
    page = seen(browser, link)
    assert "RE-1" in page and "of it fees and interest: €40.00" in page
    assert "Fees and interest: €40.00 Fees and interest in EUR Charged on Amount" in page
    assert "21 November 2026 · RE-1 Fixed sum for late payment Basis: § 288 (5) BGB €40.00" in page


def test_a_quantity_is_written_as_its_reader_writes_it(books: Books, browser: Browser) -> None:
    lines = (
        InvoiceLine("1", "Dichtband", "2.50", 1000, "m"),
        InvoiceLine("2", "Schrauben", "1200", 1000, "Stk"),
        InvoiceLine("3", "Montage", "pauschal", 1000),
    )
    InvoiceLineBook(books.store, books.clock).put(CREDITOR, ACCOUNT, "RE-1", "EUR", lines)
    link = books.links.create(CREDITOR, "RE-1")
    told = {language: words(browser.get(f"{link}?lang={language}")[2]) for language in ("de", "en")}
    assert "Dichtband 2,5 m" in told["de"] and "Dichtband 2.5 m" in told["en"]
    assert "Schrauben 1.200 Stk" in told["de"] and "Schrauben 1,200 Stk" in told["en"]
    assert "Montage pauschal" in told["de"]
    form = words(browser.get(f"{link}/answer/dispute?lang=de")[2])
    assert "Dichtband" in form and "2,5 m" in form
