"""Books of a creditor whose payers agree to things ahead of time, and a provider with mandates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from saldo.accounts.model import Hold
from saldo.collection.agreements import Agreements
from saldo.collection.plans import Plans
from saldo.ids import fingerprint
from saldo.payments.agreements import Consent, ConsentKind, Mandate, ScheduledPayment
from saldo.payments.announced import AnnouncedTransfers
from saldo.payments.callbacks import Callbacks
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.charging import Charging
from saldo.payments.consents import AgreedCharge, ConsentTerms, consent_text
from saldo.payments.links import Opened
from saldo.payments.mandates import MandateBook
from saldo.payments.model import Payment
from saldo.payments.payout_book import PayoutBook
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.refunds import Refunding
from saldo.payments.scheduled import Schedule
from saldo.payments.settle import Settlement
from saldo.payments.told import ChargeRequest, HostedMandate, MandateRequest, MandateTold
from tests.books import ACCOUNT, CREDITOR, Books, FakeProvider


@dataclass
class MandateProvider(FakeProvider):
    """A provider whose mandates and charges go the way a test tells them to.

    `answers` are taken by the charges in turn: an exception is raised, before the charge took
    effect or, for `After`, when it already had; a state is told. Without any, charges are on their
    way. As with real providers, a key that was used before gives the charge that it made.
    """

    mandates_asked: list[MandateRequest] = field(default_factory=list)
    charges: dict[str, ChargeRequest] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    given: dict[str, MandateTold] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    now: datetime | None = None

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        self.mandates_asked.append(request)
        key = request.idempotency_key
        return HostedMandate(f"flow-{key}", f"https://pay.example/mandates/{key}")

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        return self.given.get(flow_id)

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        del customer_id
        self.revoked.append(mandate_id)

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        self.calls.append(request.idempotency_key)
        answer = self.answers.pop(0) if self.answers else "processing"
        if isinstance(answer, Exception):
            raise answer
        self.charges.setdefault(request.idempotency_key, request)
        if isinstance(answer, After):
            raise answer.error
        return self.told(request.idempotency_key, answer)

    def told(
        self, key: str, state: ProviderState, failure: str | None = None, event_id: str = ""
    ) -> ProviderEvent:
        assert self.now is not None
        charge = self.charges[key]
        return ProviderEvent(
            self.name,
            event_id or f"pp-{key}:{state}",
            f"pp-{key}",
            key,
            state,
            charge.amount_minor,
            charge.currency,
            self.now,
            self.now.date(),
            "sepa_debit",
            failure,
        )


@dataclass
class After:
    """A charge took effect, but its answer was lost."""

    error: Exception


class AgreedBooks(Books):
    """Books with everything that payers can agree to ahead of time."""

    def __init__(self) -> None:
        super().__init__()
        self.bank = MandateProvider(now=self.clock.now())
        providers = {"sandbox": self.bank}
        # The services of Books hold the mapping with the plain provider.
        self.provider = self.bank
        self.settlement = Settlement(
            self.store,
            self.clock,
            self.ids,
            providers,
            self._payment_moved,
        )
        self.schedule = Schedule(self.store, self.clock, self.ids)
        self.mandates = MandateBook(
            self.store, self.clock, self.ids, self.links, providers, self.schedule
        )
        self.announced = AnnouncedTransfers(self.store, self.clock, self.ids)
        self.kept_plans = Plans(self.store, self.clock, self.ids, self.accounts, self.schedule)
        self.charging = Charging(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            providers,
            self.settlement,
            self.schedule,
        )
        self.agreements = Agreements(
            self.accounts,
            self.mandates,
            self.charging,
            self.announced,
            self.kept_plans,
        )
        self.callbacks = Callbacks(
            self.clock,
            providers,
            self.settlement,
            Refunding(self.store, self.clock, self.ids, providers),
            Chargebacks(self.store, self.clock, self.ids),
            self.agreements,
            PayoutBook(self.store, self.clock, self.ids),
        )

    def _payment_moved(self, payment: Payment) -> None:
        self.agreements.payment_moved(payment)

    def morning_of(self, day: date, hour: int = 6) -> None:
        """Let time pass until a morning of the debtor's place."""
        self.clock.move_to(
            datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Berlin"))
        )
        self.bank.now = self.clock.now()

    def tend(self) -> Counter[str]:
        """Do what the schedule does every quarter of an hour."""
        self.bank.now = self.clock.now()
        return self.agreements.tend()

    def opened(self, number: str = "RE-1", *, whole_account: bool = False) -> Opened:
        link = self.links.create(CREDITOR, number, "account" if whole_account else "invoice")
        self.last_token = link.rpartition("/")[2]
        return self.links.open(self.last_token)

    def consent(
        self, opened: Opened, kind: ConsentKind = "once", on: date = date(2026, 12, 15)
    ) -> Consent:
        charges = () if kind == "on-request" else (AgreedCharge(on, 11900),)
        terms = ConsentTerms(kind, opened.creditor.name, "Sandbox Pay", charges=charges)
        return Consent(
            consent_text(terms, "de"), "de", self.clock.now(), opened.link.token_hash, kind
        )

    def ask_mandate(
        self, opened: Opened, kind: ConsentKind = "once", attempt: str | None = None
    ) -> Mandate:
        """The payer agrees and is sent to the provider's page."""
        attempt = attempt or self.checkout.new_attempt()
        assert opened.link.token_hash == fingerprint(self.last_token)
        return self.mandates.request(
            opened, attempt, self.consent(opened, kind), "de", token=self.last_token
        )

    def mandate_told(
        self,
        mandate: Mandate,
        state: Literal["pending", "active", "ended"] = "active",
        *,
        by: Literal["reference", "flow", "mandate"] = "reference",
        reason: str | None = None,
        again: int = 1,
    ) -> MandateTold:
        return MandateTold(
            "sandbox",
            f"evt-{mandate.id}-{state}-{again}",
            f"mdt-{mandate.id}",
            state,
            self.clock.now(),
            reason,
            flow_id=f"flow-{mandate.id}" if by == "flow" else None,
            reference=mandate.id if by == "reference" else None,
            customer_id=f"cst-{mandate.id}",
        )

    def give_mandate(self, opened: Opened, kind: ConsentKind = "once") -> Mandate:
        """The payer gives a mandate, and the provider tells."""
        mandate = self.ask_mandate(opened, kind)
        assert self.mandates.told(self.mandate_told(mandate)) == "active"
        return self.mandate_now(mandate)

    def scheduled(
        self, on: date = date(2026, 12, 15), amount_minor: int | None = None, number: str = "RE-1"
    ) -> ScheduledPayment:
        """A payer gives a mandate and schedules a payment of an invoice."""
        opened = self.opened(number)
        mandate = self.give_mandate(opened)
        attempt = self.checkout.new_attempt()
        return self.schedule.schedule(opened, attempt, [number], amount_minor, on, mandate.id)

    def charge_told(
        self, scheduled: ScheduledPayment, state: ProviderState, failure: str | None = None
    ) -> str:
        """The provider's callback about a charge."""
        self.clock.advance(timedelta(seconds=1))
        self.bank.now = self.clock.now()
        return self.callbacks.book(self.bank.told(scheduled.payment_id, state, failure))

    def mandate_now(self, mandate: Mandate) -> Mandate:
        found = self.store.get(Mandate, *mandate.key)
        assert found is not None
        return found

    def scheduled_now(self, scheduled: ScheduledPayment) -> ScheduledPayment:
        found = self.store.get(ScheduledPayment, *scheduled.key)
        assert found is not None
        return found

    def charge_of(self, scheduled: ScheduledPayment) -> Payment | None:
        return self.store.get(Payment, CREDITOR, ACCOUNT, scheduled.payment_id)

    def standing_holds(self) -> list[str]:
        every = self.store.list(Hold, CREDITOR, ACCOUNT)
        return sorted(hold.kind for hold in every if hold.ended_at is None)

    def told_of(self, event_type: str) -> list[dict[str, Any]]:
        return [event.data for event in self.events() if event.type == event_type]


__all__ = ["ACCOUNT", "CREDITOR", "After", "AgreedBooks", "MandateProvider"]
