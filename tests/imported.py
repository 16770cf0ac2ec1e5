"""Imports to tell stories with: books in memory, a mapping, a file, and a worker that may die."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from saldo.adapters.memory.files import MemoryFiles
from saldo.adapters.sheets.workbooks import OpenpyxlWorkbooks
from saldo.clock import FixedClock
from saldo.edge.v1.row_push import RowPush
from saldo.imports.book import MappingBook
from saldo.imports.model import Import, ImportJob
from saldo.imports.service import Imports
from saldo.settings import Settings
from saldo.store import Store, Write
from saldo.tables.read import Tables
from saldo.wiring import Services
from tests.books import CREDITOR, START, Books, ListQueue

TABLES = Tables(OpenpyxlWorkbooks())

MAPPING: dict[str, Any] = {
    "schema": 1,
    "layout": {"format": "csv", "encoding": "utf-8", "separator": ";", "header_line": 1},
    "decimal": ",",
    "days": "DMY",
    "fields": {
        "number": {"column": "Rechnung"},
        "account": {"column": "Kunde"},
        "account.name": {"column": "Name"},
        "account.kind": {"value": "business"},
        "issued_on": {"column": "Datum"},
        "due_on": {"column": "Fällig"},
        "amount": {"column": "Offen"},
        "currency": {"value": "EUR"},
    },
}
HEADER = ("Rechnung", "Kunde", "Name", "Datum", "Fällig", "Offen")


class Died(Exception):
    """The process went away here."""


class TickingClock(FixedClock):
    """A clock on which something always happened after what came before it."""

    def now(self) -> datetime:
        self.advance(timedelta(microseconds=1))
        return super().now()


class MortalStore:
    """A store whose process dies after so many commits: before the commit, or just after it."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.lives: int | None = None
        self.is_after = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, writes: Sequence[Write]) -> None:
        if self.lives is not None:
            self.lives -= 1
            if self.lives < 0 and not self.is_after:
                raise Died
        self._inner.commit(writes)
        if self.lives is not None and self.lives < 0:
            raise Died


class Importing:
    """A live creditor with a source that has a mapping."""

    def __init__(self, mapping: dict[str, Any] | None = None, *, files: Any = None) -> None:
        self.books = Books()
        self.books.open_creditor()
        self.store = MortalStore(self.books.store)
        self.clock = TickingClock(START)
        self.files = files or MemoryFiles()
        self.queue = ListQueue()
        self.services = Services(Settings(), store=self.store, clock=self.clock, ids=self.books.ids)
        self.mappings = MappingBook(self.books.store, self.clock)
        if mapping is not None:
            self.mappings.set(CREDITOR, "erp", mapping, "owner")
        self.imports = Imports(
            self.store,
            self.clock,
            self.files,
            TABLES,
            self.mappings,
            RowPush(self.services),
            self.queue,
        )

    def begin(self, data: bytes, name: str = "op.csv", again: str = "") -> Import:
        return self.imports.begin(CREDITOR, "erp", name, data, "owner", again=again)

    def work(self) -> None:
        """Let the queue run dry."""
        while jobs := self.queue.take():
            for job in dict.fromkeys(jobs):
                self.imports.work(job)

    def take(self, data: bytes, name: str = "op.csv", again: str = "") -> Import:
        begun = self.begin(data, name, again)
        self.work()
        return self.imports.get(CREDITOR, begun.id)

    def kick(self, one: Import) -> Import:
        """Let one job run."""
        return self.imports.work(ImportJob(CREDITOR, one.id))

    def report(self, one: Import) -> list[dict[str, Any]]:
        data = self.imports.report(one, "json")
        assert data is not None, "the import is done"
        rows: list[dict[str, Any]] = json.loads(data)["rows"]
        return rows


def table(*rows: Sequence[str], header: Sequence[str] = HEADER, separator: str = ";") -> bytes:
    """Return a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([header, *rows])
    return out.getvalue().encode()


def opener(data: bytes) -> Callable[[], BinaryIO]:
    """Return what opens these bytes."""
    return lambda: io.BytesIO(data)


def many(count: int) -> bytes:
    """Return a table of so many invoices of some hundred debtors."""
    return table(
        *(
            (
                f"RE-{n:06}",
                f"{10000 + n % 300}",
                f"Beispiel {n % 300} GmbH",
                "01.10.2026",
                "15.10.2026",
                f"{n % 900 + 1},{n % 100:02}",
            )
            for n in range(count)
        )
    )
