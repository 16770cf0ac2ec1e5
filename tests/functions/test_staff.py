"""Whether an invoice is paid, for staff at a desk and for a till: nothing else is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.clock import FixedClock
from saldo.invoices.model import CreditNote
from saldo.portal.model import StaffLink
from saldo.wiring import services
from tests.books import CREDITOR, Books
from tests.functions.erp import Erp, World, refusal
from tests.functions.payer import HERE, Browser, browsing
from tests.functions.visitor import Visitor


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(
        books.invoice("RE-1"),
        books.invoice("RE-2", 5000, due_on=date(2026, 11, 10)),
        books.invoice("2026/0815", 7000),
    )
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def desk(browser: Browser) -> Visitor:
    url, _ = services().staff_links.create(CREDITOR, "Workshop desk")
    return Visitor(browser).open(url)


def ask(desk: Visitor, scanned: str) -> str:
    """Type or scan something; return the verdict as it stands on the page."""
    desk.press(desk.url, number=scanned)
    (verdict,) = re.findall(r'<div class="verdict .*?</div>', desk.html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", verdict)).strip()


def test_keys_are_handed_over_for_what_is_paid(books: Books, desk: Visitor) -> None:
    books.pay()
    assert ask(desk, "RE-1").startswith("Paid Invoice RE-1 since 21 November 2026 As of 10:00")


def test_what_is_open_is_said_with_its_amount_and_since_when(desk: Visitor) -> None:
    assert ask(desk, "RE-1").startswith("Open Invoice RE-1 €119.00 Due on 1 December 2026")
    overdue = ask(desk, "RE-2")
    assert overdue.startswith("Overdue Invoice RE-2 €50.00 Due since 10 November 2026")


def test_half_paid_is_not_paid(books: Books, desk: Visitor) -> None:
    books.pay("RE-1", 1900)
    assert ask(desk, "RE-1").startswith("Partly open Invoice RE-1 €100.00")


def test_money_on_its_way_is_not_money_that_came(books: Books, desk: Visitor) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "processing"))
    assert "The money is on its way, but not here yet." in ask(desk, "RE-1")
    books.settlement.settle(books.told(payment, "failed"))
    assert ask(desk, "RE-1").startswith("Open")


def test_what_was_credited_is_not_called_paid(books: Books, desk: Visitor) -> None:
    note = CreditNote(CREDITOR, "", "G-1", "RE-1", date(2026, 11, 21), "EUR", 11900, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    assert ask(desk, "RE-1").startswith("Nothing open Invoice RE-1")


def test_a_number_that_is_none_is_unknown(desk: Visitor) -> None:
    assert ask(desk, "RE-77").startswith("Unknown Invoice RE-77 There is no such number here.")
    assert desk.status == 200


def test_another_creditors_invoice_is_unknown(books: Books, desk: Visitor) -> None:
    books.open_creditor(id="stranger", name="Fremde GmbH")
    url, _ = services().staff_links.create("stranger", "Desk")
    elsewhere = Visitor(desk.browser).open(url)
    assert ask(elsewhere, "RE-1").startswith("Unknown")
    assert ask(elsewhere, books.links.create(CREDITOR, "RE-1")).startswith("Unknown")


def test_numbers_with_a_slash_and_the_qr_code_on_paper_are_read(
    books: Books, desk: Visitor
) -> None:
    assert ask(desk, " 2026/0815 ").startswith("Open Invoice 2026/0815")
    scanned = books.links.create(CREDITOR, "2026/0815")
    assert ask(desk, f"{scanned}?lang=de").startswith("Open Invoice 2026/0815")
    assert ask(desk, f"{HERE}/p/made-up").startswith("Unknown")


def test_nothing_about_the_customer_is_told(books: Books, desk: Visitor) -> None:
    ask(desk, "RE-1")
    for told in ("Beispiel AG", "ap@beispiel.example", "10001", "/p/"):
        assert told not in desk.html


def test_an_empty_field_is_said_at_the_field(desk: Visitor) -> None:
    desk.press(desk.url, number=" ")
    assert desk.status == 400
    assert desk.said.count("Please enter the number of the invoice.") == 2


def test_a_link_ends_and_can_be_revoked(books: Books, browser: Browser, desk: Visitor) -> None:
    url, link = services().staff_links.create(CREDITOR, "Counter", 7)
    services().staff_links.revoke(CREDITOR, link.id)
    revoked = Visitor(browser).open(url)
    made_up = Visitor(browser).open(f"{HERE}/staff/{'A' * 44}")
    assert (revoked.status, revoked.html) == (made_up.status, made_up.html)
    assert revoked.status == 404
    assert "Musterwerk" not in revoked.html
    books.clock.advance(timedelta(days=90))
    assert desk.open(desk.url).status == 404


def test_who_tries_numbers_is_slowed_down(books: Books, desk: Visitor) -> None:
    for number in range(40):
        assert desk.press(desk.url, number=f"RE-{number}").status == 200
    assert desk.press(desk.url, number="RE-41").status == 429
    assert "Please wait a minute." in desk.said
    books.clock.advance(timedelta(minutes=1))
    assert desk.press(desk.url, number="RE-1").status == 200


def test_a_form_from_elsewhere_asks_nothing(desk: Visitor) -> None:
    assert desk.press(desk.url, without_key=True, number="RE-1").status == 403
    assert "verdict" not in desk.html


def test_the_token_is_kept_as_a_hash(books: Books, desk: Visitor) -> None:
    token = desk.url.rpartition("/")[2]
    assert any(isinstance(one, StaffLink) for one in books.store.everything())
    assert token not in repr(list(books.store.everything()))


@pytest.fixture
def erp(clock: FixedClock) -> Erp:
    erp = World(clock).erp(scopes=ALL_SCOPES)
    erp.begin()
    return erp


def test_a_till_asks_by_the_api(erp: Erp) -> None:
    answer = erp.get("/v1/invoices/status", number="2026/0815")
    assert answer.status == 200
    told = answer.json
    assert told.pop("as_of")
    assert told == {
        "number": "2026/0815",
        "state": told["state"],
        "open": "119.00",
        "currency": "EUR",
        "since": "2026-11-16",
    }
    assert told["state"] in ("open", "overdue")
    unknown = erp.get("/v1/invoices/status", number="nobody's").json
    assert (unknown["state"], unknown["open"]) == ("unknown", None)


def test_a_link_is_made_listed_and_revoked_by_the_api(erp: Erp) -> None:
    made = erp.call("POST", "/v1/staff-links", {"name": "Workshop desk", "days": 30})
    assert made.status == 201
    assert "/staff/" in made.json["url"]
    (listed,) = erp.get("/v1/staff-links").json["items"]
    assert listed == {key: value for key, value in made.json.items() if key != "url"}
    ended = erp.call("POST", "/v1/staff-links/revoke", {"id": listed["id"]})
    assert ended.json["revoked_at"]
    unknown = erp.call("POST", "/v1/staff-links/revoke", {"id": "nobody"})
    assert refusal(unknown) == (404, "staff-link-unknown", None)
    too_long = erp.call("POST", "/v1/staff-links", {"name": "Desk", "days": 4000})
    assert refusal(too_long) == (400, "field-not-valid", "/days")
