"""What debtors are told at the end of the reminders: handed over, given back, delivered again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, BankDetails, PostalAddress
from saldo.accounts.service import Target
from saldo.collection.cases import HandOver
from saldo.collection.facts import CaseKind
from saldo.messages.render import JinjaRenderer
from saldo.reminders.hand_over import NOBODY_NAMED
from saldo.reminders.model import ContactLog, Notice
from saldo.reminders.policy_book import PolicyBook
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

DUE = date(2026, 12, 1)
AGENCY = "Inkasso Beispiel GmbH"


@pytest.fixture
def books() -> CollectedBooks:
    """Two invoices of 119.00 that were announced by others."""
    books = CollectedBooks()
    books.open_creditor(bank=BankDetails("DE02120300000000202051", "Musterwerk GmbH"))
    books.open_account()
    for number in ("RE-1", "RE-2"):
        books.push(books.invoice(number, due_on=date(2026, 11, 20), already_sent=True))
    books.sender._renderer = JinjaRenderer()
    return books


def mails(books: CollectedBooks) -> list[str]:
    """Tell every fact so far and return the texts of the mails that left since."""
    before = len(books.postbox.mails)
    books.clock.advance(timedelta(seconds=1))
    books.tell()
    books.deliver()
    return [mail.text for mail in books.postbox.mails[before:]]


def outcomes(books: CollectedBooks) -> dict[str, str | None]:
    return {n.message: n.outcome for n in books.notices()}


def change_account(books: CollectedBooks, **changes: Any) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    moved = replace(account, version=account.version + 1, **changes)
    books.store.commit([Put(moved, expect=account.version)])


def tell_in_this_order(books: CollectedBooks, *types: str) -> None:
    for type_ in types:
        books.tell(type_)
    books.deliver()


def test_who_is_handed_over_is_told_once_to_whom_and_for_what(books: CollectedBooks) -> None:
    books.hand_over(("RE-1", "RE-2"))
    (text,) = mails(books)
    assert AGENCY in text and "238,00\xa0€" in text
    assert "RE-1" in text and "RE-2" in text
    assert "DE02" not in text, "the money is not asked for here any more"
    assert mails(books) == []
    books.agency_tells("part-paid", 4000)
    assert mails(books) == []


def test_the_message_speaks_the_debtors_language(books: CollectedBooks) -> None:
    change_account(books, language="nl", country="NL")
    books.hand_over()
    (text,) = mails(books)
    assert "overgedragen" in text


def test_who_paid_before_the_mail_left_is_not_told_of_an_agency(books: CollectedBooks) -> None:
    books.hand_over()
    books.tell("case.opened")
    books.pay("RE-1")
    books.deliver()
    assert outcomes(books) == {"handed-over": "settled-before-it-left"}
    assert books.postbox.mails == []


def test_a_case_taken_back_before_the_mail_left_is_never_heard_of(books: CollectedBooks) -> None:
    books.hand_over()
    books.tell("case.opened")
    books.agency_tells("withdrawn")
    assert mails(books) == []
    assert outcomes(books) == {"handed-over": "case-ended", "case-returned": "hand-over-not-told"}


def test_the_end_may_be_heard_of_before_the_beginning(books: CollectedBooks) -> None:
    books.hand_over()
    books.agency_tells("withdrawn")
    tell_in_this_order(books, "case.changed", "case.opened")
    told = outcomes(books)
    assert told["handed-over"] == "case-ended"
    assert told["case-returned"] == "hand-over-not-told"
    assert books.postbox.mails == []


def test_a_case_that_came_back_is_told_with_where_to_pay(books: CollectedBooks) -> None:
    books.hand_over(("RE-1", "RE-2"))
    mails(books)
    books.pay("RE-2")
    mails(books)
    books.agency_tells("withdrawn")
    (text,) = mails(books)
    assert AGENCY in text and "119,00\xa0€" in text and "RE-2" not in text
    assert "DE02 1203 0000 0000 2020 51" in text
    assert mails(books) == []


def test_a_case_that_was_handed_on_again_is_not_said_to_be_back(books: CollectedBooks) -> None:
    books.hand_over()
    mails(books)
    books.agency_tells("withdrawn")
    books.hand_over(id_="C-2")
    (text,) = mails(books)
    assert AGENCY in text and "DE02" not in text
    assert [n.outcome for n in books.notices() if n.message == "case-returned"] == [
        "held-legal-case"
    ]


def test_what_was_promised_to_us_meanwhile_is_not_asked_for_at_once(books: CollectedBooks) -> None:
    books.hand_over(("RE-1", "RE-2"))
    mails(books)
    books.promise(date(2026, 12, 4))
    mails(books)
    books.agency_tells("withdrawn")
    (text,) = mails(books)
    assert "RE-2" in text and "RE-1" not in text and "119,00\xa0€" in text


@pytest.mark.parametrize("state", ["paid", "closed"])
def test_what_the_agency_ended_is_told_by_the_agency(books: CollectedBooks, state: str) -> None:
    books.hand_over()
    mails(books)
    books.agency_tells(state)
    assert mails(books) == []


def test_an_old_case_whose_hand_over_others_told_is_told_when_it_is_back(
    books: CollectedBooks,
) -> None:
    books.accounts.change_creditor(CREDITOR, state="shadow")
    books.hand_over()
    assert mails(books) == [], "in shadow others write to the debtors"
    books.accounts.change_creditor(CREDITOR, state="live")
    books.agency_tells("withdrawn")
    books.tell("case.changed")
    books.deliver()
    assert [n.message for n in books.notices()] == ["case-returned"]
    assert len(books.postbox.mails) == 1


@pytest.mark.parametrize(
    ("kind", "said"), [("court", 0), ("bailiff", 1), ("lawyer", 1), ("agency", 1)]
)
def test_what_a_court_has_is_served_by_the_court(
    books: CollectedBooks, kind: CaseKind, said: int
) -> None:
    order = HandOver("C-1", ("RE-1",), kind, "Amtsgericht Beispielstadt", "ERP")
    books.cases.open(books.creditor, order)
    assert len(mails(books)) == said


def test_where_nobody_is_named_the_mail_names_nobody(books: CollectedBooks) -> None:
    order = HandOver("C-1", ("RE-1",), "agency", NOBODY_NAMED, "ERP")
    books.cases.open(books.creditor, order)
    (text,) = mails(books)
    assert NOBODY_NAMED not in text
    assert "meldet sich bei Ihnen" in text


def test_a_pause_keeps_it_back_until_it_ends(books: CollectedBooks) -> None:
    books.hand_over()
    target = Target(CREDITOR, ACCOUNT)
    books.accounts.pause(target, "Their accountant is ill.", "anna")
    assert mails(books) == []
    books.accounts.resume(target, "anna")
    books.clock.advance(timedelta(minutes=11))
    assert books.sender.tidy()["requeued"] == 1
    books.deliver()
    assert len(books.postbox.mails) == 1


def test_sending_switched_off_keeps_it_until_it_is_on_again(books: CollectedBooks) -> None:
    books.accounts.change_creditor(CREDITOR, sending=False)
    books.hand_over()
    assert mails(books) == []
    books.accounts.change_creditor(CREDITOR, sending=True)
    books.clock.advance(timedelta(minutes=11))
    books.sender.tidy()
    books.deliver()
    assert len(books.postbox.mails) == 1


def test_whom_no_mail_reaches_gets_a_letter_once_even_if_an_address_is_found(
    books: CollectedBooks,
) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    by_post = PostalAddress(("Beispielweg 7",), "80331", "München", "DE")
    change_account(books, contacts=(), address=by_post)
    books.hand_over()
    mails(books)
    change_account(books, contacts=account.contacts)
    assert mails(books) == []
    (notice,) = books.notices()
    assert (notice.channel, notice.state) == ("letter", "sent")


def test_who_can_be_reached_by_nothing_is_told_nothing(books: CollectedBooks) -> None:
    change_account(books, contacts=())
    books.hand_over()
    assert mails(books) == []
    assert books.notices() == []


def test_the_hand_over_counts_as_a_contact(books: CollectedBooks) -> None:
    books.hand_over()
    mails(books)
    log = books.store.get(ContactLog, CREDITOR, ACCOUNT)
    assert log is not None
    assert len(log.days) == 1


STAGES: list[dict[str, Any]] = [
    {"number": 1, "offset_days": 2, "message": "reminder-1"},
    {
        "number": 2,
        "offset_days": 14,
        "message": "service-stop-announced",
        "service": "stop-deliveries",
    },
]


@pytest.fixture
def stopped() -> CollectedBooks:
    """One invoice, so late that deliveries are stopped; nobody has written that yet."""
    books = CollectedBooks()
    books.open_creditor(policy="own")
    data = {"id": "own", "version": 1, "announces_invoice": True, "stages": STAGES}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", DUE)
    books.open_account()
    books.push(books.invoice(due_on=DUE, already_sent=True))
    books.sender._renderer = JinjaRenderer()
    books.day(DUE + timedelta(days=2))
    books.plan(DUE + timedelta(days=16))
    return books


def release(books: CollectedBooks, day: date, number: str = "RE-1") -> None:
    books.pay(number)
    books.clock.advance(timedelta(seconds=1))
    books.plan(day, "fact")


def about_service(books: CollectedBooks) -> list[Notice]:
    return [n for n in books.notices() if n.message == "service-released"]


def test_who_has_paid_is_told_once_that_deliveries_go_on(stopped: CollectedBooks) -> None:
    stopped.deliver()
    release(stopped, DUE + timedelta(days=17))
    told = [text for text in mails(stopped) if "liefern wir wieder" in text]
    assert len(told) == 1
    assert mails(stopped) == []


def test_who_was_never_told_of_the_stop_is_not_told_of_its_end(stopped: CollectedBooks) -> None:
    release(stopped, DUE + timedelta(days=17))
    stopped.deliver()
    mails(stopped)
    (notice,) = about_service(stopped)
    assert (notice.state, notice.outcome) == ("withdrawn", "stop-not-told")


def test_who_is_stopped_again_before_the_mail_left_does_not_get_it(
    stopped: CollectedBooks,
) -> None:
    stopped.deliver()
    release(stopped, DUE + timedelta(days=17))
    stopped.tell("service.released")
    later = DUE + timedelta(days=20)
    stopped.push(stopped.invoice("RE-2", due_on=later, already_sent=True))
    stopped.plan(later + timedelta(days=3))
    stopped.plan(later + timedelta(days=20))
    stopped.deliver()
    (notice,) = about_service(stopped)
    assert (notice.state, notice.outcome) == ("withdrawn", "stopped-again")


def test_deliveries_that_stand_still_for_another_currency_are_not_said_to_go_on(
    stopped: CollectedBooks,
) -> None:
    later = DUE + timedelta(days=1)
    stopped.push(stopped.invoice("RE-2", due_on=later, already_sent=True, currency="USD"))
    stopped.plan(later + timedelta(days=17))
    stopped.plan(later + timedelta(days=34))
    stopped.deliver()
    release(stopped, later + timedelta(days=35))
    mails(stopped)
    assert [n.outcome for n in about_service(stopped)] == ["stopped-again"]
    payment = stopped.start_payment("RE-2")
    paid = stopped.told(payment, currency="USD")
    assert stopped.settlement.settle(paid) == "settled"
    stopped.clock.advance(timedelta(seconds=1))
    stopped.plan(later + timedelta(days=36), "fact")
    told = [text for text in mails(stopped) if "liefern wir wieder" in text]
    assert len(told) == 1
