"""What a statement of account says: every fact that changed what is owed, and what is open. Pure.

It is made from the journal, so that it agrees with the books by construction. Allocations move
money within the account and change nothing that is owed: they have no line. Currencies are never
added together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from saldo.invoices.model import Invoice
from saldo.ledger.model import CauseKind, JournalEntry
from saldo.payments.model import Payment

_OWED: Final = frozenset({"receivable", "customer-credit"})
"""What a debtor owes is what is receivable, less what is theirs: both in debits."""

Age = Literal["not-due", "1-30", "31-60", "61-90", "over-90"]
"""Days since the due date."""

AGES: Final[tuple[Age, ...]] = ("not-due", "1-30", "31-60", "61-90", "over-90")
_LAST_DAYS: Final = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A fact: positive amounts raise what is owed, negative ones lower it. `balance_minor` is what
    is owed after it, below zero where the debtor has credit. `about` are the invoices that it
    concerns, where they are not the `document` itself.
    """

    on: date
    kind: CauseKind
    document: str
    amount_minor: int
    balance_minor: int
    due_on: date | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An invoice that is open at the end of the period; `days_overdue` is below one before it is
    overdue.
    """

    number: str
    issued_on: date
    due_on: date
    amount_minor: int
    open_minor: int
    days_overdue: int

    @property
    def age(self) -> Age:
        return AGES[sum(self.days_overdue > last for last in _LAST_DAYS)]


@dataclass(frozen=True, slots=True)
class CurrencyPart:
    """A statement in one currency. What is owed at the end is what is open less the credit."""

    currency: str
    opening_minor: int
    lines: tuple[StatementLine, ...]
    closing_minor: int
    open_: tuple[OpenLine, ...]
    credit_minor: int

    @property
    def open_minor(self) -> int:
        return sum(one.open_minor for one in self.open_)

    @property
    def ages(self) -> dict[Age, int]:
        """What is open, by how long it has been due."""
        return {age: sum(o.open_minor for o in self.open_ if o.age == age) for age in AGES}


@dataclass(frozen=True, slots=True)
class Statement:
    """What happened from `first` to `last`, both included, and how things stood then."""

    creditor: str
    account: str
    first: date
    last: date
    parts: tuple[CurrencyPart, ...]

    @property
    def facts(self) -> int:
        return sum(len(part.lines) for part in self.parts)


def statement(
    entries: Iterable[JournalEntry],
    invoices: Mapping[str, Invoice],
    payments: Mapping[str, Payment],
    first: date,
    last: date,
) -> tuple[CurrencyPart, ...]:
    """Return the statement of one account, by currency.

    `entries` are all that were ever booked, `invoices` and `payments` its own, by number and id.
    A currency in which nothing was ever booked up to `last` has no part.
    """
    by_currency: dict[str, list[JournalEntry]] = defaultdict(list)
    for entry in entries:
        if entry.booked_on <= last and any(p.account in _OWED for p in entry.postings):
            by_currency[entry.currency].append(entry)
    return tuple(
        _part(currency, by_currency[currency], invoices, payments, first, last)
        for currency in sorted(by_currency)
    )


def _part(
    currency: str,
    entries: Sequence[JournalEntry],
    invoices: Mapping[str, Invoice],
    payments: Mapping[str, Payment],
    first: date,
    last: date,
) -> CurrencyPart:
    ordered = sorted(entries, key=lambda e: (e.booked_on, e.recorded_at, e.cause_kind, e.cause_id))
    opening = sum(_change(entry) for entry in ordered if entry.booked_on < first)
    lines, balance = [], opening
    for entry in ordered:
        change = _change(entry)
        if entry.booked_on < first or not change:
            continue
        balance += change
        lines.append(_line(entry, change, balance, invoices, payments))
    open_, credit = _standing(ordered, invoices, last)
    return CurrencyPart(currency, opening, tuple(lines), balance, open_, credit)


def _change(entry: JournalEntry) -> int:
    return sum(p.amount_minor for p in entry.postings if p.account in _OWED)


_OF_AN_INVOICE = (
    "fee",
    "interest",
    "discount",
    "discount-reversed",
    "write-off",
    "absorbed",
    "absorbed-reversed",
    "invoice-withdrawn",
    "closed-there",
    "charges-withdrawn",
)


def _line(
    entry: JournalEntry,
    change: int,
    balance: int,
    invoices: Mapping[str, Invoice],
    payments: Mapping[str, Payment],
) -> StatementLine:
    owed = [p for p in entry.postings if p.account in _OWED]
    about = tuple(dict.fromkeys(p.detail for p in owed if p.account == "receivable"))
    document, due_on = entry.cause_id, None
    if entry.cause_kind in ("invoice", "invoice-correction") and about:
        document, about = about[0], ()
        known = invoices.get(document)
        due_on = known.due_on if known else None
    elif entry.cause_kind in _OF_AN_INVOICE:
        document = about[0] if about else ""
        about = ()
    elif entry.cause_kind != "credit-note":
        source = next((p.detail for p in owed if p.account == "customer-credit"), "")
        document = source.partition("#")[2] or document
        payment = payments.get(document)
        about = payment.invoices if payment else ()
    return StatementLine(
        entry.booked_on, entry.cause_kind, document, change, balance, due_on, about
    )


def _standing(
    entries: Iterable[JournalEntry], invoices: Mapping[str, Invoice], last: date
) -> tuple[tuple[OpenLine, ...], int]:
    """Return what is open on each invoice at the end of `last`, and the credit there is."""
    owed: dict[str, int] = defaultdict(int)
    credit = 0
    for entry in entries:
        for posting in entry.postings:
            if posting.account == "receivable":
                owed[posting.detail] += posting.amount_minor
            elif posting.account == "customer-credit":
                credit -= posting.amount_minor
    open_ = [_open_line(invoices[number], minor, last) for number, minor in owed.items() if minor]
    return tuple(sorted(open_, key=lambda one: (one.due_on, one.number))), credit


def _open_line(invoice: Invoice, open_minor: int, last: date) -> OpenLine:
    return OpenLine(
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        invoice.amount_minor,
        open_minor,
        (last - invoice.due_on).days,
    )
