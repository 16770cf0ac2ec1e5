"""A payment at the sandbox, what may be asked for, and which outcome may follow which. Pure.

A charge of a mandate is a payment that begins on its way: nobody is there to decide on a page, so
its amount decides when the merchant asks for it a while later, unless somebody did on its page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from saldo.clock import iso_instant, parse_instant
from saldo.errors import Conflict, Invalid
from saldo.money import UnknownCurrency, decimals_of, format_amount, parse_amount

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

NOT_COVERED: Final = {
    "de": "Das Konto war nicht gedeckt.",
    "en": "The account did not hold enough money.",
}

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

BOUNCES: Final = 13
"""A charge or refund whose amount ends in these minor units comes to nothing: 100.13."""

REFUSED: Final = 14
"""A charge whose amount ends in these minor units is refused at once: 100.14."""

AMOUNT_MAX_MAJOR: Final = 1_000_000
"""A payment of so much or more is refused: real providers have limits, too."""

CHARGE_TAKES: Final = timedelta(minutes=1)
"""How long a charge is on its way."""

_TEXT_MAX: Final = 500
_URL_MAX: Final = 2000


class BadRequest(Invalid):
    """A field of a request is missing or wrong; `pointer` is the field's name."""


class AmountTooLarge(Conflict):
    """No payment of so much is made here, now or later."""

    code = "amount-too-large"


class KeyReused(Invalid):
    """The idempotency key already belongs to a payment with other contents."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. `amount_minor` was asked for, `received_minor` is what arrived (0: nothing).

    `mandate` is what was charged; `refunded` are the amounts given back, by the refund's id.
    """

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
    mandate: str = ""
    refunded: dict[str, int] = field(default_factory=dict)
    version: int = 1

    @property
    def refundable_minor(self) -> int:
        """What has arrived and was not given back."""
        return self.received_minor - sum(self.refunded.values())

    def fate(self, at: datetime) -> Outcome | None:
        """Return how a charge ends that nobody decided on for long enough, by its amount."""
        if not self.mandate or self.state != "processing" or at < self.created_at + CHARGE_TAKES:
            return None
        return "bounce" if self.amount_minor % 100 == BOUNCES else "arrive"

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
        method = "bank_transfer" if outcome in {"later", "arrive", "bounce"} else "card"
        failure = FAILURES[self.language].get(outcome)
        if self.mandate:
            method = "sepa_debit"
            failure = NOT_COVERED[self.language] if outcome == "bounce" else None
        return replace(
            self,
            state=state,
            received_minor=received_minor if settled else 0,
            received_on=received_on,
            method=method,
            failure=failure,
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
    """Return the payment that a request asks for. Raises BadRequest or AmountTooLarge."""
    currency = read_text(wanted, "currency", 3)
    amount_minor = read_amount(read_text(wanted, "amount", 40), currency)
    if amount_minor >= AMOUNT_MAX_MAJOR * 10 ** decimals_of(currency):
        raise AmountTooLarge("The sandbox takes less than a million at once.", pointer="amount")
    return Payment(
        id=payment_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash(wanted),
        amount_minor=amount_minor,
        currency=currency,
        reference=read_text(wanted, "reference", 140),
        description=read_text(wanted, "description", _TEXT_MAX, required=False),
        language=read_language(wanted),
        return_url=read_url(wanted, "return_url"),
        callback_url=read_url(wanted, "callback_url"),
        creditor_name=read_text(wanted, "creditor_name", 140),
        created_at=at,
        updated_at=at,
    )


def read_language(wanted: Mapping[str, Any]) -> str:
    """Return "de" or "en", whichever is nearer to what was asked for."""
    language = wanted.get("language", "en")
    return "de" if isinstance(language, str) and language.startswith("de") else "en"


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


def read_text(wanted: Mapping[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    """Return a text of a request. Raises BadRequest."""
    value = wanted.get(name, None if required else "")
    if not isinstance(value, str) or (required and not value.strip()):
        raise BadRequest(f"{name} is missing or not a text.", pointer=name)
    if len(value) > longest:
        raise BadRequest(f"{name} is longer than {longest} characters.", pointer=name)
    return value


def read_url(wanted: Mapping[str, Any], name: str) -> str:
    """Return an http or https address of a request. Raises BadRequest."""
    value = read_text(wanted, name, _URL_MAX)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    clean = value.isascii() and value.isprintable() and " " not in value
    if not clean or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadRequest(f"{name} is not an http or https address.", pointer=name)
    return value
