"""The operations about what ERPs push: accounts, invoices, credit notes, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.family import ParentNotValid
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import answers, examples, pushes, requests, requests_accounts
from saldo.edge.v1.operation import AUTH, BODY, MONEY, RECORD, Operation, Refusals, Reply
from saldo.edge.v1.refusals import (
    CreditNoteUnknown,
    CursorNotValid,
    DueBeforeIssued,
    ParameterNotValid,
    RecordsCount,
)
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
from saldo.reminders.policy_model import PolicyUnknown

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


RECORD_OPERATIONS: tuple[Operation, ...] = (
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
)
