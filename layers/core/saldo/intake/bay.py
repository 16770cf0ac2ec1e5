"""Where files arrive that do not come with a call: uploads, and creditors' drop folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Form:
    """How one file is sent to the bay: a form posted to `url` with `fields`, the file last, in the
    field `file`.
    """

    url: str
    fields: dict[str, str]


class Bay(Protocol):
    """Keeps files under names, each write of a name as a version of its own. Every method may raise
    FilesBusy, and may be repeated. `version` "" is the newest.
    """

    def get(self, name: str, version: str = "") -> bytes | None:
        """Return the bytes of a name, None if there are none."""

    def put(self, name: str, data: bytes, content_type: str) -> None:
        """Keep bytes under a name."""

    def move(self, name: str, version: str, to: str) -> None:
        """Move one version of a name to another name; what is not there was moved already."""

    def remove(self, name: str, version: str = "") -> None:
        """Forget one version of a name; what is not there is forgotten already."""

    def form(self, name: str, seconds: int, bytes_max: int) -> Form:
        """Return a form that puts one file of 1 to `bytes_max` bytes there, for so many seconds."""
