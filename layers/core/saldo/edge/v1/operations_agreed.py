"""The operations by which the ERP's books and ours stay the same, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.drift.model import DriftAccountNotNamed, DriftItemTwice, DriftTooWide
from saldo.drift.snapshots import (
    SnapshotClosesTooMuch,
    SnapshotExpired,
    SnapshotSuperseded,
    SnapshotUnknown,
)
from saldo.edge.v1 import answers, drift, events, examples, invoice_history, settlements
from saldo.edge.v1.operation import AUTH, BODY, RECORD, Operation, Refusals, Reply
from saldo.edge.v1.refusals import CursorNotValid, ParameterNotValid, RecordsCount
from saldo.edge.v1.requests import AccountQuery, NumberQuery
from saldo.invoices.changes import OlderVersion
from saldo.invoices.intake import IntakeBusy
from saldo.invoices.withdrawals import InvoicePaid, PaymentOnItsWay
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise
from saldo.settlements.datev import AmountNotForDatev, DebtorNotNumeric
from saldo.settlements.day import DayNotOver, DayTooLarge

OPEN_ITEMS: list[dict[str, Any]] = [
    {"invoice": "2026/0815", "account": "D-1042", "currency": "EUR", "open": "119.00"},
    {"invoice": "2026/0816", "account": "D-1042", "currency": "EUR", "open": "59.50"},
]
DIFFERENCE: dict[str, Any] = {
    "kind": "in-flight",
    "invoice": "2026/0815",
    "there": {"account": "D-1042", "currency": "EUR", "open": "119.00"},
    "here": {"account": "D-1042", "currency": "EUR", "open": "0.00"},
    "payments": ["01M6ZT3W0H8M5V2Y7S4K1P9QDB"],
}
VANISHED: dict[str, Any] = {
    "kind": "closed-there",
    "invoice": "2026/0612",
    "there": None,
    "here": {"account": "D-1042", "currency": "EUR", "open": "88.00"},
    "payments": [],
}
DRIFT: dict[str, Any] = {
    "agreed": True,
    "counts": {"agreed": 1, "in-flight": 1},
    "differences": [DIFFERENCE],
    "totals": [
        {
            "account": "D-1042",
            "currency": "EUR",
            "there": "178.50",
            "here": "59.50",
            "difference": "119.00",
        }
    ],
}
SNAPSHOT: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "expires_at": "2026-11-22T09:00:00.000000Z",
    "new": [],
    "changed": [],
    "vanished": [VANISHED],
    "closed_here": [],
    "in_flight": [DIFFERENCE],
}
SNAPSHOT_CLOSED: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "confirmed_by": "ERP",
    "results": [
        {
            "invoice": "2026/0612",
            "account": "D-1042",
            "outcome": "closed",
            "taken_off": "88.00",
            "currency": "EUR",
            "problem": None,
        }
    ],
}
CORRECTIONS: dict[str, Any] = {
    "number": "2026/0815",
    "items": [
        {
            "at": "2026-11-03T08:16:11.902000Z",
            "by": "ERP",
            "version": 2,
            "erp_version": 3,
            "erp_updated_at": None,
            "changes": [{"field": "amount", "before": "109.00", "after": "119.00"}],
        }
    ],
}
DELETED_RECORD: dict[str, Any] = {"number": "2026/0817", "reason": "Invoiced twice"}
DELETED: dict[str, Any] = {
    "number": "2026/0817",
    "account": "D-1042",
    "currency": "EUR",
    "amount": "59.50",
    "deleted_at": "2026-11-20T11:31:08.204000Z",
    "by": "ERP",
    "reason": "Invoiced twice",
}
DAY: dict[str, Any] = {
    "day": "2026-11-20",
    "rows": [
        {
            "account": "D-1042",
            "invoice": "2026/0815",
            "booked_on": "2026-11-20",
            "recorded_at": "2026-11-20T11:31:08.204000Z",
            "cause": "payment",
            "reference": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
            "currency": "EUR",
            "amount": "119.00",
            "debit": "provider-clearing",
            "debit_detail": "sandbox",
            "credit": "receivable",
            "credit_detail": "2026/0815",
            "reason": "",
        }
    ],
    "totals": [
        {"ledger_account": "provider-clearing", "currency": "EUR", "amount": "119.00"},
        {"ledger_account": "receivable", "currency": "EUR", "amount": "-119.00"},
    ],
}

_ITEMS: Refusals = (
    *AUTH,
    *BODY,
    AmountNotReadable,
    AmountTooPrecise,
    AmountTooLarge,
    DriftItemTwice,
    DriftAccountNotNamed,
    DriftTooWide,
)
_DAY: Refusals = (*AUTH, ParameterNotValid, DayNotOver, DayTooLarge)
_DAYS = (
    "Everything that was recorded on the day in the creditor's time zone, but for what your ERP "
    "told itself: each entry stands in the export of one day, and a day that is over does not "
    "change. A day that is not over is refused."
)

AGREED_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listChildren",
        "GET",
        "/v1/accounts/children",
        "Accounts",
        "The accounts below one",
        "Those that name it as their `parent`.",
        "accounts:read",
        (
            Reply(
                200,
                "By number.",
                answers.AccountChildren,
                {"one": {"items": [{**examples.ACCOUNT, "parent": "D-1000"}]}},
            ),
        ),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=AccountQuery,
    ),
    Operation(
        "listCorrections",
        "GET",
        "/v1/invoices/corrections",
        "Invoices",
        "What an invoice was corrected from and to",
        "Every push of the invoice with other contents: who sent it, when, and what changed. "
        "`invoice.changed` tells the same as it happens.",
        "invoices:read",
        (Reply(200, "The oldest first.", invoice_history.Corrections, {"one": CORRECTIONS}),),
        (*AUTH, ParameterNotValid, InvoiceUnknown),
        query=NumberQuery,
    ),
    Operation(
        "listDeleted",
        "GET",
        "/v1/invoices/deleted",
        "Invoices",
        "What was cancelled lately",
        "For ninety days. Keep asking with `cursor` until it is null; the list stops ten seconds "
        "before now.",
        "invoices:read",
        (
            Reply(
                200,
                "A page.",
                invoice_history.DeletedPage,
                {"page": {"items": [DELETED], "cursor": None}},
            ),
        ),
        (*AUTH, ParameterNotValid, CursorNotValid),
        query=invoice_history.DeletedQuery,
    ),
    Operation(
        "pushDeleted",
        "POST",
        "/v1/invoices/deleted",
        "Invoices",
        "Cancel up to 500 invoices",
        "What is open of each is no longer owed, with its fees and interest; its number is used "
        "up. What money was paid on is refused, and so is what a payment is on its way for. Each "
        "record is taken or refused by itself; the answer is 200 even when records were refused.",
        "invoices:write",
        (Reply(200, "A result each.", answers.BulkAnswer, {"mixed": examples.PUSHED}),),
        (*AUTH, *BODY, RecordsCount),
        (*RECORD, InvoiceUnknown, OlderVersion, InvoicePaid, PaymentOnItsWay, IntakeBusy),
        body=invoice_history.DeletedPush,
        body_example={"records": [DELETED_RECORD]},
        repeat="Repeating is harmless: what is cancelled already is `unchanged`.",
    ),
    Operation(
        "compareOpenItems",
        "POST",
        "/v1/drift",
        "Agreement",
        "Are we still agreed?",
        "Compares your open items with ours, per account and currency, and explains every "
        "difference; nothing is changed. What was booked here within three days before the list "
        "was made may still be on its way to you. Fees and interest that you do not know are no "
        "difference. At most 5,000 items and 1,000 accounts.",
        "invoices:read",
        (Reply(200, "What differs.", drift.DriftAnswer, {"one": DRIFT}),),
        _ITEMS,
        body=drift.DriftOrder,
        body_example={"items": OPEN_ITEMS, "accounts": ["D-1042"]},
        repeat="Repeating is harmless: nothing is written.",
    ),
    Operation(
        "takeSnapshot",
        "POST",
        "/v1/snapshots",
        "Agreement",
        "These are all open items",
        "Shows what is new, what changed and what vanished. Nothing is closed until the snapshot "
        "is confirmed, which it can be for a day, as long as none newer came.",
        "invoices:write",
        (Reply(201, "What it shows.", drift.SnapshotAnswer, {"one": SNAPSHOT}),),
        (*_ITEMS, SnapshotClosesTooMuch),
        body=drift.SnapshotOrder,
        body_example={"items": OPEN_ITEMS, "accounts": ["D-1042"]},
        repeat="Repeating makes another snapshot, which takes the place of the one before.",
    ),
    Operation(
        "confirmSnapshot",
        "POST",
        "/v1/snapshots/confirm",
        "Agreement",
        "Close what vanished",
        "What your ERP has no longer open is no longer owed here either. An item that changed "
        "since the snapshot, or that a payment is on its way for, is kept.",
        "invoices:write",
        (Reply(200, "Each item's end.", drift.SnapshotClosed, {"one": SNAPSHOT_CLOSED}),),
        (*AUTH, *BODY, SnapshotUnknown, SnapshotExpired, SnapshotSuperseded),
        body=drift.SnapshotConfirmation,
        body_example={"id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB"},
        repeat="Repeating closes nothing twice: what was closed is `already`.",
    ),
    Operation(
        "listEvents",
        "GET",
        "/v1/events",
        "Webhooks",
        "What happened",
        "The same events as webhooks tell, with the same ids, for whoever asks instead. The oldest "
        "first: keep asking with `cursor` until it is null, then keep the last `timestamp` for the "
        "next time. The list stops ten seconds before now, so that nothing is skipped.",
        "webhooks:read",
        (
            Reply(
                200,
                "A page.",
                events.EventPage,
                {"page": {"items": [examples.WEBHOOK_EVENT], "cursor": None}},
            ),
        ),
        (*AUTH, ParameterNotValid, CursorNotValid),
        query=events.EventsQuery,
    ),
    Operation(
        "getSettlements",
        "GET",
        "/v1/settlements",
        "Agreement",
        "What settled on a day",
        f"{_DAYS} A row moves its amount from the `credit` to the `debit` account; `totals` are "
        "the ledger's own.",
        "payments:read",
        (Reply(200, "The day.", settlements.SettlementDay, {"one": DAY}),),
        _DAY,
        query=settlements.SettlementsQuery,
    ),
    Operation(
        "getSettlementsCsv",
        "GET",
        "/v1/settlements/csv",
        "Agreement",
        "What settled on a day, as CSV",
        f"{_DAYS} UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points.",
        "payments:read",
        (Reply(200, "The file.", media="text/csv"),),
        _DAY,
        query=settlements.SettlementsQuery,
    ),
    Operation(
        "getSettlementsDatev",
        "GET",
        "/v1/settlements/datev",
        "Agreement",
        "What settled on a day, for DATEV",
        f"{_DAYS} A Buchungsstapel (EXTF 700, category 21) with the accounts of the standard "
        "chart; debtors are the numbers of your accounts, five to nine digits.",
        "payments:read",
        (Reply(200, "The file, in Windows-1252.", media="text/csv"),),
        (*_DAY, DebtorNotNumeric, AmountNotForDatev),
        query=settlements.DatevQuery,
    ),
    Operation(
        "getSettlementsCamt054",
        "GET",
        "/v1/settlements/camt054",
        "Agreement",
        "What settled on a day, as camt.054",
        f"{_DAYS} One entry per movement of money, with the invoices that it settled as structured "
        "remittance; what moves no money is not in it.",
        "payments:read",
        (Reply(200, "The file.", media="application/xml"),),
        _DAY,
        query=settlements.SettlementsQuery,
    ),
)
