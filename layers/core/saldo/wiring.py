"""Together with `saldo.wired`, the only place that knows which adapter serves which port.

`services()` builds each part when it is first asked for, so that a function imports what it uses.
Tests and replays call `install` with parts of their own. What belongs to one concept is wired in
`saldo.wired`, each module on top of those that it needs.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from saldo.settings import Settings, settings_from
from saldo.wired.audit import AuditParts
from saldo.wired.figures import FigureParts
from saldo.wired.foresight import ForesightParts
from saldo.wired.inbox import InboxParts
from saldo.wired.watchers import WatcherParts

if TYPE_CHECKING:
    from saldo.accounts.finding import Finder
    from saldo.accounts.steering import Steerings
    from saldo.contacts.changes import DetailsChanges
    from saldo.contacts.wrong_person import WrongPersons
    from saldo.drift.book import DriftReports
    from saldo.drift.snapshots import Snapshots
    from saldo.foresight.memory import LookMemory
    from saldo.invoices.withdrawals import Withdrawals
    from saldo.portal.groups import Portals
    from saldo.portal.mails import PortalMails
    from saldo.portal.paid import PayStatuses
    from saldo.portal.sign_in import PortalQueue, SignIn
    from saldo.portal.staff import StaffLinks
    from saldo.portal.users import PortalUsers
    from saldo.reconciliation.relay import Relay
    from saldo.reconciliation.replay import Past
    from saldo.reconciliation.webhooks import Webhooks
    from saldo.settlements.day import SettledDays
    from saldo.threads.service import Threads


class Services(FigureParts, InboxParts, AuditParts, ForesightParts, WatcherParts):
    """Every service, built on demand. Keyword arguments replace parts, ports above all."""

    def __init__(self, settings: Settings, **parts: Any) -> None:
        self.settings = settings
        self.__dict__.update(parts)

    def looking(self) -> Services:
        """Return services for one page that only shows: see `saldo.once`."""
        from saldo.once import ReadOnce

        return Services(
            self.settings,
            store=ReadOnce(self.store),
            clock=self.clock,
            ids=self.ids,
            providers=self.providers,
        )

    def over(self, store: LookMemory) -> Services:
        """Return services for looking at one account after the other: see `foresight.memory`.

        Those that look whether an account moved on while they read go to the books themselves.
        """
        return Services(
            self.settings,
            store=store,
            clock=self.clock,
            ids=self.ids,
            forecast_models=self.forecast_models,
            behaviour_keeper=self.behaviour_keeper,
            report_refresher=self.report_refresher,
        )

    @cached_property
    def steerings(self) -> Steerings:
        from saldo.accounts.steering import Steerings

        return Steerings(self.store, self.clock, self.ids)

    @cached_property
    def finder(self) -> Finder:
        from saldo.accounts.finding import Finder

        return Finder(self.store)

    @cached_property
    def threads(self) -> Threads:
        from saldo.threads.service import Threads

        return Threads(
            self.store,
            self.clock,
            self.ids,
            self.policies,
            self.limits,
            self.colleagues,
            self.sight,
        )

    @cached_property
    def details_changes(self) -> DetailsChanges:
        from saldo.contacts.changes import DetailsChanges

        return DetailsChanges(self.store, self.clock, self.ids, self.limits)

    @cached_property
    def wrong_persons(self) -> WrongPersons:
        from saldo.contacts.wrong_person import WrongPersons

        return WrongPersons(self.store, self.clock, self.ids, self.opt_outs, self.send_queue)

    @cached_property
    def portals(self) -> Portals:
        from saldo.portal.groups import Portals

        return Portals(self.store, self.clock)

    @cached_property
    def portal_users(self) -> PortalUsers:
        from saldo.portal.users import PortalUsers

        return PortalUsers(self.store, self.clock, self.ids)

    @cached_property
    def portal_queue(self) -> PortalQueue:
        """Mail of the portal goes through the queue of all mail, whose consumer keeps the pace."""
        return self._mail_queue()

    @cached_property
    def sign_in(self) -> SignIn:
        from saldo.portal.sign_in import SignIn

        return SignIn(
            self.store,
            self.clock,
            self.ids,
            self.portals,
            self.portal_users,
            self.limits,
            self.portal_queue,
        )

    @cached_property
    def portal_mails(self) -> PortalMails:
        from saldo.portal.mails import PortalMails

        return PortalMails(
            self.store,
            self.clock,
            self.portals,
            self.portal_users,
            self.sign_in,
            self.renderer,
            self.mailer,
            self.settings.public_url,
        )

    @cached_property
    def pay_statuses(self) -> PayStatuses:
        from saldo.portal.paid import PayStatuses

        return PayStatuses(self.store, self.clock, self.links, self.standings)

    @cached_property
    def staff_links(self) -> StaffLinks:
        from saldo.portal.staff import StaffLinks

        return StaffLinks(self.store, self.clock, self.ids, self.limits, self.settings.public_url)

    @cached_property
    def relay(self) -> Relay:
        from saldo.reconciliation.relay import Relay

        return Relay(self.store, self.clock, self.accounts, self.bus)

    @cached_property
    def webhooks(self) -> Webhooks:
        from saldo.reconciliation.webhooks import Webhooks

        return Webhooks(
            self.store,
            self.clock,
            self.ids,
            self.delivery_queue,
            self.webhook_transport,
            allow_http=self.settings.is_local,
        )

    @cached_property
    def past(self) -> Past:
        from saldo.reconciliation.replay import Past

        return Past(self.store, self.delivery_queue)

    @cached_property
    def drift_reports(self) -> DriftReports:
        from saldo.drift.book import DriftReports

        return DriftReports(self.store, self.clock)

    @cached_property
    def snapshots(self) -> Snapshots:
        from saldo.drift.snapshots import Snapshots

        return Snapshots(self.store, self.clock, self.ids)

    @cached_property
    def withdrawals(self) -> Withdrawals:
        from saldo.invoices.withdrawals import Withdrawals

        return Withdrawals(self.store, self.clock, self.ids)

    @cached_property
    def settled_days(self) -> SettledDays:
        from saldo.settlements.day import SettledDays

        return SettledDays(self.store, self.clock)


_installed: Services | None = None


def services() -> Services:
    """Return the services of this process, built from the environment on first use."""
    global _installed
    if _installed is None:
        _installed = Services(settings_from(os.environ))
    return _installed


def install(parts: Services | None) -> None:
    """Replace the services of this process; None builds them anew from the environment."""
    global _installed
    _installed = parts
