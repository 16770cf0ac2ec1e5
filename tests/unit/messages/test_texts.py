"""Every message, in every language, to every kind of debtor."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import product
from typing import Any, get_args

import pytest

from saldo.messages.model import (
    AgreedPlan,
    FailedPayment,
    GivenMandate,
    MessageContext,
    MessageItem,
    MessageKind,
    PlanPart,
    ReceivedPayment,
    Rendered,
    ScheduledDebit,
    Sender,
)
from saldo.messages.render import SUBJECT_LENGTH_MAX, JinjaRenderer, languages, spoken

SENDER = Sender(
    name="Example Waterworks Ltd",
    address=("1 Example Street", "Example Town"),
    imprint="Registered in Example Town, no. 00000",
    brand_colour="#1f5f5b",
    reply_to="billing@waterworks.example",
)
WHOLE = MessageItem("RE-0142", date(2026, 11, 1), date(2026, 11, 15), "EUR", 119050, 119050, 6)
PART = MessageItem("2024/0815", date(2026, 10, 3), date(2026, 10, 31), "EUR", 80000, 20025, 21)
PAY_URL = "https://pay.example/p/Zm9vYmFyYmF6cXV4MTIzNA"
FAILED = FailedPayment(
    119050,
    "EUR",
    "insufficient-funds",
    returned=False,
    automatic=False,
    numbers=("RE-0142",),
    unlisted=0,
    open_minor=119050,
)
DEBIT = ScheduledDebit(119050, "EUR", date(2026, 12, 3), "MD-77", None, ("RE-0142",))
MANDATE = GivenMandate(
    "MD-77", "I allow Example Waterworks Ltd to collect 50 % & more.", "en", date(2026, 11, 21)
)
PARTS = (
    PlanPart(40000, date(2026, 12, 1)),
    PlanPart(40000, date(2027, 1, 1)),
    PlanPart(39050, date(2027, 2, 1)),
)
PLAN = AgreedPlan(PARTS, "EUR", 119050, 79050, ("RE-0142",), missed=PARTS[1])
CONTEXT = MessageContext(
    sender=SENDER,
    account_name="Example Trading GmbH",
    contact_name="Accounts Payable",
    language="en",
    kind_of_debtor="business",
    items=(WHOLE,),
    pay_url=PAY_URL,
    written_on=date(2026, 11, 21),
    stage=1,
    payment=ReceivedPayment(119050, "EUR", date(2026, 11, 20), "RE-0142", 119050, 0, 0),
    failure=FAILED,
    debit=DEBIT,
    mandate=MANDATE,
    plan=PLAN,
)
KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
REMINDERS: tuple[MessageKind, ...] = ("reminder-1", "reminder-2", "reminder-3")
NAMES_INVOICES = frozenset(KINDS) - {"payment-received", "mandate-given"}
TELLS_WHAT_IS_OPEN: frozenset[MessageKind] = frozenset(
    {"invoice", *REMINDERS, "payment-failed", "plan-missed"}
)
ALL_MESSAGES = list(product(KINDS, languages()))
ALL_REMINDERS = list(product(REMINDERS, languages()))
MATRIX = list(product(KINDS, languages(), ("business", "consumer"), (True, False), (1, 2, 3)))


def render(message: MessageKind, **changes: Any) -> Rendered:
    return JinjaRenderer().render(message, replace(CONTEXT, **changes))


def about(items: tuple[MessageItem, ...], unlisted: int = 0) -> dict[str, Any]:
    """Return what messages about money say when they are about these invoices."""
    numbers = tuple(item.number for item in items)
    still_open = sum(item.open_minor for item in items)
    return {
        "items": items,
        "failure": replace(FAILED, numbers=numbers, unlisted=unlisted, open_minor=still_open),
        "debit": replace(DEBIT, numbers=numbers, unlisted=unlisted),
        "plan": replace(PLAN, numbers=numbers, unlisted=unlisted, open_minor=still_open),
    }


def words_of(html: str) -> str:
    """Return what somebody reads of an HTML mail."""
    body = re.sub(r"<(style|title)>.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", body))


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text.replace(PAY_URL, " ")))


@pytest.mark.parametrize(("message", "language", "kind", "announces", "items"), MATRIX)
def test_message_is_complete(
    message: MessageKind, language: str, kind: str, announces: bool, items: int
) -> None:
    covered = ((WHOLE,), (PART,), (WHOLE, PART))[items - 1]
    rendered = render(
        message,
        language=language,
        kind_of_debtor=kind,
        announces_collection=announces,
        **about(covered),
    )
    seen = words_of(rendered.html)

    assert 10 < len(rendered.subject) <= SUBJECT_LENGTH_MAX < 80
    assert "\n" not in rendered.subject
    assert numbers_in(rendered.text) == numbers_in(seen)
    assert rendered.text.count(PAY_URL) == 1
    assert PAY_URL in seen
    assert f'<html lang="{language}"' in rendered.html
    for said in (rendered.text, seen):
        assert "Accounts Payable" in said
        assert SENDER.reply_to is not None
        assert SENDER.reply_to in said
        assert SENDER.imprint in said
        said_by_us = said.replace(PAY_URL, "").replace(MANDATE.consent, "")
        assert not re.search(r"[{}]|None|undefined|<|&", said_by_us)
        if message in NAMES_INVOICES:
            assert all(item.number in said for item in covered)
        if message in TELLS_WHAT_IS_OPEN:
            assert all(amount in said for amount in amounts(language, covered))


def amounts(language: str, items: tuple[MessageItem, ...]) -> list[str]:
    """Return the open amounts as they must be written, worked out by other means."""
    written = []
    for minor in [item.open_minor for item in items] + [sum(item.open_minor for item in items)]:
        english = f"{minor / 100:,.2f}"
        swapped = english.translate(str.maketrans(",.", ".,"))
        written.append(f"{swapped}\xa0€" if language == "de" else f"€{english}")
    return written


@pytest.mark.parametrize(("message", "language"), ALL_REMINDERS)
def test_reminder_threatens_with_nothing_that_law_must_allow(
    message: MessageKind, language: str
) -> None:
    rendered = render(message, language=language, announces_collection=True)
    forbidden = r"Mahngebühr|Gebühr|Zins|Verzug|Anwalt|gerichtlich|\bfees?\b|interest|court|lawyer"
    assert not re.search(forbidden, rendered.text, flags=re.IGNORECASE)


@pytest.mark.parametrize(("message", "language"), ALL_REMINDERS)
def test_only_the_third_reminder_announces_collection_and_only_if_it_follows(
    message: MessageKind, language: str
) -> None:
    said = {
        announces: re.search(
            "Inkasso|collection agency",
            render(message, language=language, announces_collection=announces).text,
        )
        for announces in (True, False)
    }
    assert bool(said[True]) == (message == "reminder-3")
    assert not said[False]


@pytest.mark.parametrize(("message", "language"), ALL_REMINDERS)
def test_reminder_says_that_a_payment_may_have_crossed_it(
    message: MessageKind, language: str
) -> None:
    rendered = render(message, language=language)
    words = {"de": "überschnitten", "en": "crossed"}[language]
    assert words in rendered.text
    assert words in rendered.html


@pytest.mark.parametrize("language", languages())
def test_second_reminder_can_be_repeated(language: str) -> None:
    text = render("reminder-2", language=language).text
    assert not re.search(r"zweite|second|letzte Erinnerung|last reminder", text, re.IGNORECASE)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (ReceivedPayment(50000, "EUR", date(2026, 11, 20), "RE-1", 50000, 0, 69050), {69050}),
        (ReceivedPayment(130000, "EUR", date(2026, 11, 20), "RE-1", 119050, 10950, 0), {10950, 0}),
    ],
)
def test_confirmation_tells_rest_and_credit(
    language: str, payment: ReceivedPayment, expected: set[int]
) -> None:
    rendered = render("payment-received", language=language, payment=payment)
    for minor in expected | {payment.amount_minor, payment.allocated_minor}:
        number = f"{minor / 100:,.2f}"
        written = number if language == "en" else number.translate(str.maketrans(",.", ".,"))
        assert written in rendered.text
        assert written in words_of(rendered.html)
    assert bool(re.search("Guthaben|credit", rendered.text)) == bool(payment.credit_minor)
    assert bool(re.search("Rest|the rest", rendered.text)) == bool(payment.still_open_minor)


def test_confirmation_needs_no_open_items() -> None:
    assert render("payment-received", items=()).subject == (
        "Payment received: €1,190.50 for invoice RE-0142"
    )


@pytest.mark.parametrize(("message", "language"), ALL_MESSAGES)
def test_mail_loads_nothing_and_has_one_button(message: MessageKind, language: str) -> None:
    html = render(message, language=language).html
    addresses = set(re.findall(r"(?:https?:)?//[^\"'<\s)]+", html))
    assert addresses == {PAY_URL, "http://www.w3.org/1999/xhtml"}
    assert not re.search(r"<img|<script|<link|src=|url\(|@import|<iframe", html)
    assert html.count('class="button"') == 1
    assert len(html.encode()) < 30_000  # mail programs clip what is longer than 100 KB


@pytest.mark.parametrize(("message", "language"), ALL_MESSAGES)
def test_names_cannot_become_markup(message: MessageKind, language: str) -> None:
    nasty = "<script>alert('&')</script><p>"
    rendered = render(
        message,
        language=language,
        contact_name=nasty,
        sender=replace(SENDER, name=nasty, brand_colour='"><script>'),
        **about((replace(WHOLE, number=nasty),)),
        payment=replace(CONTEXT.payment, invoice=nasty),
        mandate=replace(MANDATE, consent=nasty, reference=nasty),
    )
    assert "<script" not in rendered.html
    assert nasty in rendered.text


@pytest.mark.parametrize(("message", "language"), ALL_MESSAGES)
def test_subject_stays_short_whatever_the_number(message: MessageKind, language: str) -> None:
    item = replace(WHOLE, number="N" * 64, amount_minor=10**15, open_minor=10**15, currency="CHF")
    others = tuple(
        replace(item, currency=code) for code in ("EUR", "USD", "GBP", "JPY", "KWD", "SEK")
    )
    payment = ReceivedPayment(10**15, "CHF", date(2026, 1, 1), "N" * 64, 10**15, 0, 0)
    part = PlanPart(10**15, date(2026, 9, 30))
    for items in ((item,), (item, *others)):
        told = about(items)
        told["failure"] = replace(told["failure"], amount_minor=10**15, currency="CHF")
        told["debit"] = replace(told["debit"], amount_minor=10**15, currency="CHF")
        told["plan"] = replace(told["plan"], total_minor=10**15, currency="CHF", missed=part)
        rendered = render(message, language=language, payment=payment, **told)
        assert len(rendered.subject) <= SUBJECT_LENGTH_MAX
        assert "N" * 64 in rendered.text or message == "mandate-given"


def test_currencies_are_not_added_up() -> None:
    dollars = replace(WHOLE, number="RE-2", currency="USD", open_minor=1000, amount_minor=1000)
    assert "€1,190.50 + US$10.00" in render("reminder-1", items=(WHOLE, dollars)).text


def test_without_an_address_for_replies_none_is_promised() -> None:
    for message, language in ALL_MESSAGES:
        rendered = render(message, language=language, sender=replace(SENDER, reply_to=None))
        assert "@" not in rendered.text
        assert "mailto:" not in rendered.html


def test_contact_without_a_name_is_greeted() -> None:
    assert render("invoice", contact_name="").text.startswith("Hello,\n")
    assert render("invoice", contact_name="", language="de").text.startswith("Guten Tag,\n")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-AT", "de"), ("DE", "de"), ("en-US", "en"), ("fr", "en"), ("", "en")],
)
def test_unknown_language_gets_english(tag: str, language: str) -> None:
    assert spoken(tag) == language
    assert f'<html lang="{language}"' in render("invoice", language=tag).html


def test_countries_write_amounts_and_dates_their_way() -> None:
    assert "€\xa01.190,50" in render("invoice", language="de-AT").text
    assert "November 15, 2026" in render("invoice", language="en-US").text
    assert "15 November 2026" in render("invoice", language="en").text
    # English words keep English amounts, whatever else the reader speaks.
    assert "€1,190.50" in render("invoice", language="fr-FR").text


def test_businesses_and_consumers_are_spoken_to_as_such() -> None:
    for language in languages():
        business = render("invoice", language=language).text
        consumer = render("invoice", language=language, kind_of_debtor="consumer").text
        assert business != consumer
