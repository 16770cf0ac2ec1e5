"""Webhooks leave only for public addresses, follow no redirect, and never raise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from saldo.adapters.http.webhooks import UrllibWebhookTransport
from saldo.reconciliation.webhooks import Answer


class _Endpoint(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status = int(self.path.removeprefix("/"))
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500])
def test_the_answer_is_the_endpoints_own(address: str, status: int) -> None:
    answer = UrllibWebhookTransport(allow_private=True).post(f"{address}/{status}", {}, b"{}")
    assert answer.status == status


def test_a_private_address_is_not_called(address: str) -> None:
    answer = UrllibWebhookTransport(allow_private=False).post(f"{address}/200", {}, b"{}")
    assert answer == Answer(0, "no answer: the address is not a public one")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/"])
def test_nobody_there_is_an_answer_too(url: str) -> None:
    assert UrllibWebhookTransport(allow_private=True).post(url, {}, b"{}").status == 0
