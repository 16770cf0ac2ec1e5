"""What the sandbox does: creates payments, lets an outcome happen, and tells the merchant."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

from saldo.clock import Clock
from saldo.errors import Conflict, NotFound, Unauthenticated
from saldo.ids import Ids

from .callbacks import Deliver, event_of, signed_headers, tell
from .payments import BadRequest, Outcome, Payment, new_payment
from .storage import Storage

_log = logging.getLogger(__name__)

Callback = Literal["once", "none", "twice"]
TIMES: Final[dict[Callback, int]] = {"once": 1, "none": 0, "twice": 2}


class UnknownPayment(NotFound):
    """No payment has this id."""


def check_key(idempotency_key: str) -> None:
    """Raise BadRequest unless a request carries a key."""
    if not 0 < len(idempotency_key) <= 200:
        raise BadRequest("Send an Idempotency-Key of up to 200 characters.")


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

        Raises BadRequest, AmountTooLarge, or Conflict if the key was used for something else.
        """
        check_key(idempotency_key)
        fresh = new_payment(
            wanted,
            payment_id=f"pay_{self._ids.token()}",
            idempotency_key=idempotency_key,
            at=self._clock.now(),
        )
        return self.keep(fresh)

    def keep(self, fresh: Payment) -> tuple[Payment, bool]:
        """Keep a payment that was just asked for, and tell whether it is new; if its key was used
        before, return that payment as it is now. Raises Conflict if that was for something else.
        """
        # The key's record carries the whole payment, so that a crash between the two writes
        # leaves nothing that a repeated request could not complete.
        key_record = f"key#{fresh.idempotency_key}"
        first = self._storage.put(key_record, fresh.to_record(), version=1, expect=0)
        if not first:
            known = Payment.from_record(self._storage.get(key_record) or "")
            if known.request_hash != fresh.request_hash:
                raise Conflict("This Idempotency-Key belongs to a payment with other contents.")
            fresh = known
        self._storage.put(fresh.id, fresh.to_record(), version=1, expect=0)
        return self.payment(fresh.id), first

    def kept(self, idempotency_key: str) -> Payment | None:
        """Return the payment that a key made, as it is now, None if it made none."""
        text = self._storage.get(f"key#{idempotency_key}")
        return self.payment(Payment.from_record(text).id) if text else None

    def payment(self, payment_id: str) -> Payment:
        """Return a payment as it is now. Raises UnknownPayment."""
        text = self._storage.get(payment_id) if payment_id.startswith("pay_") else None
        if text is None:
            raise UnknownPayment("There is no such payment.")
        return Payment.from_record(text)

    def looked_up(self, payment_id: str) -> Payment:
        """Return a payment as the merchant is told when asking: a charge that nobody decided on for
        long enough ends by then, and is told of. Raises UnknownPayment.
        """
        payment = self.payment(payment_id)
        fate = payment.fate(self._clock.now())
        if fate is None:
            return payment
        return self.decide(payment_id, fate, received_minor=None, received_on=None, callback="once")

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
        self._tell(after, TIMES[callback])
        return after

    def _tell(self, payment: Payment, times: int) -> None:
        self.tell(payment.callback_url, *event_of(payment, self.hosted_url(payment)), times)

    def tell(self, url: str, event_id: str, body: bytes, times: int = 1) -> None:
        """Send a signed callback so many times."""
        for _ in range(times):
            headers = signed_headers(self._secrets[0], event_id, body, self._clock.now())
            if not tell(self._deliver, url, headers, body):
                _log.warning("the callback of %s was not taken", event_id)
