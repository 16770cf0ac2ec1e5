"""What the ERP was asked to stop for an account: shown, asked for by hand, and let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from saldo.money import Money
from saldo.reminders.services_by_hand import SERVICES

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import here
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import here
    from screen import Back, Shown, Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account
    from saldo.reminders.model import ServiceStop


@dataclass(frozen=True, slots=True)
class Stopped:
    """One stop that stands; `open` is what was open when a stage asked for it."""

    stop: ServiceStop

    @property
    def open(self) -> Money | None:
        one = self.stop
        return None if one.is_by_hand else Money(one.amount_minor, one.currency)


@dataclass(frozen=True, slots=True)
class ServicesShown:
    """The panel: what is stopped, and what may be stopped or let go."""

    stopped: tuple[Stopped, ...]

    @property
    def names(self) -> list[str]:
        """Return what is stopped, each service once."""
        return list(dict.fromkeys(one.stop.service for one in self.stopped))

    @property
    def to_stop(self) -> list[str]:
        """Return what no person stopped yet: a stop by hand stays when everything is paid."""
        by_hand = {one.stop.service for one in self.stopped if one.stop.is_by_hand}
        return [name for name in SERVICES if name not in by_hand]


def services_shown(visit: Visit, account: Account) -> ServicesShown:
    """Read what is stopped for the account: one query."""
    found = visit.services.services_by_hand.of(*account.key)
    return ServicesShown(tuple(Stopped(one) for one in found))


def stop(visit: Visit) -> Shown:
    """Have deliveries stopped or orders blocked."""
    return _said(visit, "service-stopped", stopped=True)


def let_go(visit: Visit) -> Shown:
    """Let deliveries or orders go on."""
    return _said(visit, "service-released", stopped=False)


def _said(visit: Visit, told: str, *, stopped: bool) -> Shown:
    from saldo.edge.v1 import service_stops

    account = visit.account(visit.form("number"))
    body = {
        "account": account.number,
        "service": visit.form("service"),
        "stopped": stopped,
        "reason": visit.form("reason", 300),
    }
    service_stops.change(visit.ordered, body)
    return Back(here(account), told)
