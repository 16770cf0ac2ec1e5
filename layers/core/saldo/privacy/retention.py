"""How long what is kept must be kept: dated by the law of the creditor's country. Pure.

Every period here begins with the end of the calendar year of the record (§ 147 (4) AO, § 257 (5)
HGB say so; elsewhere it is the careful reading). Where a company's year ends otherwise, its own
schedule may be longer: docs/privacy.md says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from saldo.privacy.model import KeptAs

ANYWHERE: Final = "*"
"""Stands for every country without rules here: the longest period of those that have some."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What is kept as something stays `years` full years. `law` is "" where none was looked up."""

    country: str
    kept_as: KeptAs
    years: int
    law: str
    source: str

    def until(self, day: date) -> date:
        """Return the last day on which a record of `day` must be there."""
        return date(day.year + self.years, 12, 31)


@cache
def rules() -> tuple[RetentionRule, ...]:
    """Return every rule there is."""
    text = (files("saldo.privacy") / "retention.json").read_text("utf-8")
    return tuple(RetentionRule(**row) for row in json.loads(text)["rules"])


def rule_of(country: str, kept_as: KeptAs) -> RetentionRule:
    """Return the rule for a creditor in `country`; elsewhere than where rules are, the longest."""
    by_place = {(one.country, one.kept_as): one for one in rules()}
    return by_place.get((country, kept_as)) or by_place[ANYWHERE, kept_as]
