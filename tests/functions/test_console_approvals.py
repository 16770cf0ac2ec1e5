"""The screen Approvals: two people give money away above a limit, in whole requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from saldo.edge.v1.reads import invoice
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.begin(books.invoice("RE-1", 60000))
    with office_of(books, providers={}) as made:
        made.services.four_eyes.set_rule(
            CREDITOR, write_off_minor=5000, refund_minor=None, by="owner@example.com"
        )
        yield made


@pytest.fixture
def manager(office: Office) -> Clerk:
    return office.clerk("manager", name="Mia")


@pytest.fixture
def owner(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def write_off(clerk: Clerk, amount: str = "600.00", **more: Any) -> Clerk:
    clerk.open("account", number=ACCOUNT)
    typed = {"invoice": "RE-1", "amount": amount, "reason": "Insolvent", **more}
    return clerk.press("account/write-off", **typed)


def open_minor() -> int:
    return invoice(services().store, CREDITOR, "RE-1").open_minor


def test_below_the_limit_it_is_booked_at_once(manager: Clerk) -> None:
    assert "It is written off." in write_off(manager, "50.00").said
    assert open_minor() == 55000


def test_above_the_limit_it_waits_until_somebody_else_agrees(manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    assert "This is above what you may give alone." in manager.said
    assert open_minor() == 60000
    manager.open("approvals")
    assert "You asked for this: somebody else has to agree." in manager.said
    assert not manager.has_form("approvals/approve")

    owner.open("approvals")
    assert "€600.00" in owner.said and "Insolvent" in owner.said
    assert manager.user.email in owner.said
    owner.press("approvals/approve")
    assert "It is carried out." in owner.said
    assert "Nothing waits for a second person." in owner.said
    assert open_minor() == 0


def test_who_asked_takes_it_back(manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    manager.open("approvals").press("approvals/decline")
    assert "It is declined." in manager.said
    assert "Nothing waits" in owner.open("approvals").said
    assert open_minor() == 60000


def test_who_asked_cannot_agree_by_a_form_of_her_own(manager: Clerk) -> None:
    write_off(manager)
    (waiting,) = services().four_eyes.open(CREDITOR)
    manager.open("approvals")
    manager.send("approvals/approve", form=manager.csrf, id=waiting.id)
    assert "somebody else has to agree" in manager.said
    assert open_minor() == 60000


def test_agreeing_needs_a_fresh_proof(office: Office, manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    office.books.clock.advance(timedelta(minutes=11))
    owner.open("approvals").press("approvals/approve")
    assert "Is it you?" in owner.said
    assert open_minor() == 60000


def test_declining_tells_why(manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    owner.open("approvals").press("approvals/decline", why="Ask for a plan first")
    assert "It is declined." in owner.said
    assert services().four_eyes.open(CREDITOR) == []


def test_what_changed_meanwhile_is_told(manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    services().four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, by="owner@example.com"
    )
    write_off(owner, "20.00")
    owner.open("approvals").press("approvals/approve")
    assert "The books refused it" in owner.said
    assert open_minor() == 58000


def test_an_owner_sets_the_limits_and_a_manager_does_not(manager: Clerk, owner: Clerk) -> None:
    owner.open("approvals").press("approvals/limits", write_off="1,000.00", refund="")
    assert "The limits count from now on." in owner.said
    rule = services().four_eyes.rule(CREDITOR)
    assert (rule.write_off_minor, rule.refund_minor) == (100000, None)
    manager.open("approvals")
    assert not manager.has_form("approvals/limits")
    manager.send("approvals/limits", form=manager.csrf, write_off="", refund="")
    assert manager.status == 403


def test_branches_see_their_own_alone(office: Office, manager: Clerk) -> None:
    write_off(manager)
    (waiting,) = services().four_eyes.open(CREDITOR)
    elsewhere = office.clerk("manager", branches=("Kiel",), email="kiel@example.com")
    elsewhere.open("approvals")
    assert "RE-1" not in elsewhere.said
    elsewhere.send("approvals/approve", form=elsewhere.csrf, id=waiting.id)
    assert elsewhere.status == 404
    assert open_minor() == 60000


@pytest.mark.parametrize("role", ["collector", "auditor", "sales", "support"])
def test_who_may_not_write_off_does_not_see_them(office: Office, role: str) -> None:
    clerk = office.clerk(role)  # type: ignore[arg-type]  # one of the roles
    assert clerk.open("approvals").status == 403


def test_the_accounts_history_tells_who_asked_and_who_agreed(manager: Clerk, owner: Clerk) -> None:
    write_off(manager)
    owner.open("approvals").press("approvals/approve")
    owner.open("account", number=ACCOUNT)
    assert "of €600.00, Insolvent" in owner.said
    assert f"{manager.user.email}, {owner.user.email}" in owner.said
