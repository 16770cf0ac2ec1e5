"""Where the bytes of files lie."""

from __future__ import annotations

from typing import Protocol


class FileStore(Protocol):
    """Keeps bytes under names of ours. Every method may raise FilesBusy."""

    def put(self, name: str, data: bytes, content_type: str) -> None:
        """Keep bytes; the same name again replaces what was there."""

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a name, None if there are none."""

    def address(self, name: str, seconds: int, content_type: str, disposition: str) -> str | None:
        """Return an address that gives the bytes of a name to whoever asks there within so many
        seconds, under these two headers; None if there are none.
        """

    def delete(self, name: str) -> None:
        """Forget the bytes of a name; what is not there is forgotten already."""
