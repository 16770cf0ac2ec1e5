"""Money that we give back: promised first, then asked of the provider, then done or failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Credit
from saldo.ledger.rules import (
    refund_done_lines,
    refund_failed_lines,
    refund_lines,
    refund_returned_lines,
)
from saldo.money import Money, format_amount
from saldo.payments.allocate import Allocator, Grounds
from saldo.payments.model import Payment, Refund, RefundRef
from saldo.payments.ports import PaymentProvider, ProviderUnavailable
from saldo.payments.reversals import (
    ATTEMPTS_MAX,
    ReversalBusy,
    credit_of,
    entry_of,
    known_payment,
    payment_told_of,
    where_it_stands,
)
from saldo.payments.told import (
    RefundLookUps,
    RefundRefused,
    RefundRequest,
    Refunds,
    RefundTold,
)
from saldo.store import CommitConflict, Put, Store, Wake, Write


class NothingToRefund(Conflict):
    """The payment has less credit than is to be given back: take an allocation back first."""

    code = "nothing-to-refund"


class RefundNotSupported(Conflict):
    """The payment's provider cannot give money back; transfer it by hand."""

    code = "refund-not-supported"


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Give `amount_minor` of a payment's credit back. `id` makes a repeat safe."""

    id: str
    creditor: str
    account: str
    payment: str
    amount_minor: int
    grounds: Grounds


