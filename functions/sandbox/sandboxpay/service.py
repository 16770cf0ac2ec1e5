"""What the sandbox does: creates payments, lets an outcome happen, and tells the merchant."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from saldo.clock import Clock
from saldo.errors import Conflict, NotFound, Unauthenticated
from saldo.ids import Ids

from .callbacks import Deliver, event_of, signed_headers, tell
from .payments import BadRequest, Outcome, Payment, new_payment, request_hash
from .storage import Storage

_log = logging.getLogger(__name__)

Callback = Literal["once", "none", "twice"]


class UnknownPayment(NotFound):
    """No payment has this id."""


class SandboxPay:
    """The provider.

    `secrets` open the API, and the first of them signs callbacks; `base_url` is where its pages
    are reached.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        deliver: Deliver,
        clock: Clock,
        ids: Ids,
        secrets: Sequence[str],
        base_url: str,
    ) -> None:
        self._storage = storage
        self._deliver = deliver
        self._clock = clock
        self._ids = ids
        self._secrets = tuple(secrets)
        self.base_url = base_url.rstrip("/")

    @property
    def base_path(self) -> str:
        """The path that every path of this provider begins with, '' at the root of a host."""
        return urlsplit(self.base_url).path

    def authenticate(self, authorization: str) -> None:
        """Raise Unauthenticated unless the header carries a secret of ours."""
        scheme, _, given = authorization.partition(" ")
        known = [hmac.compare_digest(given.encode(), secret.encode()) for secret in self._secrets]
        if scheme.lower() != "bearer" or not any(known):
            raise Unauthenticated("Send the secret as `Authorization: Bearer ...`.")

    def create(self, idempotency_key: str, wanted: Mapping[str, Any]) -> tuple[Payment, bool]:
        """Return the payment of this key, and whether this request made it.

        Raises BadRequest, or Conflict if the key was used for something else.
        """
        if not 0 < len(idempotency_key) <= 200:
            raise BadRequest("Send an Idempotency-Key of up to 200 characters.")
        fresh = new_payment(
            wanted,
            payment_id=f"pay_{self._ids.token()}",
            idempotency_key=idempotency_key,
            at=self._clock.now(),
        )
        # The key's record carries the whole payment, so that a crash between the two writes
        # leaves nothing that a repeated request could not complete.
        key_record = f"key#{idempotency_key}"
        first = self._storage.put(key_record, fresh.to_record(), version=1, expect=0)
        if not first:
            fresh = Payment.from_record(self._storage.get(key_record) or "")
            if fresh.request_hash != request_hash(wanted):
                raise Conflict("This Idempotency-Key belongs to a payment with other contents.")
        self._storage.put(fresh.id, fresh.to_record(), version=1, expect=0)
        return self.payment(fresh.id), first

    def payment(self, payment_id: str) -> Payment:
        """Return a payment as it is now. Raises UnknownPayment."""
        text = self._storage.get(payment_id) if payment_id.startswith("pay_") else None
        if text is None:
            raise UnknownPayment("There is no such payment.")
        return Payment.from_record(text)

    def hosted_url(self, payment: Payment) -> str:
        """Return the address of the page on which the payer decides."""
        return f"{self.base_url}/hosted/{quote(payment.id, safe='')}"

    def document(self, payment: Payment) -> dict[str, object]:
        """Return the payment as the API tells it."""
        return payment.document(self.hosted_url(payment))

    def decide(
        self,
        payment_id: str,
        outcome: Outcome,
        *,
        received_minor: int | None,
        received_on: date | None,
        callback: Callback,
    ) -> Payment:
        """Let `outcome` happen and tell the merchant; return the payment as it is then.

        An outcome that may not follow the payment's state changes nothing and tells nothing: a
        second click, or one in a second tab. `received_minor` None: what was asked for;
        `received_on` None: today.
        """
        before = self.payment(payment_id)
        now = self._clock.now()
        after = before.after(
            outcome,
            received_minor=before.amount_minor if received_minor is None else received_minor,
            received_on=received_on or now.date(),
            at=now,
        )
        if after is None:
            return before
        written = self._storage.put(
            after.id, after.to_record(), version=after.version, expect=before.version
        )
        if not written:
            return self.payment(payment_id)
        self._tell(after, {"once": 1, "none": 0, "twice": 2}[callback])
        return after

    def _tell(self, payment: Payment, times: int) -> None:
        event_id, body = event_of(payment, self.hosted_url(payment))
        for _ in range(times):
            headers = signed_headers(self._secrets[0], event_id, body, self._clock.now())
            if not tell(self._deliver, payment.callback_url, headers, body):
                _log.warning("the callback of %s was not taken", event_id)
