"""Whose money is it: collectors work through the bank's entries, and look at payments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.bank_entries.model import BankEntry, Part
from saldo.edge.v1.approving import approve
from saldo.edge.v1.money import Ordered
from saldo.matching.model import Rules
from saldo.payments.model import Refund
from saldo.statements.model import Party
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import Clerk, Office, office_of
from tests.functions.test_ingest_bank import mt940
from tests.statements_made import ANNA, IBAN, BankBooks, entry

OTHER = "10002"
STRANGER = Party("Wer auch immer", "DE75512108001245126199")


@pytest.fixture
def books() -> BankBooks:
    made = BankBooks()
    made.begin(made.invoice("RE-1"), made.invoice("RE-2", 5000))
    made.open_account(OTHER, "other@beispiel.example")
    return made


@pytest.fixture
def office(books: BankBooks) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def only(books: BankBooks) -> BankEntry:
    return books.only()


def comes_in_part(books: BankBooks) -> BankEntry:
    """100.00 of the 119.00 come with the number: there is a proposal, and a doubt."""
    books.comes(entry(10000, "Rechnung RE-1", party=STRANGER))
    one = only(books)
    assert one.state == "likely"
    return one


def test_a_likely_entry_is_accepted_with_one_click_and_undone_with_another(
    books: BankBooks, office: Office
) -> None:
    comes_in_part(books)
    clerk = office.clerk("collector").open("bank")
    assert clerk.status == 200, clerk.html
    assert "Wer auch immer" in clerk.said and "RE-1" in clerk.said
    clerk.press("bank/accept")
    assert "It is booked." in clerk.said
    assert books.invoice_now().open_minor == 1900
    assert only(books).by == clerk.user.email
    clerk.press("bank/reverse")
    assert "It is taken back" in clerk.said
    assert books.invoice_now().open_minor == 11900
    assert "100.00" in clerk.open("bank").said
    books.verify()


def test_what_speaks_for_a_proposal_is_marked_in_the_bank_s_own_words(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(10000, "Teilzahlung <RE-1>, danke", party=STRANGER))
    clerk = office.clerk("collector").open("bank/entry", id=only(books).id)
    assert "Teilzahlung &lt;<mark>RE-1</mark>&gt;, danke" in clerk.html


def test_money_of_somebody_unknown_is_found_a_home_by_searching(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(16900, "danke", party=STRANGER))
    clerk = office.clerk("collector").open("bank/entry", id=only(books).id)
    assert not clerk.has_form("bank/split")
    clerk.open("bank/entry", id=only(books).id, q="RE-2")
    assert "Beispiel AG" in clerk.said and "RE-1" in clerk.said
    clerk.press("bank/split", invoices0=["RE-1", "RE-2"], reason="said so by phone")
    assert "It is booked." in clerk.said
    assert (books.invoice_now("RE-1").open_minor, books.invoice_now("RE-2").open_minor) == (0, 0)
    assert only(books).reason == "said so by phone"
    books.verify()


def test_whoever_looks_for_another_customer_does_not_mean_what_was_proposed(
    books: BankBooks, office: Office
) -> None:
    books.push(books.invoice("RE-9", 10000, account=OTHER))
    one = comes_in_part(books)
    clerk = office.clerk("collector").open("bank/entry", id=one.id)
    assert "checked" in clerk.html
    clerk.open("bank/entry", id=one.id, q="RE-9")
    clerk.press("bank/split", invoices0="RE-9")
    assert "It is booked." in clerk.said, clerk.said
    assert books.invoice_now("RE-9", OTHER).open_minor == 0
    assert books.invoice_now("RE-1").open_minor == 11900


def test_one_transfer_is_split_over_two_customers(books: BankBooks, office: Office) -> None:
    books.push(books.invoice("RE-9", 3000, account=OTHER))
    books.comes(entry(8000, "danke", party=STRANGER))
    clerk = office.clerk("collector").open("bank/entry", id=only(books).id, q="RE-2")
    clerk.open("bank/entry", id=only(books).id, q="RE-9", **{"with": ACCOUNT})
    assert clerk.html.count("<fieldset") == 2
    clerk.press("bank/split", invoices0="RE-2", invoices1="RE-9")
    assert "It is booked." in clerk.said, clerk.said
    assert books.invoice_now("RE-2").open_minor == 0
    assert books.invoice_now("RE-9", OTHER).open_minor == 0
    books.verify()


def test_an_amount_is_typed_in_the_way_of_the_clerk_s_language(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(123450, "danke", party=STRANGER))
    clerk = office.clerk("collector", language="de")
    clerk.open("bank/entry", id=only(books).id, q=ACCOUNT)
    clerk.press("bank/split", amount0="1.200,00")
    assert only(books).left_minor == 3450
    assert [one.open_minor for one in books.credits()] == [120000]


def test_too_much_is_refused_and_what_was_typed_stays(books: BankBooks, office: Office) -> None:
    books.comes(entry(5000, "danke", party=STRANGER))
    clerk = office.clerk("collector").open("bank/entry", id=only(books).id, q=ACCOUNT)
    clerk.press("bank/split", amount0="60.00", reason="no idea")
    assert clerk.status == 400
    assert "more than the entry has left" in clerk.said
    assert "60.00" in clerk.html and "no idea" in clerk.html
    clerk.press("bank/split", amount0="", reason="")
    assert "Say whose money it is" in clerk.said
    assert only(books).state == "open"


def test_what_is_no_business_of_the_books_is_set_aside_and_comes_back(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(5000, "Miete Hinterhaus", party=STRANGER))
    clerk = office.clerk("collector").open("bank/entry", id=only(books).id)
    clerk.press("bank/ignore", reason="rent of the flat upstairs")
    assert only(books).state == "ignored"
    clerk.open("bank/entry", id=only(books).id).press("bank/reverse", reason="it is ours")
    assert only(books).state == "open"


def test_a_return_that_matching_did_not_know_is_booked(books: BankBooks, office: Office) -> None:
    books.comes(entry(11900, "Rechnung RE-1"))
    (payment,) = books.payments()
    books.comes(entry(-11900, "Ruecklastschrift", return_reason="AC04", party=STRANGER))
    (back,) = [one for one in books.booked() if one.entry.amount_minor < 0]
    clerk = office.clerk("collector").open("bank/entry", id=back.id)
    clerk.press("bank/return", other=payment.id, payment="", reason="the bank said so")
    assert "The return is booked" in clerk.said, clerk.said
    assert books.invoice_now().open_minor == 11900
    clerk.open("bank/entry", id=back.id).press("bank/reverse", reason="it was another")
    assert books.invoice_now().open_minor == 0


def test_what_was_paid_too_much_goes_back_after_a_fresh_password_alone(
    books: BankBooks, office: Office
) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", proposes_refund_from_minor=500)
    books.comes(entry(17900, "RE-1 RE-2"))
    if only(books).state == "likely":
        office.clerk("owner").open("bank").press("bank/accept")
    clerk = office.clerk("owner").open("bank", show="refund")
    assert "€10.00 could go back" in clerk.said
    clerk.open("bank/entry", id=only(books).id)
    collector = office.clerk("collector").open("bank/entry", id=only(books).id)
    assert not collector.has_form("bank/refund")
    clerk.press("bank/refund", reason="paid twice")
    refund = only(books).refund
    assert refund is not None
    assert refund.state == "ordered"
    assert only(books).id in clerk.said
    clerk.press("bank/keep")
    assert [one.open_minor for one in books.credits()] == [1000]


def test_who_may_only_read_sees_entries_and_decides_nothing(
    books: BankBooks, office: Office
) -> None:
    one = comes_in_part(books)
    auditor = office.clerk("auditor").open("bank")
    assert "Wer auch immer" in auditor.said
    assert not auditor.has_form("bank/accept")
    collector = office.clerk("collector").open("bank")
    form, _ = collector._form("bank/accept")
    collector.cookies = auditor.cookies
    assert collector.send("bank/accept", **form).status == 403
    assert only(books) == one
    assert office.clerk("sales").open("bank").status == 403


def test_statements_are_uploaded_and_gaps_are_shown(books: BankBooks, office: Office) -> None:
    clerk = office.clerk("collector").open("statements")
    upload(clerk, mt940(5000, "danke"))
    assert "The statement is taken." in clerk.said, clerk.said
    upload(clerk, mt940(5000, "danke"))
    assert "was taken before" in clerk.said
    upload(clerk, mt940(6000, "noch mal", 99900, 3))
    assert "a statement before it is missing" in clerk.said
    upload(clerk, b"not a statement")
    assert clerk.status == 400
    assert "note.sta" in clerk.said
    assert len(books.booked()) == 2


def upload(clerk: Clerk, data: bytes) -> None:
    """Send the page's form with a file in it."""
    values, whole = clerk._form("statements/upload")
    values.pop("file", None)
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="note.sta"\r\n'
    body = b"".join(lines) + file + b"Content-Type: text/plain\r\n\r\n" + data + b"\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x", **clerk._sent()}
    clerk._came(whole, clerk.http.request("POST", whole, headers, body))


