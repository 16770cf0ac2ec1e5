"""What the page of an account shows, put together with bounded reads.

However many invoices an account has, a page reads at most ITEMS_MAX open rows, the last notes,
agreements and holds, and one page of what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from saldo.accounts.model import WHOLE_CREDITOR, Account, Hold
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.figures.model import AccountSheet
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.money import Money
from saldo.reminders.model import Decision
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.tasks import Task
from saldo.risk.behaviour import behaviour_of
from saldo.worklist.model import WorkItem
from saldo.worklist.notes import Note

if TYPE_CHECKING or __package__:
    from functions.console.refused import problem_text
    from functions.console.screen import Visit
    from functions.console.shown_plans import PlanShown, plans_shown
else:  # in Lambda this folder is the root of the code
    from refused import problem_text
    from screen import Visit
    from shown_plans import PlanShown, plans_shown

if TYPE_CHECKING:
    from saldo.worklist.desk_model import AccountDesk

ITEMS_MAX: Final = 200
"""So many open items are read and shown; of an account with more the page shows the oldest."""

_FACTS_MAX: Final = 20
_FACTS_READ: Final = 100
"""Their ids do not tell the time for all of them, so that more are read than shown."""

_HOLDS_READ: Final = 300
"""Ended ones stay, and one that lasts must not be hidden behind them."""

_NOTES_READ: Final = 200
_PAID_SHOWN: Final = 24
_PAID_READ: Final = 60
BUCKETS: Final = (0, 30, 60, 90)
"""The ages, in days beyond the due date, that a balance is split at: not due, to 30, 60, 90, more.
Source: the usual aging of receivables, as reports have it."""


@dataclass(frozen=True, slots=True)
class Ages:
    """One currency's balance by age: not due, then by the buckets; what is credited besides."""

    currency: str
    parts: tuple[Money, ...]
    credit: Money

    @property
    def open(self) -> Money:
        return Money(sum(part.minor for part in self.parts), self.currency)

    @property
    def overdue(self) -> Money:
        return Money(sum(part.minor for part in self.parts[1:]), self.currency)

    @property
    def shares(self) -> list[tuple[int, float, float]]:
        """For the bar: each bucket's number, where it begins and how wide it is, of 100."""
        whole, at, found = self.open.minor, 0.0, []
        for number, part in enumerate(self.parts):
            width = 100 * part.minor / whole if whole else 0.0
            if width:
                found.append((number, round(at, 2), round(width, 2)))
            at += width
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """An open item, what holds it, and what comes next about it."""

    item: OpenItem
    open: Money
    days_late: int
    held_by: tuple[str, ...]
    next: Decision | None


@dataclass(frozen=True, slots=True)
class PaidBar:
    """One paid invoice in the chart of how the account pays."""

    number: str
    paid_on: date
    days: int


@dataclass(frozen=True, slots=True)
class AccountShown:
    """Everything of the page but its list of what happened. `is_part` says that the balance is
    that of the shown items alone, because there are more and nobody summed them up yet.
    """

    account: Account
    desk: AccountDesk
    ages: tuple[Ages, ...]
    rows: tuple[Row, ...]
    has_more: bool
    policy: str
    policy_problem: str
    holds: tuple[Hold, ...]
    promises: tuple[Promise, ...]
    disputes: tuple[Dispute, ...]
    plans: tuple[PlanShown, ...]
    cases: tuple[Case, ...]
    behaviour: str
    paid: tuple[PaidBar, ...]
    notes: tuple[Note, ...]
    work: tuple[WorkItem, ...]
    calls_to_make: tuple[Task, ...]
    is_part: bool = False

    @property
    def mean_days(self) -> int | None:
        mean = self.account.paid.mean
        return None if mean is None else round(mean)


def account_shown(visit: Visit, account: Account) -> AccountShown:
    """Read what the page of an account shows."""
    store, key = visit.services.store.relaxed(), account.key
    items = store.first(OpenItem, *key, limit=ITEMS_MAX + 1)
    unused = store.first(Credit, *key, limit=_FACTS_READ)
    holds = _lasting(store.newest(Hold, *key, limit=_HOLDS_READ), visit.today)
    whole = _lasting(store.newest(Hold, visit.creditor.id, WHOLE_CREDITOR, limit=5), visit.today)
    decisions: Sequence[Decision] = ()
    policy, problem = "", ""
    if len(items) <= ITEMS_MAX:
        try:
            policy, decisions = _ahead(visit, account)
        except PolicyNotValid as refusal:
            problem = problem_text(visit.t, refusal)
    next_of = {one.invoice: one for one in decisions}
    shown = tuple(
        Row(
            item,
            Money(item.open_minor, item.currency),
            (visit.today - item.due_on).days,
            tuple(hold.kind for hold in (*holds, *whole) if _bears_on(hold, item.number)),
            next_of.get(item.number),
        )
        for item in items[:ITEMS_MAX]
    )
    summed = store.get(AccountSheet, *key) if len(items) > ITEMS_MAX else None
    ages = (
        ages_of(items[:ITEMS_MAX], unused, visit.today)
        if summed is None
        else ages_by_due(_by_due(summed), unused, visit.today)
    )
    return AccountShown(
        account,
        visit.services.desks.of(*key),
        ages,
        shown,
        len(items) > ITEMS_MAX,
        policy,
        problem,
        (*holds, *whole),
        _first_to_see(
            (one.state != "open", -one.given_at.timestamp(), one)
            for one in store.newest(Promise, *key, limit=_FACTS_READ)
        ),
        _first_to_see(
            (one.state != "open", -one.opened_at.timestamp(), one)
            for one in store.newest(Dispute, *key, limit=_FACTS_READ)
        ),
        plans_shown(
            store,
            _first_to_see(
                (one.state not in ("active", "proposed"), -one.created_at.timestamp(), one)
                for one in store.newest(Plan, *key, limit=_FACTS_READ)
            ),
        ),
        _first_to_see(
            (one.is_over, -one.opened_at.timestamp(), one)
            for one in store.newest(Case, *key, limit=_FACTS_READ)
        ),
        behaviour_of(account.paid),
        _paid(store.newest(Invoice, *key, limit=_PAID_READ)),
        _notes(store.newest(Note, *key, limit=_NOTES_READ)),
        tuple(one for one in store.newest(WorkItem, *key, limit=_FACTS_READ) if _waits(one)),
        tuple(
            one
            for one in store.newest(Task, *key, limit=_FACTS_READ)
            if one.state == "open" and one.kind == "call"
        ),
        is_part=len(items) > ITEMS_MAX and summed is None,
    )


