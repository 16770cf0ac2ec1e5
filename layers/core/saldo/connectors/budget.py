"""How much may still be asked of an ERP: pure, counted in a record that survives restarts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from saldo.connectors.model import Usage
from saldo.connectors.ports import ErpLimited

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an ERP allows: calls per minute and per UTC day, and errors per endpoint and hour.

    None knows no such limit. `day_kept` calls of a day are left for what must be told to the ERP:
    reading stops before them.
    """

    per_minute: int | None = None
    per_day: int | None = None
    errors_per_hour: int | None = None
    day_kept: int = 0


def spent(
    usage: Usage, limits: Limits, now: datetime, endpoint: str, *, is_reading: bool = True
) -> Usage:
    """Return the usage with one more call; raise ErpLimited when it may not be made now."""
    usage = _rolled(usage, now)
    if limits.per_minute is not None and usage.minute_calls >= limits.per_minute:
        assert usage.minute_at is not None, "rolled"
        raise ErpLimited("This minute's calls are used up.", usage.minute_at + _MINUTE)
    if limits.per_day is not None:
        allowed = limits.per_day - (limits.day_kept if is_reading else 0)
        if usage.day_calls >= allowed:
            raise ErpLimited("This day's calls are used up.", _next_day(now))
    errors = usage.hour_errors.get(endpoint, 0)
    if limits.errors_per_hour is not None and errors >= limits.errors_per_hour:
        assert usage.hour_at is not None, "rolled"
        raise ErpLimited(
            f"{errors} calls of {endpoint} failed within an hour; one more may lock us out.",
            usage.hour_at + _HOUR,
        )
    return replace(usage, minute_calls=usage.minute_calls + 1, day_calls=usage.day_calls + 1)


def failed(usage: Usage, now: datetime, endpoint: str) -> Usage:
    """Return the usage with one more error of an endpoint."""
    usage = _rolled(usage, now)
    errors = {**usage.hour_errors, endpoint: usage.hour_errors.get(endpoint, 0) + 1}
    return replace(usage, hour_errors=errors)


def told(
    usage: Usage,
    limits: Limits,
    now: datetime,
    minute_left: int | None,
    day_left: int | None,
) -> Usage:
    """Return the usage as the ERP itself counts it, where it counts more than we did: others may
    use the same key.
    """
    usage = _rolled(usage, now)
    if minute_left is not None and limits.per_minute is not None:
        usage = replace(
            usage, minute_calls=max(usage.minute_calls, limits.per_minute - minute_left)
        )
    if day_left is not None and limits.per_day is not None:
        usage = replace(usage, day_calls=max(usage.day_calls, limits.per_day - day_left))
    return usage


def _rolled(usage: Usage, now: datetime) -> Usage:
    """Begin a new minute, day or hour where the old one has passed."""
    if usage.minute_at is None or not timedelta() <= now - usage.minute_at < _MINUTE:
        usage = replace(usage, minute_at=now, minute_calls=0)
    if usage.day != now.astimezone(UTC).date():
        usage = replace(usage, day=now.astimezone(UTC).date(), day_calls=0)
    if usage.hour_at is None or not timedelta() <= now - usage.hour_at < _HOUR:
        usage = replace(usage, hour_at=now, hour_errors={})
    return usage


def _next_day(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, UTC)
