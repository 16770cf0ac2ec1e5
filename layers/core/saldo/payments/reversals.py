"""Money that goes back: refunds that we give, chargebacks and returned debits that are taken."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from saldo.clock import Clock
from saldo.errors import Conflict, NotFound, Unavailable
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Allocation, Credit
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import (
    chargeback_lines,
    refund_done_lines,
    refund_failed_lines,
    refund_lines,
    refund_returned_lines,
)
from saldo.money import format_amount
from saldo.payments.allocate import AllocationUnknown, Allocator, CreditUnknown, Grounds
from saldo.payments.model import Payment, PaymentRef, ProviderEventSeen, Refund, RefundRef
from saldo.payments.ports import PaymentProvider
from saldo.payments.told import ChargebackTold, RefundRefused, RefundRequest, Refunds, RefundTold
from saldo.store import CommitConflict, Put, Store, Wake, Write

_ATTEMPTS_MAX = 8


class PaymentUnknown(NotFound):
    """There is no such payment."""

    code = "payment-unknown"


class NothingToRefund(Conflict):
    """The payment has less credit than is to be given back: take an allocation back first."""

    code = "nothing-to-refund"


class RefundNotSupported(Conflict):
    """The payment's provider cannot give money back; transfer it by hand."""

    code = "refund-not-supported"


class ReversalBusy(Unavailable):
    """The payment keeps changing; the event will come again."""

    code = "reversal-busy"


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Give `amount_minor` of a payment's credit back. `id` makes a repeat safe."""

    id: str
    creditor: str
    account: str
    payment: str
    amount_minor: int
    grounds: Grounds


