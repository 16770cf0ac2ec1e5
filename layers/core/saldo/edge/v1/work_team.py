"""Whose list is how long, who covers whom, and what everybody set out to do, over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant, local_day
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.fields import Amount, Currency, Day, Email, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.refusals import FieldMissing
from saldo.edge.v1.requests import Body
from saldo.money import Money, parse_amount
from saldo.worklist import absences as model
from saldo.worklist.effort import Effort, WorkDay, WorkTarget, promised_texts
from saldo.worklist.model import WorkRules
from saldo.worklist.rules import rules_of, whole

_Count = Annotated[int, Field(strict=True, ge=0, le=10_000, description="0: no target.")]


class HandOverOrder(Body):
    """Who covers a colleague, and when."""

    collector: Annotated[Email, Field(description="Whose list it is.")]
    cover: Annotated[Email, Field(description="Who works it off.")]
    first: Annotated[Day, Field(description="The first day.")]
    last: Annotated[Day | None, Field(description="The last day; null: until it is ended.")] = None


class WorkRulesRecord(Body):
    """What counts how much on the list; what is left out is as usual."""

    points: Annotated[
        dict[str, int], Field(max_length=50, description="By kind, from 0 to 1000.")
    ] = {}  # noqa: RUF012 - pydantic copies it
    back_after_days: Annotated[
        dict[str, int],
        Field(
            max_length=50,
            description="By kind: after how many days what was closed is back if its cause lasts.",
        ),
    ] = {}  # noqa: RUF012 - pydantic copies it
    snooze_days_max: Annotated[
        int, Field(strict=True, ge=1, le=365, description="So far an item may be put off.")
    ] = 60


class AbsenceEnd(Body):
    """An absence that is over before its time."""

    id: Annotated[Number, Field(description="The absence's id.")]


class TargetOrder(Body):
    """What a person sets out to do."""

    person: Annotated[Email, Field(description="Who.")]
    closed_day: Annotated[_Count, Field(description="Items closed a day.")] = 0
    calls_day: Annotated[_Count, Field(description="Calls a day.")] = 0
    closed_week: Annotated[_Count, Field(description="Items closed a week.")] = 0
    calls_week: Annotated[_Count, Field(description="Calls a week.")] = 0
    promised_week: Annotated[
        Amount | None, Field(description="Money promised to them a week; goes with `currency`.")
    ] = None
    currency: Annotated[Currency | None, Field(description="Of `promised_week`.")] = None


class AbsenceAnswer(TypedDict):
    """Somebody covers a colleague."""

    id: str
    collector: str
    cover: str
    first: _Day
    last: _Day | None
    by: str
    made_at: _Instant
    ended_at: _Instant | None


class ListLength(TypedDict):
    """How much stands on somebody's list."""

    holder: str
    now: Annotated[dict[str, int], Field(description="Items by kind.")]
    later: Annotated[int, Field(description="Items that come back later.")]


class Done(TypedDict):
    """What somebody did."""

    closed: int
    calls: int
    reached: int
    promised: Annotated[dict[str, _Amount], Field(description="By currency.")]


class TargetAnswer(TypedDict):
    """What a person set out to do; 0 is no target."""

    person: str
    closed_day: int
    calls_day: int
    closed_week: int
    calls_week: int
    promised_week: _Amount | None
    currency: str | None


class EffortAnswer(TypedDict):
    """A person's day and week so far, beside their target."""

    person: str
    today: Done
    week: Done
    target: TargetAnswer


class WorkRulesAnswer(TypedDict):
    """The rules of the list as they hold."""

    points: Annotated[dict[str, int], Field(description="By kind.")]
    back_after_days: Annotated[dict[str, int], Field(description="By kind.")]
    snooze_days_max: int


class TeamAnswer(TypedDict):
    """The lists and the people of a creditor."""

    lists: list[ListLength]
    people: list[EffortAnswer]
    absences: Annotated[list[AbsenceAnswer], Field(description="Those that are or come.")]


