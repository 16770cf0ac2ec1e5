"""What is expected of an account: its open items with what was agreed about them. Pure.

A promise is no certainty: it comes on its day with the chance that the account's promises were kept
so far, and else as if there were none, after its day. The same holds of instalments, of transfers
that were announced and of payments that were said to be made. The other chances here are assumed;
docs/cash.md says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from saldo.accounts.model import Hold
from saldo.banking_days import after_banking_days
from saldo.cash.model import ITEMS_MAX, CashItem, ItemKind
from saldo.cash.spread import Edges, edges_of, evenly, later_than, mixed, rising
from saldo.collection.facts import Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.forecast.model import Forecast
from saldo.invoices.model import Credit, OpenItem
from saldo.payments.agreements import ScheduledPayment

KEPT_ASSUMED: Final = 600
"""The share of promises kept where a creditor has none judged yet, in thousandths."""

KEPT_WEIGHT: Final = 4
"""What is expected beforehand counts as much as so many promises of the account."""

DEBIT_COMES: Final = 0.97
DEBIT_BANKING_DAYS: Final = 2
ON_TIME_BANKING_DAYS: Final = 2
"""What is paid on the agreed day arrives so many banking days later at most."""

DISPUTED_NEVER: Final = 500
INSOLVENT_NEVER: Final = 900


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """All that says when an account's open items are paid; `forecasts` by number of the invoice.

    `kept` is the creditor's share of promises kept, in thousandths, `today` the creditor's day.
    """

    today: date
    items: Sequence[OpenItem]
    forecasts: Mapping[str, Forecast]
    promises: Sequence[Promise] = ()
    plans: Sequence[Plan] = ()
    debits: Sequence[ScheduledPayment] = ()
    claims: Sequence[PaidClaim] = ()
    disputes: Sequence[Dispute] = ()
    holds: Sequence[Hold] = ()
    credits: Sequence[Credit] = ()
    kept: int = KEPT_ASSUMED


@dataclass(slots=True)
class _Open:
    """An open item while it is being cut up: what of it is not spoken for yet."""

    item: OpenItem
    edges: Edges
    rest: int
    never: int = 0


def kept_share(promises: Iterable[Promise], creditors: int) -> float:
    """Return the share of promises that an account keeps, drawn to its creditor's (thousandths)."""
    judged = [one.state for one in promises if one.state in ("kept", "part-kept", "broken")]
    kept = judged.count("kept") + judged.count("part-kept") / 2
    return (kept + KEPT_WEIGHT * creditors / 1000) / (len(judged) + KEPT_WEIGHT)


def entering(facts: AccountFacts) -> list[CashItem]:
    """Return the amounts that the account's open items come as, the earliest issued first."""
    open_ = _after_credit(facts)
    made: list[CashItem] = []
    made += _disputed(facts, open_)
    made += _agreed(facts, open_)
    for one in open_.values():
        if one.rest > 0:
            made.append(_item(one, one.rest, "open", one.edges))
    made.sort(key=lambda one: (one.issued_on, one.due_on, one.currency, one.kind, one.minor))
    return made if len(made) <= ITEMS_MAX else _lumped(made)


def _after_credit(facts: AccountFacts) -> dict[str, _Open]:
    """Return what is open less what came already and nobody allocated, the oldest first."""
    there: dict[str, int] = defaultdict(int)
    lost = _insolvent(facts)
    for credit in facts.credits:
        there[credit.currency] += credit.open_minor
    found: dict[str, _Open] = {}
    for item in sorted(facts.items, key=lambda one: (one.due_on, one.number)):
        forecast = facts.forecasts.get(item.number)
        assert forecast is not None, "every open item has a forecast by now"
        taken = min(there[item.currency], item.open_minor)
        there[item.currency] -= taken
        edges = edges_of(forecast, item.issued_on)
        never = INSOLVENT_NEVER if lost is None or item.number in lost else 0
        found[item.number] = _Open(item, edges, item.open_minor - taken, never)
    return found


def _item(one: _Open, minor: int, kind: ItemKind, edges: Edges, never: int = 0) -> CashItem:
    one.rest -= minor
    item = one.item
    return CashItem(
        item.currency, minor, item.issued_on, item.due_on, edges, kind, max(never, one.never)
    )


def _disputed(facts: AccountFacts, open_: Mapping[str, _Open]) -> list[CashItem]:
    """What is contested comes after the day by which it is to be settled, if it comes."""
    made = []
    for dispute in facts.disputes:
        one = open_.get(dispute.invoice)
        if one is None or one.rest <= 0:
            continue
        after = later_than(one.edges, _tenths(one, max(dispute.deadline, facts.today)))
        if dispute.state == "open":
            minor = one.rest if dispute.whole else min(dispute.amount_minor, one.rest)
            made.append(_item(one, minor, "disputed", after, DISPUTED_NEVER))
        elif dispute.state == "settled" and dispute.credit_expected and dispute.agreed_minor:
            made.append(_item(one, min(dispute.agreed_minor, one.rest), "disputed", after, 1000))
    return [one for one in made if one.minor > 0]


