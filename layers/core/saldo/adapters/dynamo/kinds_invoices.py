"""Rows of invoices, the ledger, and what is told of both: events and webhooks."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.drift.model import Snapshot
from saldo.events import Event
from saldo.invoices.history import DeletedInvoice, InvoiceCorrection
from saldo.invoices.model import Allocation, Credit, CreditNote, Invoice, NumberTaken, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.reconciliation.model import WebhookDelivery, WebhookSubscription

INVOICES = (
    RowKind(
        Invoice,
        "invoice",
        "A",
        2,
        "INV",
        "The whole invoice: one get, 1 RU. `updated_after` lists by GSI `feed`.",
    ),
    RowKind(
        OpenItem,
        "open-item",
        "A",
        2,
        "O",
        "What stands open on an account, by due date: one query, 1 RU per some 12 items, "
        "however many invoices were closed before.",
    ),
    RowKind(Credit, "credit", "A", 2, "CR", "Unallocated credit of an account: one query, 1 RU."),
    RowKind(
        Allocation,
        "allocation",
        "A",
        2,
        "AL",
        "What did this credit pay? One query, 1 RU per some 12 allocations.",
    ),
    RowKind(CreditNote, "credit-note", "A", 2, "CN", "One credit note: one get, 1 RU."),
    RowKind(
        InvoiceCorrection,
        "invoice-correction",
        "A",
        2,
        "INVC",
        "What was an invoice corrected from and to? One query, 1 RU; 2 WU per correction.",
    ),
    RowKind(
        DeletedInvoice,
        "deleted-invoice",
        "A",
        2,
        "INVD",
        "Which invoices were cancelled lately? GSI `feed`; forgotten after 90 days.",
    ),
    RowKind(
        Snapshot,
        "snapshot",
        "C",
        1,
        "SNAPSHOT",
        "What would this list of open items close? One get, 30 RU at most; forgotten after "
        "90 days.",
    ),
    RowKind(
        NumberTaken,
        "number",
        "K",
        3,
        "K",
        "Whose number is this, and is it free? One get, 1 RU; put-if-absent, 2 WU.",
    ),
    RowKind(
        JournalEntry,
        "journal",
        "J",
        3,
        "",
        "The postings of an account and year: one query, 1 RU per some 10 entries. What settled on "
        "a day, the ERP's own facts not among it: GSI `feed`.",
    ),
    RowKind(
        Event,
        "event",
        "E",
        3,
        "",
        "The timeline of an account and month: one query. Not yet relayed: GSI `work`; a "
        "creditor's, by time: GSI `feed`.",
    ),
    RowKind(
        WebhookSubscription,
        "webhook",
        "C",
        1,
        "WEBHOOK",
        "Who wants to hear of a creditor's events? One query, 1 RU per event.",
    ),
    RowKind(
        WebhookDelivery,
        "webhook-delivery",
        "WD",
        2,
        "",
        "Was this event delivered to this endpoint? One get, 1 RU; one put, 1 WU.",
    ),
)
