"""Calls to Mollie through its official client, and what its answers mean.

The client is imported at the first call: with `requests` below it, it costs a cold start dearly,
and most invocations never call Mollie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from saldo.errors import Conflict, Invalid
from saldo.payments.ports import ProviderUnavailable

if TYPE_CHECKING:
    from mollie.api.client import Client
    from mollie.api.error import ResponseError
    from mollie.api.objects.list import PaginationList
    from mollie.api.resources.base import ResourceListMixin

ClientFactory = Callable[[], "Client"]
_Answer = TypeVar("_Answer")

TIMEOUT_SECONDS: Final = (2, 10)
PAGE: Final = 250
"""The most that Mollie lists on one page."""

_EMBED: Final = "refunds,chargebacks"

_KEY: Final = re.compile(r"(live|test)_\w+|access_\w+", re.ASCII)


class Refused(Conflict):
    """Mollie answered that it will not do this; nothing happened.

    `status` is HTTP's, and `field` what of the request Mollie did not like, if it says so.
    """

    code = "mollie-refused"

    def __init__(self, detail: str, status: int = 422, field: str = "") -> None:
        super().__init__(detail)
        self.status, self.field = status, field


class Unknown(Refused):
    """Mollie does not know the object."""

    code = "mollie-unknown"


class Api:
    """Mollie under one key: an API key for payments, an organisation's token for settlements."""

    def __init__(self, key: str, factory: ClientFactory | None = None) -> None:
        # The client's own complaint would quote the key.
        assert _KEY.fullmatch(key), "a key of Mollie's begins with live_, test_ or access_"
        self._key = key
        self._factory = factory
        self._client: Client | None = None

    def __repr__(self) -> str:
        return "Api(mollie)"

    @property
    def client(self) -> Client:
        """Return the official client, made at the first use."""
        if self._client is None:
            from mollie.api.client import Client

            client = self._factory() if self._factory else Client(timeout=TIMEOUT_SECONDS)
            if self._key.startswith("access_"):
                client.set_access_token(self._key)
            else:
                client.set_api_key(self._key)
            self._client = client
        return self._client

    def payment(self, payment_id: str) -> Mapping[str, Any]:
        """Return a payment with its refunds and chargebacks; raise as `_call` does."""
        return self._call(lambda client: client.payments.get(payment_id, embed=_EMBED))

    def create_payment(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Create a payment, or return the one made under `key`; raise as `_call` does."""
        return self._call(lambda client: client.payments.create(dict(data), key))

    def create_customer(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Create a customer, or return the one made under `key`; raise as `_call` does."""
        return self._call(lambda client: client.customers.create(dict(data), key))

    def create_refund(self, payment_id: str, data: dict[str, Any], key: str) -> Mapping[str, Any]:
        """Refund a payment, or return the refund made under `key`; raise as `_call` does."""
        from mollie.api.objects.payment import Payment
        from mollie.api.resources.refunds import PaymentRefunds

        def ask(client: Client) -> Mapping[str, Any]:
            payment = Payment({"id": payment_id}, client)  # type: ignore[no-untyped-call]
            refund: Mapping[str, Any] = PaymentRefunds(client, payment).create(data, key)
            return refund

        return self._call(ask)

    def refund(self, payment_id: str, refund_id: str) -> Mapping[str, Any]:
        """Return a refund of a payment; raise as `_call` does."""
        from mollie.api.objects.payment import Payment
        from mollie.api.resources.refunds import PaymentRefunds

        def ask(client: Client) -> Mapping[str, Any]:
            payment = Payment({"id": payment_id}, client)  # type: ignore[no-untyped-call]
            return PaymentRefunds(client, payment).get(refund_id)

        return self._call(ask)

    def cancel(self, payment_id: str) -> Mapping[str, Any]:
        """Cancel a payment; raise as `_call` does."""
        return self._call(lambda client: client.payments.delete(payment_id))

    def mandate(self, customer_id: str, mandate_id: str) -> Mapping[str, Any]:
        """Return a customer's mandate; raise as `_call` does."""
        from mollie.api.objects.customer import Customer
        from mollie.api.resources.mandates import CustomerMandates

        def ask(client: Client) -> Mapping[str, Any]:
            customer = Customer({"id": customer_id}, client)  # type: ignore[no-untyped-call]
            return CustomerMandates(client, customer).get(mandate_id)

        return self._call(ask)

    def revoke(self, customer_id: str, mandate_id: str) -> None:
        """Revoke a customer's mandate; raise as `_call` does."""
        from mollie.api.objects.customer import Customer
        from mollie.api.resources.mandates import CustomerMandates

        def ask(client: Client) -> object:
            customer = Customer({"id": customer_id}, client)  # type: ignore[no-untyped-call]
            return CustomerMandates(client, customer).delete(mandate_id)

        self._guarded(ask)

    def every(self, resource: Callable[[Client], ResourceListMixin]) -> Iterator[Mapping[str, Any]]:
        """Yield every object of a list, page after page; raise as `_call` does."""
        page: PaginationList | None = self._guarded(
            lambda client: resource(client).list(limit=PAGE)
        )
        while page is not None:
            yield from page
            page = self._guarded(_following(page))

    def _call(self, ask: Callable[[Client], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the object that `ask` gets from the client.

        Raises Unknown or Refused where Mollie will not, ProviderUnavailable where the outcome is
        not known.
        """
        answer = self._guarded(ask)
        # The first use of the same key may still be running: then Mollie answers 202 and no object.
        if "id" not in answer:
            raise ProviderUnavailable("Mollie has not finished the request.")
        return answer

    def _guarded(self, ask: Callable[[Client], _Answer]) -> _Answer:
        from mollie.api import error

        try:
            return ask(self.client)
        except error.NotFoundError as bad:
            raise Unknown(f"Mollie does not know it: {bad}", 404) from None
        except (error.UnprocessableEntityError, error.ConflictError) as bad:
            raise Refused(f"Mollie refuses: {bad}", int(bad.status or 422), _field(bad)) from None
        except error.ResponseError as bad:
            raise ProviderUnavailable(f"Mollie answered {bad.status}: {bad}") from None
        # Its other errors may quote a whole answer or a key: only their kind is told.
        except (error.Error, KeyError, TypeError) as bad:
            raise ProviderUnavailable(
                f"Mollie did not answer in a way that can be read: {type(bad).__name__}"
            ) from None


def _field(refusal: ResponseError) -> str:
    return str(refusal.field or "")


def _following(page: PaginationList) -> Callable[[Client], PaginationList | None]:
    def following(_: Client) -> PaginationList | None:
        return page.get_next()  # type: ignore[no-untyped-call, no-any-return]

    return following


def readable(read: Callable[[], _Answer]) -> _Answer:
    """Return what `read` makes of an answer of Mollie; raise ProviderUnavailable if it cannot."""
    try:
        return read()
    except (ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"Mollie's answer cannot be read: {bad}") from bad
