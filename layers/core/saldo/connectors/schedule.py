"""When a connection is tried again, and what is told of how it stands: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from saldo.connectors.model import FAILING, Connection, State
from saldo.connectors.ports import ErpDenied, ErpLimited, ErpNonsense, ErpUnreachable
from saldo.errors import Unavailable

SOON: Final = timedelta(minutes=2)
AFTER_SILENCE_MAX: Final = timedelta(hours=1)
AFTER_NO_MAX: Final = timedelta(hours=6)
"""An ERP that says no says so again: asking often only uses its patience up."""

WAKE_GAP: Final = timedelta(minutes=5)
"""How often an ERP's own word lets it be read: a reading costs some of its calls, 288 times a day
at most."""

_WHY_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. `until` is when it may go on, for one that met a limit."""

    state: State
    why: str = ""
    until: datetime | None = None


def ended_by(error: Unavailable) -> Ended:
    """Return how a run ended that `error` stopped."""
    if isinstance(error, ErpLimited):
        return Ended("limited", error.detail, error.until)
    if isinstance(error, ErpDenied):
        return Ended("refused", error.detail)
    if isinstance(error, ErpNonsense):
        return Ended("nonsense", error.detail)
    if isinstance(error, ErpUnreachable):
        return Ended("unreachable", error.detail)
    return Ended("limited", error.detail)  # our own books are busy: it goes on at once


def after(connection: Connection, ended: Ended, now: datetime) -> Connection:
    """Return a connection as it stands after a run, free for the next worker."""
    failures = connection.failures + 1 if ended.state in FAILING else 0
    if ended.state == "limited":
        failures = connection.failures  # it says nothing of what was wrong before
    changed = ended.state != connection.state
    return replace(
        connection,
        state=ended.state,
        why=ended.why[:_WHY_CHARACTERS_MAX],
        state_since=now if changed or connection.state_since is None else connection.state_since,
        next_at=_next(connection, ended, failures, now),
        tried_at=now,
        good_at=now if ended.state == "ok" else connection.good_at,
        failures=failures,
        lease_until=None,
        version=connection.version + 1,
    )


def woken_for(connection: Connection, now: datetime) -> datetime | None:
    """Return when a connection is to be read that its ERP wakes; None: nothing is to be changed.

    One that is being read just now may have passed what changed, and is read once more.
    """
    if not connection.enabled or connection.state == "limited" or connection.state in FAILING:
        return None
    is_running = connection.lease_until is not None and now < connection.lease_until
    last = now if is_running else connection.tried_at
    at = max(now, last + WAKE_GAP) if last is not None else now
    planned = connection.next_at
    if planned is None or planned > at or (is_running and planned <= now):
        return at
    return None


def is_news(before: Connection, ended: Ended) -> bool:
    """Tell whether how a run ended is worth an event: the connection began to fail, fails in
    another way, or works again. A limit alone is no news.
    """
    if ended.state == "ok":
        return before.failures > 0
    return ended.state in FAILING and ended.state != before.state


def _next(connection: Connection, ended: Ended, failures: int, now: datetime) -> datetime:
    usual = timedelta(minutes=connection.every_minutes)
    if ended.state == "ok":
        return now + usual
    if ended.state == "limited":
        return max(ended.until or now, now)
    doubled: int = 2 ** min(failures - 1, 10)
    if ended.state == "unreachable":
        return now + min(SOON * doubled, AFTER_SILENCE_MAX)
    return now + min(usual * doubled, AFTER_NO_MAX)
