"""Amounts as ledgers, spreadsheets and people write them."""

import pytest

from saldo.tables.numbers import is_ambiguous, is_damaged, possible_marks, read_number


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1 234,56 €", ",", "1234.56"),
        ("1\u202f234,56\u00a0€", ",", "1234.56"),
        ("CHF 1'234.50", ".", "1234.50"),
        ("119,00-", ",", "-119.00"),
        ("-119,00", ",", "-119.00"),
        ("(119.00)", ".", "-119.00"),
        ("119,00 H", ",", "-119.00"),
        ("119,00 S", ",", "119.00"),
        ("+5", ",", "5"),
        (",50", ",", "0.50"),
        ("007", ",", "7"),
        ("-0,00", ",", "0.00"),
    ],
)
def test_an_amount_reads_as_its_ledger_meant_it(text: str, decimal: str, number: str) -> None:
    assert read_number(text, decimal) == number  # type: ignore[arg-type]  # as parametrised


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1,234.56", ","),
        ("1.234,56", "."),
        ("12.34.56", ","),
        ("1.23,4", ","),
        ("", ","),
        (".", "."),
        ("-", ","),
        ("RE-1", ","),
        ("1e5", "."),
        ("١٢", ","),
        ("12\u0663", "."),
        ("1" * 60, ","),
    ],
)
def test_what_is_no_amount_of_that_form_is_never_read_as_another(text: str, decimal: str) -> None:
    assert read_number(text, decimal) is None  # type: ignore[arg-type]  # as parametrised


def test_of_both_marks_in_one_column_each_amount_is_read_as_it_can_only_be_meant() -> None:
    assert read_number("1.234,56", "mixed") == "1234.56"
    assert read_number("1,234.56", "mixed") == "1234.56"
    assert read_number("99", "mixed") == "99"
    assert read_number("1.234", "mixed") is None


def test_one_thousand_and_one_point_two_three_four_look_the_same() -> None:
    assert is_ambiguous("1.234")
    assert possible_marks("1.234") == {",", "."}
    assert not is_ambiguous("0.234")
    assert not is_ambiguous("1.234,00")


def test_a_number_that_a_spreadsheet_cut_is_known_as_such() -> None:
    assert is_damaged("1,00E+11")
    assert is_damaged("4.5e12")
    assert not is_damaged("E-11")
