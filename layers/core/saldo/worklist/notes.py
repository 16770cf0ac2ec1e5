"""Notes: what somebody wrote down about an account, for whoever opens it next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from saldo.accounts.service import InvoiceUnknown, account_in
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, NotFound, Unavailable
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.invoices.model import NumberTaken
from saldo.store import CommitConflict, Put, Store

TEXT_MAX: Final = 4000
LISTED_MAX: Final = 200


class NoteNotValid(Invalid):
    """A note has words, and not too many."""

    code = "note-not-valid"


class NoteUnknown(NotFound):
    """There is no such note on this account."""

    code = "note-unknown"


class NoteDiffers(Conflict):
    """The id was used before for other words."""

    code = "note-differs"


class NoteBusy(Unavailable):
    """The note is just being changed; the same request may work later."""

    code = "note-busy"


@dataclass(frozen=True, slots=True)
class Note:
    """What `by` wrote about an account, or about one of its invoices; pinned ones come first."""

    creditor: str
    account: str
    id: str
    at: datetime
    by: str
    text: str
    pinned: bool = False
    invoice: str | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)


class Notes:
    """Keeps notes."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def add(
        self,
        creditor: str,
        account: str,
        id_: str,
        by: str,
        text: str,
        *,
        pinned: bool = False,
        invoice: str | None = None,
    ) -> tuple[Note, bool]:
        """Write a note, and tell whether it was new: the same again is answered, not doubled.

        Raises NoteNotValid, AccountUnknown, InvoiceUnknown or NoteDiffers.
        """
        words = _words(text)
        account_in(self._store, creditor, account, at="/account")
        _check_invoice(self._store, creditor, account, invoice)
        now = self._clock.now()
        note = Note(creditor, account, id_, now, by, words, pinned, invoice, version=1)
        try:
            self._store.commit([Put(note), Put(self._told(note, by))])
        except CommitConflict:
            known = self._store.get(Note, creditor, account, id_)
            if known is None or (known.text, known.invoice) != (words, invoice):
                raise NoteDiffers(f"{id_!r} was written before with other words.").at(
                    "/id"
                ) from None
            return known, False
        return note, True

    def pin(self, creditor: str, account: str, id_: str, by: str, *, pinned: bool) -> Note:
        """Put a note on top, or back among the others; raise NoteUnknown or NoteBusy."""
        old = self._store.get(Note, creditor, account, id_)
        if old is None:
            raise NoteUnknown(f"There is no note {id_!r} on account {account!r}.")
        if old.pinned == pinned:
            return old
        now = self._clock.now()
        new = replace(old, pinned=pinned, changed_at=now, changed_by=by, version=old.version + 1)
        try:
            self._store.commit([Put(new, expect=old.version), Put(self._told(new, by))])
        except CommitConflict:
            raise NoteBusy("The note is just being changed; try again.") from None
        return new

    def of(self, creditor: str, account: str) -> list[Note]:
        """Return the pinned notes of an account, then the newest others, LISTED_MAX at most."""
        found = self._store.newest(Note, creditor, account, limit=LISTED_MAX)
        return sorted(found, key=lambda one: (not one.pinned, -one.at.timestamp(), one.id))

    def _told(self, note: Note, by: str) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "note.added",
            note.creditor,
            note.account,
            note=note.id,
            by=by,
            text=note.text,
            pinned=note.pinned,
            invoice=note.invoice,
        )


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > TEXT_MAX:
        raise (
            NoteNotValid(f"A note has 1 to {TEXT_MAX} characters.").told(most=TEXT_MAX).at("/text")
        )
    return words


def _check_invoice(store: Store, creditor: str, account: str, invoice: str | None) -> None:
    if invoice is None:
        return
    taken = store.get(NumberTaken, creditor, "invoice", invoice)
    if taken is None or taken.account != account:
        raise InvoiceUnknown(f"This account has no invoice {invoice!r}.").at("/invoice")
