"""Signing in with the company's own directory, in whole requests; the directory is played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from saldo.people.ports import NotProven, Vouched
from saldo.wiring import services
from tests.books import Books
from tests.functions.test_sign_in_pages import CLARA, HERE, IN, TODAY, House, Person, house_of

DIRECTORY = "https://directory.example/authorize"


@dataclass
class PlayedDirectory:
    """Vouches for `email` to whoever brings the code "good" and the right verifier."""

    email: str = CLARA
    nonce: str = ""
    verifiers: dict[str, str] = field(default_factory=dict)
    afresh: list[bool] = field(default_factory=list)

    def address(self, state: str, nonce: str, verifier: str, *, afresh: bool) -> str:
        self.verifiers[verifier] = nonce
        self.afresh.append(afresh)
        return f"{DIRECTORY}?{urlencode({'state': state})}"

    def redeem(self, code: str, verifier: str) -> Vouched:
        if code != "good":
            raise NotProven("The directory does not vouch for anybody.")
        return Vouched(self.email, self.nonce or self.verifiers[verifier])


@pytest.fixture
def directory() -> PlayedDirectory:
    return PlayedDirectory()


@pytest.fixture
def house(directory: PlayedDirectory) -> Iterator[House]:
    with house_of(Books()) as made:
        services().__dict__["directory"] = directory
        yield made


def leave(person: Person, **query: str) -> str:
    """Go to the directory; return the state that it is to bring back."""
    person.open(f"{IN}/company" + (f"?{urlencode(query)}" if query else ""))
    assert person.status == 303
    address = urlsplit(person.headers["location"])
    assert address.netloc == "directory.example"
    return parse_qs(address.query)["state"][0]


def come_back(person: Person, state: str, code: str = "good") -> Person:
    return person.open(f"{IN}/callback?{urlencode({'code': code, 'state': state})}")


def session_of(person: Person) -> str:
    return person.cookies.get("__Host-saldo-console", "")


def test_somebody_comes_in_by_the_company_and_goes_on(house: House) -> None:
    person = house.person().open(f"{IN}?{urlencode({'to': TODAY})}")
    assert "Sign in with your company account" in person.said
    come_back(person, leave(person, to=TODAY))
    assert person.headers["location"] == f"/console/{TODAY}"
    signed = services().console_sessions.of(session_of(person))
    assert (signed.user.email, signed.session.way) == (CLARA, "single-sign-on")


def test_without_a_directory_there_is_no_way_to_it(house: House) -> None:
    services().__dict__.update(directory=None)
    person = house.person().open(IN)
    assert "company account" not in person.said
    assert person.open(f"{IN}/company").status == 404
    assert person.open(f"{IN}/callback?code=good&state=x").status == 404


def test_nobody_comes_in_by_a_way_that_another_browser_began(house: House) -> None:
    attacker, victim = house.person(), house.person()
    state = leave(attacker)
    come_back(victim, state)
    assert victim.status == 401
    assert not session_of(victim)
    leave(victim)
    come_back(victim, state)
    assert not session_of(victim)


def test_a_way_back_works_once_and_for_ten_minutes(house: House) -> None:
    person = house.person()
    state = leave(person)
    come_back(person, state)
    assert session_of(person)
    again = house.person()
    again.cookies = {k: v for k, v in person.cookies.items() if k.endswith("way")}
    come_back(again, state)
    assert not session_of(again)
    late = house.person()
    state = leave(late)
    house.books.clock.advance(timedelta(minutes=10))
    come_back(late, state)
    assert not session_of(late)


def test_whom_nobody_gave_a_role_stays_outside(house: House, directory: PlayedDirectory) -> None:
    directory.email = "stranger@example.com"
    person = house.person()
    come_back(person, leave(person))
    assert (person.status, session_of(person)) == (401, "")
    directory.email = CLARA
    services().users.disable(services().users.by_email(CLARA).id, by="cli")
    come_back(person, leave(person))
    assert not session_of(person)


def test_a_directory_that_says_no_is_told_on_the_page(house: House) -> None:
    person = house.person()
    come_back(person, leave(person), code="bad")
    assert person.status == 401
    assert "That is not right" in person.said
    assert person.open(f"{IN}/callback?error=access_denied").status == 401


def test_an_answer_to_another_question_opens_nothing(
    house: House, directory: PlayedDirectory
) -> None:
    directory.nonce = "of-another-sign-in"
    person = house.person()
    come_back(person, leave(person))
    assert not session_of(person)


def test_who_came_by_the_company_proves_it_there(house: House, directory: PlayedDirectory) -> None:
    person = house.person()
    come_back(person, leave(person))
    house.books.clock.advance(timedelta(minutes=11))
    person.open(f"{IN}/prove?{urlencode({'to': TODAY})}")
    assert "Confirm with your company account" in person.said
    assert 'name="password"' not in person.html
    kept = session_of(person)
    come_back(person, leave(person, prove="1", to=TODAY))
    assert person.headers["location"] == f"/console/{TODAY}"
    assert session_of(person) == kept
    session = services().console_sessions.of(kept).session
    assert session.is_proven(house.books.clock.now())
    assert directory.afresh == [False, True]


def test_a_proof_by_somebody_else_is_none(house: House, directory: PlayedDirectory) -> None:
    services().staffing.invite("other@example.com", "Other", by="cli", mail=False)
    person = house.person()
    come_back(person, leave(person))
    house.books.clock.advance(timedelta(minutes=11))
    state = leave(person, prove="1")
    directory.email = "other@example.com"
    come_back(person, state)
    session = services().console_sessions.of(session_of(person)).session
    assert not session.is_proven(house.books.clock.now())
    assert HERE in person.url


def test_the_way_leads_nowhere_else(house: House) -> None:
    person = house.person()
    come_back(person, leave(person, to="https://evil.example"))
    assert person.headers["location"] == "/console"
