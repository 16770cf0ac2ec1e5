"""Pay links for paper: what they open, and their QR codes."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from saldo.clock import FixedClock
from saldo.edge.v1.bulk import QR_RECORDS_MAX
from saldo.payments.model import PayLink
from tests.functions.erp import Erp, World, refusal

LINK: dict[str, Any] = {"invoice": "2026/0815"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    world.commits.clear()
    return erp


def test_a_link_opens_the_invoice_alone_unless_it_says_account(erp: Erp, world: World) -> None:
    erp.push("/v1/pay-links", LINK, {**LINK, "scope": "account"}, {**LINK, "scope": "invoice"})
    made = [record for record in world.commits if isinstance(record, PayLink)]
    assert [link.scope for link in made] == ["invoice", "account", "invoice"]
    assert {link.invoice for link in made} == {"2026/0815"}


def test_link_comes_with_its_code_for_paper(erp: Erp) -> None:
    plain, svg, png = erp.push("/v1/pay-links", LINK, {**LINK, "qr": "svg"}, {**LINK, "qr": "png"})[
        "results"
    ]
    assert "qr_svg" not in plain and "qr_png" not in plain
    assert ET.fromstring(svg["qr_svg"]).get("viewBox") == "0 0 41 41"
    assert "qr_png" not in svg
    assert b64decode(png["qr_png"]).startswith(b"\x89PNG")
    assert "qr_svg" not in png


def test_an_invoice_that_is_not_there_has_no_code(erp: Erp) -> None:
    (result,) = erp.push("/v1/pay-links", {"invoice": "nobody", "qr": "svg"})["results"]
    assert result["problem"]["code"] == "invoice-unknown"
    assert "qr_svg" not in result and "url" not in result


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"scope": "creditor"}, "/records/0/scope"), ({"qr": "gif"}, "/records/0/qr")],
)
def test_what_a_link_cannot_be(changes: dict[str, str], pointer: str, erp: Erp) -> None:
    (result,) = erp.push("/v1/pay-links", {**LINK, **changes})["results"]
    assert (result["problem"]["code"], result["problem"]["pointer"]) == ("field-not-valid", pointer)


def test_codes_are_made_for_a_hundred_at_a_time(erp: Erp, world: World) -> None:
    records = [*([LINK] * QR_RECORDS_MAX), {**LINK, "qr": "svg"}]
    answer = erp.call("POST", "/v1/pay-links", {"records": records})
    assert refusal(answer) == (400, "records-count", "/records")
    assert world.commits == []
    assert erp.push("/v1/pay-links", *([LINK] * (QR_RECORDS_MAX + 1)))["success"]
