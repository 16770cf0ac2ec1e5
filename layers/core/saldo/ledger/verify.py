"""Do the books agree with themselves? Postings against projections, over everything, in one pass.

Every row adds to or takes from a balance: a posting adds, what it must explain takes.
Balances that come to nothing are dropped, so memory holds what differs and what is half read, not
the whole table. What is left over at the end is looked at again, row by row, before it is called a
difference: others may have been booking while the pass went on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from saldo.bank_entries.model import BankEntry, BankStatement
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.payments.model import Payment
from saldo.store import Store

BANK_PLACE = "~bank~"
"""What the account is called under which the movements of a bank account stand."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One thing whose postings and projection must agree.

    `what` is "receivable:principal", "open-item", "credit", "suspense" and so on; `detail` names
    the invoice, the source of the credit, or the bank's entry.
    """

    creditor: str
    account: str
    what: str
    detail: str
    currency: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Postings minus projection, in minor units: not zero."""

    balance: Balance
    off_by_minor: int


def contributions(record: Any) -> Iterator[tuple[Balance, int]]:
    """Yield what a record adds to the balances that must come to nothing."""
    if isinstance(record, JournalEntry):
        yield from _of_entry(record)
    elif isinstance(record, Invoice):
        place = (record.creditor, record.account)
        for part in ("principal", "costs", "interest"):
            yield (
                Balance(*place, f"receivable:{part}", record.number, record.currency),
                -getattr(record.parts, part),
            )
        yield Balance(*place, "open-item", record.number, record.currency), record.open_minor
    elif isinstance(record, OpenItem):
        yield (
            Balance(record.creditor, record.account, "open-item", record.number, record.currency),
            -record.open_minor,
        )
    elif isinstance(record, Credit):
        yield (
            Balance(record.creditor, record.account, "credit", record.source, record.currency),
            -record.open_minor,
        )
    elif isinstance(record, BankEntry):
        place = (record.creditor, f"{BANK_PLACE}{record.bank_account}")
        yield (
            Balance(*place, "suspense", record.id, record.entry.currency),
            -record.left_minor,
        )


def _of_entry(entry: JournalEntry) -> Iterator[tuple[Balance, int]]:
    place = (entry.creditor, entry.account)
    for posting in entry.postings:
        if posting.account == "receivable":
            what, amount = f"receivable:{posting.part}", posting.amount_minor
        elif posting.account == "customer-credit":
            what, amount = "credit", -posting.amount_minor
        elif posting.account == "suspense" and entry.account.startswith(BANK_PLACE):
            what, amount = "suspense", -posting.amount_minor
        else:
            continue
        yield Balance(*place, what, posting.detail, entry.currency), amount
    # An entry that does not balance cannot be made; one that was tampered with shows here.
    off = sum(posting.amount_minor for posting in entry.postings)
    yield Balance(*place, "entry", f"{entry.cause_kind}#{entry.cause_id}", entry.currency), off


def verify(
    store: Store, today: date, progress: Callable[[int], None] = lambda _: None
) -> list[Difference]:
    """Compare postings and projections of the whole table; return every difference.

    `progress` is told the number of rows read so far.
    """
    left = _sums(store.everything(), progress)
    accounts = sorted({(b.creditor, b.account) for b in left})
    return [
        difference
        for creditor, account in accounts
        for difference in verify_account(store, creditor, account, today)
    ]


def verify_account(store: Store, creditor: str, account: str, today: date) -> list[Difference]:
    """Compare postings and projections of one account, read consistently."""
    records: list[Any] = [
        *store.list(Invoice, creditor, account),
        *store.list(OpenItem, creditor, account),
        *store.list(Credit, creditor, account),
        *journal_of(store, creditor, account, today),
    ]
    if account.startswith(BANK_PLACE):
        records += bank_records(store, creditor, account.removeprefix(BANK_PLACE), today)
    left = _sums(records, lambda _: None)
    return [
        Difference(balance, off)
        for balance, off in sorted(left.items(), key=lambda pair: repr(pair[0]))
    ]


def bank_records(store: Store, creditor: str, bank_account: str, today: date) -> Iterator[Any]:
    """Yield the entries of a bank account and its journal, from its first statement on.

    The journal of the years around today is left out: `journal_of` yields it.
    """
    days = [
        day
        for one in store.list(BankStatement, creditor, bank_account)
        for day in (one.first_day, one.last_day)
        if day
    ]
    first = min(days, default=today).year - 1
    for year in range(first, max([today, *days]).year + 2):
        yield from store.list(BankEntry, creditor, bank_account, str(year))
        if abs(year - today.year) > 1:
            place = f"{BANK_PLACE}{bank_account}"
            yield from store.list(JournalEntry, creditor, place, str(year))


def journal_of(store: Store, creditor: str, account: str, today: date) -> Iterator[JournalEntry]:
    """Yield an account's journal entries, year by year."""
    invoices = store.list(Invoice, creditor, account)
    years = journal_years(invoices, store.list(Payment, creditor, account), today)
    for year in years:
        yield from store.list(JournalEntry, creditor, account, str(year))


def journal_years(
    invoices: Iterable[Invoice], payments: Iterable[Payment], today: date
) -> Sequence[int]:
    """Return the years in which an account's journal has entries.

    They are booked on days around those of invoices and payments; the years that these span, and
    one more at each end, are read.
    """
    years = {today.year}
    years |= {invoice.issued_on.year for invoice in invoices}
    years |= {payment.received_on.year for payment in payments if payment.received_on}
    return range(min(years) - 1, max(years) + 2)


def _sums(records: Iterable[Any], progress: Callable[[int], None]) -> dict[Balance, int]:
    sums: dict[Balance, int] = defaultdict(int)
    for number, record in enumerate(records, 1):
        for balance, amount in contributions(record):
            if not amount:
                continue
            total = sums[balance] + amount
            if total:
                sums[balance] = total
            else:
                del sums[balance]
        progress(number)
    return dict(sums)
