"""Files as programs export them: what is seen in them, and what rows come out."""

import pytest

from saldo.tables.encodings import detect_encoding
from saldo.tables.model import EncodingContradicted, Layout, TableNotReadable, TableTooLarge
from saldo.tables.read import survey
from tests.imported import TABLES, opener

_ROWS = "Kunde;Name;Betrag\r\n0001;Müller;1,50\r\n0002;Groß & Söhne;2,50\r\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_names_keep_their_umlauts_in_every_encoding(encoding: str, said: str) -> None:
    data = opener(_ROWS.encode(encoding))
    found = TABLES.detect(data)
    assert found.layout.encoding == said
    table = TABLES.open(data, found.layout)
    assert table.columns == ("Kunde", "Name", "Betrag")
    assert [row.cells[1] for row in table.rows] == ["Müller", "Groß & Söhne"]


def test_a_file_that_turned_to_utf8_is_not_read_as_before() -> None:
    layout = Layout(encoding="cp1252")
    assert list(TABLES.open(opener(_ROWS.encode("cp1252")), layout).rows)
    with pytest.raises(EncodingContradicted):
        TABLES.open(opener(_ROWS.encode()), layout)
    with pytest.raises(EncodingContradicted):
        TABLES.open(opener(b"\xef\xbb\xbfA;B\n1;2\n"), layout)


def test_a_guess_at_an_encoding_is_said_to_be_one() -> None:
    found = detect_encoding(opener(b"Name\nM\xc3ller \xf0\xfe\n"))
    assert not found.is_sure


def test_plain_letters_are_read_whatever_the_encoding() -> None:
    assert detect_encoding(opener(b"a;b\n1;2\n")).is_sure


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_seen_though_texts_hold_others(separator: str) -> None:
    text = separator.join(("Kunde", "Name", "Ort", "Offen")) + "\n"
    text += separator.join(("1", '"Beispiel, Sohn; & | Co\tKG"', "Ulm", '"1.234,56"')) + "\n"
    text += separator.join(("2", '"Muster ""Süd"""', "Aalen", '"99,00"')) + "\n"
    found = TABLES.detect(opener(text.encode()))
    assert found.layout.separator == separator
    rows = list(TABLES.open(opener(text.encode()), found.layout).rows)
    assert rows[0].cells == ("1", "Beispiel, Sohn; & | Co\tKG", "Ulm", "1.234,56")
    assert rows[1].cells[1] == 'Muster "Süd"'


def test_a_title_above_the_columns_is_not_taken_for_their_names() -> None:
    text = (
        "Offene Posten;;;\nStand: 21.11.2026;;;\n\nKunde;Rechnung;Fällig;Offen\n1;R1;1.12.2026;5\n"
    )
    found = TABLES.detect(opener(text.encode()))
    assert found.layout.header_line == 4
    (row,) = TABLES.open(opener(text.encode()), found.layout).rows
    assert (row.line, row.cells) == (5, ("1", "R1", "1.12.2026", "5"))


def test_columns_without_names_go_by_their_places() -> None:
    text = "1;R1;01.12.2026;5,00\n2;R2;01.12.2026;6,00\n"
    found = TABLES.detect(opener(text.encode()))
    assert found.layout.header_line == 0
    assert any("No line names the columns" in doubt for doubt in found.doubts)
    table = TABLES.open(opener(text.encode()), found.layout)
    assert table.columns == ("#1", "#2", "#3", "#4")
    assert len(list(table.rows)) == 2


def test_a_name_that_stands_twice_is_told_apart() -> None:
    table = TABLES.open(opener(b"Betrag;Name;Betrag\n1;a;2\n"), Layout())
    assert table.columns == ("Betrag", "Name", "Betrag #2")


def test_a_line_break_in_quotation_marks_is_no_new_row() -> None:
    text = b'A;B\n"one\ntwo";x\nthree;y\n'
    rows = list(TABLES.open(opener(text), Layout()).rows)
    assert [(row.line, row.cells) for row in rows] == [
        (2, ("one\ntwo", "x")),
        (4, ("three", "y")),
    ]


def test_a_quotation_mark_that_is_never_closed_is_found() -> None:
    text = b'A;B\n"one;x\n' + b"three;yyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n" * 2000
    with pytest.raises(TableNotReadable, match="line 2"):
        list(TABLES.open(opener(text), Layout()).rows)


def test_a_byte_that_is_none_of_the_encoding_is_found() -> None:
    with pytest.raises(TableNotReadable, match="not written in utf-8"):
        list(TABLES.open(opener(b"A;B\nM\xfcller;x\n"), Layout()).rows)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\xd0\xcf\x11\xe0 old workbook", "old kind"),
        (b"PK\x03\x04 no archive", "broken"),
        (bytes(range(256)) * 20, "no text"),
    ],
)
def test_what_is_no_table_is_said_to_be_none(data: bytes, why: str) -> None:
    with pytest.raises(TableNotReadable, match=why):
        TABLES.detect(opener(data))


def test_a_table_of_a_thousand_columns_is_refused() -> None:
    with pytest.raises(TableTooLarge):
        list(TABLES.open(opener(b";" * 1000), Layout(header_line=0)).rows)


def test_columns_of_fixed_width_are_cut_out() -> None:
    from saldo.tables.model import FixedColumn

    layout = Layout(
        "fixed-width",
        "cp850",
        header_line=0,
        columns=(
            FixedColumn("Konto", 1, 6),
            FixedColumn("Name", 7, 16),
            FixedColumn("Betrag", 17, 25),
        ),
    )
    text = "010001Müller      119,00\r\n010002Bäcker       99,50\r\n\x1a"
    table = TABLES.open(opener(text.encode("cp850")), layout)
    rows = [row for row in table.rows if not row.is_empty]
    assert [row.cells for row in rows] == [
        ("010001", "Müller", "119,00"),
        ("010002", "Bäcker", "99,50"),
    ]


def test_a_whole_column_tells_what_one_cell_does_not() -> None:
    text = "Nr;Datum;Betrag\n1;03/04/2026;1.234\n2;25/04/2026;1.234,50\n3;04/05/2026;99\n"
    seen = survey(TABLES.open(opener(text.encode()), Layout())).by_name()
    assert seen["Datum"].day_forms == ("DMY",)
    assert seen["Betrag"].decimal == ","


def test_a_column_that_tells_nothing_says_so() -> None:
    text = "Nr;Datum;Betrag\n1;03/04/2026;1.234\n2;05/04/2026;2.345\n"
    seen = survey(TABLES.open(opener(text.encode()), Layout())).by_name()
    assert seen["Datum"].day_forms == ("DMY", "MDY")
    assert seen["Betrag"].decimal is None
    assert seen["Betrag"].where["ambiguous"] == (2, "1.234")
