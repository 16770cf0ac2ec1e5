"""Stories of messages about invoices with a cash discount, and of the codes that come with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account, BankDetails, Hold
from saldo.invoices.discounts import DiscountTerm
from saldo.reminders.channels.compose import Composed, compose
from saldo.reminders.channels.port import Address
from saldo.reminders.subject import Subject
from saldo.reminders.subjects import Subjects
from tests.books import ACCOUNT, CREDITOR, START, Books

LAST = date(2026, 12, 3)
BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH", None)


@pytest.fixture
def books() -> Books:
    books = Books()
    terms = (DiscountTerm(LAST, 300),)
    books.begin(books.invoice("RE-1", 119000, due_on=date(2026, 12, 17), discounts=terms))
    books.accounts.change_creditor(CREDITOR, bank=BANK, discount_tolerance_days=3)
    return books


def composed(books: Books, day: date, holds: tuple[Hold, ...] = ()) -> Composed:
    """Compose the mail with the invoice as if it left on that day."""
    if not books.notices():
        books.plan(START.date())
    notice = replace(books.notices()[0], planned_for=day)
    assert notice.message == "invoice"
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    return compose(
        books.accounts.creditor(CREDITOR),
        account,
        Address("ap@beispiel.example"),
        notice,
        Subject((books.invoice_now(),)),
        holds,
        "https://pay.musterwerk.example/p/x",
        "RF18000000001",
    )


def asked(mail: Composed) -> str:
    assert mail.girocode is not None
    return mail.girocode.split("\n")[7]


def test_the_code_pays_the_discounted_sum_until_the_last_day_and_all_after_it(
    books: Books,
) -> None:
    assert asked(composed(books, LAST)) == "EUR1154.30"
    (item,) = composed(books, LAST).context.items
    assert (item.discount_minor, item.discount_until) == (3570, LAST)
    late = composed(books, LAST + timedelta(days=1))
    assert asked(late) == "EUR1190.00"
    assert late.context.items[0].discount_until is None


def test_while_a_part_is_contested_no_discount_is_told(books: Books) -> None:
    hold = Hold(
        CREDITOR,
        ACCOUNT,
        "d-1",
        "dispute",
        "RE-1",
        "x",
        "payer",
        START,
        held_minor=19000,
        version=1,
    )
    mail = composed(books, START.date(), (hold,))
    assert asked(mail) == "EUR1000.00"
    assert mail.context.items[0].discount_minor == 0


def test_a_part_payment_leaves_the_discount_of_the_rest(books: Books) -> None:
    part = books.start_payment(amount_minor=19000)
    books.settlement.settle(books.told(part, minor=19000))
    assert asked(composed(books, START.date())) == "EUR970.00"


def test_the_confirmation_of_a_payment_knows_the_discount(books: Books) -> None:
    books.pay(minor=115430)
    (notice,) = books.tell("payment.settled")
    told = Subjects(books.store).of(notice)
    assert isinstance(told, Subject) and told.payment is not None
    assert (told.payment.discount_minor, told.payment.still_open_minor) == (3570, 0)
