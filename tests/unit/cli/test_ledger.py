"""Reading a ledger: what can be replayed, and which row cannot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from saldo.money import UnknownCurrency
from saldo_cli.replay.ledger import REQUIRED, LedgerLine, LedgerNotReadable, read_ledger

HEAD = "account,invoice,issued_on,due_on,amount,paid_on\n"
SAME = {name: name for name in REQUIRED}


def read(tmp_path: Path, rows: str, head: str = HEAD, **more: str) -> list[LedgerLine]:
    file = tmp_path / "ledger.csv"
    file.write_text(head + rows, "utf-8")
    return read_ledger(file, SAME, "%Y-%m-%d", more.get("currency", "EUR"))


def test_an_invoice_is_read_with_its_days_and_minor_units(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "A1,2026/7,2026-01-05,2026-02-04,1234.5,2026-02-10\n")
    assert line == LedgerLine(
        2, "A1", "2026/7", date(2026, 1, 5), date(2026, 2, 4), "EUR", 1234_50, date(2026, 2, 10)
    )


def test_an_empty_payment_day_means_never_paid(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "A1,7,2026-01-05,2026-02-04,10,\n")
    assert line.paid_on is None


def test_a_byte_order_mark_and_unknown_columns_do_not_matter(tmp_path: Path) -> None:
    (line,) = read(
        tmp_path, "A1,7,2026-01-05,2026-02-04,10,,x\n", "\ufeff" + HEAD.strip() + ",more\n"
    )
    assert line.account == "A1"


def test_columns_and_dates_are_mapped(tmp_path: Path) -> None:
    file = tmp_path / "us.csv"
    file.write_text("who,no,on,due,sum,paid\nA,1,1/2/2026,2/1/2026,3,2/1/2026\n", "utf-8")
    columns = dict(zip(REQUIRED, ("who", "no", "on", "due", "sum", "paid"), strict=True))
    (line,) = read_ledger(file, columns, "%m/%d/%Y", "USD")
    assert (line.issued_on, line.paid_on) == (date(2026, 1, 2), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A1,7,2026-01-05,2026-02-04,ten,\n", "'ten' is not an amount"),
        ("A1,7,2026-01-05,2026-02-04,1.005,\n", "more decimals than EUR"),
        ("A1,7,2026-01-05,2026-02-04,0,\n", "not above zero"),
        ("A1,7,2026-01-05,2026-02-04,-3,\n", "not above zero"),
        ("A1,7,05.01.2026,2026-02-04,3,\n", "does not match format"),
        ("A1,7,2026-01-05,2026-01-04,3,\n", "due before it was issued"),
        ("A1,7,2026-01-05,2026-02-04,3,2026-01-04\n", "paid before it was issued"),
        (",7,2026-01-05,2026-02-04,3,\n", "account is empty"),
        ("A1,7\n", "issued_on is empty"),
    ],
)
def test_a_row_that_cannot_be_lived_is_named_with_its_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    with pytest.raises(LedgerNotReadable) as caught:
        read(tmp_path, row)
    assert caught.value.sentence == "1 of 1 rows cannot be replayed."
    assert "Row 2: " in caught.value.remedy
    assert reason in caught.value.remedy


def test_a_number_that_stands_twice_is_refused(tmp_path: Path) -> None:
    row = "A1,7,2026-01-05,2026-02-04,3,\n"
    with pytest.raises(LedgerNotReadable) as caught:
        read(tmp_path, row * 2)
    assert "Row 3: invoice 7 stands in row 2 already." in caught.value.remedy


def test_many_bad_rows_are_counted_and_ten_are_shown(tmp_path: Path) -> None:
    with pytest.raises(LedgerNotReadable) as caught:
        read(tmp_path, "".join(f"A1,{n},x,2026-02-04,3,\n" for n in range(25)))
    assert caught.value.sentence == "25 of 25 rows cannot be replayed."
    assert caught.value.remedy.count("Row ") == 10
    assert caught.value.remedy.endswith("… and 15 more.")


def test_a_missing_column_is_named_beside_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerNotReadable) as caught:
        read(tmp_path, "A1\n", "account\n")
    assert "'paid_on'" in caught.value.sentence
    assert caught.value.remedy == "It has: account."


def test_a_file_that_is_not_there_empty_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(LedgerNotReadable, match="cannot be read"):
        read_ledger(tmp_path / "none.csv", SAME, "%Y", "EUR")
    with pytest.raises(LedgerNotReadable, match="no invoices"):
        read(tmp_path, "")
    binary = tmp_path / "picture.csv"
    binary.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(LedgerNotReadable, match="UTF-8"):
        read_ledger(binary, SAME, "%Y", "EUR")


def test_an_unknown_currency_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownCurrency):
        read(tmp_path, "A1,7,2026-01-05,2026-02-04,3,\n", currency="XXX")
