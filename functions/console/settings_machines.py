"""Settings of what else is connected: API keys, webhooks, ERPs, payment providers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.connectors.model import FAILING
from saldo.edge.v1 import creditor_settings as settings
from saldo.edge.v1 import orders
from saldo.edge.v1.fields import EVENT_FAMILIES
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import WebhookOrder
from saldo.errors import Invalid, Unavailable
from saldo.provider_parts import PROVIDERS
from saldo.provider_wiring import SANDBOX

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Shown, Visit
    from functions.console.settings_forms import page, whole
else:  # in Lambda this folder is the root of the code
    from screen import Back, Shown, Visit
    from settings_forms import page, whole

REPLAYED_HOURS_MAX: Final = 24 * 14
REPLAYED_MAX: Final = 1000
"""So many events one press of the button tells again: the command line tells more."""


class KeyWithoutName(Invalid):
    """Nobody will know what a key without a name is for."""

    code = "key-without-name"


@dataclass(frozen=True, slots=True)
class ProviderShown:
    """A provider: whether it is set up here, and where its callbacks go. No secret is shown."""

    name: str
    state: str
    callback: str


def keys(visit: Visit) -> Shown:
    """Show the keys of other systems."""
    return _keys(visit)


def _keys(visit: Visit, secret: str = "", made: str = "") -> Shown:
    found = sorted(
        visit.services.accounts.keys(visit.creditor.id),
        key=lambda key: (key.revoked_at is not None, key.id),
    )
    return page(visit, "keys", keys=found, scopes=ALL_SCOPES, secret=secret, made=made)


def create_key(visit: Visit) -> Shown:
    """Make a key; its secret is on the page that answers, and nowhere else."""
    name = visit.form("name", 60)
    if not name:
        raise KeyWithoutName("Say what the key is for.").at("/name")
    scopes = [scope for scope in ALL_SCOPES if scope in visit.fields.many("scopes")]
    secret, key = visit.services.accounts.create_key(visit.creditor.id, name, scopes, visit.by)
    return _keys(visit, secret, key.name)


def revoke_key(visit: Visit) -> Shown:
    """Revoke a key, for good."""
    visit.services.accounts.revoke_key(visit.creditor.id, visit.form("key", 40), visit.by)
    return Back("settings/keys", "settings.key_revoked")


def webhooks(visit: Visit) -> Shown:
    """Show who hears of events."""
    return _webhooks(visit)


def _webhooks(visit: Visit, secret: str = "") -> Shown:
    found = sorted(
        visit.services.webhooks.subscriptions(visit.creditor.id),
        key=lambda one: (not one.active, one.id),
    )
    return page(visit, "webhooks", webhooks=found, families=EVENT_FAMILIES, secret=secret)


def add_webhook(visit: Visit) -> Shown:
    """Add an endpoint; its secret is on the page that answers, and nowhere else."""
    body = {"url": visit.form("url", 500), "events": list(visit.fields.many("events"))}
    made = orders.subscribe(
        visit.services.webhooks,
        visit.creditor.id,
        read(WebhookOrder, body),
        visit.by,
        is_local=visit.services.settings.is_local,
    )
    return _webhooks(visit, made.secret)


def end_webhook(visit: Visit) -> Shown:
    """Post nothing more to an endpoint."""
    visit.services.webhooks.unsubscribe(visit.creditor.id, visit.form("webhook", 40), visit.by)
    return Back("settings/webhooks", "settings.webhook_ended")


def replay_webhook(visit: Visit) -> Shown:
    """Tell an endpoint the events of the last hours once more."""
    hours = min(max(whole(visit, "hours") or 24, 1), REPLAYED_HOURS_MAX)
    events = visit.services.past.between(
        visit.creditor.id, visit.now - timedelta(hours=hours), visit.now
    )
    visit.services.past.replay(
        visit.creditor.id, visit.form("webhook", 40), events, most=REPLAYED_MAX
    )
    return Back("settings/webhooks", "settings.webhook_replayed")


def connections(visit: Visit) -> Shown:
    """Show how the connections to ERPs stand."""
    return page(
        visit,
        "connections",
        connections=visit.services.connections.of(visit.creditor.id),
        failing=FAILING,
        fresh=_fresh(visit),
    )


def _fresh(visit: Visit) -> dict[str, datetime]:
    from saldo.accounts.fresh import Freshness

    return dict(Freshness(visit.services.store, visit.services.clock).of(visit.creditor.id))


def resume_connection(visit: Visit) -> Shown:
    """Switch a connection on, and have it tried at once."""
    connections, name = visit.services.connections, visit.form("name", 40)
    connections.get(visit.creditor.id, name)
    connections.set(visit.creditor.id, name, enabled=True, by=visit.by)
    return Back("settings/connections", "settings.connection_resumed")


def stop_connection(visit: Visit) -> Shown:
    """Switch a connection off."""
    connections, name = visit.services.connections, visit.form("name", 40)
    connections.get(visit.creditor.id, name)
    connections.set(visit.creditor.id, name, enabled=False, by=visit.by)
    return Back("settings/connections", "settings.connection_stopped")


def providers(visit: Visit) -> Shown:
    """Show which payment providers there are, and which one takes payments."""
    return page(visit, "providers", providers=_providers(visit), chosen=visit.creditor.provider)


def _providers(visit: Visit) -> list[ProviderShown]:
    root = visit.services.settings.public_url
    names = sorted(PROVIDERS)
    if visit.creditor.provider == SANDBOX or _state(visit, SANDBOX) == "ready":
        names.append(SANDBOX)
    return [ProviderShown(one, _state(visit, one), f"{root}/callbacks/{one}") for one in names]


def _state(visit: Visit, name: str) -> str:
    """Tell whether a provider is set up, without asking it anything."""
    try:
        return "ready" if name in visit.services.providers else "absent"
    except Unavailable:
        return "unknown"


def choose_provider(visit: Visit) -> Shown:
    """Let another provider take payments from now on."""
    settings.change(visit.ordered, {"provider": visit.form("provider", 40)})
    return Back("settings/providers", "settings.saved")
