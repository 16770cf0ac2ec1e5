"""A browser that keeps cookies and presses the buttons of forms, for the portal's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

from saldo.accounts.model import Account, Contact
from saldo.messages.render import JinjaRenderer
from saldo.portal.sign_in import PortalJob
from saldo.wiring import services
from saldo_cli.lambda_http import Answer
from tests.books import CREDITOR, Books, ListQueue
from tests.functions.payer import FORM, HERE, Browser, browsing

GROUP = "musterwerk-gruppe"
LEASING = "musterwerk-leasing"
PORTAL = f"{HERE}/portal/{GROUP}"
EMAIL = "ap@beispiel.example"


@dataclass
class Visitor:
    """Somebody at a browser: what the last page showed, and the cookies that were set."""

    browser: Browser
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""
    url: str = ""

    def open(self, url: str, **headers: str) -> Visitor:
        """Open an address, following where it leads."""
        self._came(url, self.browser.get(url, **self._sent(headers)))
        return self

    def press(
        self, action: str, *, without_key: bool = False, headers: Any = None, **fields: str
    ) -> Visitor:
        """Send the page's form that goes to `action`, with what it holds and `fields`."""
        form = next(
            found
            for found in re.findall(r"<form [^>]*>.*?</form>", self.html, re.DOTALL)
            if f'action="{action}"' in found
        )
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if without_key:
            hidden.pop("form")
        body = urlencode({**hidden, **fields}).encode()
        sent = {**FORM, **self._sent(headers or {})}
        self._came(action, self.browser.http.request("POST", action, sent, body))
        return self

    @property
    def said(self) -> str:
        """What stands on the page to be read, in one line."""
        bare = re.sub(r"<head>.*?</head>|<[^>]*>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(bare))

    def _sent(self, headers: dict[str, str]) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return ({"cookie": held} if held else {}) | {"accept-language": "en"} | headers

    def _came(self, url: str, answer: Answer) -> None:
        self.status, self.headers, body = answer
        self.url, self.html = url, body.decode()
        if "set-cookie" in self.headers:
            pair, *rest = self.headers["set-cookie"].split("; ")
            name, _, value = pair.partition("=")
            assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(rest)
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if self.status == 303:
            self.open(self.headers["location"])


@dataclass
class Portal:
    """The portal of a dealer and its leasing company, and its post."""

    books: Books
    browser: Browser
    queue: ListQueue

    def visitor(self) -> Visitor:
        return Visitor(self.browser)

    def post(self) -> list[str]:
        """Write the mail that is ordered; return the addresses that the new mails carry."""
        before = len(self.books.postbox.mails)
        for job in self.queue.take():
            assert isinstance(job, PortalJob)
            services().portal_mails.send(job)
        mails = self.books.postbox.mails[before:]
        return [re.findall(r"https://\S+/portal/\S+", mail.text)[0] for mail in mails]

    def ask(self, email: str = EMAIL, visitor: Visitor | None = None) -> Visitor:
        """Ask for a link."""
        found = visitor or self.visitor()
        return found.open(PORTAL).press(PORTAL, email=email)

    def signed_in(self, email: str = EMAIL) -> Visitor:
        """Sign in by the link of the mail."""
        visitor = self.ask(email)
        (link,) = self.post()
        visitor.open(link).press(urlsplit(link)._replace(query="").geturl())
        assert visitor.status == 200, visitor.html
        return visitor


@contextmanager
def portal_of(books: Books) -> Iterator[Portal]:
    """A dealer and its leasing company with one customer, behind one portal."""
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
    leasing = {"id": LEASING, "name": "Musterwerk Leasing GmbH"}
    books.open_creditor(**leasing)
    customer = Account(
        LEASING,
        "L-7",
        "Beispiel AG Fuhrpark",
        "business",
        "DE",
        "de",
        "Europe/Berlin",
        (Contact("Fuhrpark", EMAIL),),
    )
    assert books.intake.put_accounts([customer])[0].status == "accepted"
    with browsing(books) as browser:
        queue = ListQueue()
        services().__dict__.update(
            portal_queue=queue, mailer=books.postbox, renderer=JinjaRenderer()
        )
        for creditor in (CREDITOR, LEASING):
            services().portals.move(creditor, GROUP)
        yield Portal(books, browser, queue)
