"""Statements of account for ERPs and at the command line."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from saldo.clock import FixedClock
from saldo.edge.v1.statements import StatementAnswer
from saldo.wiring import install
from saldo_cli.main import main
from tests.books import ACCOUNT, Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal

books = money.books


@pytest.fixture
def erp(clock: FixedClock) -> Iterator[Erp]:
    erp = World(clock).erp()
    erp.begin()
    yield erp
    install(None)


def test_an_erp_compares_its_books_with_ours(erp: Erp) -> None:
    told = erp.get("/v1/statements", account="D-1").json
    TypeAdapter(StatementAnswer).validate_python(told)
    (part,) = told["parts"]
    (booked,) = part["bookings"]
    (open_,) = part["open"]
    assert booked["kind"] == "invoice"
    assert booked["document"] == open_["invoice"]
    assert part["opening"] == part["credit"] == "0.00"
    assert booked["amount"] == booked["balance"] == part["closing"] == open_["open"]
    before = erp.get("/v1/statements", account="D-1", to="2020-01-01").json
    assert before["parts"] == []


def test_the_same_as_a_file(erp: Erp) -> None:
    answer = erp.get("/v1/statements/csv", account="D-1")
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.body.startswith("\ufeffrecord,currency,".encode())


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"account": "nobody"}, "account-unknown"),
        ({"account": "D-1", "from": "2026-02-31"}, "parameter-not-valid"),
        ({"account": "D-1", "since": "2026-01-01"}, "parameter-not-valid"),
        ({}, "parameter-not-valid"),
        ({"account": "D-1", "from": "2026-02-02", "to": "2026-02-01"}, "period-not-valid"),
    ],
)
def test_what_is_no_statement_is_refused(erp: Erp, query: dict[str, str], code: str) -> None:
    for resource in ("/v1/statements", "/v1/statements/csv"):
        assert refusal(erp.get(resource, **query))[1] == code


def test_a_statement_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    money.take(capsys)
    code, told = money.run(capsys, "account", "statement", ACCOUNT)
    assert code == 0
    (part,) = told["parts"]
    assert (part["closing"], part["open_total"], part["credit"]) == ("39.00", "50.00", "11.00")
    _, text = money.said(capsys, "account", "statement", ACCOUNT)
    assert "invoice RE-1" in text
    assert "39.00 EUR" in text
    for name, begins in (("a.pdf", b"%PDF-"), ("a.csv", b"\xef\xbb\xbfrecord"), ("a.xlsx", b"PK")):
        file = tmp_path / name
        assert main(["account", "statement", ACCOUNT, "--out", str(file)]) == 0
        assert file.read_bytes().startswith(begins)
    assert zipfile.is_zipfile(tmp_path / "a.xlsx")
    assert main(["account", "statement", ACCOUNT, "--out", str(tmp_path / "a.doc")]) == 2
    assert main(["account", "statement", "nobody"]) == 1
    capsys.readouterr()
