"""Downloads in OFX: as SGML without ends, as XML, and what is no bank statement in it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import Statement, collect
from tests.unit.statements.corpus import files, statements

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>GENODEF1<ACCTID>DE02120300000000202051<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261119<DTEND>20261120
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261120120000[+1:CET]<TRNAMT>+119,00<FITID>20261120-1
<NAME>Beispiel &amp; S&#246;hne<MEMO>Rechnung RE-1
</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261120<TRNAMT>-3.50<FITID>20261120-2<NAME>Bank</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1115.50<DTASOF>20261120</LEDGERBAL>
<AVAILBAL><BALAMT>9999.00<DTASOF>20261120</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def only(content: str) -> Statement:
    (statement,) = collect(read(BytesIO(content.encode())))
    return statement


def as_xml(sgml: str) -> str:
    """The same with every element ended."""
    import re

    body = sgml[sgml.index("<OFX>") :]
    closed = re.sub(r"<([A-Z0-9]+)>([^<\n]+)\n?", r"<\1>\2</\1>\n", body)
    return '<?xml version="1.0"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n' + closed


@pytest.mark.parametrize("content", [SGML, as_xml(SGML)])
def test_elements_may_end_or_not(content: str) -> None:
    statement = only(content)
    assert statement.findings == ()
    head = statement.head
    assert (head.format, head.iban, head.currency) == ("ofx", "DE02120300000000202051", "EUR")
    assert (head.first_day, head.last_day) == (date(2026, 11, 19), date(2026, 11, 20))
    assert statement.closing is not None and statement.closing.amount_minor == 111550
    assert statement.is_balanced is None  # there is no opening balance
    paid, fee = statement.entries
    assert (paid.amount_minor, fee.amount_minor) == (11900, -350)
    assert paid.counterparty.name == "Beispiel & Söhne"
    assert (paid.remittance, paid.references.bank) == ("Rechnung RE-1", "20261120-1")
    assert paid.booked_on == date(2026, 11, 20)


def test_a_file_in_one_long_line_is_read() -> None:
    one = SGML[SGML.index("<STMTTRN>") : SGML.index("</STMTTRN>") + len("</STMTTRN>")]
    many = SGML.replace(one, one * 2000)
    flat = many[: many.index("<OFX>")] + many[many.index("<OFX>") :].replace("\n", "")
    assert len(only(flat).entries) == 2001


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("+119,00", "+119,005", "amount-too-precise"),
        ("+119,00", "viel", "amount-not-readable"),
        ("20261120120000[+1:CET]", "20260230", "day-not-in-calendar"),
        ("20261120120000[+1:CET]", "gestern", "day-not-readable"),
        ("<CURDEF>EUR", "<CURDEF>", "currency-missing"),
        ("</OFX>", "", "truncated"),
    ],
)
def test_what_cannot_be_is_refused(old: str, new: str, code: str) -> None:
    told = list(collect(read(BytesIO(SGML.replace(old, new).encode()))))
    refused = [f for each in told for f in each.findings if f.severity == "refused"]
    assert [f.code for f in refused] == [code]
    assert all(f.place.startswith("line ") for f in refused)


def test_entities_of_a_documents_own_are_never_expanded() -> None:
    bomb = as_xml(SGML).replace(
        "<OFX>", '<!DOCTYPE OFX [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><OFX>', 1
    )
    told = list(collect(read(BytesIO(bomb.replace("Rechnung", "&b;").encode()))))
    words = " ".join(entry.remittance for each in told for entry in each.entries)
    assert "aaaa" not in words


@pytest.mark.parametrize("file", files("ofx-*/*.ofx", "ofx-*/*/*.ofx"))
def test_the_samples_are_read_or_refused_with_a_reason(file: Path) -> None:
    read_all = statements(file)
    refused = [f.code for each in read_all for f in each.findings if f.severity == "refused"]
    written = file.read_text("latin-1").upper()
    if "<STMTRS>" not in written and "<CCSTMTRS>" not in written:
        assert refused == ["no-bank-statement"]
    elif file.name == "ofx-v102-empty-tags.ofx":
        assert refused == ["currency-missing"]
    else:
        assert refused == []
        assert sum(len(each.entries) for each in read_all) == written.count("<STMTTRN>")
        assert len(read_all) == written.count("<STMTRS>") + written.count("<CCSTMTRS>")
