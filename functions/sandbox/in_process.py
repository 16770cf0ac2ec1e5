"""Reaching the sandbox without a server: HTTP requests become the events of API Gateway.

For replays and tests: what runs is the same handler, routes and pages as behind a gateway.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from functions.sandbox.app import app, handler

Answer = tuple[int, dict[str, str], bytes]


class SandboxTransport:
    """Sends requests to the sandbox's handler in this process; `base_url` is its address."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return status, headers with lower-case names, and body of the answer."""
        if not url.startswith(self._base_url):
            raise ConnectionError(f"{url!r} is not an address of the sandbox")
        parts = urlsplit(url.removeprefix(self._base_url))
        found = _route(parts.path)
        if found is None:
            return 403, {}, b'{"message":"Missing Authentication Token"}'
        route, path_parameters = found
        query = parse_qs(parts.query, keep_blank_values=True)
        event = {
            "resource": route,
            "path": parts.path,
            "httpMethod": method,
            "headers": dict(headers),
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": path_parameters or None,
            "stageVariables": None,
            "requestContext": {"httpMethod": method, "resourcePath": route, "path": parts.path},
            "body": None if body is None else body.decode(),
            "isBase64Encoded": False,
        }
        return _answer(handler(event, None))


def _route(path: str) -> tuple[str, dict[str, str]] | None:
    for route in app.routes:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route))
        match = re.fullmatch(pattern, path)
        if match:
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def _answer(answer: dict[str, Any]) -> Answer:
    headers = {name.lower(): str(value) for name, value in answer["headers"].items()}
    body = answer["body"]
    if answer.get("isBase64Encoded"):
        return answer["statusCode"], headers, b64decode(body)
    return answer["statusCode"], headers, body.encode()
