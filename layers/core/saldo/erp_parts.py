"""How each connector is made from its connection's settings and its part of the ERPs' secret.

The secret is a JSON object by creditor and connection: `{"acme/exact": {"client_id": "…", …}}`. An
adapter is imported when it is made, so that a run loads no vendor that it does not use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from saldo.connectors.budget import Limits
from saldo.connectors.grants import Grants
from saldo.connectors.meter import Meter
from saldo.connectors.model import Connection
from saldo.connectors.ports import Connector, ErpDenied, Transport
from saldo.errors import Unavailable

if TYPE_CHECKING:
    from saldo.adapters.erp.files.settlements import FileFormat, SettlementFile
    from saldo.clock import Clock
    from saldo.intake.bay import Bay
    from saldo.store import Store

ANSWER_BYTES_MAX: Final = 20_000_000
"""A page of a thousand records."""

CALLS_SECRET: Final = "webhook_secret"  # noqa: S105  (the name of a field)
"""The field of a connection's part of the secret that its ERP signs calls with."""

TIMEOUT_SECONDS: Final = 20.0
_VALUE_CHARACTERS_MAX = 4000

Secret = Callable[[], Mapping[str, Any]]
"""Reads the ERPs' secret: parts by name, each revealed by `reveal()`; raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What connectors are made of. `secret` None: this installation has none."""

    store: Store
    clock: Clock
    transport: Callable[[], Transport]
    secret: Secret | None
    bay: Callable[[], Bay]
    allow_http: bool = False
    public_url: str = ""

    def connect(self, connection: Connection) -> Connector:
        """Make the adapter of a connection; raise ErpDenied when keys or settings are missing."""
        make = _MAKERS.get(connection.system)
        if make is None:
            raise ErpDenied(f"There is no connector for {connection.system!r}.")
        return make(self, connection)

    def grants(self, connection: Connection) -> Grants:
        return Grants(self.store, self.clock, connection.creditor, connection.name)

    def meter(self, connection: Connection, limits: Limits) -> Meter:
        return Meter(self.store, self.clock, connection.creditor, connection.name, limits)

    def keys(self, connection: Connection, *needed: str) -> dict[str, str]:
        """Return a connection's keys; raise ErpDenied that says which is missing, never a value."""
        place = f"{connection.creditor}/{connection.name}"
        if self.secret is None:
            raise ErpDenied(
                "This installation has no secret with keys of ERPs: see docs/deploy.md."
            )
        try:
            part = self.secret().get(place)
        except Unavailable as locked:
            raise ErpDenied("The secret with the keys of ERPs cannot be read now.") from locked
        if part is None:
            raise ErpDenied(f"The ERPs' secret has no part {place!r}.")
        fields: Mapping[str, Any] = part.reveal()
        for name in needed:
            value = fields.get(name)
            if not isinstance(value, str) or not 0 < len(value) <= _VALUE_CHARACTERS_MAX:
                raise ErpDenied(f"{name} is missing from the part {place!r} of the ERPs' secret.")
        return {name: str(fields[name]) for name in needed}

    def call_address(self, connection: Connection) -> str:
        """Return where an ERP calls us for a connection, "" without a secret to judge calls by."""
        place = f"{connection.creditor}/{connection.name}"
        part = self.secret().get(place) if self.secret is not None and self.public_url else None
        if part is None or not part.reveal().get(CALLS_SECRET):
            return ""
        return f"{self.public_url}/callbacks/connections/{connection.system}/{place}"

    def address(self, connection: Connection, name: str, default: str) -> str:
        """Return an address among the settings; raise ErpDenied for one in the clear."""
        value = connection.settings.get(name, default)
        if not value.startswith("https://") and not (
            self.allow_http and value.startswith("http://")
        ):
            raise ErpDenied(f"The setting {name} does not begin with https://.")
        return value


def needed(connection: Connection, name: str) -> str:
    """Return a setting; raise ErpDenied where there is none."""
    value = connection.settings.get(name)
    if not value:
        raise ErpDenied(f"The setting {name} is missing.")
    return value


