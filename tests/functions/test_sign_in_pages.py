"""The pages that people come in by, driven by whole requests as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from functions.console import app as console
from functions.console.words import TEXTS
from functions.remind import app as remind
from saldo.adapters.memory.identity import MemoryIdentity
from saldo.codec import encode
from saldo.people.links import PersonJob
from saldo.people.model import Grant, User
from saldo.people.totp import code_at
from saldo.settings import Settings
from saldo.wiring import Services, install, services
from saldo_cli.lambda_http import FunctionHttp, HttpFunction
from tests.books import CREDITOR, Books, ListQueue

HERE = "https://pay.musterwerk.example"
IN = f"{HERE}/console/sign-in"
CLARA = "clara@example.com"
PASSWORD, OTHER = "Correct-Horse-9", "Battery-Staple-7"
TODAY = f"at/{CREDITOR}/accounts"


@dataclass
class Person:
    """Somebody at a browser: what the last page showed, and the cookies that were set."""

    http: FunctionHttp
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""
    url: str = ""

    def open(self, url: str, **headers: str) -> Person:
        return self._went("GET", url, headers, None)

    def press(self, *, site: str = "same-origin", without: str = "", **typed: str) -> Person:
        """Send the page's first form with what it holds and what was typed."""
        form = re.findall(r"<form [^>]*>.*?</form>", self.html, re.DOTALL)[0]
        action = re.search(r'action="([^"]*)"', form)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        hidden.pop(without, None)
        hidden = {name: unescape(value) for name, value in hidden.items()}
        url = f"{HERE}{action[1]}" if action else self.url
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": site}
        return self._went("POST", url, headers, urlencode({**hidden, **typed}).encode())

    @property
    def said(self) -> str:
        bare = re.sub(r"<head>.*?</head>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(bare))

    def _went(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Person:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"accept-language": "en", **({"cookie": held} if held else {}), **headers}
        self.status, self.headers, raw = self.http.request(method, url, sent, body)
        self.url, self.html = url, raw.decode()
        if "set-cookie" in self.headers:
            pair, *rest = self.headers["set-cookie"].split("; ")
            name, _, value = pair.partition("=")
            assert name.startswith("__Host-")
            assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(rest)
            self.cookies[name] = value
            if "Max-Age=0" in rest:
                del self.cookies[name]
        return self

    def follow(self) -> Person:
        """Go where the last answer leads."""
        assert self.status == 303, self.html
        return self.open(f"{HERE}{self.headers['location']}")

    def sign_in(self, email: str = CLARA, password: str = PASSWORD, to: str = "") -> Person:
        self.open(IN + (f"?{urlencode({'to': to})}" if to else ""))
        return self.press(email=email, password=password)


@dataclass
class House:
    books: Books
    http: FunctionHttp
    identity: MemoryIdentity
    queue: ListQueue

    def person(self) -> Person:
        return Person(self.http)

    def code(self, secret: str) -> str:
        return code_at(secret, self.books.clock.now())

    def mailed(self) -> str:
        """Let the ordered mail go out by the function that sends all mail; return its link."""
        for job in self.queue.take():
            assert isinstance(job, PersonJob)
            remind._send_one(encode(job), 1)
        (link,) = re.findall(r"https://\S+/sign-in/link/\S+", self.books.postbox.mails[-1].text)
        return str(link)


@contextmanager
def house_of(books: Books) -> Iterator[House]:
    books.open_creditor()
    identity, queue = MemoryIdentity(books.clock, books.ids), ListQueue()
    parts = Services(
        Settings(public_url=HERE),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        identity=identity,
        person_queue=queue,
        mailer=books.postbox,
    )
    install(parts)
    grants = [Grant(CREDITOR, "collector")]
    parts.staffing.invite(CLARA, "Clara Neumann", "en", grants, by="cli", mail=False)
    identity.set_password(CLARA, PASSWORD)
    try:
        yield House(
            books,
            FunctionHttp({HERE: [HttpFunction(console.app, console.handler)]}),
            identity,
            queue,
        )
    finally:
        install(None)


@pytest.fixture
def house() -> Iterator[House]:
    with house_of(Books()) as made:
        yield made


def clara() -> User:
    return services().users.by_email(CLARA)


def test_who_is_not_in_is_asked_to_sign_in_and_goes_on_from_there(house: House) -> None:
    person = house.person().open(f"{HERE}/console/{TODAY}?q=RE-1")
    person.follow()
    assert person.status == 200
    assert "Sign in" in person.said
    person.press(email=CLARA, password=PASSWORD)
    assert person.headers["location"] == f"/console/{TODAY}?q=RE-1"
    assert person.follow().status in (200, 303)


def test_the_page_keeps_the_address_and_never_the_password(house: House) -> None:
    person = house.person().sign_in(password="Wrong-Horse-99")
    assert person.status == 401
    assert "That is not right" in person.said
    assert f'value="{CLARA}"' in person.html
    assert "Wrong-Horse-99" not in person.html
    stranger = house.person().sign_in("nobody@example.com")
    assert (stranger.status, "That is not right" in stranger.said) == (401, True)


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "at/../../evil",
        "at/\\evil",
        "at/x\r\nSet-Cookie: a=b",
        "sign-in/prove",
    ],
)
def test_signing_in_leads_nowhere_else(house: House, to: str) -> None:
    person = house.person().sign_in(to=to)
    assert person.headers["location"] == "/console"


