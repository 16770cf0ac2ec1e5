"""Bank statements through the API: sent, matched, worked through, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.bank_entries.model import BankEntry
from saldo.clock import FixedClock
from saldo.wiring import services
from tests.functions.apigw import Answer
from tests.functions.erp import INVOICE, Erp, World, refusal
from tests.functions.test_ingest_openapi import pointer, schema_validator

IBAN = "DE02120300000000202051"
ACCOUNT = {"id": IBAN, "currency": "EUR"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    assert checked(erp.call("PUT", "/v1/bank-accounts", ACCOUNT), "put").json["id"] == IBAN
    return erp


def mt940(minor: int, text: str, opening: int = 0, number: int = 1) -> bytes:
    def amount(value: int) -> str:
        return f"{value // 100},{value % 100:02}"

    return (
        f":20:STARTUMS\n:25:{IBAN}\n:28C:{number}/1\n:60F:C261119EUR{amount(opening)}\n"
        f":61:2611201120C{amount(minor)}NTRFNONREF//B7781{number}\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text}?32Example Bakery?31DE02500105170137075030\n"
        f":62F:C261120EUR{amount(opening + minor)}\n-\n"
    ).encode()


def send(erp: Erp, data: bytes, **query: str) -> dict[str, Any]:
    headers = {"Content-Type": "text/plain"}
    answer = erp.call("POST", "/v1/bank-statements", data, query, headers=headers)
    assert answer.status == 200
    return checked(answer, "post", "/v1/bank-statements").json


def checked(answer: Answer, method: str, path: str = "/v1/bank-accounts") -> Answer:
    """Hold an answer against the API's own description."""
    place = ("paths", path, method, "responses", str(answer.status), "content")
    schema_validator(pointer(*place, "application/json", "schema")).validate(answer.json)
    return answer


def decide(erp: Erp, what: str, **order: Any) -> Answer:
    answer = erp.call("POST", f"/v1/bank-entries/{what}", order)
    return checked(answer, "post", f"/v1/bank-entries/{what}") if answer.status == 200 else answer


def waiting(erp: Erp, **query: str) -> list[dict[str, Any]]:
    answer = checked(erp.get("/v1/bank-entries", **query), "get", "/v1/bank-entries")
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def test_a_statement_is_booked_and_the_same_again_is_not(erp: Erp) -> None:
    told = send(erp, mt940(11900, "2026/0815"))
    assert (told["state"], told["found"]["entries"]) == ("taken", 1)
    again = send(erp, mt940(11900, "2026/0815"))
    assert (again["state"], again["found"]["entries"]) == ("unchanged", 0)
    (taken,) = erp.get("/v1/bank-statements", account=IBAN).json["items"]
    assert (taken["opening"], taken["closing"], taken["booked"]) == ("0.00", "119.00", 1)
    (account,) = erp.get("/v1/bank-accounts").json["items"]
    assert account["covered_until"] == "2026-11-20"


def test_an_entry_is_split_taken_back_and_ignored(erp: Erp, world: World) -> None:
    send(erp, mt940(5000, "danke"))
    (one,) = waiting(erp)
    assert (one["left"], one["iban"]) == ("50.00", "DE02500105170137075030")
    assert refusal(decide(erp, "accept", id=one["id"]))[1] == "no-proposal"
    parts = [{"account": "D-1", "amount": "20.00"}, {"account": "D-1"}]
    matched = decide(erp, "split", id=one["id"], reason="by phone", parts=parts).json
    assert (matched["state"], matched["left"]) == ("matched", "0.00")
    assert [portion["amount"] for portion in matched["portions"]] == ["20.00", "30.00"]
    assert waiting(erp) == []
    back = decide(erp, "reverse", id=one["id"], reason="the wrong one").json
    assert (back["state"], back["left"]) == ("open", "50.00")
    ignored = decide(erp, "ignore", id=one["id"], reason="rent").json
    assert ignored["state"] == "ignored"
    assert waiting(erp, id=one["id"])[0]["reason"] == "rent"
    del world


def test_a_proposal_is_accepted_and_a_return_is_said(erp: Erp) -> None:
    send(erp, mt940(10000, "2026/0815 Teilbetrag"))
    (one,) = waiting(erp)
    assert (one["state"], one["proposal"]["account"]) == ("likely", "D-1")
    matched = decide(erp, "accept", id=one["id"]).json
    (portion,) = matched["portions"]
    assert (matched["state"], portion["invoices"]) == ("matched", ["2026/0815"])
    assert erp.get("/v1/invoices", number="2026/0815").json["open"] == "19.00"
    out = mt940(10000, "Lastschrift", 10000, 2).replace(b":61:2611201120C", b":61:2611201120D")
    send(erp, out.replace(b"EUR200,00", b"EUR0,00"))
    assert waiting(erp) == []
    (passed_over,) = taken_from(one["bank_account"])
    said = {"id": passed_over, "payment": portion["payment"], "reason": "recalled"}
    assert decide(erp, "return", **said).json["state"] == "returned"
    assert erp.get("/v1/invoices", number="2026/0815").json["open"] == "119.00"


