"""HTTP without a server: a request becomes the event API Gateway would make of it.

For replays and tests: what runs are the functions' own handlers, routes and pages.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalice.app import Chalice

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers with lower-case names, body."""

_PARAMETER = re.compile(r"\\{(\w+)\\}")


@dataclass(frozen=True)
class HttpFunction:
    """A function with its Chalice app: which routes it has, and what answers them."""

    app: Chalice
    handler: Callable[[dict[str, Any], Any], dict[str, Any]]


class FunctionHttp:
    """Sends requests to functions in this process, by the address each is reached at.

    `around` wraps every invocation, as the runtime does.
    """

    def __init__(
        self,
        sites: Mapping[str, Sequence[HttpFunction]],
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._around = around
        self._numbers = count(1)
        self._routes = [
            (base_url.rstrip("/"), re.compile(_pattern(route)), route, function)
            for base_url, functions in sites.items()
            for function in functions
            for route in function.app.routes
        ]

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer, whatever its status; raise ConnectionError for a foreign address."""
        parts = urlsplit(url)
        base = next((b for b, _, _, _ in self._routes if url.startswith(b)), None)
        if base is None:
            raise ConnectionError(f"{url!r} is not an address of this installation")
        path = urlsplit(url.removeprefix(base)).path or "/"
        for site, pattern, route, function in self._routes:
            match = pattern.fullmatch(path) if site == base else None
            if match is not None:
                event = self._event(method, path, route, match, parts.query, headers, body)
                with self._around():
                    return _answer(function.handler(event, None))
        return 403, {}, b'{"message":"Missing Authentication Token"}'

    def _event(
        self,
        method: str,
        path: str,
        route: str,
        match: re.Match[str],
        query: str,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> dict[str, Any]:
        fields = parse_qs(query, keep_blank_values=True)
        return {
            "resource": route,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {name: values[-1] for name, values in fields.items()} or None,
            "multiValueQueryStringParameters": fields or None,
            "pathParameters": {n: unquote(v) for n, v in match.groupdict().items()} or None,
            "stageVariables": None,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                "path": path,
                "requestId": f"request-{next(self._numbers)}",
                "identity": {"sourceIp": "127.0.0.1"},
            },
            # The API takes every type as bytes, so API Gateway hands on every body in base64.
            "body": None if body is None else b64encode(body).decode(),
            "isBase64Encoded": body is not None,
        }


def _pattern(route: str) -> str:
    return _PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(route))


def _answer(answer: dict[str, Any]) -> Answer:
    headers = {name.lower(): value for name, value in _headers(answer)}
    body = answer.get("body") or ""
    raw = b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    return int(answer["statusCode"]), headers, raw


def _headers(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        yield name, ", ".join(map(str, values))
    for name, value in (answer.get("headers") or {}).items():
        yield name, str(value)
