"""When the Dutch 14-day letter arrives and when its term is over."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.law.nl.letter import delivered_by_mail, delivered_by_post, term
from saldo.law.nl.wki import recurring_cap
from tests.unit.law.calendars import NONE, Holidays

CHRISTMAS = Holidays("2026-12-25", "2026-12-26")


@pytest.mark.parametrize(
    ("sent", "delivered"),
    [
        ("2026-03-03", "2026-03-05"),  # Tuesday: Thursday
        ("2026-03-05", "2026-03-07"),  # Thursday: Saturday
        ("2026-03-06", "2026-03-10"),  # Friday: Saturday, then Tuesday
        ("2026-03-07", "2026-03-11"),  # Saturday: Tuesday, Wednesday
        ("2026-03-08", "2026-03-11"),  # Sunday
        ("2026-12-24", "2026-12-30"),  # Thursday before Christmas: Tuesday, Wednesday
    ],
)
def test_post_counts_as_delivered_on_the_second_day_without_sundays_mondays_and_holidays(
    sent: str, delivered: str
) -> None:
    assert str(delivered_by_post(date.fromisoformat(sent), CHRISTMAS)) == delivered


def test_a_mail_is_received_when_its_delivery_was_seen_and_never_by_assumption() -> None:
    assert delivered_by_mail(date(2026, 3, 3)) == date(2026, 3, 3)
    assert delivered_by_mail(None) is None


def test_fourteen_days_begin_on_the_day_after_receipt() -> None:
    found = term(date(2026, 3, 5), NONE)
    assert (str(found.first), str(found.last)) == ("2026-03-06", "2026-03-19")
    assert str(found.costs_from) == "2026-03-20"


def test_a_last_day_on_a_weekend_or_holiday_gives_the_consumer_the_next_working_day() -> None:
    assert str(term(date(2026, 3, 7), NONE).costs_from) == "2026-03-24"  # Saturday
    assert str(term(date(2026, 12, 11), CHRISTMAS).costs_from) == "2026-12-29"  # Christmas Day


def test_the_cap_for_those_who_collect_for_others_is_kept_as_a_note() -> None:
    cap = recurring_cap()
    assert (str(cap.since), cap.below_minor, cap.cap_minor) == ("2024-10-01", 26667, 14000)
