"""Reads the facts that the list is made from: strongly consistent, and bounded for every account.

An account costs ten queries, some 10 read units; its open items are read only for a debtor with a
limit, with an address that does not work, or who pays later than before, and invoices only where
something names them. A creditor as a whole costs some eight queries, and at most 200 bank entries,
50 mails and 50 imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from saldo.accounts.model import Account, Creditor
from saldo.bank_entries.chain import missing_days, place_of
from saldo.bank_entries.model import GAP, WAITING, BankAccount, BankEntry, BankStatement
from saldo.clock import local_day
from saldo.collection.facts import Case, Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.connectors.model import Connection
from saldo.credit.facts import ORDERS_READ
from saldo.credit.model import CreditSheet, OpenOrder
from saldo.imports.model import Import
from saldo.inbox.model import Mail
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.people.approval import Approval
from saldo.people.four_eyes import undecided
from saldo.reminders.model import Notice
from saldo.reminders.tasks import Task
from saldo.risk.sheet import BehaviourSheet
from saldo.store import Store
from saldo.threads.model import Thread
from saldo.worklist.facts import AccountFacts, CreditorFacts, OpenSum, limits_of, needs_sums
from saldo.worklist.payouts import differing_payouts
from saldo.worklist.signals import differing

ENTRIES_MAX: Final = 200
OPEN_ITEMS_MAX: Final = 5000
"""So many open items of an account are summed up: beyond that its limit is passed anyway."""

IMPORTS_MAX: Final = 50
GAPS_MAX: Final = 20
MAILS_MAX: Final = 50
APPROVALS_MAX: Final = 50
PAYOUTS_MAX: Final = 20

R = TypeVar("R", BankEntry, BankStatement, Import, Mail)


def account_facts(store: Store, account: Account) -> AccountFacts:
    """Return all that may need a person about an account."""
    key = account.key
    credit = store.get(CreditSheet, *key)
    limits = limits_of(account, credit)
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
        tuple(_open_sums(store, account)) if needs_sums(account, limits) else (),
        tuple(differing(store, *key)),
        store.get(BehaviourSheet, *key) if _stands_out(account) else None,
        limits,
        credit,
    )


def _stands_out(account: Account) -> bool:
    return account.pays.trend == "worse" or account.pays.is_exception


def _open_sums(store: Store, account: Account) -> Iterator[OpenSum]:
    by_currency: dict[str, list[OpenItem]] = {}
    for item in islice(store.list(OpenItem, *account.key), OPEN_ITEMS_MAX):
        by_currency.setdefault(item.currency, []).append(item)
    beside: dict[str, int] = {}
    for order in islice(store.list(OpenOrder, *account.key), ORDERS_READ):
        beside[order.currency] = beside.get(order.currency, 0) + order.amount_minor
    for credit in store.list(Credit, *account.key):
        beside[credit.currency] = beside.get(credit.currency, 0) - credit.open_minor
    for currency in sorted({*by_currency, *beside}):
        items = by_currency.get(currency, [])
        by_issue = sorted((one.issued_on, one.open_minor) for one in items)
        total = sum(minor for _, minor in by_issue)
        yield OpenSum(currency, total, tuple(by_issue), beside.get(currency, 0))


def creditor_facts(store: Store, creditor: Creditor, now: datetime) -> CreditorFacts:
    """Return all that may need a person about a creditor as a whole.

    Entries, mails and imports are found by indexes that lag a moment; the sweep comes back to them.
    """
    place = (creditor.id, now)
    entries, more_entries = _waiting(store, BankEntry, "bank-entry", *place, ENTRIES_MAX)
    refunds, more_refunds = _waiting(store, BankEntry, "bank-refund", *place, ENTRIES_MAX)
    mails, more_mails = _waiting(store, Mail, "mail", *place, MAILS_MAX)
    imports, _ = _waiting(store, Import, "import-failed", *place, IMPORTS_MAX)
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
        tuple(one for one in imports if one.state == "failed"),
        tuple(one for one in mails if one.state == "triage"),
        more_mails,
        tuple(islice(_approvals(store, creditor.id, now), APPROVALS_MAX)),
        tuple(islice(differing_payouts(store, creditor.id, now), PAYOUTS_MAX)),
    )


def _waiting(
    store: Store, kind: type[R], name: str, creditor: str, now: datetime, most: int
) -> tuple[list[R], bool]:
    """Return the first `most` that an index names, as they are now, and whether it names more."""
    keys = list(islice(store.work(kind, name, creditor, now), most + 1))
    found = store.get_many(kind, keys[:most])
    return [found[one] for one in keys[:most] if one in found], len(keys) > most


def _gaps(store: Store, creditor: str, now: datetime) -> Iterator[BankStatement]:
    """Yield statements before which one was missing and still is; mostly there are none to ask."""
    found, _ = _waiting(store, BankStatement, "statement-gap", creditor, now, GAPS_MAX)
    taken = {
        account: list(store.list(BankStatement, creditor, account))
        for account in {one.bank_account for one in found}
    }
    for one in found:
        findings = place_of(one, taken[one.bank_account]).findings
        if any(finding.code == GAP for finding in findings):
            yield one


def _approvals(store: Store, creditor: str, now: datetime) -> Iterator[Approval]:
    yield from (one for one in undecided(store, creditor, now) if one.waits(now))
