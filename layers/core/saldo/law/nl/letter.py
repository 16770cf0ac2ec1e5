"""When the 14-day letter arrived, when its term is over, and from when costs are due.

Art. 6:96 (6) BW: the consumer has fourteen days, beginning on the day after *receipt* (HR 25
November 2016, ECLI:NL:HR:2016:2704,
https://uitspraken.rechtspraak.nl/inziendocument?id=ECLI:NL:PHR:2016:938).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from saldo.law.days import working_day_from
from saldo.law.facts import BusinessDays

TERM_DAYS: Final = 14
_DAY = timedelta(days=1)
_MONDAY, _SUNDAY = 0, 6


@dataclass(frozen=True, slots=True)
class LetterTerm:
    """The term of a letter: its first and last day, and the first day on which costs are due."""

    first: date
    last: date
    costs_from: date


def delivered_by_post(sent_on: date, calendar: BusinessDays) -> date:
    """Return the day on which a letter counts as delivered: the second day after it was sent.

    Sundays, Mondays and public holidays do not count: on them no post is delivered that was sent
    the day before (https://www.looijmansjuristen.nl/2017/07/28/14dagenbrief-consument-betaalt-niet/).
    What a returned letter proves goes before this.
    """
    day, counted = sent_on, 0
    while counted < 2:
        day += _DAY
        if day.weekday() not in (_SUNDAY, _MONDAY) and not calendar.is_holiday(day):
            counted += 1
    return day


def delivered_by_mail(delivery_event_on: date | None) -> date | None:
    """Return the day an e-mail was received: its delivery event's, None without one.

    There is no day on which a sent e-mail counts as received: who relies on it has to prove it
    (art. 3:37 (3) BW; the burden of proof: ECLI:NL:HR:2016:2704).
    """
    return delivery_event_on


def term(received_on: date, calendar: BusinessDays) -> LetterTerm:
    """Return the fourteen days after receipt, and from when costs are due.

    If the last day is no working day, costs are due only after the next one (art. 1 Algemene
    termijnenwet, https://www.debloggendedeurwaarder.nl/atw-nog-eens-bezien/). Whether that law
    covers this term is disputed; the reading kinder to the debtor is taken.
    """
    last = received_on + timedelta(days=TERM_DAYS)
    return LetterTerm(received_on + _DAY, last, working_day_from(last, calendar) + _DAY)
