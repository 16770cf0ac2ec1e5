"""The conversation with an account: what each side wrote, and whether an answer is awaited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Side = Literal["payer", "creditor"]
ThreadState = Literal["open", "answered", "closed"]
"""open: the payer wrote last and waits; answered: the creditor did; closed: nothing is awaited, by
a person's word."""

TEXT_MAX: Final = 4000


@dataclass(frozen=True, slots=True)
class Thread:
    """An account's conversation. `asked_at` is when the payer began to wait for an answer.

    What the payer writes opens it again, whatever its state was. `assigned_to` is who sees to it.
    """

    creditor: str
    account: str
    state: ThreadState
    asked_at: datetime
    changed_at: datetime
    entries: int = 0
    closed_by: str | None = None
    assigned_to: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("thread", self.creditor, self.asked_at) if self.state == "open" else None


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """What one side wrote: at most TEXT_MAX characters, about an invoice or about none, with files.

    `by` is "payer" or the name of a person or a key; `read_at` is when the other side was first
    shown it. `mail` is the id of the mail that it came by, or that it answers.
    """

    creditor: str
    account: str
    id: str
    at: datetime
    side: Side
    text: str
    by: str
    invoice: str | None = None
    files: tuple[str, ...] = ()
    read_at: datetime | None = None
    mail: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def hold_id(self) -> str:
        """The hold that keeps reminders back until it is answered, where the policy wants one."""
        return f"question-{self.id}"
