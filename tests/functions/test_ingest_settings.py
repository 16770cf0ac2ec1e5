"""Settings, policies and texts over the API: what holds, what changes, who said so."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.edge.v1.texts import supplied
from saldo.events import Event
from tests.functions.erp import Erp, World, refusal

GENTLE: dict[str, Any] = {
    "id": "gentle",
    "version": 1,
    "announces_invoice": False,
    "stages": [{"number": 1, "offset_days": 9, "message": "reminder-1"}],
}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    made = world.erp()
    made.begin()
    return made


def test_one_setting_changes_and_the_others_stay(world: World, erp: Erp) -> None:
    before = erp.get("/v1/settings").json
    sent = {"notices_per_day_max": 50, "payers": {"promise_days_max": 21}}
    after = erp.call("POST", "/v1/settings", sent).json
    assert after["payers"] == before["payers"] | {"promise_days_max": 21}
    assert after == before | {"notices_per_day_max": 50, "payers": after["payers"]}
    (told,) = [
        one
        for one in world.commits
        if isinstance(one, Event)
        and one.creditor == "musterwerk"
        and one.type == "creditor.changed"
    ]
    assert told.data["by"] == "ERP"
    assert [one["field"] for one in told.data["changes"]] == ["notices_per_day_max", "payer_rules"]
    assert erp.call("POST", "/v1/settings", sent).json == after
    assert world.events.count("creditor.changed") == 1


@pytest.mark.parametrize(
    ("sent", "code", "pointer"),
    [
        ({"name": None}, "field-not-valid", "/name"),
        ({"time_zone": "Berlin"}, "field-not-valid", "/time_zone"),
        ({"policy": "no-such"}, "policy-unknown", "/policy"),
        ({"segments": [{"when": {}, "policy": "none"}]}, "policy-unknown", "/segments"),
        ({"segments": [{"when": {"hair": "red"}, "policy": "us"}]}, "segment-not-valid", None),
        ({"provider": "adyen"}, "field-not-valid", "/provider"),
        ({"bank": {"iban": "DE02120300000000202051"}}, "field-unknown", "/bank"),
        ({"payers": {"plan_least": "0.00"}}, "field-not-valid", "/payers/plan_least"),
        (
            {"message_prices": {"currency": "EUR", "sms": "dear"}},
            "field-not-valid",
            "/message_prices/sms",
        ),
        (
            {"running_costs": [{"since": "2026-11-02", "currency": "USD", "per_month": "3.00"}]},
            "running-costs-not-valid",
            "/running_costs",
        ),
        (
            {"running_costs": [{"since": "2026-11-01", "currency": "USD", "per_month": "3.001"}]},
            "amount-too-precise",
            "/running_costs",
        ),
        (
            {"payers": {"plan_instalments_max": 1}},
            "field-not-valid",
            "/payers/plan_instalments_max",
        ),
    ],
)
def test_what_cannot_be_set(erp: Erp, sent: dict[str, Any], code: str, pointer: str | None) -> None:
    assert refusal(erp.call("POST", "/v1/settings", sent)) == (400, code, pointer)


def test_a_policy_is_tried_put_and_given_to_everybody(world: World, erp: Erp) -> None:
    tried = erp.call("POST", "/v1/policies/try", {"policy": GENTLE}).json
    assert (tried["open_items"], tried["instead_of"]) == (1, "plain-2-18-34")
    assert "policy.put" not in world.events
    made = erp.call("POST", "/v1/policies", {"policy": GENTLE})
    assert (made.status, made.json["put_by"]) == (201, "ERP")
    again = erp.call("POST", "/v1/policies", {"policy": GENTLE})
    assert refusal(again)[:2] == (409, "policy-version-taken")
    assert erp.call("POST", "/v1/settings", {"policy": "gentle"}).json["policy"] == "gentle"
    found = erp.get("/v1/policies/one", id="gentle").json
    assert found["policy"]["stages"][0]["offset_days"] == 9 and not found["is_supplied"]
    assert erp.get("/v1/policies/one", id="us").json["is_supplied"]
    assert world.events.count("policy.put") == 1


def test_own_words_are_put_and_taken_back(world: World, erp: Erp) -> None:
    which = {"message": "reminder-1", "language": "en", "part": "text"}
    body = supplied("reminder-1", "en", "text") + "\nOur own words."
    made = erp.call("POST", "/v1/texts", {**which, "body": body})
    assert made.status == 201, made.text
    assert erp.get("/v1/texts/one", **which).json["version"] == 1
    wrong = erp.call("POST", "/v1/texts", {**which, "body": "Pay!"})
    assert refusal(wrong) == (400, "text-has-errors", "/body")
    erp.call("POST", "/v1/texts", {**which, "body": ""})
    assert erp.get("/v1/texts/one", **which).json["version"] is None
    (latest,) = erp.get("/v1/texts").json["items"]
    assert (latest["version"], latest["is_own"]) == (2, False)
    assert world.events.count("text.put") == 2


def test_a_key_that_reads_settings_changes_none(world: World) -> None:
    erp = world.erp(scopes=["settings:read"])
    assert erp.get("/v1/settings").status == 200
    assert refusal(erp.call("POST", "/v1/settings", {"sending": False}))[:2] == (
        403,
        "scope-missing",
    )
