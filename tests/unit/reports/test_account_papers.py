"""Statements, receipts and payment summaries: what they say, and their PDF read back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from saldo.accounts.model import Account, Creditor
from saldo.adapters.letters.paper import TypstPaper
from saldo.invoices.model import CreditNote
from saldo.ledger.charges import Charges, Fact
from saldo.reports import paper_speech
from saldo.reports.account_papers import receipt_paper, statement_paper, summary_paper
from saldo.reports.paper import Paper
from saldo.reports.statement_book import DocumentUnknown, PeriodNotValid, Statements
from saldo.spreadsheet_cells import harmless
from tests.books import ACCOUNT, CREDITOR, Books

LANGUAGES = ("de", "en", "fr", "nl")
WORDS = Path(paper_speech.__file__).parent / "paper_words"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", due_on=date(2026, 10, 1)), books.invoice("RE-2", 5000))
    return books


def parties(books: Books) -> tuple[Creditor, Account]:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    return books.accounts.creditor(CREDITOR), account


def statements(books: Books) -> Statements:
    return Statements(books.store, books.clock)


def said(paper: Paper) -> list[tuple[str, ...]]:
    return [row.cells for table in paper.tables for row in table.rows]


def test_a_summary_adds_up_and_is_no_invoice(books: Books) -> None:
    creditor, account = parties(books)
    today = books.clock.now().date()
    charges = Charges(books.store, books.clock, books.ids)
    charges.add_fee(Fact("F1", CREDITOR, "RE-1", 4000, today, "test", "Agreed."))
    books.intake.put_credit_notes(
        [CreditNote(CREDITOR, ACCOUNT, "GS-1", "RE-1", today, "EUR", 1900, 0)]
    )
    charges.take_discount(Fact("D1", CREDITOR, "RE-1", 100, today, "test", "Skonto."), {})
    books.pay("RE-1", 5000)
    made = statements(books).summary(account, "RE-1")
    paper = summary_paper(creditor, account, "en", made)
    assert "This is not an invoice" in paper.warning
    assert [cells[1:] for cells in said(paper)] == [
        ("Invoice amount", "€119.00"),
        ("Fees and interest", "€40.00"),
        ("Payment", "-€50.00"),
        ("Credit note GS-1", "-€19.00"),
        ("Discount or other settlement", "-€1.00"),
        ("Still open", "€89.00"),
    ]
    assert "19 %" not in str(paper), "VAT that is stated is owed"


def test_a_receipt_says_what_was_paid_and_what_was_kept(books: Books) -> None:
    creditor, account = parties(books)
    payment = books.pay("RE-1", 20000)
    made = statements(books).receipt(account, payment)
    cells = said(receipt_paper(creditor, account, "en", made))
    assert [(row[0], row[2]) for row in cells] == [
        ("RE-1", "€119.00"),
        ("Kept as your credit", "€81.00"),
    ]


def test_a_payment_that_was_taken_back_is_no_plain_receipt(books: Books) -> None:
    creditor, account = parties(books)
    made = statements(books).receipt(account, books.pay("RE-1"))
    taken = replace(made, payment=replace(made.payment, taken_minor=11900))
    paper = receipt_paper(creditor, account, "en", taken)
    assert paper.warning == "Of this payment, €119.00 was taken back by your bank."
    assert paper.note == ""


def test_there_is_no_receipt_for_what_did_not_arrive(books: Books) -> None:
    _, account = parties(books)
    begun = books.start_payment("RE-1")
    with pytest.raises(DocumentUnknown):
        statements(books).receipt(account, begun)
    assert statements(books).receipts(account, newest=9) == []


def test_a_period_that_ends_before_it_begins_is_refused(books: Books) -> None:
    _, account = parties(books)
    with pytest.raises(PeriodNotValid):
        statements(books).of(account, date(2026, 12, 2), date(2026, 12, 1))


def test_a_booking_to_come_is_in_the_statement_of_everything(books: Books) -> None:
    _, account = parties(books)
    ahead = books.clock.now().date() + timedelta(days=40)
    books.push(books.invoice("RE-9", 700, issued_on=ahead, due_on=ahead))
    made = statements(books).of(account)
    assert (made.last, made.parts[0].closing_minor) == (ahead, 17600)


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-1", "@x", "\tx", "\rx"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless(f"RE{text}") == f"RE{text}"


def test_every_language_has_the_same_words() -> None:
    texts = {name: json.loads((WORDS / f"{name}.json").read_text("utf-8")) for name in LANGUAGES}
    assert {path.stem for path in WORDS.glob("*.json")} == set(LANGUAGES)
    for name in LANGUAGES:
        assert texts[name].keys() == texts["en"].keys()
        for key, text in texts[name].items():
            places, english = (sorted(re.findall(r"\{\w+\}", t)) for t in (text, texts["en"][key]))
            assert places == english, (name, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_typeset_in_every_language(books: Books, language: str) -> None:
    creditor, account = parties(books)
    payment = books.pay("RE-1", 20000)
    book = statements(books)
    papers = [
        statement_paper(creditor, account, language, book.of(account)),
        receipt_paper(creditor, account, language, book.receipt(account, payment)),
        summary_paper(creditor, account, language, book.summary(account, "RE-2")),
    ]
    for paper in papers:
        pdf = TypstPaper().pdf(paper)
        assert pdf.startswith(b"%PDF-")
        assert pdf == TypstPaper().pdf(paper), "the same facts, the same file"
        assert b"/StructTreeRoot" in pdf, "programs that read aloud find their way"


def test_what_payers_wrote_is_typeset_and_not_run(books: Books) -> None:
    creditor, account = parties(books)
    nasty = replace(account, name='#panic("x") $x$ *b* ' + "W" * 90)
    made = statements(books).of(nasty)
    assert TypstPaper().pdf(statement_paper(creditor, nasty, "de", made)).startswith(b"%PDF-")
