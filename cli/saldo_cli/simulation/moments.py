"""When the facts of a story happen: a notice that is claimed near one may go or not go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from saldo_cli.simulation.deals import Agree, Schedule
from saldo_cli.simulation.debits import MONEY_AFTER
from saldo_cli.simulation.deeds import PayOut, Reallocate
from saldo_cli.simulation.story import (
    Action,
    Forge,
    GiveBack,
    Misplace,
    Pause,
    Pay,
    Poison,
    StopSending,
    Story,
    TakeBack,
)
from saldo_cli.simulation.transfers import (
    Recall,
    SendStatement,
    Strangers,
    Transfer,
    WorkThrough,
)


def facts_of(story: Story) -> dict[str, list[datetime]]:
    """Return when something happens to each account; "" stands for all of them."""
    facts: dict[str, list[datetime]] = {"": [], **{d.number: [] for d in story.debtors}}
    for action in story.actions:
        owner = _whose(story, action)
        if owner is not None:
            facts[owner] += _moments(action)
    for owner in _transferred(story):
        looks = (a for a in story.actions if isinstance(a, (SendStatement, WorkThrough)))
        facts[owner] += [at for look in looks for at in _told(look)]
    return facts


def _transferred(story: Story) -> set[str]:
    """Return whose money the statements tell of; everybody's where nobody can tell whose it is."""
    transfers = [a for a in story.actions if isinstance(a, Transfer)]
    if any(a.words not in ("number", "reference") or a.payer == "somebody-else" for a in transfers):
        return {""}
    return {story.owner_of(a.label) for a in transfers}


def _told(look: SendStatement | WorkThrough) -> list[datetime]:
    again = getattr(look, "again_seconds", ())
    return [look.at, *(look.at + timedelta(seconds=seconds) for seconds in again)]


def _whose(story: Story, action: Action) -> str | None:
    """Return whose account an action is about: "" is everybody's, None nobody's."""
    if isinstance(action, (TakeBack, GiveBack, Reallocate, Recall)):
        return story.owner_of(action.pay)
    if isinstance(action, StopSending):
        return ""
    if isinstance(action, Pause):
        invoices = {p.invoice: p.account for p in story.pushes().values()}
        owners = {"invoice": invoices.get(action.number, ""), "account": action.number}
        return owners.get(action.on, "")
    if isinstance(action, (Misplace, Forge, Poison, PayOut, Strangers, SendStatement, WorkThrough)):
        return None
    return story.pushes()[action.invoice].account


def _moments(action: Action) -> list[datetime]:
    """Return when an action, and what follows from it, may move what is due."""
    if isinstance(action, Pay):
        page_closes = action.at + timedelta(hours=30)
        return [action.at, action.decided_at, action.arrives_at, page_closes]
    if isinstance(action, (Schedule, Agree)):
        return list(_agreed(action))
    ends = (
        getattr(action, name, None) for name in ("given_again_after", "ends_after", "moved_after")
    )
    return [action.at, *(action.at + after for after in ends if after is not None)]


def _agreed(action: Schedule | Agree) -> Iterator[datetime]:
    """Yield when what was agreed may move: its days, the days its money takes, and its ends."""
    yield action.at
    days: list[int] = []
    if isinstance(action, Schedule):
        days = [(action.charge_on - action.at.date()).days]
        ends = (action.cancelled_after, action.revoked_after, action.ended_after)
        yield from (action.at + after for after in ends if after is not None)
    else:
        days = list(action.days)
        if action.cancelled_after is not None:
            yield action.at + action.cancelled_after
    midnight = action.at.replace(hour=22, minute=30, second=0, microsecond=0) - timedelta(days=1)
    for day in days:
        charged = midnight + timedelta(days=day)
        yield charged
        yield charged + timedelta(days=1)
        yield charged + MONEY_AFTER
