"""Which policy an account falls under: by name, by a rule over its facts, the creditor's. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from saldo.accounts import credit_facts
from saldo.accounts.model import Account, Creditor, Segment
from saldo.errors import Invalid
from saldo.risk.behaviour import PaymentBehaviour, behaviour_of
from saldo.risk.standing import VALUES as PAYMENT_FACTS

FACTS: Final = (
    "kind",
    "country",
    "region",
    "language",
    "size",
    "industry",
    "risk_class",
    "labels",
    "payment_behaviour",
    *PAYMENT_FACTS,
    *credit_facts.VALUES,
)
"""What a segment may ask about an account."""

SEGMENTS_MAX: Final = 50


class SegmentNotValid(Invalid):
    """A segment asks for a fact that accounts do not have, or names nothing."""

    code = "segment-not-valid"


def policy_id_of(creditor: Creditor, account: Account) -> str:
    """Return the id of an account's policy: its own, its first segment's, else the creditor's."""
    if account.own_policy is not None:
        return account.own_policy
    segment = segment_of(creditor, account)
    return segment.policy if segment else creditor.policy


def segment_of(creditor: Creditor, account: Account) -> Segment | None:
    """Return the first of the creditor's segments that the account is in."""
    return next((s for s in creditor.segments if is_in(account, s)), None)


def is_in(account: Account, segment: Segment) -> bool:
    """Tell whether every fact that the segment asks about has one of its values."""
    return all(set(values) & _values(account, fact) for fact, values in segment.when.items())


def _values(account: Account, fact: str) -> set[str]:
    if fact == "payment_behaviour":
        return {behaviour_of(account.paid)}
    if fact in PAYMENT_FACTS:
        return {account.pays.facts[fact]}
    if fact in credit_facts.VALUES:
        return {account.credit.facts[fact]}
    found = getattr(account, fact)
    if isinstance(found, str):
        return {found}
    return set(found or ())


def segments_from(data: Any) -> tuple[Segment, ...]:
    """Read [{"when": {fact: value or list}, "policy": id}, …]; raise SegmentNotValid."""
    if not isinstance(data, Sequence) or isinstance(data, str) or len(data) > SEGMENTS_MAX:
        raise SegmentNotValid(f"Segments are a list, {SEGMENTS_MAX} at most.")
    return tuple(_segment(one, place) for place, one in enumerate(data, 1))


def _segment(data: Any, place: int) -> Segment:
    if not isinstance(data, Mapping) or set(data) != {"when", "policy"}:
        raise SegmentNotValid(f"Segment {place} has 'when' and 'policy', nothing else.")
    when = data["when"]
    if not isinstance(when, Mapping) or not isinstance(data["policy"], str):
        raise SegmentNotValid(f"Segment {place}: 'when' is an object and 'policy' an id.")
    unknown = sorted(set(when) - set(FACTS))
    if unknown:
        raise SegmentNotValid(
            f"Segment {place} asks for {', '.join(unknown)}. Known: {', '.join(FACTS)}."
        ).told("unknown", place=place, names=tuple(unknown), known=tuple(FACTS))
    values = {
        fact: [value] if isinstance(value, str) else list(value) for fact, value in when.items()
    }
    if not all(found and all(isinstance(v, str) for v in found) for found in values.values()):
        raise SegmentNotValid(
            f"Segment {place}: each fact has one or more values, all texts."
        ).told("empty", place=place)
    strange = sorted(set(values.get("payment_behaviour", ())) - set(get_args(PaymentBehaviour)))
    if strange:
        raise SegmentNotValid(
            f"Segment {place}: no account pays {', '.join(strange)}. "
            f"Known: {', '.join(get_args(PaymentBehaviour))}."
        ).told("value", place=place, names=tuple(strange), known=get_args(PaymentBehaviour))
    for fact, known in {**PAYMENT_FACTS, **credit_facts.VALUES}.items():
        odd = sorted(set(values.get(fact, ())) - set(known))
        if odd:
            raise SegmentNotValid(
                f"Segment {place}: {fact} is never {', '.join(odd)}. Known: {', '.join(known)}."
            ).told("value", place=place, names=tuple(odd), known=tuple(known))
    return Segment(values, data["policy"])
