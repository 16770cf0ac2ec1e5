"""A payout's lines beside our books: the last word about money that no callback told of.

What can be put right is: a payment that the provider paid out was paid, whatever was heard of it
before, and a refund in a payout was done. What cannot is a finding for a person; nothing is passed
over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.ledger.model import JournalEntry
from saldo.payments.model import Payment, PaymentRef, ProviderRef, Refund, RefundRef
from saldo.payments.payout_fees import Seen, fees_of, only_creditor
from saldo.payments.payout_model import Checked, Difference, Finding
from saldo.payments.ports import PaymentProvider, ProviderEvent
from saldo.payments.refunds import Refunding
from saldo.payments.reversals import where_it_stands
from saldo.payments.settle import Settlement
from saldo.payments.told import Payout, PayoutLine, RefundTold
from saldo.store import Store

ROUNDING_MINOR_MAX = 5
"""An adjustment up to this is what rounding the lines leaves; a larger one is a finding."""


class PayoutCheck:
    """Compares payouts with payments, refunds and chargebacks."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
        refunds: Refunding,
    ) -> None:
        self._store, self._clock, self._providers = store, clock, providers
        self._settlement, self._refunds = settlement, refunds

    def check(self, provider: str, payout: Payout) -> Checked:
        """Compare, settle what is not settled yet, and return what differs.

        Comparing the same payout again does nothing twice. Raises an Unavailable when the books are
        busy.
        """
        findings: list[Finding] = []
        foreign = settled = 0
        seen: list[Seen] = []
        for line in _together(payout):
            payment = self._payment(provider, line)
            seen.append((line, payment))
            if line.kind in ("fee", "adjustment"):
                found = _adjustment(line)
            elif payment is None:
                found = self._without_payment(provider, payout, line)
                foreign += line.gross_minor if found.difference == "not-ours" else 0
            elif line.kind == "payment":
                settled += payment.state != "settled"
                found = self._of_payment(payment, payout, line)
            elif line.kind == "refund":
                found = self._of_refund(payment, payout, line)
            else:
                found = self._of_chargeback(payment, payout, line)
            findings += [found] if found else []
        on = payout.arrives_on or self._clock.now().date()
        fees = fees_of(provider, payout, on, seen, lambda: only_creditor(self._store))
        return Checked(tuple(findings), foreign, settled, fees)

    def _payment(self, provider: str, line: PayoutLine) -> Payment | None:
        ref: PaymentRef | ProviderRef | None = None
        if line.provider_id:
            ref = self._store.get(ProviderRef, provider, line.provider_id)
        if ref is None and line.reference:
            ref = self._store.get(PaymentRef, line.reference)
        found = self._store.get(Payment, ref.creditor, ref.account, ref.payment) if ref else None
        return found and where_it_stands(found)

    def _without_payment(self, provider: str, payout: Payout, line: PayoutLine) -> Finding:
        if line.reference is None or line.provider_id is None or line.kind != "payment":
            return _finding("not-ours", line)
        # Ours by its mark, and nobody's by our books: it waits on suspense, as told by a callback.
        self._settle(provider, payout, line, line.reference, line.provider_id)
        return _finding("unknown", line)

    def _of_payment(self, payment: Payment, payout: Payout, line: PayoutLine) -> Finding | None:
        if payment.state != "settled":
            payment = self._settled(payment, payout, line)
            if payment.state != "settled":
                return _finding("not-settled", line, payment)
        other = line.provider_id not in (None, payment.provider_id)
        if other and not self._is_known(payment, line):
            assert line.provider_id is not None
            self._settle(payment.provider, payout, line, payment.id, line.provider_id)
            return _finding("second", line, payment)
        if payment.currency != payout.currency:
            return _finding("currency", line, payment)
        if payment.amount_minor != line.gross_minor:
            return _finding("amount", line, payment, payment.amount_minor)
        return None

    def _is_known(self, payment: Payment, line: PayoutLine) -> bool:
        ref = self._store.get(ProviderRef, payment.provider, line.provider_id or "")
        return ref is not None and ref.payment == payment.id

    def _settled(self, payment: Payment, payout: Payout, line: PayoutLine) -> Payment:
        """Settle a payment that was paid out: by what the provider says of it, else by the line."""
        provider, id_ = self._providers.get(payment.provider), line.provider_id
        try:
            if provider is not None and id_ is not None:
                self._settlement.settle(provider.fetch(id_))
        except Unavailable:
            pass  # some providers do not tell how a payment stands: the line does
        now = self._store.get(Payment, *payment.key) or payment
        if now.state != "settled" and id_ and payment.currency == payout.currency:
            self._settle(payment.provider, payout, line, payment.id, id_)
        return self._store.get(Payment, *payment.key) or payment

    def _settle(
        self, provider: str, payout: Payout, line: PayoutLine, reference: str, provider_id: str
    ) -> None:
        if line.gross_minor <= 0:
            return
        now = self._clock.now()
        self._settlement.settle(
            ProviderEvent(
                provider=provider,
                event_id=f"payout:{payout.payout_id}:{line.line_id}",
                provider_id=provider_id,
                reference=reference,
                state="settled",
                amount_minor=line.gross_minor,
                currency=payout.currency,
                occurred_at=now,
                received_on=payout.arrives_on or now.date(),
            )
        )

    def _of_refund(self, payment: Payment, payout: Payout, line: PayoutLine) -> Finding | None:
        refund = self._refund(payment, line)
        if refund is None or refund.state == "failed":
            return _finding("refund", line, payment)
        if refund.currency == payout.currency and refund.amount_minor != -line.gross_minor:
            return _finding("refund", line, payment, -refund.amount_minor)
        if refund.state != "done":
            self._refunds.told(
                RefundTold(
                    refund.provider,
                    f"payout:{payout.payout_id}:{line.line_id}",
                    refund.provider_refund or line.refund_id or "",
                    line.provider_id or "",
                    payment.id,
                    "done",
                    refund.amount_minor,
                    refund.currency,
                    self._clock.now(),
                )
            )
        return None

    def _refund(self, payment: Payment, line: PayoutLine) -> Refund | None:
        """Find the refund by the provider's id of it, else by payment and amount."""
        if line.refund_id:
            ref = self._store.get(RefundRef, payment.provider, line.refund_id)
            if ref is not None:
                return self._store.get(Refund, ref.creditor, ref.account, ref.refund)
        for refund in self._store.list(Refund, payment.creditor, payment.account):
            is_like_it = (refund.payment, refund.amount_minor) == (payment.id, -line.gross_minor)
            if is_like_it and (line.refund_id is None or refund.provider_refund is None):
                return refund
        return None

    def _of_chargeback(self, payment: Payment, payout: Payout, line: PayoutLine) -> Finding | None:
        cause = "chargeback" if line.kind == "chargeback" else "chargeback-reversed"
        for entry in self._entries(payment, payout.arrives_on):
            clearing = sum(
                p.amount_minor for p in entry.postings if p.account == "provider-clearing"
            )
            of_it = any(p.detail == payment.source for p in entry.postings)
            if entry.cause_kind == cause and of_it and clearing == line.gross_minor:
                return None
        return _finding("chargeback", line, payment)

    def _entries(self, payment: Payment, day: date | None) -> Iterator[JournalEntry]:
        now: datetime = self._clock.now()
        last = max(now.year, day.year if day else now.year)
        first = (payment.received_on or now.date()).year
        for year in range(first, last + 2):  # the creditor's year may have begun before UTC's
            yield from self._store.list(JournalEntry, payment.creditor, payment.account, str(year))


def _together(payout: Payout) -> Iterator[PayoutLine]:
    """Yield the lines, those of one payment that came in parts as one."""
    parts: dict[str, list[PayoutLine]] = defaultdict(list)
    for line in payout.lines:
        if line.kind == "payment" and line.provider_id:
            parts[line.provider_id].append(line)
        else:
            yield line
    for lines in parts.values():
        yield replace(
            lines[0],
            gross_minor=sum(line.gross_minor for line in lines),
            fee_minor=sum(line.fee_minor for line in lines),
            net_minor=sum(line.net_minor for line in lines),
        )


def _adjustment(line: PayoutLine) -> Finding | None:
    if line.kind == "fee" or abs(line.gross_minor) <= ROUNDING_MINOR_MAX:
        return None
    return _finding("adjustment", line)


def _finding(
    difference: Difference,
    line: PayoutLine,
    payment: Payment | None = None,
    booked_minor: int | None = None,
) -> Finding:
    return Finding(
        difference,
        line.line_id,
        line.provider_id,
        payment.id if payment else line.reference,
        line.gross_minor,
        booked_minor,
    )
