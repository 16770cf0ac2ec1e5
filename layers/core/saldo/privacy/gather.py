"""Everything that the books hold about one account, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from saldo.bank_entries.model import BankAccount, BankEntry
from saldo.events import Event
from saldo.inbox.model import Mail, MailUnknown, mail_of
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.ledger.verify import journal_of
from saldo.payments.model import Payment
from saldo.privacy.treatments import TREATMENTS, Dates
from saldo.store import Store

_ENTRY: Final = re.compile(r"\d{8}-[0-9a-f]{20}")
"""An entry's id, as `bank_entries.identity` makes it."""

_MAIL_EVENTS: Final = frozenset({"mail.received", "mail.filed"})
_MONTHS: Final = 12


def dates_of(store: Store, creditor: str, account: str, today: date) -> Dates:
    """Return what dates the account's records."""
    found = store.list(Invoice, creditor, account)
    return Dates({one.number: one.issued_on for one in found}, today)


def held(store: Store, creditor: str, account: str, today: date) -> Iterator[Any]:
    """Yield every record about an account that is treated by its kind, kind after kind."""
    for treatment in TREATMENTS:
        if treatment.kind is JournalEntry:
            yield from journal_of(store, creditor, account, today)
        else:
            yield from store.list(treatment.kind, creditor, account)


def months_between(first: date, last: date) -> Iterator[str]:
    """Yield the months from one day's to another's, as events are kept by."""
    for number in range(first.year * _MONTHS + first.month - 1, last.year * _MONTHS + last.month):
        yield f"{number // _MONTHS}{number % _MONTHS + 1:02}"


def first_month(creditor_since: datetime | None, dates: Dates) -> date:
    """Return a day before any event of an account: its creditor's first, or its first invoice's."""
    known = [creditor_since.date()] if creditor_since else [date(2026, 1, 1)]
    return min([*known, *dates.invoices.values()])


def events_of(store: Store, creditor: str, account: str, months: Iterator[str]) -> Iterator[Event]:
    """Yield the events of an account, month by month."""
    for month in months:
        yield from store.list(Event, creditor, account, month)


def bank_entries_of(store: Store, creditor: str, account: str, today: date) -> Iterator[BankEntry]:
    """Yield the entries of bank accounts that were about an account: money that came, that was
    taken back, and that was paid out.

    Payments by bank and the journal's returns bear an entry's id in their own; what paid a refund
    is named by the entry whose money it was.
    """
    named = [one.id for one in store.list(Payment, creditor, account)]
    named += [one.cause_id for one in journal_of(store, creditor, account, today)]
    ids = {found[0] for name in named if (found := _ENTRY.search(name))}
    entries = _entries(store, creditor, ids)
    yield from entries
    paid = {one.refund.paid_by for one in entries if one.refund and one.refund.paid_by}
    yield from _entries(store, creditor, paid - ids)


def _entries(store: Store, creditor: str, ids: Collection[str]) -> list[BankEntry]:
    if not ids:
        return []
    found: list[BankEntry] = []
    for bank in store.list(BankAccount, creditor):
        keys = [(creditor, bank.id, id_[:4], id_) for id_ in sorted(ids)]
        found += store.get_many(BankEntry, keys).values()
    return found


def mails_of(events: Iterable[Event], store: Store) -> Iterator[Mail]:
    """Yield the mails that came in for an account or were filed there, by its events."""
    seen = set[str]()
    for event in events:
        if event.type not in _MAIL_EVENTS or (mail_id := str(event.data["mail"])) in seen:
            continue
        seen.add(mail_id)
        with suppress(MailUnknown):
            mail = mail_of(store, event.creditor, mail_id)
            if mail.account == event.account:
                yield mail
