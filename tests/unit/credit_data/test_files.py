"""Files of agencies and insurers: their columns, their words, and accounts that nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.credit_data.columns import ColumnsNotValid, columns_from
from saldo.credit_data.files import FileTaken, ReportFileTooLarge
from saldo.credit_data.report import Cover, Insolvency
from saldo.credit_data.rules import CreditDataRulesNotValid
from saldo.intake.ports import ReceivedFile, TakesBySource
from saldo.money import Money
from tests.books import ACCOUNT, CREDITOR
from tests.credited import CreditedBooks

COLUMNS: dict[str, Any] = {
    "fields": {
        "account": "Kunde",
        "as_of": "Stand",
        "score": "Index",
        "limit": "Höchstkredit",
        "insolvency": "Verfahren",
        "insolvency_on": "vom",
        "court": "Gericht",
        "state": "Status",
    },
    "scale": "creditreform-index",
    "currency": "EUR",
    "words": {
        "insolvency": {"Eröffnung": "opened"},
        "state": {"aktiv": "active", "gelöscht": "dissolved"},
    },
}
FILE = """Kunde;Stand;Index;Höchstkredit;Verfahren;vom;Gericht;Status
10001;15.11.2026;225;12.500,00;;;;aktiv
10002;15.11.2026;500;0,00;Eröffnung;10.11.2026;AG Musterstadt;aktiv
99999;15.11.2026;300;1.000,00;;;;aktiv
10001;15.11.2026;225;12.500,00;;;;Umzug
""".encode()


@pytest.fixture
def books() -> CreditedBooks:
    books = CreditedBooks()
    books.open_creditor()
    books.open_account()
    books.open_account("10002", None)
    return books


def take(books: CreditedBooks, data: bytes = FILE, columns: Any = COLUMNS) -> FileTaken:
    source = "agency-list"
    return books.parts.credit_files.take(CREDITOR, source, data, columns_from(columns), "anna")


def test_a_file_of_an_agency_is_taken_row_by_row(books: CreditedBooks) -> None:
    found = take(books)
    assert found.counts == {"taken": 2, "unknown-account": 1, "refused": 1}
    assert found.unknown == ("99999",)
    assert "nobody said what 'Umzug' means" in found.rows[3].text
    (report,) = books.parts.credit_reports.of(CREDITOR, ACCOUNT)
    assert report.score is not None
    assert (report.score.value, report.score.points) == ("225", 75)
    assert report.limit == Money(12_500_00, "EUR")
    assert report.as_of == date(2026, 11, 15)
    (other,) = books.parts.credit_reports.of(CREDITOR, "10002")
    assert other.insolvency == Insolvency("opened", date(2026, 11, 10), "AG Musterstadt")
    assert len(books.holds("10002")) == 1


def test_the_same_file_again_changes_nothing(books: CreditedBooks) -> None:
    take(books)
    told = books.event_types("10002")
    assert take(books).counts == {"unchanged": 2, "unknown-account": 1, "refused": 1}
    assert books.event_types("10002") == told


def test_an_insurers_list_of_covers_without_days_of_its_own(books: CreditedBooks) -> None:
    columns = {
        "fields": {
            "account": "Buyer",
            "cover": "Limit",
            "currency": "Cur",
            "cover_until": "Until",
            "decision": "Decision",
        },
        "as_of": "2026-11-20",
        "decimal": ".",
        "days": "YMD",
        "words": {"decision": {"Agreed": "granted", "Withdrawn": "cancelled"}},
    }
    data = (
        b"Buyer,Limit,Cur,Until,Decision\n"
        b"10001,75000.00,EUR,2027-06-30,Agreed\n"
        b"10002,,EUR,,Withdrawn\n"
    )
    assert take(books, data, columns).counts == {"taken": 2}
    (report,) = books.parts.credit_reports.of(CREDITOR, ACCOUNT)
    assert report.cover == Cover(75_000_00, "EUR", "granted", date(2027, 6, 30))
    assert books.account().credit.cover == "granted"
    assert books.account("10002").credit.cover == "refused"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"fields": {"score": "Index"}}, "/fields"),
        ({"fields": {"account": "Kunde", "colour": "x"}}, "/fields"),
        ({"fields": {"account": "Kunde"}}, "/as_of"),
        ({"words": {"state": {"aktiv": "alive"}}}, "/words"),
        ({"words": {"state": {"aktiv": ["active"]}}}, "/words"),
        ({"decimal": ["."]}, "/days"),
        ({"days": "soon"}, "/days"),
        ({"colour": 1}, "/colour"),
    ],
)
def test_columns_that_make_no_sense_are_refused_before_any_row(
    change: dict[str, Any], place: str
) -> None:
    with pytest.raises(ColumnsNotValid) as refused:
        columns_from({**COLUMNS, **change})
    assert refused.value.pointer == place


def test_a_file_without_a_column_that_was_named_takes_nothing(books: CreditedBooks) -> None:
    with pytest.raises(ColumnsNotValid, match="no column 'Index'"):
        take(books, FILE.replace(b"Index", b"Score"))
    assert books.parts.credit_reports.of(CREDITOR, ACCOUNT) == []


def test_a_file_in_the_drop_folder_is_one_of_reports_by_its_source(books: CreditedBooks) -> None:
    (taker,) = [one for one in books.parts.takers if one.kind == "credit-reports"]
    assert isinstance(taker, TakesBySource)
    assert not taker.is_of(CREDITOR, "agency-list")
    rules = {"columns": {"agency-list": COLUMNS}}
    books.parts.credit_providers.set_rules(CREDITOR, rules, "anna")
    assert taker.is_of(CREDITOR, "agency-list")
    done = taker.take(dropped(books, FILE))
    assert (done.state, dict(done.found)) == (
        "partly",
        {"taken": 2, "refused": 1, "unknown-account": 1},
    )
    assert [row.place for row in done.rows] == ["line 4", "line 5"]
    assert books.sheet("10002").risk_class == "E"
    good = b"".join(FILE.splitlines(keepends=True)[:3])
    assert taker.take(dropped(books, good)).state == "unchanged"
    assert taker.take(dropped(books, b"Kunde;Stand\n")).code == "credit-columns-not-valid"
    forgotten = {"columns": {"agency-list": None}}
    assert books.parts.credit_providers.set_rules(CREDITOR, forgotten, "anna").columns == {}


def dropped(books: CreditedBooks, data: bytes) -> ReceivedFile:
    return ReceivedFile(
        CREDITOR,
        "R-1",
        "agency-list",
        "agency.csv",
        "text/csv",
        len(data),
        "",
        books.clock.now(),
        "drop",
        "drop:agency-list",
        lambda: data,
    )


def test_columns_of_a_source_are_checked_before_they_are_kept(books: CreditedBooks) -> None:
    for columns in ({"Agency List": COLUMNS}, {"agency": {"fields": {}}}, []):
        with pytest.raises((CreditDataRulesNotValid, ColumnsNotValid)):
            books.parts.credit_providers.set_rules(CREDITOR, {"columns": columns}, "anna")


def test_a_call_takes_no_more_rows_than_it_can_answer_for(books: CreditedBooks) -> None:
    rows = b"".join(b"77;15.11.2026;%d;;;;;aktiv\n" % (number + 100) for number in range(4))
    with pytest.raises(ReportFileTooLarge):
        books.parts.credit_files.take(
            CREDITOR,
            "agency",
            FILE.splitlines(keepends=True)[0] + rows,
            columns_from(COLUMNS),
            "anna",
            rows_max=3,
        )
