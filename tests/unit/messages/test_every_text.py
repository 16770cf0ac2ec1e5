"""Every message × language × channel × kind of debtor × what it is about, looked at as a reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import product
from typing import Any, get_args

import pytest

from saldo.messages.engine import TEXTS
from saldo.messages.formats import law_text
from saldo.messages.lint import NO_AMOUNT, legal_statements, sentences_of
from saldo.messages.model import Channel, MessageContext, MessageKind, Rendered
from saldo.messages.render import SUBJECT_LENGTH_MAX, JinjaRenderer, languages
from saldo.messages.samples import BUNDLE, CHARGED, ONE, RESUMED
from saldo.messages.told import (
    AnnouncedCosts,
    HandOver,
    NextStep,
    ToldDispute,
    ToldService,
    TransferDetails,
)
from saldo.reminders.channels.sms_text import sms_length

KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
ABOUT = {
    "one": ONE,
    "bundle": BUNDLE,
    "fees": replace(ONE, items=(CHARGED,), transfer=BUNDLE.transfer),
    "resumed": RESUMED,
}
ASKS: frozenset[MessageKind] = frozenset(
    {
        "friendly-notice",
        "invoice",
        "invoice-copy",
        "reminder-1",
        "reminder-2",
        "reminder-3",
        "final-notice",
        "nl-14-day-letter",
        "case-returned",
        "service-stop-announced",
    }
)
EVERY = list(product(KINDS, languages()))

INFORMAL = {
    "de": r"\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b",
    "nl": r"\b(je|jij|jou|jouw|jullie)\b",
    "fr": r"\b(tu|te|toi|ton|ta|tes)\b",
}
LONG_DATE = {
    "de": r"\d{1,2}\. (Oktober|November|Dezember|Januar|September)",
    "en": r"\d{1,2} (October|November|December|January|September) \d{4}",
    "nl": r"\d{1,2} (oktober|november|december|januari|september) \d{4}",
    "fr": r"(\d{1,2}|1er) (octobre|novembre|décembre|janvier|septembre) \d{4}",
}


class Balanced(HTMLParser):
    """Reads HTML and keeps what was not closed in order."""

    VOID = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def write(message: MessageKind, context: MessageContext, **changes: Any) -> Rendered:
    return JinjaRenderer().render(message, replace(context, **changes))


@pytest.mark.parametrize(("message", "language"), EVERY)
def test_every_message_reads_well_by_every_channel(message: MessageKind, language: str) -> None:
    for channel, debtor, about in product(CHANNELS, ("business", "consumer"), ABOUT):
        reads_well(message, language, channel, debtor, about)


def reads_well(
    message: MessageKind, language: str, channel: Channel, debtor: Any, about: str
) -> None:
    context = ABOUT[about]
    made = write(message, context, language=language, channel=channel, kind_of_debtor=debtor)

    assert made.text.strip()
    assert made.text.count(context.pay_url) == 1
    assert context.sender.name in made.text
    bare = made.text.replace(str(context.mandate and context.mandate.consent), "")
    assert not re.search(r"[{}<>]|&\w+;|None|\bTrue\b|\bFalse\b|undefined|\(\)|\S  +\S", bare)
    assert not re.search(r"[ \t]+[.,;]|\.\.(?!\.)|,\s*[.,]", bare.replace("…", ""))
    assert "\n\n\n" not in made.text
    if language in INFORMAL:
        assert not re.search(INFORMAL[language], bare, re.IGNORECASE)
    if message != "service-released" and channel != "call":
        assert re.search(r"\d[.,]\d\d", bare) or message in NO_AMOUNT
    if channel in ("sms", "call"):
        assert not made.subject
        assert not made.html
    else:
        assert 8 < len(made.subject) <= SUBJECT_LENGTH_MAX
    if channel in ("email", "registered"):
        page = Balanced()
        page.feed(made.html)
        assert not page.open
        assert not page.wrong
        assert "&lt;" not in made.html
        assert len(made.html.encode()) < 60_000
    if message in ASKS and channel not in ("sms", "call"):
        assert all(item.number in made.text for item in context.items)
        assert re.search(LONG_DATE[language], made.text)
        if context.transfer:
            assert "DE02 1203 0000 0000 2020 51" in made.text
            assert "RF10 INV2 0260 01" in made.text


@pytest.mark.parametrize(("message", "language", "about"), list(product(KINDS, languages(), ABOUT)))
def test_a_text_message_fits_two_segments(message: MessageKind, language: str, about: str) -> None:
    """With an opt-out by keyword; an address to opt out by may take one more."""
    made = write(message, ABOUT[about], language=language, channel="sms", opt_out="STOP")
    length = sms_length(made.text)
    assert length.alphabet == "GSM-7"
    assert length.segments <= 2, made.text
    assert "\n" not in made.text
    assert "STOP" in made.text


@pytest.mark.parametrize("language", languages())
def test_names_that_gsm7_lacks_do_not_make_a_text_message_dearer(language: str) -> None:
    sender = replace(ONE.sender, name="Šárka Œuvre “Wasser” – Çelik")
    made = write("reminder-1", ONE, language=language, channel="sms", sender=sender)
    assert sms_length(made.text).alphabet == "GSM-7"
    greek = replace(ONE.sender, name="Νερό ΑΕ")
    made = write("reminder-1", ONE, language=language, channel="sms", sender=greek)
    assert sms_length(made.text).alphabet == "UCS-2"


@pytest.mark.parametrize("language", languages())
def test_a_bundle_tells_each_item_with_its_charges_and_sums_per_currency(language: str) -> None:
    for message in ASKS:
        made = write(message, BUNDLE, language=language)
        for said in (made.text, re.sub(r"<[^>]*>", " ", made.html)):
            assert law_text("§288 (2) BGB", language) in said
            assert law_text("§288 (5) BGB", language) in said
            assert re.search(r"10[.,]52", said)
            for amount in (r"845[.,]26", r"1\D?090[.,]50", r"12\D?500[.,]00", r"1\D?935[.,]76"):
                assert re.search(amount, said), amount
            # 1,935.76 + 12,500.00: euros and dollars are never one sum.
            assert not re.search(r"14\D?435[.,]76", said)


@pytest.mark.parametrize("language", languages())
def test_only_the_undisputed_part_is_asked_for(language: str) -> None:
    disputed = replace(ONE.items[0], disputed_minor=119050 - 5000)
    made = write("reminder-2", ONE, language=language, items=(disputed,))
    assert re.search(r"\b50[.,]00", made.subject)
    assert re.search(r"1\D?140[.,]50", made.text)
    assert not re.search(r"1\D?190[.,]50", made.subject)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("channel", ["email", "letter"])
def test_the_14_day_letter_names_the_term_and_the_exact_costs(
    language: str, channel: Channel
) -> None:
    costs = AnnouncedCosts(21608, 119050, vat_minor=3750, percent="21")
    made = write("nl-14-day-letter", ONE, language=language, channel=channel, announced=costs)
    assert re.search(r"216[.,]08", made.text)
    assert re.search(r"37[.,]50", made.text)
    term = {
        "de": "vierzehn Tagen, gerechnet ab dem Tag nach der Zustellung",
        "en": "fourteen days, counted from the day after",
        "nl": "binnen veertien dagen vanaf de dag nadat deze",
        "fr": "quatorze jours à compter du lendemain",
    }[language]
    assert term in made.text
    paper = {"de": "Briefes", "en": "letter", "nl": "deze brief", "fr": "cette lettre"}[language]
    assert (paper in made.text) == (channel == "letter")


def test_without_the_exact_costs_there_is_no_14_day_letter() -> None:
    with pytest.raises(Exception, match=r"None|announced"):
        write("nl-14-day-letter", ONE, announced=None)


@pytest.mark.parametrize("language", languages())
def test_the_final_notice_announces_a_hand_over_only_if_one_follows(language: str) -> None:
    words = "Inkasso|collection agency|incassobureau|recouvrement"
    quiet = write("final-notice", ONE, language=language, hand_over=None)
    assert not re.search(words, quiet.text)
    told = write("final-notice", ONE, language=language, hand_over=None, announces_collection=True)
    assert re.search(words, told.text)
    named = write("final-notice", ONE, language=language, hand_over=HandOver("lawyer", "Ex & Co"))
    assert "Ex & Co" in named.text
    assert "Ex &amp; Co" in named.html


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["reminder", "final-notice", "hand-over", "service-stop"])
def test_a_reminder_says_what_comes_next_and_when(language: str, kind: Any) -> None:
    step = NextStep(kind, date(2026, 12, 7))
    made = write("reminder-1", ONE, language=language, next_step=step)
    assert re.search(r"\b7\.? [dD]", made.text)


@pytest.mark.parametrize("language", languages())
def test_an_instalment_missed_and_a_promise_broken_are_said(language: str) -> None:
    made = write("reminder-2", RESUMED, language=language)
    assert made.text.count("RE-0101") == 2
    assert made.text.count("RE-0102") == 2
    assert re.search(r"18\.? [nN]ovemb", made.text)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("outcome", [None, "settled", "rejected"])
@pytest.mark.parametrize("amount", [None, 10000])
@pytest.mark.parametrize("still_open", [0, 119050])
def test_disputes_are_told_with_their_outcome(
    language: str, outcome: Any, amount: int | None, still_open: int
) -> None:
    dispute = ToldDispute(
        ("RE-0142",), "EUR", amount, 0, None, outcome, still_open, "We measured again.\nYou owe."
    )
    message: MessageKind = "dispute-closed" if outcome else "dispute-received"
    made = write(message, ONE, language=language, dispute=dispute)
    assert ("We measured again." in made.text) == bool(outcome)
    assert "&#10;" in made.html or not outcome


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("message", ["service-stop-announced", "service-released"])
def test_orders_and_deliveries_are_told_apart(language: str, message: MessageKind) -> None:
    stopped = [
        write(message, ONE, language=language, service=ToldService(what, date(2026, 12, 1)))
        for what in ("stop-deliveries", "block-orders")
    ]
    assert stopped[0].text != stopped[1].text
    assert stopped[0].subject != stopped[1].subject


@pytest.mark.parametrize("language", languages())
def test_a_code_is_shown_only_where_one_goes_with_the_mail(language: str) -> None:
    assert "cid:" not in write("reminder-1", BUNDLE, language=language).html
    transfer = TransferDetails("DE02120300000000202051", "Example", qr=True)
    made = write("reminder-1", ONE, language=language, transfer=transfer)
    assert made.html.count('src="cid:epc-qr"') == 1
    letter = write("reminder-1", ONE, language=language, transfer=transfer, channel="letter")
    assert re.search("einlesen|Scan", letter.text)


@pytest.mark.parametrize("language", languages())
def test_consumers_in_germany_are_told_of_the_thirty_days_with_the_invoice(language: str) -> None:
    for debtor, country, told in (
        ("consumer", "DE", True),
        ("consumer", "NL", False),
        ("business", "DE", False),
    ):
        made = write("invoice", ONE, language=language, country=country, kind_of_debtor=debtor)
        assert ("286" in made.text) == told


def test_languages_have_the_same_files_sentences_and_legal_statements() -> None:
    first, *others = languages()
    for language in others:
        assert sentences_of(language) == sentences_of(first)
        assert _files(language) == _files(first)
    laws = [
        sorted(
            one.file.replace(f"/{language}.", "/")
            for one in legal_statements()
            if f"/{language}." in one.file
        )
        for language in languages()
    ]
    assert all(one == laws[0] for one in laws)
    assert laws[0]


def _files(language: str) -> list[str]:
    found = (str(path.relative_to(TEXTS)) for path in TEXTS.rglob(f"{language}.*"))
    return sorted(name.replace(f"/{language}.", "/") for name in found)


def test_every_message_has_its_texts() -> None:
    for message, language, part in product(KINDS, languages(), ("subject", "text", "sms")):
        assert (TEXTS / message / f"{language}.{part}.txt").is_file()
