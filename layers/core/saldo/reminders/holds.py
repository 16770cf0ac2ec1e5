"""Reasons to keep a due notice back.

A hold is a function from (facts, item, today) to a reason or None. Those that rest on a `Hold`
record come with the record; a new kind of fact that keeps notices back writes such a record or adds
a function to the tuple that wiring passes to the planner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from saldo.accounts.fresh import EXPECTED
from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.bank_entries.chain import missing_days
from saldo.bank_entries.model import BankAccount
from saldo.clock import iso_instant
from saldo.invoices.model import Credit, OpenItem
from saldo.law.facts import BusinessDays
from saldo.reminders.evidence import ClaimEvidence
from saldo.reminders.hold_out import Draw
from saldo.reminders.hours import NO_HOLIDAYS
from saldo.reminders.model import ContactLog


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a plan for one account is made from, all read consistently.

    `at` is the present instant, None where only the day matters (a run that was ordered for another
    day, a preview). `contact_log` has the days of the account's last reminders, `released` the
    steps that a person let go, by invoice, looked up where one waits for it. `evidence` is what the
    law asks about, by invoice; None where nobody looked yet. `data_at` says when the ERP or the
    bank last told something, looked up where the creditor asks for it; so are its `bank_accounts`,
    and what the account was last `drawn` for where a comparison by lot runs.
    """

    creditor: Creditor
    account: Account
    items: tuple[OpenItem, ...]
    credits: tuple[Credit, ...] = ()
    holds: tuple[Hold, ...] = ()
    installation_sends: bool = True
    at: datetime | None = None
    calendar: BusinessDays = NO_HOLIDAYS
    contact_log: ContactLog | None = None
    released: frozenset[tuple[str, str]] = frozenset()
    evidence: Mapping[str, ClaimEvidence] | None = None
    data_at: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    bank_accounts: tuple[BankAccount, ...] = ()
    drawn: Draw | None = None

    @property
    def contacts(self) -> tuple[date, ...]:
        """The days of the last reminders; what stands on the open items counts, too."""
        if self.contact_log is not None:
            return self.contact_log.days
        return tuple({item.stage_on for item in self.items if item.stage_on})


@dataclass(frozen=True, slots=True)
class Held:
    """Why an item is held, and the first day worth looking again (None: a fact will wake it).

    What is set for a whole creditor wakes no account when it ends, and is looked at every day.
    """

    reason: str
    facts: dict[str, Any] = field(default_factory=dict)
    until: date | None = None


_MISSING_SHOWN = 5

HoldRule = Callable[[AccountFacts, OpenItem, date], Held | None]


def sending_switched_off(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """The operator stopped all sending, for the installation or this creditor."""
    del item
    tomorrow = today + timedelta(days=1)
    if not facts.installation_sends:
        return Held("sending-off-everywhere", until=tomorrow)
    return None if facts.creditor.sending else Held("sending-off", until=tomorrow)


def hold_placed(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """Somebody, or a payment on its way, placed a hold on the item, its account or creditor.

    A dispute about a part of the item holds that part alone.
    """
    tomorrow = today + timedelta(days=1)
    for hold in facts.holds:
        if hold.holds(item.number, today):
            if hold.held_minor is not None and held_minor(facts, item, today) < item.open_minor:
                continue
            return Held(
                hold.kind,
                {
                    "hold": hold.id,
                    "by": hold.placed_by,
                    "why": hold.reason,
                    "until": hold.until.isoformat() if hold.until else None,
                    **({"about": hold.about} if hold.about else {}),
                },
                _sooner(hold.until, tomorrow if hold.account == WHOLE_CREDITOR else None),
            )
    return None


def held_minor(facts: AccountFacts, item: OpenItem, today: date) -> int:
    """Return how much of an item is contested and not asked for, in minor units."""
    if not facts.holds:
        return 0
    parts = (h.held_minor or 0 for h in facts.holds if h.holds(item.number, today))
    return min(item.open_minor, sum(parts))


def data_too_old(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """What the ERP or the bank told last is older than the creditor allows.

    An ERP that never told anything is waited for; a bank is from its first statement on.
    """
    del item
    hours = facts.creditor.fresh_within_hours
    if hours is None or facts.at is None:
        return None
    for source in sorted({*EXPECTED, *facts.data_at}):
        told_at = facts.data_at.get(source)
        if told_at is None or facts.at - told_at > timedelta(hours=hours):
            told = {
                "source": source,
                "told_at": iso_instant(told_at) if told_at else None,
                "fresh_within_hours": hours,
            }
            return Held("stale-data", told, until=today + timedelta(days=1))
    return None


def statement_missing(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """A bank account's statement is late: what was paid meanwhile is not known yet."""
    del item
    for account in facts.bank_accounts:
        missing = missing_days(account.covered_until, today, account.late_after_days)
        if missing:
            told = {
                "bank_account": account.id,
                "missing": ", ".join(day.isoformat() for day in missing[:_MISSING_SHOWN]),
                "missing_days": len(missing),
            }
            return Held("statement-missing", told, until=today + timedelta(days=1))
    return None


def credit_could_cover(facts: AccountFacts, item: OpenItem, today: date) -> Held | None:
    """The account has credit that reaches this item, taking the oldest items first.

    An item that the credit covers only in part is held too: a notice would claim too much.
    """
    del today
    left = sum(c.open_minor for c in facts.credits if c.currency == item.currency)
    for other in facts.items:
        if left <= 0:
            return None
        if other.number == item.number:
            return Held("customer-credit", {"credit_minor": left, "currency": item.currency})
        if other.currency == item.currency:
            left -= other.open_minor
    return None


def _sooner(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


HOLD_RULES: tuple[HoldRule, ...] = (
    sending_switched_off,
    hold_placed,
    data_too_old,
    statement_missing,
    credit_could_cover,
)
"""In the order in which reasons are given. That nobody can be reached, and that the creditor is in
shadow, is asked after them: see `plan`."""
