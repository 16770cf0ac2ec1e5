"""The index of an evidence pack as a PDF: the same bytes every time, nothing falls off a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from saldo.accounts.model import Account
from saldo.adapters.letters.compiler import pages_of
from saldo.adapters.letters.evidence import TypstIndex
from saldo.reminders.kept_words import KeptWords
from saldo.reports.evidence import EvidencePacks
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks
from tests.stories.test_evidence import DAY_1, began, opened


def packs(books: CollectedBooks) -> EvidencePacks:
    return EvidencePacks(books.store, books.clock, books.carried.shelf, TypstIndex())


def test_the_pdf_comes_first_and_is_the_same_years_later() -> None:
    books = began()
    books.day(DAY_1)
    pack = packs(books).of_invoice(books.creditor, "RE-1")
    books.clock.move_to(books.clock.now().replace(year=2031))
    assert packs(books).of_invoice(books.creditor, "RE-1").sha256 == pack.sha256
    files = opened(pack)
    assert next(iter(files)) == "evidence.pdf"
    pdf = files["evidence.pdf"]
    assert pdf.startswith(b"%PDF-1.")
    assert b"pdfaid" in pdf, "it is no PDF/A"
    assert pages_of(pdf) >= 2


def test_two_hundred_messages_and_names_without_an_end_fit() -> None:
    books = began()
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    books.intake.put_accounts([replace(account, name="Wasserwirtschaft" * 12)])
    books.push(books.invoice("2026/RE-" + "0123456789" * 5, 1_234_567_890_12, already_sent=True))
    books.day(DAY_1)
    (notice,) = books.notices()
    (kept,) = books.store.list(KeptWords, CREDITOR, ACCOUNT)
    for at in range(200):
        copy = replace(
            notice,
            id=f"01M7YNAYM0JMRNV7E9Z0C{at:05}",
            created_at=notice.created_at + timedelta(days=at),
            to=f"{'rechnungseingang' * 4}@beispiel.example",
            provider_message_id="0107018f3c2b1a9d" * 6,
        )
        books.store.commit([Put(copy), Put(replace(kept, notice=copy.id))])
    pack = packs(books).of_account(books.creditor, ACCOUNT)
    assert pack.messages == 201
    # A dozen messages go on a page; were one line per page lost, it would be far more.
    assert 20 <= pages_of(opened(pack)["evidence.pdf"]) <= 60
