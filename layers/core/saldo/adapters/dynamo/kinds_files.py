"""Rows of what comes with invoices and answers: lines, and files, whose bytes lie elsewhere."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.files.model import StoredFile
from saldo.invoices.lines import InvoiceLines

FILES = (
    RowKind(
        StoredFile,
        "file",
        "A",
        2,
        "FILE",
        "Which files does an account have, and which is an invoice's document? One query, 1 RU per "
        "some 10.",
    ),
    RowKind(
        InvoiceLines,
        "invoice-lines",
        "A",
        2,
        "LINES",
        "What was this invoice about? One get, 1 RU per some 20 lines, up to 500 of them.",
    ),
)
