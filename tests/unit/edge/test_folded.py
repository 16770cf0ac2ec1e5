"""Folded paths of the gateway: each address is still what it was, and unknown ones still are."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.edge.folded import folded, unfolded

PLACE = "/payt/v1"
ROUTES: dict[str, dict[str, object]] = {
    "/payt/v1/invoices": {"GET": None, "POST": None},
    "/payt/v1/invoices/{record_id}": {"GET": None},
    "/payt/v1/invoices/deleted": {"GET": None},
    "/payt/v1/invoices/block": {"PATCH": None},
    "/payt/v1/plans/{record_id}/approve": {"PATCH": None},
    "/v1/invoices": {"GET": None},
    "/p/{token}/documents": {"GET": None},
    "/p/{token}/documents/receipt.pdf": {"GET": None},
}


def asked(resource: str, method: str = "GET", **parts: str) -> dict[str, Any]:
    request = {"resourcePath": resource, "httpMethod": method, "requestId": "r-1"}
    return {"resource": resource, "pathParameters": parts or None, "requestContext": request}


def route_of(event: dict[str, Any]) -> tuple[str, dict[str, str] | None]:
    found = unfolded(event, ROUTES)
    assert found["requestContext"]["requestId"] == "r-1"
    assert found["resource"] == found["requestContext"]["resourcePath"]
    return found["resource"], found["pathParameters"]


@pytest.mark.parametrize(
    ("path", "stands_as"),
    [
        ("/payt/v1/invoices", "/payt/v1/{part1}"),
        ("/payt/v1/plans/{record_id}/approve", "/payt/v1/{part1}/{part2}/{part3}"),
        ("/payt/v1", "/payt/v1"),
        ("/payt/v11/invoices", "/payt/v11/invoices"),
        ("/v1/invoices", "/v1/invoices"),
    ],
)
def test_what_stands_below_a_place_is_folded_and_nothing_else(path: str, stands_as: str) -> None:
    assert folded(path, (PLACE,)) == stands_as


def test_a_spelt_part_goes_before_a_parameter() -> None:
    two = "/payt/v1/{part1}/{part2}"
    deleted = asked(two, part1="invoices", part2="deleted")
    assert route_of(deleted) == ("/payt/v1/invoices/deleted", None)
    one = asked(two, part1="invoices", part2="2026 0815 & more")
    shown = ("/payt/v1/invoices/{record_id}", {"record_id": "2026 0815 & more"})
    assert route_of(one) == shown
    braces = asked(two, part1="invoices", part2="{record_id}")
    assert route_of(braces)[1] == {"record_id": "{record_id}"}


def test_parameters_above_the_place_stay() -> None:
    event = asked("/p/{token}/documents/{part1}", token="abc", part1="receipt.pdf")
    assert route_of(event) == ("/p/{token}/documents/receipt.pdf", {"token": "abc"})


@pytest.mark.parametrize(
    "event",
    [
        asked("/payt/v1/{part1}", part1="nothing"),
        asked("/payt/v1/{part1}", "DELETE", part1="invoices"),
        # To the gateway a spelt part was a path of its own, whatever its methods.
        asked("/payt/v1/{part1}/{part2}", "GET", part1="invoices", part2="block"),
        asked("/payt/v1/{part1}/{part2}/{part3}", part1="plans", part2="1", part3="approve"),
        asked("/payt/v1/{part1}/{part2}"),
        asked("/v1/invoices"),
    ],
)
def test_what_no_route_is_for_is_left_as_it_came(event: dict[str, Any]) -> None:
    assert unfolded(event, ROUTES) == event
