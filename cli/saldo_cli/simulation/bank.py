"""A payment provider behind the port: takes money, and tells about it late, twice, out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Literal

from saldo.payments.ports import (
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderState,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargebackTold,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
    Payout,
    PayoutLine,
    PayoutTold,
    RefundRequest,
    RefundTold,
    Told,
)
from saldo_cli.simulation.agenda import Agenda
from saldo_cli.simulation.callbacks import body_of, headers_of, kind_of, told_by
from saldo_cli.simulation.debits import MONEY_AFTER, Debits
from saldo_cli.simulation.vault import Vault

NAME = "acquirer"
HOSTED_AT = "https://bank.example"
_SESSION_LIFE = timedelta(hours=30)
_CHARGEBACK_FEE_MINOR = 1_500
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
    kind: Literal["refund", "chargeback", "chargeback-reversed"] = "refund"


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
        self.vault = Vault(self._lines)
        self.debits = Debits(NAME, agenda, lambda told, when: self._tell(told, Callbacks(when)))
        self._refunds: dict[str, RefundTold] = {}
        self.refunds_fail = False
        self.refund_callbacks = Callbacks((4.0, 30.0))
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
        return [told_by(headers, body)]

    def decide(
        self,
        provider_id: str,
        state: ProviderState,
        received_minor: int,
        callbacks: Callbacks,
        currency: str = "EUR",
    ) -> None:
        """Let an outcome happen, unless the payment ended before."""
        old = self.payments[provider_id]
        if old.state in ("settled", "failed", "cancelled"):
            return
        new = replace(
            old,
            state=state,
            received_minor=received_minor if state == "settled" else 0,
            currency=currency if state == "settled" else old.currency,
            changed_at=self._agenda.clock.now(),
        )
        self.payments[provider_id] = new
        self._tell(self._event(new, f"event-{next(self._numbers)}"), callbacks)

    def stray(self, label: str, minor: int, callbacks: Callbacks) -> str:
        """Let money come in that names nothing of ours; return the provider's id of it."""
        known, now = f"bank-{next(self._numbers)}", self._agenda.clock.now()
        key = f"stray-{label}"
        self.payments[known] = BankPayment(known, key, minor, "EUR", now, "settled", minor, now)
        self._tell(self._event(self.payments[known], f"event-{next(self._numbers)}"), callbacks)
        return known

    def held_minor(self) -> Counter[str]:
        """Return what the provider holds for us, by currency.

        All that came in, less what went back and what was paid out.
        """
        held: Counter[str] = Counter()
        for payment in self.payments.values():
            held[payment.currency] += payment.received_minor
        for movement in self.back.values():
            held[self.payments[movement.payment].currency] -= movement.minor
        for currency in held:
            held[currency] -= self.vault.gross_minor(currency)
        return held

    def pay_out(self, *, last: bool) -> None:
        """Pay out what is held, and tell of it."""
        now = self._agenda.clock.now()
        for payout in self.vault.pay_out(now.date(), last=last):
            told = PayoutTold(
                NAME,
                f"event-{next(self._numbers)}",
                payout.payout_id,
                "paid",
                payout.amount_minor,
                payout.currency,
                payout.arrives_on,
                now,
            )
            self._tell(told, Callbacks((5.0, 900.0)))

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts that arrived on or after `since`; implements `Payouts`."""
        return self.vault.since(since)

    def payout(self, payout_id: str) -> list[Payout]:
        """Return a payout by its id; implements `SinglePayouts`."""
        return [p for p in self.vault.payouts if p.payout_id == payout_id]

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Make a mandate's page; implements `Mandates`."""
        return self.debits.request(request)

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return what became of a mandate's page; implements `FindsMandates`."""
        return self.debits.find(flow_id)

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """End a mandate; implements `RevokesMandates`."""
        del customer_id
        self.debits.revoke(mandate_id)

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate, once for each key: the money comes, or does not, days later."""
        known = self._by_key.get(request.idempotency_key)
        if known is None:
            fate = self.debits.accept(request)
            known, now = f"bank-{next(self._numbers)}", self._agenda.clock.now()
            self._by_key[request.idempotency_key] = known
            key, minor = request.idempotency_key, request.amount_minor
            self.payments[known] = BankPayment(
                known, key, minor, request.currency, now, "processing", changed_at=now
            )
            callbacks = Callbacks(self.debits.callbacks_of(request.mandate_id))
            ends: ProviderState = "settled" if fate == "pay" else "failed"
            self._agenda.after(
                MONEY_AFTER.total_seconds(), lambda: self.decide(known, ends, minor, callbacks)
            )
        return self.fetch(known)

    def find(self, idempotency_key: str, since: datetime) -> ProviderEvent | None:
        """Return what was made under a key of ours; implements `FindsPayments`."""
        del since
        known = self._by_key.get(idempotency_key)
        return self.fetch(known) if known else None

    def cancel_payment(self, provider_id: str) -> None:
        """Close a page on which nobody has paid yet; implements `Cancels`."""
        if self.payments[provider_id].state == "open":
            self.decide(provider_id, "cancelled", 0, Callbacks((5.0,)))

    def _lines(self) -> Iterator[PayoutLine]:
        for payment in self.payments.values():
            if payment.received_minor:
                yield _line("payment", payment.id, payment, payment.received_minor)
        for id_, movement in self.back.items():
            if movement.minor:
                paid = self.payments[movement.payment]
                yield _line(movement.kind, id_, paid, -movement.minor)

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
            self._refunds[known] = told
        return self._refunds[known]

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return a refund as it stands; implements `RefundLookUps`."""
        del provider_id
        return self._refunds[refund_id]

    def _refunded(self, told: RefundTold) -> None:
        if told.state == "done":
            self.back[told.refund_id] = Movement(
                told.refund_id, told.provider_id, told.amount_minor
            )
        self._refunds[told.refund_id] = told
        self._tell(told, self.refund_callbacks)

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
            chargeback,
            provider_id,
            sign * minor,
            "chargeback" if sign > 0 else "chargeback-reversed",
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
        return body_of(self._event(replace(found, state="settled", received_minor=1), "forged"))

    def _expire(self, provider_id: str) -> None:
        if self.payments[provider_id].state == "open":
            self.decide(provider_id, "cancelled", 0, Callbacks((5.0,)))

    def _call_back(self, told: Told, attempt: int) -> None:
        body = body_of(told)
        if self._deliver(headers_of(body), body):
            return
        if attempt == len(_RETRY_SECONDS):
            self.not_taken.append(f"{kind_of(told)} {told.event_id}")
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


def _line(
    kind: Literal["payment", "refund", "chargeback", "chargeback-reversed"],
    id_: str,
    payment: BankPayment,
    minor: int,
) -> PayoutLine:
    fees = {"payment": 25 + minor // 100, "chargeback": _CHARGEBACK_FEE_MINOR}
    fee = fees.get(kind, 0)
    return PayoutLine(kind, id_, payment.id, payment.key, minor, fee, minor - fee, payment.currency)
