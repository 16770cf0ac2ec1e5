"""Whoever works in German or Dutch reads German or Dutch: on every page, and when refused.

Every page of the sample books that links lead to is read. CI takes a share of them by seed
(SALDO_PAGES_SEED); the long run reads all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.console.screens import ENTRIES, screen_of
from saldo.people.model import Language
from saldo.reminders.segments import FACTS
from tests.browser.settings import SEED
from tests.functions.clerk import HERE, Clerk, Office
from tests.functions.readable import read, unspoken
from tests.pictures.console import sample_office

TYPED: Final = (
    "Pays on the 15th, whatever the terms say. Mrs Example in accounts is the one to call.",
    "Two of the ten boxes were missing.",
    "Can we pay half now?",
    "Which order is this for?",
    "First instalment came.",
    "Letter of the insurer, 3 November.",
)
"""What people wrote in the sample books, in their own language."""
_BEGIN: Final = (
    "account?number=10001",
    "account/why?number=10001&invoice=RE-2026-4703",
    "account/why?number=10001&invoice=RE-2026-4706",
    "account/compose?number=10001&channel=letter",
    "account/compose?number=10001&channel=sms",
    "disputes/one?account=10001&id=R-1",
    "plans/one?account=10001&id=PL-1",
    "cases/one?account=10001&id=C-1",
    "cash/scenario?change=customer-late&account=10001&days=30",
    "policies/edit?id=nl-consumer",
)
"""Pages that no link of another leads to in this way."""
_OF_A_SHAPE: Final = 3
"""So many pages of one address with the same parameters are read."""
_SHARE: Final = 0.12
_AT: Final = "/console/at/musterwerk/"


@pytest.fixture(scope="module")
def opened() -> Iterator[Office]:
    with sample_office() as made:
        yield made


@pytest.fixture(scope="module")
def clerks(opened: Office) -> dict[Language, Clerk]:
    """Return who works in which language, at a page with forms."""
    speak: tuple[Language, ...] = ("de", "nl")
    return {
        one: opened.clerk("owner", language=one, email=f"{one}@example.com").open("accounts")
        for one in speak
    }


@pytest.fixture(scope="module")
def csrf(clerks: dict[Language, Clerk]) -> str:
    """Return the key of the forms of whoever works in German."""
    return clerks["de"].csrf


@pytest.fixture(autouse=True)
def office(opened: Office) -> None:
    opened.open()


def _first() -> list[str]:
    parts = [
        f"{entry.name}/{name}"
        for entry in ENTRIES
        for name in getattr(screen_of(entry.name), "parts", {})
    ]
    return [*(entry.name for entry in ENTRIES), *_BEGIN, *parts]


def _faults(clerk: Clerk) -> Iterator[str]:
    if "html" in clerk.headers.get("content-type", ""):
        texts = read(clerk.html, clerk.user.language).texts
        yield from unspoken(texts, (*TYPED, *FACTS))


@pytest.mark.parametrize("language", ["de", "nl"])
def test_a_share_of_the_pages_is_read(clerks: dict[Language, Clerk], language: Language) -> None:
    chance, clerk = random.Random(f"{SEED} speaks {language}"), clerks[language]
    found = {
        path: faults
        for path in _first()
        if chance.random() < _SHARE and (faults := list(_faults(clerk.open(f"{HERE}{_AT}{path}"))))
    }
    assert found == {}


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "nl"])
def test_every_page_that_links_lead_to_is_read(
    clerks: dict[Language, Clerk], language: Language
) -> None:
    clerk = clerks[language]
    ahead, seen = [f"{_AT}{path}" for path in _first()], dict[tuple[str, ...], int]()
    found: dict[str, list[str]] = {}
    for path in ahead:
        url = urlsplit(path)
        asked = parse_qs(url.query)
        shape = (url.path, *sorted(asked))
        seen[shape] = seen.get(shape, 0) + 1
        if seen[shape] > _OF_A_SHAPE or asked.get("language", [language]) != [language]:
            continue  # texts of another language are shown in it
        clerk.open(f"{HERE}{path}")
        assert clerk.status < 500, path
        if faults := list(_faults(clerk)):
            found[path] = faults
        if "html" in clerk.headers.get("content-type", ""):
            links = read(clerk.html, language).links
            ahead += [one.partition("#")[0] for one in links if one.startswith(_AT)]
    assert len(seen) > 100, "links were followed"
    assert found == {}


def _acts() -> list[object]:
    chance = random.Random(f"{SEED} refused")
    return [
        pytest.param(
            entry.name,
            act,
            id=f"{entry.name}-{act}",
            marks=() if chance.random() < _SHARE else pytest.mark.long,
        )
        for entry in ENTRIES
        for act in getattr(screen_of(entry.name), "acts", {})
    ]


WRONG: Final = {
    "number": "10001",
    "invoices": "RE-2026-4704",
    "invoice": "RE-2026-4704",
    "amount": "zwölf",
    "on": "2020-01-01",
    "until": "2020-01-01",
    "day": "gestern",
    "parts": "99",
    "first_on": "2020-01-01",
    "first": "2026-12-24",
    "last": "2026-12-01",
    "outcome": "what",
    "reason": "what",
    "kind": "what",
    "text": "x" * 9000,
    "why": "x",
    "email": "nobody",
    "id": "X-1",
    "account": "10001",
    "item": "X-1",
    "json": "{}",
    "days-0": "3",
    "message-0": "reminder-1",
    "cover": "de@example.com",
    "away": "de@example.com",
    "points-call": "-7",
    "state": "part-paid",
}
"""A form with something wrong in about every field."""


@pytest.mark.parametrize(("screen", "act"), _acts())
@pytest.mark.parametrize("typed", [{}, WRONG], ids=["empty", "wrong"])
def test_whoever_is_refused_is_told_so_in_german(
    clerks: dict[Language, Clerk], csrf: str, screen: str, act: str, typed: dict[str, str]
) -> None:
    clerk = clerks["de"]
    back = f"at/musterwerk/{screen}" + ("?number=10001" if screen == "account" else "")
    clerk.send(f"{screen}/{act}", **{**typed, "form": csrf, "back": back})
    assert clerk.status < 500
    assert list(_faults(clerk)) == []
