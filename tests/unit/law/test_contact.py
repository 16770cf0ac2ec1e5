"""Hours, calls and words to stop, as the United States have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.law.facts import Allowed, MissingFact
from saldo.law.us.contact import (
    call_allowed,
    confirmations_left,
    contact_from,
    is_opt_in,
    is_opt_out,
    may_contact_at,
)

MONDAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("utc", "zone", "allowed"),
    [
        ("2026-03-16T12:00:00", "America/New_York", True),  # 8:00, summer time
        ("2026-03-16T11:59:59", "America/New_York", False),
        ("2026-03-17T00:59:59", "America/New_York", True),
        ("2026-03-17T01:00:00", "America/New_York", False),  # 21:00
        ("2026-03-16T12:00:00", "America/Los_Angeles", False),
        ("2026-01-16T12:30:00", "America/New_York", False),  # 7:30, winter time
    ],
)
def test_nobody_hears_before_eight_or_after_nine_where_they_live(
    utc: str, zone: str, allowed: bool
) -> None:
    assert may_contact_at(datetime.fromisoformat(utc).replace(tzinfo=UTC), zone) is allowed


def test_what_comes_at_night_waits_for_eight_in_the_morning() -> None:
    zone = "America/New_York"
    night = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)  # 22:00 on Monday
    early = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)  # 5:00 on Tuesday
    morning = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
    assert contact_from(night, zone) == contact_from(early, zone) == morning
    assert contact_from(morning, zone) == morning


def test_the_eighth_call_in_seven_days_is_not_placed() -> None:
    calls = [MONDAY - timedelta(days=n) for n in range(7)]
    assert isinstance(call_allowed(MONDAY, calls[1:], []), Allowed)
    refused = call_allowed(MONDAY, calls, [])
    assert isinstance(refused, MissingFact)
    assert refused.code == "calls-exhausted"
    assert isinstance(call_allowed(MONDAY + timedelta(days=1), calls, []), Allowed)


def test_after_a_conversation_a_week_of_quiet_begins_with_its_own_day() -> None:
    for days, allowed in [(0, False), (6, False), (7, True)]:
        found = call_allowed(MONDAY + timedelta(days=days), [MONDAY], [MONDAY])
        assert isinstance(found, Allowed) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop.",
        " Stop! ",
        "Unsubscribe",
        "opt-out",
        "OPTOUT",
        "Opt out please",
        "ARRÊT",
        "cancel",
        "END",
        "quit",
        "revoke",
        "td",
        "remove",
        "please stop texting me",
    ],
)
def test_whoever_wants_to_hear_no_more_is_understood(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "I paid at the end of March",
        "Paid from my TD account",
        "I will cancel the check and wire the money tomorrow morning",
        "unstop",
        "The parcel made a stop in Denver, so I pay when it is here",
    ],
)
def test_other_answers_are_no_opt_out(text: str) -> None:
    assert not is_opt_out(text)


def test_start_lets_messages_come_again_and_one_message_confirms_an_opt_out() -> None:
    assert is_opt_in("Start")
    assert is_opt_in("UNSTOP")
    assert not is_opt_in("stop")
    assert [confirmations_left(n) for n in (0, 1, 2)] == [1, 0, 0]
