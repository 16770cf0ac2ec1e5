"""`saldo law …` as it is typed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saldo_cli.main import main

VECTOR = (
    "law interest --country DE --debtor business --principal 10000.00 "
    "--from 2025-06-02 --to 2025-08-31"
)


def run(line: str) -> int:
    try:
        return main(line.split())
    except SystemExit as end:
        return int(end.code or 0)


def answer(line: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert run(f"{line} --json") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return json.loads(printed.out)


def test_the_published_vector_to_the_letter(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(VECTOR, capsys) == {
        "segments": [
            {
                "from": "2025-06-02",
                "to": "2025-06-30",
                "days": 29,
                "rate": "11.27",
                "principal": "10000.00",
                "amount": "89.5425",
            },
            {
                "from": "2025-07-01",
                "to": "2025-08-31",
                "days": 62,
                "rate": "10.27",
                "principal": "10000.00",
                "amount": "174.4493",
            },
        ],
        "total": "263.99",
    }


def test_a_person_reads_days_rates_amounts_and_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"{VECTOR} --payment 2025-07-15=2500.00") == 0
    out = capsys.readouterr().out
    for word in ("89.5425", "11.27 %", "7500.00", "Sum: 230.23 EUR", "Open on 2025-08-31"):
        assert word in out


def test_an_unconfirmed_rate_is_told_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    late = VECTOR.replace("2025-08-31", "2027-01-31")
    assert run(late) == 0
    out = capsys.readouterr().out
    assert "Unconfirmed: 10.52 %, valid from 2026-07-01; source: " in out
    assert "no row covers its time; carried forward from 2026-07-01" in out


def test_the_ledgers_order_and_costs(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(
        f"{VECTOR} --order costs-interest-principal --costs 40.00 --payment 2025-07-01=1129.54",
        capsys,
    )
    assert [s["principal"] for s in found["segments"]] == ["10000.00", "9000.0025"]


def test_other_currencies_and_day_counts(capsys: pytest.CaptureFixture[str]) -> None:
    yen = answer(f"{VECTOR.replace('10000.00', '10000')} --currency JPY", capsys)
    assert (yen["segments"][0]["amount"], yen["total"]) == ("89.54", "264")
    thirties = answer(f"{VECTOR} --day-count 30/360", capsys)
    assert [s["days"] for s in thirties["segments"]] == [29, 60]
    old = answer(f"{VECTOR} --arose-on 2014-07-28", capsys)
    assert [s["rate"] for s in old["segments"]] == ["10.27", "9.27"]


@pytest.mark.parametrize(
    "change",
    [
        ("10000.00", "0"),
        ("10000.00", "-5.00"),
        ("10000.00", "10.000,00"),
        ("10000.00", "10000.001"),
        ("10000.00", "1e4"),
        ("10000.00", "10000000000000000"),
        ("2025-08-31", "2025-06-01"),
        ("2025-08-31", "2025-02-29"),
        ("2025-08-31", "31.08.2025"),
        ("2025-06-02", "2025-6-2"),
        ("DE", "XX"),
        ("DE", "Germany"),
        ("business", "friend"),
        ("--principal 10000.00", ""),
        ("--to", "--payment 2025-07-01 --to"),
        ("--to", "--payment 2025-07-01=0.00 --to"),
        ("--to", "--payment 2025-07-01=-1.00 --to"),
        ("--to", "--payment 2025-13-01=1.00 --to"),
        ("--to", "--currency EURO --to"),
        ("--to", "--order interest --to"),
        ("--to", "--day-count 30/365 --to"),
        ("--to", "--costs 0 --to"),
        ("--to", "--arose-on 2025-06-03 --to"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(
    change: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(VECTOR.replace(*change)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (VECTOR.replace("2025-06-02", "2001-06-02"), "rate-unknown"),
        (VECTOR.replace("DE", "US"), "contract-clause"),
        (VECTOR.replace("DE", "FR").replace("business", "consumer"), "national-law"),
        ("law costs --country US --principal 1000.00", "contract-clause"),
    ],
)
def test_what_the_law_does_not_give_is_refused_with_the_missing_fact(
    line: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line) == 1
    assert capsys.readouterr().err.strip().endswith(".")
    assert run(f"{line} --json") == 1
    assert json.loads(capsys.readouterr().out)["missing"] == code


@pytest.mark.parametrize(
    ("options", "total"),
    [
        ("--country NL --principal 50.00", "40.00"),
        ("--country NL --principal 266.67", "40.00"),
        ("--country NL --principal 1000.00 --debtor consumer", "150.00"),
        ("--country nl --principal 1000000", "6775.00"),
        ("--country NL --principal 1000.00 --vat 21", "181.50"),
        ("--country NL --principal 1000.00 --principal 200.00", "180.00"),
        ("--country DE --debtor business --principal 1000.00", "40.00"),
        ("--country DE --debtor business", "40.00"),
        ("--country DE --debtor consumer --principal 1000.00", "0.00"),
        ("--country FR --debtor business", "40.00"),
    ],
)
def test_costs_by_country(options: str, total: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(f"law costs {options}", capsys)["total"] == total
    assert run(f"law costs {options}") == 0
    assert f"Sum: {total} EUR" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [
        "--country NL",
        "--country NL --principal 0",
        "--country NL --principal -1",
        "--country NL --principal 100 --vat 0",
        "--country NL --principal 100 --vat 21%",
        "--country NL --principal 100 --vat 101",
        "--country DE",
        "--country DE --debtor business --vat 19",
        "--country GB --debtor business",
    ],
)
def test_costs_that_cannot_be_meant_end_with_2(
    options: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(f"law costs {options}") == 2
    assert capsys.readouterr().err


def test_rates_are_listed_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("law rates") == 0
    out = capsys.readouterr().out
    assert "German base rate (de/base_rate)" in out
    assert "1.52 %" in out
    assert run("law rates --check --as-of 2026-07-01") == 1
    assert "Dutch statutory interest from 2026-07-01 is missing" in capsys.readouterr().out
    assert run("law rates --check --as-of 2024-12-31") == 0
    assert "Every rate of 2024-12-31 is there" in capsys.readouterr().out
    found = answer("law rates --as-of 2027-01-01", capsys)
    assert {w["code"] for w in found["warnings"]} == {"missing"}
    assert len(found["tables"]) == 4
