"""Electronic invoices and other files through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact
from saldo.clock import FixedClock
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World
from tests.functions.test_ingest_openapi import pointer, schema_validator
from tests.incoming import BUYER, DEBTOR, about, einvoice, over


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    contact = Contact("Crediteuren", "facturen@voorbeeld.example")
    debtor = Account(
        "musterwerk", DEBTOR, BUYER, "business", "NL", "nl", "Europe/Amsterdam", (contact,)
    )
    world.services.intake.put_accounts([debtor])
    world.commits.clear()
    return erp


def send(erp: Erp, data: bytes, **query: str) -> Answer:
    headers = {"Content-Type": "application/xml"}
    return checked(erp.call("POST", "/v1/documents", data, query, headers=headers), "/v1/documents")


def checked(answer: Answer, path: str, method: str = "post") -> Answer:
    """Hold an answer against the API's own description."""
    place = ("paths", path, method, "responses", str(answer.status), "content")
    if answer.status < 300:
        schema_validator(pointer(*place, "application/json", "schema")).validate(answer.json)
    return answer


def ask(erp: Erp, id_: str, tail: str = "") -> Answer:
    path = f"/v1/uploads/{{upload_id}}{tail}"
    return erp.call("GET", path, path={"upload_id": id_})


def test_an_e_invoice_becomes_an_invoice_and_stays_what_it_was(erp: Erp, world: World) -> None:
    answer = send(erp, einvoice(), name="Rechnung 7.xml")
    assert (answer.status, answer.json["state"], answer.json["by"]) == (201, "taken", "ERP")
    assert answer.json["found"]["account"] == DEBTOR
    assert world.events == ["invoice.issued", "file.kept", "document.judged"]
    assert erp.get("/v1/invoices", number="RE-7").json["amount"] == "119.00"
    assert erp.get("/v1/invoices/document", number="RE-7").body == einvoice()
    assert erp.get("/v1/invoices/lines", number="RE-7").json["items"][0]["text"] == "Consulting"
    back = ask(erp, answer.json["id"], "/content")
    assert (back.body, back.headers["content-type"]) == (einvoice(), "application/octet-stream")


def test_the_same_bytes_again_are_the_same_file(erp: Erp, world: World) -> None:
    first = send(erp, einvoice())
    world.commits.clear()
    world.clock.advance(timedelta(minutes=5))
    again = send(erp, einvoice(), name="other.xml")
    assert (again.status, again.json) == (200, first.json)
    assert world.commits == []


def test_wrong_totals_are_told_by_rule_and_place(erp: Erp) -> None:
    due = '<cbc:PayableAmount currencyID="EUR">'
    wrong = einvoice("RE-7", DEBTOR, (f"{due}119.00", f"{due}120.00"))
    answer = send(erp, wrong).json
    assert (answer["state"], answer["code"]) == ("refused", "document-not-valid")
    (row,) = [row for row in answer["rows"] if row["status"] == "refused"]
    assert row["code"] == "BR-CO-16"
    assert row["place"].startswith("/Invoice/cac:LegalMonetaryTotal (line ")
    assert erp.get("/v1/invoices", number="RE-7").status == 404


