"""Keeps files: bytes on a shelf, what is known of them in the books.

The bytes go first. What happens to be left on the shelf without a record is never shown, and the
shelf forgets it with everything of its age.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

from saldo.clock import Clock
from saldo.events import Event, event
from saldo.files.content import clean_name, kind_of, to_be_saved_as
from saldo.files.model import (
    ADDRESS_SECONDS,
    BYTES_MAX,
    DOCUMENT_BYTES_MAX,
    FILES_MAX,
    FROM_CREDITOR,
    MAIL_BYTES_MAX,
    ONE_EACH,
    FilesBusy,
    FilesTooLarge,
    FilesTooMany,
    FileUnknown,
    Purpose,
    StoredFile,
)
from saldo.files.ports import FileStore
from saldo.ids import Ids
from saldo.store import CommitConflict, Delete, Put, Store, Write

_ATTEMPTS_MAX = 5


def check(purpose: Purpose, files: Sequence[bytes]) -> None:
    """Raise what `Files.keep` would, before anything is done about any of the files.

    Raises FilesTooMany, FilesTooLarge, FileEmpty or FileKindNotTaken.
    """
    if len(files) > FILES_MAX:
        raise FilesTooMany(f"At most {FILES_MAX} files at once are taken.").at("/files")
    most = DOCUMENT_BYTES_MAX if purpose in FROM_CREDITOR else BYTES_MAX
    most = MAIL_BYTES_MAX if purpose == "mail" else most
    if sum(map(len, files)) > most:
        raise FilesTooLarge(f"At most {most} bytes are taken at once.").at("/files")
    for data in files:
        kind_of(data, xml=purpose in FROM_CREDITOR)


class Files:
    """Keeps files and gives them back. `shelf` is asked for when bytes are."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, shelf: Callable[[], FileStore]
    ) -> None:
        self._store, self._clock, self._ids, self._shelf = store, clock, ids, shelf

    def keep(  # noqa: PLR0913, PLR0917 - each says one thing about the file
        self,
        creditor: str,
        account: str,
        purpose: Purpose,
        name: str,
        content_type: str,
        data: bytes,
        by: str,
        invoice: str | None = None,
        about: str = "",
    ) -> StoredFile:
        """Keep a file. What the sender calls its kind counts for nothing: its bytes tell.

        The same bytes with the same thing (`about`) are one file, however often they come. An
        invoice's document takes the place of the one before, which is kept.

        Raises FilesTooLarge, FileEmpty, FileKindNotTaken or FilesBusy.
        """
        del content_type
        check(purpose, [data])
        kind, digest = kind_of(data, xml=purpose in FROM_CREDITOR), hashlib.sha256(data).hexdigest()
        now = self._clock.now()
        file = StoredFile(
            creditor,
            account,
            f"{about}-{digest[:12]}" if about else self._ids.ulid(now),
            purpose,
            clean_name(name, kind),
            kind,
            len(data),
            digest,
            invoice,
            by,
            now,
            about,
            version=1,
        )
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(StoredFile, *file.key)
            before = None
            if purpose in ONE_EACH and not about:
                before = self.document(creditor, account, invoice or "", purpose)
            if before is not None and before.sha256 == digest:
                known = before
            if known is not None:
                return known
            self._shelf().put(shelf_name(file), data, kind)
            writes: list[Write] = [Put(file), Put(self._told(file))]
            if before is not None:
                replaced = replace(before, replaced_by=file.id, version=before.version + 1)
                writes.append(Put(replaced, expect=before.version))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return file
        raise FilesBusy("The files of the account are just being changed; try again.")

    def read(self, file: StoredFile) -> bytes:
        """Return the bytes of a file; raise FileUnknown when they were forgotten, or FilesBusy."""
        data = self._shelf().get(shelf_name(file))
        if data is None:
            raise FileUnknown("This file is no longer kept.")
        return data

    def address(self, file: StoredFile) -> str:
        """Return an address that gives a file for ADDRESS_SECONDS to whoever has it, to be saved.

        Raises FileUnknown when the bytes were forgotten, or FilesBusy.
        """
        found = self._shelf().address(
            shelf_name(file), ADDRESS_SECONDS, file.content_type, to_be_saved_as(file.name)
        )
        if found is None:
            raise FileUnknown("This file is no longer kept.")
        return found

    def of(self, creditor: str, account: str) -> list[StoredFile]:
        """Return the files of an account, the oldest first."""
        found = self._store.list(StoredFile, creditor, account)
        return sorted(found, key=lambda one: (one.at, one.id))

    def get(self, creditor: str, account: str, file: str) -> StoredFile:
        """Return one file of an account; raise FileUnknown."""
        found = self._store.get(StoredFile, creditor, account, file)
        if found is None:
            raise FileUnknown(f"There is no file {file!r} on this account.")
        return found

    def document(
        self, creditor: str, account: str, invoice: str, purpose: Purpose = "invoice"
    ) -> StoredFile | None:
        """Return the document of an invoice as it is now, or its XML; None without one."""
        for one in self._store.list(StoredFile, creditor, account) if invoice else ():
            if one.invoice == invoice and one.purpose == purpose and one.replaced_by is None:
                return one
        return None

    def drop(self, files: Sequence[StoredFile]) -> None:
        """Forget files that came with something which was refused, so that nobody ever saw them."""
        for file in files:
            self._store.commit([Delete(file, expect=None)])
            self._shelf().delete(shelf_name(file))

    def unlist(self, files: Sequence[StoredFile]) -> None:
        """Forget that an account has files: nobody is shown them there any more. Their bytes stay
        on the shelf until it forgets everything of their age, which needs no right to delete.
        """
        for file in files:
            self._store.commit([Delete(file, expect=None)])

    def _told(self, file: StoredFile) -> Event:
        return event(
            self._ids.ulid(file.at),
            file.at,
            "file.kept",
            file.creditor,
            file.account,
            file=file.id,
            purpose=file.purpose,
            name=file.name,
            content_type=file.content_type,
            size_bytes=file.size,
            sha256=file.sha256,
            invoice=file.invoice,
            about=file.about,
            by=file.by,
        )


def shelf_name(file: StoredFile) -> str:
    """Return where the bytes of a file lie. It holds no name that somebody gave the file."""
    return "/".join(quote(part, safe="") for part in (file.creditor, file.account, file.id))