def rules(order: Ordered) -> WorkRulesAnswer:
    """Return the rules of the list, with what holds where nothing was said."""
    return rules_answer(order.services.work_rules.of(order.creditor.id))


def put_rules(order: Ordered, body: Any) -> WorkRulesAnswer:
    """Keep rules of the list. Raises Invalid, WorkRulesNotValid or WorkRulesBusy."""
    sent = read(WorkRulesRecord, body)
    new = rules_of(order.creditor.id, sent.model_dump())
    return rules_answer(order.services.work_rules.put(new, order.by))


def rules_answer(found: WorkRules) -> WorkRulesAnswer:
    """Render rules."""
    told = whole(found)
    return {
        "points": told["points"],
        "back_after_days": told["back_after_days"],
        "snooze_days_max": told["snooze_days_max"],
    }


def team(order: Ordered) -> TeamAnswer:
    """Return the lists and the people of a creditor."""
    services, creditor = order.services, order.creditor
    today = local_day(services.clock.now(), creditor.time_zone)
    tallies = services.work_list.tallies(creditor.id)
    return {
        "lists": [
            {"holder": one.holder, "now": one.now, "later": one.later}
            for _, one in sorted(tallies.items())
        ],
        "people": [_effort(one) for one in services.efforts.team(creditor.id, today)],
        "absences": [absence(one) for one in services.absences.of(creditor.id, today)],
    }


def hand_over(order: Ordered, body: Any) -> AbsenceAnswer:
    """Hand a list over; raises what `Absences.hand_over` does."""
    sent = read(HandOverOrder, body)
    return absence(
        order.services.absences.hand_over(
            order.creditor, sent.collector, sent.cover, sent.first, sent.last, order.by
        )
    )


def end_absence(order: Ordered, body: Any) -> AbsenceAnswer:
    """Give a list back. Raises Invalid or AbsenceUnknown."""
    sent = read(AbsenceEnd, body)
    return absence(order.services.absences.end(order.creditor.id, sent.id, order.by))


def set_target(order: Ordered, body: Any) -> TargetAnswer:
    """Keep a target; raises what `Efforts.set_target` does."""
    sent = read(TargetOrder, body)
    money = None
    if sent.promised_week is not None:
        if sent.currency is None:
            raise FieldMissing("'currency' is missing: it goes with 'promised_week'.").at(
                "/currency"
            )
        money = Money(parse_amount(sent.promised_week, sent.currency), sent.currency)
    kept = order.services.efforts.set_target(
        order.creditor.id,
        sent.person,
        order.by,
        closed_day=sent.closed_day,
        calls_day=sent.calls_day,
        closed_week=sent.closed_week,
        calls_week=sent.calls_week,
        promised_week=money,
    )
    return target(kept)


def absence(found: model.Absence) -> AbsenceAnswer:
    """Render an absence."""
    return {
        "id": found.id,
        "collector": found.collector,
        "cover": found.cover,
        "first": found.first.isoformat(),
        "last": found.last.isoformat() if found.last else None,
        "by": found.by,
        "made_at": iso_instant(found.made_at),
        "ended_at": iso_instant(found.ended_at) if found.ended_at else None,
    }


def _effort(found: Effort) -> EffortAnswer:
    return {
        "person": found.person,
        "today": _done(found.today),
        "week": _done(found.week),
        "target": target(found.target),
    }


def _done(day: WorkDay) -> Done:
    return {
        "closed": day.closed,
        "calls": day.calls,
        "reached": day.reached,
        "promised": promised_texts(day),
    }


def target(found: WorkTarget) -> TargetAnswer:
    """Render a target."""
    money = found.promised_week
    return {
        "person": found.person,
        "closed_day": found.closed_day,
        "calls_day": found.calls_day,
        "closed_week": found.closed_week,
        "calls_week": found.calls_week,
        "promised_week": str(money).partition(" ")[0] if money else None,
        "currency": money.currency if money else None,
    }
