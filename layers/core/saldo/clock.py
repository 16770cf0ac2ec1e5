"""Time as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and replays."""

    def __init__(self, at: datetime) -> None:
        assert at.tzinfo is not None, "an instant needs a time zone"
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set the clock; it may also be moved back, as clocks of machines are."""
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._at += by


def local_midnight(day: date, time_zone: str) -> datetime:
    """Return the UTC instant at which `day` begins in the IANA `time_zone`."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


def local_noon(day: date, time_zone: str) -> datetime:
    """Return the UTC instant of noon of `day` in the IANA `time_zone`."""
    return datetime.combine(day, time(12), ZoneInfo(time_zone)).astimezone(UTC)


def local_day(at: datetime, time_zone: str) -> date:
    """Return the calendar day that `at` falls on in the IANA `time_zone`."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def iso_instant(at: datetime) -> str:
    """Write an instant so that text order is time order: 2026-11-21T08:00:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Read what `iso_instant` wrote, or any ISO 8601 instant with an offset.

    Raises ValueError for anything else, a time without an offset included.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} lacks a time zone")
    return at.astimezone(UTC)
