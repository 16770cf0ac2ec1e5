"""Creditsafe, played from exchanges made after its documentation: budget, identity, failures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.credit_data.identity import CompanyIdNotValid
from saldo.credit_data.ports import (
    BureauDenied,
    BureauLimited,
    BureauNonsense,
    BureauUnreachable,
)
from saldo.credit_data.providers import CompanyNotAgreed, ProposalUnknown
from saldo.credit_data.rules import BudgetUsedUp, CreditDataRulesNotValid, ProviderNotChosen
from saldo.errors import Refusal
from saldo.money import Money
from tests.books import ACCOUNT, CREDITOR
from tests.credited import CreditedBooks, Secret, recorded

COMPANY = "DE-0-HRB31415"
REPORT = f"GET /companies/{COMPANY}"


@pytest.fixture
def books() -> CreditedBooks:
    books = CreditedBooks()
    books.open_creditor()
    books.open_account()
    return books


def choose(books: CreditedBooks, **more: Any) -> None:
    rules = {"provider": "creditsafe", "requests_month": 10, **more}
    books.parts.credit_providers.set_rules(CREDITOR, rules, "anna")


def agree(books: CreditedBooks) -> None:
    providers = books.parts.credit_providers
    providers.set_ids(CREDITOR, ACCOUNT, "anna", vat="DE 123 456 789")
    providers.search(CREDITOR, ACCOUNT, "anna")
    providers.agree(CREDITOR, ACCOUNT, COMPANY, "anna")


def test_nothing_is_asked_until_somebody_switched_it_on(books: CreditedBooks) -> None:
    with pytest.raises(ProviderNotChosen):
        books.parts.credit_providers.search(CREDITOR, ACCOUNT, "anna")
    choose(books, requests_month=0)
    with pytest.raises(BudgetUsedUp):
        books.parts.credit_providers.search(CREDITOR, ACCOUNT, "anna")
    assert books.bureau.asked == []


def test_a_company_is_proposed_by_its_vat_number_and_agreed_by_a_person(
    books: CreditedBooks,
) -> None:
    choose(books)
    providers = books.parts.credit_providers
    providers.set_ids(CREDITOR, ACCOUNT, "anna", vat="DE123456789")
    link = providers.search(CREDITOR, ACCOUNT, "anna")
    assert link.state == "proposed"
    assert [(one.candidate.id, one.by) for one in link.proposals] == [(COMPANY, ("vat", "name"))]
    assert "vatNo=DE123456789" in books.bureau.paths[1]
    with pytest.raises(CompanyNotAgreed):
        providers.fetch(CREDITOR, ACCOUNT, "anna")
    with pytest.raises(ProposalUnknown):
        providers.agree(CREDITOR, ACCOUNT, "DE-0-HRB27182", "anna")
    assert providers.agree(CREDITOR, ACCOUNT, COMPANY, "anna").company == COMPANY
    assert "company.matched" in books.event_types()


def test_a_report_brings_score_limit_and_state(books: CreditedBooks) -> None:
    choose(books)
    agree(books)
    report = books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna").report
    assert report.score is not None
    assert (report.score.value, report.score.points) == ("B", 77)
    assert report.score.meaning == "Low Risk, 58 (0-100)"
    assert report.limit == Money(42_500_00, "EUR")
    assert (report.state, report.as_of) == ("active", date(2026, 10, 2))
    assert report.reference == "c85e5f4e-c257-4397-a6bf-2d7adc0aed41"
    assert books.sheet().outside[0].source == "creditsafe"
    signed_in = books.bureau.asked[0]
    assert json.loads(signed_in[3] or b"") == {"username": "anna", "password": "geheim"}
    assert books.bureau.asked[-1][2]["Authorization"].startswith("Bearer eyJ")
    assert [one for one in books.bureau.paths if one.startswith("/authenticate")] == [
        "/authenticate"
    ], "one access serves an hour"


def test_a_month_has_so_many_requests_and_not_one_more(books: CreditedBooks) -> None:
    choose(books, requests_month=2)
    agree(books)
    books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna")
    with pytest.raises(BudgetUsedUp):
        books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna")
    assert books.parts.credit_providers.budget.made(CREDITOR).made == 2
    books.clock.advance(timedelta(days=14))
    books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna")


def test_at_night_only_what_is_old_is_asked_for_and_only_where_it_is_switched_on(
    books: CreditedBooks,
) -> None:
    choose(books)
    agree(books)
    refresh = books.parts.report_refresher.refresh
    assert not refresh(CREDITOR, ACCOUNT), "by a person alone"
    choose(books, automatic=True, refresh_days=30)
    assert refresh(CREDITOR, ACCOUNT)
    asked = len(books.bureau.asked)
    assert not refresh(CREDITOR, ACCOUNT)
    books.clock.advance(timedelta(days=29))
    assert not refresh(CREDITOR, ACCOUNT)
    assert len(books.bureau.asked) == asked
    books.clock.advance(timedelta(days=1))
    refresh(CREDITOR, ACCOUNT)
    assert len(books.bureau.asked) > asked


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {}, {"error": "Access denied"}), BureauDenied),
        ((402, {}, {}), BureauDenied),
        ((403, {}, {}), BureauDenied),
        ((429, {"retry-after": "120"}, {}), BureauLimited),
        ((500, {}, {}), BureauUnreachable),
        ((503, {}, b"<html>"), BureauUnreachable),
        (TimeoutError("20 s"), BureauUnreachable),
        ((200, {}, b"<html>"), BureauNonsense),
        ((200, {}, []), BureauNonsense),
        ((200, {}, {"report": {}}), BureauNonsense),
        ((200, {}, {"report": {"creditScore": "soon"}}), BureauNonsense),
        ((302, {}, {}), BureauNonsense),
    ],
)
def test_a_failure_is_told_apart_and_pauses_the_night(
    books: CreditedBooks, answer: Any, kind: type[Refusal]
) -> None:
    choose(books, automatic=True)
    agree(books)
    books.bureau.answers[REPORT] = answer
    with pytest.raises(kind):
        books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna")
    assert not books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    made = books.parts.credit_providers.budget.made(CREDITOR)
    assert made.why == kind.code
    assert made.paused_until is not None and made.paused_until > books.clock.now()
    asked = len(books.bureau.asked)
    books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    assert len(books.bureau.asked) == asked, "nobody asks until the pause is over"
    assert books.parts.credit_reports.of(CREDITOR, ACCOUNT) == []


def test_the_turn_of_the_month_ends_no_pause(books: CreditedBooks) -> None:
    choose(books, automatic=True)
    agree(books)
    books.clock.move_to(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    books.bureau.answers[REPORT] = (403, {}, {})
    books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    asked = len(books.bureau.asked)
    books.clock.advance(timedelta(hours=1))
    books.parts.credit_providers.want(CREDITOR, ACCOUNT, "report", "anna")
    assert not books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    assert len(books.bureau.asked) == asked
    assert books.parts.credit_providers.budget.made(CREDITOR).made == 0


def test_wrong_keys_are_not_tried_until_the_account_is_locked(books: CreditedBooks) -> None:
    choose(books)
    books.bureau.answers["POST /authenticate"] = (401, {}, {"message": "Access denied"})
    for _ in range(8):
        with pytest.raises((BureauDenied, BureauLimited)):
            books.parts.credit_providers.search(CREDITOR, ACCOUNT, "anna")
    assert len(books.bureau.asked) == 4, "Creditsafe locks the endpoint at the fifth"


def test_a_creditor_without_keys_is_told_which_part_is_missing(books: CreditedBooks) -> None:
    books.parts.__dict__["erp_secrets"] = Secret({})
    choose(books)
    with pytest.raises(BureauDenied, match="musterwerk/creditsafe"):
        books.parts.credit_providers.search(CREDITOR, ACCOUNT, "anna")


def test_a_company_that_is_not_rated_has_no_points_and_words_are_no_limit(
    books: CreditedBooks,
) -> None:
    choose(books)
    agree(books)
    answer = recorded("creditsafe-report")
    rating = answer["report"]["creditScore"]["currentCreditRating"]
    rating |= {"commonValue": "E", "commonDescription": "Not Rated"}
    rating["creditLimit"] = {"value": "Credit Limit not applicable"}
    answer["report"]["companySummary"]["companyStatus"] = {"status": "NonActive"}
    books.bureau.answers[REPORT] = (200, {}, answer)
    report = books.parts.credit_providers.fetch(CREDITOR, ACCOUNT, "anna").report
    assert report.score is not None and report.score.points is None
    assert (report.limit, report.state, report.insolvency) == (None, "inactive", None)
    assert books.sheet().decided == "own"


def test_an_account_that_is_no_company_of_theirs_is_not_asked_about(books: CreditedBooks) -> None:
    choose(books, automatic=True)
    agree(books)
    books.parts.credit_providers.refuse(CREDITOR, ACCOUNT, "anna")
    asked = len(books.bureau.asked)
    assert not books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    assert len(books.bureau.asked) == asked


def test_rules_and_numbers_that_cannot_be_are_refused(books: CreditedBooks) -> None:
    for rules in ({"provider": "nobody"}, {"requests_month": -1}, {"automatic": 1}, {"x": 1}):
        with pytest.raises(CreditDataRulesNotValid):
            books.parts.credit_providers.set_rules(CREDITOR, rules, "anna")
    with pytest.raises(CompanyIdNotValid):
        books.parts.credit_providers.set_ids(CREDITOR, ACCOUNT, "anna", duns="12")


@pytest.mark.parametrize("answer", [(404, {}, {}), (403, {}, {}), (200, {}, {"report": {}})])
@pytest.mark.parametrize("automatic", [True, False])
def test_a_company_of_which_nothing_is_known_is_not_paid_for_every_night(
    books: CreditedBooks, answer: Any, automatic: bool
) -> None:
    choose(books, automatic=automatic, refresh_days=30)
    agree(books)
    books.bureau.answers[REPORT] = answer
    books.parts.credit_providers.want(CREDITOR, ACCOUNT, "report", "anna")
    made = books.parts.credit_providers.budget.made
    before = made(CREDITOR).made
    for _ in range(9):
        books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
        books.clock.advance(timedelta(days=1))
    assert made(CREDITOR).made == before + 1
    books.clock.advance(timedelta(days=22))
    books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    assert made(CREDITOR).made == int(automatic), "in the next month it is tried once more"
