"""Calendars of places, made when one is first asked for: the package takes a while to import."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class PlaceCalendar:
    """The public holidays of one country or region; in a country nobody knows there are none."""

    def __init__(self, country: str, region: str | None) -> None:
        self._country, self._region = country, region

    def is_holiday(self, day: date) -> bool:
        """Tell whether a day is a public holiday there, days in lieu included."""
        return day in self._known

    @cached_property
    def _known(self) -> Mapping[date, str]:
        from holidays import country_holidays

        subdivision = (self._region or "").removeprefix(f"{self._country}-") or None
        for part in (subdivision, None):
            try:
                return country_holidays(self._country, subdiv=part)
            except (NotImplementedError, ModuleNotFoundError):
                continue  # an unknown region falls back to its country, an unknown country to none
        return {}


class PublicHolidays:
    """Calendars by ISO 3166 country and ISO 3166-2 region."""

    def of(self, country: str, region: str | None) -> PlaceCalendar:
        """Return the calendar of a place; nothing is loaded before it is asked about a day."""
        return _calendar(country, region)


@cache
def _calendar(country: str, region: str | None) -> PlaceCalendar:
    return PlaceCalendar(country, region)
