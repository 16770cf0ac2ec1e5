"""What every stand-in for an ERP has: a clock, faults on demand, and limits that it keeps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Fault = Literal["silent", "lost", "down", "html", "denied", "limited", "nonsense"]
"""silent: no answer, and nothing happened; lost: it happened, and no answer came; down: 503;
html: a page of maintenance with status 200; denied: 401; limited: 429; nonsense: JSON of another
shape."""

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Asked:
    """A request as a stand-in sees it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode()))

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Refused(Exception):
    """An answer of refusal, with a reason in the vendor's own shape."""

    def __init__(self, status: int, document: Any) -> None:
        super().__init__(f"{status}")
        self.status, self.document = status, document


@dataclass
class Window:
    """So many calls within `length`, from the first one on."""

    most: int
    length: timedelta
    since: datetime | None = None
    calls: int = 0

    def spend(self, now: datetime) -> bool:
        """Count a call; False when it is one too many."""
        self.roll(now)
        if self.calls >= self.most:
            return False
        self.calls += 1
        return True

    def roll(self, now: datetime) -> None:
        if self.since is None or now - self.since >= self.length:
            self.since, self.calls = now, 0

    @property
    def left(self) -> int:
        return max(0, self.most - self.calls)


@dataclass
class FakeErp:
    """Answers requests like a transport does. `now` tells the time; faults are used up in order."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def fail(self, fault: Fault, on: str = "", times: int = 1) -> None:
        """Go wrong at the next calls whose path holds `on`."""
        self.faults += [(on, fault)] * times

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Answer one request; raise OSError where no answer comes."""
        parts = urlsplit(url)
        asked = Asked(
            method,
            parts.path,
            dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in headers.items()},
            body or b"",
        )
        self.asked[f"{method} {asked.path}"] += 1
        fault = self._fault(asked.path)
        if fault == "silent":
            raise TimeoutError("no answer")
        if fault is not None and fault != "lost":
            return _FAULTS[fault]
        try:
            answer = self.answer(asked)
        except Refused as refused:
            answer = _json(refused.status, refused.document)
        if fault == "lost":
            raise ConnectionResetError("the answer was lost")
        return answer

    def answer(self, asked: Asked) -> Answer:
        """Answer a request as the vendor does."""
        raise NotImplementedError

    def _fault(self, path: str) -> Fault | None:
        for place, (on, fault) in enumerate(self.faults):
            if on in path:
                del self.faults[place]
                return fault
        return None


def _json(status: int, document: Any, headers: Mapping[str, str] | None = None) -> Answer:
    raw = json.dumps(document).encode()
    return status, {"content-type": "application/json", **(headers or {})}, raw


json_answer = _json

_FAULTS: dict[str, Answer] = {
    "down": (503, {}, b""),
    "html": (200, {"content-type": "text/html"}, b"<html><body>Onderhoud</body></html>"),
    "denied": _json(401, {"error": {"message": {"value": "Unauthorized"}}}),
    "limited": (429, {"retry-after": "30"}, b""),
    "nonsense": _json(200, {"hello": ["world"]}),
}


def serve(erp: FakeErp, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of a stand-in on this machine; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            try:
                status, headers, raw = erp.request(
                    self.command, f"http://erp{self.path}", dict(self.headers.items()), body
                )
            except OSError:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 - the names that the server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing: the callers tell what they did."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
