"""Bytes as answers: what came from outside is only ever handed out to be saved."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from chalice.app import Response

from saldo.files.content import to_be_saved_as
from saldo.files.model import BYTES_MAX


class BytesResponse(Response):
    """An answer of bytes. API Gateway takes them in base64, whatever type they are of."""

    def to_dict(self, binary_types: Sequence[str] | None = None) -> dict[str, Any]:
        del binary_types
        single, many = self._sort_headers(self.headers)
        return {
            "headers": single,
            "multiValueHeaders": many,
            "statusCode": self.status_code,
            "body": b64encode(self.body).decode(),
            "isBase64Encoded": True,
        }


def file_answer(data: bytes, content_type: str, name: str) -> BytesResponse:
    """Return a file to be saved as `name`, never shown in our own page's place: a browser neither
    guesses another type nor runs anything in it, and nobody between keeps a copy.
    """
    return BytesResponse(
        data,
        status_code=200,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": to_be_saved_as(name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def kept_answer(
    size: int, content_type: str, name: str, read: Callable[[], bytes], address: Callable[[], str]
) -> Response:
    """Return a file that is kept: itself, or, where a function cannot answer with so many bytes,
    the address that gives it for a minute. What the two raise is raised.
    """
    if size <= BYTES_MAX:
        return file_answer(read(), content_type, name)
    headers: dict[str, str | list[str]] = {
        "Location": address(),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response("", status_code=303, headers=headers)
