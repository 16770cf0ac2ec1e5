"""The pages on which an invoice is contested or asked for again, in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from functions.pay.payer import pages
from functions.pay.payer.answer_dispute import REASONS
from functions.pay.payer.shown import Frame
from functions.pay.payer.shown_choices import ChoiceRow
from functions.pay.payer.shown_disputes import (
    DisputePage,
    InvoiceToContest,
    LineRow,
    NotReceivedPage,
)

ID = "01KAK5Z4T0A1B2C3D4E5F6G7H8"
ONE = ChoiceRow("RE-2026/0815", date(2026, 12, 1), 11900, "EUR", is_chosen=True)
OTHER = ChoiceRow("2024/0001", date(2026, 10, 30), 30000, "EUR", is_chosen=False)
LINES = (
    LineRow("12.RE-2026/0815.1", "Filter <large> & long, with a seal", "2.5", "pcs", 10000, False),
    LineRow("12.RE-2026/0815.2", "Delivery", "1", "", 1900, True),
)


def build_dispute_pages(frame: Frame) -> dict[str, Callable[[str], str]]:
    """Return every page by its name; each takes the language."""
    alone = (InvoiceToContest(ONE),)
    lines = (InvoiceToContest(ONE, LINES),)
    several = (InvoiceToContest(ONE, LINES), InvoiceToContest(OTHER))

    def dispute(invoices: tuple[InvoiceToContest, ...], **changes: Any) -> Callable[[str], str]:
        shown = DisputePage(frame, ID, invoices, REASONS, files_max=5, megabytes=4)
        return lambda language: pages.answer_page(
            "answers/dispute.html",
            replace(shown, **changes, frame=replace(frame, language=language)),
        )

    def copy(rows: tuple[ChoiceRow, ...], **changes: Any) -> Callable[[str], str]:
        shown = NotReceivedPage(frame, ID, rows, "a…@beispiel.example", 7)
        return lambda language: pages.answer_page(
            "answers/not-received.html",
            replace(shown, **changes, frame=replace(frame, language=language)),
        )

    typed = {"reason": "price", "text": "Agreed were < 100.", "amount": "2x", "part": "amount"}
    return {
        "dispute": dispute(alone),
        "dispute-lines": dispute(lines),
        "dispute-several": dispute(several, part="lines", error="lines-not-chosen"),
        "dispute-no-reason": dispute(alone, error="reason-not-chosen"),
        "dispute-no-text": dispute(alone, error="text-missing", reason="other"),
        "dispute-amount": dispute(alone, error="amount-not-readable", **typed),
        "dispute-files": dispute(alone, error="file-kind-not-taken", **typed),
        "dispute-files-large": dispute(alone, error="files-too-large", **typed),
        "dispute-none": dispute(several, error="nothing-chosen"),
        "dispute-mishap": dispute(alone, error="collection-busy"),
        "not-received": copy((ONE,)),
        "not-received-several": copy((ONE, OTHER), days=1),
        "not-received-none": copy((ONE, OTHER), error="nothing-chosen", days=0),
        "not-received-today": copy((ONE,), error="copy-sent-today"),
    }
