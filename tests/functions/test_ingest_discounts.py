"""An ERP sends invoices with cash discounts, and hears what was granted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.invoices.discounts import DiscountTerm
from saldo.invoices.model import Invoice
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal

SOON = {"until": "2026-11-09", "percent": "3"}
LATER = {"until": "2026-11-12", "percent": "2.25", "basis": "100.00"}
LAST = {"until": "2026-11-16", "amount": "1.00"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.put("/v1/accounts", ACCOUNT)
    return erp


def test_three_discounts_come_back_as_they_were_sent(erp: Erp, world: World) -> None:
    answer = erp.put("/v1/invoices", {**INVOICE, "discounts": [SOON, LATER, LAST]})
    assert answer.status == 201
    nothing = {"percent": None, "amount": None, "basis": None}
    assert answer.json["discounts"] == [nothing | SOON, nothing | LATER, nothing | LAST]
    invoice = next(one for one in world.commits if isinstance(one, Invoice))
    assert [(t.basis_points, t.fixed_minor, t.basis_minor) for t in invoice.discounts] == [
        (300, 0, None),
        (225, 0, 10000),
        (0, 100, None),
    ]


def test_the_same_again_is_unchanged_and_left_out_they_are_gone(erp: Erp) -> None:
    first = erp.put("/v1/invoices", {**INVOICE, "discounts": [SOON]})
    again = erp.put("/v1/invoices", {**INVOICE, "discounts": [SOON]})
    assert (again.status, again.json["version"]) == (200, first.json["version"])
    gone = erp.put("/v1/invoices", INVOICE)
    assert (gone.json["discounts"], gone.json["version"]) == ([], 2)


@pytest.mark.parametrize(
    ("discounts", "code", "where"),
    [
        ([{"until": "2026-11-09"}], "field-missing", "/discounts/0/percent"),
        ([{**SOON, "amount": "1.00"}], "field-missing", "/discounts/0/percent"),
        ([{**SOON, "percent": "0"}], "discounts-not-valid", "/discounts/0"),
        ([{**SOON, "percent": "50"}], "discounts-not-valid", "/discounts/0/percent"),
        ([{**SOON, "percent": "3.125"}], "field-not-valid", "/discounts/0/percent"),
        ([{**SOON, "percent": 3}], "field-not-valid", "/discounts/0/percent"),
        ([{**SOON, "until": "2026-11-17"}], "discounts-not-valid", "/discounts/0/until"),
        ([{**SOON, "until": "2026-11-01"}], "discounts-not-valid", "/discounts/0/until"),
        ([LATER, SOON], "discounts-not-valid", "/discounts/1/until"),
        ([LAST | {"amount": "0.00"}], "amount-not-positive", "/discounts/0/amount"),
        ([LATER | {"basis": "119.01"}], "discounts-not-valid", "/discounts/0/basis"),
        ([SOON, LATER, LAST, LAST], "field-not-valid", "/discounts"),
    ],
)
def test_what_contradicts_is_refused_with_its_place(
    erp: Erp, discounts: list[dict[str, Any]], code: str, where: str
) -> None:
    answer = erp.put("/v1/invoices", {**INVOICE, "discounts": discounts})
    assert refusal(answer) == (400, code, where)


def test_one_bad_discount_refuses_its_own_invoice_alone(erp: Erp) -> None:
    bad = {**INVOICE, "number": "2", "discounts": [{**SOON, "percent": "60"}]}
    answer = erp.push("/v1/invoices", {**INVOICE, "discounts": [SOON]}, bad)
    assert answer["counts"] == {"accepted": 1, "unchanged": 0, "refused": 1}


def test_an_allocation_tells_the_discount_beside_it(erp: Erp) -> None:
    erp.put("/v1/invoices", {**INVOICE, "discounts": [LAST]})
    paid = {
        "id": "till-1",
        "invoices": [INVOICE["number"]],
        "amount": "118.00",
        "currency": "EUR",
        "received_on": "2026-11-16",
        "method": "cash",
    }
    answer = erp.call("POST", "/v1/payments", paid)
    assert answer.status in (200, 201), answer.json
    (made,) = answer.json["allocations"]
    assert (made["amount"], made["discount"]) == ("118.00", "1.00")
    assert answer.json["open"][0]["open"] == "0.00"


def test_the_percentage_is_written_as_it_was_agreed() -> None:
    until = date(2026, 11, 16)
    texts = [DiscountTerm(until, points).percent for points in (300, 250, 225, 1000, 5)]
    assert texts == ["3", "2.5", "2.25", "10", "0.05"]
