"""Every operation of the API, described: what it takes, answers and refuses.

The routes themselves stand in the ingest function; a test holds the two together, scopes included.
"""

from __future__ import annotations

from typing import Any

from saldo.accounts.family import ParentNotValid
from saldo.accounts.service import AccountUnknown, HoldUnknown, InvoiceUnknown
from saldo.edge.v1 import answers, examples, pushes, requests, requests_accounts
from saldo.edge.v1.operation import AUTH, BODY, MONEY, RECORD, Operation, Refusals, Reply
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
from saldo.edge.v1.operations_registers import REGISTER_OPERATIONS
from saldo.edge.v1.operations_reports import REPORT_OPERATIONS
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
    CreditNoteUnknown,
    CursorNotValid,
    DueBeforeIssued,
    ParameterNotValid,
    RecordsCount,
    UntilNotAhead,
    WebhookExists,
)
from saldo.edge.v1.steering import STEERING_OPERATIONS
from saldo.errors import Conflict
from saldo.invoices.changes import (
    BelowWhatWasPaid,
    CreditNoteCurrency,
    CurrencyFixed,
    InvoiceCancelled,
    OlderVersion,
    OpeningFixed,
)
from saldo.invoices.intake import AccountRestricted, IntakeBusy, NumberBelongsElsewhere
from saldo.reconciliation.webhooks import WebhookAddressNotAllowed, WebhookUnknown
from saldo.reminders.policy_model import PolicyUnknown

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

_ACCOUNT: Refusals = (
    *MONEY,
    PolicyUnknown,
    AccountUnknown,
    ParentNotValid,
    AccountRestricted,
    IntakeBusy,
)
_INVOICE: Refusals = (
    *MONEY,
    DueBeforeIssued,
    AccountUnknown,
    NumberBelongsElsewhere,
    CurrencyFixed,
    OpeningFixed,
    BelowWhatWasPaid,
    OlderVersion,
    InvoiceCancelled,
    IntakeBusy,
)
_CREDIT_NOTE: Refusals = (*MONEY, InvoiceUnknown, CreditNoteCurrency, Conflict, IntakeBusy)
_PUSH: Refusals = (*AUTH, *BODY, RecordsCount)
_LIST: Refusals = (*AUTH, ParameterNotValid, CursorNotValid)

_HARMLESS = "Repeating is harmless: the number is the key, and what is the same stays untouched."
_BULK = (
    "Each record is taken or refused by itself, in order, and has its result. The answer is 200 "
    "even when records were refused; look at `success`. Only a body that is wrong as a whole is "
    "refused as a whole."
)
_CHANGES = (
    "With `number`, that one record. Without, what changed, the oldest change first: keep asking "
    "with `cursor` until it is null, then keep the last `updated_at` for the next time. Lists stop "
    "ten seconds before now, so that nothing is skipped; a record that changed twice comes twice."
)


def _pushed(what: str) -> tuple[Reply, ...]:
    return (Reply(200, f"A result per {what}.", answers.BulkAnswer, {"mixed": examples.PUSHED}),)


