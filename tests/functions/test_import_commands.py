"""At the command line: a file is tried, its mapping set, its rows taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saldo_cli.main import main
from tests.books import Books
from tests.functions import test_money_commands as money
from tests.functions.test_money_commands import run, said
from tests.imported import MAPPING, table

books = money.books

GOOD = ("RE-77", "10077", "Beispiel AG", "01.10.2026", "15.10.2026", "1.190,00")
MORE = ("RE-76", "10077", "Beispiel AG", "02.10.2026", "16.10.2026", "1,50")
BAD = ("RE-78", "10077", "Beispiel AG", "31.02.2026", "15.10.2026", "1,00")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A table and a mapping."""
    (tmp_path / "op.csv").write_bytes(table(GOOD, MORE, BAD))
    (tmp_path / "map.json").write_text(json.dumps(MAPPING), "utf-8")
    return str(tmp_path / "op.csv"), str(tmp_path / "map.json")


def test_a_file_is_tried_without_a_stack(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = run(capsys, "mapping", "try", files[0])
    assert code == 1  # a row would be refused
    assert told["proposed"]
    assert told["counts"] == {"invoice": 2, "refused": 1}
    assert told["rows"][0]["record"]["amount"] == "1190.00"
    assert told["refusals"][0]["first_line"] == 4
    code, text = said(capsys, "mapping", "try", files[0], "--map", files[1])
    assert code == 1
    assert "1190.00 EUR" in text
    assert "day-not-readable" in text
    assert "By the mapping" in text


def test_a_guess_is_a_mapping_on_standard_output_and_doubts_beside_it(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mapping", "guess", files[0]]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["fields"]["number"] == {"column": "Rechnung"}
    assert "EUR" in told.err


def test_a_ready_made_mapping_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = run(capsys, "mapping", "ready", "datev-debitoren")
    assert code == 0
    assert told["layout"]["format"] == "datev-extf"
    assert main(["mapping", "ready", "klingon"]) == 2


def test_what_is_no_file_and_no_table_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mapping", "try", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "none.csv").write_bytes(b"")
    assert main(["mapping", "try", str(tmp_path / "none.csv")]) == 1
    assert "empty" in capsys.readouterr().err


def test_a_file_is_taken_and_reported(
    books: Books, files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = run(capsys, "mapping", "set", "erp", files[1])
    assert (code, told["version"]) == (0, 1)
    report = tmp_path / "report.csv"
    code, told = run(capsys, "import", "file", files[0], "--source", "erp", "--report", str(report))
    assert code == 1  # a row was refused
    assert told["state"] == "done"
    assert (told["counts"]["taken"], told["counts"]["refused"]) == (2, 1)
    assert "RE-78,day-not-readable" in report.read_text("utf-8-sig")
    assert books.invoice_now("RE-77", "10077").open_minor == 119000
    code, again = run(capsys, "import", "file", files[0], "--source", "erp")
    assert again["id"] == told["id"]
    code, shown = run(capsys, "import", "show", told["id"])
    assert (code, shown["counts"]) == (1, told["counts"])
    code, text = said(capsys, "import", "list")
    assert (code, told["id"] in text) == (0, True)
    code, text = said(capsys, "mapping", "list")
    assert "erp" in text
    code, found = run(capsys, "mapping", "show", "erp")
    assert found == MAPPING
