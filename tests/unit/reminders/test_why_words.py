"""Why something went or was held back is told in every language, whatever the reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

import saldo
from saldo.accounts.model import Hold, HoldKind
from saldo.law.facts import FeeKind
from saldo.messages.model import Channel
from saldo.reminders import why
from saldo.reminders.model import NoticeState
from saldo.reminders.why_words import LANGUAGES, PLAIN, WhyWords, first_spoken, knows, texts
from tests.books import CREDITOR, Books
from tests.collected import CollectedBooks

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CORE = Path(saldo.__file__).parent
PLANNER = ("holds", "plan", "together", "hours", "contacts", "run")
NOT_HELD = {"stage-ahead", "stage-due", "last-stage-sent", "invoice-not-announced", "goes-along"}
NOT_HELD |= {"handed-over"}
SINKS = {"Held": 0, "_to_human": 1, "_would_go": 2, "Decision": 3}
"""Where the planner names a reason: the call, and the place of the reason in it."""
ANSWERING = ("closed_because", "contact_free_on")


def trees(*parts: str) -> Iterator[ast.AST]:
    for part in parts:
        for path in sorted((CORE / part).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            yield name, node


def constants(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def planned_reasons() -> set[str]:
    """Every reason that the planner's own modules name, with the kinds of holds."""
    found: set[str] = set(get_args(HoldKind))
    for name in PLANNER:
        tree = ast.parse((CORE / "reminders" / f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            for value in reasons_in(node):
                found.update(constants(value))
    return {one for one in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", one)}


def reasons_in(node: ast.AST) -> Iterator[ast.AST]:
    """What a piece of the planner says a reason is: a call, `reason = …`, a function's answer."""
    if isinstance(node, ast.Call):
        place = SINKS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        yield from node.args[place : place + 1] if place is not None else ()
        yield from (given.value for given in node.keywords if given.arg == "reason")
    elif isinstance(node, ast.Assign) and "reason" in ast.unparse(node.targets[0]):
        yield node.value
    elif isinstance(node, ast.FunctionDef) and node.name in ANSWERING:
        returns = (one for one in ast.walk(node) if isinstance(one, ast.Return))
        yield from (one.value for one in returns if one.value is not None)


def missing_codes() -> set[str]:
    return {
        str(node.args[0].value)
        for tree in trees("law", "reminders", "bank_entries")
        for call, node in calls(tree)
        if call == "MissingFact" and node.args and isinstance(node.args[0], ast.Constant)
    }


def test_every_reason_of_the_planner_has_words() -> None:
    reasons = planned_reasons() - NOT_HELD
    assert {"shadow", "daily-cap", "blackout-day", "customer-credit", "promise"} <= reasons
    assert {one for one in reasons if not knows(one)} == set()


def test_no_language_lacks_a_text_or_a_place_of_it() -> None:
    spoken = texts("en")
    for language in ("de", "nl"):
        own = {k: v for k, v in texts(language).items() if not k.startswith("law.")}
        assert own.keys() == spoken.keys(), language
        for key, text in own.items():
            assert places(text) == places(spoken[key]), f"{language} {key}"


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", ["de", "nl"])
def test_every_fact_that_the_law_misses_has_words(language: str) -> None:
    """English tells it as the law's pack does, with the source."""
    told = {k.removeprefix("law.") for k in texts(language) if k.startswith("law.")}
    assert told == missing_codes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_channel_and_charge_is_named(language: str) -> None:
    known = texts(language)
    named = [f"state.{one}" for one in get_args(NoticeState)]
    named += [f"channel.{one}" for one in get_args(Channel)]
    named += [f"kind.{one}" for one in get_args(FeeKind)]
    named += [f"message.{one}" for one in why._TOLD]
    assert [one for one in named if one not in known] == []


def test_a_law_s_refusal_keeps_its_day_and_its_source() -> None:
    facts = {
        "missing": "letter-term-running",
        "why": "The term of the 14-day letter runs: costs are due from 2026-12-19 "
        "(art. 6:96 (6) BW).",
    }
    told = {language: WhyWords(language).because("law-waits", facts) for language in LANGUAGES}
    assert told["en"] == str(facts["why"]).rstrip(".")
    assert told["de"] == (
        "die Frist des 14-Tage-Briefs läuft: Kosten sind ab 19.12.2026 geschuldet "
        "(Art.\u00a06:96 Abs.\u00a06 BW)"
    )
    assert "vanaf 19 dec 2026" in told["nl"] and "lid\u00a06 BW" in told["nl"]


def test_who_asks_in_another_language_gets_english() -> None:
    assert first_spoken(["fr-BE", "nl-BE", "de"]) == "nl-BE"
    assert first_spoken(["fr", "*"]) == PLAIN
    assert WhyWords("fr").language == "en"


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(made.invoice("RE-1", 119000))
    return made


def reminded(books: Books) -> None:
    books.day(date(2026, 11, 23))
    books.day(date(2026, 12, 3))


def sentences(books: Books, language: str) -> list[str]:
    found = books.why.invoice(CREDITOR, "RE-1", language)
    return [*(one.sentence for one in found.past), found.next.sentence]


def test_a_reminder_and_what_comes_next_in_the_reader_s_form(books: Books) -> None:
    reminded(books)
    assert sentences(books, "de")[1:] == [
        "03.12.2026: Stufe 1 ging hinaus per E-Mail an ap@beispiel.example (jetzt versandt): "
        "1.190,00\u00a0€ waren offen, fällig am 01.12.2026, und das Mahnverfahren plain-2-18-34 "
        "(Version 1) schreibt 2 Tage danach, also ab 03.12.2026.",
        "Stufe 2 geht am 19.12.2026, wenn dann noch 1.190,00\u00a0€ offen sind.",
    ]
    assert "Stap 2 gaat op 19 dec 2026, als er dan nog" in sentences(books, "nl")[2]
    assert sentences(books, "en")[2] == (
        "Stage 2 goes on 19 Dec 2026 if €1,190.00 is still open then."
    )
    plain = sentences(books, PLAIN)
    assert plain[2] == "Stage 2 goes on 2026-12-19 if 1190.00 EUR is still open then."


def test_codes_and_facts_are_the_same_in_every_language(books: Books) -> None:
    reminded(books)
    found = [books.why.invoice(CREDITOR, "RE-1", one) for one in (PLAIN, *LANGUAGES)]
    told = [[(t.outcome, t.reason, t.facts) for t in (*one.past, one.next)] for one in found]
    assert told[0][1][:2] == ("send", "stage-due")
    assert told[0] == told[1] == told[2] == told[3]


def test_a_promise_and_a_case_are_told_in_the_reader_s_language() -> None:
    books = CollectedBooks()
    books.begin(books.invoice("RE-1", 119000))
    books.day(date(2026, 11, 23))
    books.promise(on=date(2026, 12, 4))
    books.day(date(2026, 12, 3))
    assert "1.190,00\u00a0€ wurden bis 04.12.2026 zugesagt" in sentences(books, "de")[1]
    assert "1190.00 EUR were promised until 2026-12-04" in sentences(books, PLAIN)[1]
    books.promises.withdraw(CREDITOR, "10001", "P-1", "anna")
    case = books.hand_over()
    books.day(date(2026, 12, 4))
    assert f"{case.handed_to} heeft dossier C-1" in sentences(books, "nl")[2]


def test_a_hold_is_told_from_its_facts_in_any_language_and_as_written_without() -> None:
    about = {"promised_minor": 77350, "currency": "EUR", "promised_on": "2026-11-27"}
    promised = Hold(
        "musterwerk", "10001", "p", "promise", "RE-1", "as the books say", "Anna", NOW, about=about
    )
    assert WhyWords("de").hold(promised) == "773,50\xa0€ wurden bis 27.11.2026 zugesagt"
    written = replace(promised, kind="hardship", reason="Three months without work", about={})
    assert WhyWords("de").hold(written) == "Three months without work"
