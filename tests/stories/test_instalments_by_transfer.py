"""Instalments that a customer transfers: what they are told to write, and that it is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from saldo.accounts.model import BankDetails
from saldo.collection.model import Instalment, Plan
from saldo.collection.plans import Plans
from saldo.creditor_reference import (
    bundle_reference,
    instalment_reference,
    is_reference,
    printed_reference,
)
from saldo.messages.render import JinjaRenderer
from saldo.messages.told import QR_CONTENT_ID
from saldo.payments.scheduled import Schedule
from saldo.reminders.references import PaymentReference
from saldo.statements.model import Party
from tests.books import ACCOUNT, CREDITOR
from tests.functions.payer import browsing, words
from tests.functions.test_pay_transfer import copied, scanned
from tests.statements_made import BankBooks, entry

BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH")
A_STRANGER = Party("Irgendwer Holding", "DE75512108001245126199")
PARTS = (
    Instalment(date(2026, 12, 15), 4000),
    Instalment(date(2027, 1, 15), 5000),
    Instalment(date(2027, 2, 15), 6000),
)


@pytest.fixture
def books() -> Iterator[BankBooks]:
    """RE-1 and RE-2 are paid in three instalments, by transfer; RE-3 is owed beside them."""
    books = BankBooks()
    books.begin(
        books.invoice("RE-1", 9000), books.invoice("RE-2", 6000), books.invoice("RE-3", 4000)
    )
    books.accounts.change_creditor(CREDITOR, bank=BANK)
    yield books
    books.verify()


def agree(books: BankBooks) -> Plan:
    schedule = Schedule(books.store, books.clock, books.ids)
    plans = Plans(books.store, books.clock, books.ids, books.accounts, schedule)
    return plans.agree(CREDITOR, ACCOUNT, ["RE-1", "RE-2"], PARTS, None, "Kim Beispiel")


def open_now(books: BankBooks) -> dict[str, int]:
    return {item.number: item.open_minor for item in books.open_items()}


def test_the_message_tells_a_reference_for_each_and_the_bank_finds_every_one(
    books: BankBooks,
) -> None:
    books.sender._renderer = JinjaRenderer()  # the words that are really sent
    plan = agree(books)
    told = [instalment_reference(plan.id, place) for place in (1, 2, 3)]
    assert all(map(is_reference, told))
    assert len(set(told)) == 3
    books.tell("plan.agreed")
    books.deliver()
    (mail,) = books.postbox.mails
    text = " ".join(str(mail.text).split())
    for one in told:
        assert " ".join(one[at : at + 4] for at in range(0, len(one), 4)) in text
    assert "Betrag" in text

    books.comes(entry(4000, f"Rate {told[0]}", party=A_STRANGER))
    assert open_now(books) == {"RE-1": 5000, "RE-2": 6000, "RE-3": 4000}, "not RE-3, of that sum"
    books.comes(entry(5000, "", creditor_reference=told[1], party=A_STRANGER))
    assert open_now(books) == {"RE-2": 6000, "RE-3": 4000}
    books.comes(entry(6000, told[2].lower(), party=A_STRANGER))
    assert open_now(books) == {"RE-3": 4000}
    rules = [one.proposal.rule for one in books.booked() if one.proposal]
    assert sorted(rules) == ["instalment", "instalment", "reference"]


def test_another_sum_under_the_reference_waits_for_a_person_unless_the_payer_is_known(
    books: BankBooks,
) -> None:
    plan = agree(books)
    books.tell("plan.agreed")
    books.deliver()
    books.comes(entry(3999, instalment_reference(plan.id, 1), party=A_STRANGER))
    assert [one.state for one in books.booked(state="likely")] == ["likely"]
    assert open_now(books)["RE-1"] == 9000


def test_the_page_shows_the_next_instalment_to_be_scanned(books: BankBooks) -> None:
    plan = agree(books)
    with browsing(books) as browser:
        link = books.links.create(CREDITOR, "RE-1", "account")
        page = browser.get(f"{link}?lang=en")[2]
        assert "Show bank details for this instalment" in words(page)
        first = browser.get(f"{link}/transfer?plan={plan.id}&lang=en")[2]
        assert "that is the instalment due on 15" in words(first)
        *_, amount, told = copied(first)
        assert (amount, told) == ("40.00", instalment_reference(plan.id, 1))
        assert scanned(first)[7:] == ["EUR40.00", "", told]
        assert books.store.get(PaymentReference, CREDITOR, "rf", told) is not None
        books.pay("RE-1", 5500)
        second = browser.get(f"{link}/transfer?plan={plan.id}&lang=en")[2]
        assert copied(second)[-2:] == ["35.00", instalment_reference(plan.id, 2)]
        other = books.links.create(CREDITOR, "RE-3")
        assert copied(browser.get(f"{other}/transfer?plan={plan.id}&lang=en")[2])[-2] == "40.00"
        assert copied(browser.get(f"{other}/transfer?plan={plan.id}&lang=en")[2])[-1] != told


def test_a_missed_instalment_is_told_with_the_way_to_pay_what_is_left(books: BankBooks) -> None:
    plan = agree(books)
    schedule = Schedule(books.store, books.clock, books.ids)
    books.pay("RE-1", 3000)
    books.clock.move_to(datetime(2026, 12, 17, 9, tzinfo=UTC))
    plans = Plans(books.store, books.clock, books.ids, books.accounts, schedule)
    assert plans.look() == {"missed": 1}
    books.sender._renderer = JinjaRenderer()
    books.tell("plan.missed")
    books.deliver()
    (mail,) = books.postbox.mails
    told = bundle_reference(ACCOUNT, plan.invoices)
    text = " ".join(str(mail.text).split())
    for said in ("DE02 1203 0000 0000 2020 51", "Betrag: 120,00", printed_reference(told)):
        assert said in text.replace("\xa0", " "), said
    assert [one.id for one in mail.attachments] == [QR_CONTENT_ID]
    books.comes(entry(12000, told, party=A_STRANGER))
    assert open_now(books) == {"RE-3": 4000}


def test_who_reads_a_plan_in_the_books_can_tell_its_references_before_any_mail_left(
    books: BankBooks,
) -> None:
    plan = agree(books)
    assert plan.references == tuple(instalment_reference(plan.id, place) for place in (1, 2, 3))
    books.comes(entry(4000, plan.references[0], party=A_STRANGER))
    assert open_now(books)["RE-1"] == 5000
