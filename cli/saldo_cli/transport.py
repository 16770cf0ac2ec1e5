"""HTTP over connections that stay open, one per address and thread; busy answers are retried."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol, Self
from urllib.parse import urlsplit

from saldo_cli.lambda_http import Answer
from saldo_cli.problems import Unreachable

ANSWER_SECONDS_MAX = 60
ATTEMPTS_MAX = 5
_PAUSE_SECONDS = 0.2
_IDLE_SECONDS_MAX = 20.0
_Pool = dict[tuple[str, str], tuple[HTTPConnection, float]]
"""Connections of one thread by scheme and host, with the time of their last use."""

_BUSY = frozenset({429, 502, 503, 504})


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return status, headers and body; raise OSError or Unreachable when none came."""


class KeepAliveTransport:
    """Implements Transport for http and https addresses.

    Only for requests that may be repeated: one without an answer, or answered 429, 502, 503 or
    504, is sent again. Raises Unreachable when the other side stays away. Left as a context, it
    closes its connections.
    """

    def __init__(self) -> None:
        self._local = threading.local()
        self._pools: list[_Pool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of every thread; none of them may be sending."""
        for pool in self._pools:
            for connection, _ in pool.values():
                connection.close()
            pool.clear()

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{url!r} is no address that a request can be sent to.")
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        problem = ""
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                time.sleep(_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1))
            connection = self._connection(parts.scheme, parts.netloc)
            try:
                connection.request(method, target, body, dict(headers))
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, HTTPException) as error:
                problem = str(error) or type(error).__name__
                self._drop(parts.scheme, parts.netloc)
                continue
            if answer.status in _BUSY and attempt < ATTEMPTS_MAX - 1:
                continue
            return answer.status, {n.lower(): v for n, v in answer.getheaders()}, content
        raise Unreachable(f"{parts.scheme}://{parts.netloc} does not answer ({problem}).")

    def _connection(self, scheme: str, netloc: str) -> HTTPConnection:
        pool = self._pool()
        found, used_at = pool.get((scheme, netloc), (None, 0.0))
        if found is not None and time.monotonic() - used_at > _IDLE_SECONDS_MAX:
            found.close()
            found = None
        if found is None:
            kind = HTTPSConnection if scheme == "https" else HTTPConnection
            found = kind(netloc, timeout=ANSWER_SECONDS_MAX)
        pool[(scheme, netloc)] = (found, time.monotonic())
        return found

    def _drop(self, scheme: str, netloc: str) -> None:
        found = self._pool().pop((scheme, netloc), None)
        if found is not None:
            found[0].close()

    def _pool(self) -> _Pool:
        pool: _Pool | None = getattr(self._local, "pool", None)
        if pool is None:
            pool = self._local.pool = {}
            self._pools.append(pool)
        return pool