class Refunding:
    """Gives money back, and books what providers tell of it."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, providers: Mapping[str, PaymentProvider]
    ) -> None:
        self._store, self._clock, self._ids, self._providers = store, clock, ids, providers
        self._allocator = Allocator(store, clock, ids)

    def refund(self, order: RefundOrder) -> Refund:
        """Promise the refund, then ask the provider for it under the refund's id.

        Raises PaymentUnknown, NothingToRefund, RefundNotSupported, or the provider's own
        ProviderUnavailable: then the promise stands, and a repeat asks again.
        """
        refund = self._store.get(Refund, order.creditor, order.account, order.id)
        refund = refund or self._promise(order)
        if refund.state not in ("promised", "asked"):
            return refund
        provider = self._providers[refund.provider]
        assert isinstance(provider, Refunds), "checked when it was promised"
        payment = known_payment(self._store, refund.creditor, refund.account, refund.payment)
        assert payment.provider_id is not None
        try:
            told = provider.refund(
                RefundRequest(
                    refund.id,
                    payment.provider_id,
                    refund.amount_minor,
                    refund.currency,
                    refund.reason,
                )
            )
        except RefundRefused as refused:
            return self._end(refund, "failed", refused.detail)
        if told.state == "pending":
            return self._asked(refund, told.refund_id)
        return self._end(refund, told.state, "", told.refund_id)

    def look_up(self, refund: Refund) -> str:
        """Ask the provider how a refund stands that it works on, and book the answer.

        A provider that cannot be asked tells by callback, or by the payout that the refund is a
        line of. Returns "done", "failed" or "asked". Raises ProviderUnavailable.
        """
        provider = self._providers.get(refund.provider)
        if provider is None:
            raise ProviderUnavailable(f"{refund.provider} is not set up here any more.")
        payment = known_payment(self._store, refund.creditor, refund.account, refund.payment)
        if (
            refund.provider_refund is None
            or payment.provider_id is None
            or not isinstance(provider, RefundLookUps)
        ):
            return "asked"
        told = provider.fetch_refund(payment.provider_id, refund.provider_refund)
        if told.state == "pending":
            return "asked"
        return self._end(refund, told.state, "", told.refund_id).state

    def _promise(self, order: RefundOrder) -> Refund:
        for _ in range(ATTEMPTS_MAX):
            payment = known_payment(self._store, order.creditor, order.account, order.payment)
            if not isinstance(self._providers.get(payment.provider), Refunds):
                raise RefundNotSupported(f"{payment.provider} cannot give money back.")
            credit = self._store.get(Credit, order.creditor, order.account, payment.source)
            if credit is None or credit.open_minor < order.amount_minor or order.amount_minor <= 0:
                free = Money(credit.open_minor if credit else 0, payment.currency)
                raise NothingToRefund(f"{free} of this payment is free.").told(most=free)
            now = self._clock.now()
            refund = Refund(
                order.creditor,
                order.account,
                order.id,
                order.payment,
                payment.provider,
                payment.currency,
                order.amount_minor,
                "promised",
                order.grounds.reason,
                order.grounds.by,
                now,
                version=1,
            )
            left = replace(credit, open_minor=credit.open_minor - order.amount_minor)
            lines = refund_lines(payment.source, order.id, order.amount_minor)
            try:
                self._store.commit(
                    [
                        Put(refund),
                        *self._allocator.keep(left, credit.version),
                        entry_of(
                            self._store, payment, "refund", order.id, lines, now, order.grounds
                        ),
                        self._tell("refund.promised", refund, now),
                        Wake(order.creditor, order.account, now),
                    ]
                )
            except CommitConflict:
                if found := self._store.get(Refund, order.creditor, order.account, order.id):
                    return found
                continue
            return refund
        raise ReversalBusy("The credit keeps changing; try again.")

    def _asked(self, refund: Refund, provider_id: str) -> Refund:
        asked = replace(
            refund, state="asked", provider_refund=provider_id, version=refund.version + 1
        )
        try:
            self._store.commit([Put(asked, expect=refund.version), *_ref_of(asked)])
        except CommitConflict:
            return self._store.get(Refund, *refund.key) or refund
        return asked

    def told(self, told: RefundTold) -> str:
        """Book what a provider tells about a refund of ours; the same twice is nothing new."""
        refund = self._refund_of(told)
        if refund is None or told.state == "pending" or refund.state in {"failed", told.state}:
            return "nothing-new"
        self._end(refund, told.state, "", told.refund_id)
        return f"refund-{told.state}"

    def _refund_of(self, told: RefundTold) -> Refund | None:
        """Find a refund by the provider's id of it, or, if the callback was faster than the answer
        that brings this id, among the payment's refunds that have none yet.
        """
        ref = self._store.get(RefundRef, told.provider, told.refund_id)
        if ref is not None:
            return self._store.get(Refund, ref.creditor, ref.account, ref.refund)
        paid = payment_told_of(self._store, told)
        if paid is None:
            return None
        paid = where_it_stands(paid)
        for refund in self._store.list(Refund, paid.creditor, paid.account):
            if (refund.payment, refund.provider_refund, refund.amount_minor) == (
                paid.id,
                None,
                told.amount_minor,
            ):
                return refund
        return None

    def _end(
        self,
        refund: Refund,
        state: Literal["done", "failed"],
        why: str,
        provider_id: str | None = None,
    ) -> Refund:
        for _ in range(ATTEMPTS_MAX):
            if refund.state in {"failed", state}:
                return refund  # a "done" after a failure is an older event that arrived late
            now = self._clock.now()
            ended = replace(
                refund,
                state=state,
                failure=why or None,
                ended_at=now,
                version=refund.version + 1,
                provider_refund=provider_id or refund.provider_refund,
            )
            payment = known_payment(self._store, refund.creditor, refund.account, refund.payment)
            try:
                self._store.commit(
                    [
                        Put(ended, expect=refund.version),
                        *_ref_of(ended),
                        *self._ended_books(payment, refund, state, now),
                        self._tell(
                            "refund.done" if state == "done" else "refund.failed", ended, now
                        ),
                        Wake(refund.creditor, refund.account, now),
                    ]
                )
            except CommitConflict:
                refund = self._store.get(Refund, *refund.key) or refund
                continue
            return ended
        raise ReversalBusy("The refund keeps changing; it will come again.")

    def _ended_books(
        self, payment: Payment, refund: Refund, state: Literal["done", "failed"], now: datetime
    ) -> list[Write]:
        grounds = Grounds(refund.by, refund.reason)
        if state == "done":
            lines = refund_done_lines(refund.id, refund.provider, refund.amount_minor)
            return [entry_of(self._store, payment, "refund-done", refund.id, lines, now, grounds)]
        if refund.state == "done":
            lines = refund_returned_lines(payment.source, refund.provider, refund.amount_minor)
        else:
            lines = refund_failed_lines(payment.source, refund.id, refund.amount_minor)
        base, version = credit_of(self._store, payment, now)
        credit = replace(base, open_minor=base.open_minor + refund.amount_minor)
        return [
            entry_of(self._store, payment, "refund-failed", refund.id, lines, now, grounds),
            *self._allocator.keep(credit, version),
        ]

    def _tell(self, type_: EventType, refund: Refund, now: datetime) -> Put:
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                refund.creditor,
                refund.account,
                refund=refund.id,
                payment=refund.payment,
                currency=refund.currency,
                amount=format_amount(refund.amount_minor, refund.currency),
                reason=refund.reason,
                by=refund.by,
                failure=refund.failure,
            )
        )


def _ref_of(refund: Refund) -> list[Write]:
    """Return what makes a refund findable by the provider's id of it, once that is known."""
    if refund.provider_refund is None:
        return []
    ref = RefundRef(
        refund.provider, refund.provider_refund, refund.id, refund.creditor, refund.account
    )
    return [Put(ref, expect=None)]
