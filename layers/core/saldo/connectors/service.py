"""Connections: set up, listed, authorised and switched off by whoever runs the installation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from saldo.accounts.fresh import Freshness, connector_source
from saldo.accounts.service import Accounts
from saldo.accounts.told import SYSTEM, Setting, setting_changed
from saldo.clock import Clock
from saldo.connectors.grants import Grants
from saldo.connectors.model import Connection, ErpOrder, ItemLink
from saldo.connectors.runs import ConnectionUnknown
from saldo.connectors.schedule import woken_for
from saldo.errors import Conflict, Invalid
from saldo.events import Event
from saldo.ids import ulid_of
from saldo.store import CommitConflict, Put, Store, Write

FRESH_WITHIN_HOURS: Final = 26
"""What a creditor without a rule of its own gets with its first connection: a day, and two hours in
which to notice."""

EVERY_MINUTES_MIN: Final = 5
SYSTEMS: Final[Mapping[str, frozenset[str]]] = {
    "exact": frozenset({"base_url", "division", "journal", "ledger_account", "discount_account"}),
    "snelstart": frozenset({"base_url", "auth_url", "journal", "discount_account"}),
    "karmak": frozenset(
        {"base_url", "currency", "time_zone", "folder", "columns", "invoice_view", "country"}
    ),
    "werbas": frozenset({"folder"}),
    "datev": frozenset({"folder", "consultant", "client", "chart", "year_begins"}),
}
"""The systems that there are connectors for, with the settings that each knows."""

COMMON_SETTINGS: Final = frozenset({"tell", "send_invoices", "documents"})
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_ATTEMPTS_MAX = 5
_SET: Final = ("system", "settings", "every_minutes", "enabled")
"""What people set of a connection; the rest is how it goes."""
_VALUE_CHARACTERS_MAX = 300


class ConnectionNotValid(Invalid):
    """The name, the system or a setting of a connection is not one that there is."""

    code = "connection-not-valid"


class ConnectionBusy(Conflict):
    """The connection is being changed by others; the same order works again."""

    code = "connection-busy"


@dataclass(frozen=True, slots=True)
class Standing:
    """A connection, with how many items it knows and how many orders wait or were refused."""

    connection: Connection
    items_open: int
    orders_waiting: int
    orders_refused: Sequence[ErpOrder]


class Connections:
    """Keeps connections."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._fresh = Freshness(store, clock)

    def set(
        self,
        creditor: str,
        name: str,
        *,
        system: str | None = None,
        settings: Mapping[str, str | None] | None = None,
        every_minutes: int | None = None,
        enabled: bool | None = None,
        by: str = SYSTEM,
    ) -> Connection:
        """Set up a connection, or change what is named of it; a setting of None is taken away.

        Raises CreditorUnknown, ConnectionNotValid or ConnectionBusy.
        """
        known = self._accounts.creditor(creditor)
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(Connection, creditor, name)
            new = _changed(old, Connection(creditor, name, system or "", {}), system, settings)
            if every_minutes is not None:
                new = replace(new, every_minutes=every_minutes)
            if enabled is not None:
                new = replace(new, enabled=enabled)
            _check(new)
            new = replace(new, next_at=self._clock.now(), version=new.version + 1)
            writes: list[Write] = [Put(new, expect=old.version if old else 0)]
            if old is None or any(getattr(old, one) != getattr(new, one) for one in _SET):
                writes.append(Put(self._told(old, new, by)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            self._expect(new)
            if known.fresh_within_hours is None and not new.is_told_alone:
                self._accounts.change_creditor(creditor, fresh_within_hours=FRESH_WITHIN_HOURS)
            return new
        raise ConnectionBusy("The connection is being changed by others; try again.")

    def _told(self, old: Connection | None, new: Connection, by: str) -> Event:
        now = self._clock.now()
        id_ = ulid_of(f"connection {new.creditor} {new.name} {new.version}", now)
        return setting_changed(Setting("connection", new.name, _SET), old, new, id_, now, by)

    def _expect(self, connection: Connection) -> None:
        """Begin to expect its data with what is on, and stop with what is off."""
        source = connector_source(connection.name)
        if not connection.enabled or connection.is_told_alone:
            self._fresh.forget(connection.creditor, source)
        elif source not in self._fresh.of(connection.creditor):
            self._fresh.note(connection.creditor, source)

    def get(self, creditor: str, name: str) -> Connection:
        """Return a connection; raise ConnectionUnknown."""
        found = self._store.get(Connection, creditor, name)
        if found is None:
            raise ConnectionUnknown(f"{creditor!r} has no connection {name!r}.")
        return found

    def of(self, creditor: str) -> list[Connection]:
        """Return a creditor's connections, those switched off included."""
        self._accounts.creditor(creditor)
        return list(self._store.list(Connection, creditor))

    def standing(self, creditor: str, name: str) -> Standing:
        """Return how a connection stands; raise ConnectionUnknown. Reads all of its items."""
        connection = self.get(creditor, name)
        links = self._store.list(ItemLink, creditor, name)
        orders = list(self._store.list(ErpOrder, creditor, name))
        return Standing(
            connection,
            sum(1 for one in links if one.there_minor > 0),
            sum(1 for one in orders if one.work_entry is not None),
            [one for one in orders if one.state in ("refused", "not-supported")],
        )

    def wake(self, creditor: str, name: str) -> Connection | None:
        """Let a connection be read before its time, as its ERP says that something changed.

        Returns it if it is to be read at once. Else None: it is off, waits for a limit or after a
        failure, or is read within WAKE_GAP anyway; however often it is woken, nothing more is
        written then. Raises ConnectionUnknown or ConnectionBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            old, now = self.get(creditor, name), self._clock.now()
            at = woken_for(old, now)
            if at is None:
                return None
            new = replace(old, next_at=at, version=old.version + 1)
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                continue
            return new if at <= now else None
        raise ConnectionBusy("The connection is being changed by others; try again.")

    def authorise(
        self, creditor: str, name: str, *, code: str = "", refresh: str = "", by: str = SYSTEM
    ) -> None:
        """Begin anew with what a person brought from the ERP's page of consent.

        Raises ConnectionUnknown, or ErpLimited while the access is being renewed.
        """
        known, now = self.get(creditor, name), self._clock.now()
        Grants(self._store, self._clock, creditor, name).begin(code, refresh)
        told = setting_changed(
            Setting("connection", name, ()),
            known,
            known,
            ulid_of(f"access {creditor} {name} {now.isoformat()}", now),
            now,
            by,
        )
        access = {"field": "access", "before": None, "after": True}
        self._store.commit(
            [Put(replace(told, data=told.data | {"changes": [access]}), expect=None)]
        )
        self.set(creditor, name)  # tried at once


def _changed(
    old: Connection | None,
    fresh: Connection,
    system: str | None,
    settings: Mapping[str, str | None] | None,
) -> Connection:
    base = old or fresh
    if system is not None and system != base.system:
        raise ConnectionNotValid(
            f"{base.name!r} is a connection to {base.system}: set up another one for {system}."
        )
    kept = {**base.settings, **(settings or {})}
    return replace(
        base, settings={name: value for name, value in kept.items() if value is not None}
    )


def _check(connection: Connection) -> None:
    if not _NAME.fullmatch(connection.name):
        raise ConnectionNotValid("A connection's name is made of a-z, 0-9 and -, 30 at most.")
    known = SYSTEMS.get(connection.system)
    if known is None:
        raise ConnectionNotValid(
            f"{connection.system!r} is no system that there is a connector for: "
            f"{', '.join(sorted(SYSTEMS))}."
        )
    for name, value in connection.settings.items():
        if name not in known | COMMON_SETTINGS:
            raise ConnectionNotValid(f"{connection.system} has no setting {name!r}.")
        if not value or len(value) > _VALUE_CHARACTERS_MAX:
            raise ConnectionNotValid(f"The setting {name!r} is empty or too long.")
    for name in COMMON_SETTINGS & connection.settings.keys():
        if connection.settings[name] not in ("yes", "no"):
            raise ConnectionNotValid(f"The setting {name!r} is yes or no.")
    if connection.every_minutes < EVERY_MINUTES_MIN:
        raise ConnectionNotValid(f"Every {EVERY_MINUTES_MIN} minutes at most.")
