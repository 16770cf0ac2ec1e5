"""The page Workload: the team for whoever manages it, else the user beside the team's sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from saldo.worklist.balance import Balance, Reason
from saldo.worklist.workload import Load, team_sum

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.shown_today import sees_branches_alone
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from shown_today import sees_branches_alone


@dataclass(frozen=True, slots=True)
class Workload:
    """The page. `others` is empty but for who manages; `team` sums everybody up without names, for
    who sees some branches alone the user themselves.
    """

    own: Load
    others: tuple[Load, ...]
    team: Load
    people: int
    balance: Balance | None
    names: Mapping[str, str]


def workload_shown(visit: Visit) -> Workload:
    """Return what the user may see of the team's workload."""
    services, creditor = visit.services, visit.creditor
    users = services.users.at(creditor.id)
    loads = services.workloads.loads(creditor, users)
    own = next((one for one in loads if one.person == visit.by), Load(visit.by))
    of_branches = sees_branches_alone(visit)
    manages = visit.may("collect:manage") and not of_branches
    summed = [own] if of_branches else loads  # what others have is of other branches, too
    return Workload(
        own,
        tuple(loads) if manages else (),
        team_sum(summed),
        len(summed),
        services.workloads.balance(creditor, users, loads) if manages else None,
        {one.email: one.name for one in users} if manages else {visit.by: visit.user.name},
    )


def reason_shown(visit: Visit, reason: Reason) -> str:
    """Return why, as a sentence in the user's language."""
    facts = dict(reason.facts)
    if "phase" in facts:
        facts["phase"] = visit.t(f"load.phase.{facts['phase']}")
    if "language" in facts:
        facts["language"] = visit.t(
            visit.t.known(f"load.language.{facts['language']}", "load.language.other")
        )
    for name in ("days", "middle", "taker_days"):
        if name in facts:
            facts[name] = visit.t.quantity(f"{facts[name]:.1f}", "")
    return visit.t(f"load.why.{reason.code}", **facts)
