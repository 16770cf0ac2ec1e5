"""An installation in this process behind a real port, for commands that speak HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.wiring import Services
from saldo_cli.commands import _common
from saldo_cli.in_process import World
from saldo_cli.waiting import LOCALLY


class LocalStack:
    """What a command sees of a deployed stack, played by a world."""

    is_local = True
    pace = LOCALLY

    def __init__(self, world: World, public_url: str) -> None:
        self.world, self.public_url = world, public_url
        self.events: list[dict[str, Any]] = []

    @property
    def services(self) -> Services:
        return self.world.services

    def now(self) -> datetime:
        return self.world.clock.now()

    def waiting_messages(self) -> int:
        self.world.pump()
        return 0

    def sweep(self, event: Mapping[str, Any]) -> dict[str, Any]:
        self.events.append(dict(event))
        answer = self.world.sweep(event)
        self.world.pump()
        return answer


@pytest.fixture
def world(clock: FixedClock) -> Iterator[World]:
    made = World(clock)
    yield made
    made.close()


@pytest.fixture
def stack(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStack]:
    """A world behind HTTP, and every command turned to it. One request at a time."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))) or None
            url = f"{world.public_url}{self.path}"
            status, headers, content = world.request(
                self.command, url, dict(self.headers.items()), body
            )
            world.pump()
            self.send_response(status)
            for name, value in headers.items():
                if name not in ("content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name too
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    made = LocalStack(world, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(_common, "open_cloud", lambda _name: made)
    for name in ("SALDO_CREDITOR", "SALDO_API_KEY", "SALDO_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
