"""A creditor's least part does not refuse what the creditor agreed to itself."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.collection.model import Instalment
from saldo.payments.designation import AmountBelowMinimum, PartNotAllowed, Wish
from tests.agreed import ACCOUNT, CREDITOR, AgreedBooks

PARTS = (
    Instalment(date(2026, 12, 15), 4000),
    Instalment(date(2027, 1, 15), 5000),
    Instalment(date(2027, 2, 15), 6000),
)


def books_with(rules: PayerRules) -> AgreedBooks:
    """RE-1 and RE-2 are in a plan of 40, 50 and 60; RE-3 is not."""
    books = AgreedBooks()
    books.open_creditor(payer_rules=rules)
    books.open_account()
    books.push(
        books.invoice("RE-1", 9000), books.invoice("RE-2", 6000), books.invoice("RE-3", 9000)
    )
    books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-1", "RE-2"], PARTS, None, "Kim Beispiel")
    books.opened(whole_account=True)
    return books


def pay(books: AgreedBooks, minor: int, *numbers: str) -> None:
    attempt = books.checkout.new_attempt()
    wish = Wish(numbers, "EUR", minor)
    books.checkout.start(books.last_token, attempt, "de", wish=wish)
    assert books.settlement.settle(books.told(attempt, minor=minor)) == "settled"


@pytest.mark.parametrize("least", [10000, None])
def test_the_instalment_is_smaller_than_the_least_part(least: int | None) -> None:
    books = books_with(PayerRules(part_min_minor=least))
    pay(books, 4000, "RE-1", "RE-2")
    pay(books, 5000, "RE-1", "RE-2")
    pay(books, 6000, "RE-2")
    assert [item.number for item in books.open_items()] == ["RE-3"]


def test_half_of_the_instalment_came_so_the_other_half_may_come() -> None:
    books = books_with(PayerRules(part_min_minor=3000))
    pay(books, 3000, "RE-1", "RE-2")
    pay(books, 1000, "RE-1", "RE-2")
    assert books.invoice_now().open_minor == 5000


def test_less_than_the_instalment_is_still_too_little() -> None:
    books = books_with(PayerRules(part_min_minor=10000))
    with pytest.raises(AmountBelowMinimum):
        pay(books, 3999, "RE-1", "RE-2")


def test_the_plan_says_nothing_about_other_invoices() -> None:
    books = books_with(PayerRules(part_min_minor=None))
    for numbers in (("RE-3",), ("RE-1", "RE-2", "RE-3")):
        with pytest.raises(PartNotAllowed):
            pay(books, 4000, *numbers)


def test_a_plan_that_is_over_agrees_to_nothing() -> None:
    books = books_with(PayerRules(part_min_minor=None))
    (plan,) = books.kept_plans.of(CREDITOR, ACCOUNT)
    books.kept_plans.cancel(CREDITOR, ACCOUNT, plan.id, "Kim Beispiel", "broken")
    with pytest.raises(PartNotAllowed):
        pay(books, 4000, "RE-1", "RE-2")
