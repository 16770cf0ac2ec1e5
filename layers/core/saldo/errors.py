"""Refusals: what a person or a machine asked for and will not get, with a reason to act on.

A refusal is an answer, not a fault. Its class says what kind of answer (the edge maps the
kinds below to HTTP, and nothing else does); its `code` is stable and documented; its text is for
people. Faults of our own program are assertions and never subclass Refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Self


class Refusal(Exception):
    """Base of every refusal. `pointer` is a JSON pointer into what was sent, if one applies.

    `detail` is English, for machines and logs. A page in another language has words of its own for
    a `code`; `case` names which of the code's several reasons it is, and `values` are what the
    words have places for: amounts, days and numbers, not yet written in any language.
    """

    code: ClassVar[str] = "refused"
    case: str = ""
    values: Mapping[str, object] = MappingProxyType({})

    def __init__(self, detail: str, *, pointer: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer

    def at(self, pointer: str) -> Refusal:
        """Return this refusal, pointing at the place in the document that caused it."""
        self.pointer = pointer
        return self

    def told(self, case: str = "", /, **values: object) -> Self:
        """Return this refusal with what words of any language need to tell it."""
        self.case, self.values = case, values
        return self


class Invalid(Refusal):
    """What was sent cannot be right, whatever the state of the books."""

    code = "invalid"


class Unauthenticated(Refusal):
    """Nobody known is asking."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """The asker is known but may not do this."""

    code = "forbidden"


class NotFound(Refusal):
    """The thing asked for does not exist, or not for this asker."""

    code = "not-found"


class Conflict(Refusal):
    """What was sent contradicts what is already booked."""

    code = "conflict"


class Gone(Refusal):
    """The thing existed and no longer does: expired or revoked."""

    code = "gone"


class TooLarge(Refusal):
    """More was sent than one request may carry."""

    code = "too-large"


class TooMany(Refusal):
    """The same was asked too often in a short time; later it will do."""

    code = "too-many"


class Unavailable(Refusal):
    """Something outside that we need does not answer now; the same request may work later."""

    code = "unavailable"
