"""Files of everything that is held about an account: asked for, made, fetched within a week.

The right of access and to a copy, art. 15 and 20 GDPR: in a form that people read (index.html) and
one that machines do (JSON), with the documents and messages themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Protocol
from urllib.parse import quote

from saldo.accounts.model import Creditor
from saldo.accounts.service import account_in
from saldo.clock import Clock, local_day
from saldo.events import event
from saldo.files.content import EXTENSIONS
from saldo.files.ports import FileStore
from saldo.files.service import shelf_name
from saldo.ids import Ids
from saldo.privacy.everything import everything_about, plain
from saldo.privacy.model import ExportNotReady, ExportUnknown, PrivacyExport
from saldo.privacy.page import Paper, page
from saldo.reports.evidence_zip import json_file, zipped
from saldo.store import CommitConflict, Put, Store

LINK_SECONDS: Final = 300
MADE_WITHIN: Final = timedelta(hours=1)
DOCUMENTS_BYTES_MAX: Final = 150_000_000
"""Of all documents of one file together; what is more is named in it."""

_INDEX: Final = "index.html"


class Letters(Protocol):
    """Where letters lie."""

    def get(self, name: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Made:
    """The file of an export, with what is in it."""

    content: bytes
    records: int
    files: int


class PrivacyExports:
    """Takes orders for exports, makes them, and hands them out."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        shelf: Callable[[], FileStore],
        letters: Callable[[], Letters],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._shelf, self._letters = shelf, letters

    def ask(self, creditor: Creditor, account: str, id_: str, by: str) -> PrivacyExport:
        """Order an export under an id of the caller's; the same again is answered as it is.

        Raises AccountUnknown.
        """
        account_in(self._store, creditor.id, account)
        known = self._store.get(PrivacyExport, creditor.id, account, id_)
        if known is not None:
            return known
        now = self._clock.now()
        asked = PrivacyExport(creditor.id, account, id_, by, now, version=1)
        told = event(
            self._ids.ulid(now),
            now,
            "privacy.export_asked",
            creditor.id,
            account,
            request=id_,
            by=by,
        )
        try:
            self._store.commit([Put(asked), Put(told)])
        except CommitConflict:
            return self.of(creditor.id, account, id_)
        return asked

    def of(self, creditor: str, account: str, id_: str) -> PrivacyExport:
        """Return an export; raise ExportUnknown."""
        found = self._store.get(PrivacyExport, creditor, account, id_)
        if found is None or found.gone_at <= self._clock.now():
            raise ExportUnknown(f"There is no export {id_!r} of this account.")
        return found

    def listed(self, creditor: str, account: str) -> list[PrivacyExport]:
        """Return the exports of an account that can still be fetched."""
        now = self._clock.now()
        found = self._store.list(PrivacyExport, creditor, account)
        return [one for one in found if one.gone_at > now]

    def waiting(self, creditor: str) -> Iterator[PrivacyExport]:
        """Yield the exports that should have been made long ago."""
        until = self._clock.now() - MADE_WITHIN
        for key in self._store.work(PrivacyExport, "privacy-export", creditor, until):
            found = self._store.get(PrivacyExport, *key)
            if found is not None and found.state == "asked" and found.gone_at > self._clock.now():
                yield found

    def make(self, creditor: Creditor, account: str, id_: str) -> PrivacyExport:
        """Make the file of an export; one that was made before stays.

        Raises ExportUnknown, AccountUnknown or FilesBusy.
        """
        known = self.of(creditor.id, account, id_)
        if known.state == "ready":
            return known
        made = self.file_of(creditor, account)
        self._shelf().put(place_of(known), made.content, "application/zip")
        now = self._clock.now()
        ready = replace(
            known,
            state="ready",
            ready_at=now,
            sha256=hashlib.sha256(made.content).hexdigest(),
            size_bytes=len(made.content),
            records=made.records,
            files=made.files,
            version=known.version + 1,
        )
        told = event(
            self._ids.ulid(now),
            now,
            "privacy.exported",
            creditor.id,
            account,
            request=id_,
            by=known.by,
            sha256=ready.sha256,
            size_bytes=ready.size_bytes,
            records=ready.records,
            files=ready.files,
        )
        try:
            self._store.commit([Put(ready, expect=known.version), Put(told)])
        except CommitConflict:
            return self.of(creditor.id, account, id_)
        return ready

    def address(self, creditor: str, account: str, id_: str) -> str:
        """Return an address that gives the file for LINK_SECONDS to whoever has it.

        Raises ExportUnknown, ExportNotReady or FilesBusy.
        """
        known = self._ready(creditor, account, id_)
        disposition = f'attachment; filename="{_plain_name(account)}.zip"'
        found = self._shelf().address(place_of(known), LINK_SECONDS, "application/zip", disposition)
        if found is None:
            raise ExportUnknown("The file of this export is gone.")
        return found

    def content(self, creditor: str, account: str, id_: str) -> bytes:
        """Return the file's bytes; raise ExportUnknown, ExportNotReady or FilesBusy."""
        found = self._shelf().get(place_of(self._ready(creditor, account, id_)))
        if found is None:
            raise ExportUnknown("The file of this export is gone.")
        return found

    def _ready(self, creditor: str, account: str, id_: str) -> PrivacyExport:
        known = self.of(creditor, account, id_)
        if known.state != "ready":
            raise ExportNotReady("The file is being made; ask again soon.")
        return known

    def file_of(self, creditor: Creditor, account: str) -> Made:
        """Return the ZIP of everything that is held about an account as of now."""
        owner = account_in(self._store, creditor.id, account)
        today = local_day(self._clock.now(), creditor.time_zone)
        held = everything_about(self._store, creditor, account, today)
        files: dict[str, bytes] = {
            f"data/{name}.json": json_file([plain(one) for one in records])
            for name, records in held.items()
        }
        words = _words(held)
        files |= {place: text.encode() for place, text in words.values()}
        messages = [
            (one, words[one.id][0] if one.id in words else None) for one in held.get("notice", [])
        ]
        papers = self._papers(held, files)
        files[_INDEX] = page(creditor, owner, today, held, messages, papers).encode()
        records = sum(len(found) for found in held.values())
        return Made(zipped(files, _INDEX), records, sum(1 for one in papers if one.name))

    def _papers(self, held: dict[str, list[Any]], files: dict[str, bytes]) -> list[Paper]:
        """Put documents and letters among the files; return what there is of them."""
        papers, left = [], DOCUMENTS_BYTES_MAX
        for one in held.get("stored-file", []):
            data = self._shelf().get(shelf_name(one)) if one.size <= left else None
            name = f"documents/{one.at:%Y-%m-%d}-{_plain_name(one.id)[-12:]}-{_file_name(one)}"
            if data is not None:
                files[name], left = data, left - len(data)
            papers.append(Paper(one.name, name if data is not None else None))
        for one in held.get("letter", []):
            data = self._letters().get(one.file)
            name = f"letters/{one.made_at:%Y-%m-%d}-{_plain_name(one.id)}.pdf"
            if data is not None and len(data) <= left:
                files[name], left = data, left - len(data)
                papers.append(Paper(f"{one.made_at:%Y-%m-%d}.pdf", name))
        return papers


def place_of(export: PrivacyExport) -> str:
    """Return where the file of an export lies; the bucket forgets all of that folder in days."""
    parts = (export.creditor, export.account, export.id)
    return "/".join(("privacy", *(quote(part, safe="") for part in parts))) + ".zip"


def _words(held: dict[str, list[Any]]) -> dict[str, tuple[str, str]]:
    """Return where the words of notices stand in the file, and the words, by the notice's id."""
    days = {one.id: one for one in held.get("notice", [])}
    found: dict[str, tuple[str, str]] = {}
    for kept in held.get("kept-words", []):
        notice = days.get(kept.notice)
        if notice is None or notice.content_hash not in (None, kept.content_hash):
            continue
        subject, text, _ = kept.parts
        place = f"messages/{notice.created_at:%Y-%m-%d}-{_plain_name(notice.id)}.txt"
        found[notice.id] = (place, f"{subject}\n\n{text}\n")
    return found


def _file_name(file: Any) -> str:
    return _plain_name(file.name) or f"file.{EXTENSIONS.get(file.content_type, 'bin')}"


def _plain_name(text: str) -> str:
    """Return a text as a name that any system takes for a file."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in text)
