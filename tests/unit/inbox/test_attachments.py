"""Files of strangers: what payers send is handed out, what may run something is not."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.inbox.attachments import judge
from tests.unit.files.hostile import PNG

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(*names: str, encrypted: bool = False) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(ZipInfo(name), b"x")
    data = file.getvalue()
    if encrypted:  # the flag of each entry, in its own head and in the table of contents
        data = data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
        place = data.find(b"PK\x01\x02")
        while place >= 0:
            data = data[: place + 8] + b"\x01" + data[place + 9 :]
            place = data.find(b"PK\x01\x02", place + 1)
    return data


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Beleg.pdf", PDF, "application/pdf"),
        ("BELEG.PDF", PDF, "application/pdf"),
        ("", PDF, "application/pdf"),
        ("foto.png", PNG, "image/png"),
        ("notiz.txt", b"Wir zahlen am Freitag.", "text/plain"),
        ("zahlungen.csv", b"RE-1;119,00\nRE-2;50,00", "text/plain"),
    ],
)
def test_what_payers_send_is_handed_out(name: str, data: bytes, kind: str) -> None:
    assert judge(data, name) == ("ok", "", kind)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("rechnung.exe", b"MZ\x90", "program"),
        ("rechnung.pdf.exe", PDF, "program"),
        ("rechnung.exe.pdf", PDF, "program"),
        ("rechnung.pdf", b"MZ\x90\x00", "program"),
        ("rechnung.pdf .scr", PDF, "program"),
        ("mahnung.js", b"alert(1)", "program"),
        ("start.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
        ("a", b"#!/bin/sh\nrm -rf", "program"),
        ("a.bin", b"\x7fELF", "program"),
        ("image.iso", b"x", "program"),
        ("seite.html", b"harmlos", "web-page"),
        ("seite.pdf", b"<!DOCTYPE html><script>", "web-page"),
        ("bild.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "web-page"),
        ("bild.png", b"<?xml version='1.0'?><svg/>", "web-page"),
        ("makro.docm", packed("[Content_Types].xml"), "macros"),
        ("brief.docx", packed("[Content_Types].xml", "word/vbaProject.bin"), "macros"),
        ("alt.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("brief.rtf", b"{\\rtf1 hallo}", "macros"),
        ("geheim.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("geheim.zip", packed("a.pdf", encrypted=True), "encrypted"),
        ("paket.zip", packed("a.pdf", "b/start.exe"), "program"),
        ("paket.zip", packed("innen.zip"), "archive-not-readable"),
        ("paket.zip", b"PK\x03\x04kaputt", "archive-not-readable"),
        ("paket.7z", b"7z\xbc\xaf\x27\x1c", "archive-not-readable"),
        ("paket.pdf", b"Rar!\x1a\x07\x00", "archive-not-readable"),
        ("aktiv.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript>>"), "pdf-that-runs-something"),
        ("start.pdf", PDF.replace(b"<<>>", b"<</S /Launch /F(x)>>"), "pdf-that-runs-something"),
    ],
)
def test_what_may_run_something_is_not(name: str, data: bytes, why: str) -> None:
    assert judge(data, name)[:2] == ("suspicious", why)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("brief.docx", packed("[Content_Types].xml", "word/document.xml"), "kind"),
        ("rechnungen.zip", packed("RE-1.pdf", "RE-2.pdf"), "kind"),
        ("alt.xls", OLE, "kind"),
        ("geschuetzt.pdf", PDF.replace(b"<<>>", b"<</Encrypt 5 0 R>>"), "encrypted"),
        ("rechnung.xml", b"<Invoice><ID>1</ID></Invoice>", "kind"),
        ("foto.pdf", PNG, "other-than-its-name"),
        ("leer.pdf", b"", "empty"),
        ("daten.dat", b"\x00\x01\x02", "kind"),
    ],
)
def test_what_is_merely_unusual_may_be_saved(name: str, data: bytes, why: str) -> None:
    assert judge(data, name)[:2] == ("unusual", why)


def test_an_archive_that_unpacks_to_much_is_never_unpacked() -> None:
    file = BytesIO()
    with ZipFile(file, "w", compression=8) as archive:
        archive.writestr("a.txt", bytes(40_000_000))
    assert judge(file.getvalue(), "a.zip")[0] == "unusual"


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200), st.text(max_size=40), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-"])
)
def test_any_bytes_under_any_name_are_judged(data: bytes, name: str, start: bytes) -> None:
    assert judge(start + data, name)[0] in {"ok", "unusual", "suspicious"}
