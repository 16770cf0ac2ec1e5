"""Deliveries stopped and let go by hand: over the API and on the customer's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from saldo.clock import FixedClock
from tests.books import ACCOUNT as NUMBER
from tests.books import Books
from tests.functions import test_credit as credited
from tests.functions.clerk import Office, office_of
from tests.functions.erp import ACCOUNT, Erp, World, refusal

checked = credited.checked
DEBTOR = ACCOUNT["number"]


@pytest.fixture
def erp(clock: FixedClock) -> Erp:
    erp = World(clock).erp()
    erp.begin()
    return erp


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.begin(books.invoice("RE-1", 60000))
    with office_of(books) as office:
        yield office


def test_an_erp_stops_deliveries_asks_and_lets_them_go(erp: Erp) -> None:
    order: dict[str, Any] = {"account": DEBTOR, "service": "stop-deliveries", "reason": "Fraud."}
    (made,) = checked(erp, "setServiceStop", {**order, "stopped": True}).json["items"]
    assert (made["kind"], made["reason"], made["invoices"]) == ("by-hand", "Fraud.", [])
    assert checked(erp, "listServiceStops", account=DEBTOR).json["items"] == [made]
    go = {**order, "stopped": False}
    assert checked(erp, "setServiceStop", go).json["items"] == []
    assert refusal(checked(erp, "setServiceStop", go))[:2] == (409, "not-stopped")
    wrong = checked(erp, "setServiceStop", {**go, "service": "breathing"})
    assert refusal(wrong) == (400, "service-not-valid", "/service")
    assert checked(erp, "setServiceStop", {**go, "account": "nobody"}).status == 404


def test_a_manager_stops_deliveries_and_lets_them_go_with_a_reason(office: Office) -> None:
    manager = office.clerk("manager").open("account", number=NUMBER)
    assert "Nothing is stopped." in manager.said
    manager.press("account/service-stop", service="stop-deliveries", reason="Signs of fraud.")
    assert "Deliveries stopped since" in manager.said
    assert "Stop of service asked for by hand: Signs of fraud." in manager.said
    manager.press("account/service-release", service="stop-deliveries", reason="A mistake.")
    assert "Nothing is stopped." in manager.said
    collector = office.clerk("collector").open("account", number=NUMBER)
    assert "account/service-stop" not in collector.html
