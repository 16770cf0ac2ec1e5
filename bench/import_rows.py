"""How fast a table comes into the books, and what memory it takes.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/import_rows.py [ROWS] [csv|xlsx]

A file of ROWS open items of a tenth as many debtors, with days and amounts as a German ledger
writes them, goes through what is deployed: laid out in pages, each page understood, judged and
booked as a push by JSON is, and reported row by row. The books are in memory, whose growth is ours
and not the import's: so the peak is told after the laying out, before any row was taken, and at the
end. Files lie in a temporary folder. Times are of this process's processor.
"""

from __future__ import annotations

import csv
import io
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from saldo.accounts.model import Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import SystemClock
from saldo.edge.v1.row_push import RowPush
from saldo.ids import SeededIds
from saldo.settings import Settings
from saldo.wiring import Services

HEADER = ("Rechnung", "Kunde", "Name", "Datum", "Fällig", "Offen", "Text")
MAPPING = {
    "schema": 1,
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
        "description": {"column": "Text"},
    },
}
_MB = 1024


class FolderFiles:
    """Bytes in a folder. Implements `FileStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes, content_type: str) -> None:
        del content_type
        (self._folder / quote(name, safe="")).write_bytes(data)

    def get(self, name: str) -> bytes | None:
        path = self._folder / quote(name, safe="")
        return path.read_bytes() if path.exists() else None

    def delete(self, name: str) -> None:
        (self._folder / quote(name, safe="")).unlink(missing_ok=True)


def rows_of(count: int) -> list[tuple[str, ...]]:
    """Return so many open items."""
    return [
        (
            f"RE-{n:07}",
            f"{10000 + n % (count // 10 or 1)}",
            f"Beispiel {n % (count // 10 or 1)} GmbH & Co. KG",
            f"{n % 28 + 1:02}.10.2026",
            f"{n % 28 + 1:02}.11.2026",
            f"{n % 9 + 1}.{n % 1000:03},{n % 100:02}",
            f"Reparatur nach Auftrag {n}",
        )
        for n in range(count)
    ]


def csv_of(count: int) -> bytes:
    """Return the table as CSV in code page 1252."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADER, *rows_of(count)])
    return out.getvalue().encode("cp1252")


def xlsx_of(count: int) -> bytes:
    """Return the table as a workbook."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, HEADER)
    for place, row in enumerate(rows_of(count), 1):
        sheet.write_row(place, 0, row[:3])
        for column in (3, 4):
            at = datetime.strptime(row[column], "%d.%m.%Y").replace(tzinfo=None)  # noqa: DTZ007
            sheet.write_datetime(place, column, at, day)
        sheet.write_number(place, 5, float(row[5].replace(".", "").replace(",", ".")))
        sheet.write_string(place, 6, row[6])
    book.close()
    return out.getvalue()


def peak_mb() -> float:
    """Return the most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "csv"
    with tempfile.TemporaryDirectory() as folder:
        # Made in a process of its own: its memory is not the import's.
        made = Path(folder) / "table"
        if os.fork() == 0:
            made.write_bytes(csv_of(count) if kind == "csv" else xlsx_of(count))
            os._exit(0)
        os.wait()
        _measure(made.read_bytes(), count, kind, Path(folder))


def _measure(data: bytes, count: int, kind: str, folder: Path) -> None:
    services = Services(
        Settings(),
        store=MemoryStore(),
        clock=SystemClock(),
        ids=SeededIds(1),
        file_store=FolderFiles(folder),
    )
    now = datetime.now(UTC)
    creditor = Creditor(
        "bench", "Beispiel", "DE", "de", "Europe/Berlin", "plain-2-18-34", created_at=now
    )
    services.accounts.create_creditor(creditor)
    layout = (
        {"format": "csv", "encoding": "cp1252", "separator": ";", "header_line": 1}
        if kind == "csv"
        else {"format": "xlsx", "header_line": 1}
    )
    services.mappings.set("bench", "erp", {**MAPPING, "layout": layout}, "bench")
    imports = services.imports.with_push(RowPush(services), queued=False)
    before = peak_mb()
    one = imports.begin("bench", "erp", f"table.{kind}", data, "bench")
    start = time.process_time()
    one = imports.step(one)
    laid = time.process_time()
    laid_mb = peak_mb()
    while not one.is_over:
        one = imports.step(one)
    done = time.process_time()
    again = imports.begin("bench", "erp", f"table.{kind}", data, "bench", again="x")
    while not again.is_over:
        again = imports.step(again)
    repeated = time.process_time()
    assert one.counts.taken == count, one
    assert again.counts.unchanged == count, again
    print(f"{kind}: {count:,} rows, {len(data) / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
    print(f"  start of the process      {before:7.0f} MB")
    print(f"  laid out in {one.pages} pages  {laid_mb:7.0f} MB, {laid - start:6.1f} s")
    print(f"  taken                     {peak_mb():7.0f} MB, {done - laid:6.1f} s")
    print(f"  in all                    {count / (done - start):7,.0f} rows/s")
    print(f"  the same once more        {count / (repeated - done):7,.0f} rows/s")


if __name__ == "__main__":
    main()
