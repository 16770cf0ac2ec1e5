"""Who works here, what they were granted, and how long they stay signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.accounts.service import CreditorUnknown
from saldo.events import Event
from saldo.people.model import ConsoleSession, Grant, User
from saldo.people.rights import rights_of
from saldo.people.sessions import SessionOver, Sessions
from saldo.people.users import (
    LastOwner,
    OwnRights,
    PersonExists,
    PersonNotValid,
    PersonUnknown,
    Users,
)
from saldo.store import CommitConflict, Put
from tests.books import CREDITOR, START, Books

OLGA, CLARA = "olga@example.com", "clara@example.com"


@pytest.fixture
def books() -> Books:
    made = Books()
    made.open_creditor()
    return made


@pytest.fixture
def users(books: Books) -> Users:
    return Users(books.store, books.clock, books.ids)


@pytest.fixture
def sessions(books: Books) -> Sessions:
    return Sessions(books.store, books.clock, books.ids)


@pytest.fixture
def olga(users: Users) -> User:
    return users.add("sub-olga", OLGA, "Olga Owner", "de", [Grant(CREDITOR, "owner")], by="cli")


@pytest.fixture
def clara(users: Users, olga: User) -> User:
    return users.add(
        "sub-clara", "Clara@Example.com ", "Clara", grants=[Grant(CREDITOR, "collector")], by=OLGA
    )


def told(books: Books, creditor: str = "*") -> list[Event]:
    return list(books.store.list(Event, creditor, "~", START.strftime("%Y%m")))


def test_somebody_is_found_by_her_address_however_it_is_written(users: Users, clara: User) -> None:
    assert users.by_email(" CLARA@example.COM").id == clara.id
    assert users.find("nobody@example.com") is None
    with pytest.raises(PersonUnknown):
        users.by_email("nobody@example.com")


def test_an_invitation_that_crashed_half_way_is_made_again(users: Users, clara: User) -> None:
    again = users.add("sub-clara", CLARA, "Clara", by=OLGA)
    assert again == users.get("sub-clara")
    with pytest.raises(PersonExists):
        users.add("sub-other", CLARA, "Somebody else", by=OLGA)


def test_the_creditor_is_told_who_was_given_which_role_and_by_whom(
    books: Books, users: Users, clara: User
) -> None:
    books.clock.advance(timedelta(seconds=1))
    users.grant("sub-clara", Grant(CREDITOR, "manager", ("Kiel",)), by=OLGA)
    books.clock.advance(timedelta(seconds=1))
    users.revoke("sub-clara", CREDITOR, by=OLGA)
    changes = [
        (e.data["change"], e.data["role"], e.data["branches"], e.data["by"])
        for e in told(books, CREDITOR)
        if e.type == "user.changed" and e.data["email"] == CLARA
    ]
    assert changes == [
        ("added", "collector", [], OLGA),
        ("granted", "manager", ["Kiel"], OLGA),
        ("revoked", None, [], OLGA),
    ]


def test_granting_the_same_again_is_no_change(books: Books, users: Users, clara: User) -> None:
    before = len(told(books, CREDITOR))
    users.grant("sub-clara", Grant(CREDITOR, "collector"), by=OLGA)
    users.revoke("sub-clara", "elsewhere", by=OLGA)
    assert len(told(books, CREDITOR)) == before


def test_nobody_makes_herself_more_than_she_is(users: Users, clara: User) -> None:
    with pytest.raises(OwnRights):
        users.grant("sub-clara", Grant(CREDITOR, "owner"), by=CLARA)
    with pytest.raises(OwnRights):
        users.disable("sub-clara", by=CLARA)
    users.describe("sub-clara", name="Clara  Neumann", language="nl", by=CLARA)
    assert (users.get("sub-clara").name, users.get("sub-clara").language) == ("Clara Neumann", "nl")


def test_the_last_owner_stays(users: Users, olga: User, clara: User) -> None:
    with pytest.raises(LastOwner):
        users.disable("sub-olga", by=CLARA)
    with pytest.raises(LastOwner):
        users.grant("sub-olga", Grant(CREDITOR, "manager"), by=CLARA)
    users.grant("sub-clara", Grant(CREDITOR, "owner"), by=OLGA)
    users.revoke("sub-olga", CREDITOR, by=CLARA)
    assert rights_of(users.get("sub-olga"), CREDITOR) == frozenset()


def test_an_owner_of_the_installation_is_owner_enough(users: Users, olga: User) -> None:
    users.add("sub-root", "root@example.com", "Root", grants=[Grant("*", "owner")], by="cli")
    users.disable("sub-olga", by="root@example.com")
    assert users.get("sub-olga").state == "disabled"


def test_what_cannot_be_is_refused(users: Users, clara: User) -> None:
    with pytest.raises(PersonNotValid):
        users.add("sub-x", "x@example.com", "  ", by=OLGA)
    with pytest.raises(PersonNotValid):
        users.add("sub-x", "x@example.com", "X", "fr", by=OLGA)
    with pytest.raises(CreditorUnknown):
        users.grant("sub-clara", Grant("no-such-creditor", "owner"), by=OLGA)
    with pytest.raises(PersonNotValid):
        users.grant("sub-clara", Grant(CREDITOR, "collector", ("",)), by=OLGA)


def test_a_creditors_people_are_its_own_and_the_installations(
    users: Users, olga: User, clara: User
) -> None:
    users.add("sub-root", "root@example.com", "Anna", grants=[Grant("*", "auditor")], by="cli")
    users.add("sub-none", "none@example.com", "Nobody yet", by="cli")
    assert [one.name for one in users.at(CREDITOR)] == ["Anna", "Clara", "Olga Owner"]
    assert len(users.all()) == 4


def test_signing_in_makes_an_invited_person_active_and_is_told(
    books: Books, users: Users, sessions: Sessions, clara: User
) -> None:
    assert clara.state == "invited"
    secret, session = sessions.open(clara, "totp")
    found = sessions.of(secret)
    assert (found.user.state, found.user.signed_in_at) == ("active", START)
    assert found.session == session
    assert [e.data for e in told(books) if e.type == "user.signed_in"] == [
        {"user": "sub-clara", "by": CLARA, "way": "totp"}
    ]


def test_neither_the_secret_nor_a_guess_opens_what_is_kept(
    books: Books, sessions: Sessions, clara: User
) -> None:
    secret, session = sessions.open(clara)
    assert secret not in str(session)
    assert len(secret) >= 43, "256 bits"
    for wrong in (None, "", session.secret_hash, session.csrf, secret[:-1]):
        with pytest.raises(SessionOver):
            sessions.of(wrong)


def test_half_an_hour_of_silence_ends_a_session(
    books: Books, sessions: Sessions, clara: User
) -> None:
    secret, _ = sessions.open(clara)
    for _ in range(3):
        books.clock.advance(timedelta(minutes=29))
        sessions.of(secret)
    books.clock.advance(timedelta(minutes=30))
    with pytest.raises(SessionOver):
        sessions.of(secret)


def test_twelve_hours_end_a_session_however_busy(
    books: Books, sessions: Sessions, clara: User
) -> None:
    secret, _ = sessions.open(clara)
    for _ in range(47):
        books.clock.advance(timedelta(minutes=15))
        sessions.of(secret)
    books.clock.advance(timedelta(minutes=15))
    with pytest.raises(SessionOver):
        sessions.of(secret)


def test_pages_within_a_minute_cost_no_write(books: Books, sessions: Sessions, clara: User) -> None:
    secret, opened = sessions.open(clara)
    books.clock.advance(timedelta(seconds=59))
    assert sessions.of(secret).session.version == opened.version
    books.clock.advance(timedelta(seconds=1))
    assert sessions.of(secret).session.version == opened.version + 1


def test_signing_out_ends_the_session_and_no_other(sessions: Sessions, clara: User) -> None:
    (here, _), (elsewhere, _) = sessions.open(clara), sessions.open(clara)
    sessions.close(here)
    sessions.close(here)
    sessions.close("never-was")
    with pytest.raises(SessionOver):
        sessions.of(here)
    assert sessions.of(elsewhere).user.email == CLARA


def test_who_is_let_in_no_more_is_out_with_the_next_click(
    books: Books, users: Users, sessions: Sessions, clara: User
) -> None:
    secret, _ = sessions.open(clara)
    books.clock.advance(timedelta(seconds=1))
    users.disable("sub-clara", by=OLGA)
    with pytest.raises(SessionOver):
        sessions.of(secret)
    with pytest.raises(SessionOver):
        sessions.open(users.get("sub-clara"))
    users.enable("sub-clara", by=OLGA)
    with pytest.raises(SessionOver):
        sessions.of(secret)
    fresh, _ = sessions.open(users.get("sub-clara"))
    assert sessions.of(fresh).user.state == "active"


def test_a_role_taken_away_is_gone_with_the_next_click(
    users: Users, sessions: Sessions, clara: User
) -> None:
    secret, _ = sessions.open(clara)
    assert "collect:write" in rights_of(sessions.of(secret).user, CREDITOR)
    users.revoke("sub-clara", CREDITOR, by=OLGA)
    assert rights_of(sessions.of(secret).user, CREDITOR) == frozenset()


def test_a_proof_lasts_ten_minutes(books: Books, sessions: Sessions, clara: User) -> None:
    secret, session = sessions.open(clara)
    assert session.is_proven(books.clock.now())
    books.clock.advance(timedelta(minutes=10))
    assert not sessions.of(secret).session.is_proven(books.clock.now())
    sessions.prove(sessions.of(secret).session)
    assert sessions.of(secret).session.is_proven(books.clock.now())


def test_two_pages_at_the_same_moment_do_not_bring_an_ended_session_back(
    books: Books, sessions: Sessions, clara: User
) -> None:
    secret, seen = sessions.open(clara)
    books.clock.advance(timedelta(minutes=2))
    sessions.close(secret)
    with pytest.raises(SessionOver):
        sessions.prove(seen)
    kept = books.store.get(ConsoleSession, seen.secret_hash)
    assert kept is not None
    assert kept.ended_at is not None


def test_somebody_disabled_while_signing_in_does_not_get_in(
    books: Books, users: Users, sessions: Sessions, clara: User
) -> None:
    stale = users.get("sub-clara")
    users.disable("sub-clara", by=OLGA)
    with pytest.raises(SessionOver):
        sessions.open(stale)


def test_two_sign_ins_at_once_both_come_in(users: Users, sessions: Sessions, clara: User) -> None:
    first, _ = sessions.open(clara)
    second, _ = sessions.open(clara)
    assert first != second
    assert sessions.of(first).user.id == sessions.of(second).user.id


def test_two_people_cannot_take_the_same_address_at_once(
    books: Books, users: Users, clara: User
) -> None:
    known = users.get("sub-clara")
    with pytest.raises(CommitConflict):
        books.store.commit([Put(known)])
