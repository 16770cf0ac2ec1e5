"""Personal data and the audit log over the API, as an ERP's key asks."""

from __future__ import annotations

import pytest

from saldo.adapters.memory.files import MemoryFiles
from saldo.clock import FixedClock
from saldo.events import Event
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World, refusal
from tests.functions.test_ingest_openapi import pointer, schema_validator

ORDER = {"account": "D-1", "id": "DSR-1"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    world.services.file_store = MemoryFiles()
    return erp


def kept(answer: Answer, method: str, path: str) -> Answer:
    """Return an answer that is as its schema says."""
    place = ("paths", path, method.lower(), "responses", str(answer.status))
    schema = pointer(*place, "content", "application/json", "schema")
    schema_validator(schema).validate(answer.json)
    return answer


def arrive(world: World) -> None:
    told = [one for one in world.services.store.everything() if isinstance(one, Event)]
    world.services.audit_chain.append(sorted(told, key=lambda one: (one.at, one.id)))


def test_who_did_what_is_listed_page_by_page(erp: Erp, world: World) -> None:
    assert erp.get("/v1/audit").json == {"items": [], "head": 0}
    arrive(world)
    listed = kept(erp.get("/v1/audit", limit="1"), "GET", "/v1/audit").json
    assert len(listed["items"]) == 1 and listed["head"] > 1
    last = listed["items"][-1]["number"]
    rest = erp.get("/v1/audit", before=str(last)).json["items"]
    assert [one["number"] for one in rest] == list(range(last - 1, 0, -1))
    about = erp.get("/v1/audit", account="D-1").json["items"]
    assert about and {one["account"] for one in about} == {"D-1"}
    issued = erp.get("/v1/audit", account="D-1", what="invoice.").json["items"]
    assert [one["what"] for one in issued] == ["invoice.issued"]
    assert erp.get("/v1/audit", account="D-1", month="2020-01").json["items"] == []
    assert refusal(erp.get("/v1/audit", month="soon"))[1] == "parameter-not-valid"


def test_everything_about_an_account_is_ordered_made_and_fetched(erp: Erp, world: World) -> None:
    first = erp.call("POST", "/v1/privacy/exports", ORDER)
    again = erp.call("POST", "/v1/privacy/exports", ORDER)
    assert (first.status, again.status) == (201, 200)
    kept(first, "POST", "/v1/privacy/exports")
    assert erp.get("/v1/privacy/exports", **ORDER).json["url"] is None
    creditor = next(iter(world.services.accounts.creditors()))
    world.services.privacy_exports.make(creditor, "D-1", "DSR-1")
    exports = "/v1/privacy/exports"
    ready = kept(erp.get(exports, **ORDER), "GET", exports).json
    assert ready["state"] == "ready" and ready["url"].startswith("https://")
    assert ready["records"] > 2
    assert world.events.count("access.viewed") == 1
    unknown = erp.get("/v1/privacy/exports", account="D-1", id="DSR-2")
    assert refusal(unknown)[:2] == (404, "privacy-export-unknown")
    missing = erp.call("POST", "/v1/privacy/exports", {**ORDER, "account": "D-9"})
    assert refusal(missing)[:2] == (404, "account-unknown")


def test_an_erasure_is_ordered_shown_and_lifted(erp: Erp, world: World) -> None:
    none = erp.get("/v1/privacy/erasures", account="D-1")
    assert refusal(none)[:2] == (404, "erasure-unknown")
    first = erp.call("POST", "/v1/privacy/erasures", {**ORDER, "why": "asked"})
    again = erp.call("POST", "/v1/privacy/erasures", {**ORDER, "id": "DSR-2"})
    assert (first.status, again.status) == (201, 200)
    assert again.json["id"] == "DSR-1", "an account has one order"
    creditor = next(iter(world.services.accounts.creditors()))
    world.services.erasures.carry_out(creditor, "D-1")
    listed = erp.get("/v1/privacy/erasures")
    (order,) = kept(listed, "GET", "/v1/privacy/erasures").json["items"]
    kept(first, "POST", "/v1/privacy/erasures")
    assert order["state"] == "restricted"
    assert [one["kept_as"] for one in order["kept"]] == ["claim"]
    account = erp.get("/v1/accounts", number="D-1").json
    pushed = erp.call(
        "PUT", "/v1/accounts", {"number": "D-1", "name": "Other AG", "kind": account["kind"]}
    )
    assert refusal(pushed)[:2] == (409, "account-restricted")
    lifted = erp.call("POST", "/v1/privacy/erasures/lift", {"account": "D-1"})
    kept(lifted, "POST", "/v1/privacy/erasures/lift")
    assert (lifted.status, lifted.json["state"]) == (200, "lifted")


def test_the_schedule_says_which_law_holds(erp: Erp) -> None:
    answer = kept(erp.get("/v1/privacy/retention"), "GET", "/v1/privacy/retention").json
    holding = [one for one in answer["items"] if one["applies"]]
    assert {one["country"] for one in holding} == {answer["country"]}
    assert {one["kept_as"] for one in holding} == {"voucher", "book", "letter"}
