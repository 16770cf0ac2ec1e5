"""How each payment provider is made from its part of the installation's secret.

An adapter is imported when it is made, so a function loads no provider that it does not use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from saldo.payments.ports import PaymentProvider

SECRETS_MAX: Final = 10
"""Old and new ones of a few webhooks; every one is tried on every callback."""

_REPORT_SECONDS: Final = 60.0
_HEX: Final = re.compile(r"([0-9A-Fa-f]{2}){16,}")
_MOLLIE_KEY: Final = re.compile(r"(live|test)_\w+", re.ASCII)
_MOLLIE_TOKEN: Final = re.compile(r"access_\w+", re.ASCII)
_PREFIX: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class WrongPart(ValueError):
    """A field of the secret is wrong. Says which and how, never what it holds."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A provider's part of the secret, read field by field. Shows no value."""

    part: Mapping[str, Any] = field(repr=False)
    allow_http: bool = False

    def only(self, *known: str) -> None:
        """Refuse fields beside those `known`: a misspelt one would be ignored in silence."""
        if not set(self.part) <= set(known):
            raise WrongPart(f"it has a field beside {', '.join(known)}")

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.text_or_none(name, pattern)
        if value is None:
            raise WrongPart(f"{name} is missing")
        return value

    def text_or_none(self, name: str, pattern: re.Pattern[str] | None = None) -> str | None:
        value = self.part.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise WrongPart(f"{name} is not a text without spaces around it")
        if pattern is not None and not pattern.fullmatch(value):
            raise WrongPart(f"{name} does not look like one")
        return value

    def texts(
        self, name: str, pattern: re.Pattern[str] | None = None, *, least: int = 1
    ) -> tuple[str, ...]:
        values = self.part.get(name, [])
        if not isinstance(values, list) or not least <= len(values) <= SECRETS_MAX:
            raise WrongPart(f"{name} is not a list of {least} to {SECRETS_MAX} texts")
        return tuple(Fields({name: value}).text(name, pattern) for value in values)

    def address(self, name: str, default: str) -> str:
        value = self.text_or_none(name) or default
        if not value.startswith("https://") and not (
            self.allow_http and value.startswith("http://")
        ):
            raise WrongPart(f"{name} does not begin with https://")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.part.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise WrongPart(f"{name} is not a whole number above zero")
        return value

    def switch(self, name: str, *, default: bool) -> bool:
        value = self.part.get(name, default)
        if not isinstance(value, bool):
            raise WrongPart(f"{name} is neither true nor false")
        return value


def _stripe(fields: Fields, _: str) -> PaymentProvider:
    from saldo.adapters.http.transport import UrllibTransport
    from saldo.adapters.stripe.api import BASE_URL
    from saldo.adapters.stripe.provider import HOSTED_AT, StripeProvider

    fields.only("api_key", "webhook_secrets", "base_url", "hosted_at", "mandate_currency")
    return StripeProvider(
        fields.text("api_key"),
        fields.texts("webhook_secrets"),
        UrllibTransport(),
        base_url=fields.address("base_url", BASE_URL),
        hosted_at=fields.address("hosted_at", HOSTED_AT),
        mandate_currency=fields.text_or_none("mandate_currency", _CURRENCY) or "EUR",
    )


def _mollie(fields: Fields, callback_url: str) -> PaymentProvider:
    from saldo.adapters.mollie.options import Options
    from saldo.adapters.mollie.provider import MollieProvider

    fields.only(
        "api_key", "webhook_secrets", "organisation_token", "methods", "mandate_minor", "hosted_at"
    )
    usual = Options()
    options = Options(
        organisation_token=fields.text_or_none("organisation_token", _MOLLIE_TOKEN),
        methods=fields.texts("methods", least=0),
        mandate_callback_url=callback_url,
        mandate_minor=fields.number("mandate_minor", usual.mandate_minor),
        hosted_at=fields.address("hosted_at", usual.hosted_at),
    )
    # Mollie's classic callbacks are not signed: secrets are for those of the newer kind.
    secrets = fields.texts("webhook_secrets", least=0)
    return MollieProvider(fields.text("api_key", _MOLLIE_KEY), secrets, options)


def _adyen(fields: Fields, _: str) -> PaymentProvider:
    from saldo.adapters.adyen.options import Options
    from saldo.adapters.adyen.provider import AdyenProvider
    from saldo.adapters.adyen.reports import BYTES_MAX
    from saldo.adapters.http.transport import UrllibTransport

    fields.only(
        "api_key",
        "webhook_secrets",
        "merchant_account",
        "live_prefix",
        "captures_automatically",
        "report_key",
        "first_batch",
        "mandate_currency",
    )
    options = Options(
        merchant_account=fields.text("merchant_account"),
        # It becomes a part of the host that our key is sent to.
        live_prefix=fields.text_or_none("live_prefix", _PREFIX),
        captures_automatically=fields.switch("captures_automatically", default=True),
        report_key=fields.text_or_none("report_key"),
        first_batch=fields.number("first_batch", 1),
        mandate_currency=fields.text_or_none("mandate_currency", _CURRENCY) or "EUR",
    )
    secrets = fields.texts("webhook_secrets", _HEX)
    return AdyenProvider(
        fields.text("api_key"),
        secrets,
        options,
        UrllibTransport(),
        reports=UrllibTransport(_REPORT_SECONDS, response_bytes_max=BYTES_MAX),
    )


def _gocardless(fields: Fields, _: str) -> PaymentProvider:
    from saldo.adapters.gocardless.api import BASE_URL
    from saldo.adapters.gocardless.provider import HOSTED_AT, GoCardlessProvider
    from saldo.adapters.http.transport import UrllibTransport

    fields.only(
        "access_token", "webhook_secrets", "base_url", "hosted_at", "creditor", "mandate_currency"
    )
    return GoCardlessProvider(
        fields.text("access_token"),
        fields.texts("webhook_secrets"),
        UrllibTransport(),
        base_url=fields.address("base_url", BASE_URL),
        hosted_at=fields.address("hosted_at", HOSTED_AT),
        creditor=fields.text_or_none("creditor"),
        mandate_currency=fields.text_or_none("mandate_currency", _CURRENCY) or "EUR",
    )


_Make = Callable[[Fields, str], PaymentProvider]
_MAKE: Final[dict[str, _Make]] = {
    "adyen": _adyen,
    "gocardless": _gocardless,
    "mollie": _mollie,
    "stripe": _stripe,
}
PROVIDERS: Final = tuple(_MAKE)
"""Names of the providers that the secret may have a part for."""


def make(
    name: str, part: Mapping[str, Any], callback_url: str, *, allow_http: bool
) -> PaymentProvider:
    """Make one of PROVIDERS; callbacks of its own choice come to `callback_url`.

    `allow_http` lets its addresses be unprotected ones, on one machine. Raises WrongPart.
    """
    return _MAKE[name](Fields(part, allow_http), callback_url)