def test_what_waits_is_matched_again_when_its_invoice_has_come(erp: Erp) -> None:
    send(erp, mt940(7140, "RE-2026-0099"))
    assert waiting(erp)[0]["state"] == "open"
    invoice = INVOICE | {"number": "RE-2026-0099", "amount": "71.40"}
    assert erp.put("/v1/invoices", invoice).status == 201
    done = checked(erp.call("POST", "/v1/bank-entries"), "post", "/v1/bank-entries").json
    assert done["booked"] + done["likely"] == 1
    assert all(one["state"] == "likely" for one in waiting(erp))


def test_an_over_payment_is_proposed_for_refund_ordered_and_paid_out(erp: Erp) -> None:
    rule = {"id": IBAN, "proposes_refund_from_minor": 500}
    assert erp.call("PUT", "/v1/bank-accounts", rule).json["proposes_refund_from_minor"] == 500
    send(erp, mt940(12900, "2026/0815"))
    for one in waiting(erp):
        decide(erp, "accept", id=one["id"])
    (one,) = waiting(erp, refunds="true")
    assert (one["refund"]["state"], one["refund"]["amount"]) == ("proposed", "10.00")
    assert (one["refund"]["name"], one["refund"]["iban"]) == (one["name"], one["iban"])
    ordered = decide(erp, "refund", id=one["id"], reason="by phone").json
    assert (ordered["refund"]["state"], ordered["refund"]["reason"]) == ("ordered", "by phone")
    assert waiting(erp, refunds="true") == []
    assert decide(erp, "refund", id=one["id"], declines=True).json["refund"]["state"] == "declined"
    assert refusal(decide(erp, "refund", id="2026-x"))[1] == "bank-entry-unknown"
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "proposes_refund_from_minor": -1})
    (account,) = erp.get("/v1/bank-accounts").json["items"]
    assert account["proposes_refund_from_minor"] is None


def of_a_debit(data: bytes) -> bytes:
    return data.replace(b"?20SVWZ+", b"?20EREF+E2E-4711?21MREF+MD-1?22SVWZ+")


def test_a_returned_debit_is_charged_on_by_rule_and_taken_back_with_its_charge(erp: Erp) -> None:
    rule = {"kind": "bank", "amount_minor": 1000}
    told = erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "return_charge": rule}).json
    assert told["return_charge"] == {**rule, "clause": "", "clause_since": None}
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "late_after_days": 2})
    (account,) = erp.get("/v1/bank-accounts").json["items"]
    assert account["return_charge"]["kind"] == "bank"
    data = of_a_debit(mt940(11900, "2026/0815"))
    assert send(erp, data)["found"]["matched"] == 1
    out = of_a_debit(mt940(12250, "RETURN AM04", 11900, 2))
    out = out.replace(b":61:2611201120C", b":61:2611201120D").replace(b"EUR241,50", b"EUR-3,50")
    out = out.replace(b":62F:C261120EUR-3,50", b":62F:D261120EUR3,50")
    assert send(erp, out)["found"]["entries"] == 1
    (took,) = taken_from(IBAN)
    (one,) = waiting(erp, id=took)
    assert one["state"] == "returned"
    assert (one["charged"]["amount"], one["charged"]["invoice"]) == ("3.50", "2026/0815")
    assert erp.get("/v1/invoices", number="2026/0815").json["open"] == "122.50"
    back = decide(erp, "reverse", id=took, reason="the bank's mistake").json
    assert (back["state"], back["charged"]) == ("open", None)
    assert erp.get("/v1/invoices", number="2026/0815").json["open"] == "0.00"
    wrong = {"id": IBAN, "return_charge": {"kind": "fixed"}}
    assert refusal(erp.call("PUT", "/v1/bank-accounts", wrong))[1] == "bank-account-not-valid"


def taken_from(account: str) -> list[str]:
    """Return the ids of entries that took money, as the books have them."""
    found = services().store.list(BankEntry, "musterwerk", account, "2026")
    return [one.id for one in found if one.entry.amount_minor < 0]


def test_what_cannot_be_read_or_is_nobodys_is_refused_with_a_reason(erp: Erp) -> None:
    broken = mt940(5000, "danke").replace(b":62F:", b":99F:")
    assert send(erp, broken)["code"] == "statement-refused"
    other = mt940(5000, "danke").replace(IBAN.encode(), b"DE89370400440532013000")
    assert send(erp, other)["code"] == "bank-account-unknown"
    assert waiting(erp) == []
    assert refusal(decide(erp, "ignore", id="2026-x", reason="?"))[1] == "bank-entry-unknown"
    assert refusal(erp.get("/v1/bank-statements", account="x"))[1] == "bank-account-unknown"


def test_csv_is_read_by_the_mapping_of_its_account(erp: Erp) -> None:
    mapping = {
        "columns": {"booked_on": "Tag", "amount": "Betrag", "name": "Wer", "remittance": "Text"},
        "days": "DMY",
        "decimal": ",",
    }
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "csv": mapping, "late_after_days": 2})
    lines = "Tag;Betrag;Wer;Text\n20.11.2026;1.234,50;Beispiel AG;Anzahlung\n"
    assert send(erp, lines.encode(), account=IBAN)["found"]["entries"] == 1
    (one,) = waiting(erp)
    assert (one["amount"], one["booked_on"]) == ("1234.50", str(date(2026, 11, 20)))
    refused = erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "csv": {"columns": {}}})
    assert refusal(refused)[1] == "csv-map-not-valid"
