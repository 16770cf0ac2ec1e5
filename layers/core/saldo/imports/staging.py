"""The rows of an import between its steps: pages on the shelf, so that each step reads its own.

Whatever a file is, it is gone through once; a step begun again reads one page, not the file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Final

from saldo.files.ports import FileStore
from saldo.imports.model import Import, ImportFileGone, ReportLine
from saldo.spreadsheet_cells import harmless
from saldo.tables.model import Row

_JSON: Final = "application/json"
_COLUMNS: Final = ("line", "status", "kind", "id", "code", "text")


class Staging:
    """Keeps an import's file, pages and report."""

    def __init__(self, files: FileStore) -> None:
        self._files = files

    def keep_file(self, one: Import, data: bytes) -> None:
        self._files.put(f"{one.shelf}/file", data, "application/octet-stream")

    def file(self, one: Import) -> bytes:
        """Return the file's bytes; raise ImportFileGone."""
        data = self._files.get(f"{one.shelf}/file")
        if data is None:
            raise ImportFileGone("The file of this import is no longer kept.")
        return data

    def keep_page(
        self, one: Import, page: int, columns: Sequence[str], rows: Sequence[Row]
    ) -> None:
        """Keep a page of rows."""
        packed = {
            "columns": list(columns),
            "rows": [[row.line, list(row.cells), sorted(row.typed)] for row in rows],
        }
        data = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode()
        self._files.put(_page(one, page), data, _JSON)

    def page(self, one: Import, page: int) -> tuple[tuple[str, ...], list[Row]]:
        """Return the columns and the rows of a page; raise ImportFileGone."""
        data = self._files.get(_page(one, page))
        if data is None:
            raise ImportFileGone("The rows of this import are no longer kept.")
        packed = json.loads(data)
        rows = [Row(line, tuple(cells), frozenset(typed)) for line, cells, typed in packed["rows"]]
        return tuple(packed["columns"]), rows

    def keep_lines(self, one: Import, step: int, lines: Sequence[ReportLine]) -> None:
        """Keep what became of the rows of a step; the same step again replaces it."""
        packed = [[getattr(line, name) for name in _COLUMNS] for line in lines]
        data = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode()
        self._files.put(_part(one, step), data, _JSON)

    def lines(self, one: Import, step: int) -> list[ReportLine]:
        """Return what became of the rows of a step, nothing where none was kept."""
        data = self._files.get(_part(one, step))
        return [ReportLine(*values) for values in json.loads(data)] if data else []

    def finish(self, one: Import) -> None:
        """Write the report of an import that is done or failed, as CSV and as JSON."""
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(_COLUMNS)
        lines: list[str] = []
        for line in self._all_lines(one):
            values = [getattr(line, name) for name in _COLUMNS]
            writer.writerow([_harmless(value) for value in values])
            lines.append(json.dumps(dict(zip(_COLUMNS, values, strict=True)), ensure_ascii=False))
        head = json.dumps({"id": one.id, "file": one.name, "source": one.source})
        body = f'{head[:-1]}, "rows": [\n' + ",\n".join(lines) + "\n]}\n"
        self._files.put(f"{one.shelf}/report.csv", table.getvalue().encode("utf-8-sig"), "text/csv")
        self._files.put(f"{one.shelf}/report.json", body.encode(), _JSON)

    def clear(self, one: Import) -> None:
        """Forget the pages and parts of an import that has its report."""
        for page in range(one.pages):
            self._files.delete(_page(one, page))
        for step in range(one.steps):
            self._files.delete(_part(one, step))

    def report(self, one: Import, kind: str) -> bytes | None:
        """Return the report ("csv" or "json"), None where there is none (yet)."""
        return self._files.get(f"{one.shelf}/report.{kind}")

    def _all_lines(self, one: Import) -> Iterator[ReportLine]:
        for page in range(one.pages):
            lines = self.lines(one, page)
            if one.late:
                lines += self.lines(one, one.pages + page)
            if one.state == "failed":
                lines += self._not_reached(one, page, {line.line for line in lines})
            yield from sorted(lines, key=lambda line: line.line)

    def _not_reached(self, one: Import, page: int, reached: set[int]) -> list[ReportLine]:
        _, rows = self.page(one, page)
        return [
            ReportLine(row.line, "not-reached", "", "", one.code, one.text)
            for row in rows
            if row.line not in reached
        ]


def _harmless(value: object) -> object:
    """Return a text that no spreadsheet takes for a formula."""
    return harmless(value) if isinstance(value, str) else value


def _page(one: Import, page: int) -> str:
    return f"{one.shelf}/rows/{page:06}"


def _part(one: Import, step: int) -> str:
    return f"{one.shelf}/parts/{step:06}"
