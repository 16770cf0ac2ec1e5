"""Access to an ERP, renewed by one worker at a time, and never lost.

A refresh token that changes with each use is worth as much as the consent of a person: whoever
renews takes a lease first, and stores what came back before anything is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from saldo.clock import Clock
from saldo.connectors.model import Grant
from saldo.connectors.ports import ErpDenied, ErpLimited, Renewed
from saldo.store import CommitConflict, Put, Store

LEASE: Final = timedelta(seconds=90)
"""Longer than a renewal can take: connecting, sending and reading wait 20 s each at most."""

_ATTEMPTS_MAX = 10

Renew = Callable[[Grant], Renewed]
"""Asks the ERP for access with what is in the grant. Raises the port's errors."""


class Grants:
    """Keeps the grant of one connection."""

    def __init__(self, store: Store, clock: Clock, creditor: str, connection: str) -> None:
        self._store, self._clock, self._key = store, clock, (creditor, connection)

    def access(self, renew: Renew, *, early: timedelta, needs_consent: bool) -> str:
        """Return access that is good for a while, renewed `early` before it ends.

        With `needs_consent` there must be a refresh token or a code to begin with. Raises ErpDenied
        when there is none, ErpLimited while another worker renews, and what `renew` raises.
        """
        grant = self._grant()
        now = self._clock.now()
        if grant.access and grant.expires_at is not None and now < grant.expires_at - early:
            return grant.access
        if needs_consent and not (grant.refresh or grant.code):
            raise ErpDenied("Nobody gave consent yet: run `saldo connector authorise`.")
        if grant.lease_until is not None and now < grant.lease_until:
            raise ErpLimited("Another worker is renewing the access.", grant.lease_until)
        leased = self._lease(grant)
        try:
            renewed = renew(leased)
        except ErpDenied:
            self._give_back(leased)
            raise
        # Any other error may have come after the ERP made a new token: the lease runs out first.
        return self._keep(leased, renewed).access

    def begin(self, code: str = "", refresh: str = "") -> None:
        """Start anew with what a person brought: a code of the page of consent, or a token."""
        for _ in range(_ATTEMPTS_MAX):
            old = self._grant()
            new = Grant(*self._key, code=code, refresh=refresh, version=old.version + 1)
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                continue
            return
        raise ErpLimited("The access is being renewed just now.", self._clock.now() + LEASE)

    def drop_access(self) -> None:
        """Forget an access that the ERP does not take any more; what renews it stays."""
        old = self._grant()
        if not old.access:
            return
        new = replace(old, access="", expires_at=None, version=old.version + 1)
        try:
            self._store.commit([Put(new, expect=old.version)])
        except CommitConflict:
            return  # somebody renewed it meanwhile

    def _grant(self) -> Grant:
        return self._store.get(Grant, *self._key) or Grant(*self._key)

    def _lease(self, grant: Grant) -> Grant:
        now = self._clock.now()
        leased = replace(grant, lease_until=now + LEASE, version=grant.version + 1)
        try:
            self._store.commit([Put(leased, expect=grant.version)])
        except CommitConflict:
            raise ErpLimited("Another worker is renewing the access.", now + LEASE) from None
        return leased

    def _give_back(self, leased: Grant) -> None:
        free = replace(leased, lease_until=None, version=leased.version + 1)
        try:
            self._store.commit([Put(free, expect=leased.version)])
        except CommitConflict:
            return  # the lease had run out, and somebody else holds it

    def _keep(self, leased: Grant, renewed: Renewed) -> Grant:
        """Store what came back, whoever wrote meanwhile: it is newer than anything stored."""
        old = leased
        for _ in range(_ATTEMPTS_MAX):
            new = replace(
                old,
                access=renewed.access,
                expires_at=renewed.expires_at,
                refresh=renewed.refresh or old.refresh,
                code="",
                renewed_at=self._clock.now(),
                lease_until=None,
                version=old.version + 1,
            )
            try:
                self._store.commit([Put(new, expect=old.version)])
            except CommitConflict:
                old = self._grant()
                continue
            return new
        raise ErpLimited("The access cannot be stored now.", self._clock.now() + LEASE)
