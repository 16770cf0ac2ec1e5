"""Records from files, as `saldo push` reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from saldo_cli.problems import UsageProblem
from saldo_cli.records import FileNotReadable, read_records


def file(tmp_path: Path, name: str, text: str) -> Path:
    made = tmp_path / name
    made.write_text(text, "utf-8")
    return made


def test_json_is_a_list_or_the_bulk_call_itself(tmp_path: Path) -> None:
    assert read_records(file(tmp_path, "a.json", '[{"number": "1"}]')) == [{"number": "1"}]
    whole = file(tmp_path, "b.json", '{"records": [{"number": "2"}]}')
    assert read_records(whole) == [{"number": "2"}]


def test_json_lines_may_have_empty_lines(tmp_path: Path) -> None:
    lines = file(tmp_path, "a.jsonl", '{"number": "1"}\n\n{"number": "2"}\n')
    assert [record["number"] for record in read_records(lines)] == ["1", "2"]


def test_csv_leaves_out_empty_cells_and_reads_truth(tmp_path: Path) -> None:
    table = file(tmp_path, "a.csv", "number,amount,due_date_agreed,description\n1,9.50,yes,\n")
    assert read_records(table) == [{"number": "1", "amount": "9.50", "due_date_agreed": True}]


def test_what_is_neither_true_nor_false_is_left_for_the_api_to_refuse(tmp_path: Path) -> None:
    table = file(tmp_path, "a.csv", "number,already_sent\n1,perhaps\n")
    assert read_records(table)[0]["already_sent"] == "perhaps"


def test_contact_columns_make_one_contact(tmp_path: Path) -> None:
    table = file(tmp_path, "a.csv", "number,contact.name,contact.email\n1,AP,ap@one.example\n2,,\n")
    assert read_records(table) == [
        {"number": "1", "contacts": [{"name": "AP", "email": "ap@one.example"}]},
        {"number": "2"},
    ]


def test_discount_columns_make_an_invoices_discounts(tmp_path: Path) -> None:
    head = "number,discount.until,discount.percent,discount2.until,discount2.amount\n"
    rows = "1,2026-12-03,3,2026-12-10,5.00\n2,2026-12-03,2.5,,\n3,,,,\n"
    first = {"until": "2026-12-03", "percent": "3"}
    assert read_records(file(tmp_path, "a.csv", head + rows)) == [
        {"number": "1", "discounts": [first, {"until": "2026-12-10", "amount": "5.00"}]},
        {"number": "2", "discounts": [{**first, "percent": "2.5"}]},
        {"number": "3"},
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", "is no JSON"),
        ("a.json", '{"number": "1"}', "no list of records"),
        ("a.json", "[1]", "Record 1 is no JSON object"),
        ("a.jsonl", '{"number": "1"}\n[', "Line 2 is no JSON"),
        ("a.jsonl", '"text"', "Line 1 is no JSON object"),
        ("a.csv", "number\n1,2\n", "more cells than the head"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(FileNotReadable, match=reason):
        read_records(file(tmp_path, name, text))


def test_a_file_that_is_not_there_and_one_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable, match="No such file"):
        read_records(tmp_path / "none.json")
    with pytest.raises(UsageProblem):
        read_records(tmp_path / "table.xlsx")
