"""Every operation of the API, described: what it takes, answers and refuses.

The routes themselves stand in the ingest function; a test holds the two together, scopes included.
"""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, HoldUnknown, InvoiceUnknown
from saldo.collection.cases import CaseInTheWay
from saldo.edge.v1 import answers, examples, requests
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.operations_agreed import AGREED_OPERATIONS
from saldo.edge.v1.operations_bank import BANK_OPERATIONS
from saldo.edge.v1.operations_behaviour import BEHAVIOUR_OPERATIONS
from saldo.edge.v1.operations_cash import CASH_OPERATIONS
from saldo.edge.v1.operations_collection import COLLECTION_OPERATIONS
from saldo.edge.v1.operations_connections import CONNECTION_OPERATIONS
from saldo.edge.v1.operations_credit import CREDIT_OPERATIONS
from saldo.edge.v1.operations_credit_data import CREDIT_DATA_OPERATIONS
from saldo.edge.v1.operations_documents import DOCUMENT_OPERATIONS
from saldo.edge.v1.operations_files import FILE_OPERATIONS
from saldo.edge.v1.operations_forecasts import FORECAST_OPERATIONS
from saldo.edge.v1.operations_imports import IMPORT_OPERATIONS
from saldo.edge.v1.operations_mails import MAIL_OPERATIONS
from saldo.edge.v1.operations_money import MONEY_OPERATIONS
from saldo.edge.v1.operations_paid import PAID_OPERATIONS
from saldo.edge.v1.operations_people import PEOPLE_OPERATIONS
from saldo.edge.v1.operations_preview import PREVIEW_OPERATIONS
from saldo.edge.v1.operations_privacy import PRIVACY_OPERATIONS
from saldo.edge.v1.operations_records import RECORD_OPERATIONS
from saldo.edge.v1.operations_registers import REGISTER_OPERATIONS
from saldo.edge.v1.operations_reports import REPORT_OPERATIONS
from saldo.edge.v1.operations_services import SERVICE_OPERATIONS
from saldo.edge.v1.operations_settings import SETTINGS_OPERATIONS
from saldo.edge.v1.operations_staff import STAFF_OPERATIONS
from saldo.edge.v1.operations_statement import STATEMENT_OPERATIONS
from saldo.edge.v1.operations_steps import STEP_OPERATIONS
from saldo.edge.v1.operations_threads import THREAD_OPERATIONS
from saldo.edge.v1.operations_watchers import WATCHER_OPERATIONS
from saldo.edge.v1.operations_work import WORK_OPERATIONS
from saldo.edge.v1.operations_work_notes import WORK_NOTE_OPERATIONS
from saldo.edge.v1.operations_workload import WORKLOAD_OPERATIONS
from saldo.edge.v1.operations_written import WRITTEN_OPERATIONS
from saldo.edge.v1.refusals import (
    ParameterNotValid,
    UntilNotAhead,
    WebhookExists,
)
from saldo.edge.v1.steering import STEERING_OPERATIONS
from saldo.reconciliation.webhooks import WebhookAddressNotAllowed, WebhookUnknown

TAGS = {
    "Accounts": "Debtors, under the numbers that your ERP gave them.",
    "Invoices": "What debtors owe, what stands open, and why they were reminded or not.",
    "Credit notes": "What reduces an invoice.",
    "Pay links": "Links to a page where an invoice can be seen and paid, for paper and QR codes.",
    "Bank": "Statements of your bank accounts, and where their money goes.",
    "Payments": "What was paid, on site and online; what is left of it, and where it goes.",
    "Charges": "What is owed beside the invoice, and what no longer is.",
    "Promises": "Somebody said by when they pay; reminders wait, and go on when they do not.",
    "Disputes": "What debtors contest; only that part is held.",
    "Paid claims": "Debtors say to have paid already; the money is looked for.",
    "Questions": "What payers asked, and what they were answered.",
    "Work": "What needs a person, whose it is, and what they wrote down.",
    "Mails": "What payers wrote by mail, whose it is, and what they were answered.",
    "Plans": "Instalments, the mandates that pay them, and what is to be charged.",
    "Credit": "How much debtors may owe, how much they do, and whether their orders wait.",
    "Risk": "The risk of all accounts side by side, and what agencies, insurers and registers say.",
    "Cases": "What an agency, a bailiff, a lawyer or a court has.",
    "Documents": "Electronic invoices and other files that come in, and what became of them.",
    "Connections": "ERPs that are asked: how each connection stands.",
    "Imports": "Files of rows: what their columns mean, and what became of each row.",
    "Files": "What payers sent, and what was given to them.",
    "Agreement": "Are your books and ours still the same? And what settled, for yours.",
    "Foresight": "When invoices will be paid, and how good such forecasts were.",
    "Reports": "Figures of all that is owed, by whatever they are asked to be grouped by.",
    "Cash forecast": "What money comes when, what would change it, and how good that was so far.",
    "Holds": "Keep notices back: about one invoice, one account, or everybody.",
    "Webhooks": "Hear of payments and notices as they happen.",
    "Users": "Your people who work with the console, and what they may do.",
    "Settings": "How you remind and what payers may; policies, tried before they hold; texts.",
    "Personal data": "What is held about a debtor: handed out, erased; and who did what.",
    "About": "Who you are here, and this description.",
}

