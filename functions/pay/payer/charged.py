"""Fees and interest on an invoice, line by line with their reason, from the journal."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, get_args

from saldo.invoices.model import Invoice
from saldo.ledger.charges import FeeKind
from saldo.ledger.model import CauseKind, JournalEntry
from saldo.reminders.booking import BY
from saldo.store import Store

from .shown import ChargeRow

_CAUSES: Final[tuple[CauseKind, ...]] = ("fee", "interest")
_RECKONED: Final = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d))?(?:, )?(?:(\d+(?:\.\d+)?) %)?: (.+)", re.DOTALL
)
"""How `reminders.booking` writes down what interest was reckoned from."""


def charges_on(store: Store, invoice: Invoice, today: date) -> tuple[ChargeRow, ...]:
    """Return what was charged on an invoice, the oldest first.

    An invoice that nothing was charged on costs no read, another one two queries a year since it
    was issued.
    """
    if not invoice.charged_minor:
        return ()
    years = range(invoice.issued_on.year, today.year + 1)
    found = [
        _row(entry, minor)
        for year in years
        for cause in _CAUSES
        for entry in store.list(JournalEntry, invoice.creditor, invoice.account, str(year), cause)
        if (minor := _minor(entry, invoice.number))
    ]
    return tuple(sorted(found, key=lambda row: (row.booked_on, row.kind)))


def _minor(entry: JournalEntry, number: str) -> int:
    return sum(
        line.amount_minor
        for line in entry.postings
        if line.account == "receivable" and line.detail == number
    )


def _row(entry: JournalEntry, minor: int) -> ChargeRow:
    """What a rule of the reminders booked is grounded on the law; else a person says why."""
    by_rule = entry.by == BY
    if entry.cause_kind == "interest":
        told = _RECKONED.fullmatch(entry.reason) if by_rule else None
        if told is None:
            return ChargeRow("interest", entry.booked_on, minor, entry.reason, by_rule)
        days = [date.fromisoformat(told[n]) for n in (1, 2) if told[n]]
        return ChargeRow(
            "interest",
            entry.booked_on,
            minor,
            told[4],
            is_law=True,
            days=(days[0], days[1]) if days else None,
            percent=told[3] or "",
        )
    kind, _, why = entry.reason.partition(": ")
    if kind not in get_args(FeeKind):
        kind, why = "other", entry.reason
    kind = "any" if kind == "other" else kind  # "other" ends the names of plural forms
    return ChargeRow(kind, entry.booked_on, minor, why, by_rule)
