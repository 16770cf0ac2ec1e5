"""An ERP that speaks to another receivables service speaks to us by changing an address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.ingest import app
from infra.table import table_definition
from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import Account
from saldo.adapters.dynamo.store import DynamoStore
from saldo.clock import FixedClock, iso_instant
from saldo.edge.payt.operations import OPERATIONS, Operation
from saldo.events import event
from saldo.ledger.verify import verify
from saldo.payments.agreements import Consent, Mandate, MandateRef
from saldo.reminders.tasks import Task
from saldo.store import Put
from tests.functions.erp import Erp, World
from tests.functions.payt import (
    ADMINISTRATION,
    CONTACT,
    DEBTOR,
    INVOICE,
    Payt,
    charge_back,
    pay_online,
    world_of,
)

REGION = "eu-central-1"
PARITY = Path(__file__).parents[2] / "docs" / "parity-payt.md"
_ROW = re.compile(r"^\| `(GET|POST|PATCH|DELETE)` \| `(/v1/[^`]+)` \| (yes|missing)\b")


@pytest.fixture
def world(clock: FixedClock) -> Iterator[World]:
    world = world_of(clock)
    yield world
    assert verify(world.services.store, world.clock.now().date()) == []


@pytest.fixture
def payt(world: World) -> Payt:
    payt = Payt(world.erp(), world)
    payt.begin()
    return payt


def test_parity_page_says_yes_where_a_route_answers_and_only_there() -> None:
    told = {
        (found[1], found[2]): found[3]
        for line in PARITY.read_text(encoding="utf-8").splitlines()
        if (found := _ROW.match(line))
    }
    routes = {
        (method, path.removeprefix("/payt").replace("{record_id}", "{id}"))
        for path, methods in app.app.routes.items()
        if path.startswith("/payt/")
        for method in methods
    }
    assert {place for place, word in told.items() if word == "yes"} == routes
    assert len(told) == 54
    assert len(OPERATIONS) == len(routes)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_wants_its_scope_and_its_own_administration(
    operation: Operation, world: World
) -> None:
    others = [scope for scope in ALL_SCOPES if scope != operation.scope]
    nobody, lacking = Payt(Erp("forged"), world), Payt(world.erp(scopes=others), world)
    where = "x" if "{record_id}" in operation.path else ""
    by_query = operation.method in ("GET", "DELETE")
    body = None if by_query else {"administration_id": ADMINISTRATION}

    def ask(payt: Payt, named: str = ADMINISTRATION) -> Any:
        sent = body and {"administration_id": named}
        query = {"administration_id": named}
        return payt.call(operation.method, operation.path, sent, where, query)

    answer = ask(nobody)
    assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert set(answer.json) == {"code", "message"}
    if operation.scope is not None:
        answer = ask(lacking)
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
        assert answer.json["message"] == f"Missing permission: {operation.scope}"
    if not operation.path.startswith(("/v1/administrations", "/v1/companies")):
        answer = ask(Payt(world.erp(), world), "fremdwerk")
        assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert world.commits == []


@pytest.mark.parametrize(
    "operation",
    [o for o in OPERATIONS if o.way == "list" and "deleted" not in o.path],
    ids=lambda o: o.path,
)
def test_every_list_answers_a_page_to_a_new_erp(operation: Operation, world: World) -> None:
    answer = Payt(world.erp(), world).get(operation.path)
    assert answer.status == 200
    assert answer.json["pagination"] == {"cursor": None}
    assert len(answer.json["data"]) == (1 if operation.does.startswith("administrations.") else 0)


def test_an_erp_pushes_reads_back_what_was_paid_blocks_and_resumes(
    payt: Payt, world: World
) -> None:
    (administration,) = payt.rows("/v1/administrations")
    assert (administration["id"], administration["status"]) == (ADMINISTRATION, "active")
    synced = iso_instant(world.clock.now())
    payt.taken(
        "/v1/invoices", invoices=[{**INVOICE, "invoice_number": "2", "invoice_identifier": "2"}]
    )

    blocked = payt.form("PATCH", "/v1/invoices/block", ("invoice_identifiers[]", "guid-inv-1"))
    assert blocked.json == {"success": True, "count": 1, "errors": {}, "warnings": {}}
    assert payt.invoice()["paused_at"] is not None
    assert payt.invoice()["paused_by_user"] is False
    assert payt.invoice("2")["paused_at"] is None
    payt.write("PATCH", "/v1/invoices/resume", 200, invoice_numbers=["2026/0815"])
    assert payt.invoice()["paused_at"] is None

    pay_online(world)
    (payment,) = payt.rows("/v1/payments", updated_after=synced)
    assert payment["total_amount"] == "119.00"
    assert payment["payment_method"] == "ideal"
    assert payment["invoice_id"] == payt.invoice()["id"]
    (transaction,) = payt.rows("/v1/psp_transactions", statuses="paid")
    assert (transaction["status"], transaction["amount"]) == ("paid", "119.00")
    assert transaction["invoice_ids"] == [payt.invoice()["id"]]
    shown = payt.get("/v1/psp_transactions/{record_id}", transaction["id"]).json
    assert shown["status"] == "paid"
    paid = payt.rows("/v1/invoices", updated_after=synced, paid="true")
    assert [one["invoice_number"] for one in paid] == ["2026/0815"]
    assert (paid[0]["open_amount"], paid[0]["payment_date"]) == ("0.00", "2026-11-21")

    # The ERP books it, and says so with its own payment: nothing is booked twice.
    own = {"origin_identifier": "ERP-1", "amount": "119.00", "payment_date": "2026-11-21"}
    payt.taken("/v1/invoices", invoices=[{**INVOICE, "amount_open": "0.00", "payments": [own]}])
    assert len(payt.rows("/v1/payments")) == 1


def test_debtor_and_contact_become_an_account_with_addresses(payt: Payt, world: World) -> None:
    account = world.services.store.get(Account, ADMINISTRATION, "D-1")
    assert account is not None
    assert account.kind == "business"
    assert [(c.name, c.email, c.role) for c in account.contacts] == [
        ("Erika Beispiel", "rechnung@beispiel.example", "billing"),
        ("Erika Beispiel", "eingang@beispiel.example", "invoice"),
    ]
    assert account.address is not None
    assert account.address.lines == ("Beispielweg 1",)
    (debtor,) = payt.rows("/v1/debtors", debtor_identifiers="guid-1")
    assert debtor["debtor_identifier"] == "guid-1"
    assert debtor["coc_number"] == "HRB 12345"
    assert debtor["postal_address"]["city"] == "Berlin"
    assert "labels" not in debtor
    assert payt.get("/v1/debtors/{record_id}", debtor["id"]).json == debtor
    (contact,) = payt.rows("/v1/contacts")
    assert contact["debtor_numbers"] == ["D-1"]
    assert contact["reminder_email_address"] is None


def test_contact_that_comes_after_its_debtor_or_changes_reaches_it(
    payt: Payt, world: World
) -> None:
    payt.taken(
        "/v1/debtors", debtors=[{**DEBTOR, "debtor_number": "D-2", "contact_identifier": "C-9"}]
    )
    late = {
        "contact_identifier": "C-9",
        "lastname": "Muster",
        "default_email_address": "a@b.example",
    }
    payt.taken("/v1/contacts", contacts=[late])
    store = world.services.store
    account = store.get(Account, ADMINISTRATION, "D-2")
    assert account is not None
    assert [c.email for c in account.contacts] == ["a@b.example"]
    payt.taken(
        "/v1/contacts",
        contacts=[{"contact_identifier": "C-9", "default_email_address": "c@b.example"}],
    )
    account = store.get(Account, ADMINISTRATION, "D-2")
    assert account is not None
    assert [(c.name, c.email) for c in account.contacts] == [("Muster", "c@b.example")]


def test_what_a_push_leaves_out_stays(payt: Payt, world: World) -> None:
    payt.taken(
        "/v1/debtors",
        debtors=[{"debtor_number": "D-1", "name": "Beispiel GmbH", "debtor_identifier": "guid-1"}],
    )
    account = world.services.store.get(Account, ADMINISTRATION, "D-1")
    assert account is not None
    assert (account.name, account.labels) == ("Beispiel GmbH", ("Nord",))
    assert len(account.contacts) == 2
    told = payt.write(
        "PATCH",
        "/v1/invoices",
        200,
        invoices=[{"invoice_number": "2026/0815", "due_date": "2026-11-30"}],
    )
    assert told["count"] == 1
    found = payt.invoice()
    assert (found["due_date"], found["total_amount"]) == ("2026-11-30", "119.00")
    assert found["order_number"] == "PO 4711"


def test_what_the_erp_booked_is_booked_here_once(payt: Payt) -> None:
    part = {**INVOICE, "amount_open": "69.00"}
    for _ in range(3):
        payt.taken("/v1/invoices", invoices=[part])
        assert payt.invoice()["open_amount"] == "69.00"
    own = {"origin_identifier": "ERP-9", "amount": "69.00", "payment_date": "2026-11-20"}
    older = {"origin_identifier": "ERP-8", "amount": "50.00", "payment_date": "2026-11-19"}
    for _ in range(2):
        payt.taken(
            "/v1/invoices", invoices=[{**INVOICE, "amount_open": "0", "payments": [older, own]}]
        )
    assert payt.invoice()["open_amount"] == "0.00"
    assert sorted(p["total_amount"] for p in payt.rows("/v1/payments")) == ["50.00", "69.00"]
    assert payt.rows("/v1/psp_transactions") == []


def test_erp_that_has_not_heard_of_a_chargeback_pays_nothing(payt: Payt, world: World) -> None:
    id_ = pay_online(world)
    settled = {**INVOICE, "amount_open": "0.00"}
    payt.taken("/v1/invoices", invoices=[settled])
    charge_back(world, id_)
    assert payt.invoice()["open_amount"] == "119.00"
    told = payt.write("POST", "/v1/invoices", 201, invoices=[settled])
    assert "came back" in told["warnings"]["2026/0815"][0]
    assert payt.invoice()["open_amount"] == "119.00"
    (transaction,) = payt.rows("/v1/psp_transactions")
    assert transaction["status"] == "charged_back"
    payt.taken("/v1/invoices", invoices=[INVOICE])


def test_erp_whose_own_payment_bounced_is_told_that_it_stands_here(payt: Payt) -> None:
    payt.taken("/v1/invoices", invoices=[{**INVOICE, "amount_open": "0.00"}])
    told = payt.write("POST", "/v1/invoices", 201, invoices=[INVOICE])
    assert "take it back" in told["warnings"]["2026/0815"][0]


def test_fee_that_the_erps_money_paid_is_not_paid_twice(payt: Payt) -> None:
    fee = {
        "id": "F-1",
        "invoice": "2026/0815",
        "kind": "reminder-fee",
        "amount": "5.00",
        "currency": "EUR",
        "on": "2026-11-20",
        "reason": "Reminder.",
    }
    answer = payt.erp.call("POST", "/v1/fees", fee)
    assert answer.status == 201, answer.text
    for _ in range(2):
        payt.taken("/v1/invoices", invoices=[{**INVOICE, "amount_open": "69.00"}])
        assert len(payt.rows("/v1/payments")) == 1
    found = payt.invoice()
    assert (found["open_amount"], found["administration_costs_open"]) == ("74.00", "0.00")


def test_payments_of_the_erp_keep_their_day(payt: Payt) -> None:
    own = {"origin_identifier": "ERP-9", "amount": "119.00", "payment_date": "2026-11-20"}
    payt.taken("/v1/invoices", invoices=[{**INVOICE, "amount_open": "0.00", "payments": [own]}])
    (payment,) = payt.rows("/v1/payments", invoice_numbers="2026/0815")
    assert payment["payment_date"] == "2026-11-20"


def test_key_without_payments_books_none(payt: Payt, world: World) -> None:
    meek = Payt(world.erp(scopes=["invoices:write"]), world)
    told = meek.write("POST", "/v1/invoices", 201, invoices=[{**INVOICE, "amount_open": "0.00"}])
    assert "payments:write" in told["warnings"]["2026/0815"][0]
    assert payt.invoice()["open_amount"] == "119.00"


def test_each_record_is_taken_or_refused_by_itself(payt: Payt) -> None:
    told = payt.write(
        "POST", "/v1/invoices", 201,
        invoices=[
            {**INVOICE, "invoice_number": "3", "invoice_identifier": "3"},
            {**INVOICE, "invoice_number": "4", "debtor_number": "D-404"},
            {**INVOICE, "invoice_number": "5", "invoice_date": "soon"},
            {**INVOICE, "invoice_number": "6", "amount_total": "-9.00", "amount_open": "-9.00"},
            {**INVOICE, "invoice_number": "7", "amount_total": "-9.00", "amount_open": "0"},
            {**INVOICE, "invoice_number": "8", "invoice_identifier": "8", "category": "A"},
        ],
    )  # fmt: skip
    assert told["count"] == 3
    assert set(told["errors"]) == {"4", "5", "6"}
    assert "'invoice_date'" in told["errors"]["5"][0]
    assert set(told["warnings"]) == {"7", "8"}
    told = payt.write("PATCH", "/v1/invoices", 200, invoices=[{"invoice_number": "404"}])
    assert told["errors"] == {"404": ["There is no such invoice."]}
    told = payt.write("PATCH", "/v1/invoices/block", 200, invoice_numbers=["404", "3"])
    assert (told["count"], told["errors"]) == (1, {"not_found": ["404"]})


def test_person_who_paused_an_invoice_is_not_overruled(payt: Payt) -> None:
    hold = {"on": "invoice", "number": "2026/0815", "reason": "The works council asks."}
    assert payt.erp.call("POST", "/v1/holds", hold).status == 201
    told = payt.write("PATCH", "/v1/invoices/resume", 200, invoice_numbers=["2026/0815"])
    assert "stays paused" in told["warnings"]["2026/0815"][0]
    assert payt.invoice()["paused_by_user"] is True


def test_lines_and_fields_come_when_they_are_asked_for(payt: Payt) -> None:
    line = {
        "description": "Cartridge",
        "vat_rate_code": "H",
        "total_incl_tax_amount": "119.00",
        "vat_amount": "19.00",
        "vat_percentage": "19",
    }
    payt.taken("/v1/invoices", invoices=[{**INVOICE, "invoice_lines": [line]}])
    wanted = {"only": ["id", {"invoice_lines": ["description", "total_excl_tax_amount"]}]}
    found = payt.invoice(fields=json.dumps(wanted))
    assert set(found) == {"id", "invoice_lines"}
    assert found["invoice_lines"] == [
        {"description": "Cartridge", "total_excl_tax_amount": "100.00"}
    ]
    assert payt.get("/v1/invoices", fields="id").status == 422
    one = payt.get("/v1/invoices/{record_id}", "2026/0815", identifier_type="invoice_number").json
    assert one["reminder_1_at"] is None
    assert payt.get("/v1/invoices/{record_id}", found["id"]).json == one
    assert payt.get("/v1/invoices/{record_id}", "nonsense").status == 404


def test_pages_are_full_until_the_last(payt: Payt, world: World) -> None:
    many = [
        {**INVOICE, "invoice_number": f"N-{n}", "invoice_identifier": f"N-{n}"} for n in range(7)
    ]
    payt.taken("/v1/invoices", invoices=many)
    found = payt.rows("/v1/invoices", per_page="3")
    assert {one["invoice_number"] for one in found} == {"2026/0815", *(f"N-{n}" for n in range(7))}
    assert payt.get("/v1/invoices", per_page="501").status == 422
    assert payt.get("/v1/invoices", cursor="forged").status == 422
    sorted_ = payt.rows("/v1/invoices", debtor_numbers="D-1", order="invoice_date_desc")
    assert len(sorted_) == 8


def test_cancelled_invoices_are_listed_for_ninety_days(payt: Payt, world: World) -> None:
    payt.erp.push("/v1/invoices/deleted", {"number": "2026/0815"})
    since = iso_instant(world.clock.now() - timedelta(days=1))
    (gone,) = payt.rows("/v1/invoices/deleted", deleted_after=since)
    assert (gone["invoice_number"], gone["origin_identifier"]) == ("2026/0815", "guid-inv-1")
    world.clock.advance(timedelta(days=91))
    assert payt.rows("/v1/invoices/deleted", deleted_after=since) == []
    assert payt.get("/v1/invoices/deleted").status == 422


def test_money_that_was_taken_back_is_listed_as_deleted(payt: Payt, world: World) -> None:
    id_ = pay_online(world)
    since = iso_instant(world.clock.now() - timedelta(days=1))
    body = {"source": f"payment#{id_}", "invoice": "2026/0815", "reason": "For another invoice."}
    answer = payt.erp.call("POST", "/v1/allocations/take-back", body)
    assert answer.status == 200, answer.text
    (gone,) = payt.rows("/v1/payments/deleted", deleted_after=since)
    assert gone["invoice_id"] == payt.invoice()["id"]
    assert payt.rows("/v1/payments") == []


def test_plan_is_agreed_and_deactivated(payt: Payt) -> None:
    terms = [
        {"amount": 59.5, "due_date": "2026-12-01"},
        {"amount": 59.5, "due_date": "2027-01-01"},
    ]
    made = payt.write("POST", "/v1/payment_plans", 201, invoice_numbers=["2026/0815"], terms=terms)
    assert made["active"] is True
    assert [t["total_amount"] for t in made["payment_terms"]] == ["59.50", "59.50"]
    again = payt.write("POST", "/v1/payment_plans", 201, invoice_numbers=["2026/0815"], terms=terms)
    assert again["id"] == made["id"]
    (listed,) = payt.rows("/v1/payment_plans")
    assert listed["id"] == made["id"]
    assert payt.invoice()["active_payment_plan_id"] == made["id"]
    path = "/v1/payment_plans/{record_id}"
    assert payt.get(path, made["id"]).json["active"] is True
    ended = payt.write("PATCH", f"{path}/deactivate", 200, made["id"])
    assert (ended["active"], ended["rejected_at"]) == (False, None)
    assert payt.rows("/v1/payment_plans/deleted", deleted_after="2026-11-01T00:00:00Z") == []


@pytest.mark.parametrize("word", ["approve", "reject"])
def test_proposed_plan_is_answered(payt: Payt, word: str) -> None:
    plan = {
        "id": "P-1",
        "invoices": ["2026/0815"],
        "currency": "EUR",
        "instalments": [{"due_on": "2026-12-01", "amount": "119.00"}],
        "state": "proposed",
    }
    assert payt.erp.call("POST", "/v1/plans", plan).status == 201
    (proposed,) = payt.rows("/v1/payment_plans")
    assert (proposed["active"], proposed["approved_at"]) == (False, None)
    path = f"/v1/payment_plans/{{record_id}}/{word}"
    answered = payt.write("PATCH", path, 200, proposed["id"])
    assert answered["active"] is (word == "approve")
    assert (answered["rejected_at"] is None) is (word == "approve")
    assert payt.write("PATCH", path, 200, proposed["id"])["id"] == proposed["id"]


def test_case_is_read_with_its_invoice(payt: Payt) -> None:
    case = {
        "id": "K-1",
        "invoices": ["2026/0815"],
        "kind": "bailiff",
        "handed_to": "Example Bailiff",
    }
    assert payt.erp.call("POST", "/v1/cases", case).status == 201
    (found,) = payt.rows("/v1/credit_cases")
    assert (found["total_amount"], found["open_amount"]) == ("119.00", "119.00")
    assert found["forwarded_to_bailiff_at"] == found["started_at"]
    assert payt.get("/v1/credit_cases/{record_id}", found["id"]).json["id"] == found["id"]
    assert payt.invoice()["active_credit_case_id"] == found["id"]
    assert len(payt.rows("/v1/invoices", credit_case_ids=found["id"])) == 1


def test_erp_writes_to_a_debtor_once(payt: Payt) -> None:
    message = {"subject": "Ihre Frage", "body": "Die Ware ist unterwegs."}
    sent = payt.write("POST", "/v1/messages", 200, debtor_number="D-1", message=message)
    assert sent["sender_type"] == "creditor"
    payt.write("POST", "/v1/messages", 200, debtor_number="D-1", message=message)
    (found,) = payt.rows("/v1/messages")
    assert "content" not in found
    asked = json.dumps({"only": ["content"]})
    path = "/v1/messages/{record_id}"
    content = payt.get(path, found["id"], fields=asked).json["content"]
    assert content == "Ihre Frage\n\nDie Ware ist unterwegs."
    refused = payt.call("POST", "/v1/messages", {"administration_id": ADMINISTRATION})
    assert refused.status == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"invoices": []},
        {"invoices": [INVOICE]},
        {"administration_id": ADMINISTRATION, "invoices": {}},
        {"administration_id": ADMINISTRATION, "invoices": ["x"]},
        {"administration_id": ADMINISTRATION, "invoices": [INVOICE] * 501},
        [INVOICE],
        "{",
    ],
)
def test_body_that_is_wrong_as_a_whole_changes_nothing(body: Any, world: World) -> None:
    payt = Payt(world.erp(), world)
    answer = payt.call("POST", "/v1/invoices", body)
    assert (answer.status, set(answer.json)) == (422, {"code", "message"})
    assert world.commits == []


def test_nonsense_in_a_record_is_told_and_never_a_fault(payt: Payt) -> None:
    nonsense: list[Any] = [None, 7, True, "", "x" * 999, [], {}, "\x00", "1e5", "NaN"]
    for name in INVOICE:
        for value in nonsense:
            body = {"administration_id": ADMINISTRATION, "invoices": [{**INVOICE, name: value}]}
            assert payt.call("POST", "/v1/invoices", body).status in (201, 422)
    for name in DEBTOR:
        for value in nonsense:
            body = {"administration_id": ADMINISTRATION, "debtors": [{**DEBTOR, name: value}]}
            assert payt.call("POST", "/v1/debtors", body).status in (201, 422)
    for name in CONTACT:
        for value in nonsense:
            body = {"administration_id": ADMINISTRATION, "contacts": [{**CONTACT, name: value}]}
            assert payt.call("POST", "/v1/contacts", body).status in (201, 422)


def test_the_same_erp_over_a_table(clock: FixedClock) -> None:
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        world = world_of(clock, DynamoStore("saldo", REGION))
        payt = Payt(world.erp(), world)
        payt.begin()
        test_an_erp_pushes_reads_back_what_was_paid_blocks_and_resumes(payt, world)
        found = payt.rows("/v1/contacts", contact_identifiers="C-77," + "ü" * 400)
        assert [one["contact_identifier"] for one in found] == ["C-77"]


def test_mandate_is_read_once_it_was_given(payt: Payt, world: World) -> None:
    now = world.clock.now()
    consent = Consent("Charge me.", "en", now, "")
    mandate = Mandate(ADMINISTRATION, "D-1", "M-1", "sandbox", "active", consent, now)
    data = {"mandate": "M-1", "provider": "sandbox", "state": "active"}
    told = event("01JD5Z8W0000000000000000AA", now, "mandate.active", ADMINISTRATION, "D-1", **data)
    world.services.store.commit([Put(mandate), Put(told)])
    (found,) = payt.rows("/v1/psp_mandates")
    assert (found["mandate_identifier"], found["deactivated_at"]) == ("M-1", None)
    assert "debtor_number" not in found
    (same,) = payt.rows("/v1/psp_mandates", debtor_numbers="D-1")
    (by_id,) = payt.rows("/v1/psp_mandates", ids=found["id"])
    assert same["id"] == by_id["id"] == found["id"]


def test_task_is_read_and_closed(payt: Payt, world: World) -> None:
    now = world.clock.now()
    task = Task(
        ADMINISTRATION, "D-1", "T-1", "undeliverable", "Find an address.", now, now, version=1
    )
    world.services.store.commit([Put(task)])
    (found,) = payt.rows("/v1/tasks")
    assert (found["subject"], found["completed_at"]) == ("Find an address.", None)
    path = "/v1/tasks/{record_id}/mark_completed"
    words = {"completed_status": "succeeded", "comment": "Called them."}
    done = payt.write("PATCH", path, 200, found["id"], **words)
    assert done["completed_at"] is not None
    assert payt.rows("/v1/tasks") == []
    assert payt.get("/v1/tasks/{record_id}", found["id"]).json == done
    kept = world.services.store.get(Task, ADMINISTRATION, "D-1", "T-1")
    assert kept is not None
    assert kept.outcome == "succeeded; Called them."


def test_mail_that_came_back_is_a_notification(payt: Payt, world: World) -> None:
    now = world.clock.now()
    data = {
        "notice": "N-1",
        "step": "1",
        "channel": "email",
        "invoice": "2026/0815",
        "outcome": "mailbox-full",
    }
    told = event("01JD5Z8W0000000000000000AB", now, "notice.bounced", ADMINISTRATION, "D-1", **data)
    world.services.store.commit([Put(told)])
    (found,) = payt.rows("/v1/notifications")
    assert (found["notification_type"], found["resource_type"]) == ("mail_bounced", "invoice")
    assert found["details"] == {"bounce_reason": "mailbox-full"}
    assert payt.get("/v1/notifications/{record_id}", found["id"]).json == found


def test_company_of_a_key_is_its_own_creditor(payt: Payt) -> None:
    (found,) = payt.rows("/v1/companies")
    assert (found["id"], found["status"], found["trial"]) == (ADMINISTRATION, "active", False)
    assert payt.get("/v1/companies/{record_id}", ADMINISTRATION).json == found
    assert payt.get("/v1/companies/{record_id}", "other").status == 404


def test_what_people_wrote_down_is_a_note(payt: Payt, world: World) -> None:
    notes = world.services.notes
    notes.add(ADMINISTRATION, "D-1", "01JD5Z8W0000000000000000AA", "anna@example.com", "Rings back")
    about = payt.invoice()
    world.clock.advance(timedelta(minutes=1))
    notes.add(
        ADMINISTRATION,
        "D-1",
        "01JD5Z8W0000000000000000AB",
        "erp",
        "Goods arrived late",
        invoice="2026/0815",
    )
    both = payt.rows("/v1/notes")
    assert [one["content"] for one in both] == ["Rings back", "Goods arrived late"]
    assert both[0]["user"]["email_address"] == "anna@example.com"
    assert both[0]["invoice_id"] is None
    of_debtor = payt.rows("/v1/notes", debtor_ids=both[0]["debtor_id"])
    assert {one["id"] for one in of_debtor} == {one["id"] for one in both}
    assert payt.rows("/v1/notes", invoice_ids=about["id"]) == [both[1]]
    assert payt.rows("/v1/notes", ids=both[0]["id"]) == [both[0]]
    assert payt.rows("/v1/notes", credit_case_ids="x") == []


def test_comment_on_a_task_stands_with_its_debtor(payt: Payt, world: World) -> None:
    now = world.clock.now()
    task = Task(
        ADMINISTRATION, "D-1", "T-1", "undeliverable", "Find an address.", now, now, version=1
    )
    world.services.store.commit([Put(task)])
    (found,) = payt.rows("/v1/tasks")
    path = "/v1/tasks/{record_id}/comment"
    told = payt.write("POST", path, 201, found["id"], comment="Moved to Ulm.")
    assert told == {"success": True, "count": 1, "errors": {}, "warnings": {}}
    (note,) = payt.rows("/v1/notes")
    assert note["content"] == "Find an address.: Moved to Ulm."
    for wrong in ({}, {"comment": 7}, {"comment": "x" * 5000}):
        payt.write("POST", path, 422, found["id"], **wrong)


def test_mandates_are_ended_by_the_erp_and_charged_no_more(payt: Payt, world: World) -> None:
    now = world.clock.now()
    consent = Consent("Charge me.", "en", now, "")
    store = world.services.store
    for name in ("M-1", "M-2", "M-3"):
        mandate = Mandate(ADMINISTRATION, "D-1", name, "sandbox", "active", consent, now, version=1)
        store.commit([Put(mandate), Put(MandateRef("sandbox", name, ADMINISTRATION, "D-1", name))])
    first = payt.rows("/v1/psp_mandates", debtor_numbers="D-1")[0]

    def end(**query: str) -> Any:
        asked = {"administration_id": ADMINISTRATION, **query}
        answer = payt.call("DELETE", "/v1/psp_mandates", None, query=asked)
        assert answer.status == 200, answer.text
        return answer.json

    assert (
        payt.call("DELETE", "/v1/psp_mandates", query={"administration_id": ADMINISTRATION}).status
        == 422
    )
    assert end(psp_mandate_ids=first["id"])["count"] == 1
    told = end(mandate_identifiers="M-2,nobody", mandate_references="R-1")
    assert (told["count"], set(told["errors"])) == (1, {"nobody", "R-1"})
    assert end(debtor_numbers="D-1")["count"] == 1
    states = [one.state for one in store.list(Mandate, ADMINISTRATION, "D-1")]
    assert states == ["ended"] * 3
    assert end(debtor_numbers="D-1")["count"] == 0
