"""A note on the Wet kwaliteit incassodienstverlening, for those who collect for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.law.data import read


@dataclass(frozen=True, slots=True)
class CapNote:
    """A cap on costs of recurring small claims, in euro cents, and whom it binds."""

    since: date
    below_minor: int
    cap_minor: int
    months: int
    binds: str
    source: str


def recurring_cap() -> CapNote:
    """Return the cap: EUR 140 in six months for recurring claims below EUR 266.67.

    It binds who collects for others, since 1 October 2024 (https://cooster.nl/kennisbank/nieuws/
    jouw-gids-voor-de-nieuwe-regels-voor-incassobedrijven-in-2024). A creditor who collects its own
    claims is not bound; the planner does not apply it.
    """
    data = read("nl", "wki")
    return CapNote(
        date.fromisoformat(data["recurring_cap_since"]),
        data["recurring_below_minor"],
        data["recurring_cap_minor"],
        data["recurring_months"],
        data["binds"],
        data["source"],
    )
