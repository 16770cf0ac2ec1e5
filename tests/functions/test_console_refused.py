"""What the console refuses, it refuses in the language of whoever is signed in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from functions.console.refused import places, problem_text, said_by_code
from functions.console.statement_faults import why_refused
from functions.console.words import TEXTS, Words, languages
from saldo.collection.promises import PromiseDayNotValid, PromiseTooMuch
from saldo.collection.rules import PlanNotValid
from saldo.edge.v1.refusals import FieldNotValid
from saldo.edge.words import texts_of
from saldo.errors import Conflict, Refusal
from saldo.money import Money
from saldo.people.sessions import SessionOver
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.policy_read import policy_from
from saldo.worklist.desks import DeskBusy
from tests.books import Books
from tests.functions.clerk import office_of

_ROOT: Final = Path(__file__).parents[2]
_CORE: Final = _ROOT / "layers" / "core" / "saldo"
_CODE: Final = re.compile(r'^    code(?:: ClassVar\[str\])? = "([a-z0-9-]+)"', re.MULTILINE)
_OF_A_CODE: Final = re.compile(r"refusal\.[a-z0-9-]+")

NOT_MET: Final = {
    "adapters/": "programs of others: what they refuse is told by the codes of their ports",
    "collection/instalments.py": "debtors propose these",
    "collection/paid_claim_orders.py": "debtors say these",
    "contacts/": "debtors change their own details",
    "credit/orders.py": "systems tell of orders",
    "credit_data/columns.py": "files of agencies come by the API",
    "credit_data/files.py": "files of agencies come by the API",
    "drift/": "books are compared by the API",
    "edge/http.py": "paths that the API has not",
    "edge/payt/": "the other API",
    "edge/v1/documents.py": "documents come by the API",
    "edge/v1/forecasts.py": "the console asks of one invoice",
    "edge/v1/imports.py": "tables come by the API and the command line",
    "imports/": "tables come by the API and the command line",
    "intake/": "documents come by the API, by mail and in folders",
    "invoices/": "systems push invoices",
    "law/": "the law's own tables and arithmetic",
    "messages/model.py": "what mails meet on their way is a state, not an answer",
    "payments/announced.py": "debtors announce transfers",
    "payments/callbacks.py": "providers call",
    "payments/checkout.py": "debtors pay",
    "payments/designation.py": "debtors choose what they pay",
    "payments/links.py": "debtors open links",
    "payments/mandates.py": "debtors give mandates",
    "payments/own_credit.py": "debtors use their credit",
    "payments/payout_book.py": "providers pay out",
    "payments/ports.py": "the kinds of Unavailable have words of their own",
    "payments/scheduled.py": "debtors schedule payments",
    "payments/surcharge.py": "charges for means of payment are ordered by the API",
    "payments/told.py": "the kinds have words of their own",
    "payments/transfers.py": "debtors transfer",
    "portal/": "debtors sign in",
    "reminders/channels/": "what a channel refuses is a state, not an answer",
    "settlements/": "files for accounting are made by the command line and by schedules",
    "tables/model.py": "the kinds have words of their own",
}
"""Where the console meets no refusal, and why."""

NEVER: Final = {
    "accounts/service.py": {
        "creditor-exists",
        "creditor-id-not-valid",
        "key-not-accepted",
        "scope-missing",
    },
    "edge/v1/refusals.py": {
        "body-not-json",
        "which-payments",
        "records-count",
        "credit-note-unknown",
    },
    "errors.py": {"refused"},
}
"""Single codes of modules that the console else meets: of keys, calls and installations."""


@cache
def _codes() -> dict[str, set[str]]:
    """Return the codes of refusals by the module that defines them."""
    found = {
        str(path.relative_to(_CORE)): set(_CODE.findall(path.read_text("utf-8")))
        for path in _CORE.rglob("*.py")
    }
    console = _ROOT / "functions" / "console"
    found |= {
        f"console/{path.relative_to(console)}": set(_CODE.findall(path.read_text("utf-8")))
        for path in console.rglob("*.py")
    }
    return {name: codes for name, codes in found.items() if codes}


@pytest.mark.parametrize("language", languages())
def test_every_refusal_that_a_clerk_can_meet_has_words(language: str) -> None:
    words = Words(language)
    wordless = sorted(
        f"{module}: {code}"
        for module, codes in _codes().items()
        if not module.startswith(tuple(NOT_MET))
        for code in codes - NEVER.get(module, set())
        if not (words.has(f"refusal.{code}") or code == "busy" or code.endswith("-busy"))
    )
    assert wordless == [], f"write refusal.<code> into texts/{language}/refusals.json"


def test_no_words_are_left_of_refusals_that_are_gone() -> None:
    known = {code for codes in _codes().values() for code in codes}
    said = [key for key in texts_of(TEXTS, "en") if key.startswith("refusal.")]
    assert said
    assert [key for key in said if key.split(".")[1] not in known] == []


@pytest.mark.parametrize("language", languages())
def test_words_for_a_code_alone_need_no_values(language: str) -> None:
    texts = texts_of(TEXTS, language)
    assert [key for key in texts if _OF_A_CODE.fullmatch(key) and places(texts[key])] == []


def test_numbers_amounts_and_days_are_told_in_the_readers_way() -> None:
    too_much = PromiseTooMuch("980.00 EUR stands open.").told(most=Money(98000, "EUR"))
    assert problem_text(Words("de"), too_much).startswith("Auf diesen Rechnungen sind 980,00\xa0€")
    day = PromiseDayNotValid("No such day.").told(first=date(2026, 11, 2), last=date(2026, 12, 3))
    assert "02.11.2026" in problem_text(Words("de"), day)
    assert "2 nov 2026" in problem_text(Words("nl"), day)


def test_a_code_with_several_reasons_tells_the_one_that_it_is() -> None:
    closed = PlanNotValid("Nothing stands open.").told("closed", invoice="RE-1")
    assert problem_text(Words("nl"), closed) == "Op factuur RE-1 staat niets meer open."
    assert problem_text(Words("nl"), PlanNotValid("Another reason.")).startswith("Zo kan geen")


def test_a_policy_that_cannot_be_says_why_in_german() -> None:
    stages = [{"number": 1, "offset_days": 3, "message": "reminder-1", "channels": []}]
    with pytest.raises(PolicyNotValid) as refused:
        policy_from({"id": "own", "stages": stages})
    said = problem_text(Words("de"), refused.value)
    assert said == "Stufe 1: Wählen Sie mindestens einen Weg, auf dem sie hinausgeht."


def test_a_field_is_named_where_it_has_a_name() -> None:
    wrong = FieldNotValid("'amount' must be a text.").at("/amount")
    assert problem_text(Words("de"), wrong) == "Bitte prüfen Sie diese Angabe: Betrag."
    unnamed = FieldNotValid("'x' must be a text.").at("/x")
    assert problem_text(Words("de"), unnamed) == "Bitte prüfen Sie Ihre Eingabe."


def test_whoever_changes_the_same_at_once_is_asked_to_try_again() -> None:
    said = problem_text(Words("de"), DeskBusy("The desk is just being changed; try again."))
    assert said.startswith("Das wird gerade auch an anderer Stelle geändert.")
    bare = Conflict("The rules are being changed by others; try again.")
    assert problem_text(Words("nl"), bare) == Words("nl")("refusal.conflict")


def test_what_nobody_wrote_words_for_is_told_as_the_api_tells_it() -> None:
    class Unheard(Refusal):
        """Nobody heard of this."""

        code = "unheard-of"

    assert problem_text(Words("de"), Unheard("Nobody heard of this.")) == "Nobody heard of this."


def test_a_refusal_is_told_by_its_code_alone_where_a_row_keeps_no_more() -> None:
    assert said_by_code(Words("de"), "file-empty", "The file is empty.") == "Die Datei ist leer."
    assert said_by_code(Words("de"), "unheard-of", "It is odd.") == "It is odd."
    assert SessionOver.code == "session-over"


def test_a_statement_that_cannot_be_read_says_where_in_german() -> None:
    text = "amount-not-readable (line 7): 'x' is no amount of this form."
    said = why_refused(Words("de"), "statement-refused", text)
    assert said == "Zeile 7: Ein Betrag fehlt oder ist nicht zu lesen."
    nowhere = why_refused(Words("nl"), "statement-refused", "type-unknown: The type is odd.")
    assert nowhere == "Deze plek is niet te lezen."
    unknown = why_refused(Words("de"), "bank-account-unknown", "DE1 is none of the accounts.")
    assert unknown == "Dieses Bankkonto ist hier nicht eingerichtet."


def test_a_page_that_is_not_there_says_so_in_the_users_language_whatever_the_browser_wants() -> (
    None
):
    with office_of(Books()) as office:
        office.books.open_creditor()
        clerk = office.clerk("owner", language="nl")
        clerk.user = replace(clerk.user, language="de")  # what the browser asks for from now on
        clerk.open("nowhere")
    assert clerk.status == 404
    assert "Hier is niets" in clerk.said
