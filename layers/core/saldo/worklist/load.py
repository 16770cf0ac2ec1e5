"""Reads the facts that the list is made from: strongly consistent, and bounded for every account.

An account costs nine queries, some 9 read units; its open items are read only for a debtor with a
limit or with an address that does not work, and invoices only where something names them. A
creditor as a whole costs some eight queries, and at most 200 bank entries, 50 mails and 50 imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.bank_entries.chain import missing_days, place_of
from saldo.bank_entries.model import GAP, WAITING, BankAccount, BankEntry, BankStatement
from saldo.clock import local_day
from saldo.collection.facts import Case, Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.connectors.model import Connection
from saldo.imports.model import Import
from saldo.inbox.model import Mail
from saldo.invoices.model import Invoice, OpenItem
from saldo.people.approval import Approval
from saldo.reminders.model import Notice
from saldo.reminders.tasks import Task
from saldo.store import Store
from saldo.threads.model import Thread
from saldo.worklist.facts import AccountFacts, CreditorFacts, OpenSum
from saldo.worklist.signals import differing

ENTRIES_MAX: Final = 200
OPEN_ITEMS_MAX: Final = 5000
"""So many open items of an account are summed up: beyond that its limit is passed anyway."""

IMPORTS_MAX: Final = 50
GAPS_MAX: Final = 20
MAILS_MAX: Final = 50
APPROVALS_MAX: Final = 50

_UNREACHED: Final = frozenset({"bounced", "complained"})


def account_facts(store: Store, account: Account) -> AccountFacts:
    """Return all that may need a person about an account."""
    key = account.key
    promises = tuple(store.list(Promise, *key))
    plans = tuple(store.list(Plan, *key))
    disputes = tuple(store.list(Dispute, *key))
    claims = tuple(store.list(PaidClaim, *key))
    cases = tuple(store.list(Case, *key))
    tasks = tuple(one for one in store.list(Task, *key) if one.state == "open")
    notices = store.get_many(Notice, [(*key, one.notice) for one in tasks if one.notice])
    named: set[str] = {one.invoice for one in tasks if one.invoice}
    named |= {n for one in promises if one.state in ("broken", "part-kept") for n in one.invoices}
    named |= {n for one in plans if one.state == "missed" for n in one.invoices}
    named |= {n for one in claims if one.state == "open" for n in one.invoices}
    named |= {item.invoice for one in notices.values() for item in one.items}
    invoices = store.get_many(Invoice, [(*key, number) for number in sorted(named)])
    return AccountFacts(
        account,
        promises,
        plans,
        disputes,
        claims,
        cases,
        tasks,
        store.get(Thread, *key),
        {one.number: one for one in invoices.values()},
        {one.id: one for one in notices.values()},
        tuple(_open_sums(store, account)) if _needs_sums(account) else (),
        tuple(differing(store, *key)),
    )


def _needs_sums(account: Account) -> bool:
    return account.credit_limit is not None or any(
        one.email and one.email_state in _UNREACHED for one in account.contacts
    )


def _open_sums(store: Store, account: Account) -> Iterator[OpenSum]:
    by_currency: dict[str, list[OpenItem]] = {}
    for item in islice(store.list(OpenItem, *account.key), OPEN_ITEMS_MAX):
        by_currency.setdefault(item.currency, []).append(item)
    for currency, items in sorted(by_currency.items()):
        by_issue = sorted((one.issued_on, one.open_minor) for one in items)
        yield OpenSum(currency, sum(minor for _, minor in by_issue), tuple(by_issue))


def creditor_facts(store: Store, creditor: Creditor, now: datetime) -> CreditorFacts:
    """Return all that may need a person about a creditor as a whole.

    Entries, mails and imports are found by indexes that lag a moment; the sweep comes back to them.
    """
    entries, more_entries = _entries(store, creditor.id, "bank-entry", now)
    refunds, more_refunds = _entries(store, creditor.id, "bank-refund", now)
    mails, more_mails = _triage(store, creditor.id, now)
    accounts = tuple(store.list(BankAccount, creditor.id))
    today = local_day(now, creditor.time_zone)
    return CreditorFacts(
        creditor,
        tuple(one for one in entries if one.state in WAITING),
        more_entries,
        tuple(refunds),
        more_refunds,
        accounts,
        {
            one.id: tuple(missing_days(one.covered_until, today, one.late_after_days))
            for one in accounts
        },
        tuple(_gaps(store, creditor.id, now)),
        tuple(store.list(Connection, creditor.id)),
        tuple(_failed_imports(store, creditor.id, now)),
        mails,
        more_mails,
        tuple(_approvals(store, creditor.id, now)),
    )


def _entries(store: Store, creditor: str, name: str, now: datetime) -> tuple[list[BankEntry], bool]:
    keys = list(islice(store.work(BankEntry, name, creditor, now), ENTRIES_MAX + 1))
    found = store.get_many(BankEntry, keys[:ENTRIES_MAX])
    return [found[one] for one in keys[:ENTRIES_MAX] if one in found], len(keys) > ENTRIES_MAX


def _gaps(store: Store, creditor: str, now: datetime) -> Iterator[BankStatement]:
    """Yield statements before which one was missing and still is; mostly there are none to ask."""
    keys = list(islice(store.work(BankStatement, "statement-gap", creditor, now), GAPS_MAX))
    found = store.get_many(BankStatement, keys)
    taken = {
        account: list(store.list(BankStatement, creditor, account))
        for account in {one.bank_account for one in found.values()}
    }
    for one in (found[key] for key in keys if key in found):
        findings = place_of(one, taken[one.bank_account]).findings
        if any(finding.code == GAP for finding in findings):
            yield one


def _failed_imports(store: Store, creditor: str, now: datetime) -> Iterator[Import]:
    keys = list(islice(store.work(Import, "import-failed", creditor, now), IMPORTS_MAX))
    found = store.get_many(Import, keys)
    yield from (found[one] for one in keys if one in found and found[one].state == "failed")


def _triage(store: Store, creditor: str, now: datetime) -> tuple[tuple[Mail, ...], bool]:
    keys = list(islice(store.work(Mail, "mail", creditor, now), MAILS_MAX + 1))
    found = store.get_many(Mail, keys[:MAILS_MAX])
    waiting = [found[one] for one in keys[:MAILS_MAX] if one in found]
    return tuple(one for one in waiting if one.state == "triage"), len(keys) > MAILS_MAX


def _approvals(store: Store, creditor: str, now: datetime) -> Iterator[Approval]:
    keys = list(islice(store.work(Approval, "approval", creditor, now), APPROVALS_MAX))
    found = store.get_many(Approval, keys)
    yield from (found[one] for one in keys if one in found and found[one].waits(now))
