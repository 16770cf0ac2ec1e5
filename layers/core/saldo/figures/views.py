"""Reports as people want to see them again: kept with their columns, groups and filters, shown to
the roles that may see them, and sent by mail on a schedule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from saldo.accounts.told import SYSTEM, Setting, setting_changed
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, Invalid, NotFound
from saldo.figures.ask import Asked
from saldo.figures.cells import month_start
from saldo.ids import Ids
from saldo.people.rights import Role
from saldo.store import CommitConflict, Delete, Put, Store

Every = Literal["day", "week", "month"]
Format = Literal["csv", "xlsx", "pdf"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

TITLE_MAX: Final = 80
RECIPIENTS_MAX: Final = 20
VIEWS_MAX: Final = 200
_DAY_OF_MONTH_MAX: Final = 28
"""Every month has it."""

_HOURS: Final = 24
_WEEKDAYS: Final = 7
_ID: Final = re.compile(r"[0-9A-Z]{26}")


class ViewUnknown(NotFound):
    """There is no such view, or not for the role of whoever asks."""

    code = "report-view-unknown"


class ViewNotValid(Invalid):
    """A view's title, roles or schedule cannot be like that."""

    code = "report-view-not-valid"


class ViewBusy(Conflict):
    """Somebody changed the view at the same time, or there are too many."""

    code = "report-view-busy"


@dataclass(frozen=True, slots=True)
class Mailing:
    """When and to whom a view is sent.

    `on` is the weekday (1 Monday to 7) of a weekly, the day (1 to 28) of a monthly mailing; `hour`
    is one of the creditor's place. `to` are addresses of people who work here.
    """

    every: Every
    hour: int
    to: tuple[str, ...]
    formats: tuple[Format, ...]
    on: int = 1


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report kept by `title`. `roles` may see it, everybody who may see reports where it is
    empty. `next_at` is when it is sent next.
    """

    creditor: str
    id: str
    title: str
    asked: Asked
    by: str
    roles: tuple[Role, ...] = ()
    mailing: Mailing | None = None
    next_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("report", self.creditor, self.next_at) if self.next_at else None


class ReportViews:
    """Keeps views."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def list(self, creditor: str, role: Role | None = None) -> list[ReportView]:
        """Return the views that a role may see, by title; None is a machine and sees all."""
        found = self._store.list(ReportView, creditor)
        return sorted(
            (view for view in found if may_see(view, role)), key=lambda v: v.title.casefold()
        )

    def get(self, creditor: str, id_: str, role: Role | None = None) -> ReportView:
        """Return a view; raise ViewUnknown."""
        found = self._store.get(ReportView, creditor, id_) if _ID.fullmatch(id_) else None
        if found is None or not may_see(found, role):
            raise ViewUnknown("There is no such view.")
        return found

    def save(
        self,
        creditor: str,
        zone: str,
        title: str,
        asked: Asked,
        by: str,
        *,
        roles: Sequence[Role] = (),
        mailing: Mailing | None = None,
        id_: str | None = None,
    ) -> ReportView:
        """Keep a view, a new one or in the place of `id_`.

        Raises ViewNotValid, ViewUnknown or ViewBusy.
        """
        old = self.get(creditor, id_) if id_ else None
        if old is None and len(self.list(creditor)) >= VIEWS_MAX:
            raise ViewBusy(f"There are {VIEWS_MAX} views already; remove some.")
        now = self._clock.now()
        checked = checked_mailing(mailing) if mailing else None
        new = ReportView(
            creditor,
            old.id if old else self._ids.ulid(now),
            _title(title),
            asked,
            by,
            tuple(dict.fromkeys(roles)),
            checked,
            next_time(checked, now, zone) if checked else None,
            (old.version if old else 0) + 1,
        )
        told = self._told(old, new, by)
        try:
            self._store.commit([Put(new, expect=old.version if old else 0), told])
        except CommitConflict:
            raise ViewBusy("Somebody is just changing this view; look at it again.") from None
        return new

    def remove(self, creditor: str, id_: str, by: str = SYSTEM) -> ReportView:
        """Remove a view, and with it its mailing; raise ViewUnknown or ViewBusy."""
        old = self.get(creditor, id_)
        try:
            self._store.commit([Delete(old, expect=old.version), self._told(old, None, by)])
        except CommitConflict:
            raise ViewBusy("Somebody is just changing this view; look at it again.") from None
        return old

    def _told(self, old: ReportView | None, new: ReportView | None, by: str) -> Put:
        kept, now = new or old, self._clock.now()
        assert kept is not None, "one of both is there"
        id_ = self._ids.ulid(now)
        setting = Setting("report-view", kept.id, ("title", "asked", "roles", "mailing"))
        return Put(setting_changed(setting, old, new, id_, now, by))


def may_see(view: ReportView, role: Role | None) -> bool:
    """Tell whether a role may see a view; None is a machine and sees all."""
    return role is None or not view.roles or role in view.roles or role == "owner"


def _title(typed: str) -> str:
    title = " ".join(typed.split())
    if not title or len(title) > TITLE_MAX or not title.isprintable():
        raise ViewNotValid(f"A title has 1 to {TITLE_MAX} characters.").at("/title")
    return title


def checked_mailing(mailing: Mailing) -> Mailing:
    """Return a mailing with plain addresses; raise ViewNotValid."""
    to = recipients(mailing.to, "/mailing/to")
    days = {"day": 1, "week": _WEEKDAYS, "month": _DAY_OF_MONTH_MAX}[mailing.every]
    if not mailing.formats:
        raise ViewNotValid("A view is sent as CSV, XLSX or PDF.").at("/mailing/formats")
    if not 0 <= mailing.hour < _HOURS:
        raise ViewNotValid("An hour is 0 to 23.").at("/mailing/hour")
    if not 1 <= mailing.on <= days:
        raise ViewNotValid(f"The day is 1 to {days}.").at("/mailing/on")
    return replace(mailing, to=to, formats=tuple(dict.fromkeys(mailing.formats)))


def recipients(typed: Iterable[str], at: str) -> tuple[str, ...]:
    """Return plain addresses, each once; raise ViewNotValid, `at` the field that they stood in."""
    to = tuple(dict.fromkeys(address.strip().lower() for address in typed if address.strip()))
    if not 1 <= len(to) <= RECIPIENTS_MAX:
        raise ViewNotValid(f"A view is sent to 1 to {RECIPIENTS_MAX} people.").at(at)
    return to


def next_time(mailing: Mailing, after: datetime, zone: str) -> datetime:
    """Return the first instant after `after` at which a view is to be sent."""
    day = local_day(after, zone)
    while True:
        at = datetime.combine(day, time(mailing.hour), ZoneInfo(zone)).astimezone(after.tzinfo)
        if at > after and _is_day(mailing, at.astimezone(ZoneInfo(zone))):
            return at
        day += timedelta(days=1)
        if mailing.every == "month" and day.day > _DAY_OF_MONTH_MAX:
            day = month_start(day, 1)


def _is_day(mailing: Mailing, at: datetime) -> bool:
    if mailing.every == "week":
        return at.isoweekday() == mailing.on
    return mailing.every == "day" or at.day == mailing.on
