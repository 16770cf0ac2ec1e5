"""Reminder policies: data, validated when read.

A policy file stands in `policies/<id>.json`. `every-N-weeks` is one file with a parameter: the
creditor's only setting is after how many weeks a customer hears again.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from saldo.reminders.policy_model import Policy, PolicyNotValid, PolicyUnknown, Stage
from saldo.reminders.policy_read import policy_from

__all__ = [
    "Policy",
    "PolicyNotValid",
    "Stage",
    "policy_from",
    "policy_named",
    "supplied_policies",
    "supplied_policy",
]

_WEEKLY = re.compile(r"every-([1-9]|1[0-2])-weeks")


def _every_weeks(data: Any, weeks: int) -> Policy:
    times = int(data["times"])
    stages = [
        {
            "number": n,
            "offset_weeks": weeks * n,
            "message": "reminder-1" if n == 1 else "reminder-2",
        }
        for n in range(1, times + 1)
    ]
    plain = {name: value for name, value in data.items() if name != "times"}
    return policy_from({**plain, "stages": stages}, f"every-{weeks}-weeks")


@cache
def supplied_policy(policy_id: str) -> Policy | None:
    """Return a policy that comes with Saldo, None if none of that id does."""
    weekly = _WEEKLY.fullmatch(policy_id)
    name = "every-n-weeks" if weekly else policy_id
    if name not in supplied_policies() or (name == "every-n-weeks" and not weekly):
        return None
    data = json.loads((files("saldo.reminders") / "policies" / f"{name}.json").read_text("utf-8"))
    return _every_weeks(data, int(weekly[1])) if weekly else policy_from(data)


def policy_named(policy_id: str) -> Policy:
    """Return a supplied policy by its id, e.g. "plain-2-18-34" or "every-3-weeks".

    Raises PolicyUnknown when none goes by it.
    """
    found = supplied_policy(policy_id)
    if found is None:
        known = ", ".join(sorted(supplied_policies()))
        raise PolicyUnknown(f"There is no policy {policy_id!r}. Known: {known} (N from 1 to 12).")
    return found


@cache
def supplied_policies() -> frozenset[str]:
    """Return the names of the policy files that come with Saldo."""
    folder = files("saldo.reminders") / "policies"
    return frozenset(
        f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json")
    )
