"""What a provider tells becomes books, once.

The redirect, the callback and a later look at the provider all end here. A settlement is one
transaction: payment, provider event, journal entries, invoice, open item, credit, events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from saldo.accounts.model import Hold
from saldo.accounts.zones import day_at
from saldo.clock import Clock, local_day
from saldo.errors import Unavailable
from saldo.ids import Ids, shard_of
from saldo.invoices.model import Credit
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import payment_lines, suspense_lines
from saldo.payments.allocate import CHUNK_INVOICES_MAX, Allocator
from saldo.payments.model import Payment, PaymentRef, ProviderEventSeen, ProviderRef
from saldo.payments.ports import PaymentProvider, ProviderEvent, ProviderUnavailable
from saldo.payments.telling import payment_event
from saldo.payments.told import Cancels
from saldo.store import CommitConflict, Put, Store, Wake, Write

Outcome = Literal["settled", "suspense", "processing", "failed", "cancelled", "nothing-new"]

SUSPENSE_CREDITOR = "*"
_SUSPENSE_SHARDS = 8
_ATTEMPTS_MAX = 8
_ON_ITS_WAY_DAYS_MAX = 14
"""How long money on its way keeps reminders back, if the provider never says another word."""


def suspense_account(provider_id: str) -> str:
    """Return the account of the installation on which money for nobody known is kept."""
    return f"~suspense~{shard_of(provider_id, _SUSPENSE_SHARDS)}"


def suspense_account_of(payment: str) -> str:
    """Return the account on which money of that id is kept, as `nameless_id` makes it."""
    return suspense_account(payment.partition(":")[2])


def suspense_accounts() -> list[str]:
    """Return every account that money on suspense may stand on."""
    return [f"~suspense~{shard}" for shard in range(_SUSPENSE_SHARDS)]


def nameless_id(told: ProviderEvent) -> str:
    """Return our id of money that came under no attempt of its own."""
    return f"{told.provider}:{told.provider_id}"


class SettlementBusy(Unavailable):
    """The same books are being changed by many at once; the event will come again."""

    code = "settlement-busy"


class Settlement:
    """Books what providers tell."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        providers: Mapping[str, PaymentProvider],
        moved: Callable[[Payment], None] | None = None,
    ) -> None:
        """`moved` is called with a payment as it is after each word about it, repeats included:
        what follows the payment may have been missed before. It raises an Unavailable to hear it
        again.
        """
        self._store, self._clock, self._ids, self._providers = store, clock, ids, providers
        self._moved_on = moved
        self.allocator = Allocator(store, clock, ids)

    def look_up(self, payment: Payment) -> Outcome:
        """Ask the provider how a payment stands and book the answer.

        Raises ProviderUnavailable or SettlementBusy.
        """
        if payment.state in ("settled", "intended") or payment.provider_id is None:
            return "nothing-new"
        provider = self._providers.get(payment.provider)
        if provider is None:
            raise ProviderUnavailable(f"{payment.provider} is not set up here any more.")
        return self.settle(provider.fetch(payment.provider_id))

    def close_page(self, payment: Payment) -> Outcome:
        """Have the provider close a payment's page, and book how the payment stands then.

        Money that came in the meantime settles. A provider that cannot close pages is left alone.
        Raises ProviderUnavailable or SettlementBusy.
        """
        provider: object = self._providers.get(payment.provider)
        if not isinstance(provider, Cancels) or payment.provider_id is None:
            return "nothing-new"
        provider.cancel_payment(payment.provider_id)
        return self.look_up(payment)

    def settle(self, told: ProviderEvent) -> Outcome:
        """Book one event of a provider; the same event, or another of the same fact, is nothing
        new.
        """
        for _ in range(_ATTEMPTS_MAX):
            seen = self._store.get(ProviderEventSeen, told.provider, told.event_id)
            ref = self._store.get(PaymentRef, told.reference)
            payment = (
                self._store.get(Payment, ref.creditor, ref.account, ref.payment) if ref else None
            )
            if seen is not None:
                self._resume(payment, told)
                self._follow(payment)
                return "nothing-new"
            if payment is None or payment.provider != told.provider:
                outcome, writes = self._unmatched(told)
            elif told.state == "settled":
                outcome, writes = self._settled(payment, self._on_our_day(payment, told))
            else:
                outcome, writes = self._moved(payment, told)
            if not writes:
                self._follow(payment)
                return outcome
            now_seen = ProviderEventSeen(told.provider, told.event_id, self._clock.now())
            try:
                self._store.commit([Put(now_seen), *writes])
            except CommitConflict:
                continue
            self._resume(payment, told)
            self._follow(payment)
            return outcome
        raise SettlementBusy("The payment is being booked by others; send the event again.")

    def _follow(self, payment: Payment | None) -> None:
        """Let agreements about a payment follow it, whichever way its news came."""
        if payment is None or self._moved_on is None:
            return
        now = self._store.get(Payment, *payment.key)
        assert now is not None, "payments are never deleted"
        self._moved_on(now)

    def _resume(self, payment: Payment | None, told: ProviderEvent) -> None:
        """Allocate what a payment over many invoices left pending, now or after a crash."""
        if payment is None or len(payment.invoices) <= CHUNK_INVOICES_MAX:
            return
        booked = self._store.get(ProviderRef, told.provider, told.provider_id)
        if booked is not None:
            self.allocator.resume(booked.creditor, booked.account, f"payment#{booked.payment}")

    def _settled(self, payment: Payment, told: ProviderEvent) -> tuple[Outcome, list[Write]]:
        if payment.state != "settled":
            return "settled", self._arrival(payment, told)
        if payment.provider_id == told.provider_id or self._is_booked(told):
            return "nothing-new", []
        return "settled", self._second(payment, told)

    def _on_our_day(self, payment: Payment, told: ProviderEvent) -> ProviderEvent:
        """Return an event with the creditor's day of the money, where the provider tells no day but
        an instant: on the last evening of a month it is another in Chicago than in UTC.
        """
        if told.received_on != local_day(told.occurred_at, "UTC"):
            return told
        day = day_at(self._store, payment.creditor, told.occurred_at)
        return replace(told, received_on=day)

    def _is_booked(self, told: ProviderEvent) -> bool:
        """Tell whether the money that the provider calls so was booked, whatever payment it is."""
        return self._store.get(ProviderRef, told.provider, told.provider_id) is not None

    def _second(self, payment: Payment, told: ProviderEvent) -> list[Write]:
        """Money came once more under an attempt that was paid: the provider made two payments of
        it, as happens when a call whose answer was lost is repeated after its key was forgotten.

        It is a payment of its own, known by the provider's id alone. The payer designated the same
        invoices; what they do not need is the customer's credit.
        """
        second = Payment(
            payment.creditor,
            payment.account,
            nameless_id(told),
            told.provider,
            payment.invoice,
            told.currency,
            told.amount_minor,
            "processing",
            self._clock.now(),
            more_invoices=payment.more_invoices,
            link_hash=payment.link_hash,
            second_of=payment.id,
        )
        ref = PaymentRef(second.id, second.creditor, second.account)
        return [Put(ref), *self._arrival(second, told)]

    def _arrival(self, payment: Payment, told: ProviderEvent) -> list[Write]:
        """Return what books the money of a payment that was not settled before."""
        now = self._clock.now()
        paid = replace(
            payment,
            state="settled",
            amount_minor=told.amount_minor,
            currency=told.currency,
            method=told.method,
            failure=None,
            received_on=told.received_on,
            settled_at=now,
            provider_id=told.provider_id,
            ended_at=None,
            version=payment.version + 1,
        )
        credit = Credit(
            payment.creditor,
            payment.account,
            payment.source,
            told.currency,
            told.amount_minor,
            told.received_on,
        )
        allocations: list[Write] = []
        if len(payment.invoices) <= CHUNK_INVOICES_MAX:
            credit, allocations = self.allocator.pay_with(
                credit, payment.invoices, told.received_on, now, of=paid
            )
        else:
            credit = replace(credit, pending=payment.invoices, pending_since=now)
        paid = replace(paid, allocated_minor=told.amount_minor - credit.open_minor)
        writes: list[Write] = [
            Put(paid, expect=payment.version),
            _ref_of(paid, expect=None if payment.version else 0),
            self._journal(
                paid,
                "payment",
                payment.id,
                now,
                payment_lines(payment.provider, payment.id, told.amount_minor),
            ),
            *allocations,
            *self.allocator.keep(credit, 0),
        ]
        writes += self._end_hold(payment, now)
        told_of = payment_event(self._ids, now, "payment.settled", paid, credit.open_minor)
        return [*writes, Put(told_of), Wake(payment.creditor, payment.account, now)]

    def _moved(self, payment: Payment, told: ProviderEvent) -> tuple[Outcome, list[Write]]:
        """The payment is on its way, or came to nothing."""
        if payment.state in {"settled", told.state} or told.state == "open":
            return "nothing-new", []
        if payment.state in ("failed", "cancelled") and told.state == "processing":
            return "nothing-new", []  # an older event that arrived late
        now = self._clock.now()
        new = replace(
            payment,
            state=told.state,
            failure=told.failure,
            method=told.method,
            provider_id=told.provider_id,
            ended_at=now if told.state in ("failed", "cancelled") else None,
            version=payment.version + 1,
        )
        writes: list[Write] = [Put(new, expect=payment.version)]
        if told.state == "processing":
            writes.append(Put(self._hold(payment, now), expect=None))
            writes.append(Put(payment_event(self._ids, now, "payment.processing", new)))
        else:
            writes += self._end_hold(payment, now)
            writes.append(Put(payment_event(self._ids, now, "payment.failed", new)))
        writes.append(Wake(payment.creditor, payment.account, now))
        return told.state, writes

    def _unmatched(self, told: ProviderEvent) -> tuple[Outcome, list[Write]]:
        """Money for nobody that we know stands on suspense; anything else is no fact of ours."""
        if told.state != "settled" or self._is_booked(told):
            return "nothing-new", []
        now = self._clock.now()
        account = suspense_account(told.provider_id)
        payment = Payment(
            SUSPENSE_CREDITOR,
            account,
            nameless_id(told),
            told.provider,
            "",
            told.currency,
            told.amount_minor,
            "settled",
            now,
            provider_id=told.provider_id,
            method=told.method,
            received_on=told.received_on,
            settled_at=now,
            version=1,
        )
        lines = suspense_lines(told.provider, payment.id, told.amount_minor)
        return "suspense", [
            Put(payment),
            _ref_of(payment, expect=0),
            self._journal(payment, "payment", payment.id, now, lines),
            Put(payment_event(self._ids, now, "payment.unmatched", payment)),
        ]

    def _journal(
        self,
        payment: Payment,
        cause: CauseKind,
        cause_id: str,
        now: datetime,
        lines: tuple[Posting, ...],
    ) -> Put:
        assert payment.received_on is not None
        return Put(
            JournalEntry(
                payment.creditor,
                payment.account,
                cause,
                cause_id,
                payment.received_on,
                payment.currency,
                lines,
                now,
            )
        )

    def _hold(self, payment: Payment, now: datetime) -> Hold:
        return Hold(
            payment.creditor,
            payment.account,
            payment.id,
            "payment-on-its-way",
            payment.invoice,
            "A payment was started and its money is on the way.",
            f"provider:{payment.provider}",
            now,
            (now + timedelta(days=_ON_ITS_WAY_DAYS_MAX)).date(),
            more_invoices=payment.more_invoices,
            version=1,
        )

    def _end_hold(self, payment: Payment, now: datetime) -> list[Write]:
        hold = self._store.get(Hold, payment.creditor, payment.account, payment.id)
        if hold is None or hold.ended_at is not None:
            return []
        ended = replace(
            hold, ended_at=now, ended_by=f"provider:{payment.provider}", version=hold.version + 1
        )
        return [Put(ended, expect=hold.version)]


def _ref_of(payment: Payment, expect: int | None) -> Put:
    """Return what makes a payment whose money came findable by its provider's id of it.

    `expect` 0: no money of that id may be booked yet.
    """
    assert payment.provider_id is not None
    ref = ProviderRef(
        payment.provider, payment.provider_id, payment.id, payment.creditor, payment.account
    )
    return Put(ref, expect=expect)
