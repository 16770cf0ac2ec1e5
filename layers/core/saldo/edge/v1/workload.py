"""How much work waits for whom, and proposals to share it out, over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.edge.v1.answers import _Amount, _Day
from saldo.edge.v1.fields import Email, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body
from saldo.money import Money, format_amount
from saldo.worklist import balance as sharing
from saldo.worklist import workload as model
from saldo.worklist import workloads as service

_ByCurrency = Annotated[dict[str, _Amount], Field(description="By currency.")]


class PhaseAnswer(TypedDict):
    """What waits in a phase."""

    phase: Annotated[str, Field(description="Stable: `reminders`, `disputes` …")]
    items: int
    oldest_days: Annotated[int, Field(description="How long the eldest item waits.")]
    stake: _ByCurrency
    closed: Annotated[int, Field(description="Items closed in it in four weeks.")]


class OutcomeAnswer(TypedDict):
    """What came of somebody's work."""

    closed: Annotated[int, Field(description="Items closed in four weeks.")]
    calls: int
    reached: int
    promised: _ByCurrency
    collected: Annotated[
        dict[str, _Amount], Field(description="On their accounts in 30 days, by currency.")
    ]
    promises: Annotated[int, Field(description="Given on their accounts in 30 days.")]
    promises_broken: int


class LoadAnswer(TypedDict):
    """What waits for a person, and what came of theirs."""

    person: str
    items: int
    later: int
    more: Annotated[bool, Field(description="There are more items than were looked at (500).")]
    per_day: Annotated[
        float | None, Field(description="Items that they close on a working day; null: not known.")
    ]
    is_away: bool
    away_until: _Day | None
    phases: list[PhaseAnswer]
    outcome: OutcomeAnswer


class LoadsAnswer(TypedDict):
    """The workload of a team, by address; nobody is ranked."""

    items: list[LoadAnswer]


class ReasonAnswer(TypedDict):
    """Why: a stable code, and the figures that a sentence about it needs."""

    code: Annotated[
        str,
        Field(
            description="`too-much`, `unseen` (the giver sees other branches alone), `not-here` "
            "(the giver does not work here), `language`, `phase`, `branch`."
        ),
    ]
    facts: dict[str, Any]


class MoveAnswer(TypedDict):
    """An account that could go from one person to another."""

    account: str
    name: str
    giver: str
    taker: str
    items: int
    phase: str
    stake: _ByCurrency
    reasons: list[ReasonAnswer]


class BalanceAnswer(TypedDict):
    """What is proposed; nothing of it is done."""

    moves: list[MoveAnswer]
    stays: Annotated[
        dict[str, int], Field(description="Accounts that stay where they are, by why.")
    ]


class MoveOrder(Body):
    """A move that a person agreed to."""

    account: Annotated[Number, Field(description="The account.")]
    giver: Annotated[Email, Field(description="Who looks after it now.")]
    taker: Annotated[Email, Field(description="Who does from now on.")]


class BalanceOrder(Body):
    """Moves that a person agreed to."""

    moves: Annotated[list[MoveOrder], Field(min_length=1, max_length=sharing.MOVES_MAX)]


class AppliedAnswer(TypedDict):
    """What became of a move."""

    account: str
    giver: str
    taker: str
    done: bool
    problem: Annotated[
        str, Field(description="Stable: `not-theirs`, `account-unknown`; '' where it is done.")
    ]


class AppliedList(TypedDict):
    """What became of the moves, in their order."""

    items: list[AppliedAnswer]


def loads(order: Ordered) -> LoadsAnswer:
    """Return the workload of everybody."""
    return {"items": [load_answer(one) for one in _loads(order)]}


def balance(order: Ordered) -> BalanceAnswer:
    """Return which accounts could move; nothing is changed."""
    users = order.services.users.at(order.creditor.id)
    found = order.services.workloads.balance(order.creditor, users, _loads(order))
    return balance_answer(found)


def apply(order: Ordered, body: Any) -> AppliedList:
    """Move accounts as somebody agreed. Raises Invalid, MovesNotValid, DeskNotValid or DeskBusy."""
    sent = read(BalanceOrder, body)
    moves = [service.Agreed(one.account, one.giver, one.taker) for one in sent.moves]
    done = order.services.workloads.apply(order.creditor.id, moves, order.by)
    return applied_answer(done)


def _loads(order: Ordered) -> list[model.Load]:
    users = order.services.users.at(order.creditor.id)
    return order.services.workloads.loads(order.creditor, users)


def load_answer(found: model.Load) -> LoadAnswer:
    """Render a load."""
    return {
        "person": found.person,
        "items": found.items,
        "later": found.later,
        "more": found.more,
        "per_day": round(found.per_day, 1) if found.per_day is not None else None,
        "is_away": found.is_away,
        "away_until": found.away_until.isoformat() if found.away_until else None,
        "phases": [
            {
                "phase": one.phase,
                "items": one.items,
                "oldest_days": one.oldest_days,
                "stake": _by_currency(one.stake),
                "closed": one.closed,
            }
            for one in found.phases
        ],
        "outcome": {
            "closed": found.outcome.closed,
            "calls": found.outcome.calls,
            "reached": found.outcome.reached,
            "promised": _by_currency(found.outcome.promised),
            "collected": _by_currency(found.outcome.collected or ()),
            "promises": found.outcome.promises or 0,
            "promises_broken": found.outcome.promises_broken or 0,
        },
    }


def balance_answer(found: sharing.Balance) -> BalanceAnswer:
    """Render what is proposed."""
    return {
        "moves": [
            {
                "account": one.account,
                "name": one.name,
                "giver": one.giver,
                "taker": one.taker,
                "items": one.items,
                "phase": one.phase,
                "stake": _by_currency(one.stake),
                "reasons": [{"code": why.code, "facts": dict(why.facts)} for why in one.reasons],
            }
            for one in found.moves
        ],
        "stays": {str(why): count for why, count in found.stays.items()},
    }


def applied_answer(done: list[service.Applied]) -> AppliedList:
    """Render what became of moves."""
    return {
        "items": [
            {
                "account": one.move.account,
                "giver": one.move.giver,
                "taker": one.move.taker,
                "done": not one.problem,
                "problem": one.problem,
            }
            for one in done
        ]
    }


def _by_currency(amounts: tuple[Money, ...]) -> dict[str, str]:
    return {one.currency: format_amount(one.minor, one.currency) for one in amounts}
