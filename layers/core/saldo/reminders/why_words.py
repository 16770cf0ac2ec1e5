"""The sentences that a decision is told in, in the reader's language.

A language is a file of `why_texts` with a place for every fact; another language is one more file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from saldo.accounts.model import PLACED_BY_HAND, Hold
from saldo.messages.formats import amount_text, day_text, law_text, percent_text
from saldo.money import format_amount
from saldo.reminders.model import DecisionRecord

LANGUAGES: Final = ("de", "en", "nl")
PLAIN: Final = ""
"""English with ISO dates and bare amounts: for logs and scripts."""

_SPOKEN: Final = "en"
_WRITTEN: Final = (*PLACED_BY_HAND, "dispute")
"""What a person gives the reason of, in their own words."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_GROUND: Final = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\.?$")
"""The source at the end of a sentence of the law's packs: "… (art. 6:96 (6) BW)."."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the texts of a language, by name."""
    path = files("saldo.reminders") / "why_texts" / f"{language}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def first_spoken(tags: Iterable[str]) -> str:
    """Return the first of some BCP 47 tags that reasons are told in, PLAIN where none is."""
    return next((tag for tag in tags if tag.partition("-")[0].lower() in LANGUAGES), PLAIN)


def knows(reason: str) -> bool:
    """Tell whether a reason keeps something back that is due."""
    return f"held.{reason}" in texts(_SPOKEN)


