"""Payers say what is wrong, with files; and ask for an invoice that never came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Hold
from saldo.accounts.payer_rules import PayerRules
from saldo.collection.facts import Dispute
from saldo.files.model import BYTES_MAX, StoredFile
from saldo.invoices.lines import InvoiceLine
from saldo.store import Put
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words
from tests.unit.files.hostile import HOSTILE, JPEG, PDF

PICTURE = ("Foto 1.JPG", "image/jpeg", JPEG)
LINES = (
    InvoiceLine("1", "Filter", "2", 5000, "pcs", "25.00", "19"),
    InvoiceLine("2", "Delivery", "1", 5000, tax_rate="19"),
)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1")


def disputes(books: Books) -> list[Dispute]:
    return list(books.store.list(Dispute, CREDITOR, ACCOUNT))


def files(books: Books) -> list[StoredFile]:
    return list(books.store.list(StoredFile, CREDITOR, ACCOUNT))


def holds(books: Books) -> list[Hold]:
    return [h for h in books.store.list(Hold, CREDITOR, ACCOUNT) if h.ended_at is None]


def form(browser: Browser, link: str, name: str = "dispute", **more: Any) -> dict[str, Any]:
    status, _, page = browser.get(f"{link}/answer/{name}?lang=en")
    assert status == 200
    (found,) = re.findall(r'name="id" value="(\w+)"', page.decode())
    filled = {"reason": "price"} if name == "dispute" else {}
    return {"id": found, "invoice": "RE-1", "lang": "en", **filled, **more}


def test_a_wrong_price_is_shown_with_a_photograph_and_held(
    books: Books, browser: Browser, link: str
) -> None:
    sent = form(browser, link, text="Agreed were\r\n100.")
    status, headers, _ = browser.upload(f"{link}/answer/dispute", [PICTURE], **sent)
    assert status == 303
    seen = words(browser.get(headers["location"])[2])
    assert "We are looking into it" in seen
    assert "You object to €119.00." in seen
    (dispute,) = disputes(books)
    assert (dispute.reason, dispute.text, dispute.by) == ("price", "Agreed were 100.", "payer")
    (file,) = files(books)
    assert (file.name, file.content_type, file.invoice) == ("Foto 1.jpg", "image/jpeg", "RE-1")
    assert (dispute.files, file.about) == ((file.id,), dispute.id)
    assert [h.kind for h in holds(books)] == ["dispute"]
    assert [n.message for n in books.tell("dispute.opened")] == ["dispute-received"]


def test_only_the_lines_that_are_wrong_are_held(books: Books, browser: Browser, link: str) -> None:
    services().invoice_lines.put(CREDITOR, ACCOUNT, "RE-1", "EUR", LINES)
    page = browser.get(f"{link}/answer/dispute?lang=en")[2].decode()
    (line,) = re.findall(r'name="line" value="([^"]*\.2)"', page)
    sent = form(browser, link, part="lines", line=line)
    assert browser.upload(f"{link}/answer/dispute", **sent)[0] == 303
    (dispute,) = disputes(books)
    assert [(one.ref, one.amount_minor) for one in dispute.lines] == [("2", 5950)]
    (hold,) = holds(books)
    assert hold.held_minor == 5950


def test_of_an_invoice_paid_in_part_no_more_than_the_rest_is_contested(
    books: Books, browser: Browser, link: str
) -> None:
    services().invoice_lines.put(CREDITOR, ACCOUNT, "RE-1", "EUR", LINES)
    books.pay("RE-1", 9000)
    sent = form(browser, link, part="lines", line=["4.RE-1.1", "4.RE-1.2"])
    assert browser.upload(f"{link}/answer/dispute", **sent)[0] == 303
    assert disputes(books)[0].amount_minor == 2900


def test_an_amount_is_contested_as_it_is_typed(books: Books, browser: Browser, link: str) -> None:
    sent = form(browser, link, part="amount", amount="19.50")
    assert browser.upload(f"{link}/answer/dispute", **sent)[0] == 303
    assert disputes(books)[0].amount_minor == 1950


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "Please choose what is wrong."),
        ({"reason": "other"}, "in a few words"),
        ({"part": "lines"}, "Please tick the lines"),
        ({"part": "amount", "amount": "a lot"}, "Please write the disputed amount"),
        ({"part": "amount", "amount": "120.00"}, "Please write the disputed amount"),
        ({"part": "amount", "amount": "0"}, "Please write the disputed amount"),
        ({"part": "amount", "amount": "-5"}, "Please write the disputed amount"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    books: Books, browser: Browser, link: str, change: dict[str, str], said: str
) -> None:
    sent = {**form(browser, link), "text": "", **change}
    status, _, page = browser.upload(f"{link}/answer/dispute", [PICTURE], **sent)
    assert status == 400
    assert said in words(page)
    assert "choose your files once more" in words(page)
    assert f'value="{sent["id"]}"' in page.decode()
    assert not disputes(books)
    assert not files(books), "nobody ever sees what came with a refused answer"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_whatever_it_is_called(
    books: Books, browser: Browser, link: str, name: str
) -> None:
    sent = form(browser, link, text="See the file.")
    upload = ("Rechnung.pdf", "application/pdf", HOSTILE[name])
    status, _, page = browser.upload(f"{link}/answer/dispute", [PICTURE, upload], **sent)
    assert status == 400
    assert "of a kind that we cannot take" in words(page)
    assert "See the file." in page.decode()
    assert not disputes(books)
    assert not files(books)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ([PICTURE] * 6, 400, "Please choose at most 5 files."),
        ([("a.pdf", "application/pdf", b"")], 400, "One of the files is empty."),
        ([("a.txt", "text/plain", b"a" * (BYTES_MAX + 1))], 413, "too large together"),
        ([("a.txt", "text/plain", b"a" * 2_500_000)] * 2, 413, "too large together"),
        ([(f"{n}.txt", "text/plain", b"a") for n in range(20)], 400, "at most 5 files"),
    ],
    ids=["six", "empty", "5 MB", "two large", "twenty"],
)
def test_too_much_at_once_is_refused_on_the_page(
    books: Books, browser: Browser, link: str, sent: list[Any], status: int, said: str
) -> None:
    answer = browser.upload(f"{link}/answer/dispute", sent, **form(browser, link, text="Here."))
    assert answer[0] == status
    assert said in words(answer[2])
    assert "Here." in answer[2].decode()
    assert not disputes(books)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na"),
        ("multipart/form-data; boundary=x; charset=rot13", b"--y--"),
    ],
)
def test_a_form_that_is_none_does_nothing(
    books: Books, browser: Browser, link: str, kind: str, body: bytes
) -> None:
    answer = browser.http.request("POST", f"{link}/answer/dispute", {"content-type": kind}, body)
    assert answer[0] == 400
    assert not disputes(books)


def test_pressing_twice_is_one_dispute_with_its_file_once(
    books: Books, browser: Browser, link: str
) -> None:
    sent = form(browser, link)
    for _ in range(2):
        assert browser.upload(f"{link}/answer/dispute", [PICTURE], **sent)[0] == 303
    assert (len(disputes(books)), len(files(books))) == (1, 1)


def test_an_objection_is_taken_back_and_reminders_resume(
    books: Books, browser: Browser, link: str
) -> None:
    browser.upload(f"{link}/answer/dispute", **form(browser, link))
    (dispute,) = disputes(books)
    back = {"press": "take-back", "kind": "dispute", "id": dispute.id, "lang": "en"}
    status, headers, _ = browser.post(f"{link}/change", **back)
    assert status == 303
    assert browser.post(f"{link}/change", **back)[0] == 404, "there is nothing left to take back"
    assert disputes(books)[0].state == "withdrawn"
    assert not holds(books)
    assert books.event_types().count("dispute.withdrawn") == 1
    assert "You object" not in words(browser.get(headers["location"])[2])


def test_the_outcome_stands_on_the_page(books: Books, browser: Browser, link: str) -> None:
    browser.upload(f"{link}/answer/dispute", **form(browser, link))
    (dispute,) = disputes(books)
    services().disputes.reject(CREDITOR, ACCOUNT, dispute.id, "Ms Example", "It was agreed.")
    seen = words(browser.get(f"{link}?lang=en")[2])
    assert "You object to €119.00." in seen
    assert "not accepted" in seen


def test_a_file_is_handed_out_to_be_saved_to_whom_the_link_is_for(
    books: Books, browser: Browser, link: str
) -> None:
    kept = services().files.keep(
        CREDITOR, ACCOUNT, "invoice", "Rechnung ä.pdf", "", PDF, "erp", "RE-1"
    )
    status, headers, body = browser.get(f"{link}/files/{kept.id}")
    assert (status, body) == (200, PDF)
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith('attachment; filename="Rechnung _.pdf"')
    assert "filename*=UTF-8''Rechnung%20%C3%A4.pdf" in headers["content-disposition"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
    assert "no-store" in headers["cache-control"]


def test_a_link_opens_no_file_of_another_invoice_account_or_right(
    books: Books, browser: Browser, link: str
) -> None:
    keep = services().files.keep
    books.open_account("10002")
    other = keep(CREDITOR, ACCOUNT, "invoice", "b.pdf", "", PDF, "erp", "RE-2")
    foreign = keep(CREDITOR, "10002", "invoice", "c.pdf", "", PDF, "erp", "RE-3")
    own = keep(CREDITOR, ACCOUNT, "dispute", "d.jpg", "", JPEG, "payer", "RE-1", "D-1")
    for file in (other.id, foreign.id, "nothing"):
        assert browser.get(f"{link}/files/{file}")[0] == 404
    account = books.links.create(CREDITOR, "RE-1", "account")
    assert browser.get(f"{account}/files/{other.id}")[0] == 200
    assert browser.get(f"{account}/files/{foreign.id}")[0] == 404
    poor = books.links.create(CREDITOR, "RE-2", "account", ("pay",))
    assert [browser.get(f"{poor}/files/{one.id}")[0] for one in (other, own)] == [404, 404]


def test_what_its_time_took_is_said_to_be_gone(books: Books, browser: Browser, link: str) -> None:
    kept = services().files.keep(CREDITOR, ACCOUNT, "invoice", "a.pdf", "", PDF, "erp", "RE-1")
    services().file_store.delete(f"{CREDITOR}/{ACCOUNT}/{kept.id}")
    assert browser.get(f"{link}/files/{kept.id}")[0] == 404


def test_whoever_never_got_the_invoice_gets_a_copy_and_time_to_read_it(
    books: Books, browser: Browser, link: str
) -> None:
    page = words(browser.get(f"{link}/answer/not-received?lang=en")[2])
    assert "a…@beispiel.example" in page
    assert "ap@beispiel.example" not in page
    sent = form(browser, link, "not-received")
    status, headers, _ = browser.post(f"{link}/answer/not-received", **sent)
    assert status == 303
    seen = words(browser.get(headers["location"])[2])
    assert "The copy is on its way" in seen
    assert "A copy was sent on" in seen
    (hold,) = holds(books)
    assert hold.kind == "invoice-copy"
    assert hold.until == books.clock.now().date() + timedelta(days=8)
    assert [n.message for n in books.tell("invoice.copy_requested")] == ["invoice-copy"]
    books.deliver()
    assert books.postbox.mails[-1].to_address == "ap@beispiel.example"


def test_a_copy_goes_once_a_day_and_gives_time_once(
    books: Books, browser: Browser, link: str
) -> None:
    sent = form(browser, link, "not-received")
    for _ in range(2):
        assert browser.post(f"{link}/answer/not-received", **sent)[0] == 303
    assert "/answer/not-received" not in browser.get(link)[2].decode()
    books.clock.advance(timedelta(days=1))
    again = form(browser, link, "not-received")
    assert browser.post(f"{link}/answer/not-received", **again)[0] == 303
    asked = [e for e in books.events() if e.type == "invoice.copy_requested"]
    assert [bool(e.data["hold_until"]) for e in asked] == [True, False]
    assert len(holds(books)) == 1


def test_no_time_is_given_where_the_creditor_gives_none(
    books: Books, browser: Browser, link: str
) -> None:
    books.accounts.change_creditor(CREDITOR, payer_rules=PayerRules(copy_hold_days=0))
    sent = form(browser, link, "not-received")
    assert browser.post(f"{link}/answer/not-received", **sent)[0] == 303
    assert not holds(books)


def test_nobody_without_a_known_address_is_offered_a_copy(
    books: Books, browser: Browser, link: str
) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    books.store.commit([Put(replace(account, contacts=()), expect=None)])
    assert "/answer/not-received" not in browser.get(link)[2].decode()
    assert browser.get(f"{link}/answer/not-received")[0] == 303
