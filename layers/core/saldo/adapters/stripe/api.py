"""Calls to Stripe, through its official package over our own transport.

The package authenticates, encodes, pins the interface's version, retries what may be retried and
names the errors. Its `raw_request` answers with plain documents, which the callbacks' readers read
too. The package is imported with the first call: verifying a callback does not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from saldo.adapters.stripe.documents import NotReadable, document, text
from saldo.payments.ports import ProviderUnavailable

if TYPE_CHECKING:
    from stripe import StripeClient, StripeError

BASE_URL: Final = "https://api.stripe.com"
_PAGE: Final = 100
_PAGES_MAX: Final = 1000


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""


class StripeRefused(Exception):
    """Stripe understood a request and will not do it; nothing happened.

    `code` is Stripe's, and `answer` its error object; both may quote what was sent, never the key.
    """

    def __init__(self, code: str, status: int | None, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{code} ({status})")
        self.code, self.status, self.answer = code, status, answer


class StripeApi:
    """Stripe's interface at `base_url`, opened by `api_key`."""

    def __init__(
        self, api_key: str, transport: Transport, base_url: str = BASE_URL, retries: int = 1
    ) -> None:
        assert api_key, "Stripe needs an API key"
        self._api_key, self._transport = api_key, transport
        self._base_url, self._retries = base_url.rstrip("/"), retries

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Return an object; raise StripeRefused, ProviderUnavailable."""
        return self._call("get", path, params)

    def post(self, path: str, key: str, **params: Any) -> dict[str, Any]:
        """Create or act under the idempotency key `key`; raise StripeRefused, ProviderUnavailable.

        Stripe keeps a key for at least 24 hours (https://docs.stripe.com/api/idempotent_requests).
        """
        return self._call("post", path, {**params, "idempotency_key": key})

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield every object of a list; raise StripeRefused, ProviderUnavailable."""
        after: dict[str, str] = {}
        for _ in range(_PAGES_MAX):
            page = self.get(path, limit=_PAGE, **params, **after)
            found = page.get("data")
            if not isinstance(found, list):
                raise ProviderUnavailable("Stripe's answer is not a list.")
            yield from found
            if not page.get("has_more") or not found:
                return
            after = {"starting_after": text(document(found[-1]), "id")}
        raise ProviderUnavailable(f"Stripe's list {path} does not end.")

    def _call(self, method: str, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        import stripe

        try:
            return document(self._client.raw_request(method, f"/v1/{path}", **params).data)
        except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError) as refused:
            raise _refused(refused) from None
        # Not chained: the package's errors carry whole answers and quote parts of the key.
        except stripe.StripeError as unknown:
            raise ProviderUnavailable(f"Stripe did not do it: {_name(unknown)}") from None
        except NotReadable as bad:
            raise ProviderUnavailable(f"Stripe's answer cannot be read: {bad}") from bad

    @cached_property
    def _client(self) -> StripeClient:
        import stripe

        from saldo.adapters.stripe.wire import OverTransport

        return stripe.StripeClient(
            self._api_key,
            base_addresses={"api": self._base_url},
            http_client=OverTransport(self._transport),
            max_network_retries=self._retries,
        )


def _name(error: StripeError) -> str:
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''}".rstrip()


def _refused(error: StripeError) -> Exception:
    status = error.http_status
    body = error.json_body
    answer = body.get("error") if isinstance(body, dict) else None
    # A 409 says that the same key is at work in this moment: that is for later.
    if status is None or status >= 500 or status == 409:
        return ProviderUnavailable(f"Stripe did not do it: {_name(error)}")
    return StripeRefused(
        error.code or type(error).__name__, status, answer if isinstance(answer, dict) else {}
    )
