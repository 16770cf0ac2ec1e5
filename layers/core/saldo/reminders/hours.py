"""When a reminder may leave: business days and hours of the debtor's place, never a blackout day.

The calendar of a place is handed in, so that planning stays pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account, Creditor
from saldo.clock import local_midnight
from saldo.law.days import is_working_day
from saldo.law.facts import BusinessDays
from saldo.law.us.contact import contact_from
from saldo.reminders.policy_model import Hours, Policy

_DAY = timedelta(days=1)
_DAYS_AHEAD_MAX = 60
"""A creditor whose blackout lasts longer is looked at again after so many days."""


@dataclass(frozen=True, slots=True)
class NoHolidays:
    """A place where nothing but weekends is known."""

    def is_holiday(self, day: date) -> bool:  # noqa: ARG002 - the port asks by day
        return False


NO_HOLIDAYS = NoHolidays()


class Calendars(Protocol):
    """Knows the public holidays of places."""

    def of(self, country: str, region: str | None) -> BusinessDays:
        """Return the calendar of a country (ISO 3166) or a region of it (ISO 3166-2)."""


class NoCalendars:
    """Knows weekends alone."""

    def of(self, country: str, region: str | None) -> BusinessDays:  # noqa: ARG002 - the port asks
        return NO_HOLIDAYS


def closed_because(
    day: date, creditor: Creditor, policy: Policy, calendar: BusinessDays
) -> str | None:
    """Return why no reminder goes on a day: "blackout-day", "no-business-day", or None."""
    if day in creditor.blackout_days:
        return "blackout-day"
    hours = policy.hours
    if hours and hours.business_days and not is_working_day(day, calendar):
        return "no-business-day"
    return None


def open_day_from(day: date, creditor: Creditor, policy: Policy, calendar: BusinessDays) -> date:
    """Return `day`, or the first day after it on which a reminder may go."""
    if policy.hours is None and not creditor.blackout_days:
        return day
    for _ in range(_DAYS_AHEAD_MAX):
        if closed_because(day, creditor, policy, calendar) is None:
            return day
        day += _DAY
    return day


def opens_at(day: date, account: Account, policy: Policy) -> datetime:
    """Return the instant from which an account may hear from us on a day.

    Without hours in the policy it is the beginning of the day. With them accounts are spread over
    the morning, each always at the same minute. In the United States it is never before 8 a.m.
    (12 CFR 1006.6(b), kept for creditors too).
    """
    hours = policy.hours
    if hours is None:
        start = local_midnight(day, account.time_zone)
    else:
        zone = ZoneInfo(account.time_zone)
        start = datetime.combine(day, hours.first, zone).astimezone(UTC)
        start += timedelta(minutes=_minute_of(account, hours))
    return contact_from(start, account.time_zone) if account.country == "US" else start


def closes_at(day: date, account: Account, policy: Policy) -> datetime | None:
    """Return the instant from which it is too late on a day, None if it never is."""
    last = policy.hours.last if policy.hours else None
    if last is None and account.country == "US":
        last = time(21)  # 12 CFR 1006.6(b)(1)
    if last is None:
        return None
    return datetime.combine(day, last, ZoneInfo(account.time_zone)).astimezone(UTC)


def _minute_of(account: Account, hours: Hours) -> int:
    if not hours.spread_minutes:
        return 0
    digest = sha256(f"{account.creditor}/{account.number}".encode()).digest()
    return int.from_bytes(digest[:4]) % hours.spread_minutes
