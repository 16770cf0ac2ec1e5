"""Every page and state of questions, details, wrong people and confirmations, from plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from functions.pay.payer import pages
from functions.pay.payer.shown import Frame
from functions.pay.payer.shown_contacts import (
    ConfirmContactPage,
    DetailsPage,
    QuestionPage,
    SaidRow,
    WrongPersonPage,
)
from functions.pay.payer.words import languages
from saldo.messages.formats import country_names
from saldo.messages.model import Sender

_SENDER = Sender(
    name="Example Waterworks Ltd",
    address=("1 Example Street", "Example Town"),
    imprint="Registered in Example Town, no. 00000",
    brand_colour="#8a1c4b",
    reply_to="billing@waterworks.example",
)
_HERE = "https://pay.example/live/p/Zm9vYmFyYmF6cXV4MTIzNA"
_ID = "01JD7W0000ATTEMPT000000001"
_DAY = date(2026, 11, 20)

CONTACT_FORMS = {
    f"{_HERE}/answer/question",
    f"{_HERE}/answer/details",
    f"{_HERE}/answer/wrong-person",
    f"{_HERE}/confirm",
}


def _frame(language: str, here: str = _HERE) -> Frame:
    return Frame(language, "https://pay.example/live", _SENDER, here, "key")


def _question(language: str, **changes: Any) -> str:
    shown = QuestionPage(
        replace(_frame(language), page=f"{_HERE}/answer/question"),
        _ID,
        invoices=("2024/0815", "2024/0001"),
        files_max=5,
        megabytes=4,
    )
    return pages.answer_page("answers/question.html", replace(shown, **changes))


_SAID = (
    SaidRow("payer", "Which cartridges are these?\n<b>Ours</b> were wider.", _DAY, "2024/0815"),
    SaidRow("creditor", "Those of order B-4711. " * 20, _DAY, "2024/0815"),
    SaidRow("payer", "Donaudampfschifffahrtsgesellschaftskapitän" * 4, _DAY),
)


def _details(language: str, **changes: Any) -> str:
    fields = ("name", "email", "phone", "street", "postal_code", "city")
    typed = dict.fromkeys(fields, "") | {"language": "de", "channel": "email", "country": "DE"}
    shown = DetailsPage(
        _frame(language),
        _ID,
        tuple(languages().items()),
        country_names(language),
        ("email", "letter", "sms"),
        {"email": "n…@trading.example", "phone": "… 345", "address": "Example Town"},
        typed,
    )
    changes["typed"] = typed | changes.get("typed", {})
    return pages.answer_page("answers/details.html", replace(shown, **changes))


def _wrong_person(language: str, **changes: Any) -> str:
    shown = WrongPersonPage(_frame(language), _ID, "n…@trading.example")
    return pages.answer_page("answers/wrong-person.html", replace(shown, **changes))


def _confirm(language: str, state: Any) -> str:
    frame = replace(_frame(language, f"{_HERE}/confirm"), is_tracked=False)
    return pages.confirm_contact_page(ConfirmContactPage(frame, state, "new@trading.example"))


_WRONG = {
    "email": {"email": "nobody"},
    "phone": {"phone": "12345"},
    "street": {"street": "", "city": "Example Town"},
}

CONTACT_PAGES: dict[str, Callable[[str], str]] = {
    "question": _question,
    "question-talk": lambda language: _question(language, said=_SAID, waits=True),
    "question-one": lambda language: _question(language, fixed=True, invoice="2024/0815"),
    "question-files": lambda language: _question(
        language, said=(replace(_SAID[0], files=(("f-1", "wide.png"), ("f-2", "x" * 120))),)
    ),
    "question-wrong-file": lambda language: _question(
        language, text="Why?", error="file-kind-not-taken", mail_follows=True
    ),
    "question-error": lambda language: _question(
        language, text="Why?", invoice="2024/0001", error="question-too-long"
    ),
    "details": _details,
    "details-unknown": lambda language: _details(language, known={}, channels=("email", "letter")),
    "details-waiting": lambda language: _details(language, waiting="n…@new.example"),
    "details-waiting-shadow": lambda language: _details(
        language, waiting="n…@new.example", mails_go=False
    ),
    "details-email": lambda language: _details(
        language, typed=_WRONG["email"], error="email-not-readable"
    ),
    "details-phone": lambda language: _details(
        language, typed=_WRONG["phone"], error="phone-not-readable"
    ),
    "details-address": lambda language: _details(
        language, typed=_WRONG["street"], error="address-incomplete"
    ),
    "details-channel": lambda language: _details(language, error="channel-not-reachable"),
    "details-nothing": lambda language: _details(language, error="nothing-changed"),
    "wrong-person": _wrong_person,
    "wrong-person-paper": lambda language: _wrong_person(language, to="", text="It is my tenant."),
    "wrong-person-error": lambda language: _wrong_person(language, error="nobody-was-written-to"),
    "confirm-ask": lambda language: _confirm(language, "ask"),
    "confirm-done": lambda language: _confirm(language, "done"),
    "disowned": lambda language: pages.disowned_page(Frame(language, "https://pay.example/live")),
}
