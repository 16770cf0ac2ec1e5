"""Addresses for files that are too large for a call: given out, and what came there taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from saldo.clock import Clock
from saldo.ids import Ids
from saldo.intake.bay import Bay, Form
from saldo.intake.desk import Arrival, ReceivingDesk, check_source
from saldo.intake.model import BYTES_MAX, UPLOAD_LIFE, Receipt, ReceiptUnknown, Upload
from saldo.intake.words import one_line
from saldo.store import CommitConflict, Put, Store

PREFIX: Final = "upload/"
_ATTEMPTS_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known under an id: an upload, its receipt, or both; one of them is there."""

    upload: Upload | None
    receipt: Receipt | None


class Uploads:
    """Gives out addresses, and takes what comes to them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, desk: ReceivingDesk, bay: Bay) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._desk, self._bay = desk, bay

    def create(self, creditor: str, name: str, source: str, by: str) -> tuple[Upload, Form]:
        """Return a new upload and the form that sends its file; raise SourceNotValid."""
        check_source(source)
        now = self._clock.now()
        made = Upload(creditor, self._ids.ulid(now), source, one_line(name, 200), by, now)
        made = replace(made, version=1)
        self._store.commit([Put(made)])
        seconds = int(UPLOAD_LIFE.total_seconds())
        return made, self._bay.form(place_of(made), seconds, BYTES_MAX)

    def arrived(self, creditor: str, upload: str, version: str = "") -> Receipt | None:
        """Take what came to an upload's address; None if it is gone, or nobody gave it out.

        Raises FilesBusy, or what `ReceivingDesk.receive` does.
        """
        known = self._store.get(Upload, creditor, upload)
        place = f"{PREFIX}{creditor}/{upload}"
        data = self._bay.get(place, version) if known else None
        if known is None or data is None:
            return None
        receipt, _ = self._desk.receive(
            Arrival(creditor, known.name, data, "upload", known.by, known.source)
        )
        self._note(known, receipt.id)
        self._bay.remove(place, version)
        return receipt

    def show(self, creditor: str, id_: str) -> Shown:
        """Return what is known under an upload's or a receipt's id; raise ReceiptUnknown."""
        upload = self._store.get(Upload, creditor, id_)
        if upload is not None:
            found = upload.receipt
            return Shown(upload, self._desk.get(creditor, found) if found else None)
        return Shown(None, self._desk.get(creditor, id_))

    def receipt(self, creditor: str, id_: str) -> Receipt:
        """Return the receipt under an upload's or its own id; raise ReceiptUnknown."""
        found = self.show(creditor, id_).receipt
        if found is None:
            raise ReceiptUnknown(f"Nothing has come to upload {id_!r} yet.")
        return found

    def _note(self, upload: Upload, receipt: str) -> None:
        for _ in range(_ATTEMPTS_MAX):
            if upload.receipt == receipt:
                return
            new = replace(upload, receipt=receipt, version=upload.version + 1)
            try:
                self._store.commit([Put(new, expect=upload.version)])
            except CommitConflict:
                upload = self._store.get(Upload, *upload.key) or upload
                continue
            return


def place_of(upload: Upload) -> str:
    """Return where in the bay an upload's file comes to lie."""
    return f"{PREFIX}{upload.creditor}/{upload.id}"
