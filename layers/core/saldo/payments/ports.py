"""The port that every payment provider stands behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from saldo.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from saldo.payments.told import Told

ProviderState = Literal["open", "processing", "settled", "failed", "cancelled"]


class CallbackRefused(Invalid):
    """A callback is forged, altered, too old or not readable; the reason is for our log only."""

    code = "callback-refused"


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or not in a way that tells what happened."""

    code = "provider-unavailable"


class PayoutsNotSetUp(ProviderUnavailable):
    """The installation has no key that may read this provider's payouts."""

    code = "payouts-not-set-up"


WhyRefused = Literal[
    "amount-too-small", "amount-too-large", "currency", "not-enabled", "not-possible"
]

_WORDS: Mapping[WhyRefused, str] = {
    "amount-too-small": "The amount is too small to be paid this way.",
    "amount-too-large": "The amount is too large to be paid this way.",
    "currency": "This currency cannot be paid this way.",
    "not-enabled": "This way to pay is not available.",
    "not-possible": "This payment cannot be made this way.",
}


class PaymentRefused(Invalid):
    """The provider will not make this payment, now or later.

    `detail` is for the payer; `said`, the provider's own words, is for the creditor's log.
    """

    code = "payment-refused"

    def __init__(self, why: WhyRefused, said: str = "") -> None:
        super().__init__(_WORDS[why])
        self.why, self.said = why, said


@dataclass(frozen=True, slots=True)
class HostedPaymentRequest:
    """What a provider needs to show its hosted page.

    `idempotency_key` is our payment's id: asking twice creates one payment at the provider.
    `return_url` is where the payer comes back to, whatever the outcome.
    """

    idempotency_key: str
    amount_minor: int
    currency: str
    reference: str
    description: str
    language: str
    return_url: str
    callback_url: str
    creditor_name: str


@dataclass(frozen=True, slots=True)
class HostedPayment:
    """The provider's id of the payment and the address of its page."""

    provider_id: str
    hosted_url: str


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """What a provider tells about a payment, in our words.

    `reference` is the idempotency key that the payment was created with, which providers keep as
    metadata. `amount_minor` and `currency` are what really moved; `received_on` is the provider's
    day of the money. `failure` is a reason that can be shown to the payer.
    """

    provider: str
    event_id: str
    provider_id: str
    reference: str
    state: ProviderState
    amount_minor: int
    currency: str
    occurred_at: datetime
    received_on: date
    method: str | None = None
    failure: str | None = None


class PaymentProvider(Protocol):
    """One payment provider."""

    name: str
    hosted_at: str
    """An address of the provider's pages: the pay form's redirect may end at its origin."""

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a hosted payment, or return the one made under the same idempotency key.

        Raises PaymentRefused for good, ProviderUnavailable when the outcome is unknown.
        """

    def parse_callback(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Told]:
        """Verify the signature over the raw `body` and return what it tells.

        Header names are lower case. Raises CallbackRefused; ProviderUnavailable where the provider
        must be asked before the callback means anything, and does not answer: it comes again then.
        """

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment as the provider has it now.

        The event's id is the same for the same state. Raises ProviderUnavailable.
        """
