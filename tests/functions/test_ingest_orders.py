"""An ERP pauses notices, asks why, and adds webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.service import Target
from saldo.clock import FixedClock
from tests.functions.erp import Erp, World, refusal

INVOICE = {"on": "invoice", "number": "2026/0815"}
ACCOUNT = {"on": "account", "number": "D-1"}
CREDITOR = {"on": "creditor"}
HOOK = "https://erp.example.com/saldo"


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    world.commits.clear()
    return erp


def place(erp: Erp, **order: Any) -> Any:
    answer = erp.call("POST", "/v1/holds", {"reason": "Reklamation", **order})
    assert answer.status == 201, answer.text
    return answer.json


def test_pause_and_resume_an_invoice(erp: Erp, world: World) -> None:
    hold = place(erp, **INVOICE, until="2026-12-01")
    assert {k: hold[k] for k in ("on", "number", "account", "kind", "until", "placed_by")} == {
        "on": "invoice",
        "number": "2026/0815",
        "account": "D-1",
        "kind": "pause",
        "until": "2026-12-01",
        "placed_by": "ERP",
    }
    assert "Reklamation" in erp.get("/v1/invoices/why", number="2026/0815").json["next"]["sentence"]
    ended = erp.call("POST", "/v1/holds/end", INVOICE)
    assert ended.status == 200
    assert [(h["id"], h["ended_by"]) for h in ended.json["ended"]] == [(hold["id"], "ERP")]
    assert world.events == ["hold.placed", "hold.ended"]
    assert erp.get("/v1/holds", **INVOICE).json == {"items": []}
    assert len(erp.get("/v1/holds", **INVOICE, ended="true").json["items"]) == 1
    assert refusal(erp.call("POST", "/v1/holds/end", INVOICE)) == (404, "hold-unknown", None)


def test_same_pause_again_is_the_same_pause(erp: Erp, world: World) -> None:
    for target in (INVOICE, ACCOUNT, CREDITOR):
        first = place(erp, **target)
        again = erp.call("POST", "/v1/holds", {"reason": "Reklamation", **target})
        assert (again.status, again.json) == (200, first)
        place(erp, **target, until="2026-12-24")
    assert world.events == ["hold.placed"] * 6


def test_holds_of_an_invoice_are_its_own_and_those_above_it(erp: Erp, world: World) -> None:
    on_creditor, on_account, on_invoice = (
        place(erp, **target)["id"] for target in (CREDITOR, ACCOUNT, INVOICE)
    )

    def ids(**query: str) -> list[str]:
        return [hold["id"] for hold in erp.get("/v1/holds", **query).json["items"]]

    # All were placed in the same instant, so their order is the books'.
    assert set(ids()) == {on_creditor}
    assert set(ids(**CREDITOR)) == {on_creditor}
    assert set(ids(**ACCOUNT)) == {on_creditor, on_account, on_invoice}
    assert set(ids(**INVOICE)) == {on_creditor, on_account, on_invoice}
    erp.put(
        "/v1/invoices",
        {
            "number": "2",
            "account": "D-1",
            "issued_on": "2026-11-02",
            "due_on": "2026-11-16",
            "currency": "EUR",
            "amount": "1.00",
        },
    )
    assert set(ids(on="invoice", number="2")) == {on_creditor, on_account}


def test_pause_that_ran_out_is_no_longer_listed(erp: Erp, world: World) -> None:
    place(erp, **INVOICE, until="2026-11-22")
    assert len(erp.get("/v1/holds", **INVOICE).json["items"]) == 1
    world.clock.advance(timedelta(days=1))
    assert erp.get("/v1/holds", **INVOICE).json["items"] == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"on": "invoice"}, (400, "field-missing", "/number")),
        ({"on": "account"}, (400, "field-missing", "/number")),
        ({"on": "account", "number": "~"}, (400, "field-not-valid", "/number")),
        ({"on": "creditor", "number": "D-1"}, (400, "field-unknown", "/number")),
        ({"on": "everything"}, (400, "field-not-valid", "/on")),
        ({"number": "D-1"}, (400, "field-missing", "/on")),
        ({"on": "account", "number": "D-2"}, (404, "account-unknown", None)),
        ({"on": "invoice", "number": "none"}, (404, "invoice-unknown", None)),
    ],
)
def test_hold_on_nothing_is_refused(
    order: dict[str, str], expected: tuple[int, str, str | None], erp: Erp, world: World
) -> None:
    assert refusal(erp.call("POST", "/v1/holds", {**order, "reason": "x"})) == expected
    assert refusal(erp.call("POST", "/v1/holds/end", order)) == expected
    if "on" in order:
        status, code, _ = refusal(erp.get("/v1/holds", **order))
        assert (status, code) == ((404, expected[1]) if expected[0] == 404 else (400, code))
    assert world.commits == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"until": "2026-11-21"}, (400, "until-not-ahead", "/until")),
        ({"until": "2020-01-01"}, (400, "until-not-ahead", "/until")),
        ({"until": "later"}, (400, "field-not-valid", "/until")),
        ({"reason": ""}, (400, "field-not-valid", "/reason")),
        ({"reason": "a\nb"}, (400, "field-not-valid", "/reason")),
        ({"by": "somebody"}, (400, "field-unknown", "/by")),
    ],
)
def test_unclear_hold_is_refused(
    change: dict[str, str], expected: tuple[int, str, str], erp: Erp, world: World
) -> None:
    assert refusal(erp.call("POST", "/v1/holds", {**INVOICE, "reason": "x", **change})) == expected
    assert world.commits == []


def test_why_tells_amounts_as_texts(erp: Erp) -> None:
    found = erp.get("/v1/invoices/why", number="2026/0815").json
    assert found["invoice"]["number"] == "2026/0815"
    assert found["next"]["facts"]["open"] == "119.00"
    assert not [name for name in found["next"]["facts"] if name.endswith("_minor")]


def test_why_tells_past_decisions_in_order(erp: Erp, world: World) -> None:
    world.services.accounts.pause(Target("musterwerk", "D-1"), "Umzug", "operator")
    from saldo.reminders.ports import PlanJob

    world.services.run.plan_account(PlanJob("musterwerk", "D-1", "run", None))
    world.clock.advance(timedelta(days=1))
    world.services.run.plan_account(PlanJob("musterwerk", "D-1", "run", None))
    found = erp.get("/v1/invoices/why", number="2026/0815").json
    assert [told["day"] for told in found["decisions"]] == ["2026-11-21", "2026-11-22"]
    assert all("operator paused it: Umzug" in told["sentence"] for told in found["decisions"])


def test_webhook_secret_is_shown_once(erp: Erp, world: World) -> None:
    answer = erp.call("POST", "/v1/webhooks", {"url": HOOK, "events": ["payment.", "payment."]})
    assert answer.status == 201
    made = answer.json
    assert made.pop("secret").startswith("whsec_")
    assert made["events"] == ["payment."]
    assert erp.get("/v1/webhooks").json == {"items": [made]}
    (kept,) = world.services.webhooks.subscriptions("musterwerk")
    assert kept.wants("payment.settled")
    assert not kept.wants("notice.sent")


def test_removed_webhook_is_gone_and_may_come_back(erp: Erp, world: World) -> None:
    made = erp.call("POST", "/v1/webhooks", {"url": HOOK}).json
    path = {"webhook_id": made["id"]}
    for _ in range(2):
        removed = erp.call("DELETE", "/v1/webhooks/{webhook_id}", path=path)
        assert (removed.status, removed.body) == (204, b"")
    assert erp.get("/v1/webhooks").json == {"items": []}
    assert erp.call("POST", "/v1/webhooks", {"url": HOOK}).status == 201
    other = world.erp("fremdwerk")
    assert other.get("/v1/webhooks").json == {"items": []}
    assert refusal(other.call("DELETE", "/v1/webhooks/{webhook_id}", path=path)) == (
        404,
        "webhook-unknown",
        None,
    )


def test_same_webhook_again_is_a_conflict(erp: Erp) -> None:
    erp.call("POST", "/v1/webhooks", {"url": HOOK})
    answer = erp.call("POST", "/v1/webhooks", {"url": HOOK, "events": ["payment.settled"]})
    assert refusal(answer) == (409, "webhook-exists", "/url")


@pytest.mark.parametrize("events", [["payment"], ["payment.*"], ["."], [""], [1], "payment."])
def test_unknown_event_is_refused(events: Any, erp: Erp, world: World) -> None:
    answer = erp.call("POST", "/v1/webhooks", {"url": HOOK, "events": events})
    status, code, pointer = refusal(answer)
    assert (status, code) == (400, "field-not-valid")
    assert str(pointer).startswith("/events")
    assert world.commits == []


def test_webhook_nearby_is_refused_unless_all_is_local(erp: Erp, clock: FixedClock) -> None:
    nearby = {"url": "http://localhost:4582/hook"}
    assert refusal(erp.call("POST", "/v1/webhooks", nearby)) == (
        400,
        "webhook-address-not-allowed",
        "/url",
    )
    local = World(clock, is_local=True).erp()
    assert local.call("POST", "/v1/webhooks", nearby).status == 201


def test_creditor_of_a_key_whatever_its_scopes(world: World) -> None:
    erp = world.erp(scopes=["webhooks:read"])
    found = erp.get("/v1/creditor")
    assert found.status == 200
    assert found.json == {
        "id": "musterwerk",
        "name": "Musterwerk GmbH",
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "policy": "plain-2-18-34",
        "state": "live",
        "sending": True,
        "schedule": "automatic",
        "notices_per_day_max": None,
        "key": {"id": erp.key_id, "name": "ERP", "scopes": ["webhooks:read"]},
    }
