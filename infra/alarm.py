"""What an alarm is: a metric, the point at which it rings, what that means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from infra.metrics import Metric

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True)
class Alarm:
    """Rings when `metric` passes `threshold` in `datapoints` of the last `periods` periods."""

    name: str
    metric: Metric
    means: str
    do: str
    section: str
    threshold: float
    period_s: int = 5 * MINUTE
    periods: int = 1
    datapoints: int = 1
    comparison: Literal["above", "at least", "below"] = "at least"
    # Most of our metrics are written only when something happens: silence is good news.
    silence: Literal["notBreaching", "breaching"] = "notBreaching"
    condition: str = ""

    @property
    def description(self) -> str:
        return f"{self.means} {self.do} More in docs/operate.md, '{self.section}'."
