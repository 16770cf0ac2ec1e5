"""From balanced entries to rows of one debit and one credit account each. Pure.

What entries of one day do with the same credit cancels out: a payment that pays its invoices at
once is one row per invoice, from where the money is to the debtor, and the customer's credit shows
only where some is left over, or where an older one is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from saldo.ledger.model import CauseKind, JournalEntry, LedgerAccount


@dataclass(frozen=True, slots=True)
class Row:
    """`amount_minor`, above zero, moves from the credit side to the debit side.

    `receivable` and `customer-credit` are both the debtor's account; `invoice` is what is settled,
    "" for none; `detail` names the provider or the rate; `reference` the payment or the fact.
    """

    account: str
    booked_on: date
    recorded_at: datetime
    cause: CauseKind
    reference: str
    invoice: str
    currency: str
    amount_minor: int
    debit: LedgerAccount
    credit: LedgerAccount
    debit_detail: str
    credit_detail: str
    reason: str


@dataclass(slots=True)
class _Line:
    entry: JournalEntry
    account: LedgerAccount
    detail: str
    minor: int


def rows_of(entries: Sequence[JournalEntry]) -> list[Row]:
    """Return the rows of a day. Per ledger account, debtor and currency they sum to what the
    entries' postings do.
    """
    return [row for group in _groups(entries) for row in _paired(_lines(group))]


def _groups(entries: Sequence[JournalEntry]) -> Iterable[list[JournalEntry]]:
    """Put entries together that move the same credit, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[JournalEntry]] = {}
    for entry in entries:
        source = next((p.detail for p in entry.postings if p.account == "customer-credit"), None)
        own = ("", entry.cause_kind, entry.cause_id) if source is None else (source,)
        groups.setdefault((entry.account, entry.currency, *own), []).append(entry)
    return groups.values()


def _lines(group: list[JournalEntry]) -> list[_Line]:
    """Return the lines of a group, what its credit takes and gives on this day made up for."""
    lines = [
        _Line(entry, posting.account, posting.detail, posting.amount_minor)
        for entry in group
        for posting in entry.postings
    ]
    given = [one for one in lines if one.account == "customer-credit" and one.minor < 0]
    taken = [one for one in lines if one.account == "customer-credit" and one.minor > 0]
    for one in given:
        for other in taken:
            both = min(-one.minor, other.minor)
            one.minor += both
            other.minor -= both
    return [one for one in lines if one.minor]


def _paired(lines: list[_Line]) -> Iterator[Row]:
    """Pair debits with credits, in order. Lines of one entry are paired first."""
    debits = [one for one in lines if one.minor > 0]
    credits_ = [one for one in lines if one.minor < 0]
    for same_entry in (True, False):
        for debit in debits:
            for credit in credits_:
                if same_entry and debit.entry is not credit.entry:
                    continue
                both = min(debit.minor, -credit.minor)
                if both <= 0:
                    continue
                debit.minor -= both
                credit.minor += both
                yield _row(debit, credit, both)
    assert not any(one.minor for one in lines), "a group balances"


def _row(debit: _Line, credit: _Line, minor: int) -> Row:
    # The side that is no debtor's says when the money came; the debtor's which invoice it settles.
    of_debtor = ("receivable", "customer-credit")
    told = credit.entry if debit.account in of_debtor else debit.entry
    about = next((one for one in (credit, debit) if one.account == "receivable"), None)
    return Row(
        told.account,
        told.booked_on,
        max(debit.entry.recorded_at, credit.entry.recorded_at),
        told.cause_kind,
        told.cause_id,
        about.detail if about else "",
        told.currency,
        minor,
        debit.account,
        credit.account,
        debit.detail,
        credit.detail,
        told.reason,
    )
