"""A reminder policy to be looked at: its stages along a line, its rules as facts to be worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from saldo.money import Money
from saldo.reminders.policy_model import Policy, Stage

WIDTH: Final = 640
HEIGHT: Final = 96
_LEFT: Final = 24
_LINE: Final = 44
_NEAR: Final = 34
"""Closer than so, the days of two stages would stand in each other: the second goes below."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A stage on the line: where it lies, its day, and where its day is written."""

    x: float
    label_y: float
    number: int
    day: int
    tone: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The stages of a policy along the days; `due_x` is the due date."""

    dots: tuple[Dot, ...]
    due_x: float
    first_x: float
    last_x: float
    line_y: float = _LINE
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class StageShown:
    """A stage in facts: its day after the due date, what goes by what, and what beside it."""

    stage: Stage
    day: int
    fee: str
    amounts: tuple[Money, ...]


def picture(policy: Policy) -> Picture:
    """Return where the stages of a policy lie, in units of the drawing."""
    days = policy.days_that_go
    first, last = min(0, *days), max(1, *days)
    step = (WIDTH - 2 * _LEFT) / (last - first)

    def at(day: int) -> float:
        return round(_LEFT + (day - first) * step, 1)

    dots: list[Dot] = []
    going = [stage for stage in policy.stages if not stage.left_out]
    for stage, day in zip(going, days, strict=True):
        is_near = bool(dots) and at(day) - dots[-1].x < _NEAR and dots[-1].label_y < _LINE
        tone = "late" if stage.hands_over else "calm" if stage.asks_law else ""
        dots.append(Dot(at(day), _LINE + 30 if is_near else _LINE - 18, stage.number, day, tone))
    return Picture(tuple(dots), at(0), at(first), at(last))


def stages(policy: Policy) -> list[StageShown]:
    """Return the stages of a policy in facts."""
    return [
        StageShown(
            stage,
            after.days,
            stage.fee.kind if stage.fee else "",
            tuple(
                Money(minor, currency)
                for currency, minor in (stage.fee.amounts if stage.fee else {}).items()
            ),
        )
        for stage, after in zip(policy.stages, policy.after_due, strict=True)
        if not stage.left_out
    ]


def rules(policy: Policy) -> list[tuple[str, dict[str, Any]]]:
    """Return the keys of the sentences that say a policy's rules, with their values."""
    found: list[tuple[str, dict[str, Any]]] = [
        (f"bundling.{policy.bundling}", {}),
        ("announces" if policy.announces_invoice else "announces_not", {}),
        (f"attach.{policy.attach_invoice}", {}),
    ]
    if policy.grace_days:
        found.append(("grace", {"n": policy.grace_days}))
    if policy.gap_days_min:
        found.append(("gap", {"n": policy.gap_days_min}))
    if policy.contacts_per_week_max:
        found.append(("contacts", {"n": policy.contacts_per_week_max}))
    found += [
        ("minimum", {"amount": Money(minor, currency)})
        for currency, minor in policy.minimum_minor.items()
    ]
    if policy.hours is not None:
        hours = {"first": f"{policy.hours.first:%H:%M}", "last": f"{policy.hours.last:%H:%M}"}
        found.append(("hours_business" if policy.hours.business_days else "hours", hours))
    found += [(f"answer.{answer}", {}) for answer in policy.answers]
    return found
