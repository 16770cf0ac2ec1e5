"""When an ERP's own word lets a connection be read before its time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from saldo.connectors.model import Connection, State
from saldo.connectors.schedule import WAKE_GAP, woken_for
from tests.books import START as NOW

MINUTE = timedelta(minutes=1)


def connection(
    state: State = "ok",
    tried: datetime | None = NOW - timedelta(minutes=10),
    next_at: datetime | None = NOW + timedelta(minutes=5),
    lease_until: datetime | None = None,
    *,
    enabled: bool = True,
) -> Connection:
    return Connection(
        "acme",
        "exact",
        "exact",
        {},
        state=state,
        tried_at=tried,
        next_at=next_at,
        lease_until=lease_until,
        enabled=enabled,
    )


def test_what_was_read_a_while_ago_is_read_at_once() -> None:
    assert woken_for(connection(), NOW) == NOW


def test_what_was_read_a_minute_ago_is_read_when_the_gap_is_over() -> None:
    read = connection(tried=NOW - MINUTE, next_at=NOW + 14 * MINUTE)
    assert woken_for(read, NOW) == NOW - MINUTE + WAKE_GAP


def test_however_often_it_is_woken_nothing_changes_any_more() -> None:
    read = connection(tried=NOW - MINUTE, next_at=NOW - MINUTE + WAKE_GAP)
    assert woken_for(read, NOW) is None
    assert woken_for(connection(next_at=NOW), NOW) is None


def test_what_is_being_read_is_read_once_more_afterwards() -> None:
    running = connection(next_at=NOW - MINUTE, lease_until=NOW + MINUTE)
    at = woken_for(running, NOW)
    assert at == NOW + WAKE_GAP
    assert woken_for(connection(next_at=at, lease_until=NOW + MINUTE), NOW) is None


@pytest.mark.parametrize("state", ["limited", "refused", "unreachable", "nonsense"])
def test_what_must_wait_keeps_its_own_time(state: State) -> None:
    assert woken_for(connection(state), NOW) is None


def test_what_is_switched_off_stays_off() -> None:
    assert woken_for(connection(enabled=False), NOW) is None


def test_what_was_never_read_is_read_at_once() -> None:
    assert woken_for(connection("new", None, None), NOW) == NOW