OPERATIONS: tuple[Operation, ...] = (
    *RECORD_OPERATIONS,
    *AGREED_OPERATIONS,
    *MONEY_OPERATIONS,
    *BANK_OPERATIONS,
    *COLLECTION_OPERATIONS,
    *REGISTER_OPERATIONS,
    *PAID_OPERATIONS,
    *DOCUMENT_OPERATIONS,
    *FILE_OPERATIONS,
    *IMPORT_OPERATIONS,
    *CONNECTION_OPERATIONS,
    *PREVIEW_OPERATIONS,
    *STAFF_OPERATIONS,
    *PEOPLE_OPERATIONS,
    *STATEMENT_OPERATIONS,
    *THREAD_OPERATIONS,
    *WRITTEN_OPERATIONS,
    *MAIL_OPERATIONS,
    *WORK_OPERATIONS,
    *CREDIT_OPERATIONS,
    *SERVICE_OPERATIONS,
    *CREDIT_DATA_OPERATIONS,
    *FORECAST_OPERATIONS,
    *BEHAVIOUR_OPERATIONS,
    *WORK_NOTE_OPERATIONS,
    *WORKLOAD_OPERATIONS,
    *WATCHER_OPERATIONS,
    *REPORT_OPERATIONS,
    *CASH_OPERATIONS,
    *STEP_OPERATIONS,
    *STEERING_OPERATIONS,
    *PRIVACY_OPERATIONS,
    *SETTINGS_OPERATIONS,
    Operation(
        "listHolds",
        "GET",
        "/v1/holds",
        "Holds",
        "What keeps notices about a target back",
        "Those on the target and those above it: for an invoice also its account's and the "
        "creditor's.",
        "holds:read",
        (Reply(200, "The oldest first.", answers.Holds, {"one": {"items": [examples.HOLD]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown, InvoiceUnknown),
        query=requests.HoldsQuery,
    ),
    Operation(
        "placeHold",
        "POST",
        "/v1/holds",
        "Holds",
        "Keep notices back",
        "Nothing is sent about the target until the hold ends: on its day, or when it is ended. "
        "After it only the next stage goes, and the following keeps its distance.",
        "holds:write",
        (
            Reply(201, "Held.", answers.Hold, {"new": examples.HOLD}),
            Reply(200, "An equal hold was there already.", answers.Hold, {"known": examples.HOLD}),
        ),
        (*AUTH, *BODY, UntilNotAhead, AccountUnknown, InvoiceUnknown),
        body=requests.HoldOrder,
        body_example=examples.HOLD_ORDER,
        repeat="Repeating is harmless: an equal hold that lasts is answered, not doubled.",
    ),
    Operation(
        "endHolds",
        "POST",
        "/v1/holds/end",
        "Holds",
        "Let notices go again",
        "Ends every hold of a kind placed on exactly this target; those above it stay. While "
        "somebody else still has a case about an invoice, its `legal-case` stays, too.",
        "holds:write",
        (Reply(200, "Ended.", answers.HoldsEnded, {"one": {"ended": [examples.HOLD_ENDED]}}),),
        (*AUTH, *BODY, AccountUnknown, InvoiceUnknown, HoldUnknown, CaseInTheWay),
        body=requests.HoldEnd,
        body_example={"on": "invoice", "number": "2026/0815"},
        repeat="Repeating answers 404 `hold-unknown`: nothing is paused any more.",
    ),
    Operation(
        "listWebhooks",
        "GET",
        "/v1/webhooks",
        "Webhooks",
        "Your active endpoints",
        "",
        "webhooks:read",
        (
            Reply(
                200,
                "Without their secrets.",
                answers.Webhooks,
                {"one": {"items": [examples.WEBHOOK]}},
            ),
        ),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "addWebhook",
        "POST",
        "/v1/webhooks",
        "Webhooks",
        "Add an endpoint",
        "Deliveries follow the Standard Webhooks convention: signed, at least once, in no "
        "promised order, retried ten times over some sixteen hours.",
        "webhooks:write",
        (
            Reply(
                201,
                "Added. The secret is in this answer alone.",
                answers.WebhookCreated,
                {"new": examples.WEBHOOK_CREATED},
            ),
        ),
        (*AUTH, *BODY, WebhookAddressNotAllowed, WebhookExists),
        body=requests.WebhookOrder,
        body_example=examples.WEBHOOK_ORDER,
        repeat="Repeating answers 409 `webhook-exists`. A secret that was lost is not shown "
        "again: remove the endpoint and add it anew.",
    ),
    Operation(
        "removeWebhook",
        "DELETE",
        "/v1/webhooks/{webhook_id}",
        "Webhooks",
        "Remove an endpoint",
        "",
        "webhooks:write",
        (Reply(204, "Removed."),),
        (*AUTH, WebhookUnknown),
        repeat="Repeating is harmless.",
    ),
    Operation(
        "getCreditor",
        "GET",
        "/v1/creditor",
        "About",
        "Whose key is this?",
        "The creditor that the key belongs to, and what the key may do.",
        None,
        (Reply(200, "The creditor.", answers.Creditor, {"live": examples.CREDITOR}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "getOpenApi",
        "GET",
        "/v1/openapi.json",
        "About",
        "This description",
        "",
        None,
        (Reply(200, "An OpenAPI 3.1 document.", dict[str, Any]),),
        (ParameterNotValid,),
        is_public=True,
    ),
    Operation(
        "getDocs",
        "GET",
        "/v1/docs",
        "About",
        "This description, to read",
        "",
        None,
        (Reply(200, "A page.", str, media="text/html"),),
        (ParameterNotValid,),
        is_public=True,
    ),
)