class WhyWords:
    """Tells reasons in a language: a BCP 47 tag of LANGUAGES, English for any other, or PLAIN."""

    def __init__(self, language: str = PLAIN) -> None:
        primary = language.partition("-")[0].lower()
        self.language = primary if primary in LANGUAGES else _SPOKEN
        self._tag = "" if language == PLAIN else language if primary in LANGUAGES else _SPOKEN
        self._texts = texts(self.language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def known(self, key: str, fallback: str) -> str:
        """Return the text of a name that has no places, else `fallback`."""
        return self._texts.get(key, fallback)

    def day(self, day: date | str | None) -> str:
        """Write a day, given as one or as its ISO text; what is none stays as it is."""
        if isinstance(day, str):
            if not _DAY.match(day):
                return day
            day = date.fromisoformat(day[:10]) if self._tag or len(day) == 10 else day
        if day is None or isinstance(day, str) or not self._tag:
            return str(day)
        return day_text(day, self._tag)

    def amount(self, minor: int, currency: str, *, code: bool = True) -> str:
        """Write minor units; plainly as a decimal number, with its currency where `code` is set."""
        if self._tag:
            return amount_text(minor, currency, self._tag)
        amount = format_amount(minor, currency)
        return f"{amount} {currency}" if code else amount

    def step(self, step: str) -> str:
        """Return how a step is called."""
        return self("step.stage", number=step) if step.isdecimal() else self("step.invoice")

    def because(self, reason: str, facts: dict[str, Any]) -> str:
        """Return why something that is due was kept back: the end of a sentence."""
        words = {
            "by": facts.get("by"),
            "why": str(facts.get("why")).rstrip("."),
            "until": self.day(facts.get("until")),
            "fresh_within_hours": facts.get("fresh_within_hours"),
            "data_age": self._data_age(facts),
            "missing": _DAY.sub(lambda found: self.day(found[0]), str(facts.get("missing"))),
            "last_contact_on": self.day(facts.get("last_contact_on")),
            "credit": self._money(facts, "credit_minor", code=False),
            "sum": self._money(facts, "sum_minor"),
            "minimum": self._money(facts, "minimum_minor"),
            "law": self.law(facts),
            **self._told_by_hold(facts),
        }
        key = f"held.{reason}"
        if f"{key}.plain" in self._texts and not facts.get("about"):
            key = f"{key}.plain"  # of a hold that was placed before it told what it is about
        return self(key, **words)

    def hold(self, hold: Hold) -> str:
        """Return why a hold holds: as a person wrote it, or told from its kind and its facts."""
        is_written = not hold.about and hold.kind in _WRITTEN
        if is_written or f"held.{hold.kind}" not in self._texts:
            return hold.reason
        facts = {"by": hold.placed_by, "why": hold.reason, "until": hold.until, "about": hold.about}
        told = self.because(hold.kind, facts)
        return told[:1].upper() + told[1:]

    def _told_by_hold(self, facts: dict[str, Any]) -> dict[str, str]:
        about: dict[str, Any] = facts.get("about") or {}
        told = {name: self.day(str(value)) for name, value in about.items()}
        if "promised_minor" in about:
            told["promised"] = self.amount(about["promised_minor"], about["currency"])
        return told

    def law(self, facts: Mapping[str, Any]) -> str:
        """Tell what the law misses (`why`, and `missing`, its code): in English as its pack says
        it, else by the code, with the day and the source that the pack's sentence names.
        """
        sentence = str(facts.get("why")).rstrip(".")
        text = self._texts.get(f"law.{facts.get('missing')}")
        if text is None:
            return sentence
        days, ground = _DAY.search(sentence), _GROUND.search(sentence)
        told = text.format(day=self.day(days[0]) if days else "")
        return f"{told} ({law_text(ground[1], self._tag)})" if ground else told

    def _data_age(self, facts: dict[str, Any]) -> str:
        kind, _, name = str(facts.get("source")).partition(":")
        key = f"source.{kind}"
        source = self(key if key in self._texts else "source.other", name=name)
        told_at = facts.get("told_at")
        if told_at is None:
            return self("data.never", source=source)
        return self("data.told", source=source, told_at=self.day(str(told_at)))

    def grounds(self, record: DecisionRecord) -> str:
        """Return on what grounds something was sent."""
        facts = record.facts
        amount = self._money(facts, "open_minor")
        if record.reason == "invoice-not-announced":
            return self("grounds.invoice-not-announced", amount=amount)
        days = int(facts["offset_days"])
        key = "goes-along" if record.reason == "goes-along" else "after" if days >= 0 else "before"
        told = self(
            f"grounds.{key}",
            amount=amount,
            due_on=self.day(facts["due_on"]),
            policy=record.policy,
            version=facts["policy_version"],
            days=abs(days),
            from_day=self.day(facts["stage_due_on"]),
        )
        after = facts.get("resumes_after")
        resumed = self(f"grounds.resumed.{after}") if after else ""
        return told + resumed + self._charged(facts) + self._refused(facts)

    def _charged(self, facts: dict[str, Any]) -> str:
        return "".join(
            self(
                "grounds.charged",
                amount=self._money(facts | line, "minor"),
                kind=self._kind(line),
                law=law_text(line["law"], self._tag) if self._tag else line["law"],
                rates=self._rates(line),
            )
            for line in facts.get("charges", ())
        )

    def _rates(self, line: dict[str, Any]) -> str:
        spans = "; ".join(
            self(
                "grounds.rate",
                days=span["days"],
                percent=self._percent(str(span["percent"])),
                from_day=self.day(span["rate_from"]),
            )
            for span in line.get("segments", ())
        )
        return self("grounds.rates", spans=spans) if spans else ""

    def _refused(self, facts: dict[str, Any]) -> str:
        return "".join(
            self("grounds.refused", kind=self._kind(line), why=self.law(line))
            for line in facts.get("refused", ())
        )

    def _kind(self, line: dict[str, Any]) -> str:
        """Return what a charge is called: plainly by its code."""
        kind = str(line["kind"])
        return self.known(f"kind.{kind}", kind) if self._tag else kind

    def _percent(self, digits: str) -> str:
        return percent_text(digits, self._tag) if self._tag else f"{digits} %"

    def _money(self, facts: dict[str, Any], name: str, *, code: bool = True) -> str:
        if name not in facts:
            return ""
        return self.amount(facts[name], facts["currency"], code=code)


_PLAIN_WORDS: Final = WhyWords()


def step_name(step: str) -> str:
    """Return how a step is called, in plain English."""
    return _PLAIN_WORDS.step(step)


def held_because(reason: str, facts: dict[str, Any]) -> str:
    """Return why something that is due was kept back, in plain English."""
    return _PLAIN_WORDS.because(reason, facts)
