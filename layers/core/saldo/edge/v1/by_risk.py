"""Procedures by risk over the API: what they would do, and switching them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.edge.v1.creditor_settings import SegmentAnswer
from saldo.edge.v1.fields import Flag
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.reminders.by_risk_trial import Move, RiskTrial

TRIED_ACCOUNTS_MAX: Final = 500
SWITCHED_ACCOUNTS_MAX: Final = 2000
"""So many accounts are planned anew at once when the rules are switched over the API; the command
line has all of them."""


class ByRiskQuery(Query):
    """What to try."""

    to: Annotated[Literal["on", "off"], Field(description="What is tried: on or off.")] = "on"


class ByRiskRecord(Body):
    """Whether reminders go by risk."""

    on: Annotated[Flag, Field(description="Whether the rules by risk hold.")]


class MoveAnswer(TypedDict):
    """Accounts that come from one policy to another."""

    policy: Annotated[str, Field(description="The one that they come from.")]
    to: Annotated[str, Field(description="The one that they come to.")]
    accounts: int
    open_items: int
    sooner: Annotated[int, Field(description="Open items whose next message comes sooner.")]
    later: int
    repeats: Annotated[int, Field(description="Open items told something again.")]
    skips: Annotated[int, Field(description="Open items never told something.")]


class ByRiskAnswer(TypedDict):
    """What the rules by risk come to."""

    on: Annotated[bool, Field(description="Whether they hold now.")]
    segments: Annotated[list[SegmentAnswer], Field(description="As they are, or would be.")]
    accounts: Annotated[int, Field(description="So many were looked at.")]
    moves: list[MoveAnswer]
    is_cut: Annotated[bool, Field(description="More accounts are there than were looked at.")]


def tried(order: Ordered, asked: ByRiskQuery) -> ByRiskAnswer:
    """Tell what switching would do, on up to TRIED_ACCOUNTS_MAX accounts; nothing is written.

    Raises NoVariants or TooManySegments.
    """
    return answer(
        order.services.by_risk.trial(
            order.creditor, order.today, on=asked.to == "on", accounts_max=TRIED_ACCOUNTS_MAX
        )
    )


def switch(order: Ordered, body: Any) -> ByRiskAnswer:
    """Switch the rules on or off; raise NoVariants or TooManySegments."""
    sent = read(ByRiskRecord, body)
    return answer(
        order.services.by_risk.switch(
            order.creditor,
            order.today,
            order.by,
            on=sent.on,
            accounts_max=SWITCHED_ACCOUNTS_MAX,
        )
    )


def answer(found: RiskTrial) -> ByRiskAnswer:
    """Render a trial."""
    return {
        "on": found.is_on,
        "segments": [{"when": one.when, "policy": one.policy} for one in found.segments],
        "accounts": found.accounts,
        "moves": [_move(one) for one in found.moves],
        "is_cut": found.is_cut,
    }


def _move(found: Move) -> MoveAnswer:
    return {
        "policy": found.old,
        "to": found.new,
        "accounts": found.accounts,
        "open_items": found.open_items,
        "sooner": found.sooner,
        "later": found.later,
        "repeats": found.repeats,
        "skips": found.skips,
    }
