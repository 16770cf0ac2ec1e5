"""The screen about risk: all customers side by side, or those in one's care; the account's part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from saldo.credit.rules import CreditRules
from saldo.credit_data.ports import Told
from saldo.credit_data.report import Cover
from saldo.store import Put
from saldo.worklist.desk_model import AccountDesk
from tests.books import ACCOUNT, CREDITOR
from tests.credited import YESTERDAY, CreditedBooks, insolvent, rated
from tests.functions.clerk import Office, office_of

MISSING = re.compile(r"\b(risk|outside)\.[a-z]")


@pytest.fixture
def books() -> CreditedBooks:
    books = CreditedBooks()
    books.open_creditor()
    for number, name in (("10001", "Beispiel AG"), ("10002", "=SUMME(A1)"), ("10003", "Muster KG")):
        books.open_account(number, None, name=name)
    books.push(
        books.invoice("RE-1", 100_00, account="10001"),
        books.invoice("RE-2", 200_00, account="10002", due_on=date(2026, 9, 1)),
        books.invoice("RE-3", 300_00, account="10002", due_on=date(2026, 9, 1), currency="USD"),
    )
    books.look("10001")
    books.look("10002")
    books.hears(rated("C", "creditsafe-common"), "creditsafe")
    books.hears(
        Told(YESTERDAY, cover=Cover(75_000_00, "EUR", "granted", date(2027, 6, 30))), "insurer"
    )
    books.hears(insolvent(), "register", account="10003")
    creditor = books.accounts.creditor(CREDITOR)
    books.parts.risk_summer.refresh_creditor(creditor, date(2026, 11, 21))
    return books


@pytest.fixture
def office(books: CreditedBooks) -> Iterator[Office]:
    with office_of(books) as office:
        yield office


def test_the_riskiest_customers_stand_first_with_what_others_say(office: Office) -> None:
    page = office.clerk().open("risk")
    assert page.status == 200
    said = page.said
    assert said.index("Muster KG") < said.index("=SUMME(A1)") < said.index("Beispiel AG")
    assert "C Creditsafe, 62 of 100" in said
    assert "€75,000.00 until" in said
    assert "€200.00 US$300.00" in said, "two currencies, one under the other, never added"
    assert "Class E 1 customer" in said
    only = page.open("risk", list="insolvent").said
    assert "Muster KG" in only and "Beispiel AG" not in only
    assert page.open("risk", list="overdue-USD").said.count("=SUMME(A1)") == 1
    assert page.open("risk", list="class-B").status == 200


def test_a_list_that_is_none_is_refused(office: Office) -> None:
    assert office.clerk().open("risk", list="overdue-ZZZ").status == 400


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_the_screen_and_the_accounts_part_speak_the_users_language(
    office: Office, language: str
) -> None:
    clerk = office.clerk(language=language, email=f"{language}@musterwerk.example")  # type: ignore[arg-type]
    for number in ("10001", "10002", "10003"):
        page = clerk.open("account", number=number)
        assert page.status == 200
        assert not MISSING.search(page.said), "a word is missing"
    page = clerk.open("risk")
    assert not MISSING.search(page.said)
    word = {"de": "Größtes Risiko zuerst", "en": "Riskiest first", "nl": "Grootste risico eerst"}
    assert word[language] in page.said


def test_a_seller_sees_the_risk_of_own_customers_alone(
    office: Office, books: CreditedBooks
) -> None:
    seller = office.clerk("sales", email="sven@musterwerk.example")
    desk = AccountDesk(CREDITOR, "10002", sales="sven@musterwerk.example", version=1)
    books.store.commit([Put(desk)])
    said = seller.open("risk").said
    assert "=SUMME(A1)" in said
    assert "Beispiel AG" not in said and "Muster KG" not in said
    assert "Class E 1 customer" not in said, "how many there are is not theirs to know"
    assert b"Beispiel" not in seller.open("risk/csv").body


def test_the_list_as_a_file_has_a_line_a_currency_and_no_formulas(office: Office) -> None:
    page = office.clerk().open("risk/csv", list="number")
    lines = page.body.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("account,name,class,decided_by,score")
    assert len(lines) == 1 + 1 + 2 + 1
    assert lines[2].startswith("10002,'=SUMME(A1),")
    assert ",EUR,200.00,200.00,," in lines[2] and ",USD,300.00,300.00,," in lines[3]


def test_the_account_says_why_it_has_its_score_and_what_others_say(office: Office) -> None:
    said = office.clerk().open("account", number="10003").said
    assert "Insolvent: proceedings opened" in said
    assert "Amtsgericht Musterstadt · 12 IN 345/26" in said
    said = office.clerk().open("account", number=ACCOUNT).said
    assert "Own score:" in said and "It rests on 0 paid invoices." in said
    assert "Pays 7 days after the due date on average" in said
    assert "Covers €75,000.00" in said


def test_who_may_asks_for_a_company_and_a_person_agrees(
    office: Office, books: CreditedBooks
) -> None:
    clerk = office.clerk()
    clerk.open("risk").press("risk/rules", provider="creditsafe", requests_month="5")
    assert "creditsafe is asked: 0 of 5 requests this month." in clerk.said
    clerk.open("account", number=ACCOUNT).press("account/company-ids", vat="DE123456789")
    clerk.press("account/company-ask", ask="search")
    assert "Tonight it is asked which company this is." in clerk.said
    books.parts.report_refresher.refresh(CREDITOR, ACCOUNT)
    clerk.open("account", number=ACCOUNT).press("account/company-decide", company="DE-0-HRB31415")
    assert "At creditsafe: Beispiel AG" in clerk.said
    assert "company.matched" in books.event_types()


def test_rules_that_cannot_be_come_back_with_what_was_typed(office: Office) -> None:
    clerk = office.clerk()
    clerk.open("risk").press("risk/rules", requests_month="many")
    assert clerk.status == 400
    assert 'value="many"' in clerk.html


def test_what_insurers_told_counts_for_the_limit_and_an_insolvency_stops_orders(
    books: CreditedBooks,
) -> None:
    books.parts.credit_rules.put(CreditRules(CREDITOR, block_insolvency=True), "anna")
    for number in (ACCOUNT, "10003"):
        books.parts.credit_keeper.refresh(CREDITOR, number)
    insured = books.parts.credit.of(CREDITOR, ACCOUNT)
    assert insured is not None
    assert [(one.currency, one.insured_minor) for one in insured.lines] == [("EUR", 75_000_00)]
    stopped = books.parts.credit.of(CREDITOR, "10003")
    assert stopped is not None and stopped.block is not None
    assert [one.kind for one in stopped.block.reasons] == ["insolvency"]
    with office_of(books) as office:
        assert "€75,000.00 until 30 Jun 2027" in office.clerk().open("risk").said
