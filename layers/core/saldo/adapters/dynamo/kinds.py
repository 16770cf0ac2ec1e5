"""Which record stands under which key, what it is read by, and what that costs.

Costs are for rows up to 1 KB (write) or 4 KB (read); a write inside a transaction costs double, a
strongly consistent query costs one read unit per 4 KB that it reads. A row in a GSI costs one more
write unit per index that it enters, moves in or leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from saldo.accounts.fresh import FreshData
from saldo.accounts.model import Account, ApiKey, ApiKeyEntry, Creditor, Hold, Installation
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.events import Event
from saldo.invoices.model import Allocation, Credit, CreditNote, Invoice, NumberTaken, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.messages.text_record import MessageText
from saldo.payments.agreements import Mandate, MandateRef, ScheduledPayment
from saldo.payments.model import (
    PayLink,
    Payment,
    PaymentRef,
    ProviderEventSeen,
    ProviderRef,
    Refund,
    RefundRef,
)
from saldo.payments.payout_model import PayoutCursor, PayoutNews, PayoutRecord
from saldo.reconciliation.model import WebhookDelivery, WebhookSubscription
from saldo.reminders.breaker import MailDay
from saldo.reminders.channels.letter import Letter
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.letters import LetterBatch
from saldo.reminders.model import (
    ChargesMade,
    Claim,
    ContactLog,
    DecisionRecord,
    Notice,
    NoticeRef,
    ServiceStop,
)
from saldo.reminders.optouts import OptOut
from saldo.reminders.policy_book import PolicyRow
from saldo.reminders.references import PaymentReference
from saldo.reminders.tasks import Task

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowKind:
    """How a record kind is laid out.

    The first `partition_parts` parts of the key follow `pk_prefix`, the others follow `sk_prefix`,
    each percent-encoded and joined by "#". `tag` is the row's discriminator. `access` says which
    question the row answers and what the answer costs.
    """

    record: type[Any]
    tag: str
    pk_prefix: str
    partition_parts: int
    sk_prefix: str
    access: str

    def pk(self, key: Key) -> str:
        return "#".join((self.pk_prefix, *_quoted(key[: self.partition_parts])))

    def sk(self, key: Key) -> str:
        return "#".join((self.sk_prefix, *_quoted(key[self.partition_parts :]))).lstrip("#")

    def sk_start(self, prefix: Key) -> str:
        """Return what the sort keys of all rows below `prefix` begin with."""
        parts = _quoted(prefix[self.partition_parts :])
        return "#".join((self.sk_prefix, *parts, "")).lstrip("#")

    def key(self, pk: str, sk: str) -> Key:
        """Return the record's key from the row's."""
        tail = sk.removeprefix(self.sk_prefix).lstrip("#")
        parts = pk.removeprefix(self.pk_prefix).lstrip("#").split("#")
        return tuple(unquote(p) for p in [*parts, *(tail.split("#") if tail else [])] if p)


def _quoted(parts: Key) -> tuple[str, ...]:
    return tuple(quote(part, safe="") for part in parts)


_KINDS = (
    RowKind(
        Installation,
        "installation",
        "C",
        1,
        "INSTALLATION",
        "Does this installation send at all? One get, 1 RU, per planned account.",
    ),
    RowKind(
        Creditor,
        "creditor",
        "C",
        1,
        "PROFILE",
        "Whose account is it? One get, 1 RU, cached for a run. Listed by feed `*`, 0.5 RU.",
    ),
    RowKind(
        FreshData,
        "fresh-data",
        "C",
        1,
        "FRESH",
        "How old is what we know? One query, 1 RU, per planned account whose creditor asks for it.",
    ),
    RowKind(
        MessageText,
        "message-text",
        "C",
        1,
        "TEXT",
        "In whose words does a creditor write? One query, 1 RU per 4 KB of texts, kept for a "
        "minute by who sends.",
    ),
    RowKind(
        Account,
        "account",
        "A",
        2,
        "ACCOUNT",
        "The debtor, and the version that every claim checks. One get, 1 RU; written (4 WU in "
        "a transaction, 2 more when `due` moves) by every fact; due accounts by GSI `due`.",
    ),
    RowKind(
        Hold,
        "hold",
        "A",
        2,
        "HOLD",
        "What keeps notices back? One query per planned account, 1 RU, and one per creditor.",
    ),
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
        NumberTaken,
        "number",
        "K",
        3,
        "K",
        "Whose number is this, and is it free? One get, 1 RU; put-if-absent, 2 WU.",
    ),
    RowKind(ApiKey, "api-key", "K#*#api-key", 1, "K", "Who is asking? One get, 1 RU per request."),
    RowKind(ApiKeyEntry, "api-key-entry", "C", 1, "KEY", "The keys of a creditor: one query."),
    RowKind(
        PayLink,
        "pay-link",
        "K#*#pay-token",
        1,
        "K",
        "What does this token open? One get, 1 RU per page.",
    ),
    RowKind(
        Payment,
        "payment",
        "A",
        2,
        "PAY",
        "One payment: one get, 1 RU. Those without an outcome by GSI `work`.",
    ),
    RowKind(
        PaymentRef,
        "payment-ref",
        "K#*#payment",
        1,
        "K",
        "Which account's payment does a callback mean? One get, 1 RU.",
    ),
    RowKind(
        ProviderRef,
        "provider-ref",
        "K#*#provider-payment",
        2,
        "K",
        "Which payment does a provider's id of money that came mean? One get, 1 RU.",
    ),
    RowKind(
        Refund,
        "refund",
        "A",
        2,
        "RF",
        "One refund: one get, 1 RU. Those without an outcome by GSI `work`.",
    ),
    RowKind(
        RefundRef,
        "refund-ref",
        "K#*#refund",
        2,
        "K",
        "Which account's refund does a callback mean? One get, 1 RU.",
    ),
    RowKind(
        ProviderEventSeen,
        "provider-event",
        "K#*#provider-event",
        2,
        "K",
        "Was this event acted on? One get, 1 RU; put-if-absent in the settlement, 2 WU.",
    ),
    RowKind(
        Mandate,
        "mandate",
        "A",
        2,
        "MD",
        "Which mandates does an account have? One query, 1 RU. Not yet given: GSI `work`.",
    ),
    RowKind(
        MandateRef,
        "mandate-ref",
        "K#*#mandate",
        2,
        "K",
        "Which account's mandate does a callback mean? One get, 1 RU.",
    ),
    RowKind(
        ScheduledPayment,
        "scheduled-payment",
        "A",
        2,
        "SP",
        "What is to be charged on this account? One query, 1 RU. What is due: GSI `work`.",
    ),
    RowKind(
        Plan,
        "plan",
        "A",
        2,
        "PLAN",
        "Which plans does an account keep? One query, 1 RU. To be looked at: GSI `work`.",
    ),
    RowKind(
        Promise,
        "promise",
        "A",
        2,
        "PTP",
        "What did an account promise, and was it kept? One query, 1 RU per some 10. To be judged: "
        "GSI `work`.",
    ),
    RowKind(
        Dispute,
        "dispute",
        "A",
        2,
        "DSP",
        "What does an account contest? One query, 1 RU per some 8. Deadlines: GSI `work`.",
    ),
    RowKind(
        Case,
        "case",
        "A",
        2,
        "CASE",
        "What of an account was handed over? One query, 1 RU. Those not over: GSI `work`.",
    ),
    RowKind(
        PayoutRecord,
        "payout",
        "PO",
        1,
        "",
        "Was this payout booked, and what of it? One get, 1 RU; a provider's payouts: one query.",
    ),
    RowKind(
        PayoutNews,
        "payout-news",
        "K#*#payout-news",
        2,
        "K",
        "Was this payout named before? Put-if-absent, 1 WU. What is to be read: GSI `work`.",
    ),
    RowKind(
        PayoutCursor,
        "payout-cursor",
        "K#*#payout-cursor",
        1,
        "K",
        "Since when is a provider asked for payouts? One get, 1 RU per run.",
    ),
    RowKind(
        Notice,
        "notice",
        "A",
        2,
        "M",
        "One message: one get, 1 RU. Without a result, or unknown: GSI `work`.",
    ),
    RowKind(
        KeptWords,
        "kept-words",
        "A",
        2,
        "WORDS",
        "What did this message say? One put per sending, 3 WU; read by evidence packs alone.",
    ),
    RowKind(
        NoticeRef,
        "notice-ref",
        "K#*#notice",
        1,
        "K",
        "Which account's notice does a delivery event mean? One get, 1 RU.",
    ),
    RowKind(
        Claim,
        "claim",
        "A",
        2,
        "N",
        "Was this item told at this step? Put-if-absent in the claim, 2 WU; listed by `why`.",
    ),
    RowKind(
        OptOut,
        "opt-out",
        "C",
        1,
        "OPT",
        "Who does not want to hear of us by a channel? Two gets in one batch per notice, 2 RU.",
    ),
    RowKind(
        PaymentReference,
        "payment-reference",
        "K",
        3,
        "K",
        "What does an RF reference pay? One get, 1 RU; one put per notice that asks for money.",
    ),
    RowKind(
        MailDay,
        "mail-day",
        "MD",
        1,
        "",
        "How many mails of a day came back? One get and put per mail, 1 RU and 1 WU; a week "
        "per bounce: seven queries.",
    ),
    RowKind(
        Letter,
        "letter",
        "A",
        2,
        "LET",
        "Where is this letter? One get, 1 RU. Those that no batch has yet: GSI `work`.",
    ),
    RowKind(
        LetterBatch,
        "letter-batch",
        "C",
        1,
        "LB",
        "What went to the print service? One query. Without its manifest: GSI `work`.",
    ),
    RowKind(
        Task,
        "task",
        "A",
        2,
        "TASK",
        "What is a person to do? One get, 1 RU. Open ones by GSI `work`.",
    ),
    RowKind(
        ContactLog,
        "contact-log",
        "A",
        2,
        "CONTACTS",
        "When was this account reminded lately? One get, 1 RU, where the policy limits contacts.",
    ),
    RowKind(
        ServiceStop,
        "service-stop",
        "A",
        2,
        "SERVICE",
        "What was the ERP asked to stop for this account? One query, 1 RU, per planned account.",
    ),
    RowKind(
        ChargesMade,
        "charges-made",
        "A",
        2,
        "CH",
        "What did reminders charge on this invoice? One get, 1 RU, where a stage charges.",
    ),
    RowKind(
        PolicyRow,
        "policy",
        "C",
        1,
        "POLICY",
        "Which policy is it? One query, 1 RU, per planned account with a policy of its creditor's.",
    ),
    RowKind(
        DecisionRecord,
        "decision",
        "A",
        2,
        "DEC",
        "Why did it happen, or not? One query per `saldo why`, 1 RU per some 10 decisions.",
    ),
    RowKind(
        JournalEntry,
        "journal",
        "J",
        3,
        "",
        "The postings of an account and year: one query, 1 RU per some 10 entries.",
    ),
    RowKind(
        Event,
        "event",
        "E",
        3,
        "",
        "The timeline of an account and month: one query. Not yet relayed: GSI `work`.",
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
BY_RECORD: dict[type[Any], RowKind] = {kind.record: kind for kind in _KINDS}
BY_TAG: dict[str, RowKind] = {kind.tag: kind for kind in _KINDS}
assert len(BY_TAG) == len(BY_RECORD) == len(_KINDS), "tags and records are unique"
