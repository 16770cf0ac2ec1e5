"""What the API refuses: with a reason, a place, and nothing written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.ingest import app
from saldo.clock import FixedClock
from tests.functions.apigw import Context, answer_of, api_event
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal

JSON = {"Content-Type": "application/json"}
PATH_PARTS = ("webhook_id", "upload_id", "source", "import_id", "name")
SCOPE_OF = {
    ("GET", "/v1/audit"): "audit:read",
    ("GET", "/v1/settings"): "settings:read",
    ("POST", "/v1/settings"): "settings:write",
    ("GET", "/v1/policies"): "settings:read",
    ("GET", "/v1/policies/one"): "settings:read",
    ("POST", "/v1/policies"): "settings:write",
    ("POST", "/v1/policies/try"): "settings:read",
    ("GET", "/v1/policies/by-risk"): "settings:read",
    ("PUT", "/v1/policies/by-risk"): "settings:write",
    ("GET", "/v1/texts"): "settings:read",
    ("GET", "/v1/texts/one"): "settings:read",
    ("POST", "/v1/texts"): "settings:write",
    ("POST", "/v1/privacy/exports"): "privacy:write",
    ("GET", "/v1/privacy/exports"): "privacy:write",
    ("POST", "/v1/privacy/erasures"): "privacy:write",
    ("GET", "/v1/privacy/erasures"): "privacy:write",
    ("POST", "/v1/privacy/erasures/lift"): "privacy:write",
    ("GET", "/v1/privacy/retention"): "privacy:write",
    ("GET", "/v1/threads"): "collection:read",
    ("POST", "/v1/threads/reply"): "collection:write",
    ("POST", "/v1/threads/close"): "collection:write",
    ("GET", "/v1/accounts/messages"): "collection:read",
    ("POST", "/v1/accounts/messages/preview"): "collection:read",
    ("POST", "/v1/accounts/messages/letter"): "collection:read",
    ("GET", "/v1/accounts/messages/letter"): "collection:read",
    ("POST", "/v1/accounts/messages"): "collection:write",
    ("GET", "/v1/mails"): "collection:read",
    ("GET", "/v1/mails/attachment"): "collection:read",
    ("GET", "/v1/mails/raw"): "collection:read",
    ("POST", "/v1/mails/reply"): "collection:write",
    ("POST", "/v1/mails/file"): "collection:write",
    ("POST", "/v1/mails/assign"): "collection:write",
    ("POST", "/v1/mails/close"): "collection:write",
    ("POST", "/v1/mails/reopen"): "collection:write",
    ("GET", "/v1/reply-texts"): "collection:read",
    ("PUT", "/v1/reply-texts"): "collection:write",
    ("GET", "/v1/work"): "collection:read",
    ("GET", "/v1/forecasts"): "collection:read",
    ("GET", "/v1/forecasts/model"): "collection:read",
    ("GET", "/v1/behaviour"): "collection:read",
    ("GET", "/v1/behaviour/list"): "collection:read",
    ("GET", "/v1/steps"): "collection:read",
    ("GET", "/v1/steps/effects"): "reports:read",
    ("GET", "/v1/steps/suggestions"): "settings:read",
    ("GET", "/v1/steps/suggestions/preview"): "settings:read",
    ("POST", "/v1/steps/suggestions"): "settings:write",
    ("GET", "/v1/steps/hold-out"): "settings:read",
    ("POST", "/v1/steps/hold-out"): "settings:write",
    ("POST", "/v1/work/done"): "collection:write",
    ("POST", "/v1/work/snooze"): "collection:write",
    ("POST", "/v1/work/assign"): "collection:write",
    ("GET", "/v1/work/team"): "collection:read",
    ("GET", "/v1/service-stops"): "collection:read",
    ("PUT", "/v1/service-stops"): "collection:write",
    ("GET", "/v1/watchers"): "collection:read",
    ("POST", "/v1/watchers"): "collection:write",
    ("POST", "/v1/watchers/end"): "collection:write",
    ("PUT", "/v1/work/mornings"): "collection:write",
    ("GET", "/v1/work/load"): "collection:read",
    ("GET", "/v1/work/balance"): "collection:read",
    ("POST", "/v1/work/balance"): "collection:write",
    ("POST", "/v1/work/hand-over"): "collection:write",
    ("POST", "/v1/work/hand-over/end"): "collection:write",
    ("PUT", "/v1/work/targets"): "collection:write",
    ("GET", "/v1/work/rules"): "collection:read",
    ("PUT", "/v1/work/rules"): "collection:write",
    ("GET", "/v1/desks"): "collection:read",
    ("PUT", "/v1/desks"): "collection:write",
    ("GET", "/v1/desks/rules"): "collection:read",
    ("PUT", "/v1/desks/rules"): "collection:write",
    ("GET", "/v1/notes"): "collection:read",
    ("POST", "/v1/notes"): "collection:write",
    ("POST", "/v1/notes/pin"): "collection:write",
    ("GET", "/v1/calls"): "collection:read",
    ("POST", "/v1/calls"): "collection:write",
    ("POST", "/v1/accounts/steering"): "accounts:write",
    ("GET", "/v1/credit"): "accounts:read",
    ("PUT", "/v1/credit/limits"): "accounts:write",
    ("POST", "/v1/credit/proposals"): "accounts:write",
    ("PUT", "/v1/credit/proposals"): "accounts:write",
    ("GET", "/v1/credit/orders"): "accounts:read",
    ("POST", "/v1/credit/orders"): "accounts:write",
    ("GET", "/v1/credit/blocks"): "accounts:read",
    ("PUT", "/v1/credit/blocks"): "accounts:write",
    ("GET", "/v1/credit/rules"): "settings:read",
    ("PUT", "/v1/credit/rules"): "settings:write",
    ("GET", "/v1/risk"): "accounts:read",
    ("POST", "/v1/risk"): "accounts:write",
    ("GET", "/v1/risk/reports"): "accounts:read",
    ("POST", "/v1/risk/reports"): "accounts:write",
    ("PUT", "/v1/risk/reports"): "accounts:write",
    ("GET", "/v1/risk/company"): "accounts:read",
    ("PUT", "/v1/risk/company"): "accounts:write",
    ("POST", "/v1/risk/company"): "accounts:write",
    ("GET", "/v1/risk/rules"): "settings:read",
    ("PUT", "/v1/risk/rules"): "settings:write",
    ("POST", "/v1/bank-statements"): "payments:write",
    ("GET", "/v1/bank-statements"): "payments:read",
    ("GET", "/v1/bank-accounts"): "payments:read",
    ("PUT", "/v1/bank-accounts"): "payments:write",
    ("GET", "/v1/bank-entries"): "payments:read",
    ("POST", "/v1/bank-entries"): "payments:write",
    ("POST", "/v1/bank-entries/accept"): "payments:write",
    ("POST", "/v1/bank-entries/split"): "payments:write",
    ("POST", "/v1/bank-entries/ignore"): "payments:write",
    ("POST", "/v1/bank-entries/reverse"): "payments:write",
    ("POST", "/v1/bank-entries/return"): "payments:write",
    ("POST", "/v1/bank-entries/refund"): "payments:write",
    ("GET", "/v1/accounts"): "accounts:read",
    ("PUT", "/v1/accounts"): "accounts:write",
    ("POST", "/v1/accounts"): "accounts:write",
    ("GET", "/v1/invoices"): "invoices:read",
    ("PUT", "/v1/invoices"): "invoices:write",
    ("POST", "/v1/invoices"): "invoices:write",
    ("GET", "/v1/invoices/why"): "invoices:read",
    ("GET", "/v1/accounts/children"): "accounts:read",
    ("GET", "/v1/invoices/corrections"): "invoices:read",
    ("GET", "/v1/invoices/deleted"): "invoices:read",
    ("POST", "/v1/invoices/deleted"): "invoices:write",
    ("POST", "/v1/drift"): "invoices:read",
    ("POST", "/v1/snapshots"): "invoices:write",
    ("POST", "/v1/snapshots/confirm"): "invoices:write",
    ("GET", "/v1/events"): "webhooks:read",
    ("GET", "/v1/settlements"): "payments:read",
    ("GET", "/v1/settlements/csv"): "payments:read",
    ("GET", "/v1/settlements/datev"): "payments:read",
    ("GET", "/v1/settlements/camt054"): "payments:read",
    ("GET", "/v1/credit-notes"): "invoices:read",
    ("PUT", "/v1/credit-notes"): "invoices:write",
    ("POST", "/v1/credit-notes"): "invoices:write",
    ("POST", "/v1/pay-links"): "links:write",
    ("GET", "/v1/payments"): "payments:read",
    ("POST", "/v1/payments"): "payments:write",
    ("POST", "/v1/refunds"): "payments:write",
    ("GET", "/v1/credits"): "payments:read",
    ("GET", "/v1/statements"): "payments:read",
    ("GET", "/v1/statements/csv"): "payments:read",
    ("POST", "/v1/allocations"): "payments:write",
    ("POST", "/v1/allocations/take-back"): "payments:write",
    ("POST", "/v1/fees"): "payments:write",
    ("POST", "/v1/interest"): "payments:write",
    ("POST", "/v1/discounts"): "payments:write",
    ("POST", "/v1/write-offs"): "payments:write",
    ("GET", "/v1/promises"): "collection:read",
    ("POST", "/v1/promises"): "collection:write",
    ("POST", "/v1/promises/withdraw"): "collection:write",
    ("GET", "/v1/paid-claims"): "collection:read",
    ("POST", "/v1/paid-claims/confirm"): "collection:write",
    ("POST", "/v1/paid-claims/unfounded"): "collection:write",
    ("GET", "/v1/disputes"): "collection:read",
    ("POST", "/v1/disputes"): "collection:write",
    ("POST", "/v1/disputes/settle"): "collection:write",
    ("POST", "/v1/disputes/reject"): "collection:write",
    ("POST", "/v1/disputes/withdraw"): "collection:write",
    ("POST", "/v1/disputes/assign"): "collection:write",
    ("GET", "/v1/disputes/open"): "collection:read",
    ("GET", "/v1/promises/open"): "collection:read",
    ("GET", "/v1/plans/open"): "collection:read",
    ("GET", "/v1/cases/open"): "collection:read",
    ("POST", "/v1/documents"): "invoices:write",
    ("POST", "/v1/uploads"): "invoices:write",
    ("GET", "/v1/uploads"): "invoices:read",
    ("GET", "/v1/mappings"): "invoices:read",
    ("GET", "/v1/mappings/{source}"): "invoices:read",
    ("PUT", "/v1/mappings/{source}"): "invoices:write",
    ("GET", "/v1/imports"): "invoices:read",
    ("GET", "/v1/connections"): "invoices:read",
    ("GET", "/v1/connections/{name}"): "invoices:read",
    ("GET", "/v1/imports/{import_id}"): "invoices:read",
    ("GET", "/v1/imports/{import_id}/report"): "invoices:read",
    ("GET", "/v1/uploads/{upload_id}"): "invoices:read",
    ("GET", "/v1/uploads/{upload_id}/content"): "invoices:read",
    ("POST", "/v1/uploads/again"): "invoices:write",
    ("PUT", "/v1/invoices/document"): "invoices:write",
    ("GET", "/v1/invoices/document"): "invoices:read",
    ("GET", "/v1/invoices/lines"): "invoices:read",
    ("GET", "/v1/files"): "collection:read",
    ("GET", "/v1/files/content"): "collection:read",
    ("GET", "/v1/plans"): "collection:read",
    ("POST", "/v1/plans"): "collection:write",
    ("POST", "/v1/plans/approve"): "collection:write",
    ("POST", "/v1/plans/cancel"): "collection:write",
    ("GET", "/v1/mandates"): "collection:read",
    ("GET", "/v1/scheduled-payments"): "collection:read",
    ("GET", "/v1/cases"): "collection:read",
    ("GET", "/v1/cases/file"): "collection:read",
    ("POST", "/v1/cases"): "collection:write",
    ("POST", "/v1/cases/status"): "cases:write",
    ("GET", "/v1/preview"): "collection:read",
    ("GET", "/v1/invoices/status"): "status:read",
    ("GET", "/v1/staff-links"): "links:write",
    ("POST", "/v1/staff-links"): "links:write",
    ("POST", "/v1/staff-links/revoke"): "links:write",
    ("GET", "/v1/users"): "users:write",
    ("POST", "/v1/users"): "users:write",
    ("POST", "/v1/users/invite-again"): "users:write",
    ("POST", "/v1/users/grant"): "users:write",
    ("POST", "/v1/users/revoke"): "users:write",
    ("POST", "/v1/users/disable"): "users:write",
    ("POST", "/v1/users/enable"): "users:write",
    ("POST", "/v1/users/forget-app"): "users:write",
    ("GET", "/v1/approvals"): "users:write",
    ("GET", "/v1/approvals/limits"): "users:write",
    ("PUT", "/v1/approvals/limits"): "users:write",
    ("GET", "/v1/reports"): "reports:read",
    ("GET", "/v1/reports/table"): "reports:read",
    ("GET", "/v1/cash"): "reports:read",
    ("GET", "/v1/cash/csv"): "reports:read",
    ("GET", "/v1/cash/scenario"): "reports:read",
    ("GET", "/v1/cash/track"): "reports:read",
    ("GET", "/v1/reports/csv"): "reports:read",
    ("GET", "/v1/reports/views"): "reports:read",
    ("POST", "/v1/reports/views"): "reports:write",
    ("POST", "/v1/reports/views/remove"): "reports:write",
    ("POST", "/v1/reports/send"): "reports:write",
    ("GET", "/v1/holds"): "holds:read",
    ("POST", "/v1/holds"): "holds:write",
    ("POST", "/v1/holds/end"): "holds:write",
    ("GET", "/v1/webhooks"): "webhooks:read",
    ("POST", "/v1/webhooks"): "webhooks:write",
    ("DELETE", "/v1/webhooks/{webhook_id}"): "webhooks:write",
}
"""The scope that each operation asks for: written down here a second time, on purpose."""


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.put("/v1/accounts", ACCOUNT)
    world.commits.clear()
    return erp


def invoice(**changes: Any) -> dict[str, Any]:
    return {**INVOICE, **changes}


BAD_INVOICES: list[tuple[Any, str, str]] = [
    (None, "field-not-valid", ""),
    ([INVOICE], "field-not-valid", ""),
    ("2026/0815", "field-not-valid", ""),
    ({}, "field-missing", "/number"),
    ({k: v for k, v in INVOICE.items() if k != "due_on"}, "field-missing", "/due_on"),
    (invoice(amount=119), "amount-not-text", "/amount"),
    (invoice(amount=119.0), "amount-not-text", "/amount"),
    (invoice(amount=True), "field-not-valid", "/amount"),
    (invoice(amount=None), "field-not-valid", "/amount"),
    (invoice(amount=""), "amount-not-readable", "/amount"),
    (invoice(amount="119,00"), "amount-not-readable", "/amount"),
    (invoice(amount="1,190.00"), "amount-not-readable", "/amount"),
    (invoice(amount="1e3"), "amount-not-readable", "/amount"),
    (invoice(amount="NaN"), "amount-not-readable", "/amount"),
    (invoice(amount=" 119.00"), "amount-not-readable", "/amount"),
    (invoice(amount="+119.00"), "amount-not-readable", "/amount"),
    (invoice(amount="١١٩"), "amount-not-readable", "/amount"),
    (invoice(amount="119.001"), "amount-too-precise", "/amount"),
    (invoice(amount="100.5", currency="JPY"), "amount-too-precise", "/amount"),
    (invoice(amount="10000000000000.01"), "amount-too-large", "/amount"),
    (invoice(amount="9" * 25), "field-not-valid", "/amount"),
    (invoice(amount="0"), "amount-not-positive", "/amount"),
    (invoice(amount="0.00"), "amount-not-positive", "/amount"),
    (invoice(amount="-0.00"), "amount-not-positive", "/amount"),
    (invoice(amount="-119.00"), "amount-not-positive", "/amount"),
    (invoice(currency="XXX"), "field-not-valid", "/currency"),
    (invoice(currency="eur"), "field-not-valid", "/currency"),
    (invoice(currency="€"), "field-not-valid", "/currency"),
    (invoice(currency=978), "field-not-valid", "/currency"),
    (invoice(due_on="2026-11-01"), "due-before-issued", "/due_on"),
    (invoice(due_on="2026-02-30"), "field-not-valid", "/due_on"),
    (invoice(due_on="20261116"), "field-not-valid", "/due_on"),
    (invoice(due_on="2026-W47-1"), "field-not-valid", "/due_on"),
    (invoice(due_on="2026-11-16T00:00:00Z"), "field-not-valid", "/due_on"),
    (invoice(due_on="9999-12-31"), "field-not-valid", "/due_on"),
    (invoice(issued_on="0001-01-01"), "field-not-valid", "/issued_on"),
    (invoice(issued_on=20261102), "field-not-valid", "/issued_on"),
    (invoice(number=815), "field-not-valid", "/number"),
    (invoice(number=""), "field-not-valid", "/number"),
    (invoice(number=" 815"), "field-not-valid", "/number"),
    (invoice(number="815\n"), "field-not-valid", "/number"),
    (invoice(number="8\x0015"), "field-not-valid", "/number"),
    (invoice(number="815\u202e"), "field-not-valid", "/number"),
    (invoice(number="~"), "field-not-valid", "/number"),
    (invoice(number="8" * 65), "field-not-valid", "/number"),
    (invoice(account="~"), "field-not-valid", "/account"),
    (invoice(account="nobody"), "account-unknown", "/account"),
    (invoice(description="x" * 501), "field-not-valid", "/description"),
    (invoice(description="one\ntwo"), "field-not-valid", "/description"),
    (invoice(description=None), "field-not-valid", "/description"),
    (invoice(due_date_agreed="yes"), "field-not-valid", "/due_date_agreed"),
    (invoice(due_date_agreed=1), "field-not-valid", "/due_date_agreed"),
    (invoice(received_on="soon"), "field-not-valid", "/received_on"),
    (invoice(ammount="119.00"), "field-unknown", "/ammount"),
    (invoice(**{"a/b~c": 1}), "field-unknown", "/a~1b~0c"),
    (invoice(creditor="other"), "field-unknown", "/creditor"),
    (invoice(open="1.00"), "field-unknown", "/open"),
]


@pytest.mark.parametrize(("record", "code", "pointer"), BAD_INVOICES)
def test_bad_invoice_is_refused_alone_and_in_a_push(
    record: Any, code: str, pointer: str, erp: Erp, world: World
) -> None:
    # A body of "null" is a body; the helper would take None for none.
    alone = erp.call("PUT", "/v1/invoices", json.dumps(record), headers=JSON)
    status, told, place = refusal(alone)
    assert (told, place) == (code, pointer)
    assert status == (404 if code == "account-unknown" else 400)

    result = erp.push("/v1/invoices", record)["results"][0]
    assert result["status"] == "refused"
    assert result["problem"] == {
        "code": code,
        "detail": alone.json["detail"],
        "pointer": f"/records/0{pointer}",
    }
    assert world.commits == []


BAD_ACCOUNTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "company"}, "/kind"),
    ({"kind": None}, "/kind"),
    ({"country": "XX"}, "/country"),
    ({"country": "de"}, "/country"),
    ({"country": "DEU"}, "/country"),
    ({"language": "de-DE"}, "/language"),
    ({"language": "DE"}, "/language"),
    ({"time_zone": "Europe/Nowhere"}, "/time_zone"),
    ({"time_zone": "../../etc/passwd"}, "/time_zone"),
    ({"time_zone": "+01:00"}, "/time_zone"),
    ({"name": "   "}, "/name"),
    ({"name": "x" * 201}, "/name"),
    ({"name": "Bei\x1bspiel"}, "/name"),
    ({"contacts": {}}, "/contacts"),
    ({"contacts": [{"name": "x"}] * 21}, "/contacts"),
    ({"contacts": [{"email": "a@b.example"}]}, "/contacts/0/name"),
    ({"contacts": [{"name": "x"}, {"name": "y", "email": "nobody"}]}, "/contacts/1/email"),
    ({"contacts": [{"name": "x", "email": "a@b"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": "a@b.example\n"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": "a@b.example\nBcc: c@d.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": "A <a@b.example>"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": "a@b.example,c@d.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": ".a@b.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": f"{'a' * 65}@b.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": f"a@{'b' * 250}.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "email": "ü@b.example"}]}, "/contacts/0/email"),
    ({"contacts": [{"name": "x", "phone": "call me"}]}, "/contacts/0/phone"),
    ({"contacts": [{"name": "x", "email_state": "ok"}]}, "/contacts/0/email_state"),
]


@pytest.mark.parametrize(("change", "pointer"), BAD_ACCOUNTS)
def test_bad_account_is_refused(
    change: dict[str, Any], pointer: str, erp: Erp, world: World
) -> None:
    status, code, place = refusal(erp.put("/v1/accounts", {**ACCOUNT, "number": "D-9", **change}))
    assert (status, place) == (400, pointer)
    assert code in ("field-not-valid", "field-missing", "field-unknown")
    assert world.commits == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[1,]",
        "nonsense",
        '{"records": [NaN]}',
        '{"records": [], "records": []}',
        '{"amount": "1", "amount": "2"}',
        '{"a": "\\ud800"}',
        "\ufeff{}",
        "[" * 100_000,
        b"\xff\xfe\x00",
        b'{"a": "\xe4"}',
        "1" * 5000,
    ],
)
def test_malformed_json_is_refused(body: str | bytes, erp: Erp, world: World) -> None:
    for method in ("PUT", "POST"):
        answer = erp.call(method, "/v1/invoices", body, headers=JSON)
        assert refusal(answer) == (400, "body-not-json", None)
    assert world.commits == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ([INVOICE], "field-not-valid", ""),
        ("text", "field-not-valid", ""),
        ({}, "field-missing", "/records"),
        ({"records": None}, "field-missing", "/records"),
        ({"records": {}}, "field-not-valid", "/records"),
        ({"records": []}, "records-count", "/records"),
        ({"records": [INVOICE] * 501}, "records-count", "/records"),
        ({"record": [INVOICE]}, "field-unknown", "/record"),
        ({"records": [INVOICE], "creditor": "other"}, "field-unknown", "/creditor"),
    ],
)
@pytest.mark.parametrize(
    "resource", ["/v1/accounts", "/v1/invoices", "/v1/credit-notes", "/v1/pay-links"]
)
def test_push_that_is_wrong_as_a_whole_is_refused_as_a_whole(
    resource: str, body: Any, code: str, pointer: str, erp: Erp, world: World
) -> None:
    answer = erp.call("POST", resource, json.dumps(body), headers=JSON)
    assert refusal(answer) == (400, code, pointer)
    assert world.commits == []


def test_missing_body_is_refused(erp: Erp) -> None:
    assert refusal(erp.call("POST", "/v1/invoices")) == (400, "body-not-json", None)


def test_two_megabytes_are_refused(erp: Erp, world: World) -> None:
    records = [invoice(number=str(n), description="x" * 500) for n in range(500)]
    answer = erp.call("POST", "/v1/invoices", {"records": records, "x": "x" * 1_700_000})
    assert refusal(answer) == (413, "too-large", None)
    assert world.commits == []


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/json",
        "multipart/form-data",
    ],
)
def test_other_content_than_json_is_refused(kind: str, erp: Erp) -> None:
    answer = erp.call("PUT", "/v1/invoices", json.dumps(INVOICE), headers={"Content-Type": kind})
    assert refusal(answer) == (415, "wrong-content-type", None)


def test_json_by_any_of_its_names_is_taken(erp: Erp) -> None:
    for headers in (
        {"content-type": "application/json; charset=utf-8"},
        {"Content-Type": "application/vnd.example+json"},
        {},
    ):
        answer = erp.call("PUT", "/v1/invoices", json.dumps(INVOICE), headers=headers)
        assert answer.status in (200, 201)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer saldo_forged",
        "Basic dXNlcjpwYXNz",
        "saldo_forged",
        "Bearer " + "x" * 8000,
    ],
)
@pytest.mark.parametrize(("method", "resource"), [*SCOPE_OF, ("GET", "/v1/creditor")])
def test_missing_or_forged_key_learns_nothing(
    method: str, resource: str, header: str | None, world: World
) -> None:
    path = dict.fromkeys(PATH_PARTS, "x") if "{" in resource else None
    headers = {} if header is None else {"Authorization": header}
    event = api_event(method, resource, path, headers=headers, body={"records": [INVOICE]})
    answer = answer_of(app.handler(event, Context()))
    assert refusal(answer) == (401, "key-not-accepted", None)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json["detail"] == "Send a valid API key as 'Authorization: Bearer …'."
    assert world.commits == []


def test_revoked_key_looks_like_a_forged_one(erp: Erp, world: World) -> None:
    assert erp.get("/v1/creditor").status == 200
    world.services.accounts.revoke_key("musterwerk", erp.key_id)
    world.commits.clear()
    for answer in (erp.get("/v1/creditor"), erp.put("/v1/invoices", INVOICE)):
        assert answer.json == Erp("forged").get("/v1/creditor").json
        assert refusal(answer) == (401, "key-not-accepted", None)
    assert world.commits == []


@pytest.mark.parametrize(("method", "resource"), SCOPE_OF)
def test_key_without_the_scope_is_told_which_it_lacks(
    method: str, resource: str, world: World
) -> None:
    scope = SCOPE_OF[method, resource]
    others = sorted({*SCOPE_OF.values()} - {scope})
    path = dict.fromkeys(PATH_PARTS, "x") if "{" in resource else None
    answer = world.erp(scopes=others).call(method, resource, {"records": [INVOICE]}, path=path)
    assert refusal(answer) == (403, "scope-missing", None)
    assert scope in answer.json["detail"]
    assert world.commits == []
    allowed = world.erp(scopes=[scope]).call(method, resource, {"records": [INVOICE]}, path=path)
    assert allowed.status not in (401, 403)


def test_another_creditors_key_sees_and_changes_nothing(erp: Erp, world: World) -> None:
    erp.put("/v1/invoices", INVOICE)
    other = world.erp("fremdwerk")
    for resource, number, code in (
        ("/v1/accounts", "D-1", "account-unknown"),
        ("/v1/invoices", "2026/0815", "invoice-unknown"),
        ("/v1/invoices/why", "2026/0815", "invoice-unknown"),
        ("/v1/credit-notes", "G/7", "credit-note-unknown"),
    ):
        assert refusal(other.get(resource, number=number))[:2] == (404, code)
    assert refusal(other.put("/v1/invoices", INVOICE))[:2] == (404, "account-unknown")
    links = other.push("/v1/pay-links", {"invoice": "2026/0815"})
    assert links["results"][0]["problem"]["code"] == "invoice-unknown"
    hold = {"on": "invoice", "number": "2026/0815", "reason": "x"}
    assert refusal(other.call("POST", "/v1/holds", hold))[:2] == (404, "invoice-unknown")
    assert world.commits == []

    other.put("/v1/accounts", ACCOUNT)
    assert other.put("/v1/invoices", {**INVOICE, "amount": "1.00"}).status == 201
    assert erp.get("/v1/invoices", number="2026/0815").json["amount"] == "119.00"


def test_unknown_path_and_method_that_reach_us_are_problems_too(erp: Erp) -> None:
    assert refusal(erp.get("/v1/nothing")) == (404, "route-unknown", None)
    answer = erp.call("DELETE", "/v1/invoices")
    assert refusal(answer) == (405, "method-not-allowed", None)
    assert answer.headers["allow"] == "GET, POST, PUT"


@pytest.mark.parametrize(
    "query",
    [
        {"numbr": "1"},
        {"number": ""},
        {"number": ["1", "2"]},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "x"},
        {"updated_after": "yesterday"},
        {"updated_after": "2026-11-21"},
        {"updated_after": "2026-11-21T08:00:00"},
        {"updated_after": "2026-11-21T08:00:00 01:00"},
        {"updated_after": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x" * 1001},
    ],
)
def test_bad_parameters_are_refused(query: dict[str, Any], erp: Erp) -> None:
    for resource in ("/v1/accounts", "/v1/invoices"):
        answer = erp.call("GET", resource, query=query)
        assert refusal(answer) == (400, "parameter-not-valid", None)


# The last says "2026-13-01T00:00:00.000000Z#x".
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "äöü",
        "AAAA",
        "MjAyNi0xMy0wMVQwMDowMDowMC4wMDAwMDBaI3g",
    ],
)
def test_forged_cursor_is_refused(cursor: str, erp: Erp) -> None:
    assert refusal(erp.get("/v1/invoices", cursor=cursor)) == (400, "cursor-not-valid", None)


@pytest.mark.parametrize("resource", ["/v1/invoices/why", "/v1/credit-notes"])
def test_number_that_must_be_there(resource: str, erp: Erp) -> None:
    assert refusal(erp.get(resource)) == (400, "parameter-not-valid", None)


def test_fault_of_ours_is_a_plain_500_and_not_a_stack_trace(
    erp: Erp, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.services.__dict__["intake"] = None
    event = api_event(
        "PUT", "/v1/invoices", body=INVOICE, headers={"Authorization": f"Bearer {erp.secret}"}
    )
    answer = answer_of(app.handler(event, Context()))
    assert refusal(answer) == (500, "internal", None)
    assert "NoneType" not in answer.text
    assert "AttributeError" in caplog.text
