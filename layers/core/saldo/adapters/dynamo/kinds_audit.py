"""Rows of the audit log, and of what is to be erased."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.audit.model import AccessSeen, AuditCheck, AuditEntry, AuditHead, AuditMark
from saldo.privacy.model import Erasure, PrivacyExport

AUDIT = (
    RowKind(
        AuditEntry,
        "audit-entry",
        "AU",
        1,
        "",
        "What happened, in the order in which it arrived? A page of 50: one batch, 50 RU; the "
        "whole chain: one query, 1 RU per some 7. Put once per event, 2 WU.",
    ),
    RowKind(
        AuditHead,
        "audit-head",
        "AH",
        1,
        "HEAD",
        "What does the next entry hold on to? One get, 1 RU, and one conditional put, 2 WU, per "
        "transaction of up to 49 events.",
    ),
    RowKind(
        AuditCheck,
        "audit-check",
        "AH",
        1,
        "CHECK",
        "How far was the chain walked, and was it sound? One get, 1 RU, and one put a night.",
    ),
    RowKind(
        AuditMark,
        "audit-mark",
        "AM",
        2,
        "M",
        "Does this event stand in the chain, and where? One get, 1 RU; put-if-absent, 2 WU. Each "
        "has a partition of its own: they are never listed.",
    ),
    RowKind(
        AccessSeen,
        "access-seen",
        "A",
        2,
        "SEEN",
        "Was this person's look at the account told today? One get, 0.5 RU per page of the "
        "console; 2 WU once a day. Forgotten after a week.",
    ),
    RowKind(
        Erasure,
        "erasure",
        "A",
        2,
        "ERASE",
        "Is what is held about this account to be erased? One get, 1 RU. Due ones: GSI `work`; a "
        "creditor's: GSI `feed`.",
    ),
    RowKind(
        PrivacyExport,
        "privacy-export",
        "A",
        2,
        "EXPORT",
        "Is the file of everything that is held ready? One get, 1 RU. Forgotten after a week.",
    ),
)
