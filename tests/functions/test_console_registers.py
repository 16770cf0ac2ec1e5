"""Disputes, promises, plans and cases over all customers, on the console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from functions.console import shown_registers
from saldo.collection.cases import HandOver
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.facts import Case, Dispute, DisputedLine, Promise
from saldo.collection.model import Instalment, Plan
from saldo.collection.promises import PromiseOrder
from saldo.creditor_reference import instalment_reference, printed_reference
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Office, office_of

OTHER = "10002"
KIM = "collector@musterwerk.example"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor()
    books.open_account()
    books.open_account(number=OTHER, name="Muster Bouw B.V.")
    books.push(*(books.invoice(f"RE-{n}") for n in range(1, 6)))
    books.push(books.invoice("RE-9", account=OTHER))
    return books


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def contest(books: Books, id_: str = "D-1", invoice: str = "RE-1", **fields: object) -> None:
    more = {"owner": KIM, "reason": "quantity", **fields}
    order = DisputeOrder(
        id_,
        invoice,
        text="Two pieces were missing.",
        by="payer",
        **more,  # type: ignore[arg-type]
    )
    services().disputes.open(books.accounts.creditor(CREDITOR), order)


def dispute_now(books: Books, id_: str = "D-1", account: str = ACCOUNT) -> Dispute:
    found = books.store.get(Dispute, CREDITOR, account, id_)
    assert found is not None
    return found


def propose(books: Books, id_: str = "PL-1", invoice: str = "RE-1") -> None:
    parts = [
        Instalment(date(2026, 12, 10), 6000),
        Instalment(date(2027, 1, 10), 5900),
    ]
    services().proposals.propose(CREDITOR, ACCOUNT, id_, [invoice], parts, None, "payer")


def test_what_is_contested_is_listed_with_its_reasons_and_deadlines(
    books: Books, office: Office
) -> None:
    contest(books)
    contest(books, "D-2", "RE-9", reason="price", owner="ben", amount_minor=1900)
    clerk = office.clerk("collector").open("disputes")
    assert clerk.status == 200, clerk.said
    assert "Beispiel" in clerk.said and "Muster Bouw B.V." in clerk.said
    assert "Quantity" in clerk.said and "€19.00" in clerk.said
    assert "Muster Bouw" not in clerk.open("disputes", show="mine").said
    assert "Muster Bouw" in clerk.open("disputes", reason="price").said
    assert "Nothing is overdue" in clerk.open("disputes", show="overdue").said
    books.clock.advance(timedelta(days=20))
    later = office.clerk("collector")  # sessions end over night
    assert "Muster Bouw" in later.open("disputes", show="overdue").said


def test_a_dispute_is_settled_and_the_erp_is_asked_for_a_credit_note(
    books: Books, office: Office
) -> None:
    contest(books, lines=(DisputedLine("3", 1900),))
    clerk = office.clerk("collector").open("disputes/one", account=ACCOUNT, id="D-1")
    assert "Two pieces were missing." in clerk.said and "€19.00" in clerk.said
    clerk.press("disputes/settle", agreed="9.50", text="One piece was found.")
    assert "asked for a credit note" in clerk.said, clerk.said
    now = dispute_now(books)
    assert (now.state, now.agreed_minor, now.credit_expected) == ("settled", 950, True)
    assert now.ended_by == clerk.user.email
    told = next(one for one in books.events() if one.type == "dispute.settled")
    assert told.data["credit_expected"] is True
    assert "€9.50" in clerk.open("disputes", show="credit").said
    assert "Nothing is contested" in clerk.open("disputes").said


def test_more_than_is_contested_is_not_let_off_and_what_was_typed_stays(
    books: Books, office: Office
) -> None:
    contest(books, amount_minor=1900)
    clerk = office.clerk("collector").open("disputes/one", account=ACCOUNT, id="D-1")
    clerk.press("disputes/settle", agreed="50.00", text="All of it, and more")
    assert clerk.status in (400, 409)
    assert "All of it, and more" in clerk.html
    assert dispute_now(books).state == "open"


def test_a_dispute_is_rejected_with_a_reason_or_taken_back(books: Books, office: Office) -> None:
    contest(books)
    contest(books, "D-2", "RE-2")
    clerk = office.clerk("collector").open("disputes/one", account=ACCOUNT, id="D-1")
    clerk.press("disputes/reject", text="The delivery note was signed.")
    assert "The delivery note was signed." in clerk.said
    assert not clerk.has_form("disputes/settle")
    clerk.open("disputes/one", account=ACCOUNT, id="D-2").press("disputes/withdraw")
    assert [dispute_now(books, id_).state for id_ in ("D-1", "D-2")] == ["rejected", "withdrawn"]


def test_a_collector_hands_own_disputes_on_and_takes_others_but_moves_none_between_others(
    books: Books, office: Office
) -> None:
    contest(books)
    collector = office.clerk("collector")
    collector.open("disputes/one", account=ACCOUNT, id="D-1")
    collector.press("disputes/assign", owner="ben@musterwerk.example", deadline="2026-12-24")
    now = dispute_now(books)
    assert (now.owner, now.deadline) == ("ben@musterwerk.example", date(2026, 12, 24))
    collector.press("disputes/assign", owner="eva@musterwerk.example")
    assert collector.status == 403
    collector.open("disputes/one", account=ACCOUNT, id="D-1")
    collector.press("disputes/assign", owner=KIM)
    assert dispute_now(books).owner == KIM
    manager = office.clerk("manager").open("disputes/one", account=ACCOUNT, id="D-1")
    manager.press("disputes/assign", owner="eva@musterwerk.example")
    assert dispute_now(books).owner == "eva@musterwerk.example"


def test_promises_are_listed_by_their_day_and_taken_back(books: Books, office: Office) -> None:
    creditor = books.accounts.creditor(CREDITOR)
    for id_, invoice, day in (("P-1", "RE-1", 24), ("P-2", "RE-9", 30)):
        order = PromiseOrder(id_, (invoice,), None, date(2026, 11, day), KIM, "By telephone")
        services().promises.give(creditor, order)
    clerk = office.clerk("collector").open("promises")
    assert "Muster Bouw" in clerk.said and "€238.00" in clerk.said
    clerk.open("promises", show="week")
    assert "Muster Bouw" not in clerk.said and "RE-1" in clerk.said
    clerk.press("promises/withdraw")
    assert "taken back" in clerk.said
    promise = books.store.get(Promise, CREDITOR, ACCOUNT, "P-1")
    assert promise is not None and promise.state == "withdrawn"
    assert "RE-1" not in clerk.open("promises").said


def test_a_proposed_plan_is_agreed_to_and_watched(books: Books, office: Office) -> None:
    propose(books)
    clerk = office.clerk("collector").open("plans")
    assert "2 instalments" in clerk.said and "the customer" in clerk.said
    first, second = (printed_reference(instalment_reference("PL-1", place)) for place in (1, 2))
    assert first not in clerk.open("plans/one", account=ACCOUNT, id="PL-1").said
    clerk.press("plans/approve")
    assert "The plan is agreed." in clerk.said
    assert first in clerk.said and second in clerk.said
    books.pay("RE-1", 6000)
    assert "50 %" in clerk.open("plans/one", account=ACCOUNT, id="PL-1").said
    clerk.open("account", number=ACCOUNT)
    assert "next €59.00 by 10 Jan" in clerk.said and second in clerk.said
    assert first not in clerk.said
    assert "No plan waits" in clerk.open("plans").said
    assert "2 instalments" in clerk.open("plans", show="active").said


def test_a_proposed_plan_is_declined_with_a_reason_that_the_customer_reads(
    books: Books, office: Office
) -> None:
    propose(books)
    clerk = office.clerk("collector").open("plans/one", account=ACCOUNT, id="PL-1")
    clerk.press("plans/decline", reason="Please pay by the end of the year.")
    plan = books.store.get(Plan, CREDITOR, ACCOUNT, "PL-1")
    assert plan is not None and plan.state == "cancelled"
    assert "Please pay by the end of the year." in clerk.said


def test_what_an_agency_told_is_written_down(books: Books, office: Office) -> None:
    order = HandOver("C-1", ("RE-1", "RE-2"), "agency", "Inkasso Beispiel GmbH", KIM)
    services().cases.open(books.accounts.creditor(CREDITOR), order)
    clerk = office.clerk("collector").open("cases")
    assert "Inkasso Beispiel GmbH" in clerk.said and "€238.00" in clerk.said
    clerk.open("cases/one", account=ACCOUNT, id="C-1")
    clerk.press("cases/tell", state="part-paid", paid="40.00", text="First instalment")
    assert "It is written down." in clerk.said and "First instalment" in clerk.said
    case = books.store.get(Case, CREDITOR, ACCOUNT, "C-1")
    assert case is not None
    assert (case.state, case.paid_minor) == ("part-paid", 4000)


def test_sales_sees_what_concerns_own_customers_only(books: Books, office: Office) -> None:
    contest(books)
    contest(books, "D-2", "RE-9")
    sales = office.clerk("sales", email="sam@musterwerk.example")
    assert "Beispiel" not in sales.open("disputes").said
    assert sales.open("disputes/one", account=ACCOUNT, id="D-1").status == 404


def test_who_only_reads_is_offered_nothing_to_press(books: Books, office: Office) -> None:
    contest(books)
    propose(books, invoice="RE-3")
    auditor = office.clerk("auditor").open("disputes/one", account=ACCOUNT, id="D-1")
    assert auditor.status == 200
    assert not auditor.has_form("disputes/settle")
    auditor.open("plans/one", account=ACCOUNT, id="PL-1")
    assert auditor.status == 200 and not auditor.has_form("plans/approve")


def test_a_long_list_is_shown_page_by_page(
    books: Books, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_registers, "PAGE", 2)
    for number in range(1, 6):
        contest(books, f"D-{number}", f"RE-{number}")
    clerk = office.clerk("collector").open("disputes")
    assert clerk.html.count("data-row") == 2 and "after=2" in clerk.html
    assert clerk.open("disputes", after="4").html.count("data-row") == 1
    assert clerk.open("disputes", after="nonsense").status == 200


@pytest.mark.parametrize("language", ["de", "nl"])
def test_the_lists_speak_the_users_language(books: Books, office: Office, language: str) -> None:
    contest(books)
    propose(books, invoice="RE-3")
    clerk = office.clerk("owner", language=language)  # type: ignore[arg-type]
    for screen in ("disputes", "promises", "plans", "cases"):
        assert clerk.open(screen).status == 200, clerk.said
    assert clerk.open("disputes/one", account=ACCOUNT, id="D-1").status == 200
    assert clerk.open("plans/one", account=ACCOUNT, id="PL-1").status == 200
    assert ("Reklamation" in clerk.open("disputes").said) == (language == "de")


def test_nothing_there_is_said_and_no_fault(office: Office) -> None:
    clerk = office.clerk("collector")
    for where in ("disputes/one", "plans/one", "cases/one"):
        assert clerk.open(where, account=ACCOUNT, id="X").status == 404, where
    for screen in ("disputes", "promises", "plans", "cases"):
        assert clerk.open(screen).status == 200