def test_a_payment_shows_what_it_paid_and_the_entry_that_brought_it(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(17900, "RE-1"))
    books.entries.accounts.change(CREDITOR, IBAN, rules=Rules())
    clerk = office.clerk("owner").open("bank")
    if clerk.has_form("bank/accept"):
        clerk.press("bank/accept")
    (payment,) = books.payments()
    clerk.open("payment", id=payment.id)
    assert clerk.status == 200, clerk.html
    assert "RE-1" in clerk.said and "€60.00 credit" in clerk.said
    assert f"bank/entry?id={only(books).id}" in clerk.html
    clerk.press("payment/allocate", invoices="RE-2")
    assert "The credit was used." in clerk.said, clerk.said
    assert books.invoice_now("RE-2").open_minor == 0
    clerk.press("payment/take-back", reason="the wrong one")
    assert "the invoice is owed again" in clerk.said
    taken = books.invoice_now("RE-1").open_minor + books.invoice_now("RE-2").open_minor
    assert taken in (11900, 5000)
    books.verify()


def test_credit_of_a_payment_is_refunded(books: BankBooks, office: Office) -> None:
    payment = books.pay("RE-1", 11900 + 2000)
    clerk = office.clerk("owner").open("payment", id=payment)
    assert "€20.00 credit" in clerk.said
    collector = office.clerk("collector").open("payment", id=payment)
    assert not collector.has_form("payment/refund")
    assert office.clerk("owner").open("payment", id="nobody-s").status == 404


