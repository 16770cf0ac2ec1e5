"""What limit the figures suggest, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.accounts.agreed import AgreedTerms
from saldo.accounts.model import Account
from saldo.credit.limit_book import NothingToPropose, ProposalUnknown
from saldo.credit.model import Cover
from saldo.credit.ports import Advice, NobodyOutside
from saldo.credit.propose import suggested
from saldo.risk.behaviour import DaysBeyondTerms
from tests.limited import ACCOUNT, ANNAS, CREDITOR, LimitedBooks

PROMPT = DaysBeyondTerms(10, 0, 0, 0)


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(
        *(
            made.invoice(f"RE-{month}", 100000, issued_on=date(2026, month, 1))
            for month in range(1, 12)
        )
    )
    made.change_account(paid=PROMPT, terms=AgreedTerms(30))
    return made


def test_a_prompt_payer_of_a_thousand_a_month_on_thirty_days(books: LimitedBooks) -> None:
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    # 11,000 in 11 months (325 days): 1,000 a month, one month to pay, half as much again.
    assert made.inputs["monthly"] == "1000.00"
    assert made.amount_minor == 150000
    assert books.sheet.own == ()
    assert books.credit_types() == ["limit.proposed"]


def test_agreeing_makes_it_the_limit_once(books: LimitedBooks) -> None:
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    books.clock.advance(timedelta(seconds=1))
    sheet = books.limits.agree(CREDITOR, ACCOUNT, made.id, ANNAS)
    own = sheet.own_limit("EUR")
    assert own is not None
    assert own.amount_minor == 150000
    changed = books.credit_told("limit.changed")[0]
    assert changed.data["proposal"] == made.id
    with pytest.raises(ProposalUnknown):
        books.limits.agree(CREDITOR, ACCOUNT, made.id, ANNAS)


def test_declining_leaves_the_limit_as_it_was(books: LimitedBooks) -> None:
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    assert books.limits.decline(CREDITOR, ACCOUNT, made.id, ANNAS).proposals == ()
    assert books.sheet.own == ()
    assert sorted(books.credit_types()) == ["limit.declined", "limit.proposed"]


def test_who_pays_very_late_is_lent_less_though_late_days_are_counted(
    books: LimitedBooks,
) -> None:
    books.change_account(paid=DaysBeyondTerms(10, 450, 30000, 10))
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    # A thousand a month, 75 days, half of it: 1,250, rounded down to two digits.
    assert (made.inputs["late_days"], made.inputs["percent"]) == (45, 50)
    assert made.amount_minor == 120000


def test_a_relation_of_weeks_is_worth_half(books: LimitedBooks) -> None:
    account = books.keeper.look(CREDITOR, ACCOUNT).account
    young = [books.invoice("RE-1", 100000, issued_on=date(2026, 11, 1))]
    found = suggested(account, young, "EUR", date(2026, 11, 21))
    assert found is not None
    assert (found.inputs["months"], found.inputs["percent"]) == (1, 75)


def test_without_invoices_in_a_currency_nothing_is_proposed(books: LimitedBooks) -> None:
    with pytest.raises(NothingToPropose):
        books.limits.propose(CREDITOR, ACCOUNT, "USD", ANNAS)


class Agency(NobodyOutside):
    """Recommends five hundred, and covers seven."""

    def advice(self, creditor: str, account: str) -> Iterator[Advice]:
        del creditor, account
        yield Advice("EUR", 50000, "Beispiel Auskunftei", date(2026, 11, 1))

    def covers(self, creditor: str, account: str) -> Iterator[Cover]:
        del creditor, account
        at = LimitedBooks().clock.now()
        yield Cover("EUR", 70000, "Beispiel Kreditversicherung", "agency", at)


def test_an_agency_that_recommends_less_goes_before_the_rule_and_a_cover_told_counts() -> None:
    books = LimitedBooks(Agency())
    books.begin(books.invoice("RE-1", 100000, issued_on=date(2026, 4, 1)))
    made = books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    assert made.inputs["advice_source"] == "Beispiel Auskunftei"
    assert made.amount_minor <= 50000
    assert books.sheet.lines[0].limit_minor == 70000
    assert books.sheet.over == ("EUR",)


def test_whoever_is_invoiced_very_often_is_not_taken_for_a_young_customer(
    books: LimitedBooks,
) -> None:
    """The last 2,000 invoices of a customer may be those of a few weeks."""
    books.change_account(paid=PROMPT)
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    often = [books.invoice(f"O-{n}", 5000, issued_on=date(2026, 11, 1)) for n in range(20)]
    today = date(2026, 11, 21)
    young = suggested(account, often, "EUR", today)
    known = suggested(account, often, "EUR", today, is_cut=True)
    assert young is not None and known is not None
    assert (young.inputs["percent"], known.inputs["percent"]) == (75, 150)
