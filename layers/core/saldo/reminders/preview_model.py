"""What a preview shows: messages that would go, items that get nothing, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.messages.model import Channel, MessageKind
from saldo.messages.told import ChargeLine
from saldo.reminders.due_pages import Place
from saldo.reminders.model import Outcome


@dataclass(frozen=True, slots=True)
class Words:
    """A message as its reader will see it, but for the pay link and a reference of several items.

    `problems` says which of the creditor's own texts could not be used.
    """

    subject: str
    text: str
    html: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A channel that could not reach the debtor, with a stable code of why."""

    channel: Channel
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An item that a message is a step about; `refused` are charges the law does not allow."""

    invoice: str
    stage: int
    open_minor: int
    disputed_minor: int
    charges: tuple[ChargeLine, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WouldGo:
    """A message that would go. `asked_minor` is all it asks for, items that it only lists included.

    `passed` are channels that failed before this one. `stopped_by` says what would keep the whole
    message waiting all the same: "shadow", "first-run", "sending-off", "sending-off-everywhere",
    "mail-stopped".
    """

    message: MessageKind
    step: str
    channel: Channel
    to: str
    to_name: str
    currency: str
    asked_minor: int
    items: tuple[Asked, ...]
    lists_too: int
    passed: tuple[Passed, ...]
    stopped_by: tuple[str, ...]
    words: Words | None


@dataclass(frozen=True, slots=True)
class KeptBack:
    """An item that gets nothing on the day: by what, in a sentence, until when."""

    invoice: str
    outcome: Outcome
    step: str
    reason: str
    sentence: str
    open_minor: int
    currency: str
    wake_on: date | None


@dataclass(frozen=True, slots=True)
class Previewed:
    """What one account would get. `problem` says why nobody can tell, "" mostly.

    `messages_more` and `kept_back_more` count what is not shown.
    """

    account: str
    name: str
    policy: str
    messages: tuple[WouldGo, ...] = ()
    kept_back: tuple[KeptBack, ...] = ()
    messages_more: int = 0
    kept_back_more: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Some accounts, and the place to go on from; None behind the last. `looks_at_all` says that
    the rules changed, so that the run looks at every account.
    """

    items: tuple[Previewed, ...]
    behind: Place | None
    looks_at_all: bool = False
