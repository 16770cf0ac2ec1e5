"""Who is told by mail of what changes, and the list of the morning."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.connectors import ConnectorParts

if TYPE_CHECKING:
    from saldo.people.users import Users
    from saldo.watchers.mails import WatchMails
    from saldo.watchers.mornings import Mornings
    from saldo.watchers.news import News, WatchQueue
    from saldo.watchers.service import Watchers
    from saldo.worklist.absences import Absences
    from saldo.worklist.desks import Desks


class WatcherParts(ConnectorParts):
    """Who is told by mail of what changes, and the list of the morning."""

    if TYPE_CHECKING:

        @cached_property
        def users(self) -> Users: ...

        @cached_property
        def desks(self) -> Desks: ...

        @cached_property
        def absences(self) -> Absences: ...

    @cached_property
    def watch_queue(self) -> WatchQueue:
        """Mail to watchers goes through the queue of all mail, whose consumer keeps the pace."""
        return self._mail_queue()

    @cached_property
    def watchers(self) -> Watchers:
        from saldo.watchers.service import Watchers

        return Watchers(self.store, self.clock, self.ids, self.users)

    @cached_property
    def watch_news(self) -> News:
        from saldo.watchers.news import News

        return News(self.store, self.clock, self.watchers, self.watch_queue)

    @cached_property
    def mornings(self) -> Mornings:
        from saldo.adapters.public_holidays.calendars import PublicHolidays
        from saldo.watchers.mornings import Mornings

        return Mornings(
            self.store,
            self.clock,
            self.users,
            self.desks,
            self.absences,
            self.watch_queue,
            PublicHolidays(),
        )

    @cached_property
    def watch_mails(self) -> WatchMails:
        from saldo.watchers.mails import WatchMails

        return WatchMails(
            self.store,
            self.clock,
            self.watch_news,
            self.mornings,
            self.users,
            self.desks,
            self.mailer,
            self.settings.public_url,
        )
