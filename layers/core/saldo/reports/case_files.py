"""The file of a case: its evidence pack, made once and kept for whoever takes the case over.

It shows the books as they were when the case opened. A pack of today is made by `EvidencePacks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import quote

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.collection.cases import CaseUnknown
from saldo.collection.common import ATTEMPTS_MAX, CollectionBusy
from saldo.collection.facts import Case, CaseFile
from saldo.errors import NotFound
from saldo.reminders.channels.letter import Outbox
from saldo.reports.evidence import EvidencePacks
from saldo.store import CommitConflict, Put, Store

LINK_LIFE: Final = timedelta(minutes=5)
"""How long a link opens a file; a download that has begun goes on."""

_HASH_SHOWN: Final = 16


class CaseFileMissing(NotFound):
    """The case's file is not made yet."""

    code = "case-file-missing"


class Shelf(Outbox, Protocol):
    """Where files lie until somebody fetches them."""

    def link(self, name: str, seconds: int, save_as: str) -> str:
        """Return an address that downloads a file as `save_as`, for so many seconds."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a case's file is fetched until `expires_at`."""

    url: str
    expires_at: datetime
    file: CaseFile


class CaseFiles:
    """Makes the files of cases and hands them out. `evidence` is asked for when one is made."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        evidence: Callable[[], EvidencePacks],
        shelf: Shelf,
    ) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._evidence, self._shelf = evidence, shelf

    def make(self, creditor: str, account: str, case: str) -> Case:
        """Make a case's file and name it on the case; the one that was made before stays.

        Raises CaseUnknown, CollectionBusy, or what the shelf does.
        """
        found = self._case(creditor, account, case)
        if found.file is not None:
            return found
        pack = self._evidence().of_case(self._accounts.creditor(creditor), found)
        # The hash is in the name: of two that are made at once, neither replaces what was named.
        place = "/".join(quote(part, safe="") for part in found.key)
        name = f"{place}-{pack.sha256[:_HASH_SHOWN]}.zip"
        self._shelf.put(name, pack.content, "application/zip")
        made = CaseFile(name, pack.sha256, len(pack.content), self._clock.now())
        for _ in range(ATTEMPTS_MAX):
            filed = replace(found, file=made, version=found.version + 1)
            try:
                self._store.commit([Put(filed, expect=found.version)])
            except CommitConflict:
                found = self._case(creditor, account, case)
                if found.file is not None:
                    return found
            else:
                return filed
        raise CollectionBusy("The case is just being changed; try again.")

    def link(self, creditor: str, account: str, case: str) -> Link:
        """Return where a case's file is fetched; raise CaseUnknown or CaseFileMissing."""
        file = self._file(creditor, account, case)
        seconds = int(LINK_LIFE.total_seconds())
        expires_at = self._clock.now() + LINK_LIFE
        return Link(self._shelf.link(file.name, seconds, saved_as(case)), expires_at, file)

    def content(self, creditor: str, account: str, case: str) -> bytes:
        """Return the file's bytes; raise CaseUnknown or CaseFileMissing."""
        found = self._shelf.get(self._file(creditor, account, case).name)
        if found is None:
            raise CaseFileMissing(f"The file of case {case!r} lies there no more.")
        return found

    def _file(self, creditor: str, account: str, case: str) -> CaseFile:
        file = self._case(creditor, account, case).file
        if file is None:
            raise CaseFileMissing(f"The file of case {case!r} is not made yet; ask again soon.")
        return file

    def _case(self, creditor: str, account: str, case: str) -> Case:
        found = self._store.get(Case, creditor, account, case)
        if found is None:
            raise CaseUnknown(f"There is no case {case!r} on this account.")
        return found


def saved_as(case: str) -> str:
    """Return a file name for a case's file that any system takes."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in case)
    return f"case-{plain}.zip"
