"""The reverse proxy passes requests and answers on unchanged."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.local.cloud import free_ports
from infra.local.proxy import BODY_BYTES_MAX, ProxyServer

BINARY = bytes(range(256)) * 400


class Upstream(BaseHTTPRequestHandler):
    """Stands for the local AWS: answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith("/binary"):
            self._answer(200, BINARY, [("Content-Type", "application/pdf")])
        elif self.path.endswith("/redirect"):
            cookies = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Secure")]
            self._answer(303, b"", [("Location", "/p/x?paid=1"), *cookies])
        else:
            seen = {
                "path": self.path,
                "headers": dict(self.headers),
                "body": body.decode("latin-1"),
            }
            self._answer(200, json.dumps(seen).encode(), [("Content-Type", "application/json")])

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST  # noqa: N815 - http.server's names

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Silence."""


@pytest.fixture(scope="module")
def seen() -> list[int]:
    return []


@pytest.fixture(scope="module")
def proxy(seen: list[int]) -> Iterator[ProxyServer]:
    ports = free_ports()
    upstream = ThreadingHTTPServer(("127.0.0.1", ports.aws), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    server = ProxyServer(
        ports.public, ports.aws, lambda: "abc123", lambda status, _: seen.append(status)
    )
    server.start()
    yield server
    server.stop()
    upstream.shutdown()
    upstream.server_close()


@pytest.fixture
def client(proxy: ProxyServer) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("localhost", proxy.port, timeout=10)
    yield connection
    connection.close()


def test_path_query_body_and_host_arrive(client: HTTPConnection) -> None:
    client.request("PUT", "/v1/invoices?number=2024%2F0815&a=%C3%BC", body=b"\xff\x00{}")
    answer = json.loads(client.getresponse().read())
    assert answer["path"] == (
        "/_aws/execute-api/abc123/live/v1/invoices?number=2024%2F0815&a=%C3%BC"
    )
    assert answer["body"].encode("latin-1") == b"\xff\x00{}"
    assert answer["headers"]["Host"] == f"localhost:{client.port}"
    assert answer["headers"]["X-Forwarded-Proto"] == "http"


def test_one_connection_serves_many_requests(client: HTTPConnection) -> None:
    for number in range(20):
        client.request("GET", f"/p/{number}")
        assert json.loads(client.getresponse().read())["path"].endswith(f"/p/{number}")


def test_redirect_and_both_cookies_come_back(client: HTTPConnection) -> None:
    client.request("POST", "/p/redirect")
    answer = client.getresponse()
    answer.read()
    assert answer.status == 303
    assert answer.getheader("Location") == "/p/x?paid=1"
    assert answer.headers.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; Secure"]


def test_binary_comes_back_byte_for_byte(client: HTTPConnection) -> None:
    client.request("GET", "/p/binary")
    assert client.getresponse().read() == BINARY


def test_head_has_the_length_and_no_body(client: HTTPConnection) -> None:
    client.request("HEAD", "/p/binary")
    answer = client.getresponse()
    assert answer.getheader("Content-Length") == str(len(BINARY))
    assert answer.read() == b""
    client.request("GET", "/p/after")
    assert client.getresponse().status == 200


def test_a_body_that_api_gateway_refuses_is_refused(client: HTTPConnection) -> None:
    client.putrequest("POST", "/v1/invoices")
    client.putheader("Content-Length", str(BODY_BYTES_MAX + 1))
    client.endheaders()
    assert client.getresponse().status == 413


def test_before_the_first_deployment_it_says_so() -> None:
    ports = free_ports()
    server = ProxyServer(ports.sandbox, ports.aws, lambda: "", lambda *_: None)
    server.start()
    connection = HTTPConnection("localhost", server.port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.status == 503
    assert b"Nothing is deployed" in answer.read()
    connection.close()
    server.stop()


def test_a_silent_upstream_is_a_502() -> None:
    ports = free_ports()
    server = ProxyServer(ports.sandbox, ports.aws, lambda: "abc", lambda *_: None)
    server.start()
    connection = HTTPConnection("localhost", server.port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().status == 502
    connection.close()
    server.stop()


def test_every_answer_is_counted(client: HTTPConnection, seen: list[int]) -> None:
    before = len(seen)
    client.request("POST", "/p/redirect")
    client.getresponse().read()
    end = time.monotonic() + 5
    while len(seen) == before and time.monotonic() < end:
        time.sleep(0.01)  # counted right after the answer has left
    assert seen[before:] == [303]
