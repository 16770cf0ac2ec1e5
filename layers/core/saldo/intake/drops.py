"""Drop folders: what a creditor lays into `drop/{creditor}/in/` is taken, and put aside with its
report.

A file goes to `done/` or, refused or failed, to `failed/`, under the name it had, with its report
beside it, `{file}.report.json`. What goes on in steps of its own (a table) lies where it is until
it ended. What waits for something is in our hands, and so done: the report says so, and is written
anew later. Events repeat and come late: a file that is gone was taken before, and its version is
named, so that a newer file of the same name is never moved with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from saldo.intake.bay import Bay
from saldo.intake.desk import Arrival, ReceivingDesk
from saldo.intake.model import BYTES_MAX, SOURCE_DEFAULT, Receipt
from saldo.intake.reports import report_of

PREFIX: Final = "drop/"
TOO_LARGE: Final = "file-too-large"
_IN: Final = "in"
_UNFINISHED: Final = (".part", ".filepart", ".tmp", ".crdownload")
"""Names that programs give a file while they send it; it is renamed when it is whole."""

_OURS: Final = ".report.json"
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file in a drop folder. `rest` is its name below `in/`; a first folder names its source."""

    creditor: str
    rest: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.rest).name

    @property
    def source(self) -> str:
        folder, slash, _ = self.rest.partition("/")
        return folder.lower() if slash else SOURCE_DEFAULT

    def place(self, folder: str) -> str:
        """Return where it lies in one of the folders `in`, `done` and `failed`."""
        return f"{PREFIX}{self.creditor}/{folder}/{self.rest}"


def dropped(name: str) -> Dropped | None:
    """Return which file of which folder a name is; None for what is none, or not whole yet. Pure.

    Names that begin with a point, and endings that programs use while they send, are passed over.
    """
    parts = name.split("/")
    if not name.startswith(PREFIX) or len(parts) < 4 or parts[2] != _IN:
        return None
    last = parts[-1]
    if not last or last.startswith(".") or last.lower().endswith((*_UNFINISHED, _OURS)):
        return None
    return Dropped(parts[1], "/".join(parts[3:]))


class DropFolders:
    """Takes what was dropped. `known(creditor)` raises CreditorUnknown for a folder of nobody's."""

    def __init__(self, desk: ReceivingDesk, bay: Bay, known: Callable[[str], object]) -> None:
        self._desk, self._bay, self._known = desk, bay, known

    def take(self, file: Dropped, version: str, size: int) -> Receipt | None:
        """Take a file and put it aside; None if it is gone. `size` is in bytes.

        Raises CreditorUnknown, SourceNotValid, FilesBusy, or what a taker cannot do now: then the
        file still lies where it was dropped.
        """
        self._known(file.creditor)
        here = file.place(_IN)
        if size > BYTES_MAX:
            named = Arrival(file.creditor, file.name, here.encode(), "drop", "drop", place=here)
            words = f"A file has at most {BYTES_MAX:,} bytes; this one has {size:,}."
            receipt = self._desk.refuse(named, TOO_LARGE, words)
        else:
            data = self._bay.get(here, version)
            if data is None:
                return None
            receipt, _ = self._desk.receive(
                Arrival(
                    file.creditor,
                    file.name,
                    data,
                    "drop",
                    "drop",
                    file.source,
                    place=here,
                    place_version=version,
                )
            )
            if receipt.state == "working" and _is_at(receipt, here, version):
                return receipt
        return self._put_aside(file, version, receipt)

    def ended(self, receipt: Receipt) -> Receipt:
        """Put a file aside that lay in `in/` until it was taken; write the report anew beside one
        that waited elsewhere, and move that one where it belongs by now. Raises FilesBusy.
        """
        if not is_reportable(receipt):
            return receipt
        file = dropped(receipt.place)
        if file is not None:
            return self._put_aside(file, receipt.place_version, receipt)
        old, new = receipt.place, _in_folder(receipt.place, _folder(receipt))
        self._report(receipt, new)
        if new == old:
            return receipt
        self._bay.move(old, "", new)
        self._bay.remove(f"{old}{_OURS}")
        return self._desk.place(receipt, new)

    def _put_aside(self, file: Dropped, version: str, receipt: Receipt) -> Receipt:
        """Write the report, then move the file: what a crash leaves in `in/` is taken again."""
        place = self._free(file.place(_folder(receipt)), receipt)
        self._report(receipt, place)
        self._bay.move(file.place(_IN), version, place)
        if receipt.state == "working":
            return receipt  # a second one of the same: the first is waited for where it lies
        return self._desk.place(receipt, place)

    def _report(self, receipt: Receipt, place: str) -> None:
        report = json.dumps(report_of(receipt), ensure_ascii=False, indent=2) + "\n"
        self._bay.put(f"{place}{_OURS}", report.encode(), "application/json")

    def _free(self, place: str, receipt: Receipt) -> str:
        """Return the place, or one beside it where another file of that name lies there."""
        report = self._bay.get(f"{place}{_OURS}")
        if report is None or _hash_in(report) == receipt.sha256:
            return place
        path = PurePosixPath(place)
        return str(path.with_name(f"{path.stem}-{receipt.id[:_SHOWN]}{path.suffix}"))


def is_reportable(receipt: Receipt) -> bool:
    """Tell whether a file was dropped, and was judged. Pure."""
    return receipt.state not in ("received", "working") and receipt.place.startswith(PREFIX)


def _folder(receipt: Receipt) -> str:
    return "failed" if receipt.state in ("refused", "failed") else "done"


def _in_folder(place: str, folder: str) -> str:
    """Return a place in another folder of the same creditor."""
    drop, creditor, _, rest = place.split("/", 3)
    return f"{drop}/{creditor}/{folder}/{rest}"


def _is_at(receipt: Receipt, place: str, version: str) -> bool:
    return (receipt.place, receipt.place_version) == (place, version)


def _hash_in(report: bytes) -> str:
    try:
        told: Any = json.loads(report)
    except ValueError:
        return ""
    return str(told.get("sha256", "")) if isinstance(told, dict) else ""
