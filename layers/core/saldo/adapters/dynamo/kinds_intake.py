"""Rows of files that came in, and of what creditors say about them."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.intake.model import Receipt, Upload
from saldo.intake.rules import BuyerLink, IntakeRules, Mailbox
from saldo.remittance.model import RemittanceAdvice

INTAKE = (
    RowKind(
        Receipt,
        "receipt",
        "U",
        2,
        "RECEIPT",
        "What became of this file? One get, 1 RU per some 20 rows of its report. Written twice per "
        "file; what waits by GSI `work`, lists by GSI `feed`.",
    ),
    RowKind(
        Upload,
        "upload",
        "U",
        2,
        "UPLOAD",
        "What came to the address that was given out? One get, 1 RU; forgotten after 30 days.",
    ),
    RowKind(
        IntakeRules,
        "intake-rules",
        "C",
        1,
        "INTAKE",
        "Whose documents are these, and how are they read? One get, 1 RU, per document.",
    ),
    RowKind(
        Mailbox,
        "mailbox",
        "K#*#mailbox",
        1,
        "K",
        "Whose address for documents is this? One get, 1 RU per mail to one.",
    ),
    RowKind(
        BuyerLink,
        "buyer-link",
        "K",
        3,
        "BUYER",
        "Which account is the buyer that documents call so? One get, 1 RU per name of the buyer.",
    ),
    RowKind(
        RemittanceAdvice,
        "remittance-advice",
        "RA",
        1,
        "ADVICE",
        "What did payers say that their payments are for? One query per matching, 0.5 RU per some "
        "30 lines; written once, forgotten after eight weeks.",
    ),
)
