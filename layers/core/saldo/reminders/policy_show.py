"""A policy as its JSON data: what `policy_from` reads back to the same policy."""

from __future__ import annotations

from typing import Any

from saldo.money import format_amount
from saldo.reminders.policy_model import FeeRule, Hours, Policy, Stage


def policy_data(policy: Policy) -> dict[str, Any]:
    """Return the data of a policy, without the settings that are left at their defaults."""
    return {
        "id": policy.id,
        "version": policy.version,
        **({"effective_from": policy.effective_from.isoformat()} if policy.effective_from else {}),
        "announces_invoice": policy.announces_invoice,
        "bundling": policy.bundling,
        **({"minimum": _amounts(policy.minimum_minor)} if policy.minimum_minor else {}),
        "grace_days": policy.grace_days,
        "gap_days_min": policy.gap_days_min,
        **(
            {"contacts_per_week_max": policy.contacts_per_week_max}
            if policy.contacts_per_week_max
            else {}
        ),
        "answers": list(policy.answers),
        **({"hours": _hours(policy.hours)} if policy.hours else {}),
        **({"attach_invoice": policy.attach_invoice} if policy.attach_invoice != "link" else {}),
        "stages": [_stage(stage) for stage in policy.stages],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    data: dict[str, Any] = {
        "number": stage.number,
        "offset_days": stage.offset_days,
        "message": stage.message,
        "channels": list(stage.channels),
    }
    if stage.counts_from != "due":
        data["counts_from"] = stage.counts_from
    if stage.fee:
        data["fee"] = _fee(stage.fee)
    if stage.handed_to:
        data["handed_to"] = stage.handed_to
    if stage.requires:
        data["requires"] = list(stage.requires)
    for name in ("service", "term_days"):
        if getattr(stage, name) is not None:
            data[name] = getattr(stage, name)
    switches = ("announces_collection", "interest", "needs_release", "hands_over", "takes_along")
    for name in (*switches, "left_out"):
        if getattr(stage, name):
            data[name] = True
    return data


def _fee(fee: FeeRule) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": fee.kind}
    if fee.amounts:
        data["amounts"] = _amounts(fee.amounts)
    if fee.real_cost:
        data["real_cost"] = _amounts(fee.real_cost)
    return data


def _hours(hours: Hours) -> dict[str, Any]:
    return {
        "from": f"{hours.first:%H:%M}",
        "to": f"{hours.last:%H:%M}",
        "spread_minutes": hours.spread_minutes,
        "business_days": hours.business_days,
    }


def _amounts(minor: dict[str, int]) -> dict[str, str]:
    return {code: format_amount(amount, code) for code, amount in minor.items()}
