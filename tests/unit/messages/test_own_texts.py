"""A creditor's own words: found, checked, bounded, and never in a notice's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from saldo.adapters.memory.store import MemoryStore
from saldo.messages.engine import SOURCE_LENGTH_MAX, TEXTS
from saldo.messages.grammar import TextNotValid
from saldo.messages.lint import lint
from saldo.messages.model import Channel, MessageKind
from saldo.messages.own import OwnTexts
from saldo.messages.render import JinjaRenderer, languages
from saldo.messages.samples import BUNDLE, ONE
from saldo.messages.text_record import MessageText, Part

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CONTEXT = replace(ONE, creditor="acme")
CHANNELS: tuple[Channel, ...] = ("email", "sms", "letter")
GOOD = (
    "{{ say.greeting() }}\n\nWould you kindly pay {{ total }}, 1 < 2 & so on?\n\n"
    "{{ say.pay() }}\n\n{{ say.items_list() }}\n\n{{ say.closing() }}"
)


def text(body: str, part: Part = "text", message: MessageKind = "reminder-1") -> MessageText:
    return MessageText("acme", message, "en", part, 0, body, "cli:somebody", NOW)


class Desk:
    """A creditor with own texts, and a renderer that knows them."""

    def __init__(self) -> None:
        self.now = NOW
        self.own = OwnTexts(MemoryStore(), lambda: self.now)
        self.renderer = JinjaRenderer(self.own)

    def put_unchecked(self, made: MessageText) -> None:
        """As if the text had been written before a variable went away."""
        self.own.put(made)


def codes(made: MessageText) -> set[str]:
    return {one.code for one in lint(made)}


def test_own_words_stand_in_text_html_and_letter() -> None:
    desk = Desk()
    desk.own.put(text(GOOD))
    mail = desk.renderer.render("reminder-1", CONTEXT)
    assert "Would you kindly pay €1,190.50, 1 < 2 & so on?" in mail.text
    assert "1 &lt; 2 &amp; so on?" in mail.html
    assert 'class="button"' in mail.html
    assert mail.own == ("text v1", "text v1")
    letter = desk.renderer.render("reminder-1", replace(CONTEXT, channel="letter"))
    assert "kindly" in letter.text
    others = desk.renderer.render("reminder-1", replace(ONE, creditor="other"))
    assert "kindly" not in others.text
    german = desk.renderer.render("reminder-1", replace(CONTEXT, language="de"))
    assert "kindly" not in german.text


def test_the_latest_version_counts_and_an_empty_one_returns_to_the_supplied() -> None:
    desk = Desk()
    desk.own.put(text("First {{ total }}", "subject"))
    desk.own.put(text("Second {{ total }}", "subject"))
    assert desk.renderer.render("reminder-1", CONTEXT).subject == "Second €1,190.50"
    desk.own.put(text("", "subject"))
    assert desk.renderer.render("reminder-1", CONTEXT).subject.startswith("A short reminder")
    assert [one.version for one in desk.own.latest("acme")] == [3]


def test_a_text_changed_elsewhere_is_seen_after_a_minute() -> None:
    desk = Desk()
    elsewhere = OwnTexts(desk.own._store, lambda: desk.now)
    assert desk.own.find("acme", "reminder-1", "en", "subject") is None
    elsewhere.put(text("New {{ total }}", "subject"))
    assert desk.own.find("acme", "reminder-1", "en", "subject") is None
    desk.now += timedelta(minutes=1)
    assert desk.own.find("acme", "reminder-1", "en", "subject") is not None


@pytest.mark.parametrize(
    "body",
    [
        "{{ nobody_knows_this }}",
        "{{ item.no_such_field }}",
        "{{ say.no_such_sentence() }}",
        "{{ promise.by.nothing }}",
        "{{ 1 / 0 }}",
        "{{ items.append(1) }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ sender.__init__.__globals__ }}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ '%0999999999d' % 1 }}",
        "{{ [1] * 999999999 }}",
        "{% for i in range(100000) %}x{% endfor %}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ '{:>999999999}'.format(1) }}",
    ],
)
def test_an_own_text_that_fails_lets_the_supplied_one_go(body: str) -> None:
    desk = Desk()
    desk.put_unchecked(text(body))
    mail = desk.renderer.render("reminder-1", CONTEXT)
    supplied = JinjaRenderer().render("reminder-1", ONE)
    assert (mail.text, mail.html) == (supplied.text, supplied.html)
    assert mail.own == ()
    assert len(mail.problems) == 2  # once for the plain part, once for the HTML
    assert "reminder-1 en text" in mail.problems[0]


def test_a_text_that_grows_without_end_is_cut_short() -> None:
    desk = Desk()
    loop = "{% for a in range(200) %}{% for b in range(200) %}0123456789{% endfor %}{% endfor %}"
    desk.put_unchecked(text(loop))
    mail = desk.renderer.render("reminder-1", CONTEXT)
    assert mail.problems
    assert "0123456789" not in mail.text


def test_what_is_no_template_or_too_long_is_not_kept() -> None:
    desk = Desk()
    too_much = (
        "{% set a = 'x' %}" + "{% set a = a ~ a %}" * 40,
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for a in items %}{% for b in items %}{% for c in items %}x" + "{% endfor %}" * 3,
        "{% for a in items recursive %}{{ loop(items) }}{% endfor %}",
        "{{ contact_name | safe }}",
        "{{ 'x' | center(999999999) }}",
        "{% include 'shared/layout.html' %}",
        "{% import 'structure' as put %}",
    )
    for body in ("{% if %}", "{{ total", "x" * (SOURCE_LENGTH_MAX + 1), *too_much):
        with pytest.raises(TextNotValid):
            desk.own.put(text(body))
    assert desk.own.latest("acme") == []


def test_own_html_keeps_its_markup_and_escapes_names() -> None:
    desk = Desk()
    desk.own.put(text("<p><b>Dear</b> {{ contact_name }}</p>\n\n{{ say.pay() }}", "html"))
    mail = desk.renderer.render("reminder-1", replace(CONTEXT, contact_name="<i>x</i>"))
    assert "<b>Dear</b> &lt;i&gt;x&lt;/i&gt;" in mail.html
    assert "This may simply have slipped through" in mail.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ tottal }} {{ pay_url }}", "unknown-variable"),
        ("{{ say.pays() }}", "unknown-variable"),
        ("{{ item.openminor }}", "does-not-render"),
        ("{% if %}", "syntax"),
        (GOOD.replace("{{ say.pay() }}", ""), "no-pay-link"),
        (GOOD.replace("{{ say.closing() }}", ""), "no-sender"),
        (GOOD.replace("{{ say.closing() }}", "{{ sender.name }}"), "no-imprint"),
        ("{{ say.greeting() }} {{ pay_url }} {{ say.closing() }}", "no-amount"),
        (GOOD + "\n\nYou are in default.", "legal-statement"),
        ("{% include 'shared/layout.html' %}", "not-allowed"),
        ("", "empty"),
    ],
)
def test_lint_names_what_is_wrong(body: str, code: str) -> None:
    assert code in codes(text(body))


def test_lint_finds_nothing_wrong_with_a_good_text() -> None:
    assert lint(text(GOOD)) == []
    assert lint(text("Please pay {{ total }}", "subject")) == []
    assert "active-content" in codes(text("<script>x</script>", "html"))
    assert "long" in codes(
        text("{{ say.who() }} {{ total }} " + "x" * 300 + "{{ pay_url }}", "sms")
    )


def test_the_14_day_letter_may_not_lose_its_exact_costs() -> None:
    assert "no-announced-costs" in codes(text(GOOD, message="nl-14-day-letter"))


@pytest.mark.parametrize(("message", "language"), list(product(get_args(MessageKind), languages())))
def test_supplied_texts_pass_the_lint_and_the_sandbox(message: MessageKind, language: str) -> None:
    desk = Desk()
    for part in ("subject", "text", "sms"):
        body = (TEXTS / message / f"{language}.{part}.txt").read_text(encoding="utf-8")
        made = MessageText("acme", message, language, part, 0, body, "nobody", NOW)
        assert [one for one in lint(made) if one.severity == "error"] == []
        desk.own.put(made)
    for channel in CHANNELS:
        asked = replace(BUNDLE, language=language, channel=channel)
        own = desk.renderer.render(message, replace(asked, creditor="acme"))
        supplied = JinjaRenderer().render(message, asked)
        assert own.problems == ()
        assert replace(own, own=()) == supplied


@pytest.mark.parametrize("call", ["'{:>9}'.format(1)", "'x'.ljust(9)", "'{a}'.format_map({})"])
def test_texts_cannot_make_much_out_of_little(call: str) -> None:
    """Refused for what they are, not for how much came of them."""
    written = OwnTexts.write_text(text("{{ " + call + " }}"), "text", {})
    assert written.problem is not None
    assert "unsafe" in written.problem
