"""Workbooks as Excel writes them, and as somebody writes them who means harm."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from saldo.adapters.sheets import workbooks
from saldo.tables.model import Row, TableNotReadable, TableTooLarge, WorkbookNotTaken
from tests.imported import TABLES, opener

SHEET = "xl/worksheets/sheet1.xml"


def _book(fill: Callable[[Any, Any], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book, book.add_worksheet("Offene Posten"))
    book.close()
    return out.getvalue()


def _rows(data: bytes) -> list[Row]:
    found = TABLES.detect(opener(data))
    return list(TABLES.open(opener(data), found.layout).rows)


def _open_items(book: Any, sheet: Any) -> None:
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    zeros = book.add_format({"num_format": "000000000000"})
    sheet.merge_range(0, 0, 0, 4, "Offene Posten zum 21.11.2026")
    for place, name in enumerate(("Konto", "Rechnung", "Datum", "Offen", "Name")):
        sheet.write_string(2, place, name)
    sheet.write_number(3, 0, 100000000123, zeros)
    sheet.write_string(3, 1, "0815")
    sheet.write_datetime(3, 2, datetime(2026, 3, 4), day)  # noqa: DTZ001 - a day of a sheet
    sheet.write_number(3, 3, 1234.56)
    sheet.write_string(3, 4, "Müller")
    sheet.write_number(4, 0, 815, zeros)
    sheet.write_string(4, 1, "0816")
    sheet.write_datetime(4, 2, datetime(2026, 4, 3), day)  # noqa: DTZ001 - a day of a sheet
    sheet.write_string(4, 3, "1.234,50")
    sheet.write_formula(6, 3, "=SUM(D4:D5)", None, 2469.06)


def test_numbers_days_and_zeros_in_front_come_out_of_a_workbook_as_they_went_in() -> None:
    rows = _rows(_book(_open_items))
    assert rows[0].cells == ("100000000123", "0815", "2026-03-04", "1234.56", "Müller")
    assert rows[1].cells[0] == "000000000815"
    assert rows[1].cells[3] == "1.234,50"
    assert 3 in rows[0].typed
    assert 3 not in rows[1].typed
    assert (rows[2].line, rows[2].cells) == (7, ("", "", "", "2469.06"))


def test_fifteen_digits_are_never_written_as_a_power_of_ten() -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Konto", "Betrag"])
        sheet.write_row(1, 0, [123456789012345.0, 0.07])
        sheet.write_row(2, 0, [1e15, 0.1 + 0.2])

    rows = _rows(_book(fill))
    assert rows[0].cells == ("123456789012345", "0.07")
    assert rows[1].cells == ("1000000000000000", "0.3")


def test_several_sheets_are_said() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Konto", "Betrag"])
        sheet.write_row(1, 0, ["1", 2])
        book.add_worksheet("Legende")

    found = TABLES.detect(opener(_book(fill)))
    assert found.sheets == ("Offene Posten", "Legende")
    assert "several sheets" in " ".join(found.doubts)


def _changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return out.getvalue()


def _bomb(content: bytes) -> bytes:
    return content.replace(b"</worksheet>", b" " * 80_000_000 + b"</worksheet>")


def _entities(content: bytes) -> bytes:
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return content.replace(b"?>", b"?>" + lol, 1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (_bomb, WorkbookNotTaken),
        (_entities, WorkbookNotTaken),
        (lambda content: content[:-300], TableNotReadable),
        (lambda _: b"", TableNotReadable),
        (lambda content: content.replace(b'<row r="7"', b'<row r="99999999999"'), TableTooLarge),
    ],
)
def test_a_workbook_that_means_harm_is_refused_at_once(
    change: Callable[[bytes], bytes], refusal: type[Exception]
) -> None:
    data = _changed(_book(_open_items), SHEET, change)
    began = time.monotonic()
    with pytest.raises(refusal):
        _rows(data)
    assert time.monotonic() - began < 3


def test_a_cell_at_the_end_of_the_world_costs_no_world() -> None:
    def far(content: bytes) -> bytes:
        last = b'<row r="1048576"><c r="IV1048576"><v>1</v></c></row></sheetData>'
        return content.replace(b"</sheetData>", last)

    data = _changed(_book(_open_items), SHEET, far)
    began = time.monotonic()
    rows = _rows(data)
    assert time.monotonic() - began < 3
    assert rows[-1].line == 1_048_576


def test_a_locked_workbook_and_other_archives_are_told_apart() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(TableNotReadable, match="no workbook"):
        TABLES.detect(opener(out.getvalue()))
    twice = io.BytesIO(_book(_open_items))
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<worksheet/>")
    with pytest.raises(WorkbookNotTaken, match="twice"):
        TABLES.detect(opener(twice.getvalue()))


def test_more_texts_than_fit_into_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_TEXTS_BYTES_MAX", 100)
    with pytest.raises(TableTooLarge, match="texts"):
        TABLES.detect(opener(_book(_open_items)))
