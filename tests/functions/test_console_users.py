"""The screen Users: who may come in, as what, and who may decide that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from saldo.people.links import PersonJob
from saldo.people.model import Grant
from saldo.people.rights import rights_of
from saldo.wiring import services
from tests.books import CREDITOR, Books, ListQueue
from tests.functions.clerk import Clerk, Office, office_of

CLARA = "clara@example.com"


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def office(queue: ListQueue) -> Iterator[Office]:
    books = Books()
    books.open_creditor()
    with office_of(books, person_queue=queue) as made:
        yield made


@pytest.fixture
def owner(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def invite(owner: Clerk, role: str = "collector", **more: str) -> Clerk:
    typed = {"email": CLARA, "name": "Clara Neumann", "role": role, "language": "nl", **more}
    return owner.open("users").press("users/invite", **typed)


def look(owner: Clerk, email: str = CLARA) -> Clerk:
    """Open the page with somebody's card; addresses of people stand in no URL."""
    return owner.open("users", id=services().users.by_email(email).id)


def test_an_owner_invites_somebody_who_gets_a_link(owner: Clerk, queue: ListQueue) -> None:
    invite(owner, branches="Kiel, Lübeck ,Kiel")
    assert "The invitation is on its way." in owner.said
    assert "Clara Neumann" in owner.said and "Invited" in owner.said
    clara = services().users.by_email(CLARA)
    assert clara.grants == (Grant(CREDITOR, "collector", ("Kiel", "Lübeck")),)
    assert clara.created_by == owner.user.email
    (job,) = queue.take()
    assert isinstance(job, PersonJob)
    assert (job.person, job.kind, job.by) == (CLARA, "invitation", owner.user.email)


def test_what_was_typed_stays_where_it_is_refused(owner: Clerk) -> None:
    invite(owner, email="clara")
    assert "Write the address like" in owner.said
    assert 'value="Clara Neumann"' in owner.html
    invite(owner)
    invite(owner)
    assert "Somebody of that address works here already." in owner.said


def test_a_role_is_changed_and_counts_at_once(owner: Clerk) -> None:
    invite(owner)
    look(owner).press("users/grant", role="manager", branches="")
    assert "The role counts from their next click." in owner.said
    assert services().users.by_email(CLARA).grants == (Grant(CREDITOR, "manager"),)


def test_changing_a_role_needs_a_fresh_proof(office: Office, owner: Clerk) -> None:
    invite(owner)
    office.books.clock.advance(timedelta(minutes=11))
    look(owner).press("users/grant", role="owner")
    assert "Is it you?" in owner.said
    assert services().users.by_email(CLARA).grants == (Grant(CREDITOR, "collector"),)


def test_somebody_is_locked_out_and_let_in_again(office: Office, owner: Clerk) -> None:
    invite(owner)
    clara = services().users.by_email(CLARA)
    secret, _ = services().console_sessions.open(clara)
    office.books.clock.advance(timedelta(seconds=1))
    look(owner).press("users/disable")
    assert "Locked out, and signed out everywhere." in owner.said
    with pytest.raises(Exception, match="not let in"):
        services().console_sessions.of(secret)
    look(owner)
    assert not owner.has_form("users/grant")
    owner.press("users/enable")
    assert services().users.by_email(CLARA).state == "active"


def test_the_role_is_taken_away(owner: Clerk) -> None:
    invite(owner)
    look(owner).press("users/revoke")
    assert "Clara" not in owner.said
    assert services().users.by_email(CLARA).grants == ()


def test_a_lost_telephone_and_a_lost_mail_are_made_up_for(owner: Clerk, queue: ListQueue) -> None:
    invite(owner)
    look(owner).press("users/again")
    assert len(queue.take()) == 2
    look(owner).press("users/forget-app")
    assert "The app is taken away" in owner.said


def test_nobody_changes_herself_and_the_last_owner_stays(owner: Clerk) -> None:
    look(owner, owner.user.email)
    assert "That is you." in owner.said
    assert not owner.has_form("users/grant")
    key = {"form": owner.csrf, "back": "at/x/users", "email": owner.user.email}
    owner.send("users/disable", **key)
    assert "for somebody else to change" in owner.said
    assert services().users.by_email(owner.user.email).state == "active"


def test_the_installations_own_people_are_shown_and_not_touched(owner: Clerk) -> None:
    services().users.add("root", "root@example.com", "Root", grants=[Grant("*", "owner")], by="cli")
    look(owner, "root@example.com")
    assert "at every company of this installation" in owner.said
    assert not owner.has_form("users/disable")


def test_an_owner_of_a_branch_changes_nobody_of_another_or_of_all(
    office: Office, owner: Clerk, queue: ListQueue
) -> None:
    kiel = office.clerk("owner", branches=("Kiel",), email="kiel@example.com").open("users")
    invite(owner, branches="Kiel, Bremen")
    queue.take()
    before = [services().users.by_email(one) for one in (CLARA, owner.user.email)]
    key = kiel.csrf
    for act in ("grant", "revoke", "again", "disable", "enable", "forget-app"):
        for person in before:
            typed = {"email": person.email, "role": "support", "branches": "Kiel"}
            assert kiel.send(f"users/{act}", form=key, **typed).status == 403, act
            assert services().users.by_email(person.email) == person
    assert queue.take() == []


def test_an_owner_of_a_branch_lets_its_own_people_go(office: Office, owner: Clerk) -> None:
    invite(owner, branches="Kiel")
    kiel = office.clerk("owner", branches=("Kiel",), email="kiel@example.com")
    look(kiel).press("users/revoke")
    assert services().users.by_email(CLARA).grants == ()


@pytest.mark.parametrize("role", ["manager", "collector", "auditor", "sales", "support"])
def test_nobody_but_an_owner_sees_or_changes_people(office: Office, role: str) -> None:
    clerk = office.clerk(role)  # type: ignore[arg-type]  # one of the roles
    clerk.open("users")
    assert clerk.status == 403
    assert "users:write" not in rights_of(clerk.user, CREDITOR)


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_the_screen_speaks_every_language(office: Office, language: str) -> None:
    clerk = office.clerk("owner", language=language)  # type: ignore[arg-type]  # one of three
    invite(clerk)
    look(clerk)
    assert clerk.status == 200
    assert f'<html lang="{language}">' in clerk.html
