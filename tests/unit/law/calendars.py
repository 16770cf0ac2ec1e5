"""Calendars that tests hand in."""

from __future__ import annotations

from datetime import date


class Holidays:
    """Knows the public holidays it was given, and no others."""

    def __init__(self, *days: str) -> None:
        self._days = frozenset(date.fromisoformat(day) for day in days)

    def is_holiday(self, day: date) -> bool:
        return day in self._days


NONE = Holidays()
