"""Says what is best done next in words that claim no more than is known. Pure.

Only what was told by lot is called an effect; everything else is called a correlation, in every
language and every place that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from saldo.messages.formats import amount_text, decimal_text
from saldo.messages.word_files import spoken, words_in
from saldo.reminders.why_words import WhyWords
from saldo.steps.estimate import Difference
from saldo.steps.model import Advice, Candidate, Suggestion

_HERE: Final = Path(__file__).parent / "words"


class StepSpeech:
    """Says steps in one of the supplied languages, in English for others."""

    def __init__(self, language: str = "en") -> None:
        self.language = spoken(_HERE, language)
        self._words: Mapping[str, str] = words_in(_HERE, self.language)

    def word(self, key: str) -> str:
        """Return a word by its name, such as "channel.letter"; the name where there is none."""
        return self._words.get(key, key)

    def value(self, part: str, value: str) -> str:
        """Return how a value of what steps are sorted by is called."""
        return self.word(f"{'on' if part == 'weekday' else part}.{value}")

    def what(self, candidate: Candidate) -> str:
        """Return what is to be done."""
        parts = {"other-channel": "channel", "other-day": "weekday", "other-hours": "hours"}
        part = parts.get(candidate.kind)
        detail = self.value(part, candidate.detail) if part else candidate.detail
        text = self._words[f"kind.{candidate.kind}"].format(detail=detail)
        return text[:1].upper() + text[1:]

    def known(self, candidate: Candidate) -> str:
        """Return what is known of it, on how many cases, and what that is worth."""
        value, low, high = candidate.days_tenths, candidate.low_tenths, candidate.high_tenths
        if value is None or low is None or high is None:
            return self._words["not-known"].format(cases=self.cases(candidate))
        against = f".{candidate.against}" if candidate.basis == "effect" else ""
        text = self._words[f"{candidate.basis}{against}"].format(
            gain=self.gain(value),
            low=self.number(low),
            high=self.number(high),
            cases=self.cases(candidate),
        )
        money = " + ".join(
            amount_text(one.minor, one.currency, self.language) for one in candidate.money
        )
        return f"{text}, {self._words['worth'].format(money=money)}" if money else text

    def short(self, candidate: Candidate) -> str:
        """Return the step with its basis in a few words: "Call: correlation only, 34 cases"."""
        value = candidate.days_tenths
        key = "not-known" if value is None else f"{candidate.basis}.short"
        told = self._words[key].format(cases=self.cases(candidate), gain=self.gain(value or 0))
        return f"{self.what(candidate)}: {told}"

    def cases(self, candidate: Candidate) -> str:
        """Return how many cases it rests on, and how many of them are the account's own."""
        key = f"cases.{candidate.cases}" if candidate.cases in (0, 1) else "cases"
        text = self._words[key].format(n=candidate.cases)
        own = self._words["own"].format(n=candidate.own_cases)
        return f"{text} ({own})" if candidate.own_cases else text

    def reason(self, advice: Advice) -> str:
        """Return why that step is proposed, as a sentence."""
        if advice.reason != "held":
            return self._words[f"reason.{advice.reason}"]
        held = WhyWords(self.language).known(f"held.{advice.facts.get('held')}", "")
        if not held or "{" in held:
            return self._words["reason.held.bare"]
        return self._words["reason.held"].format(held=held)

    def pays(self, advice: Advice) -> str:
        """Return the weekday on which the account mostly pays, "" where there is none."""
        found = advice.facts.get("pays")
        if not found:
            return ""
        weekday, hits, count = found
        day = self._words[f"weekday.{weekday}"]
        return self._words["pays"].format(weekday=day, hits=hits, count=count)

    def effect(self, found: Difference) -> str:
        """Return what a comparison says: a verdict, and the days with their interval."""
        verdict = self._words[f"verdict.{found.verdict}"]
        if found.days is None:
            return verdict
        value, low, high = (round(10 * one) for one in _ends(found))
        return f"{verdict}: {self.days(value)} ({self.number(low)} … {self.number(high)})"

    def suggestion(self, found: Suggestion) -> str:
        """Return what is suggested."""
        detail = self.value("channel", found.detail)
        return self._words[f"suggest.{found.kind}"].format(
            stage=found.stage, policy=found.policy, detail=detail
        )

    def days(self, tenths: int) -> str:
        """Write tenths of days as days."""
        key = "day" if abs(tenths) == 10 else "days"
        return self._words[key].format(n=self.number(tenths))

    def gain(self, tenths: int) -> str:
        """Write tenths of days as days sooner, or later where they are below zero."""
        key = "gain.later" if tenths < 0 else "gain.sooner"
        return self._words[key].format(days=self.days(abs(tenths)))

    def number(self, tenths: int) -> str:
        """Write tenths of days as a number."""
        return decimal_text(Decimal(tenths) / 10, 1, self.language)


def _ends(found: Difference) -> tuple[float, float, float]:
    assert found.days is not None, "its days are known"
    return found.days.value, found.days.low, found.days.high
