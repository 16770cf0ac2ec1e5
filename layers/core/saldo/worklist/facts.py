"""What the list is made from: the facts of one account, and those of a creditor as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Final

from saldo.accounts.model import Account, Contact, Creditor
from saldo.bank_entries.model import BankAccount, BankEntry, BankStatement
from saldo.collection.facts import Case, Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.connectors.model import Connection
from saldo.credit.model import CreditSheet
from saldo.imports.model import Import
from saldo.inbox.model import Mail
from saldo.invoices.model import Invoice
from saldo.money import Money
from saldo.payments.payout_model import PayoutRecord
from saldo.people.approval import Approval
from saldo.reminders.model import Notice
from saldo.reminders.tasks import Task
from saldo.risk.sheet import BehaviourSheet
from saldo.threads.model import Thread
from saldo.worklist.model import INVOICES_MAX, STAKES_MAX, Cause
from saldo.worklist.signals import Differing

_UNREACHED: Final = frozenset({"bounced", "complained"})


@dataclass(frozen=True, slots=True)
class OpenSum:
    """What stands open on an account in one currency, and since when parts of it were due.

    `by_issue` are the open amounts by the day of issue, the earliest first. `beside_minor` is what
    counts against a limit besides: orders less credit, below zero where credit is more.
    """

    currency: str
    minor: int
    by_issue: tuple[tuple[date, int], ...]
    beside_minor: int = 0

    @property
    def at_stake_minor(self) -> int:
        return self.minor + self.beside_minor


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that may need a person about an account.

    `invoices` are those that the facts name, by number; `notices` those that tasks came from, by
    id. `open_sums` are read where they matter: for a debtor with a limit, one who is not
    reached, or who pays later than before; `behaviour` where that stands out. `limits` are those
    that count, one a currency at most.
    """

    account: Account
    promises: tuple[Promise, ...] = ()
    plans: tuple[Plan, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    claims: tuple[PaidClaim, ...] = ()
    cases: tuple[Case, ...] = ()
    tasks: tuple[Task, ...] = ()
    thread: Thread | None = None
    invoices: Mapping[str, Invoice] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    open_sums: tuple[OpenSum, ...] = ()
    differing: tuple[Differing, ...] = ()
    behaviour: BehaviourSheet | None = None
    limits: tuple[Money, ...] = ()
    credit: CreditSheet | None = None


@dataclass(frozen=True, slots=True)
class DifferingPayout:
    """A payout that differs from the books, and since when that is known."""

    record: PayoutRecord
    since: datetime


@dataclass(frozen=True, slots=True)
class CreditorFacts:
    """All that may need a person about a creditor as a whole.

    `entries` are bank entries that wait, `refunds` those with a refund proposed, the first ones of
    each; `more_entries` and `more_refunds` say that there are more. `missing` are the days that no
    statement told of, by bank account; `gaps` are statements before which one is missing; `mails`
    are in triage.
    """

    creditor: Creditor
    entries: tuple[BankEntry, ...] = ()
    more_entries: bool = False
    refunds: tuple[BankEntry, ...] = ()
    more_refunds: bool = False
    bank_accounts: tuple[BankAccount, ...] = ()
    missing: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    gaps: tuple[BankStatement, ...] = ()
    connections: tuple[Connection, ...] = ()
    failed_imports: tuple[Import, ...] = ()
    mails: tuple[Mail, ...] = ()
    more_mails: bool = False
    approvals: tuple[Approval, ...] = ()
    payouts: tuple[DifferingPayout, ...] = ()


def is_unreached(contact: Contact) -> bool:
    """Tell whether a contact has a mail address that does not work."""
    return bool(contact.email) and contact.email_state in _UNREACHED


def limits_of(account: Account, sheet: CreditSheet | None) -> tuple[Money, ...]:
    """Return the limits that count: those of the sheet, which has own and insured ones in it; what
    the ERP pushed, for an account without a sheet. Where a cover ended that was exceeded, none.
    """
    if sheet is not None:
        counts = (o for o in sheet.lines if o.limit_minor is not None or o.currency in sheet.over)
        return tuple(Money(one.limit_minor or 0, one.currency) for one in counts)
    agreed = account.credit_limit
    return (Money(agreed.amount_minor, agreed.currency),) if agreed is not None else ()


def needs_sums(account: Account, limits: tuple[Money, ...]) -> bool:
    """Tell whether what stands open matters by itself: to a limit, as nobody is reached, or as the
    account pays later than it did.
    """
    return bool(limits) or account.pays.trend == "worse" or any(map(is_unreached, account.contacts))


def bounded(cause: Cause, now: datetime) -> Cause:
    """Return a cause with as much as an item holds; what is due at `now` shows."""
    is_due = cause.shows_at is None or cause.shows_at <= now
    return replace(
        cause,
        invoices=cause.invoices[:INVOICES_MAX],
        stake=cause.stake[:STAKES_MAX],
        shows_at=None if is_due else cause.shows_at,
    )


def sums(amounts: Iterable[tuple[str, int]]) -> tuple[Money, ...]:
    """Return one sum per currency of (currency, minor units), the largest first, none of zero."""
    found: dict[str, int] = {}
    for currency, minor in amounts:
        found[currency] = found.get(currency, 0) + minor
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Money(minor, currency) for currency, minor in ordered if minor > 0)


def passed(limit_minor: int, open_sum: OpenSum) -> date | None:
    """Return the day of issue with which what stands open now went beyond a limit."""
    total = 0
    for day, minor in open_sum.by_issue:
        total += minor
        if total > limit_minor:
            return day
    return None


def amount(minor: int, currency: str) -> dict[str, int | str]:
    """Return an amount as a fact of a cause."""
    return {"minor": minor, "currency": currency}


def at_midnight(day: date) -> datetime:
    """Return the beginning of a day as an instant (UTC): from when something is said to wait."""
    return datetime.combine(day, time.min, UTC)


def numbers_of(invoices: Iterable[Invoice]) -> tuple[str, ...]:
    """Return the numbers of invoices, the longest due first."""
    return tuple(one.number for one in sorted(invoices, key=lambda one: (one.due_on, one.number)))


def stake_of(invoices: Iterable[Invoice]) -> tuple[Money, ...]:
    """Return what stands open on invoices, one sum per currency."""
    return sums((one.currency, one.open_minor) for one in invoices)
