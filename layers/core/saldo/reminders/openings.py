"""Openings of pay links: when a person looked, and by which notice they came.

Mail providers, gateways and messengers fetch every link that they carry, some within the second, so
that a page which was asked for proves nothing. A person counts where

- the page was *shown*: a browser that draws it fetches a picture of ours on it, as fetching the
  page alone does not, and not within half a minute of the notice's sending or delivery, when
  scanners come that draw pages too; or
- somebody *acted* on it: pressed one of its buttons to pay, plan or change something.

Neither counts of programs that are known as machines by their name (`agents.py`), nor what a
browser fetches ahead of being asked. The first opening by a machine is kept as such and never
counts. What remains unknown: a scanner under a browser's name that draws the page after half a
minute counts as a person, and a person without pictures who presses nothing does not count.

An opening is shown and told; it decides nothing, and proves neither delivery nor receipt. Who
opened is not kept: no address of the network, no browser, no cookie.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from saldo.clock import Clock, iso_instant
from saldo.events import event
from saldo.ids import Ids
from saldo.payments.links import PayLinks
from saldo.payments.model import PayLink
from saldo.reminders.agents import is_browser, is_known_machine
from saldo.reminders.model import Notice
from saldo.reminders.opening import How, LinkOpening
from saldo.store import CommitConflict, Put, Store

AT_ONCE: Final = timedelta(seconds=30)
"""A page drawn so soon after the notice left or arrived was drawn by what looked the mail through:
such machines come within seconds of delivery."""

_ATTEMPTS_MAX = 3


class Openings:
    """Writes openings down. A day's second one costs two reads, and is not written."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, links: PayLinks) -> None:
        self._store, self._clock, self._ids, self._links = store, clock, ids, links

    def fetched(self, link: PayLink, user_agent: str) -> None:
        """Note that the page was asked for: of interest only if a known machine did.

        Reads and writes nothing for all others.
        """
        if is_known_machine(user_agent):
            self._note(link, "known-machine")

    def shown(self, token: str, user_agent: str, *, ahead: bool = False) -> bool:
        """Note that the page was drawn; return whether this day's opening stands.

        `ahead` says that the browser fetched it before anybody asked for it. Raises LinkUnknown or
        LinkExpired.
        """
        link = self._links.find(token)
        if ahead:
            return False
        return self._note(link, "shown" if is_browser(user_agent) else "known-machine")

    def acted(self, link: PayLink, user_agent: str) -> None:
        """Note that somebody pressed a button of the page."""
        self._note(link, "known-machine" if is_known_machine(user_agent) else "acted")

    def _note(self, link: PayLink, how: How) -> bool:
        """Write down what is new, and return whether a person's opening stands for today.

        Others who note the same at this instant may win: theirs is as good.
        """
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            there = self._of(link)
            if there.is_noted(now):
                return True
            if how == "known-machine" and there.machine_at is not None:
                return False
            notice = self._notice(link)
            seen_as = _judged(how, link, notice, now)
            by_person = seen_as in ("shown", "acted")
            if not by_person and (there.machine_at or there.first_at):
                return False
            try:
                self._write(link, there, notice, seen_as, now)
            except CommitConflict:
                continue
            return by_person
        return False

    def _of(self, link: PayLink) -> LinkOpening:
        fresh = LinkOpening(
            link.creditor, link.account, link.notice or link.token_hash, link.notice
        )
        return self._store.get(LinkOpening, *fresh.key) or fresh

    def _notice(self, link: PayLink) -> Notice | None:
        if link.notice is None:
            return None
        return self._store.get(Notice, link.creditor, link.account, link.notice)

    def _write(
        self, link: PayLink, there: LinkOpening, notice: Notice | None, how: How, now: datetime
    ) -> None:
        by_person = how in ("shown", "acted")
        if by_person:
            first = there.first_at or now
            new = replace(there, first_at=first, last_at=now, days=there.days + 1)
        else:
            new = replace(there, machine_at=now)
        new = replace(new, version=there.version + 1)
        told = event(
            self._ids.ulid(now),
            now,
            "link.opened",
            link.creditor,
            link.account,
            notice=link.notice,
            step=notice.step if notice else None,
            channel=notice.channel if notice else None,
            invoice=link.invoice,
            opened_by="person" if by_person else "machine",
            how=how,
            first_opened_at=iso_instant(new.first_at) if new.first_at else None,
        )
        self._store.commit([Put(new, expect=there.version), Put(told)])


def _judged(how: How, link: PayLink, notice: Notice | None, now: datetime) -> How:
    """Return what an opening is taken for; drawn at once it is taken for a machine's."""
    if how != "shown" or notice is None:
        return how
    arrived = notice.delivered_at or link.created_at
    return "at-once" if now - max(link.created_at, arrived) < AT_ONCE else "shown"
