"""Rows of payments, and of what payers agreed to ahead of time."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
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
from saldo.payments.provider_fee import ProviderFee

PAYMENTS = (
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
        PayoutRecord,
        "payout",
        "PO",
        1,
        "",
        "Was this payout booked, and what of it? One get, 1 RU; a provider's payouts: one query.",
    ),
    RowKind(
        ProviderFee,
        "provider-fee",
        "A",
        2,
        "PF",
        "What did providers keep for this account's payments? One query, 1 RU per some 30. 2 WU "
        "for an account in a payout whose payments bear a fee, 2 for each creditor in it.",
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
)