def test_thirty_entries_are_shown_page_by_page(books: BankBooks, office: Office) -> None:
    books.comes(
        *(
            entry(700 + number, f"danke {number}", on=date(2026, 11, 20), party=STRANGER)
            for number in range(30)
        )
    )
    clerk = office.clerk("collector").open("bank")
    assert clerk.html.count("<tr data-row>") == 25
    clerk.open("bank", **{"from": "25"})
    assert clerk.html.count("<tr data-row>") == 5
    assert clerk.open("bank", show="likely").html.count("<tr data-row>") == 0


def test_a_refund_above_the_limit_waits_for_a_second_person(
    books: BankBooks, office: Office
) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", proposes_refund_from_minor=500)
    services().four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=500, by="owner@example.com"
    )
    books.comes(entry(17900, "RE-1 RE-2"))
    manager = office.clerk("manager").open("bank")
    if only(books).state == "likely":
        manager.press("bank/accept")
    manager.open("bank/entry", id=only(books).id).press("bank/refund", reason="paid twice")
    assert manager.status == 409
    assert [one.open_minor for one in books.credits()] == [1000]
    (waits,) = services().four_eyes.open(CREDITOR)
    order = Ordered(services(), books.accounts.creditor(CREDITOR), "owner@musterwerk.example")
    done = approve(order, waits.id)
    assert done.state == "done", done.why
    assert books.credits() == []
    refund = only(books).refund
    assert refund is not None
    assert refund.state == "ordered", "its entry tells at once"
    assert refund.by == f"{manager.user.email}, owner@musterwerk.example"
    assert not manager.open("bank/entry", id=only(books).id).has_form("bank/refund")
    books.comes(entry(-1000, "Erstattung", on=date(2026, 12, 21)))
    assert len(books.booked(state="matched")) == 2, "the transfer closes it all the same"
    assert books.balance("refund") == 0
    books.verify()


def test_a_branch_s_collector_accepts_nothing_of_another_branch(
    books: BankBooks, office: Office
) -> None:
    one = comes_in_part(books)
    clerk = office.clerk("collector", branches=("Hamburg",), email="h@musterwerk.example")
    clerk.open("bank")
    assert "RE-1" not in clerk.said.replace("Rechnung RE-1", "")
    assert not clerk.has_form("bank/accept")
    other = office.clerk("collector").open("bank")
    form, _ = other._form("bank/accept")
    other.cookies = clerk.cookies
    assert other.open("bank/entry", id=one.id).status == 404
    forged = form | {"form": other.open("accounts").csrf}
    assert other.send("bank/accept", **forged).status == 404
    assert only(books) == one
    assert "Beispiel AG" not in clerk.open("bank/entry", id=one.id, q=ACCOUNT).said