def test_another_site_cannot_sign_anybody_in(house: House) -> None:
    person = house.person().open(IN).press(site="cross-site", email=CLARA, password=PASSWORD)
    assert person.status == 403
    assert not person.cookies


def test_signing_out_ends_the_session_at_the_server(house: House) -> None:
    person = house.person().sign_in()
    kept = dict(person.cookies)
    me = person.open(f"{IN}/me")
    assert me.status == 200
    key = re.findall(r'name="form" value="([^"]+)"', person.html)[0]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    person._went("POST", f"{HERE}/console/sign-out", headers, b"form=wrong")
    assert person.status == 403
    person._went("POST", f"{HERE}/console/sign-out", headers, urlencode({"form": key}).encode())
    assert (person.status, person.cookies) == (303, {})
    person.cookies = kept
    assert person.open(f"{IN}/me").headers["location"].startswith("/console/sign-in")


def test_a_session_that_ended_is_told_and_goes_on_where_it_was(house: House) -> None:
    person = house.person().sign_in()
    house.books.clock.advance(timedelta(minutes=31))
    person.open(f"{HERE}/console/{TODAY}").follow()
    assert "You were signed out after a while" in person.said


def test_an_app_is_set_up_and_asked_for_from_then_on(house: House) -> None:
    person = house.person().sign_in().open(f"{IN}/app").press(password=PASSWORD)
    assert "Scan this code" in person.said
    assert "<svg" in person.html
    secret = re.findall(r'<code class="secret">(\w+)</code>', person.html)[0]
    person.press(code="000000")
    assert person.status == 401
    assert secret in person.html, "a wrong code does not lose the key"
    shown = house.code(secret)
    person.press(code=f"{shown[:3]} {shown[3:]}")
    assert person.follow().status == 200

    again = house.person().sign_in(to=TODAY)
    assert again.status == 200
    assert "The code of your app" in again.said
    assert not again.cookies, "the password alone opens nothing"
    again.press(code=house.code(secret))
    assert again.headers["location"] == f"/console/{TODAY}"
    assert again.cookies


def test_wrong_codes_lead_back_to_the_beginning(house: House) -> None:
    challenge = house.identity.set_up_totp(CLARA, PASSWORD)
    house.identity.answer(challenge, house.code(challenge.secret))
    person = house.person().sign_in()
    for _ in range(5):
        person.press(code="000000")
    person.press(code=house.code(challenge.secret))
    assert "wrong too often" in person.said
    assert 'name="password"' in person.html
    assert not person.cookies


def test_an_invitation_leads_to_a_password_and_in(house: House) -> None:
    services().staffing.invite(
        "nina@example.com", "Nina", "nl", [Grant(CREDITOR, "manager")], by=CLARA
    )
    link = house.mailed()
    person = house.person().open(link)
    assert "Welkom, Nina" in person.said
    person.press(new=PASSWORD, again=OTHER)
    assert "De twee zijn niet gelijk" in person.said
    person.press(new="kort", again="kort")
    assert "Kies een langer wachtwoord" in person.said
    person.press(new=PASSWORD, again=PASSWORD)
    assert (person.status, person.headers["location"]) == (303, "/console")
    assert services().console_sessions.of(next(iter(person.cookies.values()))).user.name == "Nina"
    assert "has ended" in house.person().open(link).said


