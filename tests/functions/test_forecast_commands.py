"""`saldo forecast backtest` over the public ledgers: better than the rules, and calibrated."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo_cli.main import main
from tests.corpora import CORPORA, files
from tests.replay.ledgers import IBM_COLUMNS

PAYMENTS = CORPORA / "payment-behaviour"
KEYS = ["mae_days", "median_ae_days", "auc_late", "coverage_80", "pinball"]
RULES = ["due_date", "global_median", "account_mean"]

LEDGER = """account,invoice,issued_on,due_on,amount,paid_on
A,1,2026-01-05,2026-02-04,100.00,2026-02-14
A,2,2026-02-05,2026-03-07,100.00,2026-03-17
A,3,2026-03-20,2026-04-19,100.00,2026-04-28
B,4,2026-03-21,2026-04-20,100.00,2026-04-20
B,5,2026-03-22,2026-04-21,100.00,
B,6,2026-03-23,2026-04-22,a lot,
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["forecast", "backtest", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def scores(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, Any]]:
    code, text, _ = run(capsys, "--json", *arguments)
    assert code == 0
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


def better_than_the_rules(found: dict[str, dict[str, Any]]) -> None:
    assert list(found) == ["model", *RULES]
    assert all(list(each) == KEYS for each in found.values())
    for rule in RULES:
        assert found["model"]["mae_days"] < found[rule]["mae_days"], rule
        assert found["model"]["pinball"] < found[rule]["pinball"], rule
    assert 0.75 <= found["model"]["coverage_80"] <= 0.85


@pytest.mark.parametrize("split", ["2012-06-30", "2012-09-30"])
@pytest.mark.parametrize("ledger", files(PAYMENTS / "ibm-late-payment", "invoices_2012.csv"))
def test_a_utility_knows_when_its_customers_pay(
    ledger: Path, split: str, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = [part for pair in IBM_COLUMNS.items() for part in ("--map", "=".join(pair))]
    found = scores(
        capsys, str(ledger), *maps, "--date-format", "%m/%d/%Y", "--currency", "USD",
        "--split", split,
    )  # fmt: skip
    better_than_the_rules(found)


@pytest.mark.parametrize(
    "split",
    [
        "2014-06-30",
        *(
            pytest.param(split, marks=pytest.mark.long)
            for split in ("2013-12-31", "2014-12-31", "2015-06-30", "2015-10-31")
        ),
    ],
)
@pytest.mark.parametrize("bills", files(PAYMENTS / "vendor-bills", "bills_before_2016-02-10.csv"))
def test_suppliers_know_when_one_company_pays_them(
    bills: Path, split: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    better_than_the_rules(scores(capsys, str(ledger_of(bills, tmp_path)), "--split", split))


def ledger_of(bills: Path, folder: Path) -> Path:
    """Write vendor bills as a ledger: they say after how many days they were paid, not when."""
    ledger = folder / "ledger.csv"
    with bills.open(encoding="utf-8-sig") as file, ledger.open("w", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(["account", "invoice", "issued_on", "due_on", "amount", "paid_on"])
        for number, row in enumerate(csv.DictReader(file)):
            issued, due = (
                datetime.strptime(row[name], "%d-%b-%y").date()  # noqa: DTZ007 - a day, no instant
                for name in ("Invoice_Date", "Due_Date")
            )
            paid = issued + timedelta(days=int(row["Number_of_Days_until_Payment"]))
            amount = f"{float(row['Amount']):.2f}"
            rows.writerow([row["Vendor_Name"], number, issued, due, amount, paid])
    return ledger


def test_a_person_reads_what_was_compared_and_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER, "utf-8")
    code, text, told = run(capsys, str(ledger), "--split", "2026-03-18")
    assert code == 0
    assert "Learnt from 2 invoices paid by 2026-03-18, forecast 2 issued later" in text
    assert "1 are open to this day" in text
    for label in ("forecast", "the due date", "everybody's median", "the account's mean"):
        assert label in text
    assert "Row 7" in told


def test_a_split_after_the_last_invoice_leaves_nothing_to_try(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(LEDGER, "utf-8")
    code, _, told = run(capsys, str(ledger), "--split", "2026-12-31")
    assert code == 1
    assert "No invoice was issued after 2026-12-31 and paid later." in told


HEAD = "account,invoice,issued_on,due_on,amount,paid_on\n"
ONE_ACCOUNT = [
    f"A,{n},2026-01-{n:02},2026-02-{n:02},100.00,2026-02-{n + 3:02}" for n in range(1, 20)
]
ODD_LEDGERS = {
    "one account": (ONE_ACCOUNT, "2026-01-10"),
    "the split before all rows": (ONE_ACCOUNT, "2020-01-01"),
    "every row twice": ([*ONE_ACCOUNT, *ONE_ACCOUNT], "2026-01-10"),
    "most were never paid": (
        [*ONE_ACCOUNT[:3], *(line.rsplit(",", 1)[0] + "," for line in ONE_ACCOUNT[3:15]),
         *ONE_ACCOUNT[15:]],
        "2026-01-12",
    ),
    "nothing is late": (
        [f"A{n},{n},2026-01-{n:02},2026-03-01,1.00,2026-02-01" for n in range(1, 28)],
        "2026-01-15",
    ),
    "a day that no calendar ends": (
        [*ONE_ACCOUNT, "B,99,2026-01-12,9999-12-31,100.00,2026-04-01"],
        "2026-01-10",
    ),
    "paid before it was issued": (
        [*ONE_ACCOUNT, "B,99,2026-01-12,2026-01-02,0.00,2025-12-01"],
        "2026-01-10",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_LEDGERS)
def test_an_odd_ledger_gets_an_answer_in_numbers(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, split = ODD_LEDGERS[name]
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(HEAD + "\n".join(lines), "utf-8")
    found = scores(capsys, str(ledger), "--split", split)
    assert list(found) == ["model", *RULES]
    assert all(list(each) == KEYS for each in found.values())
    for rule in ("due_date", "account_mean"):
        assert found[rule]["coverage_80"] is None, "a day alone has no interval"
    assert 0 <= found["model"]["coverage_80"] <= 1
    assert 0 <= found["model"]["mae_days"] < 10_000_000


@pytest.mark.parametrize(
    ("lines", "arguments", "said"),
    [
        ([], ("--split", "2026-01-10"), "The file has no invoices."),
        (ONE_ACCOUNT, ("--split", "2026-01-19"), "No invoice was issued after 2026-01-19"),
        (
            [line.rsplit(",", 1)[0] + "," for line in ONE_ACCOUNT],
            ("--split", "2026-01-10"),
            "No invoice was issued after 2026-01-10 and paid later.",
        ),
        (ONE_ACCOUNT, ("--split", "2026-01-10", "--date-format", "%d.%m.%Y"), "does not match"),
        (ONE_ACCOUNT, ("--split", "2026-01-10", "--date-format", "%Q"), "bad directive"),
        (ONE_ACCOUNT, ("--split", "2026-01-10", "--map", "account=Customer"), "'Customer'"),
        (ONE_ACCOUNT, ("--split", "2026-01-10", "--currency", "ZZZ"), "ZZZ"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_a_sentence(
    lines: list[str],
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(HEAD + "\n".join(lines), "utf-8")
    code, text, told = run(capsys, "--json", str(ledger), *arguments)
    assert (code in (1, 2), text) == (True, "")
    assert said in told
    assert "Traceback" not in told
