"""Texts to begin an answer with: supplied in each language, and a creditor's own in their place."""

from __future__ import annotations

import re

import pytest

from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.inbox.model import ReplyTextNotValid, ReplyTextUnknown
from saldo.inbox.replies import ReplyTexts, filled
from saldo.messages.render import languages
from tests.books import START


@pytest.fixture
def texts() -> ReplyTexts:
    return ReplyTexts(MemoryStore(), FixedClock(START))


@pytest.mark.parametrize("language", languages())
def test_every_supplied_text_is_there_in_every_language(texts: ReplyTexts, language: str) -> None:
    offered = texts.offered("acme", language)
    assert [one.id for one in offered] == [
        "thanks",
        "invoice-copy",
        "payment-plan",
        "proof-of-payment",
        "which-invoice",
    ]
    for one in offered:
        assert one.language == language
        assert set(re.findall(r"\{(\w+)\}", one.body)) <= {"invoice", "name"}
        # German goes on in small letters behind the salutation's comma, the others do not.
        assert one.body[0].islower() == (language == "de")
        written = filled(one.body, invoice=None, name="Erika")
        assert "{" not in written and "  " not in written and " ." not in written


def test_an_unknown_language_gets_english(texts: ReplyTexts) -> None:
    assert {one.language for one in texts.offered("acme", "pt-BR")} == {"en"}


def test_titles_are_in_the_readers_language(texts: ReplyTexts) -> None:
    german = texts.offered("acme", "fr", shown_in="de")
    assert (german[0].title, german[0].body[:5]) == ("Danke, wir kümmern uns", "Merci")


def test_an_own_text_takes_the_place_and_keeps_the_document(texts: ReplyTexts) -> None:
    texts.put("acme", "invoice-copy", "de", "Kopie", "Anbei {invoice}, {name}.", "anna")
    own = next(one for one in texts.offered("acme", "de-AT") if one.id == "invoice-copy")
    assert (own.is_own, own.with_document) == (True, True)
    assert filled(own.body, invoice="RE-1", name="Erika") == "Anbei RE-1, Erika."
    assert not any(one.is_own for one in texts.offered("acme", "en"))
    assert not any(one.is_own for one in texts.offered("other", "de"))
    texts.put("acme", "invoice-copy", "de", "Kopie", "", "anna")
    assert "invoice-copy" not in {one.id for one in texts.offered("acme", "de")}


@pytest.mark.parametrize(
    ("id_", "language", "title", "body"),
    [
        ("Not Small", "de", "T", "x"),
        ("ok", "deutsch", "T", "x"),
        ("ok", "de", " ", "x"),
        ("ok", "de", "T" * 81, "x"),
        ("ok", "de", "T", "x" * 4001),
    ],
)
def test_what_is_no_text_is_refused(
    texts: ReplyTexts, id_: str, language: str, title: str, body: str
) -> None:
    with pytest.raises(ReplyTextNotValid):
        texts.put("acme", id_, language, title, body, "anna")


def test_nothing_leaves_the_list_that_was_not_on_it(texts: ReplyTexts) -> None:
    with pytest.raises(ReplyTextUnknown):
        texts.put("acme", "never-there", "de", "T", "", "anna")


def test_the_list_ends_somewhere(texts: ReplyTexts) -> None:
    for number in range(100):
        texts.put("acme", f"t-{number}", "de", "T", "x", "anna")
    with pytest.raises(ReplyTextNotValid):
        texts.put("acme", "one-more", "de", "T", "x", "anna")
    texts.put("acme", "t-7", "de", "T", "y", "anna")
