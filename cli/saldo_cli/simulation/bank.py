"""A payment provider behind the port: takes money, and tells about it late, twice, out of order."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from saldo.codec import decode, encode
from saldo.payments.ports import (
    CallbackRefused,
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderState,
    ProviderUnavailable,
)
from saldo.payments.told import ChargebackTold, RefundRequest, RefundTold, Told
from saldo_cli.simulation.agenda import Agenda

NAME = "bank"
HOSTED_AT = "https://bank.example"
SIGNATURE = "bank-signature"
_SECRET = "signs play money"  # noqa: S105 - inside this process alone
_SESSION_LIFE = timedelta(hours=30)
_RETRY_SECONDS = (60, 300, 900, 1800, 3600, 7200)

Deliver = Callable[[Mapping[str, str], bytes], bool]
"""Posts a callback; tells whether it was taken."""


@dataclass(frozen=True, slots=True)
class BankPayment:
    """A payment as the provider has it; `received_minor` is money that really came in."""

    id: str
    key: str
    asked_minor: int
    currency: str
    created_at: datetime
    state: ProviderState = "open"
    received_minor: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went back: a refund of ours, or a chargeback and its reversal.

    `minor` is what left the provider's account for good: negative where it came in again.
    """

    id: str
    payment: str
    minor: int


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How the provider tells about a change: so many seconds after it, once per entry.

    No entry means that the callback is lost for good.
    """

    delays_seconds: tuple[float, ...] = (3.0,)


class Bank:
    """Implements `PaymentProvider`, and plays the provider's own side."""

    name = NAME
    hosted_at = HOSTED_AT

    def __init__(self, agenda: Agenda, deliver: Deliver) -> None:
        self._agenda, self._deliver = agenda, deliver
        self._by_key: dict[str, str] = {}
        self._numbers = count(1)
        self.payments: dict[str, BankPayment] = {}
        self.back: dict[str, Movement] = {}
        self.refunds_fail = False
        self.not_taken: list[str] = []
        """Callbacks that were refused until the provider gave up."""

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        known = self._by_key.get(request.idempotency_key)
        if known is None:
            known = f"bank-{next(self._numbers)}"
            self._by_key[request.idempotency_key] = known
            self.payments[known] = BankPayment(
                known,
                request.idempotency_key,
                request.amount_minor,
                request.currency,
                self._agenda.clock.now(),
            )
            self._agenda.after(_SESSION_LIFE.total_seconds(), lambda: self._expire(known))
        return HostedPayment(known, f"{HOSTED_AT}/{known}")

    def fetch(self, provider_id: str) -> ProviderEvent:
        found = self.payments.get(provider_id)
        if found is None:
            raise ProviderUnavailable("The provider knows no such payment.")
        return self._event(found, f"{provider_id}:{found.state}")

    def parse_callback(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Told]:
        del now
        if not hmac.compare_digest(headers.get(SIGNATURE, ""), signature(body)):
            raise CallbackRefused("The callback was not signed by the provider.")
        told = json.loads(body)
        return [decode(_KINDS[told["kind"]], told["event"])]

    def decide(
        self, provider_id: str, state: ProviderState, received_minor: int, callbacks: Callbacks
    ) -> None:
        """Let an outcome happen, unless the payment ended before."""
        old = self.payments[provider_id]
        if old.state in ("settled", "failed", "cancelled"):
            return
        new = replace(
            old,
            state=state,
            received_minor=received_minor if state == "settled" else 0,
            changed_at=self._agenda.clock.now(),
        )
        self.payments[provider_id] = new
        self._tell(self._event(new, f"event-{next(self._numbers)}"), callbacks)

    def received_minor(self) -> int:
        """Return all money that came in and did not go back."""
        came = sum(payment.received_minor for payment in self.payments.values())
        return came - sum(movement.minor for movement in self.back.values())

    def refund(self, request: RefundRequest) -> RefundTold:
        """Take a refund on; it is done, or fails, a while later."""
        known = f"refund-{request.idempotency_key}"
        told = RefundTold(
            NAME,
            f"event-{next(self._numbers)}",
            known,
            request.provider_id,
            self.payments[request.provider_id].key,
            "pending",
            request.amount_minor,
            request.currency,
            self._agenda.clock.now(),
        )
        if known not in self.back:
            self.back[known] = Movement(known, request.provider_id, 0)
            state: Literal["done", "failed"] = "failed" if self.refunds_fail else "done"
            self._agenda.after(
                900,
                lambda: self._refunded(
                    replace(
                        told,
                        event_id=f"{told.event_id}-end",
                        state=state,
                        occurred_at=self._agenda.clock.now(),
                    )
                ),
            )
        return told

    def _refunded(self, told: RefundTold) -> None:
        if told.state == "done":
            self.back[told.refund_id] = Movement(
                told.refund_id, told.provider_id, told.amount_minor
            )
        self._tell(told, Callbacks((4.0, 30.0)))

    def take_back(
        self,
        provider_id: str,
        minor: int,
        state: Literal["taken", "reversed"],
        callbacks: Callbacks,
        other_ids: int,
    ) -> None:
        """Take money back as a chargeback, or give it back again.

        `other_ids` further events with ids of their own tell the same, as providers do that report
        a dispute and its booking.
        """
        found = self.payments[provider_id]
        if found.state != "settled":
            return
        sign = 1 if state == "taken" else -1
        chargeback = f"chargeback-{provider_id}"
        if state == "reversed" and chargeback not in self.back:
            return
        self.back[f"{chargeback}{'' if sign > 0 else '-reversed'}"] = Movement(
            chargeback, provider_id, sign * minor
        )
        for _ in range(1 + other_ids):
            self._tell(
                ChargebackTold(
                    NAME,
                    f"event-{next(self._numbers)}",
                    chargeback,
                    provider_id,
                    found.key,
                    "dispute",
                    state,
                    minor,
                    found.currency,
                    self._agenda.clock.now(),
                    "disputed",
                ),
                callbacks,
            )

    def _tell(self, told: Told, callbacks: Callbacks) -> None:
        for delay in callbacks.delays_seconds:
            self._agenda.after(delay, lambda: self._call_back(told, 0))

    def forge(self, provider_id: str) -> bytes:
        """Return the body of a callback that claims what never happened."""
        found = self.payments[provider_id]
        return _body(self._event(replace(found, state="settled", received_minor=1), "forged"))

    def _expire(self, provider_id: str) -> None:
        if self.payments[provider_id].state == "open":
            self.decide(provider_id, "cancelled", 0, Callbacks((5.0,)))

    def _call_back(self, told: Told, attempt: int) -> None:
        body = _body(told)
        if self._deliver({SIGNATURE: signature(body)}, body):
            return
        if attempt == len(_RETRY_SECONDS):
            self.not_taken.append(f"{_kind(told)} {told.event_id}")
            return
        self._agenda.after(_RETRY_SECONDS[attempt], lambda: self._call_back(told, attempt + 1))

    def _event(self, payment: BankPayment, event_id: str) -> ProviderEvent:
        at = payment.changed_at or payment.created_at
        return ProviderEvent(
            NAME,
            event_id,
            payment.id,
            payment.key,
            payment.state,
            payment.received_minor or payment.asked_minor,
            payment.currency,
            at,
            at.date(),
            "card",
            "The bank declined the payment." if payment.state == "failed" else None,
        )


def signature(body: bytes) -> str:
    """Return what proves that a callback comes from the provider."""
    return hmac.new(_SECRET.encode(), body, "sha256").hexdigest()


def _kind(told: Told) -> str:
    return type(told).__name__


_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (ProviderEvent, RefundTold, ChargebackTold)
}


def _body(told: Told) -> bytes:
    return json.dumps({"kind": _kind(told), "event": encode(told)}).encode()