def _exact(wiring: Wiring, connection: Connection) -> Connector:
    from saldo.adapters.erp.exact.api import BASE_URL, LIMITS, ExactApi, Keys
    from saldo.adapters.erp.exact.connector import ExactConnector

    keys = wiring.keys(connection, "client_id", "client_secret", "redirect_url")
    api = ExactApi(
        wiring.address(connection, "base_url", BASE_URL),
        needed(connection, "division"),
        Keys(keys["client_id"], keys["client_secret"], keys["redirect_url"]),
        wiring.grants(connection),
        wiring.meter(connection, LIMITS),
        wiring.transport(),
    )
    return ExactConnector(
        api,
        needed(connection, "journal"),
        needed(connection, "ledger_account"),
        connection.settings.get("discount_account", ""),
        wiring.call_address(connection),
    )


def _snelstart(wiring: Wiring, connection: Connection) -> Connector:
    from saldo.adapters.erp.snelstart.api import AUTH_URL, BASE_URL, LIMITS, Keys, SnelStartApi
    from saldo.adapters.erp.snelstart.connector import SnelStartConnector

    keys = wiring.keys(connection, "subscription_key", "client_key")
    api = SnelStartApi(
        Keys(keys["subscription_key"], keys["client_key"]),
        wiring.grants(connection),
        wiring.meter(connection, LIMITS),
        wiring.transport(),
        wiring.address(connection, "base_url", BASE_URL),
        wiring.address(connection, "auth_url", AUTH_URL),
    )
    return SnelStartConnector(
        api, needed(connection, "journal"), connection.settings.get("discount_account", "")
    )


def _karmak(wiring: Wiring, connection: Connection) -> Connector:
    from saldo.adapters.erp.karmak.connector import BASE_URL, LIMITS, Dealer, KarmakConnector, Keys
    from saldo.adapters.erp.karmak.views import columns_of

    keys = wiring.keys(connection, "client_id", "client_secret", "account", "user")
    settings = connection.settings
    try:
        columns = columns_of(settings.get("columns", ""))
        zone = ZoneInfo(settings.get("time_zone", "America/Chicago")).key
    except (ValueError, ZoneInfoNotFoundError) as wrong:
        raise ErpDenied(f"A setting is wrong: {wrong}.") from wrong
    return KarmakConnector(
        Keys(keys["client_id"], keys["client_secret"], keys["account"], keys["user"]),
        Dealer(
            settings.get("currency", "USD"),
            zone,
            columns,
            settings.get("invoice_view", ""),
            settings.get("country", "US"),
        ),
        wiring.grants(connection),
        wiring.meter(connection, LIMITS),
        wiring.transport(),
        _file(wiring, connection, "csv"),
        wiring.address(connection, "base_url", BASE_URL),
    )


def _werbas(wiring: Wiring, connection: Connection) -> Connector:
    from saldo.adapters.erp.files.connector import FileConnector

    return FileConnector(_file(wiring, connection, "werbas"))


def _datev(wiring: Wiring, connection: Connection) -> Connector:
    from saldo.adapters.erp.files.connector import FileConnector
    from saldo.adapters.erp.files.datev import DatevFiles, client_of

    try:
        client = client_of(
            needed(connection, "consultant"),
            needed(connection, "client"),
            connection.settings.get("chart", "skr03"),
            connection.settings.get("year_begins", "01-01"),
        )
    except ValueError as wrong:
        raise ErpDenied(f"A setting is wrong: {wrong}.") from wrong
    place = (connection.creditor, _folder(connection))
    return FileConnector(DatevFiles(wiring.bay(), *place, wiring.clock.now(), client))


def _file(wiring: Wiring, connection: Connection, form: FileFormat) -> SettlementFile:
    from saldo.adapters.erp.files.settlements import SettlementFile

    place = (connection.creditor, _folder(connection))
    return SettlementFile(wiring.bay(), *place, wiring.clock.now(), form)


def _folder(connection: Connection) -> str:
    from saldo.adapters.erp.files.settlements import is_folder

    folder = connection.settings.get("folder", connection.name)
    if not is_folder(folder):
        raise ErpDenied("The setting folder is no plain name.")
    return folder


_MAKERS: Final[dict[str, Callable[[Wiring, Connection], Connector]]] = {
    "datev": _datev,
    "exact": _exact,
    "karmak": _karmak,
    "snelstart": _snelstart,
    "werbas": _werbas,
}
