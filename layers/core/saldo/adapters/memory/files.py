"""Implements `FileStore` in memory."""

from __future__ import annotations

from urllib.parse import quote


class MemoryFiles:
    """Bytes by name, as long as the process lives."""

    def __init__(self) -> None:
        self._bytes: dict[str, bytes] = {}

    def put(self, name: str, data: bytes, content_type: str) -> None:
        del content_type  # what it is stands in the books
        self._bytes[name] = data

    def get(self, name: str) -> bytes | None:
        return self._bytes.get(name)

    def address(self, name: str, seconds: int, content_type: str, disposition: str) -> str | None:
        del content_type, disposition
        if name not in self._bytes:
            return None
        return f"https://files.example/{quote(name, safe='/')}?seconds={seconds}"

    def delete(self, name: str) -> None:
        self._bytes.pop(name, None)
