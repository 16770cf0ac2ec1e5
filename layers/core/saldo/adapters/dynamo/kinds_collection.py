"""Rows of plans, promises, disputes and cases."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.collection.copies import CopyRequest
from saldo.collection.facts import Case, Dispute, PaidClaim, Promise
from saldo.collection.model import Plan

COLLECTION = (
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
        PaidClaim,
        "paid-claim",
        "A",
        2,
        "CLAIM",
        "What does an account say to have paid? One query, 1 RU per some 10. To be looked at: GSI "
        "`work`.",
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
        CopyRequest,
        "copy-request",
        "A",
        2,
        "COPY",
        "Was a copy of this invoice asked for today, or in this round? One query, 1 RU.",
    ),
)
