"""Invoices' documents and lines through the API, and the files that payers sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.invoices.lines import InvoiceLines
from saldo.invoices.model import Invoice
from tests.functions.apigw import Answer
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World
from tests.unit.files.hostile import HOSTILE, HOSTILE_XML, JPEG, PDF, UBL

LINE = {"ref": "1", "text": "Filter", "quantity": "2.5", "unit": "pcs", "amount": "100.00"}
LINE |= {"unit_price": "40.005", "tax_rate": "19"}
DISCOUNT = {"ref": "2", "text": "Discount", "amount": "-5.00"}
PLACE = ("musterwerk", "D-1", "2026/0815")


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.put("/v1/accounts", ACCOUNT)
    erp.put("/v1/invoices", INVOICE)
    world.commits.clear()
    return erp


def give(erp: Erp, data: bytes, kind: str = "application/pdf", **query: str) -> Answer:
    asked = {"number": "2026/0815", **query}
    return erp.call("PUT", "/v1/invoices/document", data, asked, headers={"Content-Type": kind})


@pytest.mark.parametrize("data", [PDF, UBL], ids=["pdf", "xml"])
def test_a_document_comes_back_byte_for_byte(erp: Erp, world: World, data: bytes) -> None:
    answer = give(erp, data, name="Rechnung 0815.pdf")
    assert answer.status == 201
    assert answer.json["by"] == "ERP"
    assert world.events == ["file.kept"]
    back = erp.get("/v1/invoices/document", number="2026/0815")
    assert (back.status, back.body) == (200, data)
    assert back.headers["content-type"] == answer.json["content_type"]
    assert back.headers["content-disposition"].startswith("attachment")
    assert give(erp, data, name="Rechnung 0815.pdf").status == 200


def test_a_newer_document_takes_the_place_of_the_one_before(erp: Erp, world: World) -> None:
    first = give(erp, PDF).json
    world.clock.advance(timedelta(days=1))
    second = give(erp, UBL).json
    assert erp.get("/v1/invoices/document", number="2026/0815").body == UBL
    files = erp.get("/v1/files", account="D-1").json["items"]
    assert [(f["id"], f["replaced_by"]) for f in files] == [
        (first["id"], second["id"]),
        (second["id"], None),
    ]
    old = erp.get("/v1/files/content", account="D-1", id=first["id"])
    assert old.body == PDF
    assert give(erp, PDF).status == 201, "what was replaced may come again"


@pytest.mark.parametrize("data", [*HOSTILE_XML.values(), HOSTILE["page"], HOSTILE["archive"]])
def test_what_is_no_document_is_refused_whatever_its_header_says(erp: Erp, data: bytes) -> None:
    answer = give(erp, data)
    assert (answer.status, answer.json["code"]) == (400, "file-kind-not-taken")
    assert erp.get("/v1/files", account="D-1").json["items"] == []


def test_too_large_an_empty_and_an_unknown_document_are_refused(erp: Erp) -> None:
    assert give(erp, PDF + b" " * 4_200_000).json["code"] == "files-too-large"
    assert give(erp, b"").json["code"] == "file-empty"
    assert give(erp, PDF, number="RE-9").json["code"] == "invoice-unknown"
    missing = erp.get("/v1/invoices/document", number="2026/0815")
    assert (missing.status, missing.json["code"]) == (404, "document-missing")


def test_another_creditor_sees_none_of_it(erp: Erp, world: World) -> None:
    kept = give(erp, PDF).json
    other = world.erp("other")
    other.put("/v1/accounts", ACCOUNT)
    assert other.get("/v1/files", account="D-1").json["items"] == []
    asked = other.get("/v1/files/content", account="D-1", id=kept["id"])
    assert (asked.status, asked.json["code"]) == (404, "file-unknown")


def test_lines_come_with_their_invoice_and_stand_beside_it(erp: Erp, world: World) -> None:
    assert erp.put("/v1/invoices", {**INVOICE, "lines": [LINE, DISCOUNT]}).status == 200
    answer = erp.get("/v1/invoices/lines", number="2026/0815").json
    first = {**LINE, "unit_price": "40.005"}
    assert answer["items"][0] == first
    assert answer["items"][1]["amount"] == "-5.00"
    kept = world.services.invoice_lines.of(*PLACE)
    assert [one.gross_minor for one in kept] == [11900, -500]
    assert [type(r) for r in world.commits] == [InvoiceLines], "the invoice itself is as it was"


def test_lines_left_out_stay_and_an_empty_list_removes_them(erp: Erp, world: World) -> None:
    push = {"records": [{**INVOICE, "lines": [LINE]}]}
    assert erp.call("POST", "/v1/invoices", push).json["success"]
    erp.put("/v1/invoices", {**INVOICE, "description": "Filters"})
    assert len(world.services.invoice_lines.of(*PLACE)) == 1
    erp.put("/v1/invoices", {**INVOICE, "lines": []})
    assert world.services.invoice_lines.of(*PLACE) == ()


def test_lines_of_a_refused_invoice_are_not_kept(erp: Erp, world: World) -> None:
    wrong = {**INVOICE, "number": "RE-2", "account": "nobody", "lines": [LINE]}
    push = {"records": [wrong, {**INVOICE, "lines": [LINE]}]}
    assert not erp.call("POST", "/v1/invoices", push).json["success"]
    assert world.services.store.get(InvoiceLines, "musterwerk", "nobody", "RE-2") is None
    assert len(world.services.invoice_lines.of(*PLACE)) == 1
    assert world.services.store.get(Invoice, *PLACE) is not None


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([LINE, LINE], "/lines/1/ref"),
        ([{**LINE, "amount": "1.005"}], "/lines/0/amount"),
        ([{**LINE, "amount": 100}], "/lines/0/amount"),
        ([{**LINE, "quantity": "many"}], "/lines/0/quantity"),
        ([{**LINE, "tax_rate": "-19"}], "/lines/0/tax_rate"),
        ([{**LINE, "ref": str(n)} for n in range(501)], "/lines"),
    ],
)
def test_a_wrong_line_is_pointed_at(erp: Erp, lines: Any, pointer: str) -> None:
    answer = erp.put("/v1/invoices", {**INVOICE, "lines": lines})
    assert (answer.status, answer.json["pointer"]) == (400, pointer)


def test_the_clerk_sees_what_came_with_a_dispute_and_may_end_it(erp: Erp, world: World) -> None:
    keep = world.services.files.keep
    kept = keep("musterwerk", "D-1", "dispute", "a.jpg", "", JPEG, "payer", "2026/0815", "DSP-1")
    order = {"id": "DSP-1", "invoice": "2026/0815", "currency": "EUR", "reason": "price"}
    opened = erp.call("POST", "/v1/disputes", {**order, "text": "Too dear", "owner": "Ms Example"})
    assert opened.status == 201
    assert erp.get("/v1/files", account="D-1").json["items"][0]["about"] == "DSP-1"
    assert erp.get("/v1/files/content", account="D-1", id=kept.id).body == JPEG
    for _ in range(2):
        ended = erp.call("POST", "/v1/disputes/withdraw", {"account": "D-1", "id": "DSP-1"})
        assert (ended.status, ended.json["state"]) == (200, "withdrawn")
    late = erp.call("POST", "/v1/disputes/reject", {"account": "D-1", "id": "DSP-1", "text": "No"})
    assert (late.status, late.json["code"]) == (409, "dispute-over")
