"""Days in the order that their country writes them."""

from datetime import date

import pytest

from saldo.tables.days import possible_forms, read_day


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("21.11.2026", "DMY", date(2026, 11, 21)),
        ("21.11.26", "DMY", date(2026, 11, 21)),
        ("21/11/2026", "DMY", date(2026, 11, 21)),
        ("21-11-2026", "DMY", date(2026, 11, 21)),
        ("211126", "DMY", date(2026, 11, 21)),
        ("21112026", "DMY", date(2026, 11, 21)),
        ("11/21/2026", "MDY", date(2026, 11, 21)),
        ("2026-11-21", "YMD", date(2026, 11, 21)),
        ("20261121", "YMD", date(2026, 11, 21)),
        ("2026-11-21T00:00:00Z", "YMD", date(2026, 11, 21)),
        ("21.11.2026 00:00:00", "DMY", date(2026, 11, 21)),
        ("21-Nov-2026", "DMY", date(2026, 11, 21)),
        ("3. März 2026", "DMY", date(2026, 3, 3)),
        ("1 déc. 2026", "DMY", date(2026, 12, 1)),
        ("46347", "serial", date(2026, 11, 21)),
        ("01.02.99", "DMY", date(1999, 2, 1)),
    ],
)
def test_a_day_reads_in_its_form(text: str, form: str, day: date) -> None:
    assert read_day(text, form) == day


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("31.02.2026", "DMY"),
        ("21.11.2026", "MDY"),
        ("11.12.2026", "MDY"),
        ("21/11/2026", "MDY"),
        ("2026-11-21", "DMY"),
        ("", "DMY"),
        ("0", "serial"),
        ("1.1", "DMY"),
        ("00.00.0000", "DMY"),
    ],
)
def test_what_is_no_day_of_that_form_is_none(text: str, form: str) -> None:
    assert read_day(text, form) is None


def test_the_third_of_april_and_the_fourth_of_march_look_the_same() -> None:
    assert possible_forms("03/04/2026") == {"DMY", "MDY"}
    assert possible_forms("03.04.2026") == {"DMY"}
    assert possible_forms("13/04/2026") == {"DMY"}
