"""Odd, broken and hostile files: refused or flagged with the place, never half taken."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import Entry, Statement, collect
from saldo_cli.main import main

PAGE = (
    b":20:STARTUMS\n:25:DE11222220220222220200\n:28C:1/1\n:60F:C260201EUR100,00\n"
    b":61:2602020202C12,35NTRFNONREF//REF1\n:86:166?00GUTSCHRIFT?20SVWZ+Rechnung 4711?32M GmbH\n"
    b":62F:C260202EUR112,35\n-\n"
)
CAMT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.99"><BkToCstmrStmt><GrpHdr/>'
    b"<Stmt><Id>S1</Id><Acct><Id><IBAN>DE11222220220222220200</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    b'<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100</Amt>'
    b"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-02-01</Dt></Dt></Bal>"
    b'<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">112.35</Amt>'
    b"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-02-02</Dt></Dt></Bal>ENTRIES"
    b"</Stmt></BkToCstmrStmt></Document>"
)
ENTRY = (
    b'<Ntry><Amt Ccy="EUR">12.35</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
    b"<BookgDt><Dt>2026-02-02</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>M GmbH</Nm>"
    b"</Pty></Dbtr></RltdPties><RmtInf><Ustrd>Rechnung 4711</Ustrd></RmtInf></TxDtls></NtryDtls>"
    b"</Ntry>"
)
WHOLE = CAMT.replace(b"ENTRIES", ENTRY)


def of(content: bytes) -> list[Statement]:
    return list(collect(read(BytesIO(content))))


def only(content: bytes) -> Statement:
    (statement,) = of(content)
    return statement


def codes(statement: Statement) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity, each.place) for each in statement.findings]


@pytest.mark.parametrize("content", [PAGE, WHOLE])
def test_a_whole_statement_has_nothing_to_say_against_it(content: bytes) -> None:
    statement = only(content)
    assert statement.findings == ()
    assert statement.is_balanced is True
    assert statement.head.iban == "DE11222220220222220200"
    (entry,) = statement.entries
    assert (entry.amount_minor, entry.counterparty.name) == (1235, "M GmbH")
    assert entry.remittance == "Rechnung 4711"


def test_interest_valued_on_30_february_is_read_as_its_last_day_and_flagged() -> None:
    statement = only(PAGE.replace(b":61:2602020202", b":61:2602300202"))
    assert str(statement.entries[0].value_on) == "2026-02-28"
    assert codes(statement) == [("value-day-not-in-calendar", "warning", "line 5")]


def test_a_booking_on_30_february_is_refused_with_its_place() -> None:
    statement = only(PAGE.replace(b":61:2602020202", b":61:2602020230"))
    assert ("day-not-in-calendar", "refused", "line 5") in codes(statement)
    assert not statement.is_ok
    statement = only(WHOLE.replace(b"<BookgDt><Dt>2026-02-02", b"<BookgDt><Dt>2026-02-30"))
    assert ("day-not-in-calendar", "refused", "Stmt[1]/Ntry[1]") in codes(statement)
    assert statement.entries == ()


def test_binary_bytes_are_refused_where_they_stand() -> None:
    at = PAGE.index(b"4711")
    statement = only(PAGE.replace(b"4711", b"47\x0011"))
    assert codes(statement) == [("binary-content", "refused", f"byte {at + 2}")]
    assert not only(WHOLE.replace(b"4711", b"47\x0011")).is_ok
    assert not only(bytes(range(256)) * 40).is_ok


def test_mixed_line_ends_are_read_and_flagged_where_they_begin() -> None:
    statement = only(PAGE.replace(b":28C:1/1\n", b":28C:1/1\r\n"))
    assert codes(statement) == [("mixed-line-ends", "warning", "line 3")]
    assert statement.is_balanced is True
    assert only(PAGE.replace(b"\n", b"\r\n")).findings == ()
    assert only(PAGE.replace(b"\n", b"\r")).findings == ()


def test_a_missing_last_line_end_is_mentioned_and_costs_nothing() -> None:
    statement = only(PAGE[:-1])
    assert codes(statement) == [("no-final-line-end", "information", f"byte {len(PAGE) - 1}")]
    assert statement.is_ok
    assert statement.is_balanced is True


@pytest.mark.parametrize("content", [PAGE, WHOLE])
def test_a_file_cut_off_anywhere_is_never_taken_for_whole(content: bytes) -> None:
    needed = content.rindex(b"112,35") if content is PAGE else len(content) - 1
    for at in range(needed):
        for statement in of(content[:at]):
            assert not (statement.is_ok and statement.is_balanced), content[:at]


def test_a_statement_in_latin_1_or_windows_characters_keeps_its_umlauts() -> None:
    assert only(PAGE.replace(b"M GmbH", b"M\xfcller")).entries[0].counterparty.name == "Müller"
    dashed = only(PAGE.replace(b"M GmbH", b"M\x96\xfc"))
    assert dashed.entries[0].counterparty.name == "M–ü"
    assert codes(dashed) == [("encoding-assumed", "information", "")]
    utf8 = only(PAGE.replace(b"M GmbH", "Müller".encode()))
    assert utf8.entries[0].counterparty.name == "Müller"


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE d SYSTEM "http://example.invalid/d.dtd">',
    ],
)
def test_no_entity_of_any_kind_is_ever_resolved(doctype: bytes) -> None:
    statement = only(WHOLE.replace(b"?>\n", b"?>\n" + doctype))
    assert codes(statement) == [("document-type-refused", "refused", "line 2")]


def test_a_namespace_prefix_and_an_envelope_change_nothing() -> None:
    inner = WHOLE.partition(b"?>\n")[2].replace(b"</", b"</n:")
    prefixed = (
        inner.replace(b"<", b"<n:").replace(b"<n:/n:", b"</n:").replace(b"xmlns=", b"xmlns:n=")
    )
    enveloped = b"<Envelope><Head/>" + prefixed + b"</Envelope>"
    for content in (prefixed, enveloped):
        statement = only(content)
        assert statement.entries == only(WHOLE).entries
        assert statement.is_balanced is True


def test_a_batch_is_split_only_where_its_parts_make_up_the_booking() -> None:
    part = b'<TxDtls><Amt Ccy="EUR">%s</Amt></TxDtls>'
    parts = (part % b"2.35") + (part % b"10")
    batch = ENTRY.replace(b"<TxDtls>", parts + b"<TxDtls><Amt Ccy='EUR'>0</Amt>", 1)
    split = only(CAMT.replace(b"ENTRIES", batch))
    assert [(e.id, e.amount_minor) for e in split.entries] == [
        ("1.1", 235),
        ("1.2", 1000),
        ("1.3", 0),
    ]
    whole = only(CAMT.replace(b"ENTRIES", batch.replace(b">10<", b">11<")))
    assert [(e.id, e.amount_minor) for e in whole.entries] == [("1", 1235)]
    assert codes(whole) == [("batch-not-split", "warning", "Stmt[1]/Ntry[1]")]


def test_a_returned_debit_names_the_customer_and_the_reason() -> None:
    back = ENTRY.replace(b"CRDT", b"DBIT").replace(
        b"<RmtInf>", b"<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf><RmtInf>"
    )
    (entry,) = only(CAMT.replace(b"ENTRIES", back)).entries
    assert (entry.amount_minor, entry.return_reason) == (-1235, "AM04")
    assert entry.counterparty.name == "M GmbH"


def test_pending_and_informational_entries_do_not_count_in_the_balance() -> None:
    pending = ENTRY.replace(b"BOOK", b"PDNG")
    assert only(CAMT.replace(b"ENTRIES", ENTRY + pending)).is_balanced is True
    twice = only(CAMT.replace(b"ENTRIES", ENTRY + ENTRY))
    assert twice.is_balanced is False
    assert [f.code for f in twice.findings] == ["does-not-balance"]
    assert len(twice.entries) == 2


def _peak(begin: bytes, entry: bytes, end: bytes, size: int) -> int:
    content = BytesIO(begin + entry * (size // len(entry)) + end)
    tracemalloc.start()
    try:
        rows = sum(isinstance(row, Entry) for row in read(content))
        assert rows == size // len(entry)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["camt", "mt940"])
def test_memory_does_not_grow_with_the_file(kind: str) -> None:
    if kind == "camt":
        begin, end = CAMT.split(b"ENTRIES")
        entry = ENTRY
    else:
        cut = PAGE.index(b":61:"), PAGE.index(b":62F:")
        begin, entry, end = PAGE[: cut[0]], PAGE[cut[0] : cut[1]], PAGE[cut[1] :]
    small, large = (_peak(begin, entry, end, size) for size in (200_000, 1_000_000))
    assert large < small * 1.5


def test_the_command_prints_one_object_per_statement_and_refuses_what_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, cut = tmp_path / "good.xml", tmp_path / "cut.sta"
    good.write_bytes(WHOLE)
    cut.write_bytes(PAGE + PAGE[: PAGE.index(b":62F:")])
    assert main(["statement", "read", str(good)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    shown = json.loads(line)
    assert shown["ok"] is True
    assert (shown["format"], shown["account"]) == ("camt.053", "DE11222220220222220200")
    assert shown["opening"]["amount"] == "100.00"
    assert shown["closing"]["amount"] == "112.35"
    assert shown["balanced"] is True
    assert shown["entries"][0]["amount"] == "12.35"
    assert shown["entries"][0]["counterparty"]["name"] == "M GmbH"
    assert main(["statement", "read", str(cut), str(good), str(tmp_path / "none")]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["ok"] for each in told] == [True, False, True, False]
    assert told[1]["findings"][0]["place"] == "line 9"
    assert told[3]["findings"][0]["code"] == "file-missing"


def test_of_a_broken_xml_file_no_statement_is_shown_as_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "two.xml"
    begin, end = WHOLE.index(b"<Stmt>"), WHOLE.index(b"</Stmt>") + len(b"</Stmt>")
    file.write_bytes(WHOLE[:end] + WHOLE[begin : end - 30])
    assert main(["statement", "read", str(file)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["ok"], told["entries"]) == (False, [])
    assert told["findings"][0]["code"] == "xml-broken"
    assert told["findings"][0]["place"].startswith("line ")
