"""DATEV's format: bookings and master data, and which of their rows a debtor owes."""

import pytest

from saldo.tables.extf import extf_layout
from saldo.tables.model import TableNotReadable
from tests.imported import TABLES, opener

_NAMES = (
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;"
    "Gegenkonto (ohne BU-Schlüssel);Belegdatum;Belegfeld 1;Belegfeld 2;Buchungstext;"
    "Generalumkehr (GU)\r\n"
)


def _head(category: str = "21", name: str = "Buchungsstapel", year: str = "20260701") -> str:
    return (
        f'"EXTF";700;{category};"{name}";13;20261121120000000;;"RE";"";"";1001;1;{year};4;'
        f'20261101;20270131;"Rechnungen";"";1;0;0;"EUR";;"";;;"03";;;"";""\r\n'
    )


def _bookings(*rows: str) -> bytes:
    return (_head() + _NAMES + "".join(f"{row}\r\n" for row in rows)).encode("cp1252")


def _derived(data: bytes) -> list[dict[str, str]]:
    found = TABLES.detect(opener(data))
    assert found.layout.format == "datev-extf"
    table = TABLES.open(opener(data), found.layout)
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]


def test_an_invoice_is_what_a_debtor_owes() -> None:
    (row,) = _derived(_bookings('119,00;"S";"EUR";10001;4400;1512;"RE-1";"150127";"Reifen";'))
    assert row["Saldo: Art"] == "Forderung"
    assert row["Saldo: Debitor"] == "10001"
    assert row["Saldo: Betrag"] == "119.00"
    assert row["Saldo: Belegdatum"] == "2026-12-15"
    assert row["Saldo: Fälligkeit"] == "2027-01-15"


def test_a_day_after_new_year_is_of_the_new_year() -> None:
    (row,) = _derived(_bookings('119,00;"S";"EUR";10001;4400;0501;"RE-1";"";"";'))
    assert row["Saldo: Belegdatum"] == "2027-01-05"


def test_the_debtor_may_stand_on_either_side() -> None:
    rows = _derived(
        _bookings(
            '119,00;"H";"EUR";4400;10001;1512;"RE-1";"";"";',
            '119,00;"S";"EUR";1200;10001;1612;"RE-1";"";"Zahlung";',
        )
    )
    assert [(row["Saldo: Art"], row["Saldo: Betrag"]) for row in rows] == [
        ("Forderung", "119.00"),
        ("Minderung", "-119.00"),
    ]


def test_what_concerns_no_debtor_is_told_apart() -> None:
    rows = _derived(
        _bookings(
            '50,00;"S";"EUR";70001;1200;1512;"ER-1";"";"";',
            '50,00;"S";"EUR";4980;1200;1512;"B-1";"";"";',
            '50,00;"S";"EUR";10001;10002;1512;"U-1";"";"";',
            '50,00;"S";"EUR";10001;4400;1512;"RE-9";"";"";1',
        )
    )
    assert [row["Saldo: Art"] for row in rows] == [
        "kein Debitor",
        "kein Debitor",
        "Umbuchung",
        "Storno",
    ]


def test_a_day_outside_of_the_file_is_none() -> None:
    (row,) = _derived(_bookings('119,00;"S";"EUR";10001;4400;1506;"RE-1";"";"";'))
    assert row["Saldo: Belegdatum"] == ""


def test_of_master_data_debtors_and_creditors_are_told_apart() -> None:
    names = "Konto;Name (Adressattyp Unternehmen);Ort\r\n"
    rows = '10001;"Beispiel AG";"Ulm"\r\n70001;"Lieferant GmbH";"Aalen"\r\n'
    data = (_head("16", "Debitoren/Kreditoren") + names + rows).encode("cp1252")
    assert [row["Saldo: Art"] for row in _derived(data)] == ["Debitor", "Kreditor"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_either_encoding_of_datevs_is_read_whatever_the_mapping_says(encoding: str) -> None:
    names = "Konto;Name (Adressattyp Unternehmen);Ort\r\n"
    text = _head("16", "Debitoren/Kreditoren") + names + '10001;"Müller AG";"Köln"\r\n'
    data = opener(text.encode(encoding))
    (row,) = TABLES.open(data, extf_layout("cp1252")).rows
    assert row.cells[1:3] == ("Müller AG", "Köln")


def test_another_of_datevs_files_is_refused_by_its_name() -> None:
    data = (_head("20", "Kontenbeschriftungen") + "Konto;Kontobeschriftung\r\n").encode("cp1252")
    with pytest.raises(TableNotReadable, match="Kontenbeschriftungen"):
        _derived(data)
