"""How the index of an evidence pack says things: its words, amounts, days and times. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from saldo.messages.formats import (
    FALLBACK_LANGUAGE,
    amount_text,
    day_text,
    decimal_text,
    law_text,
    percent_text,
)
from saldo.messages.model import LISTED_MAX
from saldo.messages.word_files import locale, spoken, words_in
from saldo.money import parse_amount

_HERE: Final = Path(__file__).parent / "evidence_words"
_AMOUNTS: Final = (
    "amount",
    "open",
    "paid",
    "due",
    "agreed",
    "allocated",
    "credit",
    "limit",
    "before",
    "after",
)
_DAYS: Final = ("on", "due_on", "issued_on", "charge_on", "until", "received_on")
_NAMED: Final = {"channel": "channel", "state": "state", "kind": "charge"}


class Speech:
    """Says things in one of the supplied languages, English for others; times are local."""

    def __init__(self, language: str, time_zone: str) -> None:
        self.language, self._zone = locale(_HERE, language), ZoneInfo(time_zone)
        self._words = words_in(_HERE, spoken(_HERE, language))

    def say(self, group: str, name: str, /, **fields: object) -> str:
        """Return a word; what none stands for is said as it is."""
        word: str = self._words[group].get(name, name)
        return word.format(**fields) if fields or "{{" in word else word

    def plain(self, name: str, /, **fields: object) -> str:
        """Return a sentence that stands in no group."""
        word: str = self._words[name]
        return word.format(**fields) if fields else word

    def money(self, minor: int, currency: str) -> str:
        return amount_text(minor, currency, self.language)

    def day(self, day: date) -> str:
        return day_text(day, self.language)

    def at(self, instant: datetime) -> str:
        """Return an instant to the second, at the creditor's place."""
        local = instant.astimezone(self._zone)
        return f"{day_text(local.date(), self.language)}, {local:%H:%M:%S}"

    def percent(self, percent: str) -> str:
        return percent_text(percent, self.language)

    def decimal(self, value: Decimal, decimals: int) -> str:
        """Write a number with exactly so many decimals."""
        return decimal_text(value, decimals, self.language)

    def law(self, ground: str) -> str:
        return law_text(ground, self.language)

    def happened(self, type_: str, data: dict[str, Any], /, **more: object) -> str:
        """Return what an event tells as a sentence."""
        events = self._words["event"]
        own = f"{type_}_by_hand" if data.get("kind") == "by-hand" else type_
        word: str = events.get(own) or events.get(type_, type_)
        return self.worded(word, data, **more)

    def worded(self, word: str, data: dict[str, Any], /, **more: object) -> str:
        """Fill what an event tells into a sentence: amounts, days and states as they are said."""
        told: defaultdict[str, object] = defaultdict(lambda: "–")
        told.update({name: value for name, value in data.items() if value not in (None, "")})
        currency = data.get("currency")
        for name in _AMOUNTS:
            if currency and data.get(name) and isinstance(data[name], str):
                told[name] = self.money(parse_amount(data[name], currency), currency)
        for name in _DAYS:
            if isinstance(data.get(name), str):
                told[name] = self.day(date.fromisoformat(data[name]))
        for name, group in _NAMED.items():
            if isinstance(data.get(name), str):
                told[name] = self.say(group, data[name])
        told["hold"] = self.say("hold", str(data.get("kind", "")))
        told["charge"] = self.say("charge", str(data.get("fee") or data.get("kind") or ""))
        if isinstance(data.get("reason"), str):
            told["reason"] = self.law(data["reason"])
        told.update(more)
        return word.format_map(told)


def listed(numbers: Sequence[str], speech: Speech) -> str:
    """Return invoice numbers in one line, a few of them where there are many."""
    named, more = numbers[:LISTED_MAX], len(numbers) - LISTED_MAX
    text = ", ".join(named) or "–"
    return f"{text} {speech.say('label', 'more', count=more)}" if more > 0 else text


def is_told(type_: str) -> bool:
    """Tell whether an event has its place in the chronology: the others are of machinery."""
    return type_ in words_in(_HERE, FALLBACK_LANGUAGE)["event"]
