"""An ERP pushes accounts, invoices and credit notes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from saldo.clock import FixedClock
from saldo.invoices.model import Invoice, OpenItem
from tests.functions.erp import ACCOUNT, CREDIT_NOTE, INVOICE, Erp, World, refusal


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    return world.erp()


def test_new_account_takes_what_it_leaves_out_from_the_creditor(erp: Erp) -> None:
    answer = erp.put("/v1/accounts", ACCOUNT)
    assert answer.status == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {
        "number": "D-1",
        "name": "Beispiel Bäckerei GmbH",
        "kind": "business",
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "contacts": [
            {
                "name": "Buchhaltung",
                "email": "rechnung@beispiel.example",
                "phone": None,
                "role": "billing",
                "email_state": "ok",
                "address": None,
            }
        ],
        "region": None,
        "address": None,
        "reference": None,
        "size": None,
        "industry": None,
        "risk_class": None,
        "labels": [],
        "follow_up": "automatic",
        "policy": None,
        "payment_terms": None,
        "credit_limit": None,
        "parent": None,
        "custom": {},
        "preferred_channel": None,
        "corrected": [],
        "updated_at": "2026-11-21T09:00:00.000000Z",
        "version": 1,
    }
    assert erp.get("/v1/accounts", number="D-1").json == answer.json


def test_account_may_say_everything_itself(erp: Erp) -> None:
    abroad = {
        **ACCOUNT,
        "kind": "consumer",
        "country": "AT",
        "language": "en",
        "time_zone": "Europe/Vienna",
        "contacts": [
            {
                "name": "Home",
                "email": "a.b+c@post.example.co",
                "phone": "+43 1 5878160",
                "role": "private",
            }
        ],
    }
    found = erp.put("/v1/accounts", abroad).json
    assert {name: found[name] for name in abroad if name != "contacts"} == {
        name: value for name, value in abroad.items() if name != "contacts"
    }
    assert found["contacts"][0]["phone"] == "+43 1 5878160"


def test_same_account_again_is_200_and_leaves_it_untouched(erp: Erp, world: World) -> None:
    first = erp.put("/v1/accounts", ACCOUNT)
    world.commits.clear()
    world.clock.advance(timedelta(hours=1))
    again = erp.put("/v1/accounts", ACCOUNT)
    assert (again.status, again.json) == (200, first.json)
    # That the ERP was heard of is noted; the account and its events stay untouched.
    assert [type(record).__name__ for record in world.commits] == ["FreshData"]


def test_corrected_account_is_200(erp: Erp) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    answer = erp.put("/v1/accounts", {**ACCOUNT, "name": "Beispiel Backwaren GmbH"})
    assert (answer.status, answer.json["name"]) == (200, "Beispiel Backwaren GmbH")


def test_new_invoice_with_a_slash_in_its_number(erp: Erp, world: World) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    answer = erp.put(
        "/v1/invoices",
        {
            **INVOICE,
            "description": "Filterkartuschen",
            "order_reference": "PO 4711",
            "payment_terms": "14 Tage netto",
            "payment_reference": "RF18539007547034",
            "due_date_agreed": True,
            "received_on": "2026-11-04",
            "consumer_notice_given": True,
            "already_sent": True,
        },
    )
    assert answer.status == 201
    assert answer.json == {
        "number": "2026/0815",
        "account": "D-1",
        "state": "open",
        "issued_on": "2026-11-02",
        "due_on": "2026-11-16",
        "currency": "EUR",
        "amount": "119.00",
        "charged": "0.00",
        "open": "119.00",
        "open_costs": "0.00",
        "open_interest": "0.00",
        "description": "Filterkartuschen",
        "order_reference": "PO 4711",
        "payment_terms": "14 Tage netto",
        "payment_reference": "RF18539007547034",
        "due_date_agreed": True,
        "received_on": "2026-11-04",
        "consumer_notice_given": True,
        "already_sent": True,
        "opening": None,
        "discounts": [],
        "erp_version": None,
        "erp_updated_at": None,
        "withdrawn": None,
        "closed_on": None,
        "episode": 1,
        "updated_at": "2026-11-21T09:00:00.000000Z",
        "version": 1,
    }
    assert erp.get("/v1/invoices", number="2026/0815").json == answer.json
    assert world.events == ["account.changed", "invoice.issued"]


def test_corrected_invoice_keeps_its_number_and_begins_anew(erp: Erp) -> None:
    erp.begin()
    answer = erp.put("/v1/invoices", {**INVOICE, "amount": "129.00", "due_on": "2026-11-30"})
    assert answer.status == 200
    found = answer.json
    assert (found["amount"], found["open"], found["due_on"]) == ("129.00", "129.00", "2026-11-30")
    assert (found["episode"], found["version"]) == (2, 2)


def test_idempotency_key_is_welcome_and_not_needed(erp: Erp) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    headers = {"Idempotency-Key": "once"}
    assert erp.call("PUT", "/v1/invoices", INVOICE, headers=headers).status == 201
    assert erp.call("PUT", "/v1/invoices", INVOICE, headers=headers).status == 200


def test_amounts_follow_their_currency(erp: Erp) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    for number, currency, sent, kept in (
        ("1", "JPY", "5000", "5000"),
        ("2", "KWD", "1.250", "1.250"),
        ("3", "EUR", "1.5", "1.50"),
        ("4", "EUR", "0.01", "0.01"),
        ("5", "EUR", "1.500", "1.50"),
    ):
        record = {**INVOICE, "number": number, "currency": currency, "amount": sent}
        assert erp.put("/v1/invoices", record).json["amount"] == kept


def test_bulk_of_500_has_a_result_for_each_in_its_place(erp: Erp, world: World) -> None:
    erp.push("/v1/accounts", *({**ACCOUNT, "number": f"D-{n}"} for n in range(20)))
    records = [{**INVOICE, "number": f"R/{n}", "account": f"D-{n % 20}"} for n in range(500)]
    bad = {
        3: ({"amount": 119.0}, "amount-not-text", "/amount"),
        100: ({"amount": "1.005"}, "amount-too-precise", "/amount"),
        101: ({"account": "nobody"}, "account-unknown", "/account"),
        250: ({"due_on": "2026-11-01"}, "due-before-issued", "/due_on"),
        251: ({"ammount": "1"}, "field-unknown", "/ammount"),
        498: ({"currency": "XXX"}, "field-not-valid", "/currency"),
        499: ({"issued_on": "02.11.2026"}, "field-not-valid", "/issued_on"),
    }
    for index, (change, _, _) in bad.items():
        records[index] = {**records[index], **change}
    first = erp.push("/v1/invoices", *records)
    assert first["success"] is False
    assert first["counts"] == {"accepted": 493, "unchanged": 0, "refused": 7}
    assert [r["index"] for r in first["results"]] == list(range(500))
    for index, (_, code, place) in bad.items():
        result = first["results"][index]
        assert (result["id"], result["status"]) == (f"R/{index}", "refused")
        assert result["problem"]["code"] == code
        assert result["problem"]["pointer"] == f"/records/{index}{place}"
    assert sum(isinstance(r, Invoice) for r in world.commits) == 493

    again = erp.push("/v1/invoices", *records)
    assert again["counts"] == {"accepted": 0, "unchanged": 493, "refused": 7}


def test_a_number_twice_in_one_push_is_an_invoice_and_its_correction(erp: Erp) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    result = erp.push("/v1/invoices", INVOICE, {**INVOICE, "amount": "100.00"}, INVOICE)
    assert result["counts"] == {"accepted": 3, "unchanged": 0, "refused": 0}
    assert result["success"] is True
    assert erp.get("/v1/invoices", number="2026/0815").json["version"] == 3


def test_push_in_which_nothing_can_be_read_is_still_answered_record_by_record(erp: Erp) -> None:
    records = [None, 5, "x", [], {}, {"number": 12}, {"number": "\x00"}]
    result = erp.push("/v1/invoices", *records)
    assert result["counts"]["refused"] == len(records)
    assert [r["id"] for r in result["results"]] == [None] * 6 + ["\x00"]
    assert all(r["problem"]["pointer"].startswith("/records/") for r in result["results"])


def test_accounts_in_bulk(erp: Erp, world: World) -> None:
    result = erp.push(
        "/v1/accounts", ACCOUNT, {**ACCOUNT, "number": "D-2", "country": "XX"}, ACCOUNT
    )
    assert [r["status"] for r in result["results"]] == ["accepted", "refused", "unchanged"]
    assert result["results"][1]["problem"]["pointer"] == "/records/1/country"
    assert world.events == ["account.changed"]


def test_credit_note_reduces_its_invoice(erp: Erp) -> None:
    erp.begin()
    answer = erp.put("/v1/credit-notes", CREDIT_NOTE)
    assert answer.status == 201
    assert answer.json == {
        "number": "G/7",
        "invoice": "2026/0815",
        "account": "D-1",
        "issued_on": "2026-11-20",
        "currency": "EUR",
        "amount": "19.00",
        "applied": "19.00",
        "credit": "0.00",
        "reason": "",
        "updated_at": "2026-11-21T09:00:00.000000Z",
    }
    assert erp.get("/v1/credit-notes", number="G/7").json == answer.json
    invoice = erp.get("/v1/invoices", number="2026/0815").json
    assert (invoice["state"], invoice["open"]) == ("partly-settled", "100.00")
    assert erp.put("/v1/credit-notes", CREDIT_NOTE).status == 200


def test_credit_note_over_more_than_is_open_becomes_credit(erp: Erp, world: World) -> None:
    erp.begin()
    found = erp.put("/v1/credit-notes", {**CREDIT_NOTE, "amount": "150.00"}).json
    assert (found["applied"], found["credit"]) == ("119.00", "31.00")
    assert erp.get("/v1/invoices", number="2026/0815").json["state"] == "settled"
    assert list(world.services.store.list(OpenItem, "musterwerk", "D-1")) == []


def test_credit_notes_in_bulk(erp: Erp) -> None:
    erp.begin()
    result = erp.push(
        "/v1/credit-notes",
        CREDIT_NOTE,
        CREDIT_NOTE,
        {**CREDIT_NOTE, "amount": "20.00"},
        {**CREDIT_NOTE, "number": "G/8", "invoice": "none"},
        {**CREDIT_NOTE, "number": "G/9", "currency": "USD"},
        {**CREDIT_NOTE, "number": "G/10", "amount": "0.00"},
    )
    assert [r.get("problem", {}).get("code") for r in result["results"]] == [
        None,
        None,
        "conflict",
        "invoice-unknown",
        "credit-note-currency",
        "amount-not-positive",
    ]
    assert [r.get("problem", {}).get("pointer") for r in result["results"]][2:] == [
        "/records/2/number",
        "/records/3/invoice",
        "/records/4/currency",
        "/records/5/amount",
    ]


def test_pay_links_for_known_invoices(erp: Erp, world: World) -> None:
    erp.begin()
    result = erp.push("/v1/pay-links", {"invoice": "2026/0815"}, {"invoice": "none"}, {"x": 1})
    assert [r["status"] for r in result["results"]] == ["accepted", "refused", "refused"]
    made, unknown, bad = result["results"]
    assert (made["invoice"], made["id"]) == ("2026/0815", "2026/0815")
    assert "url" not in unknown
    assert unknown["problem"]["pointer"] == "/records/1/invoice"
    assert bad["problem"]["pointer"] == "/records/2/x"
    token = made["url"].removeprefix("https://pay.musterwerk.example/p/")
    assert world.services.links.open(token).invoice.number == "2026/0815"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"account": "nobody"}, (404, "account-unknown", "/account")),
        ({"account": "D-2"}, (409, "number-belongs-elsewhere", "/account")),
        ({"currency": "USD"}, (409, "currency-fixed", "/currency")),
        ({"amount": "18.99"}, (409, "below-what-was-paid", "/amount")),
    ],
)
def test_correction_that_contradicts_the_books_is_refused(
    changed: dict[str, str], expected: tuple[int, str, str], erp: Erp, world: World
) -> None:
    erp.begin()
    erp.put("/v1/accounts", {**ACCOUNT, "number": "D-2"})
    erp.put("/v1/credit-notes", CREDIT_NOTE)
    world.commits.clear()
    assert refusal(erp.put("/v1/invoices", {**INVOICE, **changed})) == expected
    assert world.commits == []


def test_records_taken_and_refused_are_counted(
    erp: Erp, capsys: pytest.CaptureFixture[str]
) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    capsys.readouterr()
    erp.push("/v1/invoices", INVOICE, {**INVOICE, "number": "2"}, {**INVOICE, "amount": "x"})
    erp.put("/v1/invoices", {**INVOICE, "amount": "-1"})
    written = capsys.readouterr().out
    counted = [json.loads(line) for line in written.splitlines() if '"_aws"' in line]
    assert [(c.get("InvoicesAccepted"), c.get("InvoicesRefused")) for c in counted] == [
        ([2.0], [1.0]),
        (None, [1.0]),
    ]
    assert counted[1]["RequestsRefused"] == [1.0]
    assert all(c["service"] == "ingest" for c in counted)


def test_log_carries_neither_names_nor_addresses_nor_secrets(
    erp: Erp, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    erp.put("/v1/accounts", ACCOUNT)
    erp.put("/v1/accounts", {**ACCOUNT, "contacts": [{"name": "x", "email": "not an address"}]})
    erp.push("/v1/invoices", INVOICE, {**INVOICE, "number": "only-here", "amount": "x"})
    erp.call("POST", "/v1/webhooks", {"url": "https://erp.example.com/hook"})
    assert [record.getMessage() for record in caplog.records] == ["refused", "records taken"]
    written = "".join(capsys.readouterr()) + "".join(str(vars(r)) for r in caplog.records)
    for private in ("Beispiel", "beispiel", "not an address", "only-here", erp.secret, "whsec_"):
        assert private not in written


def test_an_accounts_policy_must_be_there(erp: Erp, world: World) -> None:
    answer = erp.put("/v1/accounts", {**ACCOUNT, "policy": "de-buisness"})
    assert answer.status == 400
    assert answer.json["code"] == "policy-unknown"
    assert answer.json["pointer"] == "/policy"
    assert "de-business" in answer.json["detail"]
    for there in ("de-business", "every-3-weeks"):
        assert erp.put("/v1/accounts", {**ACCOUNT, "policy": there}).json["policy"] == there
    assert erp.put("/v1/accounts", {**ACCOUNT, "policy": None}).json["policy"] is None


def test_an_accounts_policy_may_be_the_creditors_own_even_before_its_first_day(
    erp: Erp, world: World
) -> None:
    stage = {"number": 1, "offset_days": 2, "message": "reminder-1"}
    own = {"id": "ours", "version": 1, "announces_invoice": False, "stages": [stage]}
    later = world.clock.now().date() + timedelta(days=30)
    world.services.policies.put("musterwerk", own, "anna", later)
    records = [
        {**ACCOUNT, "number": f"D-{n}", "policy": policy}
        for n, policy in enumerate(("ours", "ours", "theirs", None))
    ]
    answer = erp.push("/v1/accounts", *records)
    assert [one["status"] for one in answer["results"]] == [
        "accepted", "accepted", "refused", "accepted",
    ]  # fmt: skip
    assert answer["results"][2]["problem"]["code"] == "policy-unknown"
