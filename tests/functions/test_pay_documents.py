"""What payers fetch: statements, receipts and summaries, over both functions."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from xml.etree import ElementTree as ET

import pytest

from functions.documents import served
from saldo.payments.model import LinkRight
from saldo.reports import statement_book
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.apigw import Answer, Context, answer_of, api_event
from tests.functions.payer import Browser, browsing, words
from tests.unit.files.hostile import PDF, UBL

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(
        books.invoice("RE-1", due_on=date(2026, 10, 1)),
        books.invoice("=RE-2", 5000),
        books.invoice("US-1", 70000, currency="USD"),
    )
    books.pay("RE-1", 10000)
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def rows_of(body: bytes) -> list[dict[str, str]]:
    assert body.startswith("\ufeffrecord,".encode())
    assert body.count(b"\r\n") == body.count(b"\n")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_the_list_leads_to_everything_that_it_names(browser: Browser, link: str) -> None:
    assert f"{link}/documents?lang=de" in browser.get(link)[2].decode()
    page = browser.get(f"{link}/documents?lang=en")[2].decode()
    assert "Receipt for €100.00 of 21 November 2026" in page
    found = re.findall(r'href="([^"]+/documents/[^"]+)"', page)
    assert len(found) == 1 + 3
    for address in found:
        status, headers, body = browser.get(address.replace("&amp;", "&"))
        assert (status, body[:5]) == (200, b"%PDF-"), address
        assert headers["content-type"] == "application/pdf"
        assert headers["content-disposition"].startswith("attachment; ")
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-store" in headers["cache-control"]


def test_the_gateway_hands_all_documents_on_by_one_path(browser: Browser, link: str) -> None:
    token = link.rpartition("/")[2]

    def answered(name: str) -> Answer:
        parts = {"token": token, "part1": name}
        event = api_event("GET", "/p/{token}/documents/{part1}", parts)
        return answer_of(served.handler(event, Context()))

    assert answered("statement.csv").body == browser.get(f"{link}/documents/statement.csv")[2]
    nothing = answered("statement.docx")
    assert (nothing.status, nothing.json["code"]) == (404, "route-unknown")
    assert token not in nothing.text


def test_a_statement_as_csv_tells_every_fact_and_no_formula(browser: Browser, link: str) -> None:
    status, headers, body = browser.get(f"{link}/documents/statement.csv")
    assert status == 200
    assert headers["content-type"].startswith("text/csv; charset=utf-8")
    rows = [row for row in rows_of(body) if row["currency"] == "EUR"]
    booked = [(r["date"], r["kind"], r["document"], r["amount"], r["balance"]) for r in rows[1:4]]
    assert booked[0] == ("2026-09-17", "invoice", "RE-1", "119.00", "119.00")
    assert booked[1] == ("2026-11-17", "invoice", "'=RE-2", "50.00", "169.00")
    assert (booked[2][1], *booked[2][3:]) == ("payment", "-100.00", "69.00")
    closing = next(row for row in rows if row["record"] == "closing")
    open_ = {row["document"]: row["balance"] for row in rows if row["record"] == "open"}
    assert (closing["balance"], open_) == ("69.00", {"RE-1": "19.00", "'=RE-2": "50.00"})
    ages = {row["kind"]: row["balance"] for row in rows if row["record"] == "age"}
    assert (ages["31-60"], ages["not-due"]) == ("19.00", "50.00")


def test_a_statement_of_a_period_carries_the_balance_forward(browser: Browser, link: str) -> None:
    asked = f"{link}/documents/statement.csv?from=2026-11-18&to=2026-11-30"
    rows = [row for row in rows_of(browser.get(asked)[2]) if row["currency"] == "EUR"]
    assert [(row["record"], row["balance"]) for row in rows[:3]] == [
        *(("opening", "169.00"), ("booking", "69.00"), ("closing", "69.00")),
    ]
    before = rows_of(browser.get(f"{link}/documents/statement.csv?to=30.9.2026")[2])
    assert [row["balance"] for row in before if row["record"] == "closing"] == ["119.00"]
    assert [row["balance"] for row in before if row["record"] == "open"] == ["119.00"]


def test_a_workbook_reckons_with_its_numbers(browser: Browser, link: str) -> None:
    status, headers, body = browser.get(f"{link}/documents/statement.xlsx?lang=de")
    assert (status, headers["content-type"]) == (200, served.XLSX)
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = re.findall(r'<sheet name="(\w+)"', book.read("xl/workbook.xml").decode())
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = book.read("xl/styles.xml").decode()
        shared = book.read("xl/sharedStrings.xml").decode()
    assert names == ["EUR", "USD"]
    cells = {c.get("r"): c for c in sheet.iter(f"{SHEET}c")}
    values = {at: c.findtext(f"{SHEET}v") for at, c in cells.items()}
    assert [values[f"E{row}"] for row in (2, 3, 4, 5, 6)] == ["0", "119", "169", "69", "69"]
    assert values["D5"] == "-100"
    assert not list(sheet.iter(f"{SHEET}f")), "no formula"
    assert "Rechnung =RE-2" in shared
    assert 'formatCode="#,##0.00"' in styles
    assert 'formatCode="yyyy-mm-dd"' in styles


def test_the_same_books_give_the_same_files(browser: Browser, link: str) -> None:
    for name in ("statement.pdf", "statement.xlsx", "statement.csv"):
        first, second = (browser.get(f"{link}/documents/{name}")[2] for _ in range(2))
        assert first == second, name


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=2026-12-02&to=2026-12-01", "The period ends before it begins"),
        ("from=soon", "We cannot read one of these days"),
        ("to=31.2.2026", "We cannot read one of these days"),
    ],
)
def test_what_is_wrong_about_a_period_is_said_on_the_page(
    browser: Browser, link: str, asked: str, said: str
) -> None:
    status, headers, _ = browser.get(f"{link}/documents/statement.pdf?{asked}&lang=en")
    assert status == 303
    page = browser.get(headers["location"])[2]
    assert said in words(page)
    for _, typed in (pair.split("=") for pair in asked.split("&")):
        assert f'value="{typed}"' in page.decode(), "nothing typed is lost"


@pytest.mark.parametrize("path", ["receipt.pdf?payment=nobody", "summary.pdf?invoice=RE-9"])
def test_what_is_not_there_is_said(browser: Browser, link: str, path: str) -> None:
    status, headers, _ = browser.get(f"{link}/documents/{path}&lang=en")
    assert status == 303
    assert "We do not have this document" in words(browser.get(headers["location"])[2])


def test_a_link_to_one_invoice_tells_nothing_of_others(books: Books, browser: Browser) -> None:
    alone = books.links.create(CREDITOR, "RE-1")
    page = browser.get(f"{alone}/documents?lang=en")[2].decode()
    assert "RE-2" not in page
    assert "statement" not in page
    (receipt,) = re.findall(r'href="([^"]+receipt[^"]+)"', page)
    assert browser.get(receipt.replace("&amp;", "&"))[0] == 200
    assert browser.get(f"{alone}/documents/summary.pdf")[2][:5] == b"%PDF-"
    for other in ("statement.pdf", "statement.csv", "summary.pdf?invoice=%3DRE-2"):
        assert browser.get(f"{alone}/documents/{other}")[0] == 303, other


def test_a_payment_for_several_has_no_receipt_under_a_link_to_one(
    books: Books, browser: Browser, link: str
) -> None:
    browser.pay(link)
    payment = max(books.payments(), key=lambda one: one.id)
    assert set(payment.invoices) == {"RE-1", "=RE-2"}
    asked = f"documents/receipt.pdf?payment={payment.id}"
    assert browser.get(f"{link}/{asked}")[0] == 200
    alone = books.links.create(CREDITOR, "RE-1")
    assert browser.get(f"{alone}/{asked}")[0] == 303


@pytest.mark.parametrize("rights", [("pay",), ("pay", "answer")])
def test_a_link_without_the_right_to_read_gives_no_document(
    books: Books, browser: Browser, rights: tuple[LinkRight, ...]
) -> None:
    paper = books.links.create(CREDITOR, "RE-1", "account", rights)
    assert "/documents" not in browser.get(paper)[2].decode()
    for path in ("", "/statement.pdf", "/statement.csv", "/summary.pdf?invoice=RE-1"):
        status, headers, _ = browser.get(f"{paper}/documents{path}")
        assert (status, headers["location"]) == (303, paper)


def test_a_link_that_opens_nothing_leads_to_the_page_that_says_so(browser: Browser) -> None:
    unknown = "https://pay.musterwerk.example/p/AAAAAAAAAAAAAAAAAAAAAA"
    status, headers, _ = browser.get(f"{unknown}/documents/statement.pdf")
    assert (status, headers["location"]) == (303, unknown)
    assert browser.get(f"{unknown}/documents")[0] == 404


def test_a_program_that_fetches_for_ever_is_slowed_down(browser: Browser, link: str) -> None:
    answers = [browser.get(f"{link}/documents/statement.csv")[0] for _ in range(62)]
    assert (set(answers[:60]), set(answers[60:])) == ({200}, {303})


def test_an_account_of_five_thousand_facts_fits_into_one_answer(
    books: Books, browser: Browser, link: str
) -> None:
    late = date(2026, 12, 1)
    for start in range(0, 5000, 500):
        books.push(
            *(
                books.invoice(f"M-{n:05}", 100 + n, due_on=late + timedelta(days=n % 90))
                for n in range(start, start + 500)
            )
        )
    for name in ("statement.csv", "statement.xlsx", "statement.pdf"):
        status, _, body = browser.get(f"{link}/documents/{name}")
        assert status == 200, name
        assert len(b64encode(body)) < 6_000_000, name


def test_what_is_too_long_asks_for_a_shorter_period(
    browser: Browser, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_book, "FACTS_MAX", 3)
    status, headers, _ = browser.get(f"{link}/documents/statement.pdf?lang=en")
    assert status == 303
    assert "Please choose a shorter period" in words(browser.get(headers["location"])[2])
    shorter = f"{link}/documents/statement.pdf?from=2026-11-18"
    assert browser.get(shorter)[0] == 200
    monkeypatch.setattr(served, "BYTES_MAX", 1000)
    assert browser.get(shorter)[0] == 303


def test_there_is_nothing_on_a_new_account(books: Books, browser: Browser) -> None:
    books.open_account("20002")
    link = books.links.lend(CREDITOR, "20002", "", ("pay", "read"), timedelta(hours=1))
    assert "No payment has reached us yet" in words(browser.get(f"{link}/documents?lang=en")[2])
    for name in ("statement.csv", "statement.xlsx", "statement.pdf"):
        assert browser.get(f"{link}/documents/{name}")[0] == 200, name


@pytest.mark.parametrize(
    ("language", "e_invoice", "credit_note"),
    [
        ("de", "E-Rechnung RE-1 (XML)", "Gutschrift zu Rechnung RE-1 (G-1.xml)"),
        ("en", "E-invoice RE-1 (XML)", "Credit note on invoice RE-1 (G-1.xml)"),
        ("nl", "E-factuur RE-1 (XML)", "Creditnota bij factuur RE-1 (G-1.xml)"),
        ("fr", "Facture électronique RE-1 (XML)", "Avoir sur la facture RE-1 (G-1.xml)"),
    ],
)
def test_e_invoice_and_credit_note_are_fetched_beside_the_pdf(
    books: Books, browser: Browser, link: str, language: str, e_invoice: str, credit_note: str
) -> None:
    files = services().files
    keep = partial(files.keep, CREDITOR, ACCOUNT)
    kept = [
        keep("invoice", "1.pdf", "", PDF, "ERP", "RE-1"),
        keep("e-invoice", "RE-1.xml", "", UBL, "ERP", "RE-1"),
        keep("credit-note", "G-1.xml", "", UBL + b"\n", "ERP", "RE-1", "credit-1"),
    ]
    page = browser.get(f"{link}/documents?lang={language}")[2]
    assert e_invoice in words(page)
    assert credit_note in words(page)
    alone = books.links.create(CREDITOR, "RE-1")
    other = books.links.create(CREDITOR, "=RE-2")
    for file, data in zip(kept, (PDF, UBL, UBL + b"\n"), strict=True):
        assert f'/files/{file.id}"' in page.decode()
        for opened in (link, alone):
            assert browser.get(f"{opened}/files/{file.id}")[2] == data
        assert browser.get(f"{other}/files/{file.id}")[0] == 404


def test_a_newer_xml_takes_the_place_of_the_one_before(books: Books, browser: Browser) -> None:
    keep = partial(services().files.keep, CREDITOR, ACCOUNT, "e-invoice")
    old = keep("RE-1.xml", "", UBL, "ERP", "RE-1")
    new = keep("RE-1.xml", "", UBL + b"\n", "ERP", "RE-1")
    assert services().files.document(CREDITOR, ACCOUNT, "RE-1", "e-invoice") == new
    assert services().files.get(CREDITOR, ACCOUNT, old.id).replaced_by == new.id
    assert services().files.document(CREDITOR, ACCOUNT, "RE-1") is None


def test_a_large_document_is_fetched_from_elsewhere_by_whoever_may_have_it(
    books: Books, browser: Browser, link: str
) -> None:
    large = UBL + b" " * 4_300_000
    file = services().files.keep(CREDITOR, ACCOUNT, "invoice", "1.xml", "", large, "ERP", "RE-1")
    status, headers, body = browser.get(f"{link}/files/{file.id}")
    assert (status, body) == (303, b"")
    assert headers["location"].startswith("https://files.example/")
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    other = books.links.create(CREDITOR, "=RE-2")
    assert browser.get(f"{other}/files/{file.id}")[0] == 404
