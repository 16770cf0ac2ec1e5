"""The debtor's own holidays, not the creditor's."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from saldo.adapters.public_holidays.calendars import PublicHolidays


@pytest.mark.parametrize(
    ("country", "region", "day", "is_free"),
    [
        ("DE", "DE-BY", date(2026, 1, 6), True),
        ("DE", "DE-BE", date(2026, 1, 6), False),
        ("DE", None, date(2026, 10, 3), True),
        ("DE", "DE-XX", date(2026, 10, 3), True),
        ("NL", None, date(2026, 4, 27), True),
        ("DE", None, date(2026, 4, 27), False),
        ("US", None, date(2026, 7, 3), True),
        ("ZZ", None, date(2026, 12, 25), False),
    ],
)
def test_holidays_are_those_of_the_place(
    country: str, region: str | None, day: date, is_free: bool
) -> None:
    assert PublicHolidays().of(country, region).is_holiday(day) is is_free


def test_nothing_is_loaded_before_a_day_is_asked_about() -> None:
    script = (
        "import sys\n"
        "from saldo.adapters.public_holidays.calendars import PublicHolidays\n"
        "PublicHolidays().of('DE', None)\n"
        "sys.exit('holidays' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
