"""What an operation of the API is described by, and the refusals that many of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from saldo.accounts.api_keys import Scope
from saldo.accounts.service import KeyNotAccepted, ScopeMissing
from saldo.edge.http import WrongContentType
from saldo.edge.v1 import requests
from saldo.edge.v1.refusals import (
    AmountNotPositive,
    AmountNotText,
    BodyNotJson,
    FieldMissing,
    FieldNotValid,
    FieldUnknown,
)
from saldo.errors import Refusal, TooLarge
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise

Refusals = tuple[type[Refusal], ...]


@dataclass(frozen=True)
class Reply:
    """One answer of an operation: its status, what it means, its type and examples by name."""

    status: int
    description: str
    type: Any = None
    examples: dict[str, Any] | None = None
    media: str = "application/json"


ELSEWHERE: Final = Reply(
    303,
    "It is larger than 4 MB: `Location` gives it for a minute, to whoever asks there. Follow it "
    "without your key, which other hosts need not know (curl and most libraries do so).",
)


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    `scope` None: "any key" will do, or none at all where `is_public`. `repeat` says what sending
    the same again does. `record_refusals` are told per record of a bulk call, `refusals` by status.
    `media_in` are the types of a body that is sent as plain bytes.
    """

    id: str
    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    tag: str
    summary: str
    description: str
    scope: Scope | None
    replies: tuple[Reply, ...]
    refusals: Refusals = ()
    record_refusals: Refusals = ()
    query: type[requests.Query] | None = None
    body: type[requests.Body] | None = None
    body_example: Any = None
    repeat: str = ""
    media_in: tuple[str, ...] = ()
    is_public: bool = False


AUTH: Refusals = (KeyNotAccepted, ScopeMissing)
BODY: Refusals = (
    BodyNotJson,
    FieldMissing,
    FieldUnknown,
    FieldNotValid,
    TooLarge,
    WrongContentType,
)
RECORD: Refusals = (FieldMissing, FieldUnknown, FieldNotValid)
MONEY: Refusals = (
    AmountNotText,
    AmountNotReadable,
    AmountTooPrecise,
    AmountTooLarge,
    AmountNotPositive,
)
