"""A payer's browser over HTTP events, with the sandbox provider behind it in the same process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

from functions.documents import served
from functions.pay import app as pay
from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay.storage import MemoryStorage
from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.edge.form_key import FIELD, form_key
from saldo.payments.checkout import Checkout
from saldo.payments.links import PayLinks
from saldo.payments.ports import PaymentProvider
from saldo.settings import Settings
from saldo.wiring import Services, install
from saldo_cli.lambda_http import Answer, FunctionHttp, HttpFunction
from tests.books import Books

HERE = "https://pay.musterwerk.example"
PROVIDER = "https://sandbox.example"
SECRET = "secret-of-the-sandbox"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Browser:
    """Follows links and forms as a payer's browser does, over both sites."""

    http: FunctionHttp
    provider: FunctionHttp
    callbacks: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def get(self, url: str, **headers: str) -> Answer:
        return self._site(url).request("GET", url, headers, None)

    def post(self, url: str, **fields: str | list[str]) -> Answer:
        """Send a form as its page would: with the page's own key."""
        token = url.partition("/p/")[2].partition("/")[0]
        sent = {FIELD: form_key(token), **fields} if token and url.startswith(HERE) else fields
        body = urlencode(sent, doseq=True).encode()
        return self._site(url).request("POST", url, FORM, body)

    def upload(
        self, url: str, files: Sequence[tuple[str, str, bytes]] = (), **fields: str | list[str]
    ) -> Answer:
        """Send a form with files, each (name, announced type, bytes), as browsers do."""
        token, edge = url.partition("/p/")[2].partition("/")[0], "----browser7MA4YWxkTrZu0gW"
        body = b""
        for name, values in {FIELD: form_key(token), **fields}.items():
            for value in [values] if isinstance(values, str) else values:
                head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                body += head.encode() + value.encode() + b"\r\n"
        for name, kind, data in files or [("", "application/octet-stream", b"")]:
            safe = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{safe}"'
            body += f"{head}\r\nContent-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"
        sent = {"content-type": f"multipart/form-data; boundary={edge}"}
        return self._site(url).request("POST", url, sent, body + f"--{edge}--\r\n".encode())  # type: ignore[no-any-return]  # either site's

    def _site(self, url: str) -> Any:
        return self.provider if url.startswith(PROVIDER) else self.http

    def attempt(self, url: str) -> str:
        """Open the pay page and return the attempt id that its forms carry."""
        page = self.get(url)[2].decode()
        (attempt,) = set(re.findall(r'name="attempt" value="(\w+)"', page))
        return attempt

    def start(self, url: str, **fields: str | list[str]) -> str:
        """Open the pay page, press Pay, and return the provider's address."""
        status, headers, body = self.post(f"{url}/pay", attempt=self.attempt(url), **fields)
        assert status == 303, body
        return headers["location"]

    def pay(self, url: str, outcome: str = "pay", **fields: str) -> Answer:
        """Pay at the provider and come back."""
        hosted = self.start(url)
        status, headers, body = self.post(hosted, outcome=outcome, **fields)
        assert status == 303, body
        return self.get(headers["location"])

    def call_back(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.callbacks.append((url, dict(headers), body))
        return self.http.request("POST", url, headers, body)[0]


def words(page: bytes) -> str:
    """Return what stands on a page to be read, in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page.decode())))


@contextmanager
def browsing(books: Books, provider: PaymentProvider | None = None) -> Iterator[Browser]:
    """Serve a set of books to a payer; `provider` stands in the sandbox's place."""
    hosted = FunctionHttp({PROVIDER: [HttpFunction(sandbox.app, sandbox.handler)]})
    providers = {"sandbox": provider or SandboxProvider(PROVIDER, [SECRET], hosted)}
    links = PayLinks(books.store, books.clock, books.ids, HERE)
    books.links = links
    books.checkout = Checkout(books.store, books.clock, books.ids, links, providers)
    parts = Services(
        Settings(public_url=HERE),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        links=links,
        providers=providers,
        checkout=books.checkout,
        send_queue=books.sends,
    )
    books.settlement = parts.settlement
    install(parts)
    functions = [HttpFunction(pay.app, pay.handler), HttpFunction(served.app, served.handler)]
    http = FunctionHttp({HERE: functions})
    browser = Browser(http, hosted)
    sandbox.install(
        MemoryStorage(),
        browser.call_back,
        clock=books.clock,
        ids=books.ids,
        secret=SECRET,
        base_url=PROVIDER,
    )
    yield browser
    install(None)
