"""What rows say under a mapping, and what none of them is ever made to say."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from saldo.imports.cells import ColumnsMissing, MappingContradicted
from saldo.imports.mapping_read import mapping_from
from saldo.imports.understand import Understanding, Understood
from saldo.tables.model import Row
from tests.imported import HEADER, MAPPING

GOOD = ("RE-1", "10001", "Beispiel AG", "01.10.2026", "15.10.2026", "1.190,00")


def _reader(columns: tuple[str, ...] = HEADER, **fields: Any) -> Understanding:
    data = copy.deepcopy(MAPPING)
    top = {
        name: fields.pop(name)
        for name in list(fields)
        if name in ("days", "decimal", "negative", "leave_out")
    }
    data |= top
    data["fields"] |= {name.replace("__", "."): value for name, value in fields.items()}
    return Understanding(mapping_from(data), columns)


def _of(
    cells: tuple[str, ...], *, typed: frozenset[int] = frozenset(), **fields: Any
) -> Understood:
    return _reader(**fields).of(Row(2, cells, typed))


def _changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, GOOD, strict=True))


def _code(one: Understood) -> str | None:
    return one.refusal.code if one.refusal else None


def test_a_row_is_the_record_that_the_api_takes() -> None:
    one = _of(GOOD)
    assert one.record == {
        "number": "RE-1",
        "account": "10001",
        "issued_on": "2026-10-01",
        "due_on": "2026-10-15",
        "currency": "EUR",
        "amount": "1190.00",
    }
    assert one.account == {"number": "10001", "name": "Beispiel AG", "kind": "business"}


def test_zeros_in_front_of_an_account_number_stay() -> None:
    assert _of(_changed(Kunde="000000100123")).record["account"] == "000000100123"


def test_an_account_number_that_a_spreadsheet_cut_is_refused() -> None:
    assert _code(_of(_changed(Kunde="1,00E+11"))) == "number-damaged"


@pytest.mark.parametrize("amount", ["1,500", "12,345"])
def test_what_may_be_thousands_is_refused_rather_than_read_as_cents(amount: str) -> None:
    assert _code(_of(_changed(Offen=amount))) == "amount-ambiguous"


def test_a_file_with_points_for_decimals_is_refused_whole_under_a_mapping_with_commas() -> None:
    with pytest.raises(MappingContradicted, match="decimal point"):
        _reader().check(Row(2, _changed(Offen="1,190.00")))


def test_a_file_with_the_month_in_front_is_refused_whole_under_a_mapping_with_the_day() -> None:
    with pytest.raises(MappingContradicted, match="MDY"):
        _reader().check(Row(2, _changed(Fällig="10/25/2026")))


def test_a_word_for_a_day_refuses_its_row_alone() -> None:
    _reader().check(Row(2, _changed(Fällig="sofort")))
    assert _code(_of(_changed(Fällig="sofort"))) == "day-not-readable"


def test_days_and_numbers_of_a_workbook_need_no_form() -> None:
    cells = ("RE-1", "10001", "Beispiel AG", "2026-03-04", "2026-03-18", "1234.5")
    one = _of(cells, typed=frozenset({3, 4, 5}))
    assert (one.record["issued_on"], one.record["amount"]) == ("2026-03-04", "1234.5")


def test_a_column_that_is_missing_refuses_the_file() -> None:
    with pytest.raises(ColumnsMissing, match="'Offen'"):
        _reader(columns=HEADER[:-1])


def test_a_column_may_be_named_by_its_place() -> None:
    assert _of(GOOD, description={"column": "#3"}).record["description"] == "Beispiel AG"


def test_parts_are_joined_cut_translated_and_filled_up() -> None:
    one = _of(
        GOOD,
        description={"columns": ["Name", "Rechnung"], "with": ", "},
        order_reference={"column": "Rechnung", "part": {"at": "-", "take": 2}},
        account={"column": "Kunde", "pad": 8},
        account__country={"column": "Name", "part": {"from": 1, "count": 2}, "table": {"Be": "BE"}},
    )
    assert one.record["description"] == "Beispiel AG, RE-1"
    assert one.record["order_reference"] == "1"
    assert one.record["account"] == "00010001"
    assert one.account is not None
    assert one.account["country"] == "BE"


def test_a_word_that_no_table_knows_refuses_its_row() -> None:
    one = _of(GOOD, kind={"column": "Name", "table": {"RE": "invoice"}})
    assert _code(one) == "cell-not-readable"


def test_debit_and_credit_columns_make_one_amount() -> None:
    columns = (*HEADER, "Haben")
    reader = _reader(columns, amount={"column": "Offen", "less": "Haben"})
    assert reader.of(Row(2, (*GOOD, "190,00"))).record["amount"] == "1000.00"


def test_a_sign_in_a_column_of_its_own_counts() -> None:
    columns = (*HEADER, "S/H")
    reader = _reader(
        columns,
        amount={"column": "Offen", "minus_where": {"column": "S/H", "is": ["H"]}},
        negative="leave-out",
    )
    assert reader.of(Row(2, (*GOOD, "h"))).left_out == "the amount is below zero"
    assert reader.of(Row(2, (*GOOD, "S"))).record["amount"] == "1190.00"


def test_an_amount_below_zero_is_never_guessed_to_be_anything() -> None:
    assert _code(_of(_changed(Offen="-5,00"))) == "negative-amount"


def test_below_zero_may_be_said_to_be_a_credit_note() -> None:
    one = _of(_changed(Offen="-5,00"), negative="credit-note", invoice={"column": "Name"})
    assert (one.kind, one.record["amount"], one.record["invoice"]) == (
        "credit-note",
        "5.00",
        "Beispiel AG",
    )


def test_rows_that_are_sums_or_paid_are_left_out_with_their_reason() -> None:
    rules = [{"column": "Rechnung", "is": [""]}, {"column": "Name", "begins": ["summe"]}]
    assert _of(_changed(Rechnung=""), leave_out=rules).left_out == "Rechnung is empty"
    assert _of(_changed(Name="Summe Ulm"), leave_out=rules).left_out == "Name is 'summe ulm'"
    assert _of(_changed(Offen="0,00")).left_out == "nothing is open"


def test_a_payment_is_told_as_one_and_not_taken() -> None:
    assert _code(_of(GOOD, kind={"value": "payment"})) == "payment-row"


def test_how_far_reminders_had_gone_comes_with_the_item() -> None:
    columns = (*HEADER, "Stufe", "Mahndatum", "Inkasso")
    reader = _reader(
        columns,
        stage={"column": "Stufe"},
        last_reminder_on={"column": "Mahndatum"},
        collection={"column": "Inkasso", "table": {"ja": "legal-case"}},
    )
    one = reader.of(Row(2, (*GOOD, "2", "01.11.2026", "")))
    assert one.record["opening"] == {"stage": 2, "last_reminder_on": "2026-11-01"}
    assert one.hold is None
    handed = reader.of(Row(3, (*GOOD, "0", "", "JA")))
    assert handed.record["opening"] == {"stage": 0, "blocked": True}
    assert handed.hold is not None
    assert handed.hold["kind"] == "legal-case"
