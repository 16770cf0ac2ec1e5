"""HTTP calls with the standard library: importing a client library would cost every cold start."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from typing import IO, Final
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

RESPONSE_BYTES_MAX: Final = 1_000_000
"""More than any answer that we ask for, but for reports."""

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers with lower-case names, body."""


class ResponseTooLarge(ConnectionError):
    """The other side sent more than we are ready to take."""


class AddressRefused(ConnectionError):
    """The address is not an http or https URL with a host."""


class UrllibTransport:
    """Sends one request and waits for its answer, `timeout_seconds` at most for each step.

    An answer of more than `response_bytes_max` is refused instead of filling the memory.
    """

    def __init__(
        self, timeout_seconds: float = 10.0, *, response_bytes_max: int = RESPONSE_BYTES_MAX
    ) -> None:
        self._timeout_seconds, self._bytes_max = timeout_seconds, response_bytes_max
        # Without urllib's handlers for redirects and errors, each is an answer like any other. A
        # machine's address that moved is a setting to correct: following it would carry our
        # secret to whoever it points at.
        self._opener = OpenerDirector()
        for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
            self._opener.add_handler(handler)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """Return the answer, whatever its status.

        Raises OSError when no whole answer came; the other side may have acted all the same.
        """
        _refuse_unless_http(url)
        # The scheme was looked at above, so no file: address passes.
        request = Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=self._timeout_seconds) as answer:
                return answer.status, _lower(answer.headers), _read(answer, self._bytes_max)
        except HTTPException as broken:
            raise ConnectionError(f"the answer cannot be read: {broken!r}") from broken


def _refuse_unless_http(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as bad:
        raise AddressRefused(f"{url!r} is not an address: {bad}") from bad
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise AddressRefused(f"{url!r} is not an address that a request can be sent to")


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(answer: IO[bytes], bytes_max: int) -> bytes:
    body = answer.read(bytes_max + 1)
    if len(body) > bytes_max:
        raise ResponseTooLarge(f"the answer is larger than {bytes_max} bytes")
    return body
