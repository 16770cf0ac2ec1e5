"""Rows of figures: sheets of sums, and what every fact added to them."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.figures.kept import PlacedBy, ReportMail
from saldo.figures.model import AccountSheet, Counted, Ranked, Sheet
from saldo.figures.views import ReportView

FIGURES = (
    RowKind(
        Sheet,
        "figure-sheet",
        "FS",
        2,
        "",
        "What is open by due date, what happened in a month or on a day, what was open when a day "
        "ended? One query, 1 RU per some 20 sheets (relaxed): as many as there are places in use, "
        "however many invoices. Counting writes each that changes once per batch, 2 WU.",
    ),
    RowKind(
        Counted,
        "figure-counted",
        "FC",
        2,
        "",
        "What did this fact add to the sheets? One get, 1 RU, in batches; 2 WU per fact.",
    ),
    RowKind(
        AccountSheet,
        "figure-account",
        "A",
        2,
        "FIG",
        "What is open on an account by due date, and when was something done about it? One get, "
        "1 RU. Who was left alone longest: GSI `work`.",
    ),
    RowKind(
        Ranked,
        "figure-rank",
        "FR",
        2,
        "",
        "Who owes most? One query, 1 RU per some 30.",
    ),
    RowKind(
        PlacedBy,
        "figure-places",
        "C",
        1,
        "PLACES",
        "By which rules were all accounts placed last? One get every hour, 1 RU.",
    ),
    RowKind(
        ReportView,
        "report-view",
        "C",
        1,
        "REPORT",
        "Which reports did a creditor keep? One query, 1 RU per some 8. To be sent: GSI `work`.",
    ),
    RowKind(
        ReportMail,
        "report-mail",
        "RM",
        2,
        "",
        "Was this mailing sent to this person? One get, 1 RU; 2 WU to claim, 1 per step. Not "
        "queued: GSI `work`. Forgotten after 90 days.",
    ),
)
