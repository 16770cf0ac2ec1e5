"""Which changes of a policy figures speak for, and what a change makes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from saldo.reminders.policy_model import Policy, Stage
from saldo.reminders.policy_show import policy_data
from saldo.steps.book import StageEffect, Sums
from saldo.steps.estimate import CASES_LEAST, Difference, difference
from saldo.steps.model import Basis, SuggestionKind
from saldo.steps.outcomes import step_name
from saldo.steps.tally import NOTHING

COPY: Final = "-own"
"""What a creditor's copy of a supplied policy is called by, behind the policy's own id."""

_ID_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Idea:
    """A change that figures speak for: what, where, on what grounds."""

    kind: SuggestionKind
    policy: str
    stage: int
    message: str
    detail: str
    basis: Basis
    evidence: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.kind}:{step_name(self.policy, self.stage, self.message)}:{self.detail}"


def ideas(policy: Policy, effects: tuple[StageEffect, ...], sums: Sums) -> Iterator[Idea]:
    """Yield what figures speak for, stage by stage of a policy as it holds now."""
    for stage in (one for one in policy.stages if not one.left_out):
        name = step_name(policy.id, stage.number, stage.message)
        for effect in effects:
            is_first = effect.channel == stage.channels[0]
            spoken = effect.found.verdict in ("none", "harms")
            if effect.step == name and is_first and spoken and len(policy.stages) > 1:
                yield _skip(policy, stage, effect)
        yield from _channels(policy, stage, sums.get(name, {}))


def _skip(policy: Policy, stage: Stage, effect: StageEffect) -> Idea:
    told = evidence(effect.found) | {"channel": effect.channel}
    return Idea("skip-stage", policy.id, stage.number, stage.message, "", "effect", told)


def _channels(policy: Policy, stage: Stage, seen: Mapping[str, Any]) -> Iterator[Idea]:
    now = seen.get(f"channel|{stage.channels[0]}", NOTHING)
    for channel in stage.channels[1:]:
        other = seen.get(f"channel|{channel}", NOTHING)
        found = difference(other, now)
        if found.verdict == "helps":
            told = evidence(found) | {"channel": stage.channels[0]}
            place = (policy.id, stage.number, stage.message)
            yield Idea("channel-first", *place, channel, "correlation", told)


def evidence(found: Difference) -> dict[str, Any]:
    """Return the numbers behind a difference: days in tenths, shares in thousandths."""
    told: dict[str, Any] = {"count": found.count, "other": found.other, "least": CASES_LEAST}
    if found.days is not None and found.paid is not None:
        days, paid = found.days, found.paid
        told["days_tenths"] = [round(10 * one) for one in (days.value, days.low, days.high)]
        told["paid_thousandths"] = [round(1000 * one) for one in (paid.value, paid.low, paid.high)]
        told["within"] = found.within
    return told


def changed(policy: Policy, idea: Idea, number: int, own_id: str) -> dict[str, Any]:
    """Return the data of the policy as version `number` of `own_id`, with the change made."""
    data = policy_data(policy) | {"id": own_id, "version": number}
    data.pop("effective_from", None)
    stages: list[dict[str, Any]] = [dict(one) for one in data["stages"]]
    place = idea.stage - 1
    if idea.kind == "skip-stage":
        gone = stages.pop(place)
        if place < len(stages) and stages[place].get("counts_from") == "previous":
            _count_from_before(stages[place], gone)
    else:
        channels = [one for one in stages[place]["channels"] if one != idea.detail]
        stages[place]["channels"] = [idea.detail, *channels]
    data["stages"] = [one | {"number": n} for n, one in enumerate(stages, 1)]
    return data


def _count_from_before(stage: dict[str, Any], gone: Mapping[str, Any]) -> None:
    """What counted from the stage that goes counts from where that did, as many days later."""
    stage["offset_days"] += gone["offset_days"]
    stage["counts_from"] = gone.get("counts_from", "due")


def own_id_of(policy: str, *, is_supplied: bool) -> str:
    """Return the id of the creditor's version of a policy: a supplied one is copied."""
    return f"{policy[: _ID_MAX - len(COPY)]}{COPY}" if is_supplied else policy
