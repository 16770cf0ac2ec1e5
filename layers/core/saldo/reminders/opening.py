"""What is written down of the openings of a pay link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

How = Literal["shown", "acted", "known-machine", "at-once"]
"""What an opening was known by: `openings.py` has the rules. The first two are a person's."""


@dataclass(frozen=True, slots=True)
class LinkOpening:
    """The openings of one notice's link, or of a link that no notice carried.

    `id` is the notice's, else the hash of the link's token. `first_at` and `last_at` are openings
    by a person, at most one of a day (UTC) is written down, and there were `days` of them.
    `machine_at` is the first opening by a machine.
    """

    creditor: str
    account: str
    id: str
    notice: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    days: int = 0
    machine_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    def is_noted(self, at: datetime) -> bool:
        """Tell whether a person's opening on the day of `at` is written down already."""
        return self.last_at is not None and self.last_at.date() >= at.date()