def test_matching_again_is_for_who_sees_every_branch(office: Office) -> None:
    clerk = office.clerk("collector", branches=("Hamburg",), email="h@musterwerk.example")
    clerk.open("bank")
    assert clerk.status == 200 and not clerk.has_form("bank/match")
    clerk.send("bank/match", form=clerk.csrf)
    assert clerk.status == 403
    assert "customers of all branches" in clerk.said
    assert office.clerk("collector").open("bank").has_form("bank/match")


def test_an_invoice_is_found_and_ticked_however_many_are_open(
    books: BankBooks, office: Office
) -> None:
    early = date(2026, 11, 1)
    crowd = [books.invoice(f"M-{n}", 100, issued_on=early, due_on=early) for n in range(45)]
    books.push(*crowd)
    comes_in_part(books)
    id_ = only(books).id
    clerk = office.clerk("collector").open("bank/entry", id=id_)
    assert 'value="RE-1" checked' in clerk.html
    clerk.open("bank/entry", id=id_, q="RE-2")
    assert 'value="RE-2"' in clerk.html
    clerk.press("bank/split", invoices0="RE-2", amount0="")
    assert books.invoice_now("RE-2").open_minor == 0


def test_two_who_look_at_one_entry_do_not_book_over_each_other(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(9000, "danke", party=STRANGER))
    id_ = only(books).id
    kim = office.clerk("collector").open("bank/entry", id=id_, q="RE-2")
    lee = office.clerk("manager").open("bank/entry", id=id_, q="RE-2")
    kim.press("bank/split", invoices0="RE-2", amount0="50.00")
    assert only(books).left_minor == 4000
    lee.press(
        "bank/split", invoices0="RE-1", amount0=""
    )  # meant all of it, of which 50.00 are gone
    assert lee.status == 503
    assert books.invoice_now("RE-1").open_minor == 11900
    kim.open("bank/entry", id=id_)
    lee.open("bank/entry", id=id_).press("bank/reverse", reason="all of it is for RE-1")
    lee.open("bank/entry", id=id_, q="RE-1").press("bank/split", invoices0="RE-1", amount0="")
    assert only(books).left_minor == 0
    kim.press("bank/reverse", reason="mine was wrong")  # it is gone, and this is Lee's
    assert kim.status == 503
    assert only(books).left_minor == 0


def test_a_payment_that_is_typed_is_the_one_that_came_back_whatever_is_ticked(
    books: BankBooks, office: Office
) -> None:
    """The first that is proposed is always ticked: who types another means that other."""
    books.push(books.invoice("RE-5", 5000))
    first, second = books.pay("RE-2", 5000), books.pay("RE-5", 5000)
    books.comes(entry(-5000, "Rueckgabe", return_reason="AC04", party=STRANGER))
    (one,) = [each for each in books.booked() if each.entry.amount_minor < 0]
    clerk = office.clerk("collector").open("bank/entry", id=one.id)
    clerk.press("bank/return", payment=first, other=second, reason="the bank said so")
    assert (books.invoice_now("RE-2").open_minor, books.invoice_now("RE-5").open_minor) == (0, 5000)


def test_what_is_given_back_is_what_the_page_said_was_left(
    books: BankBooks, office: Office
) -> None:
    """A colleague takes an allocation back meanwhile: the order was about 10.00, not 129.00."""
    books.comes(entry(12900, "Rechnung RE-1"))
    if (one := only(books)).state == "likely":
        books.entries.accept(CREDITOR, one.id, ANNA)
    (payment,) = books.payments()
    manager = office.clerk("manager").open("payment", id=payment.id)
    assert "10.00" in manager.said
    books.settlement.allocator.take_back(CREDITOR, ACCOUNT, payment.source, "RE-1", ANNA)
    manager.press("payment/refund", amount="", reason="overpaid")
    if manager.has_form("sign-in/prove"):
        manager.prove()
    (refund,) = books.store.list(Refund, CREDITOR, ACCOUNT)
    assert refund.amount_minor == 1000


def test_a_credit_pays_an_invoice_however_many_older_ones_are_open(
    books: BankBooks, office: Office
) -> None:
    books.comes(entry(5000, "danke", party=STRANGER))
    books.entries.accept(CREDITOR, only(books).id, ANNA, (Part(ACCOUNT, 5000),))
    early = date(2026, 11, 1)
    books.push(*(books.invoice(f"M-{n}", 100, issued_on=early, due_on=early) for n in range(61)))
    (payment,) = books.payments()
    clerk = office.clerk("collector").open("payment", id=payment.id)
    assert 'value="RE-2"' not in clerk.html
    clerk.press("payment/allocate", also="RE-2")
    assert books.invoice_now("RE-2").open_minor == 0
