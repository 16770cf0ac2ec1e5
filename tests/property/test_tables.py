"""Whatever a program writes as a table comes out of its reader as it went in."""

from __future__ import annotations

import csv
import functools
import io
import random
import zipfile
from contextlib import suppress
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.errors import Refusal
from saldo.tables.days import read_day
from saldo.tables.model import Layout
from saldo.tables.numbers import possible_marks, read_number
from tests.imported import TABLES, opener

_LETTERS = st.characters(codec="cp1252", exclude_categories=("Cc", "Zs", "Cn"))
_CELL = st.text(_LETTERS | st.sampled_from(";,\t|\"' \n"), max_size=12).map(
    lambda text: " ".join(text.split())
)
_AMOUNT = st.integers(-10_000_000_00, 10_000_000_00)
_WIDTH = 4


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(*[_CELL] * _WIDTH), min_size=1, max_size=20),
    separator=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\r\n", "\n"]),
)
def test_every_dialect_comes_back(
    rows: list[tuple[str, ...]], separator: str, encoding: str, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow([f"Spalte{n}" for n in range(_WIDTH)])
    writer.writerows(rows)
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    layout = Layout("csv", name, separator, '"', 1)
    table = TABLES.open(opener(out.getvalue().encode(encoding)), layout)
    read = [row.cells for row in table.rows if not row.is_empty]
    assert read == [row for row in rows if any(row)]


@settings(max_examples=30, deadline=None)
@given(
    names=st.lists(st.text(_LETTERS, min_size=3, max_size=12), min_size=3, max_size=12),
    separator=st.sampled_from([";", "\t", "|"]),
)
def test_an_open_item_list_is_recognised_in_every_dialect(names: list[str], separator: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["Kunde", "Name", "Fällig", "Offen"])
    for number, name in enumerate(names):
        writer.writerow([f"{number:05}", name, f"{number % 28 + 1:02}.11.2026", f"{number},50"])
    data = opener(out.getvalue().encode())
    found = TABLES.detect(data)
    assert (found.layout.separator, found.layout.header_line) == (separator, 1)


@given(minor=_AMOUNT, mark=st.sampled_from([",", "."]), grouped=st.booleans())
def test_an_amount_comes_back_to_the_cent(minor: int, mark: str, grouped: bool) -> None:
    whole, cents = divmod(abs(minor), 100)
    text = f"{whole:,}" if grouped else str(whole)
    text = text.replace(",", "." if mark == "," else ",")
    written = f"{'-' if minor < 0 else ''}{text}{mark}{cents:02}"
    number = read_number(written, mark)  # type: ignore[arg-type]  # one of the two
    assert number is not None
    assert round(float(number) * 100) == minor
    assert mark in possible_marks(written)


@given(day=st.dates(date(1970, 1, 1), date(2199, 12, 31)))
def test_a_day_comes_back_in_every_form(day: date) -> None:
    assert read_day(f"{day:%d.%m.%Y}", "DMY") == day
    assert read_day(f"{day:%m/%d/%Y}", "MDY") == day
    assert read_day(f"{day:%Y-%m-%d}", "YMD") == day
    assert read_day(f"{day:%d%m%Y}", "DMY") == day


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=600) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_bytes_are_a_table_or_are_refused(data: bytes) -> None:
    _read_all(data)


@functools.cache
def _workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Kunde", "Rechnung", "Offen"])
    for row in range(1, 30):
        sheet.write_row(row, 0, [row, f"RE-{row}", row * 1.25])
    book.close()
    return out.getvalue()


def _read_all(data: bytes) -> None:
    with suppress(Refusal):
        found = TABLES.detect(opener(data))
        for row in TABLES.open(opener(data), found.layout).rows:
            assert row.line > 0


@pytest.mark.parametrize("seed", range(8))
def test_a_workbook_spoilt_on_its_way_is_a_table_or_is_refused(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(25):
        spoilt = bytearray(_workbook())
        for _ in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        _read_all(bytes(spoilt))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_workbook_with_any_xml_in_it_is_a_table_or_is_refused(data: st.DataObject) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook())) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        names = sorted(part.filename for part in old.infolist())
        spoilt = data.draw(st.sampled_from(names))
        for name in names:
            content = bytearray(old.read(name))
            if name == spoilt:
                place = data.draw(st.integers(0, len(content) - 1))
                length = data.draw(st.integers(0, 30))
                content[place : place + length] = data.draw(
                    st.binary(max_size=8) | st.sampled_from([b"</c>", b'"', b"<v>x</v>", b't="s"'])
                )
            new.writestr(name, bytes(content))
    _read_all(out.getvalue())


@pytest.mark.parametrize("encoding", [b"U-TF-8", b"utf-7", b"base64", b"idna"])
def test_a_workbook_in_an_encoding_that_nobody_has_is_refused(encoding: bytes) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_workbook())) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "[Content_Types].xml":
                body = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
                content = b'<?xml version="1.0" encoding="' + encoding + b'"?>' + body
            new.writestr(part.filename, content)
    with pytest.raises(Refusal, match="broken"):
        TABLES.detect(opener(out.getvalue()))
