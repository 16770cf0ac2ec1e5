"""What is known of an account's credit in words that rules may ask for: they stand with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

ScoreClass = Literal["unknown", "A", "B", "C", "D", "E"]
"""From A, the safest, to E; unknown before the first look."""

CoverState = Literal["none", "granted", "refused", "expired"]
"""Whether an insurer covers the account: none was told of, one does, one will not, or it ended."""


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What `saldo.credit_data` keeps on an account, for the segments."""

    score_class: ScoreClass = "unknown"
    is_insolvent: bool = False
    cover: CoverState = "none"

    @property
    def facts(self) -> dict[str, str]:
        """What segments may ask, each with its value."""
        return {
            "score_class": self.score_class,
            "insolvency": "yes" if self.is_insolvent else "no",
            "cover": self.cover,
        }


NO_CREDIT_FACTS: Final = CreditFacts()

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "score_class": get_args(ScoreClass),
    "insolvency": ("yes", "no"),
    "cover": get_args(CoverState),
}
"""What each of the facts may be."""
