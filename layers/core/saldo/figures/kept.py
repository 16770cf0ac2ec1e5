"""What is kept of mailings and of placing accounts. Records alone: every function that opens the
table imports them, and none of what is done with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

_KEPT: Final = timedelta(days=90)

MailState = Literal["claimed", "sending", "sent", "refused", "dropped"]
"""claimed: to be sent; sending: the mail service is being called; sent: it took it; refused: it did
not; dropped: whoever it was for may not read reports any more, or the view is gone."""


@dataclass(frozen=True, slots=True)
class ReportMail:
    """One mail of one mailing to one person; `due` is its time, told apart where it was by hand."""

    creditor: str
    view: str
    due: str
    to: str
    claimed_at: datetime
    state: MailState = "claimed"
    provider_message_id: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.view, self.due, self.to)

    @property
    def gone_at(self) -> datetime:
        return self.claimed_at + _KEPT

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        is_waiting = self.state == "claimed"
        return ("report-mail", self.creditor, self.claimed_at) if is_waiting else None


@dataclass(frozen=True, slots=True)
class PlacedBy:
    """The rules by which all accounts of a creditor were placed last, as a hash."""

    creditor: str
    rules: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)