def test_what_waits_is_listed_and_taken_when_somebody_says_who_it_is(erp: Erp) -> None:
    waits = send(erp, einvoice("RE-7", "K99")).json
    assert (waits["state"], waits["code"]) == ("waiting", "buyer-unknown")
    listed = checked(erp.get("/v1/uploads"), "/v1/uploads", "get").json["items"]
    assert [one["id"] for one in listed] == [waits["id"]]
    order = {"id": waits["id"], "account": DEBTOR}
    done = checked(erp.call("POST", "/v1/uploads/again", order), "/v1/uploads/again")
    assert done.json["state"] == "taken"
    assert erp.get("/v1/uploads").json["items"] == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"account": "nobody"}, "account-unknown"),
        ({"invoice": "RE-0"}, "invoice-unknown"),
        ({"id": "x"}, "upload-unknown"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(erp: Erp, said: dict[str, Any], code: str) -> None:
    waits = send(erp, einvoice("RE-7", "K99")).json
    answer = erp.call("POST", "/v1/uploads/again", {"id": waits["id"], **said})
    assert (answer.status, answer.json["code"]) == (404, code)
    assert ask(erp, waits["id"]).json["state"] == "waiting"


def test_a_credit_note_by_document_reduces_its_invoice(erp: Erp) -> None:
    send(erp, einvoice())
    note = send(erp, einvoice("G-1", DEBTOR, about("RE-7"), *over("19.00"), kind="381"))
    assert note.json["state"] == "taken"
    assert erp.get("/v1/invoices", number="RE-7").json["open"] == "100.00"
    assert erp.get("/v1/credit-notes", number="G-1").json["invoice"] == "RE-7"


def test_too_large_for_a_call_names_the_other_way(erp: Erp) -> None:
    answer = erp.call("POST", "/v1/documents", b"<" + b" " * 4_300_000)
    assert (answer.status, answer.json["code"]) == (413, "document-too-large")
    assert "/v1/uploads" in answer.json["detail"]


def test_a_large_file_goes_to_an_address_and_is_told_by_its_id(erp: Erp, world: World) -> None:
    made = checked(
        erp.call("POST", "/v1/uploads", {"name": "big.xml", "source": "erp-2"}), "/v1/uploads"
    )
    assert made.status == 201
    upload = made.json["id"]
    assert made.json["fields"]["key"] == f"upload/musterwerk/{upload}"
    before = checked(ask(erp, upload), "/v1/uploads/{upload_id}", "get").json
    assert before["document"] is None
    assert "url" not in before
    assert ask(erp, upload, "/content").json["code"] == "upload-unknown"
    world.services.bay.put(made.json["fields"]["key"], einvoice(), "application/xml")
    world.services.uploads.arrived("musterwerk", upload)
    after = checked(ask(erp, upload), "/v1/uploads/{upload_id}", "get").json
    assert (after["document"]["state"], after["document"]["source"]) == ("taken", "erp-2")
    assert ask(erp, upload, "/content").body == einvoice()


def test_another_creditor_sees_none_of_it(erp: Erp, world: World) -> None:
    known = send(erp, einvoice("RE-7", "K99")).json
    other = world.erp("other")
    assert other.get("/v1/uploads").json["items"] == []
    for tail in ("", "/content"):
        asked = ask(other, known["id"], tail)
        assert (asked.status, asked.json["code"]) == (404, "upload-unknown")
    again = other.call("POST", "/v1/uploads/again", {"id": known["id"]})
    assert again.json["code"] == "upload-unknown"


def test_a_source_is_named_plainly(erp: Erp) -> None:
    answer = erp.call("POST", "/v1/uploads", {"name": "x", "source": "../other"})
    assert (answer.status, answer.json["pointer"]) == (400, "/source")
    assert erp.call("POST", "/v1/documents", einvoice(), {"source": "A B"}).status == 400


def test_a_file_that_no_answer_can_hold_is_fetched_from_elsewhere(erp: Erp, world: World) -> None:
    large = einvoice() + b" " * 4_300_000
    upload = erp.call("POST", "/v1/uploads", {"name": "big.xml"}).json
    world.services.bay.put(upload["fields"]["key"], large, "application/xml")
    receipt = world.services.uploads.arrived("musterwerk", upload["id"])
    assert receipt is not None and receipt.state == "taken"
    for answer in (
        ask(erp, upload["id"], "/content"),
        erp.get("/v1/invoices/document", number="RE-7"),
        erp.get("/v1/files/content", account=DEBTOR, id=receipt.found["files"][0]),
    ):
        assert (answer.status, answer.body) == (303, b"")
        assert answer.headers["location"].startswith("https://files.example/")
        assert answer.headers["location"].endswith("?seconds=60")
        assert answer.headers["cache-control"] == "no-store"
    world.services.file_store.delete(f"~intake/musterwerk/{receipt.id}")
    gone = ask(erp, upload["id"], "/content")
    assert (gone.status, gone.json["code"]) == (404, "file-unknown")
