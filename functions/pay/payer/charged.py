"""Fees and interest on invoices, line by line with their reason, from the journal."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Final, get_args

from saldo.invoices.model import Invoice
from saldo.ledger.charges import BY_RULE, FeeKind
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
    owner = (invoice.creditor, invoice.account)
    return charges_of(store, *owner, {invoice.number}, invoice.issued_on.year, today)


def charges_of(
    store: Store, creditor: str, account: str, numbers: Collection[str], year: int, today: date
) -> tuple[ChargeRow, ...]:
    """Return what was charged on invoices of an account since a year began, the oldest first: two
    queries a year, however many invoices there are, none without any.
    """
    if not numbers:
        return ()
    found = [
        _row(entry, number, minor)
        for each in range(year, today.year + 1)
        for cause in _CAUSES
        for entry in store.list(JournalEntry, creditor, account, str(each), cause)
        for number, minor in _charged(entry).items()
        if number in numbers and minor
    ]
    return tuple(sorted(found, key=lambda row: (row.booked_on, row.invoice, row.kind)))


def _charged(entry: JournalEntry) -> dict[str, int]:
    minors: dict[str, int] = {}
    for line in entry.postings:
        if line.account == "receivable" and line.detail:
            minors[line.detail] = minors.get(line.detail, 0) + line.amount_minor
    return minors


def _row(entry: JournalEntry, number: str, minor: int) -> ChargeRow:
    """What a rule booked is grounded on the law; else a person says why."""
    on = (entry.booked_on, minor)
    by_rule = entry.by in (BY, BY_RULE)
    if entry.cause_kind == "interest":
        told = _RECKONED.fullmatch(entry.reason) if by_rule else None
        if told is None:
            return ChargeRow("interest", *on, entry.reason, by_rule, invoice=number)
        days = [date.fromisoformat(told[n]) for n in (1, 2) if told[n]]
        return ChargeRow(
            "interest",
            *on,
            told[4],
            is_law=True,
            days=(days[0], days[1]) if days else None,
            percent=told[3] or "",
            invoice=number,
        )
    kind, _, why = entry.reason.partition(": ")
    if kind not in get_args(FeeKind):
        kind, why = "other", entry.reason
    kind = "any" if kind == "other" else kind  # "other" ends the names of plural forms
    return ChargeRow(kind, *on, why, by_rule, invoice=number)
