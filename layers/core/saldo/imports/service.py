"""Imports: a file of rows taken page by page, by a queue, and broken off at any row without harm.

A page's records go where pushes by JSON go, and the same again changes nothing there. So a step
that was broken off is simply done again; what it had taken then is told as taken, because it
changed after the step was first begun. The cursor moves when a page's report is kept, never before.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

from saldo.clock import Clock
from saldo.errors import Refusal, Unavailable
from saldo.files.ports import FileStore
from saldo.imports.book import MappingBook
from saldo.imports.mapping import MappingUnknown
from saldo.imports.model import (
    BYTES_MAX,
    FAILED,
    LEASE,
    PAGE_ROWS,
    STILL,
    STOOD_STILL,
    Import,
    ImportBusy,
    ImportFileTooLarge,
    ImportJob,
    ImportQueue,
    ImportState,
    ImportUnknown,
    Push,
)
from saldo.imports.page import Page
from saldo.imports.staging import Staging
from saldo.imports.understand import Understanding
from saldo.store import CommitConflict, Put, Store
from saldo.tables.model import TableNotReadable
from saldo.tables.read import Tables

STEPS_OF_A_JOB: Final = 4
_ID_CHARACTERS: Final = 26


class Imports:
    """Takes files of rows."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        files: FileStore,
        tables: Tables,
        mappings: MappingBook,
        push: Push | None,
        queue: ImportQueue | None,
    ) -> None:
        self._store, self._clock, self._tables, self._mappings = store, clock, tables, mappings
        self._files, self._staging = files, Staging(files)
        self._push, self._queue = push, queue

    def with_push(self, push: Push, *, queued: bool = True) -> Imports:
        """Return these imports with the way into the books that steps take. Without the queue,
        whoever begins one goes on with it step by step.
        """
        queue = self._queue if queued else None
        return Imports(
            self._store, self._clock, self._files, self._tables, self._mappings, push, queue
        )

    def begin(
        self, creditor: str, source: str, name: str, data: bytes, by: str, *, again: str = ""
    ) -> Import:
        """Keep a file and queue its import; the same file again is the import that it was, which
        goes on if it had failed.

        `again` is a word of the caller's that makes it another one. Raises MappingUnknown,
        MappingNotValid or ImportFileTooLarge.
        """
        if len(data) > BYTES_MAX:
            raise ImportFileTooLarge(f"An import takes files of up to {BYTES_MAX:,} bytes.")
        version = self._mappings.get(creditor, source)
        self._mappings.read(creditor, source, version.number)
        sha256 = hashlib.sha256(data).hexdigest()
        cause = "\n".join((creditor, source, str(version.number), sha256, again))
        id_ = hashlib.sha256(cause.encode()).hexdigest()[:_ID_CHARACTERS]
        known = self._store.get(Import, creditor, id_)
        if known is None:
            now = self._clock.now()
            made = Import(
                creditor, id_, source, version.number, name, sha256, len(data), by, now, version=1
            )
            self._staging.keep_file(made, data)
            try:
                self._store.commit([Put(made)])
                known = made
            except CommitConflict:
                known = self.get(creditor, id_)
        if known.is_over:
            return known
        if known.state == "failed":
            resumed = replace(
                _resumed(known), moved_at=self._clock.now(), version=known.version + 1
            )
            known = self._commit(resumed, known.version)
        self._go_on(known)
        return known

    def get(self, creditor: str, id_: str) -> Import:
        """Return an import; raise ImportUnknown."""
        found = self._store.get(Import, creditor, id_)
        if found is None:
            raise ImportUnknown(f"There is no import {id_!r}.")
        return found

    def look(self, creditor: str, id_: str) -> Import:
        """Return an import; one that got no further for STILL has failed then.

        A worker that is killed each time says nothing, and so does a job that was lost. Raises
        ImportUnknown.
        """
        one = self.get(creditor, id_)
        since = one.moved_at or one.received_at
        if one.is_over or one.state == "failed" or self._clock.now() - since < STILL:
            return one
        hours = int(STILL.total_seconds()) // 3600
        return self._fail(one, STOOD_STILL, f"It got no further for {hours} hours.")

    def fail(self, job: ImportJob, reason: str) -> Import:
        """Note that an import cannot go on, and why, in one sentence; return it as it is then.

        What is over stays as it is. Raises ImportUnknown, or ImportBusy when another got further.
        """
        one = self.get(job.creditor, job.id)
        return one if one.is_over else self._fail(one, FAILED, reason)

    def is_current(self, creditor: str, source: str, id_: str) -> bool:
        """Tell whether an import is known, and read by the mapping that its source has now."""
        one = self._store.get(Import, creditor, id_)
        try:
            return one is not None and self._mappings.get(creditor, source).number == one.mapping
        except MappingUnknown:
            return True  # nothing says another thing

    def all(self, creditor: str) -> list[Import]:
        """Return the imports of a creditor, the newest first."""
        found = list(self._store.list(Import, creditor))
        return sorted(found, key=lambda one: one.received_at, reverse=True)

    def report(self, one: Import, kind: str = "csv") -> bytes | None:
        """Return the report of an import that is done or failed ("csv" or "json"), else None."""
        return self._staging.report(one, kind) if one.state in ("done", "failed") else None

    def work(self, job: ImportJob) -> Import:
        """Go on with an import for some steps, and queue what is left.

        Raises ImportUnknown, or ImportBusy while another worker is at it.
        """
        one = self.get(job.creditor, job.id)
        for _ in range(STEPS_OF_A_JOB):
            if one.is_over:
                return one
            one = self.step(one)
        if not one.is_over:
            self._go_on(one)
        return one

    def step(self, one: Import) -> Import:
        """Do one step of an import that is not over, and return it as it is then.

        Raises ImportBusy or Unavailable: the same again will do.
        """
        since, one = one.began_at, self._hold(one)
        try:
            if one.state == "waiting":
                return self._prepare(one)
            if one.cursor >= one.steps:
                return self._finish(one)
            return self._take_page(one, since)
        except Unavailable:
            self._let_go(one)
            raise
        except Refusal as refusal:
            return self._save(
                one, state="refused", code=refusal.code, text=refusal.detail, finished=True
            )

    def _go_on(self, one: Import) -> None:
        if self._queue is not None:
            self._queue.put([ImportJob(one.creditor, one.id)])

    def _hold(self, one: Import) -> Import:
        """Take hold of the next step, unless another worker is at it."""
        now = self._clock.now()
        if one.held_until is not None and now < one.held_until:
            raise ImportBusy("This import is being worked on.")
        held = replace(
            _resumed(one),
            began_at=one.began_at or now,
            held_until=now + LEASE,
            version=one.version + 1,
        )
        return self._commit(held, one.version)

    def _fail(self, one: Import, code: str, reason: str) -> Import:
        """Write down that an import failed, then its report, as far as files can be had now.

        When its page was begun stays: who goes on tells as taken what this page had taken.
        """
        text = f"{reason} What was taken stays taken; it goes on where it was when asked to."
        failed = replace(
            one,
            state="failed",
            code=code,
            text=text,
            held_until=None,
            finished_at=self._clock.now(),
            version=one.version + 1,
        )
        failed = self._commit(failed, one.version)
        if failed.pages:
            with suppress(Unavailable):  # that it failed is told without a report as well
                self._staging.finish(failed)
        return failed

    def _let_go(self, one: Import) -> None:
        """Let the next worker try at once; when it was begun stays written down."""
        free = replace(one, held_until=None, version=one.version + 1)
        with suppress(CommitConflict):
            self._store.commit([Put(free, expect=one.version)])

    def _prepare(self, one: Import) -> Import:
        """Go through the file once, and lay its rows out in pages.

        A file that cannot be read to its end, or that its mapping would read wrongly, is refused
        here, before any row is taken.
        """
        data = self._staging.file(one)
        mapping = self._mappings.read(one.creditor, one.source, one.mapping)
        table = self._tables.open(_opener(data), mapping.layout)
        reader = Understanding(mapping, table.columns)
        pages = rows = late = 0
        seen: dict[int, int] = {}
        while chunk := list(islice(table.rows, PAGE_ROWS)):
            for row in chunk:
                reader.check(row)
            page = Page(reader, chunk)
            late += page.late
            page.check_repeats(seen)
            self._staging.keep_page(one, pages, table.columns, chunk)
            pages, rows = pages + 1, rows + len(chunk)
        if not rows:
            raise TableNotReadable("The file has no rows.")
        return self._save(one, state="running", pages=pages, rows=rows, late=late)

    def _take_page(self, one: Import, since: datetime | None) -> Import:
        number = one.cursor % one.pages
        columns, rows = self._staging.page(one, number)
        mapping = self._mappings.read(one.creditor, one.source, one.mapping)
        page = Page(Understanding(mapping, columns), rows)
        assert self._push is not None, "steps are done where there is a way into the books"
        is_late = one.cursor >= one.pages
        lines, counts = page.take(
            self._store, self._push, one.creditor, mapping, since, is_late=is_late
        )
        self._staging.keep_lines(one, one.cursor, lines)
        return self._save(one, cursor=one.cursor + 1, counts=one.counts + counts)

    def _finish(self, one: Import) -> Import:
        self._staging.finish(one)
        done = self._save(one, state="done", finished=True)
        self._staging.clear(done)
        return done

    def _save(self, one: Import, *, finished: bool = False, **changes: object) -> Import:
        """Write what a step came to, if nobody else did it meanwhile."""
        new = replace(
            one,
            **changes,  # type: ignore[arg-type]  # fields of an import, by name
            began_at=None,
            held_until=None,
            moved_at=self._clock.now(),
            finished_at=self._clock.now() if finished else one.finished_at,
            version=one.version + 1,
        )
        return self._commit(new, one.version)

    def _commit(self, new: Import, expect: int) -> Import:
        try:
            self._store.commit([Put(new, expect=expect)])
        except CommitConflict:
            raise ImportBusy("This import is being worked on.") from None
        return new


def _resumed(one: Import) -> Import:
    """Return an import as it was before it failed; another one as it is."""
    if one.state != "failed":
        return one
    state: ImportState = "running" if one.pages else "waiting"
    return replace(one, state=state, code="", text="", finished_at=None)


def _opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)
