"""When and how often a consumer may be contacted, and which words end it.

Regulation F (12 CFR 1006) binds debt collectors; a creditor's own reminders keep to it as a prudent
default. The TCPA (47 CFR 64.1200) binds whoever sends texts or calls by machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saldo.law.data import read
from saldo.law.facts import Allowed, MissingFact

_NO_WORD = re.compile(r"[^a-z0-9]+")
_CALLS_LAW = "12 CFR 1006.14(b)(2)"


def may_contact_at(at: datetime, time_zone: str) -> bool:
    """Say whether `at` lies between 8 a.m. and 9 p.m. at the consumer's place.

    12 CFR 1006.6(b)(1) (https://lawserver.com/law/country/us/cfr/12_cfr_1006-6). For mails and
    texts the time of sending counts.
    """
    limits = read("us", "contact_limits")
    hour: int = at.astimezone(ZoneInfo(time_zone)).hour
    return bool(limits["hour_first"] <= hour < limits["hour_end"])


def contact_hours() -> tuple[time, time]:
    """Return from which hour on and before which a consumer may be contacted (12 CFR 1006.6(b))."""
    limits = read("us", "contact_limits")
    return time(limits["hour_first"]), time(limits["hour_end"])


def contact_from(at: datetime, time_zone: str) -> datetime:
    """Return `at` if it is an allowed time, else the next 8 a.m. of the consumer, in UTC."""
    if may_contact_at(at, time_zone):
        return at.astimezone(UTC)
    limits = read("us", "contact_limits")
    local = at.astimezone(ZoneInfo(time_zone))
    day = local.date() + timedelta(days=1 if local.hour >= limits["hour_end"] else 0)
    opens = time(limits["hour_first"])
    return datetime.combine(day, opens, ZoneInfo(time_zone)).astimezone(UTC)


def call_allowed(
    on: date, calls: Sequence[date], conversations: Sequence[date]
) -> Allowed | MissingFact:
    """Say whether a consumer may be called about one debt on a day.

    Not more than seven calls in seven consecutive days, and none within seven days after a
    conversation, whose own day is the first (12 CFR 1006.14(b)(2),
    https://law.lawstack.com/cfr/12/1006.14/). `calls` are all calls placed about the debt, answered
    or not; `conversations` those that became one. All days are the consumer's.
    """
    limits = read("us", "contact_limits")
    quiet = timedelta(days=limits["days_after_conversation"])
    spoke = max((day for day in conversations if day <= on), default=None)
    if spoke and on < spoke + quiet:
        return MissingFact(
            "call-after-conversation",
            f"A conversation took place on {spoke}: no call before {spoke + quiet} ({_CALLS_LAW}).",
        )
    window = on - timedelta(days=limits["calls_days"] - 1)
    placed = sum(1 for day in calls if window <= day <= on)
    if placed >= limits["calls_max"]:
        return MissingFact(
            "calls-exhausted",
            f"{placed} calls were placed since {window}, and {limits['calls_max']} are the most "
            f"({_CALLS_LAW}).",
        )
    return Allowed(f"{placed} of {limits['calls_max']} calls since {window}.", _CALLS_LAW)


def is_opt_out(text: str) -> bool:
    """Say whether an answer asks to hear no more.

    Any of the words that carriers and the TCPA know, as the whole answer; the plain ones also
    within a short answer, since consent may be revoked in any reasonable manner (47 CFR
    64.1200(a)(10), https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm;
    https://docs.aws.amazon.com/sms-voice/latest/userguide/keywords-required.html). Capitals, the
    accent of "arrêt" and punctuation do not matter.
    """
    limits = read("us", "contact_limits")
    words = _words(text)
    if words in limits["opt_out_alone"]:
        return True
    if not words or len(words.split()) > limits["opt_out_words_max"]:
        return False
    return any(f" {known} " in f" {words} " for known in limits["opt_out_within"])


def is_opt_in(text: str) -> bool:
    """Say whether an answer asks to hear again after an opt-out."""
    return _words(text) in read("us", "contact_limits")["opt_in"]


def confirmations_left(confirmed: int) -> int:
    """Return how many messages may still confirm an opt-out: one in all."""
    most: int = read("us", "contact_limits")["opt_out_confirmations_max"]
    return max(0, most - confirmed)


def _words(text: str) -> str:
    """Return the words in small letters with single spaces between them."""
    plain = text.casefold().replace("ê", "e")
    return _NO_WORD.sub(" ", plain).strip()
