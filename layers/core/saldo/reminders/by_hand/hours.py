"""When a message that a person wrote may leave: nobody's telephone rings at night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account
from saldo.law.us.contact import contact_hours
from saldo.reminders.by_hand.model import HOURS, KeptHours, WrittenBy
from saldo.reminders.model import Notice
from saldo.reminders.policy_model import Policy

_USUAL: Final = (time(8), time(21))
"""Where the policy says nothing; the same hours as 12 CFR 1006.6(b)(1)."""


def hours_of(channel: WrittenBy, account: Account, policy: Policy | None) -> KeptHours | None:
    """Return the hours that a message keeps at the debtor's place, None for whenever it is ready.

    A text message keeps those of the account's policy, else 8 to 21. In the United States nothing
    but letters leaves outside the law's hours (12 CFR 1006.6(b): the time of sending counts). The
    policy's business days are not kept: a person who writes on a Saturday means it.
    """
    if channel == "letter":
        return None
    bounds: list[tuple[time, time]] = []
    if channel == "sms":
        hours = policy.hours if policy else None
        bounds.append((hours.first, hours.last) if hours else _USUAL)
    if account.country == "US":
        bounds.append(contact_hours())
    if not bounds:
        return None
    first, last = max(begin for begin, _ in bounds), min(end for _, end in bounds)
    if first >= last:  # the policy leaves none of the law's hours, and the law goes first
        first, last = bounds[-1]
    return KeptHours(account.time_zone, first.isoformat(), last.isoformat())


def leaves_at(hours: KeptHours | None, now: datetime) -> datetime:
    """Return the earliest instant from `now` on at which a message may leave, in UTC."""
    if hours is None:
        return now.astimezone(UTC)
    zone, first = ZoneInfo(hours.zone), time.fromisoformat(hours.first)
    local, last = now.astimezone(zone), time.fromisoformat(hours.last)
    if first <= local.time() < last:
        return now.astimezone(UTC)
    day = local.date() + (timedelta(days=1) if local.time() >= last else timedelta())
    return datetime.combine(day, first, zone).astimezone(UTC)


def is_early(notice: Notice, now: datetime) -> bool:
    """Tell whether a notice waits for its hour; only those by hand have hours of their own.

    It is asked whenever one is about to leave: what was written by day and kept back until late
    waits for the morning, too.
    """
    kept = notice.facts.get(HOURS)
    return kept is not None and leaves_at(KeptHours(**kept), now) > now
