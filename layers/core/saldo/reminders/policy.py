"""Reminder policies: data, validated when read.

A policy file stands in `policies/<id>.json`. `every-N-weeks` is one file with a parameter: the
owner's only setting is after how many weeks a customer hears again (C38).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from saldo.errors import Invalid
from saldo.messages.model import MessageKind

_WEEKLY = re.compile(r"every-([1-9]|1[0-2])-weeks")
_STAGES_MAX = 12


class PolicyNotValid(Invalid):
    """A policy is unknown, or its data contradicts itself."""

    code = "policy-not-valid"


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder: `offset_days` after the due date, by the named text."""

    number: int
    offset_days: int
    message: MessageKind
    announces_collection: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """When an open item is reminded. `announces_invoice`: Saldo mails the invoice itself too."""

    id: str
    version: int
    announces_invoice: bool
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        offsets = [stage.offset_days for stage in self.stages]
        if not 1 <= len(self.stages) <= _STAGES_MAX:
            raise PolicyNotValid(f"Policy {self.id} needs 1 to {_STAGES_MAX} stages.")
        if [stage.number for stage in self.stages] != list(range(1, len(self.stages) + 1)):
            raise PolicyNotValid(f"The stages of policy {self.id} are not numbered 1, 2, 3 …")
        if offsets != sorted(set(offsets)):
            raise PolicyNotValid(
                f"The stages of policy {self.id} do not follow each other in time."
            )

    def stage(self, number: int) -> Stage | None:
        """Return the stage with that number, None past the last."""
        return self.stages[number - 1] if number <= len(self.stages) else None

    def gap_days(self, number: int) -> int:
        """Return the days between stage `number` and the message before it.

        Before the first stage stands the invoice itself, at least the stage's own offset away.
        """
        if number == 1:
            return max(0, self.stages[0].offset_days)
        return self.stages[number - 1].offset_days - self.stages[number - 2].offset_days


def policy_from(data: Any, policy_id: str | None = None) -> Policy:
    """Read a policy from its JSON data; raise PolicyNotValid naming what is wrong."""
    try:
        stages = tuple(
            Stage(
                number=int(stage["number"]),
                offset_days=int(stage["offset_days"]),
                message=_message(stage["message"]),
                announces_collection=bool(stage.get("announces_collection", False)),
            )
            for stage in data["stages"]
        )
        return Policy(
            policy_id or str(data["id"]),
            int(data["version"]),
            bool(data["announces_invoice"]),
            stages,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyNotValid(f"The policy cannot be read: {error!r}.") from error


def _message(name: str) -> MessageKind:
    if name not in get_args(MessageKind):
        raise PolicyNotValid(f"There is no message called {name!r}.")
    return name  # type: ignore[return-value]  # just checked against the literal


def _every_weeks(data: Any, weeks: int) -> Policy:
    times = int(data["times"])
    stages = [
        {
            "number": n,
            "offset_days": 7 * weeks * n,
            "message": "reminder-1" if n == 1 else "reminder-2",
        }
        for n in range(1, times + 1)
    ]
    return policy_from({**data, "stages": stages}, f"every-{weeks}-weeks")


@cache
def policy_named(policy_id: str) -> Policy:
    """Return a supplied policy by its id, e.g. "plain-2-18-34" or "every-3-weeks"."""
    weekly = _WEEKLY.fullmatch(policy_id)
    name = "every-n-weeks" if weekly else policy_id
    if name not in supplied_policies() or (name == "every-n-weeks" and not weekly):
        known = ", ".join(sorted(supplied_policies()))
        raise PolicyNotValid(f"There is no policy {policy_id!r}. Known: {known} (N from 1 to 12).")
    data = json.loads((files("saldo.reminders") / "policies" / f"{name}.json").read_text("utf-8"))
    return _every_weeks(data, int(weekly[1])) if weekly else policy_from(data)


@cache
def supplied_policies() -> frozenset[str]:
    """Return the names of the policy files that come with Saldo."""
    folder = files("saldo.reminders") / "policies"
    return frozenset(
        f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json")
    )