def _agreed(facts: AccountFacts, open_: Mapping[str, _Open]) -> list[CashItem]:
    """What has a day: the surest goes first, for an item may have more than one."""
    kept = kept_share(facts.promises, facts.kept)
    made: list[CashItem] = []
    for debit in facts.debits:
        if debit.state in ("planned", "charging") and debit.plan is None:
            comes = after_banking_days(debit.charge_on, DEBIT_BANKING_DAYS)
            days = (comes, comes, DEBIT_COMES)
            made += _spoken_for(open_, debit.invoices, debit.amount_minor, "debit", days)
    for plan in facts.plans:
        if plan.state == "active":
            made += _instalments(plan, open_, kept)
    return made + _said(facts, open_, kept)


def _said(facts: AccountFacts, open_: Mapping[str, _Open], kept: float) -> list[CashItem]:
    """What the payer said: that it was paid, that a transfer comes, that it will be paid."""
    made: list[CashItem] = []
    for claim in facts.claims:
        if claim.state == "open":
            days = (claim.paid_on, claim.rests_until, kept)
            made += _spoken_for(open_, claim.invoices, claim.amount_minor, "claim", days)
    for hold in facts.holds:
        if hold.kind == "transfer-announced" and hold.ended_at is None and hold.until:
            numbers = tuple(n for n in (hold.invoice, *hold.more_invoices) if n)
            days = (hold.placed_at.date(), hold.until, kept)
            made += _spoken_for(open_, numbers, None, "transfer", days)
    for promise in facts.promises:
        if promise.state == "open":
            last = after_banking_days(promise.on, ON_TIME_BANKING_DAYS)
            days = (promise.on, last, kept)
            minor = promise.amount_minor - max(0, promise.paid_minor)
            made += _spoken_for(open_, promise.invoices, minor, "promise", days)
    return made


def _instalments(plan: Plan, open_: Mapping[str, _Open], kept: float) -> list[CashItem]:
    """The instalments that are not paid yet: the last ones, up to what is open."""
    left = sum(open_[n].rest for n in plan.invoices if n in open_)
    ahead: list[tuple[date, int]] = []
    for part in reversed(plan.instalments):
        minor = min(part.amount_minor, left)
        left -= minor
        if minor:
            ahead.append((part.due_on, minor))
    chance = DEBIT_COMES if plan.mandate else kept
    made: list[CashItem] = []
    for due_on, minor in reversed(ahead):
        days = (due_on, after_banking_days(due_on, ON_TIME_BANKING_DAYS), chance)
        made += _spoken_for(open_, plan.invoices, minor, "plan", days)
    return made


def _spoken_for(
    open_: Mapping[str, _Open],
    invoices: Sequence[str],
    minor: int | None,
    kind: ItemKind,
    days: tuple[date, date, float],
) -> list[CashItem]:
    """Cut `minor` (None: all) out of the invoices in their order: it comes between two days with a
    chance, and else as if nothing had been said, after them.
    """
    first, last, chance = days
    made = []
    left = minor
    for number in invoices:
        one = open_.get(number)
        if one is None or one.rest <= 0 or left == 0:
            continue
        part = one.rest if left is None else min(one.rest, left)
        left = None if left is None else left - part
        start = max(1, (first - one.item.issued_on).days)
        said = evenly(start, max(start, (last - one.item.issued_on).days))
        else_ = later_than(one.edges, _tenths(one, last))
        made.append(_item(one, part, kind, mixed([(chance, said), (1 - chance, else_)])))
    return made


def _tenths(one: _Open, day: date) -> int:
    return max(0, (day - one.item.issued_on).days) * 10 + 5


def _insolvent(facts: AccountFacts) -> set[str] | None:
    """Return the invoices of which an insolvency is known; None for all."""
    found: set[str] = set()
    for hold in facts.holds:
        lasts = hold.ended_at is None and (hold.until is None or facts.today < hold.until)
        if hold.kind == "insolvency" and lasts:
            if hold.invoice is None:
                return None
            found |= {hold.invoice, *hold.more_invoices}
    return found


def _lumped(items: Sequence[CashItem]) -> list[CashItem]:
    """Return fewer items of the same sum: those of like kind and weeks, then months, as one.

    A lump comes when its largest part does, so that what is lumped varies a little more together.
    """
    for days in (7, 31, 92, 366):
        lumps: dict[tuple[object, ...], list[CashItem]] = defaultdict(list)
        for one in items:
            due, issued = one.due_on.toordinal() // days, one.issued_on.toordinal() // days
            lumps[one.currency, one.kind, one.never, due, issued].append(one)
        if len(lumps) <= ITEMS_MAX or days == 366:
            break
    made = []
    for each in lumps.values():
        largest = max(each, key=lambda one: one.minor)
        made.append(
            replace(largest, minor=sum(one.minor for one in each), edges=rising(largest.edges))
        )
    return made