T = TypeVar("T")


def _first_to_see(found: Iterable[tuple[bool, float, T]]) -> tuple[T, ...]:
    """Return what goes on, then what is over, each the last first; _FACTS_MAX of them."""
    inorder = sorted(found, key=lambda one: one[:2])
    return tuple(one for _, _, one in inorder[:_FACTS_MAX])


def _notes(found: Iterable[Note]) -> tuple[Note, ...]:
    """Return the pinned notes, then the last of the others, the last first."""
    inorder = sorted(found, key=lambda one: (not one.pinned, -one.at.timestamp(), one.id))
    pinned = sum(one.pinned for one in inorder)
    return tuple(inorder[: pinned + _FACTS_MAX])


def _waits(item: WorkItem) -> bool:
    return item.state == "open"


def ages_of(items: Iterable[OpenItem], unused: Iterable[Credit], today: date) -> tuple[Ages, ...]:
    """Return the balance by age, a currency at a time: they are never added together."""
    return ages_by_due(((one.currency, one.due_on, one.open_minor) for one in items), unused, today)


def _by_due(summed: AccountSheet) -> Iterator[tuple[str, date, int]]:
    for currency in summed.currencies:
        for due_on, minor in summed.by_due(currency).items():
            yield currency, due_on, minor


def ages_by_due(
    found: Iterable[tuple[str, date, int]], unused: Iterable[Credit], today: date
) -> tuple[Ages, ...]:
    """Return the balance by age of what falls due: each a currency, its due day, minor units."""
    parts: dict[str, list[int]] = {}
    for currency, due_on, minor in found:
        late = (today - due_on).days
        place = sum(late > bound for bound in BUCKETS)
        parts.setdefault(currency, [0] * (len(BUCKETS) + 1))[place] += minor
    credit: dict[str, int] = {}
    for one in unused:
        credit[one.currency] = credit.get(one.currency, 0) + one.open_minor
    currencies = sorted({*parts, *credit})
    return tuple(
        Ages(
            currency,
            tuple(
                Money(minor, currency) for minor in parts.get(currency, [0] * (len(BUCKETS) + 1))
            ),
            Money(credit.get(currency, 0), currency),
        )
        for currency in currencies
    )


def _ahead(visit: Visit, account: Account) -> tuple[str, Sequence[Decision]]:
    """Return the account's policy and what it decides about every open item today."""
    facts = visit.services.run.facts(account.creditor, account.number)
    if facts is None:
        return "", ()
    policy = visit.services.run.policy_of(facts, visit.today)
    _, decisions = visit.services.run.decide(facts, policy, visit.today, "run")
    return policy.id, decisions


def _paid(invoices: Iterable[Invoice]) -> tuple[PaidBar, ...]:
    """Return the last paid invoices, the earliest paid first, with their days beyond terms."""
    found = [
        PaidBar(one.number, one.closed_on, one.days_beyond_terms)
        for one in invoices
        if one.closed_on is not None and one.days_beyond_terms is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.paid_on, one.number))[-_PAID_SHOWN:])


def held_by(visit: Visit, account: Account, invoice: str) -> list[str]:
    """Return the kinds of what keeps reminders about an invoice back, each once."""
    store = visit.services.store.relaxed()
    holds = [
        *_lasting(store.newest(Hold, *account.key, limit=_HOLDS_READ), visit.today),
        *_lasting(store.newest(Hold, account.creditor, WHOLE_CREDITOR, limit=5), visit.today),
    ]
    return list(dict.fromkeys(one.kind for one in holds if _bears_on(one, invoice)))


def _lasting(holds: Iterable[Hold], today: date) -> tuple[Hold, ...]:
    return tuple(
        hold
        for hold in holds
        if hold.ended_at is None and (hold.until is None or today < hold.until)
    )


def _bears_on(hold: Hold, number: str) -> bool:
    return hold.invoice is None or number in (hold.invoice, *hold.more_invoices)
