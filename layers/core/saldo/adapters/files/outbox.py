"""Implements `Outbox` and `Shelf` in a folder: what a program on the same machine, or a mounted
share, fetches.

A file appears whole or not at all: it is written under another name and then renamed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from saldo.reminders.channels.port import ChannelBusy


class FolderOutbox:
    """The folder `root`, made when the first file comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes, content_type: str) -> None:
        del content_type  # a folder knows no types; the name tells
        path = self._root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            Path(file.name).replace(path)
        except OSError as error:
            raise ChannelBusy(f"The outbox cannot be written to ({error.strerror}).") from error

    def get(self, name: str) -> bytes | None:
        path = self._root / name
        return path.read_bytes() if path.is_file() else None

    def delete(self, name: str) -> None:
        """Forget a file; what is not there is forgotten already."""
        (self._root / name).unlink(missing_ok=True)

    def link(self, name: str, seconds: int, save_as: str) -> str:
        """Return the file's address on this machine, which opens it as long as it lies there."""
        del seconds, save_as
        return (self._root / name).absolute().as_uri()
