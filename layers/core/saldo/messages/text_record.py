"""A creditor's own text, as the books keep it. Nothing here needs a template engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from saldo.messages.model import MessageKind

Part = Literal["subject", "text", "html", "sms", "letter", "call"]
PARTS: Final[tuple[Part, ...]] = ("subject", "text", "html", "sms", "letter", "call")


@dataclass(frozen=True, slots=True)
class MessageText:
    """A creditor's own words for a part of a message. An empty `body` returns to the supplied text.

    Versions count up and none is changed: a notice's record says which it was written with.
    """

    creditor: str
    message: MessageKind
    language: str
    part: Part
    version: int
    body: str
    written_by: str
    written_at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.message, self.language, self.part, f"{self.version:06d}")
