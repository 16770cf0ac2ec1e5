"""Personal data in the console: a copy is made, an erasure ordered and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.adapters.memory.files import MemoryFiles
from saldo.privacy.model import PrivacyExport
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import Office, office_of


@pytest.fixture
def books() -> Audited:
    made = Audited()
    made.begin()
    return made


@pytest.fixture
def office(books: Audited) -> Iterator[Office]:
    with office_of(books, anchors=books.anchors, file_store=MemoryFiles()) as made:
        yield made


def test_an_owner_makes_a_copy_of_everything_and_fetches_it(books: Audited, office: Office) -> None:
    owner = office.clerk("owner").open("privacy", number=ACCOUNT)
    assert owner.status == 200, owner.html
    owner.press("privacy/export")
    assert "ready in about a minute" in owner.said and "being made" in owner.said
    (asked,) = books.store.list(PrivacyExport, CREDITOR, ACCOUNT)
    creditor = office.services.accounts.creditor(CREDITOR)
    office.services.privacy_exports.make(creditor, ACCOUNT, asked.id)
    owner.open("privacy", number=ACCOUNT)
    assert f"privacy/file?number={ACCOUNT}&amp;id={asked.id}" in owner.html
    address = office.services.privacy_exports.address(CREDITOR, ACCOUNT, asked.id)
    assert asked.id in address


def test_an_erasure_is_ordered_with_the_password_shown_and_taken_back(
    books: Audited, office: Office
) -> None:
    owner = office.clerk("owner").open("privacy", number=ACCOUNT)
    owner.press("privacy/erase", why="asked")
    assert "Ordered" in owner.said and "To be erased" in owner.said
    creditor = office.services.accounts.creditor(CREDITOR)
    office.services.erasures.carry_out(creditor, ACCOUNT)
    owner.open("privacy", number=ACCOUNT)
    assert "What is still owed" in owner.said and "until it is settled" in owner.said
    assert "To be erased" in owner.open("account", number=ACCOUNT).said
    listed = owner.open("privacy")
    assert ACCOUNT in listed.said and "HGB" in listed.said
    assert books.day(date(2026, 12, 20)) == []
    owner.open("privacy", number=ACCOUNT).press("privacy/lift")
    assert "Taken back" in owner.said
    assert books.day(date(2026, 12, 21)) != []


def test_a_reason_must_be_one_of_those_that_there_are(books: Audited, office: Office) -> None:
    owner = office.clerk("owner").open("privacy", number=ACCOUNT)
    owner.press("privacy/erase", why="because")
    assert owner.status == 400
    assert "privacy.erasure_asked" not in books.event_types()


def test_a_customer_of_nobody_is_refused_and_a_manager_sees_nothing(office: Office) -> None:
    assert office.clerk("owner").open("privacy", number="99999").status == 404
    assert office.clerk("manager").open("privacy").status == 403


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_the_page_speaks_the_languages_of_the_console(office: Office, language: str) -> None:
    owner = office.clerk("owner", language=language, email=f"{language}@musterwerk.example")
    assert owner.open("privacy").status == 200
    assert owner.open("privacy", number=ACCOUNT).status == 200
    assert owner.open("audit").status == 200
