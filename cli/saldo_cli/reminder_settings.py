"""When and by which policy a creditor reminds, as it is typed."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from saldo.accounts.model import Creditor, Segment
from saldo.accounts.payer_rules import PayerRules
from saldo.reminders.segments import segments_from
from saldo_cli.problems import UsageProblem

_NONE: Final = "none"
BLACKOUT_DAYS_MAX: Final = 400
"""All of them stand in the creditor's row, which every run reads."""


def reminder_changes(options: Namespace) -> dict[str, Any]:
    """Return the changes of reminder settings that options name, nothing if they name none.

    Raises UsageProblem, SegmentNotValid.
    """
    changes: dict[str, Any] = {}
    if options.segments is not None:
        changes["segments"] = _segments(options.segments)
    if options.fresh_within_hours is not None:
        changes["fresh_within_hours"] = _hours(options.fresh_within_hours)
    if options.blackout is not None:
        changes["blackout_days"] = _days(options.blackout)
    return changes


def policies_in(changes: Mapping[str, Any]) -> list[str]:
    """Return the ids of the policies that changed settings name."""
    named = [changes["policy"]] if "policy" in changes else []
    return [*named, *(segment.policy for segment in changes.get("segments", ()))]


def promise_rule(options: Namespace, rules: PayerRules) -> PayerRules:
    """Return the payers' rules with the longest promise and the days for a copy that were named."""
    if options.promise_days_max is not None:
        rules = replace(rules, promise_days_max=options.promise_days_max)
    if options.copy_hold_days is not None:
        rules = replace(rules, copy_hold_days=options.copy_hold_days)
    return rules


def told(creditor: Creditor) -> tuple[tuple[str, str], ...]:
    """Return what `saldo creditor show` says of these settings: labels and values."""
    hours, days = creditor.fresh_within_hours, creditor.blackout_days
    return (
        ("segments", ", ".join(_named(one) for one in creditor.segments) or "none"),
        ("needs news of", f"the last {hours} hours" if hours else "any age"),
        (
            "never on",
            f"{len(days)} days, {days[0]} to {days[-1]}" if days else "no day of its own",
        ),
    )


def _named(segment: Segment) -> str:
    facts = " and ".join(f"{fact} {'/'.join(values)}" for fact, values in segment.when.items())
    return f"{segment.policy} for {facts or 'everybody'}"


def _segments(text: str) -> tuple[Segment, ...]:
    if text == _NONE:
        return ()
    try:
        return segments_from(json.loads(Path(text).read_text("utf-8")))
    except OSError as error:
        raise UsageProblem(f"{text} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageProblem(f"{text} is no JSON: {error}.") from None


def _hours(text: str) -> int | None:
    if text == _NONE:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise UsageProblem(f"{text!r} is neither a number of hours nor 'none'.")
    return int(text)


def _days(texts: Sequence[str]) -> tuple[date, ...]:
    """Read days and spans such as 2026-12-24..2027-01-01, both ends included."""
    if list(texts) == [_NONE]:
        return ()
    days: set[date] = set()
    for text in texts:
        first, _, last = text.partition("..")
        begin, end = _day(first), _day(last or first)
        if not begin <= end < begin + timedelta(days=BLACKOUT_DAYS_MAX):
            raise UsageProblem(f"{text!r} is no span of days.")
        days |= {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    if len(days) > BLACKOUT_DAYS_MAX:
        raise UsageProblem(f"At most {BLACKOUT_DAYS_MAX} blackout days; these are {len(days)}.")
    return tuple(sorted(days))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageProblem(f"{text!r} is no day: write it as 2026-12-24.") from None
