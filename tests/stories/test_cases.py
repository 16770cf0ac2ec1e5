"""Cases: handed over to an agency, paid there, taken back, closed, told twice."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.accounts.service import Target
from saldo.collection.cases import (
    CaseDiffers,
    CaseInTheWay,
    CaseOver,
    CasePaidNotValid,
    CaseReportDiffers,
    CaseUnknown,
    HandOver,
)
from saldo.collection.model import Instalment
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

LATER = date(2027, 1, 4)


@pytest.fixture
def books() -> CollectedBooks:
    books = CollectedBooks()
    books.begin(
        books.invoice(due_on=date(2026, 11, 21)),
        books.invoice("RE-2", 3000, due_on=date(2026, 11, 21)),
    )
    books.day(date(2026, 11, 21))
    return books


def test_an_agency_collects_and_pays_over(books: CollectedBooks) -> None:
    case = books.hand_over(("RE-1", "RE-2"))
    assert case.amount_minor == 14900
    assert books.day(date(2026, 11, 24)) == []
    assert books.agency_tells("part-paid", 4000).paid_minor == 4000
    assert books.agency_tells("paid", id_="R-2").paid_minor == 14900
    assert {one["paid"] for one in books.told_of("case.changed")} == {"40.00", "149.00"}
    # What they have is not ours yet, and nobody is reminded of it.
    assert books.invoice_now().open_minor == 11900
    assert books.day(LATER) == []
    books.pay("RE-1", 11900)
    books.pay("RE-2", 3000)
    assert books.open_items() == []
    assert list(books.cases.open_of(CREDITOR)) == []


def test_taken_back_our_own_reminders_go_on(books: CollectedBooks) -> None:
    books.hand_over(("RE-1", "RE-2"))
    assert books.agency_tells("withdrawn").state == "withdrawn"
    assert books.standing_holds() == []
    assert books.day(date(2026, 11, 24)) != []
    with pytest.raises(CaseOver):
        books.agency_tells("paid", id_="R-2")
    books.hand_over(id_="C-2")  # to another one


def test_closed_it_stays_stopped_until_somebody_decides(books: CollectedBooks) -> None:
    books.hand_over(("RE-1", "RE-2"))
    books.agency_tells("closed")
    assert books.day(LATER) == []
    invoice = Target(CREDITOR, ACCOUNT, "RE-2")
    assert len(books.accounts.resume(invoice, "Kim Beispiel", "legal-case")) == 1
    assert books.day(LATER) != []


def test_an_invoice_that_was_not_handed_over_is_reminded(books: CollectedBooks) -> None:
    books.hand_over()
    (subject,) = books.day(date(2026, 11, 24))
    assert "RE-2" in subject and "RE-1" not in subject


def test_the_agency_tells_everything_twice(books: CollectedBooks) -> None:
    books.hand_over()
    books.hand_over()
    first = books.agency_tells("part-paid", 4000)
    assert books.agency_tells("part-paid", 4000) == first
    assert len(books.told_of("case.opened")) == len(books.told_of("case.changed")) == 1
    books.agency_tells("closed", id_="R-2")
    assert books.agency_tells("part-paid", 4000).state == "closed"
    with pytest.raises(CaseReportDiffers):
        books.agency_tells("part-paid", 5000)


def test_what_is_refused(books: CollectedBooks) -> None:
    with pytest.raises(CaseUnknown):
        books.agency_tells("paid")
    books.hand_over()
    with pytest.raises(CaseInTheWay):
        books.hand_over(("RE-2", "RE-1"), id_="C-2")
    with pytest.raises(CaseDiffers):
        books.hand_over(("RE-2",))
    order = HandOver("C-1", ("RE-1",), "bailiff", "Gerichtsvollzieher Beispiel", "ERP")
    with pytest.raises(CaseDiffers):
        books.cases.open(books.creditor, order)
    with pytest.raises(CasePaidNotValid):
        books.agency_tells("part-paid")
    books.agency_tells("part-paid", 4000)
    with pytest.raises(CasePaidNotValid):
        books.agency_tells("part-paid", 3000, id_="R-2")


def test_nobody_collects_what_is_still_charged_in_instalments(books: CollectedBooks) -> None:
    parts = tuple(Instalment(day, 5950) for day in (date(2026, 12, 15), date(2027, 1, 15)))
    books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-1"], parts, None, "Kim Beispiel", plan="PL-1")
    with pytest.raises(CaseInTheWay):
        books.hand_over(("RE-2", "RE-1"))
    assert books.hand_over(("RE-2",), id_="C-2").state == "open"
    books.kept_plans.cancel(CREDITOR, ACCOUNT, "PL-1", "Kim Beispiel", "Nothing came.")
    assert books.hand_over(("RE-1",)).state == "open"


def test_we_do_not_remind_beside_an_agency_that_still_collects(books: CollectedBooks) -> None:
    books.hand_over()
    with pytest.raises(CaseInTheWay):
        books.cases.require_over(CREDITOR, ACCOUNT, "RE-1")
    books.cases.require_over(CREDITOR, ACCOUNT, "RE-2")
    books.agency_tells("closed")
    books.cases.require_over(CREDITOR, ACCOUNT, "RE-1")


def test_an_agency_that_tells_nothing_new_of_money_is_heard(books: CollectedBooks) -> None:
    books.hand_over()
    books.agency_tells("part-paid", 4000)
    assert books.agency_tells("part-paid", id_="R-2").paid_minor == 4000, "as before"
