"""Procedures by risk: reliable payers hear little and late, habitual late payers early and often.

A policy has variants, named after it: `de-business` has `de-business-reliable` and
`de-business-late`. Switched on, each rule of a creditor about who gets a policy is preceded by
rules that give its variants to accounts that pay, or are rated, in a certain way. They are segments
like others: anybody may read, change and remove them. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from saldo.accounts.model import Segment
from saldo.errors import Conflict
from saldo.reminders.segments import SEGMENTS_MAX

Variant = Literal["reliable", "late"]


class NoVariants(Conflict):
    """None of the creditor's policies has variants for reliable and for late payers."""

    code = "no-variants"


class TooManySegments(Conflict):
    """With the rules by risk there would be more segments than a creditor may have."""

    code = "segments-too-many"


@dataclass(frozen=True, slots=True)
class RiskRule:
    """Who gets which variant; `when` is as a segment's."""

    name: str
    variant: Variant
    when: Mapping[str, tuple[str, ...]]


RULES: Final = (
    RiskRule("very-late", "late", {"payment_behaviour": ("very-late",)}),
    RiskRule("high-risk", "late", {"score_class": ("D", "E")}),
    RiskRule("mostly-late", "late", {"payment_behaviour": ("late",), "paid_late": ("mostly",)}),
    RiskRule("worse", "late", {"payment_behaviour": ("late",), "payment_trend": ("worse",)}),
    RiskRule("promises-broken", "late", {"payment_behaviour": ("late",), "promises": ("broken",)}),
    RiskRule(
        "reliable",
        "reliable",
        {
            "payment_behaviour": ("prompt",),
            "payment_trend": ("steady", "better", "unknown"),
            "promises": ("none", "kept"),
            "score_class": ("unknown", "A", "B", "C"),
            "insolvency": ("no",),
        },
    ),
)
"""The first that an account meets counts; one that meets none stays on the policy itself. An
account of which too little is known ("new") meets the rule about its score alone."""


def without_rules(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the segments that these rules did not make."""
    return tuple(segment for segment in segments if not is_made(segment))


def is_made(segment: Segment) -> bool:
    """Tell whether a segment is one of these rules, whatever else it asks for."""
    return any(
        segment.policy.endswith(f"-{rule.variant}")
        and all(tuple(segment.when.get(fact, ())) == values for fact, values in rule.when.items())
        for rule in RULES
    )


def with_rules(
    policy: str, segments: Sequence[Segment], known: Callable[[str], bool]
) -> tuple[Segment, ...]:
    """Return the segments with these rules among them, each before what it is a variant of.

    `policy` is the creditor's, `known` tells whether there is a policy of a name. Raises NoVariants
    or TooManySegments.
    """
    found: list[Segment] = []
    for segment in without_rules(segments):
        found += [*_variants(segment.when, segment.policy, known), segment]
    found += _variants({}, policy, known)
    if not any(is_made(one) for one in found):
        raise NoVariants("None of your policies has variants such as 'de-business-late'.")
    if len(found) > SEGMENTS_MAX:
        raise TooManySegments(f"That would be {len(found)} segments; {SEGMENTS_MAX} are the most.")
    return tuple(found)


def _variants(
    when: Mapping[str, list[str]], policy: str, known: Callable[[str], bool]
) -> Iterator[Segment]:
    for rule in RULES:
        named = f"{policy}-{rule.variant}"
        # Who asks for one of these facts already has said what they want done about it.
        if known(named) and not rule.when.keys() & when.keys():
            asked = {fact: list(values) for fact, values in rule.when.items()}
            yield Segment({**when, **asked}, named)
