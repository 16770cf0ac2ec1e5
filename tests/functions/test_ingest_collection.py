"""An ERP and an agency keep promises, disputes, plans and cases over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.creditor_reference import is_reference
from saldo.ledger.verify import verify
from tests.functions.erp import ACCOUNT, CREDIT_NOTE, INVOICE, Erp, World, refusal

PROMISE: dict[str, Any] = {
    "id": "P-1",
    "invoices": ["2026/0815"],
    "amount": "50.00",
    "currency": "EUR",
    "on": "2026-11-27",
    "note": "Am Telefon",
}
DISPUTE: dict[str, Any] = {
    "id": "D-1",
    "invoice": "2026/0815",
    "lines": [{"ref": "3", "amount": "19.00"}],
    "currency": "EUR",
    "reason": "quantity",
    "text": "Zwei Stück fehlten",
}
PLAN: dict[str, Any] = {
    "id": "PL-1",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "instalments": [
        {"due_on": "2026-12-15", "amount": "60.00"},
        {"due_on": "2027-01-15", "amount": "59.00"},
    ],
}
CASE: dict[str, Any] = {
    "id": "C-1",
    "invoices": ["2026/0815"],
    "kind": "agency",
    "handed_to": "Inkasso Beispiel GmbH",
}
STATUS: dict[str, Any] = {
    "account": "D-1",
    "case": "C-1",
    "id": "R-1",
    "state": "part-paid",
    "on": "2026-11-20",
    "paid": "40.00",
    "currency": "EUR",
}
ORDERS = {
    "/v1/promises": PROMISE,
    "/v1/disputes": DISPUTE,
    "/v1/plans": PLAN,
    "/v1/cases": CASE,
}
CHOSEN = {"account": "D-1", "id": "P-1"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    world.commits.clear()
    return erp


@pytest.fixture(autouse=True)
def _books_agree(world: World):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(world.services.store, world.clock.now().date()) == []


def post(erp: Erp, path: str, body: Any, status: int = 200) -> Any:
    answer = erp.call("POST", path, body)
    assert answer.status == status, answer.text
    return answer.json


def items(erp: Erp, path: str) -> Any:
    answer = erp.get(path, account="D-1")
    assert answer.status == 200, answer.text
    return answer.json["items"]


@pytest.mark.parametrize("path", ORDERS)
def test_every_order_is_sent_twice(path: str, erp: Erp, world: World) -> None:
    first = post(erp, path, ORDERS[path], 201)
    world.commits.clear()
    assert post(erp, path, ORDERS[path]) == first
    assert world.commits == []
    assert items(erp, path) == [first]


@pytest.mark.parametrize("path", ORDERS)
def test_the_same_id_with_other_contents_is_refused(path: str, erp: Erp, world: World) -> None:
    post(erp, path, ORDERS[path], 201)
    erp.put("/v1/invoices", {**INVOICE, "number": "other"})
    world.commits.clear()
    changes = {"invoice": "other"} if path == "/v1/disputes" else {"invoices": ["other"]}
    answer = erp.call("POST", path, {**ORDERS[path], **changes})
    assert refusal(answer)[0] == 409 and refusal(answer)[1].endswith("-differs")
    assert world.commits == []


@pytest.mark.parametrize("path", ORDERS)
def test_what_one_creditor_has_is_not_there_for_another(path: str, erp: Erp, world: World) -> None:
    post(erp, path, ORDERS[path], 201)
    stranger = world.erp("andere")
    assert refusal(stranger.get(path, account="D-1")) == (404, "account-unknown", None)
    answer = stranger.call("POST", path, ORDERS[path])
    assert refusal(answer)[:2] == (404, "invoice-unknown")


def test_a_promise_is_listed_withdrawn_and_counted(erp: Erp, world: World) -> None:
    promise = post(erp, "/v1/promises", PROMISE, 201)
    assert (promise["state"], promise["reminders_wait_until"]) == ("open", "2026-12-01")
    (hold,) = erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"]
    assert (hold["kind"], hold["until"], hold["owner"]) == ("promise", "2026-12-01", "ERP")
    for _ in range(2):
        assert post(erp, "/v1/promises/withdraw", CHOSEN)["state"] == "withdrawn"
    post(erp, "/v1/promises", {**PROMISE, "id": "P-2"}, 201)
    world.clock.advance(timedelta(days=11))
    assert world.services.agreements.tend() == {"promises broken": 1}
    assert erp.get("/v1/promises", account="D-1").json["reliability"] == {
        "kept": 0,
        "part_kept": 0,
        "broken": 1,
        "kept_percent": 0,
    }
    assert "promise.broken" in world.events


def test_a_payment_at_the_counter_keeps_a_promise(erp: Erp, world: World) -> None:
    post(erp, "/v1/promises", PROMISE, 201)
    paid = {
        "id": "K-1",
        "invoices": ["2026/0815"],
        "amount": "50.00",
        "currency": "EUR",
        "received_on": "2026-11-21",
        "method": "cash",
    }
    post(erp, "/v1/payments", paid, 201)
    world.clock.advance(timedelta(days=11))
    world.services.agreements.tend()
    (promise,) = items(erp, "/v1/promises")
    assert (promise["state"], promise["paid"]) == ("kept", "50.00")


@pytest.mark.parametrize("way", ["alone", "among many"])
def test_a_dispute_is_settled_and_its_credit_note_comes(erp: Erp, world: World, way: str) -> None:
    dispute = post(erp, "/v1/disputes", DISPUTE, 201)
    assert (dispute["amount"], dispute["owner"], dispute["deadline"]) == (
        "19.00",
        "ERP",
        "2026-12-05",
    )
    settled = {
        "account": "D-1",
        "id": "D-1",
        "agreed": "19.00",
        "currency": "EUR",
        "credit_note": True,
        "text": "Beide fehlten",
    }
    for _ in range(2):
        answer = post(erp, "/v1/disputes/settle", settled)
        assert (answer["state"], answer["credit_note_expected_until"]) == ("settled", "2026-12-06")
    (hold,) = erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"]
    assert (hold["kind"], hold["held"], hold["currency"]) == ("dispute", "19.00", "EUR")
    if way == "alone":
        erp.put("/v1/credit-notes", CREDIT_NOTE)
    else:
        post(erp, "/v1/credit-notes", {"records": [CREDIT_NOTE]})
    assert erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"] == []
    other = erp.call("POST", "/v1/disputes/settle", {**settled, "agreed": "5.00"})
    assert refusal(other) == (409, "dispute-over", "/id")
    rejected = erp.call("POST", "/v1/disputes/reject", {"account": "D-1", "id": "D-1", "text": "x"})
    assert refusal(rejected) == (409, "dispute-over", "/id")
    assert world.events.count("dispute.settled") == 1


def test_a_plan_is_proposed_approved_and_cancelled(erp: Erp, world: World) -> None:
    proposed = post(erp, "/v1/plans", {**PLAN, "state": "proposed"}, 201)
    assert proposed["state"] == "proposed"
    assert {part["reference"] for part in proposed["instalments"]} == {None}
    chosen = {"account": "D-1", "id": "PL-1"}
    for _ in range(2):
        agreed = post(erp, "/v1/plans/approve", chosen)
        assert agreed["state"] == "active"
        assert all(is_reference(part["reference"]) for part in agreed["instalments"])
    for _ in range(2):
        answer = post(erp, "/v1/plans/cancel", {**chosen, "reason": "Zahlt doch gleich"})
        assert (answer["state"], answer["ended_by"]) == ("cancelled", "ERP")
    assert refusal(erp.call("POST", "/v1/plans/approve", chosen)) == (409, "plan-over", None)
    assert items(erp, "/v1/scheduled-payments") == items(erp, "/v1/mandates") == []


def test_an_agency_has_a_key_for_its_reports_alone(erp: Erp, world: World) -> None:
    post(erp, "/v1/cases", CASE, 201)
    agency = world.erp(scopes=["cases:write"])
    told = post(agency, "/v1/cases/status", STATUS)
    world.commits.clear()
    assert post(agency, "/v1/cases/status", STATUS) == told
    assert world.commits == []
    assert (told["state"], told["paid"], told["reports"][0]["by"]) == ("part-paid", "40.00", "ERP")
    assert refusal(agency.get("/v1/cases", account="D-1"))[0] == 403
    other = agency.call("POST", "/v1/cases/status", {**STATUS, "paid": "41.00"})
    assert refusal(other) == (409, "case-report-differs", "/id")
    less = agency.call("POST", "/v1/cases/status", {**STATUS, "id": "R-2", "paid": "39.00"})
    assert refusal(less) == (400, "case-paid-not-valid", "/paid")
    assert post(agency, "/v1/cases/status", {**STATUS, "id": "R-3", "state": "withdrawn"})
    over = agency.call("POST", "/v1/cases/status", {**STATUS, "id": "R-4"})
    assert refusal(over) == (409, "case-over", "/state")


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        ("/v1/promises", {"currency": None}, (400, "field-missing", "/currency")),
        ("/v1/promises", {"currency": "USD"}, (409, "fact-currency", "/currency")),
        ("/v1/promises", {"amount": "500.00"}, (400, "promise-too-much", "/amount")),
        ("/v1/promises", {"amount": "0.00"}, (400, "amount-not-positive", "/amount")),
        ("/v1/promises", {"on": "2026-12-31"}, (400, "promise-day-not-valid", "/on")),
        ("/v1/promises", {"invoices": ["?"]}, (404, "invoice-unknown", "/invoices")),
        ("/v1/disputes", {"amount": "18.00"}, (400, "dispute-lines-not-valid", "/lines")),
        ("/v1/disputes", {"reason": "mood"}, (400, "field-not-valid", "/reason")),
        (
            "/v1/disputes",
            {"lines": [{"ref": "1", "amount": "1.005"}]},
            (400, "amount-too-precise", "/lines/0/amount"),
        ),
        ("/v1/plans", {"currency": "USD"}, (409, "fact-currency", "/currency")),
        ("/v1/plans", {"mandate": "nobody's"}, (404, "mandate-unknown", None)),
        (
            "/v1/plans",
            {"instalments": [{"due_on": "2026-12-15", "amount": "60.00"}]},
            (400, "plan-not-valid", "/instalments"),
        ),
        ("/v1/cases", {"kind": "neighbour"}, (400, "field-not-valid", "/kind")),
        ("/v1/cases", {"invoices": []}, (400, "field-not-valid", "/invoices")),
    ],
)
def test_what_is_wrong_is_pointed_at(
    path: str, changes: dict[str, Any], expected: Any, erp: Erp, world: World
) -> None:
    answer = erp.call("POST", path, {**ORDERS[path], **changes})
    assert refusal(answer) == expected
    assert world.commits == []


def test_account_facts_come_back_and_a_repeat_changes_nothing(erp: Erp) -> None:
    address = {"lines": ["Beispielweg 1"], "postal_code": "80331", "city": "München"}
    facts = {
        **ACCOUNT,
        "contacts": [{"name": "Buchhaltung", "phone": "+49 89 1234", "address": address}],
        "region": "DE-BY",
        "address": address,
        "reference": "Lieferant 77",
        "size": "small",
        "industry": "food",
        "risk_class": "B",
        "labels": ["a", "b", "a"],
        "follow_up": "manual",
        "policy": "de-business",
    }
    found = erp.put("/v1/accounts", facts).json
    assert found["address"] == {**address, "country": "DE"} == found["contacts"][0]["address"]
    assert (found["labels"], found["follow_up"], found["region"]) == (["a", "b"], "manual", "DE-BY")
    assert erp.put("/v1/accounts", facts).json == found
    abroad = erp.put("/v1/accounts", {**facts, "region": "AT-9"})
    assert refusal(abroad) == (400, "field-not-valid", "/region")


def test_opening_items_over_the_api(erp: Erp, world: World) -> None:
    opening = {"stage": 2, "last_reminder_on": "2026-11-10", "blocked": True}
    body = {**INVOICE, "number": "old", "opening": opening}
    assert erp.put("/v1/invoices", body).json["opening"] == {**opening, "case": None}
    world.commits.clear()
    assert erp.put("/v1/invoices", body).status == 200
    assert world.commits == []
    (hold,) = erp.get("/v1/holds", on="invoice", number="old").json["items"]
    assert (hold["kind"], hold["until"]) == ("pause", None)
    other = erp.put("/v1/invoices", {**body, "opening": {"blocked": True}})
    assert refusal(other) == (409, "opening-fixed", "/opening")
    held = {"kind": "agency", "handed_to": "Example Collections", "reference": "AZ 4711"}
    away = {**body, "number": "away", "opening": {"case": held}}
    assert erp.put("/v1/invoices", away).json["opening"]["case"] == held
    (case,) = erp.get("/v1/cases", account="D-1").json["items"]
    assert (case["invoices"], case["kind"], case["reference"]) == (["away"], "agency", "AZ 4711")
    lacks = erp.put("/v1/invoices", {**body, "number": "o2", "opening": {"stage": 1}})
    assert refusal(lacks) == (400, "field-missing", "/opening/last_reminder_on")


def test_holds_of_other_kinds(erp: Erp) -> None:
    order = {"on": "account", "number": "D-1", "reason": "Antrag gestellt", "kind": "insolvency"}
    hold = post(erp, "/v1/holds", {**order, "owner": "Recht"}, 201)
    assert (hold["kind"], hold["owner"]) == ("insolvency", "Recht")
    assert post(erp, "/v1/holds", {**order, "owner": "Recht"}) == hold
    pause = {"on": "account", "number": "D-1"}
    assert refusal(erp.call("POST", "/v1/holds/end", pause))[1] == "hold-unknown"
    assert post(erp, "/v1/holds/end", {**pause, "kind": "insolvency"})["ended"][0]["ended_by"]
    of_a_fact = erp.call("POST", "/v1/holds", {**order, "kind": "promise"})
    assert refusal(of_a_fact) == (400, "field-not-valid", "/kind")
