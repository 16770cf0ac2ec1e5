"""Payers who transfer by themselves: what they copy and scan, and what the books know of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import zxingcpp
from PIL import Image

from saldo.accounts.model import BankDetails, Hold
from saldo.adapters.qr.codes import Codes, payment_svg
from saldo.creditor_reference import bundle_reference, invoice_reference
from saldo.girocode import BYTES_MAX
from saldo.reminders.references import PaymentReference, invoices_of
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

BANK = BankDetails("DE02120300000000202051", "Müsterwerk & Söhne GmbH", "BYLADEM1001")


@pytest.fixture
def books() -> Books:
    books = Books()
    dollars = books.invoice("US-1", 70000, currency="USD", due_on=date(2026, 12, 9))
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000), dollars)
    books.accounts.change_creditor(CREDITOR, bank=BANK)
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def copied(page: bytes) -> list[str]:
    return [unescape(one) for one in re.findall(r'data-copy="([^"]*)"', page.decode())]


def references(books: Books) -> list[PaymentReference]:
    return [one for one in books.store.everything() if isinstance(one, PaymentReference)]


def scanned(page: bytes) -> list[str]:
    """Draw the code of a page as a browser does, read it by another library, return its lines."""
    drawing = page.decode().rpartition('class="scan"')[2]
    (box, path) = re.findall(
        r'<svg[^>]*viewBox="0 0 (\d+) \d+".*?stroke="#000"[^>]*d="([^"]+)"', drawing, re.S
    )[0]
    size, scale = int(box), 6
    picture = Image.new("L", (size * scale, size * scale), 255)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            top = int(y - 0.5) * scale
            picture.paste(0, (int(x) * scale, top, int(x + values[0]) * scale, top + scale))
            x += values[0]
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.ec_level == "M"
    return str(code.text).split("\n")


def test_what_is_scanned_is_what_is_copied_and_what_stands_open(
    books: Books, browser: Browser, link: str
) -> None:
    status, headers, page = browser.get(f"{link}/transfer?invoice=RE-1&lang=en")
    assert status == 200
    reference = invoice_reference("RE-1")
    holder, iban, bic, amount, told = copied(page)
    assert (holder, iban, bic) == (BANK.account_holder, BANK.iban, BANK.bic)
    assert (amount, told) == ("119.00", reference)
    assert scanned(page) == [
        *("BCD", "002", "1", "SCT", bic, holder, iban, "EUR119.00", "", reference),
    ]
    assert len("\n".join(scanned(page)).encode()) <= BYTES_MAX
    assert "DE02 1203 0000 0000 2020 51" in words(page)
    assert "script-src 'self';" in headers["content-security-policy"]
    assert "'unsafe" not in headers["content-security-policy"]


def test_several_invoices_are_one_transfer_under_a_reference_that_names_them(
    books: Books, browser: Browser, link: str
) -> None:
    page = browser.get(f"{link}/transfer?invoice=RE-2&invoice=RE-1&lang=en")[2]
    *_, amount, told = copied(page)
    assert (amount, told) == ("169.00", bundle_reference(ACCOUNT, ["RE-1", "RE-2"]))
    found = invoices_of(books.store, CREDITOR, told)
    assert found is not None
    assert (found.account, set(found.invoices)) == (ACCOUNT, {"RE-1", "RE-2"})
    # The same again, in any order, is the same reference and the same row.
    browser.get(f"{link}/transfer?invoice=RE-1&invoice=RE-2")
    assert len(references(books)) == 1


def test_a_message_about_the_same_invoices_tells_the_same_reference(
    books: Books, browser: Browser, link: str
) -> None:
    books.clock.move_to(books.clock.now().replace(month=12, day=4))
    books.day(date(2026, 12, 4))
    (notice,) = (one for one in books.notices() if "RE-1" in str(one) and one.reference)
    told = {one.reference for one in references(books)}
    assert notice.reference in told
    numbers = next(one.invoices for one in references(books) if one.reference == notice.reference)
    chosen = "&".join(f"invoice={number}" for number in numbers)
    page = browser.get(f"{link}/transfer?{chosen}")[2]
    assert copied(page)[-1] == notice.reference


def test_the_sum_is_what_stands_open_at_this_moment(
    books: Books, browser: Browser, link: str
) -> None:
    assert copied(browser.get(f"{link}/transfer?currency=EUR")[2])[-2] == "169,00"
    books.pay("RE-1", 4000)
    assert copied(browser.get(f"{link}/transfer?currency=EUR")[2])[-2] == "129,00"
    books.pay("RE-1", 7900)
    books.pay("RE-2", 5000)
    status, headers, _ = browser.get(f"{link}/transfer?invoice=RE-1")
    assert (status, headers["location"]) == (303, link)


def test_dollars_are_transferred_without_a_code(browser: Browser, link: str) -> None:
    page = browser.get(f"{link}/transfer?invoice=US-1&lang=en")[2]
    assert "There is no code for transfers in USD" in words(page)
    assert 'class="scan"' not in page.decode()
    assert copied(page)[-2] == "700.00"


@pytest.mark.parametrize(
    "asked", ["invoice=RE-1&invoice=US-1", "invoice=RE-9", "invoice=RE-1&invoice=RE-9"]
)
def test_what_cannot_be_one_transfer_leads_back(browser: Browser, link: str, asked: str) -> None:
    status, headers, _ = browser.get(f"{link}/transfer?{asked}")
    assert (status, headers["location"]) == (303, link)


def test_a_link_to_one_invoice_transfers_that_one_alone(books: Books, browser: Browser) -> None:
    alone = books.links.create(CREDITOR, "RE-2", rights=("pay",))
    assert copied(browser.get(f"{alone}/transfer?lang=en")[2])[-2] == "50.00"
    assert browser.get(f"{alone}/transfer?invoice=RE-1")[0] == 303


def test_without_a_bank_account_nothing_is_offered(
    books: Books, browser: Browser, link: str
) -> None:
    books.accounts.change_creditor(CREDITOR, bank=None)
    assert browser.get(f"{link}/transfer?invoice=RE-1")[0] == 303
    assert 'value="bank"' not in browser.get(link)[2].decode()
    assert 'value="transfer"' in browser.get(link)[2].decode(), "it can still be announced"


def test_the_way_from_the_ticks_to_the_code_and_to_peace(
    books: Books, browser: Browser, link: str
) -> None:
    assert 'value="bank"' in browser.get(link)[2].decode()
    pressed = {"press": "bank", "invoice": "RE-2", "currency": "EUR", "lang": "en"}
    status, headers, _ = browser.post(f"{link}/pay", **pressed)
    assert status == 303
    page = browser.get(headers["location"])[2]
    assert copied(page)[-2] == "50.00"
    assert "I have transferred it" in words(page)
    announced = {"press": "transfer", "invoice": "RE-2", "lang": "en"}
    status, headers, _ = browser.post(f"{link}/pay", **announced)
    assert status == 303
    assert "We will not remind you in the meantime" in words(browser.get(headers["location"])[2])
    (hold,) = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert (hold.kind, hold.invoice) == ("transfer-announced", "RE-2")
    again = browser.get(f"{link}/transfer?invoice=RE-2&lang=en")[2]
    assert "I have transferred it" not in words(again), "once for each invoice"


def test_so_many_ticks_that_no_address_holds_them_are_all_or_refused(
    books: Books, browser: Browser, link: str
) -> None:
    many = [f"2026/{'LONG' * 6}-{n:03}" for n in range(200)]
    books.push(*(books.invoice(number, 100, currency="GBP") for number in many))
    pressed = {"press": "bank", "currency": "GBP", "lang": "en"}
    status, headers, _ = browser.post(f"{link}/pay", invoice=many, **pressed)
    assert (status, headers["location"]) == (303, f"{link}/transfer?lang=en&currency=GBP")
    assert copied(browser.get(headers["location"])[2])[-2] == "200.00"
    assert browser.post(f"{link}/pay", invoice=many[1:], **pressed)[0] == 400


def test_a_program_that_asks_for_every_bundle_is_slowed_down(
    books: Books, browser: Browser, link: str
) -> None:
    books.push(*(books.invoice(f"M-{n}", 100) for n in range(70)))
    answers = [browser.get(f"{link}/transfer?invoice=M-{n}")[0] for n in range(70)]
    assert set(answers[:60]) == {200}
    assert set(answers[60:]) == {429}
    assert browser.get(f"{link}/transfer?invoice=M-1")[0] == 200, "what is known costs nothing"


def test_a_sum_beyond_the_standard_has_no_code_and_no_crash(books: Books, browser: Browser) -> None:
    books.push(books.invoice("BIG", 100_000_000_000))
    link = books.links.create(CREDITOR, "BIG")
    page = browser.get(f"{link}/transfer?lang=en")[2]
    assert 'class="scan"' not in page.decode()
    assert copied(page)[-2] == "1,000,000,000.00"


def test_the_script_is_served_from_here(browser: Browser, link: str) -> None:
    address = link.rpartition("/p/")[0] + "/assets/copy.js"
    status, headers, script = browser.get(address)
    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert b"clipboard" in script


def test_a_code_on_a_page_is_the_code_in_a_mail() -> None:
    text = "BCD\n002\n1\nSCT\n\nMüsterwerk\nDE02120300000000202051\nEUR1.00"
    (mailed,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(Codes().png(text))))
    assert scanned(payment_svg(text).encode()) == mailed.text.split("\n") == text.split("\n")
