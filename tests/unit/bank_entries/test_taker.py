"""Files that are bank statements are known by their first bytes, and taken from every way in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from saldo.adapters.bank.read import read, recognises
from saldo.bank_entries.taker import StatementFiles
from saldo.intake.ports import HEAD_BYTES, ReceivedFile
from tests.books import CREDITOR
from tests.functions.test_ingest_bank import mt940
from tests.statements_made import IBAN, BankBooks
from tests.unit.statements.corpus import FOLDER, files, statements

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def received(data: bytes) -> ReceivedFile:
    return ReceivedFile(
        CREDITOR, "r-1", "default", "a.sta", "", len(data), "", NOW, "drop", "drop", lambda: data
    )


def taker(books: BankBooks) -> StatementFiles:
    return StatementFiles(lambda: books.entries, read, recognises)


def test_a_dropped_statement_is_booked_and_reported() -> None:
    books = BankBooks()
    books.begin()
    file = received(mt940(11900, "Rechnung RE-1"))
    outcome = taker(books).take(file)
    assert (outcome.state, outcome.kind) == ("taken", "bank-statement")
    assert dict(outcome.found)["entries"] == 1
    assert [row.text for row in outcome.rows] == ["1 of 1 entries were new."]
    assert taker(books).take(file).state == "unchanged"
    books.verify()


def test_a_broken_one_is_refused_with_the_place() -> None:
    books = BankBooks()
    books.begin()
    outcome = taker(books).take(received(mt940(100, "x").replace(b"C1,00", b"C1;00")))
    assert (outcome.state, outcome.code) == ("refused", "statement-refused")
    assert "line" in outcome.text
    assert books.booked() == []


@pytest.mark.parametrize(
    "file",
    files(
        "camt-genkgo/*.xml", "mt940-*/*.txt", "mt940-wolph/*/*.sta", "bai2-*/*.bai2", "coda-*/*",
        "ofx-*/*.ofx",
    ),
)  # fmt: skip
def test_every_bank_format_is_known_by_its_beginning(file) -> None:
    assert recognises(file.read_bytes()[:HEAD_BYTES])


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd"/>',
        b"%PDF-1.7",
        b"Buchungstag;Betrag\n",
        b'"EXTF";700;21;"Buchungsstapel"',
        b"PK\x03\x04",
        b"",
    ],
)
def test_anything_else_is_left_to_others(head: bytes) -> None:
    assert not recognises(head)


def test_months_of_a_banks_feed_are_booked_once_each_entry() -> None:
    feed = sorted((FOLDER / "camt-daily-subite" / "CAMT_053").glob("*.xml"))
    if not feed:
        pytest.skip("the corpus is not here")
    books = BankBooks()
    books.begin()
    wanted = 0
    for file in feed:
        for statement in statements(file):
            wanted += sum(e.status == "booked" and e.amount_minor != 0 for e in statement.entries)
            account = statement.head.iban or statement.head.account
            books.entries.accounts.change(CREDITOR, account, currency=statement.head.currency)
    for expected in (wanted, 0):
        told = [taker(books).take(received(file.read_bytes())) for file in feed]
        assert sum(dict(one.found)["entries"] for one in told) == expected
        assert not any(row.status == "warning" for one in told for row in one.rows)
    books.verify()


CSV = "Tag;Betrag;Name;IBAN;Zweck\n20.11.2026;119,00;Beispiel AG;DE02500105170137075030;RE-1\n"
COLUMNS = {
    "booked_on": "Tag", "amount": "Betrag", "name": "Name", "iban": "IBAN", "remittance": "Zweck",
}  # fmt: skip


def test_a_csv_in_a_folder_named_like_its_bank_account_is_a_statement() -> None:
    books = BankBooks()
    books.begin()
    mapping = {"columns": COLUMNS, "days": "DMY", "decimal": ","}
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", csv=mapping)
    folder = replace(received(CSV.encode()), source=IBAN.lower())
    assert taker(books).is_of(CREDITOR, folder.source)
    assert not taker(books).is_of(CREDITOR, "default")
    outcome = taker(books).take(folder)
    assert (outcome.state, dict(outcome.found)["matched"]) == ("taken", 1)
    assert books.invoice_now().open_minor == 0
    books.verify()


def test_a_folder_of_an_account_without_a_mapping_is_none_of_ours() -> None:
    books = BankBooks()
    books.begin()
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR")
    assert not taker(books).is_of(CREDITOR, IBAN.lower())
