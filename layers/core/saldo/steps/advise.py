"""The next best step of an account: what could be done, by how much sooner it is paid then. Pure.

Only a comparison by lot tells an effect. Everything else is what was seen after like steps, drawn
from the account's own past to the creditor's and to no difference at all: a correlation, which may
come from whom the steps were taken with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import hypot, sqrt
from typing import Any, Final, get_args

from saldo.accounts.model import HoldKind
from saldo.money import Money
from saldo.steps.estimate import CASES_LEAST, Difference, welch
from saldo.steps.model import ALL, CALL, Advice, Candidate, CandidateKind, Part, StepOutcome
from saldo.steps.tally import NOTHING, Tally, one, summed

CREDITORS_WEIGHT: Final = 20
"""No difference at all counts as much as so many of the creditor's steps."""

OWN_WEIGHT: Final = 5
"""What is true of the creditor's accounts counts as much as so many of the account's own steps."""

COST_OF_MONEY: Final = 800
"""What a year's wait for money costs where the creditor says nothing: 8.00 %, about what business
credit costs; an assumption."""

_LET_ALONE: Final[frozenset[str]] = (frozenset(get_args(HoldKind)) - {"question"}) | {
    "customer-credit",
    "money-unmatched",
    "restricted",
}
"""Why nobody is to be called either, though a task asks for it: money is there or comes, it is
contested, somebody else sees to it, or the debtor is to be left alone."""

