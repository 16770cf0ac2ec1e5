"""An ERP books fees, interest, discounts and write-offs over the API."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.ledger.verify import journal_of, verify
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal

FACT: dict[str, Any] = {
    "id": "F-1",
    "invoice": "2026/0815",
    "amount": "5.00",
    "currency": "EUR",
    "on": "2026-11-20",
    "reason": "Zweite Mahnung",
}
FEE = {**FACT, "kind": "reminder-fee"}
SURCHARGE = {
    **FACT,
    "kind": "payment-method-surcharge",
    "means": "card-commercial",
    "cost": "5.00",
}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/fees": FEE,
    "/v1/interest": FACT,
    "/v1/discounts": FACT,
    "/v1/write-offs": FACT,
}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    consumer = {**ACCOUNT, "number": "P-1", "kind": "consumer"}
    erp.put("/v1/accounts", consumer)
    erp.put("/v1/invoices", {**INVOICE, "number": "private", "account": "P-1"})
    world.commits.clear()
    return erp


@pytest.fixture(autouse=True)
def _books_agree(world: World):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(world.services.store, world.clock.now().date()) == []


def book(erp: Erp, path: str, body: Any, status: int = 201) -> Any:
    answer = erp.call("POST", path, body)
    assert answer.status == status, answer.text
    return answer.json


def journal(world: World) -> dict[str, Any]:
    store = world.services.store
    return {
        e.cause_kind: e for e in journal_of(store, "musterwerk", "D-1", world.clock.now().date())
    }


def test_fee_raises_what_is_open_and_says_what_it_is_for(erp: Erp, world: World) -> None:
    booked = book(erp, "/v1/fees", FEE)
    assert (booked["fact"], booked["kind"], booked["open"], booked["open_costs"]) == (
        "fee",
        "reminder-fee",
        "124.00",
        "5.00",
    )
    (told,) = [e for e in world.commits if getattr(e, "type", "") == "invoice.charged"]
    assert (told.data["fee"], told.data["by"]) == ("reminder-fee", "ERP")
    assert journal(world)["fee"].reason == "reminder-fee: Zweite Mahnung"
    invoice = erp.get("/v1/invoices", number="2026/0815").json
    assert (invoice["charged"], invoice["open_costs"]) == ("5.00", "5.00")


def test_interest_discount_and_write_off(erp: Erp, world: World) -> None:
    assert book(erp, "/v1/interest", {**FACT, "amount": "1.13"})["open_interest"] == "1.13"
    discount = {**FACT, "amount": "2.38", "vat": {"19": "0.30", "7": "0.08"}}
    assert book(erp, "/v1/discounts", discount)["open"] == "117.75"
    vat = {p.detail: p.amount_minor for p in journal(world)["discount"].postings if p.detail}
    assert (vat["19"], vat["7"]) == (30, 8)
    assert book(erp, "/v1/write-offs", {**FACT, "amount": "117.75"})["open"] == "0.00"
    assert erp.get("/v1/invoices", number="2026/0815").json["state"] == "settled"


@pytest.mark.parametrize("path", BODIES)
def test_the_erp_sends_it_twice(path: str, erp: Erp, world: World) -> None:
    first = book(erp, path, BODIES[path])
    world.commits.clear()
    assert book(erp, path, BODIES[path], 200) == first
    assert world.commits == []


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "changes",
    [{"amount": "4.00"}, {"invoice": "private"}, {"on": "2025-12-31"}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_id_with_other_contents_is_refused(
    path: str, changes: dict[str, str], erp: Erp, world: World
) -> None:
    book(erp, path, BODIES[path])
    world.commits.clear()
    answer = erp.call("POST", path, {**BODIES[path], **changes})
    assert refusal(answer) == (409, "fact-differs", "/id")
    assert world.commits == []


def test_the_same_id_for_another_kind_of_fee_is_refused(erp: Erp) -> None:
    book(erp, "/v1/fees", FEE)
    answer = erp.call("POST", "/v1/fees", {**FEE, "kind": "other"})
    assert refusal(answer) == (409, "fact-differs", "/id")


def test_kinds_of_facts_have_ids_of_their_own(erp: Erp) -> None:
    for path, body in BODIES.items():
        book(erp, path, body)


BAD: list[tuple[dict[str, Any], int, str, str]] = [
    ({"amount": "0.00"}, 400, "amount-not-positive", "/amount"),
    ({"amount": "5.001"}, 400, "amount-too-precise", "/amount"),
    ({"amount": 5}, 400, "amount-not-text", "/amount"),
    ({"invoice": "nobody"}, 404, "invoice-unknown", "/invoice"),
    ({"currency": "USD"}, 409, "fact-currency", "/currency"),
    ({"on": "2026-11-22"}, 400, "day-ahead", "/on"),
    ({"reason": " "}, 400, "field-not-valid", "/reason"),
    ({"id": "~"}, 400, "field-not-valid", "/id"),
    ({"by": "somebody"}, 400, "field-unknown", "/by"),
]


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(("changes", "status", "code", "pointer"), BAD)
def test_bad_fact_is_refused_and_nothing_written(
    path: str,
    changes: dict[str, Any],
    status: int,
    code: str,
    pointer: str,
    erp: Erp,
    world: World,
) -> None:
    answer = erp.call("POST", path, {**BODIES[path], **changes})
    assert refusal(answer) == (status, code, pointer)
    assert world.commits == []


@pytest.mark.parametrize("path", ["/v1/discounts", "/v1/write-offs"])
def test_no_more_goes_than_is_open(path: str, erp: Erp) -> None:
    answer = erp.call("POST", path, {**FACT, "amount": "119.01"})
    assert refusal(answer) == (400, "fact-amount", "/amount")


@pytest.mark.parametrize(
    ("vat", "code", "pointer"),
    [
        ({"19": "5.01"}, "fact-amount", "/vat"),
        ({"19": "-0.01"}, "fact-amount", "/vat/19"),
        ({"19": "0.001"}, "amount-too-precise", "/vat/19"),
        ({"19": 1}, "amount-not-text", "/vat/19"),
        ({"nineteen": "0.10"}, "field-not-valid", "/vat/nineteen/[key]"),
    ],
)
def test_vat_of_a_discount_lies_inside_it(
    vat: dict[str, Any], code: str, pointer: str, erp: Erp
) -> None:
    answer = erp.call("POST", "/v1/discounts", {**FACT, "vat": vat})
    assert refusal(answer) == (400, code, pointer)


def test_a_business_pays_what_its_card_costs(erp: Erp) -> None:
    assert book(erp, "/v1/fees", SURCHARGE)["kind"] == "payment-method-surcharge"


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"means": "sepa-transfer"}, 403, "surcharge-not-allowed", "/means"),
        ({"means": "sepa-debit"}, 403, "surcharge-not-allowed", "/means"),
        ({"means": "card-consumer"}, 403, "surcharge-not-allowed", "/means"),
        ({"invoice": "private"}, 403, "surcharge-not-allowed", "/means"),
        ({"cost": "4.99"}, 403, "surcharge-not-allowed", "/amount"),
        ({"means": None}, 400, "means-missing", "/cost"),
        ({"cost": None}, 400, "means-missing", "/cost"),
        ({"means": None, "cost": None}, 400, "means-missing", "/means"),
        ({"kind": "other"}, 400, "means-missing", "/means"),
        ({"kind": "bribe"}, 400, "field-not-valid", "/kind"),
        ({"means": "shells"}, 400, "field-not-valid", "/means"),
    ],
)
def test_nobody_is_charged_against_the_law(
    changes: dict[str, Any], status: int, code: str, pointer: str, erp: Erp, world: World
) -> None:
    answer = erp.call("POST", "/v1/fees", {**SURCHARGE, **changes})
    assert refusal(answer) == (status, code, pointer)
    assert world.commits == []
