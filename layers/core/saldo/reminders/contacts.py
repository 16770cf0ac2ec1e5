"""How often an account may hear from us, over all its invoices. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from saldo.reminders.policy_model import Policy

_WEEK = timedelta(days=7)
DAYS_KEPT = 31
"""So many days of contacts are remembered: more than any gap or week looks back on."""


def contact_free_on(contacts: Sequence[date], policy: Policy, today: date) -> tuple[date, str]:
    """Return the first day from `today` on which another reminder may go, and what keeps it back.

    The reason is "contact-gap" (too soon after the last) or "contact-cap" (enough in 7 days).
    """
    day, reason = today, ""
    if contacts and policy.gap_days_min:
        free = max(contacts) + timedelta(days=policy.gap_days_min)
        if free > day:
            day, reason = free, "contact-gap"
    most = policy.contacts_per_week_max
    if most is not None:
        recent = sorted(contacts)
        while len(recent) >= most and recent[-most] + _WEEK > day:
            day, reason = recent[-most] + _WEEK, "contact-cap"
    return day, reason


def kept(contacts: Sequence[date], today: date) -> tuple[date, ...]:
    """Return the days of contact worth keeping, `today` added."""
    oldest = today - timedelta(days=DAYS_KEPT)
    return (*(day for day in contacts if day >= oldest), today)
