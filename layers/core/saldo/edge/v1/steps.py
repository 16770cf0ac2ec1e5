"""What helps, over the API: an account's next best step, effects, suggestions, comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from saldo.accounts.model import HoldOut
from saldo.clock import iso_instant
from saldo.edge.v1 import policies, reads
from saldo.edge.v1.fields import PRINTABLE, Amount, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.edge.v1.steps_answers import (
    CandidateAnswer,
    CorrelationAnswer,
    EffectAnswer,
    EffectsAnswer,
    HoldOutAnswer,
    SpanAnswer,
    StepAnswer,
    SuggestionAnswer,
    SuggestionsAnswer,
)
from saldo.money import decimals_of, format_amount, parse_amount
from saldo.reminders.draws import DELAY_DAYS_MAX, REST_MONTHS_MAX, SHARE_PERCENT_MAX
from saldo.steps.advise import COST_OF_MONEY
from saldo.steps.book import Seen, StageEffect
from saldo.steps.estimate import Span
from saldo.steps.model import Advice, Candidate, Suggestion
from saldo.steps.said import StepSpeech

_PERCENT: Final = "EUR"
"""Percentages are read and written as amounts of two decimals are."""


class StepQuery(Query):
    """Whose next step."""

    account: Annotated[Number, Field(description="The account's number, percent-encoded.")]


class SuggestionQuery(Query):
    """Which suggestion."""

    id: Annotated[str, Field(max_length=200, description="Its id, percent-encoded.")]


class SuggestionDecision(Body):
    """What a person says to a suggestion."""

    id: Annotated[str, StringConstraints(max_length=200)]
    decision: Literal["accept", "decline"]
    reason: Annotated[str, StringConstraints(max_length=1000), PRINTABLE] = ""


class HoldOutRecord(Body):
    """A comparison by lot, and what money costs. What is left out stays."""

    share_percent: Annotated[
        int | None,
        Field(ge=0, le=SHARE_PERCENT_MAX, description="So many of 100 wait; 0 ends it."),
    ] = None
    delay_days: Annotated[int, Field(ge=1, le=DELAY_DAYS_MAX)] = 7
    rest_months: Annotated[
        int, Field(ge=1, le=REST_MONTHS_MAX, description="No account comes to it again sooner.")
    ] = 6
    cost_of_money: Annotated[
        dict[str, Amount] | None,
        Field(max_length=20, description="Percent a year, by currency; replaces what was said."),
    ] = None


def of_account(order: Ordered, account: str) -> StepAnswer:
    """Return an account's next best step; raise AccountUnknown."""
    reads.account(order.services.store, order.creditor.id, account)
    return step(account, order.services.step_book.advice(order.creditor.id, account))


def effects(order: Ordered) -> EffectsAnswer:
    """Return what is known of steps, and what was only seen."""
    book, creditor = order.services.step_book, order.creditor.id
    told = book.comparison(creditor)
    return {
        "comparison": told.id if told else None,
        "effects": [effect(one) for one in (told.effects if told else ())],
        "correlations": [correlation(one) for one in book.seen(creditor) if one.tally.count],
    }


def listed(order: Ordered) -> SuggestionsAnswer:
    """Return the suggestions."""
    found = order.services.suggestions.all(order.creditor.id)
    return {"items": [suggestion(one) for one in found]}


def preview(order: Ordered, id_: str) -> policies.TrialAnswer:
    """Tell what agreeing would change. Raises SuggestionUnknown or SuggestionOutdated."""
    return policies.trial(order.services.suggestions.preview(order.creditor, id_))


def decide(order: Ordered, body: Any) -> SuggestionAnswer:
    """Take what a person says to a suggestion.

    Raises SuggestionUnknown, SuggestionDecided or SuggestionOutdated.
    """
    sent = read(SuggestionDecision, body)
    known = order.services.suggestions
    if sent.decision == "accept":
        return suggestion(known.accept(order.creditor, sent.id, order.by).suggestion)
    return suggestion(known.decline(order.creditor.id, sent.id, order.by, sent.reason))


def hold_out(order: Ordered) -> HoldOutAnswer:
    """Return the comparison that runs, and what money costs."""
    running = order.services.accounts.creditor(order.creditor.id).hold_out
    return told_hold_out(running, order.services.step_book.cost_of_money(order.creditor.id))


