"""Credit data and risk over HTTP: reports in, lists out, one night of asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.edge.v1.operations import OPERATIONS
from saldo.wiring import install
from tests.books import CREDITOR
from tests.credited import CreditedBooks
from tests.functions.erp import Erp
from tests.functions.test_ingest_openapi import pointer, schema_validator

COMPANY = "DE-0-HRB31415"


@pytest.fixture
def books() -> Iterator[CreditedBooks]:
    books = CreditedBooks()
    books.begin()
    install(books.parts)
    yield books
    install(None)


@pytest.fixture
def erp(books: CreditedBooks) -> Erp:
    secret, key = books.accounts.create_key(CREDITOR, "ERP", ALL_SCOPES)
    return Erp(secret, key.id)


def called(erp: Erp, name: str, body: Any = None, **query: str) -> Any:
    """Call an operation, hold its answer against its schema, and return it."""
    one = next(each for each in OPERATIONS if each.id == name)
    answer = erp.call(one.method, one.path, body, query)
    assert answer.status == 200, answer.text
    method, media = one.method.lower(), "application/json"
    place = ("paths", one.path, method, "responses", "200", "content", media, "schema")
    schema_validator(pointer(*place)).validate(answer.json)
    return answer.json


def test_an_erp_tells_what_its_agency_says_and_reads_the_risk_of_everybody(erp: Erp) -> None:
    records = [
        {
            "account": "10001",
            "source": "example-agency",
            "as_of": "2026-11-20",
            "score": {"value": "480", "scale": "creditreform-index"},
            "limit": {"amount": "1000.00", "currency": "EUR"},
            "cover": {"amount": "500.00", "currency": "EUR", "valid_until": "2027-01-31"},
        },
        {"account": "99999", "source": "x", "as_of": "2026-11-20", "state": "active"},
        {"account": "10001", "source": "x", "as_of": "2026-11-20"},
        {"account": "10001", "source": "x", "as_of": "soon", "state": "active"},
    ]
    done = called(erp, "putCreditReports", {"reports": records})
    assert done["counts"] == {"taken": 1, "unknown-account": 1, "refused": 2}
    assert done["unknown_accounts"] == ["99999"]
    assert done["results"][2]["code"] == "credit-report-not-valid"
    (row,) = called(erp, "listRisk", list="class-E")["items"]
    assert (row["account"], row["decided"]) == ("10001", "outside")
    assert row["outside"][0]["points"] == 24
    found = called(erp, "getCreditReports", account="10001")
    assert found["reports"][0]["score"]["value"] == "480"
    assert found["risk"]["covers"][0]["valid_until"] == "2027-01-31"


def test_a_file_is_sent_with_what_its_columns_mean(erp: Erp) -> None:
    body = {
        "source": "insurer",
        "text": "Kunde;Limit;Entscheid\n10001;5.000,00;gezeichnet\n77;1,00;gezeichnet\n",
        "columns": {
            "fields": {"account": "Kunde", "cover": "Limit", "decision": "Entscheid"},
            "as_of": "2026-11-20",
            "currency": "EUR",
            "words": {"decision": {"gezeichnet": "granted"}},
        },
    }
    assert called(erp, "putCreditFile", body)["unknown_accounts"] == ["77"]
    assert called(erp, "putCreditFile", body)["counts"] == {
        "unchanged": 1,
        "unknown-account": 1,
    }


def test_a_search_is_ordered_by_day_asked_at_night_and_agreed_by_a_person(
    erp: Erp, books: CreditedBooks
) -> None:
    rules = {"provider": "creditsafe", "requests_month": 5}
    assert called(erp, "setCreditDataRules", rules)["requests_month"] == 5
    called(erp, "putCompany", {"account": "10001", "vat": "DE123456789"})
    wish = {"account": "10001", "ask": "search"}
    assert called(erp, "askForCredit", wish)["wanted"] == "search"
    assert books.bureau.asked == [], "nothing is asked while somebody waits for an answer"
    books.parts.report_refresher.refresh(CREDITOR, "10001")
    (proposal,) = called(erp, "getCompany", account="10001")["proposals"]
    assert proposal["matched_by"] == ["vat", "name"]
    agreed = {"account": "10001", "company": COMPANY}
    assert called(erp, "decideCompany", agreed)["state"] == "agreed"
    called(erp, "askForCredit", {"account": "10001", "ask": "report"})
    assert books.parts.report_refresher.refresh(CREDITOR, "10001")
    assert not books.parts.report_refresher.refresh(CREDITOR, "10001"), "asked once, as ordered"
    assert called(erp, "getCreditDataRules")["made"] == 2
    none = {"account": "10001", "company": None}
    assert called(erp, "decideCompany", none)["state"] == "refused"
