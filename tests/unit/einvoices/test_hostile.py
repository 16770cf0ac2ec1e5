"""Files made to hurt: each is refused in a process that has little memory and little time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from saldo.adapters.einvoice.limits import LIMITS
from tests.unit.einvoices.made import INVOICE as INVOICE_MADE

MEMORY_MAX = 700 * 1024 * 1024
SECONDS_MAX = 20
"""Processor time: none of these needs more than a few seconds."""

_READER = f"""
import os, resource, signal, sys, traceback
import saldo.adapters.einvoice.pdf, saldo.adapters.einvoice.read
from saldo_cli.arguments import parser
from saldo_cli.main import main
parser()

def read(path):
    for name, number in ("out", 1), ("err", 2):
        os.dup2(os.open(path + "." + name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MAX}, {MEMORY_MAX}))
    resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS_MAX}, {SECONDS_MAX}))
    signal.alarm(120)
    code = 70
    try:
        code = main(["invoice", "read", path])
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

for line in sys.stdin:
    child = os.fork() or read(line.rstrip())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Reads every file in a process of its own, without starting Python for each."""

INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


@pytest.fixture(scope="module", autouse=True)
def _reader() -> Iterator[None]:
    command = [sys.executable, "-c", _READER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as reader:
        _READERS.append(reader)
        yield
        _READERS.clear()


_READERS: list[subprocess.Popen[str]] = []


def refused(source: bytes, tmp_path: Path) -> str:
    """Return why a file is refused; fail if it is not, or takes too much."""
    file = tmp_path / "hostile"
    file.write_bytes(source)
    (reader,) = _READERS
    assert reader.stdin is not None and reader.stdout is not None
    print(file, file=reader.stdin, flush=True)
    code = int(reader.stdout.readline())

    assert file.with_suffix(".err").read_text() == ""
    assert code == 1
    told = json.loads(file.with_suffix(".out").read_text())
    assert told["ok"] is False
    return str(told["error"])


def xml(inside: str, *, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<Invoice xmlns="{INVOICE}" xmlns:cbc="{CBC}">'
        f"{inside}</Invoice>"
    ).encode()


def entity_bomb() -> bytes:
    levels = "".join(
        f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' if at else '<!ENTITY l0 "lol">'
        for at in range(12)
    )
    return xml("<cbc:ID>&l11;</cbc:ID>", before=f"<!DOCTYPE Invoice [{levels}]>")


def external_entity(address: str) -> bytes:
    return xml(
        "<cbc:ID>&secret;</cbc:ID>",
        before=f'<!DOCTYPE Invoice [<!ENTITY secret SYSTEM "{address}">]>',
    )


@pytest.mark.parametrize(
    "source",
    [
        entity_bomb(),
        external_entity("file:///etc/passwd"),
        external_entity("http://127.0.0.1:9/secret"),
        xml("", before='<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/invoice.dtd">'),
        entity_bomb().decode().encode("utf-16"),
    ],
    ids=["entity-bomb", "external-file", "external-address", "external-subset", "utf-16"],
)
def test_whoever_declares_a_document_type_is_refused(source: bytes, tmp_path: Path) -> None:
    assert "document type" in refused(source, tmp_path)


def test_an_endless_tree_is_refused(tmp_path: Path) -> None:
    deep = "<cbc:Note>" * 100_000

    assert "deeper" in refused(xml(deep), tmp_path)


def test_millions_of_elements_are_refused(tmp_path: Path) -> None:
    many = "<cbc:ID/>" * (LIMITS.elements_max + 1)

    assert "elements" in refused(xml(many), tmp_path)


def test_an_element_with_thousands_of_attributes_is_refused(tmp_path: Path) -> None:
    many = " ".join(f'a{at}="1"' for at in range(5_000))

    assert "attributes" in refused(xml(f"<cbc:ID {many}/>"), tmp_path)


def test_a_file_larger_than_is_ever_taken_is_refused(tmp_path: Path) -> None:
    assert "larger" in refused(xml("<cbc:ID>" + "9" * 12_000_000 + "</cbc:ID>"), tmp_path)
    assert "larger" in refused(b"%PDF-1.7\n" + b"0" * 21_000_000, tmp_path)


def test_numbers_without_end_make_no_sum(tmp_path: Path) -> None:
    inside = f"<cbc:ID>1</cbc:ID><cbc:IssueDate>{'9' * 1_000_000}</cbc:IssueDate>"

    assert refused(xml(inside), tmp_path) == "None"  # refused for what is missing in it


def test_thousands_of_everything_are_judged_in_time(tmp_path: Path) -> None:
    tax = between(INVOICE_MADE, "<cac:TaxSubtotal>", "</cac:TaxSubtotal>")
    line = between(INVOICE_MADE, "<cac:InvoiceLine>", "</cac:InvoiceLine>")
    means = "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode><cbc:PaymentID/>"
    means += "<cac:PaymentMandate><cbc:ID/></cac:PaymentMandate></cac:PaymentMeans>"
    wide = INVOICE_MADE.replace(tax, tax * 6_000).replace(line, line * 6_000)
    wide = wide.replace("<cac:PaymentMeans>", means * 6_000 + "<cac:PaymentMeans>", 1)

    assert refused(wide.encode(), tmp_path) == "None"  # its sums are wrong: findings, no error


def between(text: str, first: str, last: str) -> str:
    begin = text.index(first)
    return text[begin : text.index(last, begin) + len(last)]


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, each))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, trailer, start)
    )
    return out.getvalue()


def embedding(data: bytes, *, filters: bytes = b"/FlateDecode") -> list[bytes]:
    return [
        b"<< /Type /Catalog /Names << /EmbeddedFiles << /Names [(factur-x.xml) 2 0 R] >> >> >>",
        b"<< /Type /Filespec /F (factur-x.xml) /EF << /F 3 0 R >> >>",
        b"<< /Type /EmbeddedFile /Filter %b /Length %d >>\nstream\n%b\nendstream"
        % (filters, len(data), data),
    ]


def test_a_zip_bomb_inside_a_pdf_is_refused(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    chunk = b" " * 10_000_000
    bomb = b"".join(packer.compress(chunk) for _ in range(100)) + packer.flush()

    assert "cannot be read" in refused(pdf(embedding(bomb)), tmp_path)


def test_a_zip_bomb_in_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    packed = zlib.compress(zlib.compress(b" " * 50_000_000, 9), 9)
    filters = b"[/FlateDecode /FlateDecode]"

    assert "cannot be read" in refused(pdf(embedding(packed, filters=filters)), tmp_path)


def test_an_entity_bomb_inside_a_pdf_is_refused(tmp_path: Path) -> None:
    assert "document type" in refused(pdf(embedding(zlib.compress(entity_bomb()))), tmp_path)


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    locked = b"/Encrypt << /Filter /Standard /V 5 /R 6 /O (x) /U (x) /P -1 /OE () /UE () >>"

    assert "encrypted" in refused(pdf(embedding(b""), trailer=locked), tmp_path)


def test_a_name_tree_that_bites_its_tail_is_refused(tmp_path: Path) -> None:
    circle = [
        b"<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>",
        b"<< /Kids [2 0 R 2 0 R 2 0 R] >>",
    ]

    assert "no e-invoice" in refused(pdf(circle), tmp_path)


def test_a_pdf_whose_cross_references_lie_is_refused(tmp_path: Path) -> None:
    whole = pdf(embedding(b"x"))
    chained = whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")

    assert refused(whole[: len(whole) // 2], tmp_path)
    assert refused(chained.replace(b"startxref\n", b"startxref\n9999"), tmp_path)
    assert refused(b"%PDF-1.7\n" + b"1 0 obj <<" * 200_000, tmp_path)


WRONG: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "white": lambda: b"   \n ",
    "zeros": lambda: bytes(100_000),
    "noise": lambda: bytes(range(256)) * 1000,
    "zip": lambda: b"PK\x03\x04" + bytes(1000),
    "image": lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "json": lambda: b'{"invoice": 1}',
    "edifact": lambda: b"UNB+UNOC:3+1+2'",
    "html": lambda: b"<html><body>Rechnung</body></html>",
    "other-xml": lambda: b'<Invoice xmlns="urn:other"><ID>1</ID></Invoice>',
    "cut-off": lambda: xml("<cbc:ID>1</cbc:ID>")[:-9],
    "unknown-encoding": lambda: b'<?xml version="1.0" encoding="klingon"?><a/>',
    "wrong-encoding": lambda: b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe</a>',
    "many-byte-encoding": lambda: b'<?xml version="1.0" encoding="shift_jis"?><a>\x83\x65</a>',
    "surrogates": lambda: b"<a>&#xD800;</a>",
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_what_is_no_invoice_is_refused_with_a_reason(kind: str, tmp_path: Path) -> None:
    assert refused(WRONG[kind](), tmp_path) != "None"
