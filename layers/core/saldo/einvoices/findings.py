"""What is wrong with a document: findings, each with the rule it breaks and the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule.

    `rule` is the id in its source (BR-CO-10, BR-DE-15, PEPPOL-EN16931-R040), or begins with SALDO
    where no standard has one. A fatal finding refuses the document: its sums do not add up, or
    something is missing or unreadable without which nothing can be booked. Everything else is
    taken with a warning, whatever its source calls it. `path` is the place, as XPath writes it;
    `line` counts from 1.
    """

    rule: str
    severity: Severity
    message: str
    path: str = ""
    line: int | None = None
