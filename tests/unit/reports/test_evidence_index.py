"""The index of an evidence pack: what a judge reads first, in the creditor's language."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from saldo import events, reports
from saldo.accounts.model import HoldKind
from saldo.collection.facts import CaseKind, CaseState, DisputeReason, DisputeState, PromiseState
from saldo.collection.model import PlanState
from saldo.events import EventType
from saldo.messages.model import Channel, MessageKind
from saldo.messages.told import ChargeKind
from saldo.payments.model import PaymentState
from saldo.reminders.feedback import Feedback
from saldo.reminders.model import NoticeState
from saldo.reminders.opening import LinkOpening
from saldo.reports.evidence import EvidencePacks
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks
from tests.stories.test_evidence import DAY_1, DAY_2, ReadIndex, began

LANGUAGES = ("de", "en", "fr", "nl")
WORDS = Path(reports.__file__).parent / "evidence_words"
SCHEMAS = Path(events.__file__).parent / "event_schemas"


def read(books: CollectedBooks) -> str:
    """Return what the PDF of the account's pack says."""
    index = ReadIndex()
    packs = EvidencePacks(books.store, books.clock, books.carried.shelf, index)
    packs.of_account(books.creditor, ACCOUNT)
    return "\n".join(_text(index))


def _text(index: ReadIndex) -> list[str]:
    (made,) = index.made
    rows = [row for section in made.sections for row in section.rows]
    lines = [" | ".join("; ".join(line.text for line in cell) for cell in row) for row in rows]
    return [made.title, made.lead, *(section.title for section in made.sections), *lines]


def words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return found


def later(books: CollectedBooks, day: date) -> None:
    now = books.clock.now()
    books.clock.move_to(now.replace(year=day.year, month=day.month, day=day.day))


def test_the_claim_stands_there_with_its_interest_costs_and_grounds() -> None:
    books = began()
    books.day(DAY_1)
    later(books, DAY_2)
    books.day(DAY_2)
    said = read(books)
    # 10,000.00 at 10.52 % for 20 days of 365, and the flat sum of EUR 40, on two invoices each.
    assert "10.000,00 | 97,64 | 0,00 | 10.000,00 | 40,00 | 57,64 | 10.097,64" in said
    assert "Summe | 20.000,00 | 195,28 | 0,00 | 20.000,00 | 80,00 | 115,28 | 20.195,28" in said
    assert "02.12.2026 – 21.12.2026 | 20 | 10.000,00\u00a0€ | 10,52\u00a0% *" in said
    assert "57,6438" in said
    assert "* nicht an der amtlichen Quelle abgeglichen" in said
    assert "§\u00a0288 Abs.\u00a05 BGB; Verzug seit 02.12.2026 (§\u00a0286 Abs.\u00a02" in said


def test_a_second_reckoning_does_not_count_the_first_one_twice() -> None:
    books = began()
    for day in (DAY_1, DAY_2, date(2027, 1, 8)):
        later(books, day)
        books.day(day)
    said = read(books)
    assert said.count("02.12.2026 – ") == 2, "each invoice has its last reckoning alone"


def test_what_was_said_how_it_fared_and_when_the_link_was_opened() -> None:
    books = began()
    books.day(DAY_1)
    (notice,) = books.notices()
    at = books.clock.now() + timedelta(seconds=90)
    books.feedback.record(Feedback(notice.id, "delivered", at))
    link = LinkOpening(CREDITOR, ACCOUNT, notice.id, notice.id, at, at, days=1, version=1)
    books.store.commit([Put(link)])
    said = read(books)
    assert f"{notice.id}; ses-1; {notice.content_hash}" in said
    # 09:00 UTC is 10:00 in Berlin.
    assert "zugestellt; gesendet 21.11.2026, 10:00:00" in said
    assert "zugestellt 21.11.2026, 10:01:30" in said
    assert "Zahlungslink geöffnet 21.11.2026, 10:01:30" in said
    assert "21.11.2026, 10:00:00 | Nachricht 1 (E-Mail) übergeben" in said


def test_a_scanner_that_opened_the_link_is_not_taken_for_the_debtor() -> None:
    books = began()
    books.day(DAY_1)
    (notice,) = books.notices()
    at = books.clock.now()
    link = LinkOpening(CREDITOR, ACCOUNT, notice.id, notice.id, machine_at=at, version=1)
    books.store.commit([Put(link)])
    assert "Zahlungslink von einem Programm geöffnet" in read(books)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_tells_of_promises_disputes_payments_and_cases(language: str) -> None:
    books = began()
    creditor = books.creditor
    changed = replace(creditor, language=language, version=creditor.version + 1)
    books.store.commit([Put(changed, expect=creditor.version)])
    books.promise(date(2026, 11, 30), invoices=("RE-2",))
    books.dispute(invoice="RE-1", amount_minor=5_000)
    books.pay("RE-1", 100_000)
    books.hand_over(("RE-2",))
    books.agency_tells("part-paid", 30_000)
    said, spoken = read(books), words(language)
    for head in ("promises", "disputes", "payments", "cases", "story"):
        assert spoken["head"][head] in said
    assert "Two pieces were missing." in said
    assert "Inkasso Beispiel GmbH" in said
    assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_kind_has_a_word_in_every_language(language: str) -> None:
    spoken = words(language)
    states = [NoticeState, PromiseState, DisputeState, PlanState, CaseState]
    named = {
        "message": [MessageKind],
        "channel": [Channel],
        "state": states,
        "charge": [ChargeKind],
        "reason": [DisputeReason],
        "case": [CaseKind],
        "hold": [HoldKind],
    }
    for group, kinds in named.items():
        missing = {one for kind in kinds for one in get_args(kind)} - set(spoken[group])
        assert not missing, f"{language}: {group} has no word for {missing}"
    both = set(spoken["payment_state"]) | set(spoken["state"])
    assert set(get_args(PaymentState)) <= both
    assert _shape(spoken) == _shape(words("en")), "a word is missing, or one has other fields"


def _shape(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _shape(value) if isinstance(value, dict) else _fields(value)
        for name, value in told.items()
    }


def _fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_sentences_about_events_name_what_the_events_tell() -> None:
    derived = {"number", "hold", "charge"}
    for name, sentence in words("en")["event"].items():
        type_ = name.removesuffix("_by_machine").removesuffix("_by_hand")
        assert type_ in get_args(EventType)
        schema = json.loads((SCHEMAS / f"{type_}.v1.json").read_text("utf-8"))
        assert _fields(sentence) - derived <= set(schema["properties"]), type_