class Reversals:
    """Books refunds and chargebacks."""

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
        payment = self._payment(refund.creditor, refund.account, refund.payment)
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

    def _promise(self, order: RefundOrder) -> Refund:
        for _ in range(_ATTEMPTS_MAX):
            payment = self._payment(order.creditor, order.account, order.payment)
            if not isinstance(self._providers.get(payment.provider), Refunds):
                raise RefundNotSupported(f"{payment.provider} cannot give money back.")
            credit = self._store.get(Credit, order.creditor, order.account, payment.source)
            if credit is None or credit.open_minor < order.amount_minor or order.amount_minor <= 0:
                free = format_amount(credit.open_minor if credit else 0, payment.currency)
                raise NothingToRefund(f"{free} {payment.currency} of this payment is free.")
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
                        self._journal(payment, "refund", order.id, lines, now, order.grounds),
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

    def refund_told(self, told: RefundTold) -> str:
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
        paid = self._store.get(PaymentRef, told.reference) if told.reference else None
        if paid is None:
            return None
        for refund in self._store.list(Refund, paid.creditor, paid.account):
            if (refund.payment, refund.provider_refund, refund.amount_minor) == (
                paid.payment,
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
        for _ in range(_ATTEMPTS_MAX):
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
            payment = self._payment(refund.creditor, refund.account, refund.payment)
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
            return [self._journal(payment, "refund-done", refund.id, lines, now, grounds)]
        if refund.state == "done":
            lines = refund_returned_lines(payment.source, refund.provider, refund.amount_minor)
        else:
            lines = refund_failed_lines(payment.source, refund.id, refund.amount_minor)
        old = self._store.get(Credit, refund.creditor, refund.account, payment.source)
        base = old or self._empty(payment, now)
        credit = replace(base, open_minor=base.open_minor + refund.amount_minor)
        return [
            self._journal(payment, "refund-failed", refund.id, lines, now, grounds),
            *self._allocator.keep(credit, old.version if old else 0),
        ]

    def chargeback_told(self, told: ChargebackTold) -> str:
        """Book a chargeback, a returned debit, or its reversal.

        What was taken comes from the payment's credit; where that was allocated, allocations are
        taken back first, the latest first, so that the invoices are owed again. What an allocation
        held beyond that pays its invoices again.

        Raises ReversalBusy while the payment itself is not booked: events overtake each other, and
        a chargeback that was passed over would never come again.
        """
        payment = self._find(told)
        if payment is None:
            return "nothing-new"
        grounds = Grounds(f"provider:{told.provider}", told.reason or told.kind)
        if self._is_known(told):
            self._allocate_rest(payment, grounds)
            return "nothing-new"
        if payment.state != "settled":
            raise ReversalBusy("The payment is not booked yet; the event will come again.")
        if told.state == "taken":
            self._free(payment, told, grounds)
        for _ in range(_ATTEMPTS_MAX):
            try:
                self._store.commit(self._chargeback_writes(payment, told, grounds))
            except CommitConflict:
                if not self._is_known(told):
                    continue
                self._allocate_rest(payment, grounds)
                return "nothing-new"
            self._allocator.resume(payment.creditor, payment.account, payment.source)
            return f"chargeback-{told.state}"
        raise ReversalBusy("The payment keeps changing; the event will come again.")

    def _is_known(self, told: ChargebackTold) -> bool:
        """Tell whether this event, or another of the same fact, was booked before."""
        return any(self._store.get(ProviderEventSeen, told.provider, id_) for id_ in _names(told))

    def _allocate_rest(self, payment: Payment, grounds: Grounds) -> None:
        """Allocate again what was taken back for a fact that another delivery booked meanwhile.

        That one, or this one's next, may have died in between: so every repeat sees to it.
        """
        with suppress(CreditUnknown):
            self._allocator.allocate(
                payment.creditor, payment.account, payment.source, payment.invoices, grounds
            )

    def _free(self, payment: Payment, told: ChargebackTold, grounds: Grounds) -> None:
        """Take allocations back until the payment's credit covers what was taken."""
        standing = [
            a
            for a in self._store.list(Allocation, payment.creditor, payment.account, payment.source)
            if a.reversed_at is None
        ]
        for made in sorted(standing, key=lambda a: (a.allocated_at, a.invoice), reverse=True):
            credit = self._store.get(Credit, payment.creditor, payment.account, payment.source)
            if credit is not None and credit.open_minor >= told.amount_minor:
                return
            try:
                self._allocator.take_back(
                    made.creditor, made.account, made.source, made.invoice, grounds
                )
            except AllocationUnknown:
                continue  # another delivery of the same event was faster

    def _chargeback_writes(
        self, payment: Payment, told: ChargebackTold, grounds: Grounds
    ) -> list[Write]:
        now = self._clock.now()
        old = self._store.get(Credit, payment.creditor, payment.account, payment.source)
        base = old or self._empty(payment, now)
        if told.state == "taken":
            covered = min(base.open_minor, told.amount_minor)
            credit = replace(
                base,
                open_minor=base.open_minor - covered,
                pending=payment.invoices,
                pending_since=now,
            )
            lines = chargeback_lines(payment.source, told.provider, told.amount_minor, covered)
            cause: CauseKind = "chargeback"
            type_: EventType = "payment.charged_back"
        else:
            covered = told.amount_minor
            credit = replace(
                base,
                open_minor=base.open_minor + covered,
                pending=payment.invoices,
                pending_since=now,
            )
            lines = tuple(
                replace(p, amount_minor=-p.amount_minor)
                for p in chargeback_lines(payment.source, told.provider, covered, covered)
            )
            cause, type_ = "chargeback-reversed", "payment.chargeback_reversed"
        return [
            *(Put(ProviderEventSeen(told.provider, id_, now)) for id_ in _names(told)),
            self._journal(payment, cause, told.chargeback_id, lines, now, grounds),
            *self._allocator.keep(credit, old.version if old else 0),
            Wake(payment.creditor, payment.account, now),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    type_,
                    payment.creditor,
                    payment.account,
                    payment=payment.id,
                    kind=told.kind,
                    currency=told.currency,
                    amount=format_amount(told.amount_minor, told.currency),
                    reason=grounds.reason,
                    uncovered=format_amount(told.amount_minor - covered, told.currency),
                )
            ),
        ]

    def _find(self, told: ChargebackTold) -> Payment | None:
        ref = self._store.get(PaymentRef, told.reference) if told.reference else None
        return self._store.get(Payment, ref.creditor, ref.account, ref.payment) if ref else None

    def _payment(self, creditor: str, account: str, payment: str) -> Payment:
        found = self._store.get(Payment, creditor, account, payment)
        if found is None:
            raise PaymentUnknown(f"There is no payment {payment!r}.")
        return found

    def _empty(self, payment: Payment, now: datetime) -> Credit:
        return Credit(
            payment.creditor, payment.account, payment.source, payment.currency, 0, now.date()
        )

    def _journal(
        self,
        payment: Payment,
        cause: CauseKind,
        cause_id: str,
        lines: tuple[Posting, ...],
        now: datetime,
        grounds: Grounds,
    ) -> Put:
        return Put(
            JournalEntry(
                payment.creditor,
                payment.account,
                cause,
                cause_id,
                now.date(),
                payment.currency,
                lines,
                now,
                grounds.by,
                grounds.reason,
            )
        )

    def _tell(self, type_: EventType, refund: Refund, now: datetime, **more: Any) -> Put:
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
                **more,
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


def _names(told: ChargebackTold) -> set[str]:
    """Return the ids under which a chargeback is known: this event's, and that of the fact itself,
    whichever event tells of it. Some providers' event ids are the fact's already.
    """
    return {told.event_id, f"{told.chargeback_id}:{told.state}"}
