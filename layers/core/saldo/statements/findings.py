"""What is wrong or odd with a statement: findings, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["refused", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know of.

    `code` is stable. A `refused` finding means that a part of the statement could not be read: then
    nothing of it may be booked. `place` is a line ("line 7") or a path ("Stmt[1]/Ntry[3]").
    """

    code: str
    severity: Severity
    message: str
    place: str = ""


class Unreadable(Exception):
    """The file cannot be read any further; `finding` says why and where."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(code, "refused", message, place)