def test_a_forgotten_password_is_answered_alike_for_all_and_mailed_to_some(house: House) -> None:
    for email in ("nobody@example.com", CLARA):
        person = house.person().open(f"{IN}/forgotten").press(email=email).follow()
        assert "If we know the address" in person.said
    link = house.mailed()
    person = house.person().open(link).press(new=OTHER, again=OTHER)
    assert person.status == 303
    assert house.person().sign_in(password=OTHER).status == 303
    typo = house.person().open(f"{IN}/forgotten").press(email="clara")
    assert "name@company.example" in typo.said


def test_proving_leads_back_to_where_it_was_asked_for(house: House) -> None:
    person = house.person().sign_in()
    house.books.clock.advance(timedelta(minutes=11))
    person.open(f"{IN}/prove?{urlencode({'to': TODAY})}")
    assert f"Password of {CLARA}" in person.said
    assert person.press(password=OTHER).status == 401
    person.press(password=PASSWORD)
    assert person.headers["location"] == f"/console/{TODAY}"
    session = services().console_sessions.of(next(iter(person.cookies.values()))).session
    assert session.is_proven(house.books.clock.now())


@pytest.mark.parametrize("page", ["prove", "app", "password", "me"])
def test_what_is_ones_own_needs_to_be_in_and_the_pages_own_form(house: House, page: str) -> None:
    assert house.person().open(f"{IN}/{page}").follow().said.count("Forgot your password?") == 1
    person = house.person().sign_in().open(f"{IN}/{page}")
    assert person.press(without="form").status == 403


def test_a_new_password_keeps_this_browser_in_and_no_other(house: House) -> None:
    elsewhere = house.person().sign_in()
    person = house.person().sign_in().open(f"{IN}/password")
    house.books.clock.advance(timedelta(seconds=5))
    assert person.press(old=OTHER, new=OTHER, again=OTHER).status == 401
    assert (
        "Your new password holds"
        in person.press(old=PASSWORD, new=OTHER, again=OTHER).follow().said
    )
    assert elsewhere.open(f"{IN}/me").status == 303


def test_name_and_language_are_ones_own(house: House) -> None:
    person = house.person().sign_in().open(f"{IN}/me").press(name="Clara  N.", language="de")
    assert "Gespeichert." in person.follow().said
    assert (clara().name, clara().language) == ("Clara N.", "de")
    assert person.press(name=" ", language="de").status == 400


def test_signing_in_as_somebody_else_ends_the_session_before(house: House) -> None:
    person = house.person().sign_in()
    first = next(iter(person.cookies.values()))
    page = house.person().open(IN)
    page.cookies = person.cookies
    page.press(email=CLARA, password=PASSWORD)
    house_sessions = services().console_sessions
    assert house_sessions.of(next(iter(page.cookies.values()))).user.email == CLARA
    with pytest.raises(Exception, match="Nobody is signed in"):
        house_sessions.of(first)


def test_pages_that_do_not_exist_lead_to_the_beginning_or_say_so(house: House) -> None:
    assert house.person().open(f"{IN}/nothing").headers["location"] == "/console/sign-in"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert house.person()._went("POST", f"{IN}/nothing", headers, b"").status == 404


def test_a_refused_sign_in_is_counted_and_logged_without_the_address(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    house.person().sign_in(password=OTHER)
    assert '"SignInsRefused":[1.0]' in capsys.readouterr().out
    (line,) = [record for record in caplog.records if record.message == "sign-in refused"]
    assert vars(line)["code"] == "not-proven"
    assert CLARA not in str(vars(line)) and OTHER not in str(vars(line))


def test_too_many_tries_are_told_as_such(house: House) -> None:
    for _ in range(8):
        assert house.person().sign_in(password=OTHER).status == 401
    person = house.person().sign_in()
    assert (person.status, "quarter of an hour" in person.said) == (429, True)


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_every_page_speaks_every_language(house: House, language: str) -> None:
    person = house.person()
    for path in ("", "/forgotten", "/sent"):
        person.open(f"{IN}{path}?lang={language}")
        assert f'<html lang="{language}">' in person.html
    assert (TEXTS / language / "sign_in.json").exists()
