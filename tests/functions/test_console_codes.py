"""Every code that a page may tell has words in every language: a state that was never seen in a
sample must not bring a page down, nor stand there as its code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final, get_args

import pytest

from functions.console.stored import NAMES, told_as
from functions.console.timeline import line_of
from functions.console.told_facts import facts_told
from functions.console.words import Words, languages
from saldo.accounts.model import EmailState, HoldKind
from saldo.bank_entries import model as bank
from saldo.collection import facts
from saldo.collection.model import PlanState
from saldo.connectors import model as connectors
from saldo.credit.model import TermsReason
from saldo.credit_data.identity import MatchedBy
from saldo.credit_data.report import CoverDecision, InsolvencyKind
from saldo.credit_data.sheet import Decided
from saldo.events import Event, EventType
from saldo.inbox import model as inbox
from saldo.intake.ports import State as DocumentState
from saldo.messages.failures import FailureKind
from saldo.messages.model import Channel
from saldo.payments.model import PaymentState
from saldo.people.approval import ApprovalKind
from saldo.people.model import UserState
from saldo.people.rights import Role
from saldo.privacy import model as privacy
from saldo.reminders.breaker import MailHealth
from saldo.reminders.model import NoticeState
from saldo.reminders.tasks import TaskKind
from saldo.reminders.why_words import texts
from saldo.reports.evidence_speech import Speech, is_told
from saldo.steps.model import Basis, SuggestionState
from saldo.threads.model import ThreadState
from saldo.watchers.model import Family, Pace
from saldo.worklist.calls import CallOutcome
from saldo.worklist.model import NextStep, WorkKind
from saldo.worklist.phases import Phase
from saldo.worklist.service import Outcome

TOLD: Final[tuple[tuple[str, Any], ...]] = (
    ("approvals.kind.", ApprovalKind),
    ("bank.refund.", bank.RefundState),
    ("bank.state.", bank.EntryState),
    ("call.", CallOutcome),
    ("case.", facts.CaseKind),
    ("case.state.", facts.CaseState),
    ("channel.", Channel),
    ("credit.because.", TermsReason),
    ("dispute.state.", facts.DisputeState),
    ("document_state.", DocumentState),
    ("email.", EmailState),
    ("event.task.opened.", TaskKind),
    ("failure.", FailureKind),
    ("held.", HoldKind),
    ("inbox.why.", inbox.Why),
    ("inbox.is.", ThreadState),
    ("job.kind.", WorkKind),
    ("job.kinds.", WorkKind),
    ("job.next.", NextStep),
    ("job.outcome.", Outcome),
    ("load.phase.", Phase),
    ("notice.", NoticeState),
    ("outside.cover.", CoverDecision),
    ("outside.insolvency.", InsolvencyKind),
    ("outside.matched.", MatchedBy),
    ("payment.state.", PaymentState),
    ("plan.state.", PlanState),
    ("privacy.state.", privacy.ErasureState),
    ("privacy.why.", privacy.Why),
    ("reason.", facts.DisputeReason),
    ("risk.by.", Decided),
    ("role.", Role),
    ("settings.connection.", connectors.State),
    ("state.", facts.PromiseState),
    ("state.", facts.DisputeState),
    ("state.", facts.CaseState),
    ("state.", PlanState),
    ("steps.basis.", Basis),
    ("steps.state.", SuggestionState),
    ("users.state.", UserState),
    ("watch.family.", Family),
    ("watch.pace.", Pace),
    ("what.", EventType),
)
NOT_TOLD: Final = {"email.ok"}
"""Codes that pages leave out."""


@pytest.mark.parametrize("language", languages())
def test_every_code_that_pages_tell_has_words(language: str) -> None:
    words = Words(language)
    codes = [f"{begin}{code}" for begin, kind in TOLD for code in get_args(kind) if code]
    assert [one for one in codes if not words.has(one) and one not in NOT_TOLD] == []


@pytest.mark.parametrize("language", languages())
def test_whatever_keeps_a_notice_back_is_told_on_the_list_of_items(language: str) -> None:
    words = Words(language)
    reasons = [key for key in texts(language) if key.startswith("held.")]
    assert len(reasons) > 30
    told = [key for key in reasons if not key.endswith(".plain")]
    assert [key for key in told if not words.has(key)] == []


@pytest.mark.parametrize("language", languages())
def test_every_sentence_that_rows_keep_has_its_words(language: str) -> None:
    assert [name for name in NAMES if not Words(language).has(f"stored.{name}")] == []


def test_why_mail_was_stopped_is_told_in_german() -> None:
    why = MailHealth(100, 9, 0).trouble()
    assert why == "9 of 100 mails bounced (9.00 %)"
    assert told_as(Words("de"), why) == "9 von 100 E-Mails kamen zurück (9.00 %)"
    assert told_as(Words("de"), "Etwas anderes.") == "Etwas anderes."


def test_the_facts_behind_a_decision_are_named_and_written_in_german() -> None:
    decided = {
        "open_minor": 77350,
        "currency": "EUR",
        "due_on": "2026-11-02",
        "told_at": "2026-11-21T08:05:00+00:00",
        "channel": "letter",
        "about": {"promised_minor": 10000, "currency": "EUR", "promised_on": "2026-11-27"},
        "why": "100.00 EUR were promised until 2026-11-27.",
        "fallbacks": [],
        "unheard_of": "x",
    }
    told = dict(facts_told(decided, Words("de"), "Europe/Berlin"))
    assert told == {
        "Offen": "773,50\xa0€",
        "Fällig am": "02.11.2026",
        "Zuletzt gehört": "21.11.2026, 09:05",
        "Weg": "Brief",
        "Zugesagt": "100,00\xa0€",
        "Zugesagt für": "27.11.2026",
        "unheard_of": "x",
    }


_TYPED: Final = "Wort"


def _schema(type_: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (files("saldo") / "event_schemas" / f"{type_}.v1.json").read_text("utf-8")
    )
    return found


def _enum(said: Mapping[str, Any]) -> list[str]:
    return [one for one in said.get("enum", ()) if isinstance(one, str) and one]


def _value(name: str, said: Mapping[str, Any], at: int) -> Any:
    """Return a value that a schema allows: of an enum the one at a place."""
    if enum := _enum(said):
        return enum[at % len(enum)]
    kind = said.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_value(name, said.get("items", {}), at)]
    if kind != "string":
        return {"integer": 3, "number": 3, "boolean": True, "object": {}}[kind]
    if name == "currency":
        return "EUR"
    if name in AMOUNTS or "\\d" in said.get("pattern", ""):
        return "12.50"
    formats = {"date": "2026-11-02", "date-time": "2026-11-02T09:00:00+00:00"}
    return formats.get(said.get("format", ""), _TYPED)


def _samples(type_: str) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Yield what an event may tell, with each value of its enums once, and those values."""
    told = _schema(type_)["properties"]
    enums = {one for said in told.values() for one in _enum(said)}
    enums |= {one for said in told.values() for one in _enum(said.get("items", {}))}
    most = max(
        (len(_enum(said) or _enum(said.get("items", {}))) for said in told.values()), default=1
    )
    for at in range(max(most, 1)):
        yield {name: _value(name, said, at) for name, said in told.items()}, enums


AMOUNTS: Final = {
    "amount",
    "open",
    "paid",
    "due",
    "agreed",
    "allocated",
    "limit",
    "before",
    "after",
}
SAME: Final = {"email", "sms", "call", "open", "manual", "limit", "letter", "score", *"ABCDE"}
"""Codes that are words, or parts of them, in German or Dutch, too."""


@pytest.mark.parametrize("language", ["de", "nl"])
def test_what_happened_is_told_without_codes(language: str) -> None:
    words, speech, bare = Words(language), Speech(language, "Europe/Berlin"), dict[str, str]()
    for type_ in get_args(EventType):
        if not is_told(type_) and not words.has(f"event.{type_}"):
            continue  # it is of machinery, and no list tells it
        for data, enums in _samples(type_):
            event = Event("acme", "1", "01", type_, datetime(2026, 11, 2, 9, tzinfo=UTC), data)
            text = line_of(event, words, speech).text
            codes = [one for one in enums - SAME if re.search(rf"\b{re.escape(one)}\b", text)]
            if codes or "2026-11" in text or text == type_:
                bare[f"{type_}: {text}"] = ", ".join(codes)
    assert bare == {}
