"""A payment at the sandbox, what may be asked for, and which outcome may follow which. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from saldo.clock import iso_instant, parse_instant
from saldo.errors import Invalid
from saldo.money import UnknownCurrency, format_amount, parse_amount

State = Literal["open", "processing", "settled", "failed", "cancelled"]
Outcome = Literal["pay", "refuse", "cancel", "later", "arrive", "bounce"]

FOLLOWING: Final[dict[State, dict[Outcome, State]]] = {
    "open": {"pay": "settled", "refuse": "failed", "cancel": "cancelled", "later": "processing"},
    "processing": {"arrive": "settled", "bounce": "failed"},
    # A transfer that was already under way arrives after all: real providers do this too.
    "failed": {"arrive": "settled"},
    "cancelled": {"arrive": "settled"},
    "settled": {},
}
"""The state that an outcome leads to; an outcome that is missing changes nothing."""

FAILURES: Final[dict[str, dict[Outcome, str]]] = {
    "de": {
        "refuse": "Die Bank hat die Zahlung abgelehnt.",
        "bounce": "Die Bank hat die Zahlung zurückgegeben.",
    },
    "en": {
        "refuse": "The bank declined the payment.",
        "bounce": "The bank returned the payment.",
    },
}

_TEXT_MAX: Final = 500
_URL_MAX: Final = 2000


class BadRequest(Invalid):
    """A field of a request is missing or wrong; `pointer` is the field's name."""


class KeyReused(Invalid):
    """The idempotency key already belongs to a payment with other contents."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `amount_minor` was asked for, `received_minor` is what arrived (0: nothing)."""

    id: str
    idempotency_key: str
    request_hash: str
    amount_minor: int
    currency: str
    reference: str
    description: str
    language: str
    return_url: str
    callback_url: str
    creditor_name: str
    created_at: datetime
    updated_at: datetime
    state: State = "open"
    received_minor: int = 0
    received_on: date | None = None
    method: str | None = None
    failure: str | None = None
    version: int = 1

    def to_record(self) -> str:
        """Write the payment as the text that the storage keeps."""
        return json.dumps(asdict(self), default=_plain)

    @classmethod
    def from_record(cls, text: str) -> Payment:
        """Read what `to_record` wrote."""
        fields = json.loads(text)
        for name in ("created_at", "updated_at"):
            fields[name] = parse_instant(fields[name])
        if fields["received_on"]:
            fields["received_on"] = date.fromisoformat(fields["received_on"])
        return cls(**fields)

    def document(self, hosted_url: str) -> dict[str, object]:
        """Return the payment as the API and the callbacks tell it."""
        received = self.received_minor or None
        return {
            "id": self.id,
            "state": self.state,
            "amount": format_amount(self.amount_minor, self.currency),
            "amount_received": received and format_amount(received, self.currency),
            "currency": self.currency,
            "reference": self.reference,
            "description": self.description,
            "idempotency_key": self.idempotency_key,
            "method": self.method,
            "failure": self.failure,
            "received_on": self.received_on and self.received_on.isoformat(),
            "created_at": iso_instant(self.created_at),
            "updated_at": iso_instant(self.updated_at),
            "hosted_url": hosted_url,
        }

    def after(
        self, outcome: Outcome, *, received_minor: int, received_on: date, at: datetime
    ) -> Payment | None:
        """Return the payment after `outcome`, or None if the outcome may not follow its state."""
        state = FOLLOWING[self.state].get(outcome)
        if state is None:
            return None
        settled = state == "settled"
        by_transfer = outcome in {"later", "arrive", "bounce"}
        return replace(
            self,
            state=state,
            received_minor=received_minor if settled else 0,
            received_on=received_on,
            method="bank_transfer" if by_transfer else "card",
            failure=FAILURES[self.language].get(outcome),
            updated_at=at,
            version=self.version + 1,
        )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso_instant(value)
    assert isinstance(value, date), f"{value!r} has no place in a record"
    return value.isoformat()


def new_payment(
    wanted: Mapping[str, Any], *, payment_id: str, idempotency_key: str, at: datetime
) -> Payment:
    """Return the payment that a request asks for. Raises BadRequest."""
    currency = _text(wanted, "currency", 3)
    amount_minor = read_amount(_text(wanted, "amount", 40), currency)
    language = wanted.get("language", "en")
    return Payment(
        id=payment_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash(wanted),
        amount_minor=amount_minor,
        currency=currency,
        reference=_text(wanted, "reference", 140),
        description=_text(wanted, "description", _TEXT_MAX, required=False),
        language="de" if isinstance(language, str) and language.startswith("de") else "en",
        return_url=_url(wanted, "return_url"),
        callback_url=_url(wanted, "callback_url"),
        creditor_name=_text(wanted, "creditor_name", 140),
        created_at=at,
        updated_at=at,
    )


def read_amount(text: str, currency: str) -> int:
    """Read a decimal string above zero as minor units. Raises BadRequest."""
    try:
        amount_minor = parse_amount(text, currency)
    except UnknownCurrency as bad:
        raise BadRequest(bad.detail, pointer="currency") from bad
    except Invalid as bad:
        raise BadRequest(bad.detail, pointer="amount") from bad
    if amount_minor <= 0:
        raise BadRequest("The amount must be above zero.", pointer="amount")
    return amount_minor


def request_hash(wanted: Mapping[str, Any]) -> str:
    """Return what tells two requests with one idempotency key apart."""
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()


def _text(wanted: Mapping[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    value = wanted.get(name, None if required else "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise BadRequest(f"{name} is missing or not a text.", pointer=name)
    if len(value) > longest:
        raise BadRequest(f"{name} is longer than {longest} characters.", pointer=name)
    return value


def _url(wanted: Mapping[str, Any], name: str) -> str:
    value = _text(wanted, name, _URL_MAX)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    clean = value.isascii() and value.isprintable() and " " not in value
    if not clean or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadRequest(f"{name} is not an http or https address.", pointer=name)
    return value
