"""What the privacy services need besides the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


class Forgets(Protocol):
    """Where bytes lie that can be forgotten."""

    def delete(self, name: str) -> None:
        """Forget the bytes of a name; what is not there is forgotten already."""


@dataclass(frozen=True, slots=True)
class PrivacyJob:
    """Go on with an order: erase what may go, or make the file of an export."""

    kind: Literal["erase", "export"]
    creditor: str
    account: str
    export: str = ""
    correlation: str = ""


class PrivacyQueue(Protocol):
    """Takes jobs, at least once each."""

    def put(self, jobs: Sequence[PrivacyJob]) -> None: ...
