"""Banks' CSV downloads by a mapping: columns say what, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.csv_map import CsvMapNotValid, csv_map
from saldo.statements.model import Statement, collect

IBAN = "DE02120300000000202051"
MAP: dict[str, Any] = {
    "account": IBAN,
    "currency": "EUR",
    "columns": {
        "booked_on": "Buchungstag",
        "value_on": "Valuta",
        "amount": "Betrag",
        "name": "Name",
        "iban": "IBAN",
        "remittance": ["Zweck 1", "Zweck 2"],
        "balance": "Saldo",
    },
    "days": "DMY",
    "decimal": ",",
}
HEAD = "Kontoauszug vom 20.11.2026\n\nBuchungstag;Valuta;Betrag;Name;IBAN;Zweck 1;Zweck 2;Saldo\n"
NEW = "20.11.2026;20.11.2026;1.119,00;Müller GmbH;DE02 5001 0517 0137 0750 30;RE-1;Rest;2.119,00\n"
OLD = '19.11.26;19.11.26;-50,00;"Bank; Gebühr";;Konto;;1.000,00\n'


def of(content: bytes, **changes: Any) -> list[Statement]:
    return list(collect(read(BytesIO(content), csv_map({**MAP, **changes}))))


@pytest.mark.parametrize("rows", [NEW + OLD, OLD + NEW])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_rows_become_entries_whichever_end_is_the_newest(rows: str, encoding: str) -> None:
    (statement,) = of((HEAD + rows).encode(encoding))
    assert statement.is_balanced is True
    assert statement.opening is not None and statement.opening.amount_minor == 105000
    assert statement.closing is not None and statement.closing.amount_minor == 211900
    paid = next(entry for entry in statement.entries if entry.amount_minor > 0)
    assert (paid.amount_minor, paid.booked_on) == (111900, date(2026, 11, 20))
    assert (paid.counterparty.name, paid.remittance) == ("Müller GmbH", "RE-1 Rest")
    assert paid.counterparty.iban == "DE02500105170137075030"
    assert statement.head.iban == IBAN


def test_credit_and_debit_in_columns_of_their_own_and_rows_that_are_pending() -> None:
    columns = {"booked_on": "Date", "credit": "In", "debit": "Out", "status": "State"}
    content = b"Date,In,Out,State\n2026-11-20,10.00,,booked\n2026-11-20,,4.00,Pending\n"
    (statement,) = of(content, columns=columns, days=None, decimal=".", pending=["pending"])
    assert [(e.amount_minor, e.status) for e in statement.entries] == [
        (1000, "booked"), (-400, "pending"),
    ]  # fmt: skip


def test_a_column_may_say_that_money_left() -> None:
    columns = {"booked_on": "Datum", "amount": "Bedrag", "sign": "Af Bij"}
    content = b"Datum;Bedrag;Af Bij\n20261120;10,00;Bij\n20261120;4,00;Af\n"
    (statement,) = of(content, columns=columns, days="YMD", debits=["Af"])
    assert [entry.amount_minor for entry in statement.entries] == [1000, -400]


def test_a_day_that_could_be_two_is_refused_with_its_line() -> None:
    columns = {"booked_on": "Date", "amount": "Amount"}
    content = b"Date;Amount\n13/04/2026;1,00\n03/04/2026;1,00\n"
    (statement,) = of(content, columns=columns, days=None)
    refused = [(f.code, f.place) for f in statement.findings if f.severity == "refused"]
    assert refused == [("day-not-readable", "line 3")]


def test_an_amount_that_could_be_two_is_refused() -> None:
    columns = {"booked_on": "Date", "amount": "Amount"}
    (statement,) = of(
        b"Date;Amount\n2026-04-13;1.234\n", columns=columns, days="YMD", decimal="mixed"
    )
    assert [f.code for f in statement.findings] == ["amount-not-readable"]


def test_rows_of_several_accounts_are_several_statements() -> None:
    columns = {"account": "Rekening", "booked_on": "Datum", "amount": "Bedrag"}
    content = b"Rekening;Datum;Bedrag\nNL1;20261120;1,00\nNL1;20261120;2,00\nNL2;20261120;3,00\n"
    told = of(content, columns=columns, days="YMD")
    assert [(one.head.account, len(one.entries)) for one in told] == [("NL1", 2), ("NL2", 1)]


def test_a_column_that_is_missing_refuses_the_file() -> None:
    (statement,) = of(b"Datum;Bedrag\n20261120;1,00\n")
    assert [f.code for f in statement.findings] == ["column-missing"]


def test_a_quote_that_is_never_closed_refuses_the_file() -> None:
    (statement, *_) = of((HEAD + NEW + '20.11.2026;"' + "x;" * 60_000).encode())
    assert not statement.is_ok


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": {}},
        {"columns": {"amount": "Betrag"}},
        {"columns": {"booked_on": "T", "amount": "B", "credit": "C"}},
        {"columns": {"booked_on": "T", "amount": ["B", "C"]}},
        {"columns": {"booked_on": "T", "amount": "B", "colour": "C"}},
        {"account": ""},
        {"currency": ""},
        {"days": "XYZ"},
        {"decimal": ";"},
        {"debits": ["S"]},
        {"pending": ["p"]},
        {"header_line": -1},
        {"colour": "red"},
    ],
)
def test_a_mapping_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CsvMapNotValid):
        csv_map({**MAP, **changes})
