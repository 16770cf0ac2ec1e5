"""What is best done next, on an account's page and on Today, and what helps: never more than is
known of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.messages.formats import percent_text
from saldo.reports.evidence_speech import Speech
from saldo.steps.book import Seen
from saldo.steps.estimate import Span
from saldo.steps.model import ALL, CALL, PARTS, Advice, Suggestion
from saldo.steps.said import StepSpeech

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from words import Words

_PART_OF_ALL: Final = ALL.partition("|")[0]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that could be done, and what is known of it."""

    what: str
    known: str
    basis: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """The panel of an account: the best step, why, and what else could be done."""

    best: Choice
    why: str
    pays: str
    made_on: date
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """What a comparison told of a stage by a channel, in words."""

    step: str
    sent: int
    waited: int
    days: str
    week: str
    verdict: str


@dataclass(frozen=True, slots=True)
class SeenRow:
    """How steps of one kind were followed by payment, in words."""

    value: str
    cases: int
    days: str
    week: str


@dataclass(frozen=True, slots=True)
class SeenTable:
    """The correlations of a kind of step: all of it, then by channel, weekday, hours and size where
    there is more than one.
    """

    step: str
    rows: tuple[SeenRow, ...]


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion with its numbers, in words."""

    found: Suggestion
    what: str
    numbers: str


def step_shown(visit: Visit, account: Account) -> StepShown | None:
    """Return what an account's panel shows, None where nothing is open: one get."""
    found = visit.services.step_book.advice(*account.key)
    if found is None:
        return None
    speech = StepSpeech(visit.t.language)
    choices = [
        Choice(speech.what(one), speech.known(one), one.basis)
        for one in (found.best, *(c for c in found.candidates if c != found.best))
    ]
    why, pays = speech.reason(found), speech.pays(found)
    return StepShown(choices[0], why, pays, found.made_on, tuple(choices[1:]))


def next_steps(visit: Visit, accounts: Iterable[str]) -> dict[str, str]:
    """Return the next best step of accounts in a few words, by number: one batch of gets."""
    wanted = [one for one in accounts if one != WHOLE_CREDITOR]
    speech = StepSpeech(visit.t.language)
    found: dict[str, Advice] = visit.services.step_book.advice_of(visit.creditor.id, wanted)
    return {number: speech.short(one.best) for number, one in found.items()}


def effect_rows(visit: Visit) -> list[EffectRow]:
    """Return what the newest comparison told, stage by stage."""
    told = visit.services.step_book.comparison(visit.creditor.id)
    speech, t = StepSpeech(visit.t.language), visit.t
    return [
        EffectRow(
            step_text(visit, effect.step, effect.channel),
            effect.found.count,
            effect.found.other,
            _span(t, speech, effect.found.days),
            _shares(t, effect.found.paid),
            speech.word(f"verdict.{effect.found.verdict}"),
        )
        for effect in (told.effects if told else ())
    ]


def seen_tables(visit: Visit) -> list[SeenTable]:
    """Return what was seen after steps: correlations, by kind of step."""
    by_step: dict[str, list[Seen]] = {}
    for one in visit.services.step_book.seen(visit.creditor.id):
        if one.tally.count:
            by_step.setdefault(one.step, []).append(one)
    return [
        SeenTable(step_text(visit, step), tuple(_seen(visit, found)))
        for step, found in by_step.items()
    ]


def _seen(visit: Visit, found: list[Seen]) -> Iterator[SeenRow]:
    t, speech = visit.t, StepSpeech(visit.t.language)
    order = (_PART_OF_ALL, *PARTS)
    values = Counter(one.part for one in found)
    told = [one for one in found if one.part == _PART_OF_ALL or values[one.part] > 1]
    for one in sorted(told, key=lambda one: (order.index(one.part), one.value)):
        name = speech.value(one.part, one.value) if one.value else t("steps.all")
        mean = speech.days(round(10 * (one.tally.mean_days or 0.0)))
        yield SeenRow(name, one.tally.count, mean, _shares(t, one.within_a_week))


def suggestion_rows(visit: Visit) -> list[SuggestionRow]:
    """Return the suggestions, the open ones first."""
    speech = StepSpeech(visit.t.language)
    return [
        SuggestionRow(one, speech.suggestion(one), _numbers(visit.t, speech, one))
        for one in visit.services.suggestions.all(visit.creditor.id)
    ]


def _numbers(t: Words, speech: StepSpeech, found: Suggestion) -> str:
    evidence = found.evidence
    days = evidence.get("days_tenths")
    key = "steps.numbers.effect" if found.basis == "effect" else "steps.numbers.seen"
    if not days:
        return ""
    value, low, high = days
    return t(
        key,
        gain=speech.gain(value),
        low=speech.number(low),
        high=speech.number(high),
        count=evidence["count"],
        other=evidence["other"],
    )


def step_text(visit: Visit, step: str, channel: str = "") -> str:
    """Return how a kind of step is called: the policy, its stage and message, the channel."""
    speech = StepSpeech(visit.t.language)
    if step == CALL:
        return speech.word("kind.call")
    policy, stage, message = step.split(":", 2)
    said = Speech(visit.t.language, visit.creditor.time_zone).say("message", message)
    text = visit.t("steps.stage", policy=policy, stage=stage, message=said)
    return f"{text}, {speech.value('channel', channel)}" if channel else text


def _span(t: Words, speech: StepSpeech, found: Span | None) -> str:
    if found is None:
        return "–"
    value, low, high = (round(10 * one) for one in (found.value, found.low, found.high))
    ends = {"low": speech.number(low), "high": speech.number(high)}
    return t("steps.between", value=speech.days(value), **ends)


def _shares(t: Words, found: Span | None) -> str:
    if found is None:
        return "–"
    value, low, high = (_percent(t, n) for n in (found.value, found.low, found.high))
    return t("steps.between", value=value, low=low, high=high)


def _percent(t: Words, share: float) -> str:
    return percent_text(str(round(100 * share)), t.language)
