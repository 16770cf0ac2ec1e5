"""Texts on their pages: read, checked, put in the creditor's own words, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.books import CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

OWN = "Hello {{ contact }},\n\nplease pay {{ total }}: {{ pay_url }}\n\n{{ say.closing() }}"
WHICH = {"message": "reminder-1", "language": "en", "part": "text"}


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.open_creditor()
    with office_of(books) as made:
        yield made


@pytest.fixture
def owner(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def supplied(office: Office) -> str:
    from saldo.edge.v1.texts import supplied

    return supplied("reminder-1", "en", "text")


def send(owner: Clerk, act: str, **fields: str) -> Clerk:
    """Press one of the buttons of the text's form, which go to different addresses."""
    form = {**WHICH, "form": owner.csrf, "back": "at/musterwerk/texts/one", **fields}
    return owner.send(f"texts/{act}", **form)


def test_every_message_is_listed_in_every_language(owner: Clerk) -> None:
    owner.open("texts")
    assert owner.status == 200 and "First reminder" in owner.said
    assert owner.html.count("texts/one?") >= 30 * 4


def test_own_words_are_checked_put_and_withdrawn(office: Office, owner: Clerk) -> None:
    owner.open("texts/one", **WHICH)
    assert "In the supplied words" in owner.said
    own = supplied(office).replace("{{ total }}", "exactly {{ total }}")
    assert own != supplied(office)
    owner.press("texts/check", body=own)
    assert "Nothing is wrong with it" in owner.said and "exactly" in owner.said
    assert office.services.own_texts.latest(CREDITOR) == []
    send(owner, "put", body=own)
    assert "Your own words, version 1" in owner.said
    (text,) = office.services.own_texts.latest(CREDITOR)
    assert (text.body, text.written_by) == (own.strip("\n"), owner.user.email)
    (put,) = [one for one in office.books.events("~") if one.type == "text.put"]
    assert put.data["is_own"] and put.data["by"] == owner.user.email
    owner.open("texts")
    assert "Own" in owner.said
    owner.open("texts/one", **WHICH).press("texts/withdraw")
    assert "The supplied words stand again." in owner.said
    (text,) = office.services.own_texts.latest(CREDITOR)
    assert (text.version, text.body) == (2, "")


def test_a_text_without_a_pay_link_is_not_put(office: Office, owner: Clerk) -> None:
    owner.open("texts/one", **WHICH).press("texts/check", body="Please pay.")
    assert "The pay link is missing" in owner.said
    send(owner, "put", body="Please pay.")
    assert owner.status == 400 and "The pay link is missing" in owner.said
    assert office.services.own_texts.latest(CREDITOR) == []


def test_a_text_that_is_no_template_is_told_where(owner: Clerk) -> None:
    owner.open("texts/one", **WHICH).press("texts/check", body="{{ total ")
    assert owner.status in (200, 400)
    assert "Wrong" in owner.said or 'role="alert"' in owner.html


def test_the_mail_is_given_as_a_file_and_not_put_into_the_page(
    office: Office, owner: Clerk
) -> None:
    owner.open("texts/one", **WHICH)
    send(owner, "html", body=supplied(office))
    assert "attachment" in owner.headers["content-disposition"]
    assert b"Musterwerk" in owner.body


@pytest.mark.parametrize("part", ["subject", "sms", "html", "letter", "call"])
def test_every_part_is_shown_as_a_customer_reads_it(owner: Clerk, part: str) -> None:
    owner.open("texts/one", message="reminder-2", language="nl", part=part)
    assert owner.status == 200
    assert "As a customer reads it" in owner.said


def test_an_auditor_reads_texts_and_writes_none(office: Office) -> None:
    auditor = office.clerk("auditor").open("texts/one", **WHICH)
    assert auditor.status == 200 and not auditor.has_form("texts/check")
