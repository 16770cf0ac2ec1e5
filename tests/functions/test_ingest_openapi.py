"""The API's description says what the routes do, and the routes do what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pydantic import TypeAdapter

from functions.ingest import app
from saldo.clock import FixedClock
from saldo.edge.v1 import examples
from saldo.edge.v1.docs_page import HEADERS
from saldo.edge.v1.openapi import document
from saldo.edge.v1.operations import OPERATIONS, Operation
from tests.events import validator
from tests.functions.erp import Erp, World
from tests.functions.test_ingest_refusals import SCOPE_OF

SERVER = "https://pay.musterwerk.example"
GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
NOBODY = Erp("")


@pytest.fixture(autouse=True)
def world(clock: FixedClock) -> World:
    return World(clock)


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document(SERVER)["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


@cache
def schema_validator(reference: str) -> Draft202012Validator:
    """Return the validator of a schema inside the document, by its JSON pointer."""
    whole = {**document(SERVER), "$ref": f"#{reference}"}
    return Draft202012Validator(whole)


def pointer(*parts: str) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def test_description_is_served_without_a_key_and_is_valid() -> None:
    answer = NOBODY.get("/v1/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["servers"] == [{"url": SERVER}]
    assert answer.json == json.loads(json.dumps(document(SERVER)))
    validate(answer.json)


def test_routes_and_description_name_each_other() -> None:
    every = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    # What stands below /payt is described elsewhere, and held to it: tests/functions/test_payt.py.
    routes = {(method, path) for method, path in every if not path.startswith("/payt/")}
    assert {(method, path) for method, path, _ in described()} == routes
    assert all(path.startswith("/v1/") and "+" not in path for _, path in routes)


def test_scopes_are_those_that_the_routes_ask_for() -> None:
    found = {
        (method, path): operation["security"][0]["key"][0]
        for method, path, operation in described()
        if operation["security"] and operation["security"][0]["key"]
    }
    assert found == SCOPE_OF


def test_no_schema_is_left_out_and_none_is_for_nothing() -> None:
    text = json.dumps(document(SERVER))
    wanted = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert wanted == set(document(SERVER)["components"]["schemas"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.id)
def test_examples_are_as_their_schemas_say(operation: Operation) -> None:
    at = ("paths", operation.path, operation.method.lower())
    if operation.body is not None:
        place = (*at, "requestBody", "content", "application/json", "schema")
        schema_validator(pointer(*place)).validate(operation.body_example)
        operation.body.model_validate(operation.body_example)
    for reply in operation.replies:
        for example in (reply.examples or {}).values():
            place = (*at, "responses", str(reply.status), "content", reply.media, "schema")
            schema_validator(pointer(*place)).validate(example)
            TypeAdapter(reply.type).validate_python(example)


def test_event_example_is_as_its_schema_says() -> None:
    place = ("webhooks", "payment.settled", "post", "requestBody", "content", "application/json")
    schema_validator(pointer(*place, "schema")).validate(examples.WEBHOOK_EVENT)
    validator("payment.settled", 1).validate(examples.WEBHOOK_EVENT["data"])
    schema_validator("/components/schemas/Problem").validate(examples.PROBLEM)


def test_answers_are_as_their_schemas_say(world: World) -> None:
    """Every operation is called with its own example, and its answer held against its schema."""
    erp = world.erp("filters")
    order = [
        "putAccount",
        "pushAccounts",
        "putInvoice",
        "pushInvoices",
        "putCreditNote",
        "pushCreditNotes",
        "makePayLinks",
        "getPayStatus",
        "makeStaffLink",
        "listStaffLinks",
        "getSettings",
        "changeSettings",
        "listPolicies",
        "tryPolicy",
        "putPolicy",
        "getPolicy",
        "putText",
        "listTexts",
        "getText",
        "givePromise",
        "listPromises",
        "withdrawPromise",
        "openDispute",
        "settleDispute",
        "listDisputes",
        "makePlan",
        "approvePlan",
        "listPlans",
        "cancelPlan",
        "listMandates",
        "listScheduledPayments",
        "openCase",
        "tellCase",
        "listCases",
        "preview",
        "placeHold",
        "listHolds",
        "endHolds",
        "addWebhook",
        "listWebhooks",
        "getAccounts",
        "getInvoices",
        "explainInvoice",
        "getCreditNote",
        "bookFee",
        "bookInterest",
        "bookDiscount",
        "bookWriteOff",
        "takePayment",
        "takeBack",
        "allocate",
        "refund",
        "getPayments",
        "getCredits",
        "getStatement",
        "getCreditor",
        "getOpenApi",
        "listChildren",
        "listCorrections",
        "compareOpenItems",
        "takeSnapshot",
        "pushDeleted",
        "listDeleted",
        "listEvents",
    ]
    by_id = {operation.id: operation for operation in OPERATIONS}
    assert set(by_id) - set(order) == {
        "removeWebhook",
        "getDocs",
        "listOpenDisputes",  # these here: tests/functions/test_ingest_registers.py
        "assignDispute",
        "listOpenPromises",
        "listOpenPlans",
        "listOpenCases",
        "rejectDispute",
        "withdrawDispute",  # these here: tests/functions/test_ingest_files.py
        "sendStatement",  # these here: tests/functions/test_ingest_bank.py
        "listStatements",
        "listBankAccounts",
        "setBankAccount",
        "listBankEntries",
        "matchBankEntries",
        "acceptBankEntry",
        "splitBankEntry",
        "ignoreBankEntry",
        "reverseBankEntry",
        "returnBankEntry",
        "refundBankEntry",
        "sendDocument",  # these here: tests/functions/test_ingest_documents.py
        "makeUpload",
        "listWaiting",
        "getUpload",
        "getUploadContent",
        "tryAgain",
        "listMappings",  # these here: tests/functions/test_imports.py
        "getMapping",
        "setMapping",
        "listImports",
        "getImport",
        "getImportReport",
        "listConnections",  # these here: tests/functions/test_ingest_connections.py
        "getConnection",
        "putDocument",
        "getDocument",
        "getLines",
        "listFiles",
        "getFile",
        "listPaidClaims",  # these here: tests/functions/test_ingest_paid_claims.py
        "confirmPaidClaim",
        "refutePaidClaim",
        "revokeStaffLink",  # tests/functions/test_staff.py
        "steerAccount",  # tests/functions/test_steering_api.py
        "getStatementCsv",  # tests/functions/test_statements.py
        "getCaseFile",  # tests/functions/test_case_files.py
        "confirmSnapshot",  # these here: tests/functions/test_ingest_agreed.py
        "getSettlements",
        "getSettlementsCsv",
        "getSettlementsDatev",
        "getSettlementsCamt054",
        "listAuditLog",  # these here: tests/functions/test_ingest_privacy.py
        "orderExport",
        "getExport",
        "orderErasure",
        "listErasures",
        "liftErasure",
        "getRetention",
        "listThreads",  # these here: tests/functions/test_threads.py
        "replyInThread",
        "closeThread",
        "listMessages",  # these here: tests/functions/test_messages_by_hand.py
        "lookAtMessage",
        "writeMessage",
        "proofLetter",
        "getLetter",
        "listMails",  # these here: tests/functions/test_inbox.py
        "getMailFile",
        "getRawMail",
        "replyToMail",
        "fileMail",
        "assignMail",
        "closeMail",
        "reopenMail",
        "listReplyTexts",
        "putReplyText",
        "getCredit",  # these here: tests/functions/test_credit.py
        "setCreditLimit",
        "proposeCreditLimit",
        "listOpenOrders",
        "decideCredit",
        "setOrderBlock",
        "tellOpenOrders",
        "listOrderBlocks",
        "getCreditRules",
        "putCreditRules",
        "listRisk",  # these here: tests/functions/test_credit_data.py
        "getCreditReports",
        "putCreditReports",
        "putCreditFile",
        "tryByRisk",  # these here: tests/functions/test_by_risk_api.py
        "switchByRisk",
        "listServiceStops",  # these here: tests/functions/test_service_stops.py
        "setServiceStop",
        "askForCredit",
        "getCompany",
        "putCompany",
        "decideCompany",
        "getCreditDataRules",
        "setCreditDataRules",
        "listWork",  # these here: tests/functions/test_work.py
        "closeWork",
        "snoozeWork",
        "assignWork",
        "getTeam",
        "listWatchers",  # these here: tests/functions/test_watchers_api.py
        "watchCase",
        "endWatch",
        "setMorning",
        "getWorkload",
        "proposeBalance",
        "applyBalance",
        "handWorkOver",
        "endHandOver",
        "setTarget",
        "getWorkRules",
        "putWorkRules",
        "getDesk",
        "putDesk",
        "getDeskRules",
        "putDeskRules",
        "listNotes",
        "addNote",
        "pinNote",
        "listCalls",
        "logCall",
        "listForecasts",  # these here: tests/functions/test_forecasts_api.py
        "getForecastModel",
        "getBehaviour",  # these here: tests/functions/test_behaviour_api.py
        "listBehaviour",
        "getCash",  # these here: tests/functions/test_cash_api.py
        "getCashCsv",
        "tryCashScenario",
        "getCashTrack",
        "getNextStep",  # these here: tests/functions/test_steps_api.py
        "listEffects",
        "listSuggestions",
        "previewSuggestion",
        "decideSuggestion",
        "getHoldOut",
        "setHoldOut",
        "listReports",  # these here: tests/functions/test_reports.py
        "getReport",
        "getReportCsv",
        "listReportViews",
        "saveReportView",
        "removeReportView",
        "sendReportView",
        "listUsers",  # these here: tests/functions/test_users_api.py
        "inviteUser",
        "inviteUserAgain",
        "grantRole",
        "revokeRole",
        "disableUser",
        "enableUser",
        "forgetApp",
        "listApprovals",
        "getApprovalLimits",
        "setApprovalLimits",
    }
    queries = {
        "explainInvoice": {"number": "2026/0815"},
        "listChildren": {"account": "D-1042"},
        "listCorrections": {"number": "2026/0815"},
        "getPayStatus": {"number": "2026/0815"},
        "getCreditNote": {"number": "CN-2026-17"},
        "listHolds": {"on": "invoice", "number": "2026/0815"},
        "getPayments": {"number": "2026/0815"},
        "getCredits": {"account": "D-1042"},
        "getStatement": {"account": "D-1042"},
        "getPolicy": {"id": "gentle"},
        "getText": {"message": "reminder-1", "language": "en", "part": "subject"},
        **{
            f"list{what}": {"account": "D-1042"}
            for what in (
                "Promises",
                "Disputes",
                "Plans",
                "Mandates",
                "ScheduledPayments",
                "Cases",
            )
        },
    }
    for name in order:
        operation = by_id[name]
        for query in [queries.get(name, {})] + (
            [{"number": {"getAccounts": "D-1042", "getInvoices": "2026/0815"}[name]}]
            if name in ("getAccounts", "getInvoices")
            else []
        ):
            answer = erp.call(operation.method, operation.path, operation.body_example, query)
            assert answer.status in [r.status for r in operation.replies], answer.text
            place = (
                "paths",
                operation.path,
                operation.method.lower(),
                "responses",
                str(answer.status),
                "content",
                "application/json",
                "schema",
            )
            schema_validator(pointer(*place)).validate(answer.json)
    # 119.00 less a credit note of 19.00, 5.00 and 1.13 more, 2.38 and 0.62 less: 120.00 pays it.
    assert erp.get("/v1/invoices", number="2026/0815").json["open"] == "0.00"
    assert erp.get("/v1/credits", account="D-1042").json["totals"][0]["open"] == "6.87"


def test_every_refusal_that_is_described_has_a_meaning() -> None:
    for _, _, operation in described():
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                assert "application/problem+json" in response["content"]
                assert re.fullmatch(r"(- `[a-z-]+`: \S.*\.\n?)+", response["description"])


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        if found.get("href"):
            self.links.append(str(found["href"]))
        assert "src" not in found
        assert "style" not in found, "the policy refuses styles in attributes"
        assert not any(name.startswith("on") for name, _ in attrs)


def test_docs_page_stands_alone() -> None:
    answer = NOBODY.get("/v1/docs")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy == HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    page = _Page()
    page.feed(answer.text)
    assert "script" not in page.tags
    assert page.tags.count("style") == page.tags.count("h1") == page.tags.count("main") == 1
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == {"openapi.json"}
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {operation.id for operation in OPERATIONS} <= set(page.ids)


def test_guide_names_every_operation_and_every_code() -> None:
    guide = GUIDE.read_text("utf-8")
    for operation in OPERATIONS:
        assert f"`{operation.method} {operation.path}`" in guide
        for kind in (*operation.refusals, *operation.record_refusals):
            assert f"`{kind.code}`" in guide, kind.code


def test_examples_in_the_guide_are_taken(world: World) -> None:
    """The guide's requests are sent in the order in which it tells them."""
    erp = world.erp("filters")
    request = re.compile(r"```http\n([A-Z]+) (\S+)\n(?:\n(.*?))?```", re.DOTALL)
    sent = request.findall(GUIDE.read_text("utf-8"))
    assert len(sent) >= 6
    for method, target, body in sent:
        path, _, query = target.partition("?")
        parameters = dict(part.split("=") for part in query.split("&") if part)
        number = {k: v.replace("%2F", "/").replace("%3A", ":") for k, v in parameters.items()}
        answer = erp.call(method, path, json.loads(body) if body else None, number)
        assert answer.status in (200, 201), (method, target, answer.text)
        assert answer.json.get("success", True)
