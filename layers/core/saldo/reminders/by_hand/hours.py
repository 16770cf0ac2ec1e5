"""When a message that a person wrote may leave: nobody's telephone rings at night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account
from saldo.law.us.contact import contact_from
from saldo.reminders.by_hand.model import WrittenBy
from saldo.reminders.model import Notice
from saldo.reminders.policy_model import Policy

_FIRST: Final = time(8)
_LAST: Final = time(21)
"""Where the policy says nothing; the same hours as 12 CFR 1006.6(b)(1)."""


def leaves_at(
    channel: WrittenBy, account: Account, policy: Policy | None, now: datetime
) -> datetime:
    """Return the earliest instant at which a message of `now` may leave, in UTC.

    A text message keeps the hours of the account's policy, else 8 to 21 at the debtor's place. In
    the United States mail keeps its hours too (12 CFR 1006.6(b): the time of sending counts). The
    policy's business days are not kept: a person who writes on a Saturday means it.
    """
    leaves = now
    if channel == "sms":
        hours = policy.hours if policy else None
        first, last = (hours.first, hours.last) if hours else (_FIRST, _LAST)
        leaves = _within(now, account.time_zone, first, last)
    if channel != "letter" and account.country == "US":
        leaves = contact_from(leaves, account.time_zone)
    return leaves.astimezone(UTC)


def is_early(notice: Notice, now: datetime) -> bool:
    """Tell whether a notice waits for its hour; only those by hand have one of their own."""
    kept = notice.facts.get("not_before")
    return bool(kept) and now < datetime.fromisoformat(str(kept))


def _within(now: datetime, time_zone: str, first: time, last: time) -> datetime:
    local = now.astimezone(ZoneInfo(time_zone))
    if first <= local.time() < last:
        return now
    day = local.date() + (timedelta(days=1) if local.time() >= last else timedelta())
    return datetime.combine(day, first, ZoneInfo(time_zone))
