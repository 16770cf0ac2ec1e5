"""Procedures by risk: what they would do to the accounts as they are, and switching them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saldo.edge.v1 import by_risk

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Page, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Back, Page, Shown, Visit


def is_on(visit: Visit) -> bool:
    """Tell whether procedures go by risk."""
    return visit.services.by_risk.is_on(visit.creditor)


def show(visit: Visit) -> Shown:
    """Show what the other way of the switch would do; nothing is written."""
    turns_on = not is_on(visit)
    query = by_risk.ByRiskQuery(to="on" if turns_on else "off")
    tried = by_risk.tried(visit.ordered, query)
    rules = [one for one in tried["segments"] if turns_on]
    return Page("policy_by_risk.html", {"tried": tried, "turns_on": turns_on, "rules": rules})


def switch(visit: Visit) -> Shown:
    """Switch procedures by risk."""
    on = visit.form("on") == "yes"
    by_risk.switch(visit.ordered, {"on": on})
    return Back("policies", "by_risk.on" if on else "by_risk.off")