_ASSUMED_SPREAD_DAYS: Final = 10.0
_YEAR: Final = 365
_Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Planned:
    """What the policy has next for an account: a step's name, its channels, its day."""

    step: str
    channel: str
    on: date
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an account when its next step is weighed.

    `overdue` is what is overdue, by currency; `held` why nothing goes now, "" where nothing holds.
    `asks_call`: a task to call is open; `by_hand`: a step waits for a person; `is_exception`: it is
    late against its habit. `sums` are over the creditor's past steps, by step and then "all|",
    "channel|email", "weekday|3" and so on; `effect` is what a comparison told of the planned step.
    `own` are the account's own counted steps. `pays` is (weekday, payments on it, payments).
    """

    creditor: str
    account: str
    today: date
    overdue: tuple[Money, ...]
    planned: Planned | None
    held: str = ""
    asks_call: bool = False
    by_hand: bool = False
    is_exception: bool = False
    sums: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    effect: Difference | None = None
    own: tuple[StepOutcome, ...] = ()
    pays: tuple[int, int, int] | None = None
    cost_of_money: Mapping[str, int] = field(default_factory=dict)


def advise(case: Case) -> Advice:
    """Return what is best done next about an account, with what else could be."""
    candidates = tuple(_candidates(case))
    best, reason = _best(case, candidates)
    return Advice(
        case.creditor,
        case.account,
        case.today,
        best,
        reason,
        candidates,
        case.planned.step if case.planned else "",
        case.planned.on if case.planned else None,
        _facts(case),
    )


def _facts(case: Case) -> dict[str, Any]:
    facts: dict[str, Any] = {"held": case.held} if case.held else {}
    if case.pays is not None:
        facts["pays"] = list(case.pays)
    return facts


def _best(case: Case, candidates: Sequence[Candidate]) -> tuple[Candidate, str]:
    by_kind = {one.kind: one for one in candidates}
    reason = _waits_because(case)
    if case.asks_call and case.held not in _LET_ALONE:
        return by_kind["call"], "call-asked"
    if reason:
        return by_kind["wait"], reason
    if case.planned is None:
        return by_kind["call"], "by-hand" if case.by_hand else "stages-over"
    better = [one for one in candidates if one.against == "planned" and (one.low_tenths or 0) > 0]
    if better:
        return max(better, key=lambda found: found.low_tenths or 0), "better-seen"
    return by_kind["notice"], "planned"


def _waits_because(case: Case) -> str:
    """Return why nothing is best done for now, "" where something is."""
    verdict = case.effect.verdict if case.effect and case.planned else None
    reasons = {
        "nothing-open": not case.overdue and case.planned is None,
        "held": bool(case.held),
        "exception": case.is_exception,
        "no-effect": verdict == "none",
        "does-harm": verdict == "harms",
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _candidates(case: Case) -> Iterable[Candidate]:
    planned = case.planned
    if planned is not None:
        yield _by_lot(case, "notice", planned.step)
        yield from _others(case, "other-channel", "channel", planned.channel, planned.channels)
        yield from _others(case, "other-day", "weekday", str(planned.on.weekday()), _WORKDAYS)
        yield from _others(case, "other-hours", "hours", _usual(case, "hours"), ())
    yield _call(case)
    yield _by_lot(case, "wait", "")


_WORKDAYS: Final = ("0", "1", "2", "3", "4")


def _by_lot(case: Case, kind: CandidateKind, detail: str) -> Candidate:
    """Return the notice against waiting, or waiting against the notice, as a comparison told."""
    against: Any = "waiting" if kind == "notice" else "planned"
    found = case.effect
    if found is None or found.days is None:
        cases = found.cases if found else 0
        return Candidate(kind, "not-known", against, detail, cases=cases)
    days = found.days
    ends = (days.value, days.low, days.high)
    if kind == "wait":
        ends = (-days.value, -days.high, -days.low)
    value, low, high = map(_tenths, ends)
    told = Candidate(kind, "effect", against, detail, value, low, high, found.cases)
    return _priced(case, told)


def _call(case: Case) -> Candidate:
    """Return a call, against the planned notice: both as they were followed by payment."""
    calls = case.sums.get(CALL, {}).get(ALL, NOTHING)
    own = _own(case, CALL)
    if case.planned is None:
        return Candidate("call", "not-known", "waiting", cases=calls.count, own_cases=own.count)
    step = case.planned.step
    planned = case.sums.get(step, {}).get(ALL, NOTHING)
    return _against(
        case, Candidate("call", "not-known", "planned"), (calls, own), (planned, _own(case, step))
    )


def _others(
    case: Case, kind: CandidateKind, part: Part, planned: str, allowed: Sequence[str]
) -> Iterable[Candidate]:
    """Yield the planned step on other days, at other hours, by other channels."""
    assert case.planned is not None, "something is planned"
    step = case.planned.step
    seen = case.sums.get(step, {})
    now = (seen.get(f"{part}|{planned}", NOTHING), _own(case, step, part, planned))
    for name in sorted(seen):
        value = name.removeprefix(f"{part}|")
        if value in (name, planned) or (allowed and value not in allowed):
            continue
        group = (seen[name], _own(case, step, part, value))
        yield _against(case, Candidate(kind, "not-known", "planned", value), group, now)


def _against(
    case: Case, bare: Candidate, group: tuple[Tally, Tally], other: tuple[Tally, Tally]
) -> Candidate:
    """Return a step against the planned one, by what was seen after each of them.

    Both come as the creditor's sums and the account's own.
    """
    (all_, own), (all_other, own_other) = group, other
    found = replace(bare, cases=all_.count, own_cases=own.count)
    cases = min(all_.count, all_other.count)
    if cases < CASES_LEAST:
        return found
    seen = welch(all_, all_other)
    gain = seen.value * cases / (cases + CREDITORS_WEIGHT)
    error = (seen.high - seen.low) / 2
    if own.mean_days is not None and own_other.mean_days is not None:
        few = min(own.count, own_other.count)
        weight = few / (few + OWN_WEIGHT)
        gain = (1 - weight) * gain + weight * (own_other.mean_days - own.mean_days)
        own_error = _Z * _ASSUMED_SPREAD_DAYS * sqrt(1 / own.count + 1 / own_other.count)
        error = hypot((1 - weight) * error, weight * own_error)
    days, low, high = map(_tenths, (gain, gain - error, gain + error))
    told = replace(found, basis="correlation", days_tenths=days, low_tenths=low, high_tenths=high)
    return _priced(case, told)


def _own(case: Case, step: str, part: Part | None = None, value: str = "") -> Tally:
    """Return the sums over the account's own steps of a kind."""
    return summed(
        one(taken.result)
        for taken in case.own
        if taken.result is not None
        and taken.shape.step == step
        and (part is None or taken.shape.value_of(part) == value)
    )


def _usual(case: Case, part: Part) -> str:
    """Return when the planned step mostly goes."""
    assert case.planned is not None, "something is planned"
    found = {
        name.removeprefix(f"{part}|"): tally.count
        for name, tally in sorted(case.sums.get(case.planned.step, {}).items())
        if name.startswith(f"{part}|")
    }
    return max(found, key=lambda value: found[value], default="")


def _priced(case: Case, candidate: Candidate) -> Candidate:
    """Return a candidate with what its days are worth: what is overdue times the cost of money."""
    assert candidate.days_tenths is not None, "its days are known"
    worth = tuple(
        Money(
            round(
                candidate.days_tenths
                * amount.minor
                * case.cost_of_money.get(amount.currency, COST_OF_MONEY)
                / (10 * 10_000 * _YEAR)
            ),
            amount.currency,
        )
        for amount in case.overdue
    )
    return replace(candidate, money=worth)


def _tenths(days: float) -> int:
    return round(10 * days)
