"""Which payment providers this installation has.

A provider is made when it is first used, and made anew when its part of the secret has changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from saldo.errors import Unavailable
from saldo.payments.ports import CallbackRefused, PaymentProvider
from saldo.provider_parts import PROVIDERS, WrongPart, make

if TYPE_CHECKING:
    from saldo.adapters.aws.secrets import Hidden, ProviderSecrets
    from saldo.payments.told import Told

SANDBOX: Final = "sandbox"
_log = logging.getLogger(__name__)


class ProviderNotUsable(Unavailable):
    """A provider's part of the secret is not what its adapter needs; the log says what is wrong."""

    code = "provider-not-usable"


class Providers(Mapping[str, PaymentProvider]):
    """The providers of this installation by name.

    Looking one up raises KeyError when it is not set up, SecretsUnavailable or ProviderNotUsable
    when it is but cannot be had. `sandbox` and `secrets` are None where there are none;
    `public_url` is where callbacks come to; `allow_http` is for a cloud on one machine alone.
    """

    def __init__(
        self,
        sandbox: Callable[[], PaymentProvider] | None,
        secrets: ProviderSecrets | None,
        public_url: str,
        *,
        allow_http: bool = False,
    ) -> None:
        self._make_sandbox, self._secrets = sandbox, secrets
        self._public_url, self._allow_http = public_url, allow_http
        self._made: dict[str, tuple[Hidden | None, PaymentProvider]] = {}

    def __repr__(self) -> str:
        return "Providers()"

    def __iter__(self) -> Iterator[str]:
        if self._make_sandbox is not None:
            yield SANDBOX
        if self._secrets is not None:
            yield from (name for name in self._secrets.parts() if name in PROVIDERS)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        if name == SANDBOX:
            return self._make_sandbox is not None
        # A name that nobody could set up, as strangers try them, is not worth a reading.
        return self._secrets is not None and name in PROVIDERS and name in self._secrets.parts()

    def __getitem__(self, name: str) -> PaymentProvider:
        if name not in self:
            raise KeyError(name)
        part = None if name == SANDBOX or self._secrets is None else self._secrets.parts()[name]
        known = self._made.get(name)
        if known is None or known[0] != part:
            known = (part, self._make(name, part))
            self._made[name] = known
        return known[1]

    def _make(self, name: str, part: Hidden | None) -> PaymentProvider:
        if part is None:
            assert self._make_sandbox is not None, "only the sandbox needs no secret"
            return self._make_sandbox()
        callback_url = f"{self._public_url}/callbacks/{name}"
        try:
            provider = make(name, part.reveal(), callback_url, allow_http=self._allow_http)
        except WrongPart as found:
            wrong = str(found)
        else:
            return self._reading_again(name, provider)
        _log.error("the secret's part %s cannot be used: %s", name, wrong)
        raise ProviderNotUsable("This payment provider cannot be used now.")

    def _reading_again(self, name: str, provider: PaymentProvider) -> PaymentProvider:
        """Let a callback be tried once more when it was signed with a secret newer than ours.

        The adapter itself is handed out, not something around it: what else it can do (refunds,
        payouts, mandates) is asked of its type.
        """
        first = provider.parse_callback

        def parse(headers: Mapping[str, str], body: bytes, now: datetime) -> Sequence[Told]:
            try:
                return first(headers, body, now)
            except CallbackRefused:
                renewed = self._renewed(name, provider)
                if renewed is None:
                    raise
            return renewed.parse_callback(headers, body, now)

        provider.parse_callback = parse  # type: ignore[method-assign]  # this object's alone
        return provider

    def _renewed(self, name: str, provider: PaymentProvider) -> PaymentProvider | None:
        """Return the provider as the secret now has it, None if it is the same as before."""
        assert self._secrets is not None, "the sandbox is not made of the secret"
        if not self._secrets.read_early():
            return None
        now = self.get(name)
        return now if now is not provider else None
