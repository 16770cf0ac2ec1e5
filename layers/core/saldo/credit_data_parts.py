"""How each provider of credit data is made from its part of the ERPs' secret.

The secret is a JSON object by creditor and provider: `{"acme/creditsafe": {"username": "…",
"password": "…"}}`; "base_url" there names another address, as of a sandbox. An adapter is imported
when it is made. Another provider is a folder in `saldo.adapters` and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.connectors.meter import Meter
from saldo.connectors.ports import Transport
from saldo.credit_data.ports import Bureau, BureauDenied
from saldo.erp_parts import Secret
from saldo.errors import Unavailable

if TYPE_CHECKING:
    from saldo.clock import Clock
    from saldo.store import Store

TIMEOUT_SECONDS: Final = 20.0
ANSWER_BYTES_MAX: Final = 5_000_000
"""A company's report with its financial statements and directors."""

_VALUE_CHARACTERS_MAX: Final = 4000


@dataclass(frozen=True, slots=True)
class BureauWiring:
    """What providers are made of. `secret` None: this installation has none."""

    store: Store
    clock: Clock
    transport: Callable[[], Transport]
    secret: Secret | None
    allow_http: bool = False

    def connect(self, creditor: str, provider: str) -> Bureau:
        """Make a provider's adapter; raise BureauDenied when keys are missing."""
        make = _MAKERS.get(provider)
        if make is None:
            raise BureauDenied(f"There is no provider {provider!r}.")
        return make(self, creditor)

    def keys(self, creditor: str, provider: str, *needed: str) -> dict[str, str]:
        """Return a creditor's keys; raise BureauDenied that says which is missing, no value."""
        place = f"{creditor}/{provider}"
        if self.secret is None:
            raise BureauDenied("This installation has no secret with keys: see docs/deploy.md.")
        try:
            part = self.secret().get(place)
        except Unavailable as locked:
            raise BureauDenied("The secret with the keys cannot be read now.") from locked
        if part is None:
            raise BureauDenied(f"The ERPs' secret has no part {place!r}.")
        fields = part.reveal()
        for name in needed:
            value = fields.get(name)
            if not isinstance(value, str) or not 0 < len(value) <= _VALUE_CHARACTERS_MAX:
                raise BureauDenied(f"{name} is missing from the part {place!r} of the secret.")
        return {name: str(value) for name, value in fields.items()}

    def address(self, keys: dict[str, str], default: str) -> str:
        """Return where to ask; raise BureauDenied for an address in the clear."""
        value = keys.get("base_url", default)
        if not value.startswith("https://") and not (
            self.allow_http and value.startswith("http://")
        ):
            raise BureauDenied("base_url does not begin with https://.")
        return value


def _creditsafe(wiring: BureauWiring, creditor: str) -> Bureau:
    from saldo.adapters.creditsafe.api import BASE_URL, LIMITS, CreditsafeApi, Keys
    from saldo.adapters.creditsafe.bureau import NAME, Creditsafe

    keys = wiring.keys(creditor, NAME, "username", "password")
    api = CreditsafeApi(
        Keys(keys["username"], keys["password"]),
        Meter(wiring.store, wiring.clock, creditor, NAME, LIMITS),
        wiring.transport(),
        wiring.address(keys, BASE_URL),
    )
    return Creditsafe(api, wiring.clock)


_MAKERS: Final[dict[str, Callable[[BureauWiring, str], Bureau]]] = {"creditsafe": _creditsafe}
PROVIDERS: Final = frozenset(_MAKERS)
"""Names of the providers that rules may choose."""
