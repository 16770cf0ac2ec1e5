"""Reads what the credit of an account is judged by: strongly consistent, from the books as they
are.

Open items cost one read unit per some 16, credit and orders one each for most accounts; promises
and holds are read only where a rule asks for them. Nothing is kept in memory but sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Hold
from saldo.clock import local_day
from saldo.collection.facts import Promise
from saldo.credit.model import Cover, Exposure, OpenOrder
from saldo.credit.ports import Outside
from saldo.credit.rules import CreditRules
from saldo.invoices.model import Credit, OpenItem
from saldo.risk.behaviour import PaymentBehaviour, behaviour_of
from saldo.store import Store

ITEMS_MAX: Final = 20_000
"""So many open items of an account are summed up, some 1,250 read units; beyond that the sum is a
least amount, and says so."""

ORDERS_MAX: Final = 500
ORDERS_READ: Final = 2 * ORDERS_MAX
"""Two who tell orders at once may go beyond the most that there should be: all are counted."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue by as many days as the creditor's rule has: how many invoices, and their sum
    in minor units of the rule's currency.
    """

    invoices: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What the credit of an account is judged by on a day.

    `exposures` are one per currency. Where `is_whole` is False there are more open items than were
    read, so that what is owed is at least this much. `insolvency` says who says so, None: nobody.
    `covers` are what insurers told by themselves.
    """

    account: Account
    exposures: tuple[Exposure, ...] = ()
    is_whole: bool = True
    overdue: Overdue = field(default_factory=Overdue)
    broken_promises: int = 0
    insolvency: str | None = None
    covers: tuple[Cover, ...] = ()

    @property
    def behaviour(self) -> PaymentBehaviour:
        return behaviour_of(self.account.paid)


def credit_facts(
    store: Store, outside: Outside, account: Account, rules: CreditRules, now: datetime, zone: str
) -> CreditFacts:
    """Return what an account is judged by at `now`, on the day of the creditor's time zone."""
    today = local_day(now, zone)
    items = store.list(OpenItem, *account.key)
    sums: dict[str, Exposure] = {}
    late = Overdue()
    is_whole = True
    for count, item in enumerate(items, 1):
        if count > ITEMS_MAX:
            is_whole = False
            break
        sums[item.currency] = _with_item(_of(sums, item.currency), item, today)
        late = _later(late, item, rules, today)
    for credit in store.list(Credit, *account.key):
        if credit.open_minor:
            found = _of(sums, credit.currency)
            sums[credit.currency] = replace(
                found, credit_minor=found.credit_minor + credit.open_minor
            )
    for order in islice(store.list(OpenOrder, *account.key), ORDERS_READ):
        found = _of(sums, order.currency)
        sums[order.currency] = replace(found, orders_minor=found.orders_minor + order.amount_minor)
    return CreditFacts(
        account,
        tuple(sums[currency] for currency in sorted(sums)),
        is_whole,
        late,
        _broken(store.list(Promise, *account.key), rules, now) if rules.terms else 0,
        _insolvency(store, outside, account, today) if rules.block_insolvency else None,
        tuple(outside.covers(*account.key)),
    )


def _of(sums: dict[str, Exposure], currency: str) -> Exposure:
    return sums.get(currency) or Exposure(currency)


def _with_item(found: Exposure, item: OpenItem, today: date) -> Exposure:
    overdue = item.open_minor if item.due_on < today else 0
    return replace(
        found,
        open_minor=found.open_minor + item.open_minor,
        overdue_minor=found.overdue_minor + overdue,
    )


def _later(found: Overdue, item: OpenItem, rules: CreditRules, today: date) -> Overdue:
    rule = rules.block_overdue
    if rule is None or (today - item.due_on).days < rule.days:
        return found
    minor = item.open_minor if item.currency == rule.currency else 0
    return Overdue(found.invoices + 1, found.minor + minor)


def _broken(promises: Iterable[Promise], rules: CreditRules, now: datetime) -> int:
    assert rules.terms is not None, "asked for by a rule"
    since = now - timedelta(days=rules.terms.within_days)
    return sum(
        one.state == "broken" and one.ended_at is not None and one.ended_at > since
        for one in promises
    )


def _insolvency(store: Store, outside: Outside, account: Account, today: date) -> str | None:
    """Return who says that the debtor is insolvent: a hold that a person placed, or an agency."""
    for hold in store.list(Hold, *account.key):
        lasts = hold.ended_at is None and (hold.until is None or today < hold.until)
        if hold.kind == "insolvency" and lasts:
            return hold.placed_by
    return outside.insolvency(*account.key)
