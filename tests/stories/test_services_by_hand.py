"""Stories of people who stop deliveries, and let them go, whatever the stages of reminders say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.service import account_in
from saldo.connectors.model import Connection, ErpOrder, ItemLink
from saldo.connectors.orders import Orders
from saldo.events import Event
from saldo.reminders.foresee import Foresight
from saldo.reminders.model import Notice
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.services_by_hand import NotStopped, Order, ServiceNotValid, ServicesByHand
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.stories.test_reminders_service import DUE, STAGES

ANNA = Order("anna@seller.example", "Two debits came back.")
AGREED = Order("anna@seller.example", "Pays on Friday, agreed by phone.")
STOP = "stop-deliveries"


@pytest.fixture
def books() -> Books:
    """A debtor with an invoice that stops deliveries two weeks after it was due."""
    books = Books()
    books.open_creditor(policy="own")
    data = {"id": "own", "version": 1, "announces_invoice": True, "stages": STAGES}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", DUE)
    books.open_account()
    books.push(books.invoice("RE-1", due_on=DUE, already_sent=True))
    a_second(books).day(DUE + timedelta(days=2))
    return books


def a_second(books: Books) -> Books:
    books.clock.advance(timedelta(seconds=1))
    return books


def desk(books: Books) -> ServicesByHand:
    a_second(books)
    return ServicesByHand(books.store, books.clock, books.ids)


def told(books: Books) -> list[Event]:
    return [e for e in books.events() if e.type.startswith("service.")]


def said(books: Books) -> list[tuple[str, Any, bool | None]]:
    return [(e.type.partition(".")[2], e.data["kind"], e.data.get("stopped")) for e in told(books)]


def test_what_a_person_stopped_stays_so_when_everything_is_paid(books: Books) -> None:
    desk(books).stop(CREDITOR, ACCOUNT, STOP, ANNA)
    desk(books).stop(CREDITOR, ACCOUNT, STOP, AGREED)
    assert said(books) == [("stop_requested", "by-hand", None)], "the same again is no news"
    asked = told(books)[0].data
    assert (asked["by"], asked["reason"]) == (ANNA.by, ANNA.reason)
    assert (asked["invoices"], asked["currency"], asked["amount"]) == ([], None, None)
    books.pay("RE-1")
    a_second(books).plan(DUE + timedelta(days=3))
    assert len(told(books)) == 1
    assert desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED) == 1
    assert books.tell("service.released") == [], "nobody told the debtor of the stop"
    assert said(books)[1:] == [("released", "by-hand", False)]
    with pytest.raises(NotStopped):
        desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED)
    with pytest.raises(ServiceNotValid):
        desk(books).stop(CREDITOR, ACCOUNT, "stop-breathing", ANNA)


def test_whom_a_person_lets_go_no_stage_stops_for_the_same_invoice(books: Books) -> None:
    a_second(books).day(DUE + timedelta(days=16))
    assert said(books) == [("stop_requested", "stage", None)]
    desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED)
    (news,) = books.tell("service.released")
    books.deliver()
    assert books.store.get(Notice, *news.key).outcome == "let-go-by-hand", "money is owed still"
    a_second(books).push(books.invoice("RE-2", due_on=DUE + timedelta(days=5), already_sent=True))
    a_second(books).plan(DUE + timedelta(days=18))
    assert len(told(books)) == 2
    a_second(books).day(DUE + timedelta(days=7))
    a_second(books).day(DUE + timedelta(days=40))
    assert said(books)[2:] == [("stop_requested", "stage", None)]
    assert told(books)[2].data["invoices"] == ["RE-2"], "what was let go is not in it"
    books.pay("RE-2")
    a_second(books).plan(DUE + timedelta(days=41))
    assert said(books)[3:] == [("released", "stage", False)], "the other one is still owed"


def test_paid_debtors_of_whom_a_person_stopped_more_are_told_to_be_stopped_still(
    books: Books,
) -> None:
    a_second(books).day(DUE + timedelta(days=16))
    desk(books).stop(CREDITOR, ACCOUNT, STOP, ANNA)
    books.pay("RE-1")
    a_second(books).plan(DUE + timedelta(days=17))
    assert said(books)[2:] == [("released", "stage", True)]
    books.tell("service.released")
    books.deliver()
    assert [n.outcome for n in books.notices() if n.step.startswith("service-released")] == [
        "stopped-again"
    ]
    desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED)
    assert said(books)[3:] == [("released", "by-hand", False)]
    books.tell("service.released")
    books.deliver()
    told_last = [n for n in books.notices() if n.message == "service-released"][-1]
    assert told_last.state == "sent", "they read once that deliveries stop: now that they go on"


def test_the_next_stage_does_not_stop_again_whom_a_person_let_go(books: Books) -> None:
    third = {**STAGES[1], "number": 3, "offset_days": 28}
    data = {"id": "own", "version": 2, "announces_invoice": True, "stages": [*STAGES, third]}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", DUE)
    a_second(books).day(DUE + timedelta(days=16))
    desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED)
    ahead = Foresight(
        books.store, books.clock, books.run, OptOuts(books.store, books.clock, books.ids)
    )
    account = account_in(books.store, CREDITOR, ACCOUNT)
    situation = ahead.situation(account, DUE + timedelta(days=17), asks_law=False)
    assert situation is not None
    assert situation.let_go == {(STOP, "RE-1")}
    a_second(books).day(DUE + timedelta(days=40))
    assert books.open_items()[0].stage == 3
    assert said(books) == [("stop_requested", "stage", None), ("released", "stage", False)]


def test_the_erp_is_told_by_its_connector_once_of_the_stop_and_once_of_its_end(
    books: Books,
) -> None:
    link = ItemLink(
        *(CREDITOR, "exact", "RE-1", "ref-1", ACCOUNT, "customer-1", "1", "EUR"),
        date(2026, 12, 1),
        10000,
        10000,
        version=1,
    )
    books.store.commit([Put(link), Put(Connection(CREDITOR, "exact", "exact", {}, version=1))])
    orders = Orders(books.store, books.clock, books.ids)

    def hear() -> list[str]:
        for one in told(books):
            orders.hear(one.type, CREDITOR, ACCOUNT, one.data)
        found = books.store.list(ErpOrder, CREDITOR, "exact")
        return sorted(one.kind for one in found)

    desk(books).stop(CREDITOR, ACCOUNT, STOP, ANNA)
    desk(books).stop(CREDITOR, ACCOUNT, "block-orders", ANNA)
    assert hear() == ["stop", "stop"]
    desk(books).let_go(CREDITOR, ACCOUNT, STOP, AGREED)
    assert hear() == ["stop", "stop"], "its flag is one, and the other reason stands"
    desk(books).let_go(CREDITOR, ACCOUNT, "block-orders", AGREED)
    assert "release" in hear()
