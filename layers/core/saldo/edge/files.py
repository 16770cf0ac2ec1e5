"""Bytes as answers: what came from outside is only ever handed out to be saved."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from chalice.app import Response


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
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    saved_as = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return BytesResponse(
        data,
        status_code=200,
        headers={
            "Content-Type": content_type,
            "Content-Disposition": saved_as,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
        },
    )
