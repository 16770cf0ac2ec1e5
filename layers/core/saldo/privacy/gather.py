"""Everything that the books hold about one account, kind by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from saldo.accounts.model import Account
from saldo.bank_entries.model import BankAccount, BankEntry
from saldo.events import Event
from saldo.inbox.model import Mail, MailUnknown, mail_of
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.ledger.verify import journal_of
from saldo.payments.model import Payment
from saldo.privacy.treatments import TREATMENTS, Dates
from saldo.store import Store

_BANK: Final = "bank-"
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


def bank_entries_of(store: Store, creditor: str, account: str) -> Iterator[BankEntry]:
    """Yield the entries of bank accounts whose money went to an account.

    A payment that came by bank bears the entry's id in its own.
    """
    ids = {
        one.id.removeprefix(_BANK).rpartition("-")[0]
        for one in store.list(Payment, creditor, account)
        if one.id.startswith(_BANK)
    }
    if not ids:
        return
    for bank in store.list(BankAccount, creditor):
        keys = [(creditor, bank.id, id_[:4], id_) for id_ in sorted(ids)]
        yield from store.get_many(BankEntry, keys).values()


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


def account_of(store: Store, creditor: str, account: str) -> Account | None:
    return store.get(Account, creditor, account)
