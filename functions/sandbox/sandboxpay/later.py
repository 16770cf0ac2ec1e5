"""What the sandbox does besides payments on a page: mandates, their charges, refunds, payouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from saldo.clock import Clock
from saldo.errors import Conflict, NotFound
from saldo.ids import Ids

from .callbacks import mandate_event_of, refund_event_of
from .mandates import Mandate, MandateOutcome, new_charge, new_mandate
from .payments import Payment, request_hash
from .payouts import Payout, page_of, payouts_of
from .refunds import Refund, new_refund
from .service import TIMES, Callback, SandboxPay, check_key
from .storage import Storage


class UnknownMandate(NotFound):
    """No mandate has this id."""


class UnknownRefund(NotFound):
    """No refund has this id."""


class SandboxLater:
    """Mandates, charges and refunds of the provider `pay`."""

    def __init__(self, pay: SandboxPay, storage: Storage, clock: Clock, ids: Ids) -> None:
        self._pay, self._storage, self._clock, self._ids = pay, storage, clock, ids

    def request(self, idempotency_key: str, wanted: Mapping[str, Any]) -> tuple[Mandate, bool]:
        """Return the mandate of this key, and whether this request made it.

        Raises BadRequest, or Conflict if the key was used for something else.
        """
        check_key(idempotency_key)
        fresh = new_mandate(
            wanted,
            mandate_id=f"mdt_{self._ids.token()}",
            idempotency_key=idempotency_key,
            at=self._clock.now(),
        )
        key_record = f"mandate-key#{idempotency_key}"
        first = self._storage.put(key_record, fresh.to_record(), version=1, expect=0)
        if not first:
            fresh = Mandate.from_record(self._storage.get(key_record) or "")
            if fresh.request_hash != request_hash(wanted):
                raise Conflict("This Idempotency-Key belongs to a mandate with other contents.")
        self._storage.put(fresh.id, fresh.to_record(), version=1, expect=0)
        return self.mandate(fresh.id), first

    def mandate(self, mandate_id: str) -> Mandate:
        """Return a mandate as it is now. Raises UnknownMandate."""
        text = self._storage.get(mandate_id) if mandate_id.startswith("mdt_") else None
        if text is None:
            raise UnknownMandate("There is no such mandate.")
        return Mandate.from_record(text)

    def hosted_url(self, mandate: Mandate) -> str:
        """Return the address of the page on which the payer gives the mandate."""
        return f"{self._pay.base_url}/hosted-mandates/{quote(mandate.id, safe='')}"

    def mandate_document(self, mandate: Mandate) -> dict[str, object]:
        """Return the mandate as the API tells it."""
        return mandate.document(self.hosted_url(mandate))

    def decide(self, mandate_id: str, outcome: MandateOutcome, callback: Callback) -> Mandate:
        """Let `outcome` happen and tell the merchant; return the mandate as it is then.

        An outcome that may not follow its state changes nothing and tells nothing.
        """
        before = self.mandate(mandate_id)
        after = before.after(outcome, self._clock.now())
        if after is None or not self._put(before, after):
            return self.mandate(mandate_id)
        event_id, body = mandate_event_of(after, self.hosted_url(after))
        self._pay.tell(after.callback_url, event_id, body, TIMES[callback])
        return after

    def charge(self, idempotency_key: str, wanted: Mapping[str, Any]) -> tuple[Payment, bool]:
        """Charge a mandate, or return the payment that was made under the same key.

        Raises BadRequest, UnknownMandate, ChargeNotPossible, or Conflict if the key was used for
        something else.
        """
        check_key(idempotency_key)
        known = self._pay.kept(idempotency_key)
        if known is not None and known.request_hash == request_hash(wanted):
            return known, False
        mandate = self.mandate(str(wanted.get("mandate", "")))
        payment, first = self._pay.keep(
            new_charge(
                wanted,
                mandate,
                payment_id=f"pay_{self._ids.token()}",
                idempotency_key=idempotency_key,
                at=self._clock.now(),
            )
        )
        # Only the mandate's page wants to know; who is faster with another change is no matter.
        if first:
            self._put(mandate, mandate.with_charge(payment.id))
        return payment, first

    def charges(self, mandate: Mandate) -> list[Payment]:
        """Return the latest charges of a mandate, the newest first."""
        return [self._pay.payment(payment_id) for payment_id in mandate.charges]

    def refund(self, idempotency_key: str, wanted: Mapping[str, Any]) -> tuple[Refund, bool]:
        """Give money back, or return the refund that was made under the same key.

        Raises BadRequest, UnknownPayment, RefundNotPossible, or Conflict if the key was used for
        something else.
        """
        check_key(idempotency_key)
        key_record = f"refund-key#{idempotency_key}"
        text = self._storage.get(key_record)
        if text is None:
            refund = new_refund(
                wanted,
                self._pay.payment(str(wanted.get("payment", ""))),
                refund_id=f"ref_{self._ids.token()}",
                idempotency_key=idempotency_key,
                at=self._clock.now(),
            )
            self._storage.put(key_record, refund.to_record(), version=1, expect=0)
            text = self._storage.get(key_record) or ""
        refund = Refund.from_record(text)
        if refund.request_hash != request_hash(wanted):
            raise Conflict("This Idempotency-Key belongs to a refund with other contents.")
        self._take_from_payment(refund)
        first = self._storage.put(refund.id, refund.to_record(), version=1, expect=0)
        if first:
            callback_url = self._pay.payment(refund.payment).callback_url
            self._pay.tell(callback_url, *refund_event_of(refund))
        return refund, first

    def found_refund(self, refund_id: str) -> Refund:
        """Return a refund. Raises UnknownRefund."""
        text = self._storage.get(refund_id) if refund_id.startswith("ref_") else None
        if text is None:
            raise UnknownRefund("There is no such refund.")
        return Refund.from_record(text)

    def payouts(self, since: date, after: str) -> tuple[list[Payout], bool]:
        """Return a page of the payouts that arrived on or after `since`, those that follow the id
        `after`, and whether more do.
        """
        payments = (Payment.from_record(text) for text in self._storage.every("pay_"))
        refunds = (Refund.from_record(text) for text in self._storage.every("ref_"))
        return page_of(payouts_of(payments, refunds, since, self._clock.now()), after)

    def _take_from_payment(self, refund: Refund) -> None:
        while refund.state == "done":
            payment = self._pay.payment(refund.payment)
            if refund.id in payment.refunded:
                return
            less = replace(
                payment,
                refunded={**payment.refunded, refund.id: refund.amount_minor},
                version=payment.version + 1,
            )
            written = self._storage.put(
                less.id, less.to_record(), version=less.version, expect=payment.version
            )
            if written:
                return

    def _put(self, before: Mandate, after: Mandate) -> bool:
        return self._storage.put(
            after.id, after.to_record(), version=after.version, expect=before.version
        )