def told_hold_out(running: HoldOut | None, cost: Mapping[str, int]) -> HoldOutAnswer:
    """Render the comparison that runs, and what money costs."""
    return {
        "running": {
            "id": running.id,
            "share_percent": running.share_percent,
            "delay_days": running.delay_days,
            "rest_months": running.rest_months,
            "since": running.since.isoformat(),
        }
        if running
        else None,
        "cost_of_money": {code: format_amount(n, _PERCENT) for code, n in sorted(cost.items())},
        "assumed_cost": format_amount(COST_OF_MONEY, _PERCENT),
    }


def set_hold_out(order: Ordered, body: Any) -> HoldOutAnswer:
    """Begin or end a comparison, say what money costs. Raises HoldOutNotValid or Invalid."""
    sent = read(HoldOutRecord, body)
    services, creditor = order.services, order.creditor.id
    if sent.cost_of_money is not None:
        cost = {code: parse_amount(text, _PERCENT) for code, text in sent.cost_of_money.items()}
        for code in cost:
            decimals_of(code)
        services.step_book.say_cost(creditor, cost, order.by)
    if sent.share_percent == 0:
        services.hold_outs.end(creditor, order.by)
    elif sent.share_percent is not None:
        services.hold_outs.begin(
            creditor,
            sent.share_percent,
            order.by,
            delay_days=sent.delay_days,
            rest_months=sent.rest_months,
        )
    return hold_out(order)


def step(account: str, found: Advice | None) -> StepAnswer:
    """Render an account's next best step."""
    speech = StepSpeech()
    if found is None:
        return {
            "account": account,
            "made_on": None,
            "best": None,
            "reason": "nothing-open",
            "why": speech.word("reason.nothing-open"),
            "planned_step": "",
            "planned_on": None,
            "pays": "",
            "candidates": [],
        }
    return {
        "account": account,
        "made_on": found.made_on.isoformat(),
        "best": candidate(found.best),
        "reason": found.reason,
        "why": speech.reason(found),
        "planned_step": found.planned_step,
        "planned_on": found.planned_on.isoformat() if found.planned_on else None,
        "pays": speech.pays(found),
        "candidates": [candidate(one) for one in found.candidates],
    }


def candidate(one: Candidate) -> CandidateAnswer:
    """Render something that could be done."""
    speech = StepSpeech()
    return {
        "kind": one.kind,
        "detail": one.detail,
        "basis": one.basis,
        "against": one.against,
        "days_sooner": _tenths(one.days_tenths),
        "low": _tenths(one.low_tenths),
        "high": _tenths(one.high_tenths),
        "cases": one.cases,
        "own_cases": one.own_cases,
        "worth": [
            {"amount": format_amount(m.minor, m.currency), "currency": m.currency}
            for m in one.money
        ],
        "says": f"{speech.what(one)}: {speech.known(one)}",
    }


def effect(one: StageEffect) -> EffectAnswer:
    """Render what a comparison told."""
    return {
        "step": one.step,
        "channel": one.channel,
        "verdict": one.found.verdict,
        "sent": one.found.count,
        "waited": one.found.other,
        "days_sooner": _span(one.found.days),
        "paid_within_7_days": _span(one.found.paid),
        "says": StepSpeech().effect(one.found),
    }


def correlation(one: Seen) -> CorrelationAnswer:
    """Render what was seen."""
    paid = _span(one.within_a_week)
    assert paid is not None, "a week's share has its interval"
    return {
        "step": one.step,
        "part": one.part,
        "value": one.value,
        "cases": one.tally.count,
        "mean_days": round(one.tally.mean_days or 0.0, 1),
        "paid_within_7_days": paid,
    }


def suggestion(one: Suggestion) -> SuggestionAnswer:
    """Render a suggestion."""
    return {
        "id": one.id,
        "kind": one.kind,
        "policy": one.policy,
        "stage": one.stage,
        "message": one.message,
        "detail": one.detail,
        "basis": one.basis,
        "says": StepSpeech().suggestion(one),
        "evidence": one.evidence,
        "made_at": iso_instant(one.made_at),
        "state": one.state,
        "decided_at": iso_instant(one.decided_at) if one.decided_at else None,
        "decided_by": one.decided_by,
        "reason": one.reason,
        "made_policy": one.made_policy,
        "made_version": one.made_version,
    }


def _tenths(value: int | None) -> float | None:
    return None if value is None else value / 10


def _span(found: Span | None) -> SpanAnswer | None:
    if found is None:
        return None
    return {
        "value": round(found.value, 3),
        "low": round(found.low, 3),
        "high": round(found.high, 3),
    }
