"""How much may still be asked of an ERP, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saldo.connectors.budget import Limits, failed, spent, told
from saldo.connectors.model import Connection, Usage
from saldo.connectors.ports import ErpLimited
from saldo.connectors.schedule import AFTER_NO_MAX, AFTER_SILENCE_MAX, Ended, after, is_news

NOW = datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC)
LIMITS = Limits(per_minute=3, per_day=10, errors_per_hour=2, day_kept=4)


def calls(usage: Usage, many: int, at: datetime = NOW, *, is_reading: bool = True) -> Usage:
    for _ in range(many):
        usage = spent(usage, LIMITS, at, "list", is_reading=is_reading)
    return usage


def test_the_fourth_call_of_a_minute_waits_for_the_next() -> None:
    usage = calls(Usage("c", "n"), 3)
    with pytest.raises(ErpLimited) as limited:
        calls(usage, 1, NOW + timedelta(seconds=59))
    assert limited.value.until == NOW + timedelta(minutes=1)
    assert calls(usage, 1, NOW + timedelta(minutes=1)).minute_calls == 1


def test_the_last_calls_of_a_day_are_kept_for_what_must_be_told() -> None:
    usage = Usage("c", "n")
    for minute in range(2):
        usage = calls(usage, 3, NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=5)
    with pytest.raises(ErpLimited) as limited:
        calls(usage, 1, later)
    assert limited.value.until == datetime(2026, 11, 23, tzinfo=UTC)
    usage = calls(usage, 3, later, is_reading=False)
    usage = calls(usage, 1, later + timedelta(minutes=1), is_reading=False)
    with pytest.raises(ErpLimited):
        calls(usage, 1, later + timedelta(minutes=2), is_reading=False)
    assert calls(usage, 1, NOW + timedelta(days=1)).day_calls == 1


def test_two_errors_of_an_endpoint_close_it_for_an_hour_and_no_other() -> None:
    usage = failed(failed(Usage("c", "n"), NOW, "list"), NOW, "list")
    with pytest.raises(ErpLimited) as limited:
        spent(usage, LIMITS, NOW, "list")
    assert limited.value.until == NOW + timedelta(hours=1)
    assert spent(usage, LIMITS, NOW, "other").minute_calls == 1
    assert spent(usage, LIMITS, NOW + timedelta(hours=1), "list").hour_errors == {}


def test_the_erps_own_count_is_believed_where_it_is_higher() -> None:
    usage = told(calls(Usage("c", "n"), 1), LIMITS, NOW, 0, 9)
    assert (usage.minute_calls, usage.day_calls) == (3, 1)
    assert told(usage, LIMITS, NOW, 3, None).minute_calls == 3


def test_a_silent_erp_is_tried_ever_less_often_but_hourly() -> None:
    connection, gaps, now = Connection("c", "n", "exact", {}), [], NOW
    for _ in range(8):
        connection = after(connection, Ended("unreachable", "no answer"), now)
        assert connection.next_at is not None
        gaps.append(connection.next_at - now)
        now = connection.next_at
    assert gaps[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert gaps[-1] == AFTER_SILENCE_MAX
    assert connection.state_since == NOW


def test_an_erp_that_says_no_is_asked_seldom() -> None:
    connection, now = Connection("c", "n", "exact", {}), NOW
    for _ in range(12):
        connection = after(connection, Ended("refused", "401"), now)
        assert connection.next_at is not None
        gap, now = connection.next_at - now, connection.next_at
    assert gap == AFTER_NO_MAX


def test_only_what_begins_to_fail_or_works_again_is_news() -> None:
    fine = Connection("c", "n", "exact", {}, state="ok")
    silent = after(fine, Ended("unreachable"), NOW)
    limited = after(silent, Ended("limited", until=NOW), NOW)
    assert is_news(fine, Ended("unreachable"))
    assert not is_news(silent, Ended("unreachable"))
    assert is_news(silent, Ended("refused"))
    assert not is_news(silent, Ended("limited"))
    assert is_news(limited, Ended("ok"))
    assert not is_news(fine, Ended("ok"))
