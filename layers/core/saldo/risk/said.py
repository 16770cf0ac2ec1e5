"""How an account pays, in one sentence that a collector would say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Final

from saldo.messages.formats import percent_text
from saldo.messages.word_files import spoken, words_in
from saldo.risk.behaviour import KNOWN_FROM, DaysBeyondTerms
from saldo.risk.exception import Exceptional
from saldo.risk.months import Spell, spell
from saldo.risk.sheet import BehaviourSheet

_HERE: Final = Path(__file__).parent / "words"

SIZE_LEAST: Final = 5
SIZE_DAYS: Final = 3.0
SIZE_ERRORS: Final = 2.5
"""Large invoices are said to be paid later where there are five of both, the means differ by a
weekend, and by so many standard errors."""

REMINDED_FROM: Final = 0.2
"""A smaller share of invoices that needed a reminder is not worth saying."""


class BehaviourSpeech:
    """Says how accounts pay in one of the supplied languages, in English for others."""

    def __init__(self, language: str) -> None:
        self.language = spoken(_HERE, language)
        self._words: Mapping[str, str] = words_in(_HERE, self.language)

    def sentence(self, sheet: BehaviourSheet, today: date) -> str:
        """Return how an account pays, in one sentence."""
        paid = shown_spell(sheet, today)
        count = paid.paid.count
        if paid.paid.mean is None:
            return self._words["none"]
        if count < KNOWN_FROM:
            return self._counted("few", count)
        first = ", ".join([self._pays(round(paid.paid.mean)), *self._trend(sheet)])
        return "; ".join([first, *self._parts(sheet, paid)]) + "."

    def exception(self, found: Exceptional) -> str:
        """Return why an overdue invoice is an exception."""
        return self._words["exception" if found.as_late else "exception-first"].format(
            invoice=found.invoice, days=found.days, paid=found.paid, as_late=found.as_late
        )

    def _pays(self, days: int) -> str:
        if days == 0:
            return self._words["on-time"]
        return self._counted("late" if days > 0 else "early", abs(days))

    def _trend(self, sheet: BehaviourSheet) -> Iterator[str]:
        days = abs(round((sheet.change_tenths or 0) / 10))
        if sheet.trend in ("worse", "better") and days:
            yield self._counted(sheet.trend, days)

    def _parts(self, sheet: BehaviourSheet, paid: Spell) -> Iterator[str]:
        later = large_later(paid)
        if later is not None:
            yield self._words["large-later" if later else "large-earlier"]
        reminded = paid.share_reminded or 0
        if reminded >= REMINDED_FROM:
            share = percent_text(str(round(reminded * 100)), self.language)
            yield self._words["reminded"].format(share=share)
        promises = sheet.promises
        if promises.decided == 1:
            yield self._words["promise-kept" if promises.kept else "promise-broken"]
        elif promises.decided:
            yield self._words["promises"].format(kept=promises.kept, n=promises.decided)
        disputes = sheet.disputes
        if (decided := disputes.upheld + disputes.turned_down) > 1:
            yield self._words["disputes"].format(upheld=disputes.upheld, n=decided)

    def _counted(self, key: str, number: int) -> str:
        return self._words[f"{key}.one" if number == 1 else f"{key}.other"].format(n=number)


def shown_spell(sheet: BehaviourSheet, today: date) -> Spell:
    """Return the sums that a sheet is told by: of the last year, or of all where that has few."""
    year = sheet.year(today)
    return year if year.paid.count >= KNOWN_FROM else spell(sheet.months)


def large_later(paid: Spell) -> bool | None:
    """Tell whether large invoices are paid later than small ones (False: earlier); None where that
    cannot be told.
    """
    large, small = paid.large, paid.small
    if min(large.count, small.count) < SIZE_LEAST or large.mean is None or small.mean is None:
        return None
    days = large.mean - small.mean
    error = sqrt(_variance(large) + _variance(small))
    return days > 0 if abs(days) >= max(SIZE_DAYS, SIZE_ERRORS * error) else None


def _variance(paid: DaysBeyondTerms) -> float:
    """Return the variance of a mean; a day's at least, for days are whole."""
    return max(1.0, (paid.spread or 0.0) ** 2) / paid.count
