"""How an account pays in words that rules may ask for: they stand with the account itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Trend = Literal["unknown", "steady", "worse", "better"]
"""Whether an account pays later than it did: see `change.py`. unknown: too little was paid."""

PaidLate = Literal["unknown", "never", "seldom", "often", "mostly"]
"""How many of its invoices an account paid after their due date during the last twelve months."""

PromisesKept = Literal["none", "kept", "mixed", "broken"]
"""What became of what was promised. none: nothing was promised, or nothing is decided yet."""

SELDOM_BELOW: Final = 0.25
OFTEN_BELOW: Final = 0.60
"""Shares of invoices paid late below which they are "seldom" and "often"; above it is "mostly"."""

KEPT_FROM: Final = 0.8
BROKEN_BELOW: Final = 0.5
"""Shares of promises kept from which they are "kept", and below which they are "broken"."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account pays, in words. `is_exception`: what it owes late now is an exception."""

    trend: Trend = "unknown"
    paid_late: PaidLate = "unknown"
    promises: PromisesKept = "none"
    is_exception: bool = False

    @property
    def facts(self) -> dict[str, str]:
        """What segments may ask, each with its value."""
        return {
            "payment_trend": self.trend,
            "paid_late": self.paid_late,
            "promises": self.promises,
            "payment_exception": "yes" if self.is_exception else "no",
        }


NOTHING_KNOWN: Final = Standing()

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "payment_trend": get_args(Trend),
    "paid_late": get_args(PaidLate),
    "promises": get_args(PromisesKept),
    "payment_exception": ("yes", "no"),
}
"""What each of the facts may be."""


def paid_late_of(share: float | None) -> PaidLate:
    """Return the word for a share of invoices paid late, None where too few were paid."""
    if share is None:
        return "unknown"
    if share <= 0:
        return "never"
    if share < SELDOM_BELOW:
        return "seldom"
    return "often" if share < OFTEN_BELOW else "mostly"


def promises_of(kept: int, not_kept: int) -> PromisesKept:
    """Return the word for promises of which so many were kept and not kept whole."""
    decided = kept + not_kept
    if not decided:
        return "none"
    share = kept / decided
    if share >= KEPT_FROM:
        return "kept"
    return "mixed" if share >= BROKEN_BELOW else "broken"
