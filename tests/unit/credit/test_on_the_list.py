"""Whoever owes more than they may is on somebody's list, by the limit that counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.accounts.agreed import CreditLimit
from saldo.credit.limit_book import CoverWish
from saldo.foresight.hearing import HEARD
from saldo.money import Money
from tests.limited import ACCOUNT, ANNAS, CREDITOR, LimitedBooks


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(made.invoice("RE-1", 10000))
    made.hear()
    return made


def test_a_persons_limit_and_an_order_bring_the_account_onto_the_list(books: LimitedBooks) -> None:
    books.set_limit(20000)
    books.hear()
    assert books.kinds() == []
    books.order(15000)
    books.hear()
    item = books.item("over-limit")
    assert item.cause.stake == (Money(5000, "EUR"),)
    assert item.cause.facts["limit"] == {"minor": 20000, "currency": "EUR"}
    books.order(0)
    books.hear()
    assert books.kinds() == []
    books.proven()


def test_a_cover_that_the_creditor_counts_on_top_takes_it_off_again(books: LimitedBooks) -> None:
    books.agreed_limit(9000)
    books.hear()
    assert books.kinds() == ["over-limit"]
    books.rules(limit_is="sum")
    wish = CoverWish("EUR", 5000, "Beispiel Kreditversicherung")
    books.limits.insure(CREDITOR, ACCOUNT, wish, ANNAS)
    books.hear()
    assert books.kinds() == []
    books.proven()


def test_a_lower_limit_that_the_erp_pushes_is_heard_of_and_told(books: LimitedBooks) -> None:
    books.clock.advance(timedelta(seconds=1))
    books.open_account(credit_limit=CreditLimit(5000, "EUR"))
    pushed = books.events()[-1]
    assert pushed.type == "account.changed"
    hearing = books.parts.foresight_hearing
    assert hearing.hear(pushed.type, CREDITOR, ACCOUNT) >= 1
    hearing.hear(pushed.type, CREDITOR, ACCOUNT)
    assert books.credit_types() == ["limit.exceeded"]
    books.hear()
    assert "over-limit" in books.kinds()


def test_what_a_rule_proposes_waits_for_somebody_to_decide(books: LimitedBooks) -> None:
    books.rules(terms={"net_days": 0, "when": ["over-limit"]})
    books.agreed_limit(9000)
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    books.hear()
    whys = [one.cause.why for one in books.work() if one.kind == "credit-decision"]
    assert sorted(whys) == ["limit-proposed", "prepayment-proposed"]
    books.credit.decide_terms(CREDITOR, ACCOUNT, ANNAS, apply=False)
    books.limits.decline(CREDITOR, ACCOUNT, made.id, ANNAS)
    books.hear()
    assert books.kinds() == ["over-limit"]
    books.proven()


def test_what_may_change_a_sheet_reaches_its_keeper(books: LimitedBooks) -> None:
    assert books.keeper.heard <= HEARD
    assert books.parts.credit_keeper in books.parts.account_keepers
