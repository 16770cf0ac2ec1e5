"""A mandate at the sandbox: asked for, given on a page, ended; and charged. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from saldo.clock import iso_instant, parse_instant
from saldo.errors import Conflict

from .payments import (
    REFUSED,
    Payment,
    read_amount,
    read_language,
    read_text,
    read_url,
    request_hash,
)

MandateState = Literal["requested", "pending", "active", "ended"]
MandateOutcome = Literal["give", "later", "decline", "agree", "refuse", "end"]

FOLLOWING: Final[dict[MandateState, dict[MandateOutcome, MandateState]]] = {
    "requested": {"give": "active", "later": "pending", "decline": "ended", "end": "ended"},
    "pending": {"agree": "active", "refuse": "ended", "end": "ended"},
    "active": {"end": "ended"},
    "ended": {},
}
"""The state that an outcome leads to; an outcome that is missing changes nothing."""

REASONS: Final[dict[str, dict[MandateOutcome, str]]] = {
    "de": {
        "decline": "Das Mandat wurde nicht erteilt.",
        "refuse": "Die Bank hat das Mandat abgelehnt.",
        "end": "Das Mandat wurde widerrufen.",
    },
    "en": {
        "decline": "The mandate was not given.",
        "refuse": "The bank declined the mandate.",
        "end": "The mandate was revoked.",
    },
}
CHARGES_SHOWN_MAX: Final = 20


class ChargeNotPossible(Conflict):
    """The mandate cannot be charged, and never can be."""

    code = "charge-refused"


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate. `charges` are the ids of the latest payments on it."""

    id: str
    idempotency_key: str
    request_hash: str
    customer_reference: str
    customer_name: str
    description: str
    language: str
    return_url: str
    callback_url: str
    created_at: datetime
    updated_at: datetime
    state: MandateState = "requested"
    reason: str | None = None
    charges: tuple[str, ...] = ()
    version: int = 1

    def to_record(self) -> str:
        """Write the mandate as the text that the storage keeps."""
        return json.dumps(asdict(self), default=iso_instant)

    @classmethod
    def from_record(cls, text: str) -> Mandate:
        """Read what `to_record` wrote."""
        fields = json.loads(text)
        for name in ("created_at", "updated_at"):
            fields[name] = parse_instant(fields[name])
        fields["charges"] = tuple(fields["charges"])
        return cls(**fields)

    def document(self, hosted_url: str) -> dict[str, object]:
        """Return the mandate as the API and the callbacks tell it."""
        return {
            "id": self.id,
            "state": self.state,
            "idempotency_key": self.idempotency_key,
            "customer_reference": self.customer_reference,
            "reason": self.reason,
            "created_at": iso_instant(self.created_at),
            "updated_at": iso_instant(self.updated_at),
            "hosted_url": hosted_url,
        }

    def after(self, outcome: MandateOutcome, at: datetime) -> Mandate | None:
        """Return the mandate after `outcome`, or None if it may not follow its state."""
        state = FOLLOWING[self.state].get(outcome)
        if state is None:
            return None
        return replace(
            self,
            state=state,
            reason=REASONS[self.language].get(outcome),
            updated_at=at,
            version=self.version + 1,
        )

    def with_charge(self, payment_id: str) -> Mandate:
        """Return the mandate knowing of one more charge, so that its page can show it."""
        charges = (payment_id, *self.charges)[:CHARGES_SHOWN_MAX]
        return replace(self, charges=charges, version=self.version + 1)


def new_mandate(
    wanted: Mapping[str, Any], *, mandate_id: str, idempotency_key: str, at: datetime
) -> Mandate:
    """Return the mandate that a request asks for. Raises BadRequest."""
    return Mandate(
        id=mandate_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash(wanted),
        customer_reference=read_text(wanted, "customer_reference", 140),
        customer_name=read_text(wanted, "customer_name", 140),
        description=read_text(wanted, "description", 500),
        language=read_language(wanted),
        return_url=read_url(wanted, "return_url"),
        callback_url=read_url(wanted, "callback_url"),
        created_at=at,
        updated_at=at,
    )


def new_charge(
    wanted: Mapping[str, Any],
    mandate: Mandate,
    *,
    payment_id: str,
    idempotency_key: str,
    at: datetime,
) -> Payment:
    """Return the payment that charging a mandate makes, which is on its way.

    Raises BadRequest, or ChargeNotPossible for a mandate that was not given, or an amount that
    ends in `REFUSED`.
    """
    currency = read_text(wanted, "currency", 3)
    amount_minor = read_amount(read_text(wanted, "amount", 40), currency)
    if mandate.state not in ("pending", "active"):
        raise ChargeNotPossible("This mandate cannot be charged.")
    if amount_minor % 100 == REFUSED:
        raise ChargeNotPossible("The bank account cannot be charged.")
    return Payment(
        id=payment_id,
        idempotency_key=idempotency_key,
        request_hash=request_hash(wanted),
        amount_minor=amount_minor,
        currency=currency,
        reference=read_text(wanted, "reference", 140),
        description=read_text(wanted, "description", 500, required=False),
        language=mandate.language,
        return_url=mandate.return_url,
        callback_url=read_url(wanted, "callback_url"),
        creditor_name=mandate.description,
        created_at=at,
        updated_at=at,
        state="processing",
        method="sepa_debit",
        mandate=mandate.id,
    )
