"""A person has services of an account stopped, and lets them go again, whatever stages say.

A person's word wins. What a person stopped stays so until a person lets it go, paid or not. Who
lets a service go ends every stop of it, those of stages too, and the invoices that these were for
stop it no more; another invoice may, when its own message comes to such a stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, get_args

from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, Unavailable
from saldo.ids import Ids
from saldo.reminders.model import STOPPED_BY_HAND, ServiceStop
from saldo.reminders.policy_model import Service
from saldo.reminders.services import told
from saldo.store import CommitConflict, Put, Store, Write

SERVICES: Final[tuple[Service, ...]] = get_args(Service)
_ATTEMPTS_MAX: Final = 6


class ServiceNotValid(Invalid):
    """There is no such service that could be stopped."""

    code = "service-not-valid"


class NotStopped(Conflict):
    """The service is not stopped for the account."""

    code = "not-stopped"


class ServiceBusy(Unavailable):
    """The account's services are being changed by others; try again."""

    code = "service-busy"


@dataclass(frozen=True, slots=True)
class Order:
    """Who says so, and why."""

    by: str
    reason: str


class ServicesByHand:
    """Stops services of accounts and lets them go on a person's word."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def of(self, creditor: str, account: str) -> list[ServiceStop]:
        """Return what is stopped for an account now, the first asked for first."""
        every = self._store.list(ServiceStop, creditor, account)
        return sorted((s for s in every if s.stands), key=lambda s: (s.requested_at, s.request))

    def stop(self, creditor: str, account: str, service: str, order: Order) -> ServiceStop:
        """Ask the ERP to stop a service; what a person stopped already stays as it is.

        Raises AccountUnknown, ServiceNotValid or ServiceBusy.
        """
        account_in(self._store, creditor, account, at="/account")
        _check(service)
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(ServiceStop, creditor, account, service, STOPPED_BY_HAND)
            if old is not None and old.stands:
                return old
            now, version = self._clock.now(), old.version if old is not None else 0
            stop = ServiceStop(
                creditor,
                account,
                service,
                STOPPED_BY_HAND,
                self._ids.ulid(now),
                (),
                0,
                now,
                version=version + 1,
                by=order.by,
                reason=order.reason,
            )
            more = {"policy": None, "stage": None, "reason": order.reason, "by": order.by}
            asked = told(self._ids, "service.stop_requested", stop, now, **more)
            try:
                self._store.commit([Put(stop, expect=version), Put(asked)])
            except CommitConflict:
                continue
            return stop
        raise ServiceBusy("The account's services are being changed by others.")

    def let_go(self, creditor: str, account: str, service: str, order: Order) -> int:
        """Let a service go on; return how many stops of it that ended.

        Raises AccountUnknown, ServiceNotValid, NotStopped or ServiceBusy.
        """
        account_in(self._store, creditor, account, at="/account")
        _check(service)
        for _ in range(_ATTEMPTS_MAX):
            stops = [s for s in self.of(creditor, account) if s.service == service]
            if not stops:
                raise NotStopped("The service is not stopped for the account.")
            try:
                self._store.commit(self._ending(stops, order))
            except CommitConflict:
                continue
            return len(stops)
        raise ServiceBusy("The account's services are being changed by others.")

    def _ending(self, stops: list[ServiceStop], order: Order) -> list[Write]:
        now, writes = self._clock.now(), list[Write]()
        for left, stop in zip(range(len(stops) - 1, -1, -1), stops, strict=True):
            over = replace(
                stop,
                released_at=now,
                version=stop.version + 1,
                by=order.by,
                reason=order.reason,
                let_go=tuple(dict.fromkeys((*stop.let_go, *stop.invoices))),
            )
            gone = told(
                self._ids,
                "service.released",
                stop,
                now,
                reason=order.reason,
                by=order.by,
                stopped=left > 0,
            )
            writes += [Put(over, expect=stop.version), Put(gone)]
        return writes


def _check(service: str) -> None:
    if service not in SERVICES:
        raise ServiceNotValid(f"Name one of {', '.join(SERVICES)}.").at("/service")