def _put(type_: Any, new: Any, known: Any, changed: str) -> tuple[Reply, ...]:
    return (
        Reply(201, "New; as it is kept.", type_, {"new": new}),
        Reply(200, changed, type_, {"known": known}),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getAccounts",
        "GET",
        "/v1/accounts",
        "Accounts",
        "One account, or those that changed",
        _CHANGES,
        "accounts:read",
        (
            Reply(
                200,
                "The account, or a page.",
                answers.Account | answers.AccountPage | answers.SelectedPage,
                {
                    "one": examples.ACCOUNT,
                    "page": examples.page(examples.ACCOUNT),
                    "fields": examples.page({"number": examples.ACCOUNT["number"]}),
                },
            ),
        ),
        (*_LIST, AccountUnknown),
        query=requests.ListQuery,
    ),
    Operation(
        "putAccount",
        "PUT",
        "/v1/accounts",
        "Accounts",
        "Add or change one account",
        "Send the account whole: what is left out takes its default.",
        "accounts:write",
        _put(
            answers.Account, examples.ACCOUNT, examples.ACCOUNT, "Changed, or the same as before."
        ),
        (*AUTH, *BODY, *_ACCOUNT),
        body=requests_accounts.AccountRecord,
        body_example=examples.ACCOUNT_RECORD,
        repeat=_HARMLESS,
    ),
    Operation(
        "pushAccounts",
        "POST",
        "/v1/accounts",
        "Accounts",
        "Add or change up to 500 accounts",
        _BULK,
        "accounts:write",
        _pushed("account"),
        _PUSH,
        (*RECORD, *_ACCOUNT),
        body=pushes.AccountPush,
        body_example={"records": [examples.ACCOUNT_RECORD]},
        repeat=_HARMLESS,
    ),
    Operation(
        "getInvoices",
        "GET",
        "/v1/invoices",
        "Invoices",
        "One invoice, or those that changed",
        _CHANGES,
        "invoices:read",
        (
            Reply(
                200,
                "The invoice, or a page.",
                answers.Invoice | answers.InvoicePage | answers.SelectedPage,
                {
                    "one": examples.INVOICE,
                    "page": examples.page(examples.INVOICE),
                    "fields": examples.page({"number": examples.INVOICE["number"]}),
                },
            ),
        ),
        (*_LIST, InvoiceUnknown),
        query=requests.ListQuery,
    ),
    Operation(
        "putInvoice",
        "PUT",
        "/v1/invoices",
        "Invoices",
        "Issue or correct one invoice",
        "Send the invoice whole. Sent again with other contents it is a correction: the books get "
        "an entry for the difference, and another due date lets the reminders begin anew. Its "
        "account and its currency are fixed.",
        "invoices:write",
        _put(
            answers.Invoice,
            examples.INVOICE_NEW,
            examples.INVOICE,
            "Corrected, or the same as before.",
        ),
        (*AUTH, *BODY, *_INVOICE),
        body=requests.InvoiceRecord,
        body_example=examples.INVOICE_RECORD,
        repeat=_HARMLESS,
    ),
    Operation(
        "pushInvoices",
        "POST",
        "/v1/invoices",
        "Invoices",
        "Issue or correct up to 500 invoices",
        _BULK,
        "invoices:write",
        _pushed("invoice"),
        _PUSH,
        (*RECORD, *_INVOICE),
        body=pushes.InvoicePush,
        body_example={"records": [examples.INVOICE_RECORD]},
        repeat=_HARMLESS,
    ),
    Operation(
        "explainInvoice",
        "GET",
        "/v1/invoices/why",
        "Invoices",
        "Why was it reminded, why not?",
        "Every decision about the invoice as it was stored, in sentences and with the facts that "
        "it rested on, and what comes next as things stand. The sentences are in `language`, else "
        "in the first of `Accept-Language` that they are written in; without either in plain "
        "English with ISO dates. Codes and facts are the same in every language.",
        "invoices:read",
        (Reply(200, "The decisions.", answers.Why, {"reminded": examples.WHY}),),
        (*AUTH, ParameterNotValid, InvoiceUnknown),
        query=requests.WhyQuery,
    ),
    Operation(
        "getCreditNote",
        "GET",
        "/v1/credit-notes",
        "Credit notes",
        "One credit note",
        "",
        "invoices:read",
        (Reply(200, "The credit note.", answers.CreditNote, {"booked": examples.CREDIT_NOTE}),),
        (*AUTH, ParameterNotValid, CreditNoteUnknown),
        query=requests.NumberQuery,
    ),
    Operation(
        "putCreditNote",
        "PUT",
        "/v1/credit-notes",
        "Credit notes",
        "Book one credit note",
        "It reduces its invoice; what exceeds what is open becomes the debtor's credit. A booked "
        "credit note is not changed: cancel it by what your books provide for.",
        "invoices:write",
        _put(
            answers.CreditNote,
            examples.CREDIT_NOTE,
            examples.CREDIT_NOTE,
            "Booked before, with the same contents.",
        ),
        (*AUTH, *BODY, *_CREDIT_NOTE),
        body=requests.CreditNoteRecord,
        body_example=examples.CREDIT_NOTE_RECORD,
        repeat=_HARMLESS,
    ),
    Operation(
        "pushCreditNotes",
        "POST",
        "/v1/credit-notes",
        "Credit notes",
        "Book up to 500 credit notes",
        _BULK,
        "invoices:write",
        _pushed("credit note"),
        _PUSH,
        (*RECORD, *_CREDIT_NOTE),
        body=pushes.CreditNotePush,
        body_example={"records": [examples.CREDIT_NOTE_RECORD]},
        repeat=_HARMLESS,
    ),
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
        "Ends every hold of a kind placed on exactly this target; those above it stay.",
        "holds:write",
        (Reply(200, "Ended.", answers.HoldsEnded, {"one": {"ended": [examples.HOLD_ENDED]}}),),
        (*AUTH, *BODY, AccountUnknown, InvoiceUnknown, HoldUnknown),
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
