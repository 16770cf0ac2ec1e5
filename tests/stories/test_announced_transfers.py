"""A payer says that a transfer comes: reminders wait a few banking days, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.payments.announced import AnnouncingNotOffered, TransferAnnouncedBefore
from saldo.payments.designation import NothingOpen
from tests.agreed import ACCOUNT, CREDITOR, AgreedBooks


@pytest.fixture
def books() -> AgreedBooks:
    books = AgreedBooks()
    books.begin(books.invoice(due_on=date(2026, 11, 10)))
    books.day(date(2026, 11, 21))  # the invoice itself
    return books


def test_announced_and_never_came(books: AgreedBooks) -> None:
    # Wednesday before Christmas: the 25th is no banking day, nor are the weekends.
    books.morning_of(date(2026, 12, 23))
    (hold,) = books.announced.announce(books.opened(), ["RE-1"])
    assert (hold.kind, hold.until) == ("transfer-announced", date(2027, 1, 1))
    assert books.day(date(2026, 12, 31)) == []
    assert len(books.day(date(2027, 1, 1))) == 1
    assert books.told_of("transfer.announced") == [{"invoices": ["RE-1"], "until": "2027-01-01"}]


def test_announced_twice(books: AgreedBooks) -> None:
    opened = books.opened()
    books.announced.announce(opened, ["RE-1"])
    with pytest.raises(TransferAnnouncedBefore):
        books.announced.announce(opened, ["RE-1"])
    # Nor when the first one is long over, and by a fresh link.
    books.morning_of(date(2026, 12, 10))
    with pytest.raises(TransferAnnouncedBefore):
        books.announced.announce(books.opened(), ["RE-1"])
    assert list(books.announced.announced(books.opened(), ["RE-1"])) == ["RE-1"]


def test_owed_anew_it_may_be_announced_anew(books: AgreedBooks) -> None:
    books.announced.announce(books.opened(), ["RE-1"])
    books.push(books.invoice(due_on=date(2026, 12, 20), issued_on=date(2026, 10, 27)))
    assert books.invoice_now().episode == 2
    assert books.announced.announced(books.opened(), ["RE-1"]) == {}
    assert len(books.announced.announce(books.opened(), ["RE-1"])) == 1


def test_the_money_came_in_part_and_the_rest_is_reminded(books: AgreedBooks) -> None:
    books.announced.announce(books.opened(), ["RE-1"])
    assert books.standing_holds() == ["transfer-announced"]
    payment = books.start_payment(amount_minor=5000)
    told = books.told(payment, minor=5000)
    assert books.callbacks.book(told) == "settled"
    assert books.standing_holds() == []
    assert books.callbacks.book(told) == "nothing-new"
    assert len(books.day(date(2026, 12, 7))) == 1


def test_one_of_several_was_announced_before_and_nothing_is_held(books: AgreedBooks) -> None:
    books.push(books.invoice("RE-2", due_on=date(2026, 11, 10)))
    whole = books.opened(whole_account=True)
    books.announced.announce(whole, ["RE-1"])
    with pytest.raises(TransferAnnouncedBefore):
        books.announced.announce(whole, ["RE-1", "RE-2"])
    assert list(books.announced.announced(whole, ["RE-1", "RE-2"])) == ["RE-1"]
    assert [hold.invoice for hold in books.announced.announce(whole, ["RE-2"])] == ["RE-2"]


def test_a_link_to_one_invoice_announces_for_that_one_alone(books: AgreedBooks) -> None:
    books.push(books.invoice("RE-2"))
    opened = books.opened("RE-1")
    with pytest.raises(NothingOpen):
        books.announced.announce(opened, ["RE-2"])


def test_nothing_is_left_to_announce(books: AgreedBooks) -> None:
    opened = books.opened()
    books.pay()
    with pytest.raises(NothingOpen):
        books.announced.announce(opened, ["RE-1"])


def test_a_creditor_that_waits_for_no_transfers() -> None:
    books = AgreedBooks()
    books.open_creditor(payer_rules=PayerRules(transfer_business_days_max=0))
    books.open_account()
    books.push(books.invoice())
    opened = books.opened()
    assert books.announced.until(opened) is None
    with pytest.raises(AnnouncingNotOffered):
        books.announced.announce(opened, ["RE-1"])


def test_the_invoice_itself_still_goes(books: AgreedBooks) -> None:
    books.clock.advance(timedelta(days=1))
    books.push(books.invoice("RE-3", issued_on=date(2026, 11, 22)))
    whole = books.opened("RE-3", whole_account=True)
    books.announced.announce(whole, ["RE-3"])
    books.plan(date(2026, 11, 22), "fact")
    books.deliver()
    assert books.postbox.mails[-1].subject == "invoice RE-3 11900 EUR"
    assert books.announced.money_came(CREDITOR, ACCOUNT, ["RE-1"]) == 0
