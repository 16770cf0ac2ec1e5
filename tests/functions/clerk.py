"""A person of the seller at a browser: signs in, opens screens of the console, presses buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import urlencode

from functions.console import app as console
from saldo.adapters.memory.identity import MemoryIdentity
from saldo.people.model import Grant, Language, User, UserEmail, email_hash
from saldo.people.rights import Role
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services, install, services
from saldo_cli.lambda_http import Answer, FunctionHttp, HttpFunction
from tests.books import CREDITOR, Books

HERE = "https://pay.musterwerk.example"
CONSOLE = f"{HERE}/console"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Clerk:
    """Somebody who is signed in: what the last page showed, and the cookies of the browser."""

    http: FunctionHttp
    user: User
    creditor: str
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""
    body: bytes = b""
    url: str = ""

    def open(self, to: str, **query: str) -> Clerk:
        """Open a screen ("account"), a part of one, or a whole address; follow where it leads."""
        url = to if to.startswith("http") else f"{CONSOLE}/at/{self.creditor}/{to}"
        url += f"?{urlencode(query)}" if query else ""
        self._came(url, self.http.request("GET", url, self._sent(), None))
        return self

    def press(self, action: str, **fields: str | Sequence[str]) -> Clerk:
        """Send the page's form that goes to `action` ("account/promise"), with what it holds, and
        `fields` instead of what it proposes.
        """
        form, whole = self._form(action)
        body = urlencode({**form, **fields}, doseq=True).encode()
        self._came(whole, self.http.request("POST", whole, {**FORM, **self._sent()}, body))
        return self

    def send(self, action: str, **fields: str | Sequence[str]) -> Clerk:
        """Send a form that stands on no page."""
        whole = f"{CONSOLE}/at/{self.creditor}/{action}"
        body = urlencode(fields, doseq=True).encode()
        self._came(whole, self.http.request("POST", whole, {**FORM, **self._sent()}, body))
        return self

    def prove(self) -> Clerk:
        """Type the password that the page asks for again, and go on."""
        identity = services().identity
        assert isinstance(identity, MemoryIdentity)
        identity.create(self.user.email)
        identity.people[self.user.email].subject = self.user.id
        identity.set_password(self.user.email, "Correct-Horse-99")
        return self.press("sign-in/prove", password="Correct-Horse-99")

    @property
    def said(self) -> str:
        """What stands on the page to be read, in one line."""
        bare = re.sub(r"<head>.*?</head>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(bare))

    @property
    def csrf(self) -> str:
        """The key that the page's forms carry."""
        found = re.search(r'name="form" value="([^"]+)"', self.html)
        return found[1] if found else ""

    def has_form(self, action: str) -> bool:
        return f'/{action}"' in self.html

    def _form(self, action: str) -> tuple[dict[str, Any], str]:
        found = next(
            one
            for one in re.findall(r"<form [^>]*>.*?</form>", self.html, re.DOTALL)
            if re.search(rf'action="[^"]*/{re.escape(action)}"', one)
        )
        address = re.search(r'action="([^"]*)"', found)
        assert address is not None
        values: dict[str, Any] = {}
        for tag in re.findall(r"<input [^>]*>", found):
            had = {k: unescape(v) for k, v in re.findall(r'(\w+)="([^"]*)"', tag)}
            if "name" not in had:
                continue
            if had.get("type") in ("checkbox", "radio"):
                if "checked" in tag.split() or "checked>" in tag.split():
                    values.setdefault(had["name"], []).append(had["value"])
            else:
                values[had["name"]] = had.get("value", "")
        for name, inner in re.findall(
            r'<select name="([\w-]+)"[^>]*>(.*?)</select>', found, re.DOTALL
        ):
            options = re.findall(r'<option value="([^"]*)"( selected)?', inner)
            chosen = next((value for value, is_chosen in options if is_chosen), None)
            values[name] = unescape(
                chosen if chosen is not None else options[0][0] if options else ""
            )
        for name, text in re.findall(
            r'<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', found, re.DOTALL
        ):
            values[name] = unescape(text)
        whole = unescape(address[1])
        return values, whole if whole.startswith("http") else f"{HERE}{whole}"

    def _sent(self) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return ({"cookie": held} if held else {}) | {"accept-language": self.user.language}

    def _came(self, url: str, answer: Answer) -> None:
        self.status, self.headers, self.body = answer
        self.url, self.html = url, self.body.decode("utf-8", "replace")
        if "set-cookie" in self.headers:
            pair, *rest = self.headers["set-cookie"].split("; ")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if self.status == 303:
            to = self.headers["location"]
            self.open(to if to.startswith("http") else f"{HERE}{to}")


@dataclass
class Office:
    """The people of a seller, over one set of books."""

    books: Books
    http: FunctionHttp
    services: Services

    def open(self) -> None:
        """Install the office's services again, where a test before took them away."""
        install(self.services)

    def clerk(
        self,
        role: Role = "owner",
        *,
        name: str = "Sample",
        language: Language = "en",
        creditor: str = CREDITOR,
        branches: tuple[str, ...] = (),
        email: str = "",
    ) -> Clerk:
        """Let somebody with a role in, signed in."""
        address = email or f"{role}@{creditor}.example"
        user = User(
            f"sub-{address}",
            address,
            name,
            language,
            "active",
            (Grant(creditor, role, branches),),
            created_at=self.books.clock.now(),
            version=1,
        )
        known = self.books.store.get(User, *user.key)
        if known is None:
            self.books.store.commit([Put(user), Put(UserEmail(email_hash(address), user.id))])
        secret, _ = services().console_sessions.open(known or user)
        clerk = Clerk(self.http, replace(user), creditor)
        clerk.cookies["__Host-saldo-console"] = secret
        return clerk


@contextmanager
def office_of(books: Books, **parts: Any) -> Iterator[Office]:
    """Serve the console over a set of books; `parts` replace parts of the services."""
    installed = Services(
        Settings(public_url=HERE),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        send_queue=books.sends,
        **parts,
    )
    install(installed)
    http = FunctionHttp({HERE: [HttpFunction(console.app, console.handler)]})
    try:
        yield Office(books, http, installed)
    finally:
        install(None)
