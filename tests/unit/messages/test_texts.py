"""Every message, in every language, to every kind of debtor."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import product
from typing import Any, get_args

import pytest

from saldo.messages.lint import NO_AMOUNT
from saldo.messages.model import (
    MessageItem,
    MessageKind,
    PlanPart,
    ReceivedPayment,
    Rendered,
)
from saldo.messages.render import SUBJECT_LENGTH_MAX, JinjaRenderer, languages, spoken
from saldo.messages.samples import ONE, PART, SENDER, WHOLE
from saldo.messages.told import ToldDetails

CONTEXT = replace(ONE, account_name="Example Trading GmbH")
PAY_URL = CONTEXT.pay_url
FAILED, DEBIT, PLAN, MANDATE = CONTEXT.failure, CONTEXT.debit, CONTEXT.plan, CONTEXT.mandate
PROMISE, DISPUTE, PAYMENT = CONTEXT.promise, CONTEXT.dispute, CONTEXT.payment
assert FAILED is not None
assert DEBIT is not None
assert PLAN is not None
assert MANDATE is not None
assert PROMISE is not None
assert DISPUTE is not None
assert PAYMENT is not None
CLAIM = CONTEXT.claim
assert CLAIM is not None
KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
REMINDERS: tuple[MessageKind, ...] = ("reminder-1", "reminder-2", "reminder-3")
NAMES_INVOICES = frozenset(KINDS) - {
    "payment-received",
    "mandate-given",
    "service-released",
    "portal-link",
    *NO_AMOUNT,
}
LISTS_WHAT_IS_OPEN: frozenset[MessageKind] = frozenset(
    {
        "friendly-notice",
        "invoice",
        "invoice-copy",
        *REMINDERS,
        "final-notice",
        "nl-14-day-letter",
        "handed-over",
        "case-returned",
        "service-stop-announced",
    }
)
TELLS_WHAT_IS_OPEN = LISTS_WHAT_IS_OPEN | {"payment-failed", "plan-missed"}
ALL_MESSAGES = list(product(KINDS, languages()))
ALL_REMINDERS = list(product(REMINDERS, languages()))
VARIANTS = list(product(("business", "consumer"), (True, False), (1, 2, 3)))


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
        "promise": replace(PROMISE, numbers=numbers, unlisted=unlisted),
        "dispute": replace(DISPUTE, numbers=numbers, unlisted=unlisted, open_minor=still_open),
        "claim": replace(CLAIM, numbers=numbers, unlisted=unlisted, open_minor=still_open),
    }


def words_of(html: str) -> str:
    """Return what somebody reads of an HTML mail."""
    body = re.sub(r"<(style|title)>.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", body))


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text.replace(PAY_URL, " ")))


@pytest.mark.parametrize(("message", "language"), ALL_MESSAGES)
def test_message_is_complete(message: MessageKind, language: str) -> None:
    for kind, announces, items in VARIANTS:
        is_complete(message, language, kind, announces, items)


def is_complete(
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
    sums = [item.open_minor for item in items] + [sum(item.open_minor for item in items)]
    return [euros(minor, language) for minor in sums]


def euros(minor: int, language: str) -> str:
    english = f"{minor / 100:,.2f}"
    swapped = english.translate(str.maketrans(",.", ".,"))
    return {
        "de": f"{swapped}\xa0€",
        "en": f"€{english}",
        "nl": f"€\xa0{swapped}",
        "fr": f"{swapped.replace('.', chr(0x202F))}\xa0€",
    }[language]


@pytest.mark.parametrize(("message", "language"), ALL_REMINDERS)
def test_reminder_threatens_with_nothing_that_law_must_allow(
    message: MessageKind, language: str
) -> None:
    rendered = render(message, language=language, announces_collection=True)
    forbidden = (
        r"Mahngebühr|Gebühr|Zins|Verzug|Anwalt|gerichtlich|\bfees?\b|interest|court|lawyer"
        r"|rente|kosten|verzuim|rechter|advoca|intérêt|frais|mise en demeure|tribunal|avocat"
    )
    assert not re.search(forbidden, rendered.text, flags=re.IGNORECASE)


@pytest.mark.parametrize(("message", "language"), ALL_REMINDERS)
def test_only_the_third_reminder_announces_collection_and_only_if_it_follows(
    message: MessageKind, language: str
) -> None:
    said = {
        announces: re.search(
            "Inkasso|collection agency|incassobureau|recouvrement",
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
    words = {"de": "überschnitten", "en": "crossed", "nl": "gekruist", "fr": "croisé"}[language]
    assert words in rendered.text
    assert words in rendered.html


@pytest.mark.parametrize("language", languages())
def test_second_reminder_can_be_repeated(language: str) -> None:
    text = render("reminder-2", language=language).text
    assert not re.search(
        r"zweite|second|letzte Erinnerung|last reminder|tweede|laatste|deuxième|dernier rappel",
        text,
        re.IGNORECASE,
    )


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
        written = euros(minor, language)
        assert written in rendered.text
        assert written in words_of(rendered.html)
    assert bool(re.search("Guthaben|credit|tegoed|avoir", rendered.text)) == bool(
        payment.credit_minor
    )
    assert bool(re.search("Den Rest|the rest|De rest|le solde", rendered.text)) == bool(
        payment.still_open_minor
    )


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
        payment=replace(PAYMENT, invoice=nasty),
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
        told["promise"] = replace(told["promise"], amount_minor=10**15, currency="CHF")
        rendered = render(message, language=language, payment=payment, **told)
        assert len(rendered.subject) <= SUBJECT_LENGTH_MAX
        assert "N" * 64 in rendered.text or message in (
            "mandate-given",
            "service-released",
            "portal-link",
            *NO_AMOUNT,
        )


def test_currencies_are_not_added_up() -> None:
    dollars = replace(WHOLE, number="RE-2", currency="USD", open_minor=1000, amount_minor=1000)
    assert "€1,190.50 + US$10.00" in render("reminder-1", items=(WHOLE, dollars)).text


def test_without_an_address_for_replies_none_is_promised() -> None:
    for message, language in ALL_MESSAGES:
        details = ToldDetails(("phone",))  # a changed address would be written with its @
        sender = replace(SENDER, reply_to=None)
        rendered = render(message, language=language, sender=sender, details=details)
        assert "@" not in rendered.text
        assert "mailto:" not in rendered.html


def test_contact_without_a_name_is_greeted() -> None:
    assert render("invoice", contact_name="").text.startswith("Hello,\n")
    assert render("invoice", contact_name="", language="de").text.startswith("Guten Tag,\n")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE", "de"),
        ("en-US", "en"),
        ("fr-BE", "fr"),
        ("it", "en"),
        ("", "en"),
    ],
)
def test_unknown_language_gets_english(tag: str, language: str) -> None:
    assert spoken(tag) == language
    assert f'<html lang="{language}"' in render("invoice", language=tag).html


def test_countries_write_amounts_and_dates_their_way() -> None:
    assert "€\xa01.190,50" in render("invoice", language="de-AT").text
    assert "November 15, 2026" in render("invoice", language="en-US").text
    assert "15 November 2026" in render("invoice", language="en").text
    # English words keep English amounts, whatever else the reader speaks.
    assert "€1,190.50" in render("invoice", language="it-IT").text


def test_businesses_and_consumers_are_spoken_to_as_such() -> None:
    for language in languages():
        business = render("invoice", language=language).text
        consumer = render("invoice", language=language, kind_of_debtor="consumer").text
        assert business != consumer
