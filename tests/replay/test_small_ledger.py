"""The committed ledger of 60 invoices, lived through in this process by the functions' handlers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saldo.clock import FixedClock
from saldo_cli.main import main
from saldo_cli.replay.days import account_record, days_of
from saldo_cli.replay.in_process import InProcess
from saldo_cli.replay.report import FIGURES
from tests.replay import make_ledger
from tests.replay.ledgers import POLICY, SMALL, arguments, live, read

PARTS = ["--in-process", "--json"]


def test_the_committed_ledger_is_what_its_generator_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_ledger, "TARGET", tmp_path / "again.csv")
    make_ledger.main()
    assert (tmp_path / "again.csv").read_bytes() == SMALL.read_bytes()


def test_the_ledger_has_what_makes_a_replay_worth_running() -> None:
    ledger = read(SMALL)
    assert len(ledger) == 60
    third = [n for n in ledger if n.paid_on is None or (n.paid_on - n.due_on).days > 34]
    assert len(third) >= 10
    late = {(n.paid_on - n.due_on).days for n in ledger if n.paid_on is not None}
    assert {2, 3, 18, 19, 34, 35} <= late, "payments on the very day of a stage and the day after"
    assert any("/" in n.number for n in ledger)
    assert any(n.paid_on is None for n in ledger)


def test_living_through_it_gives_what_the_ledger_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    code = main([*arguments(SMALL), *PARTS, "--report", str(report)])
    printed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert printed == json.loads(report.read_text("utf-8"))
    assert {name: printed[name] for name in FIGURES} == {
        "invoices": 60,
        "accounts": 10,
        "invoiced_minor": {"USD": 7027295},
        "settled": 57,
        "reminded": {"1": 32, "2": 23, "3": 14},
        "reminded_after_payment": 0,
        "duplicates": 0,
        "days_to_pay_mean": 37.75,
        "dso": 33.26,
        "open_minor": {"USD": 305593},
    }
    assert printed["differences"] == []
    # One mail per invoice that was not paid on its first day, per reminder and per payment.
    assert printed["mails"] == 60 + 32 + 23 + 14 + 57


def test_one_reminder_per_account_tells_the_same_in_no_more_mails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*arguments(SMALL), *PARTS, "--bundling", "account"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["reminded"] == {"1": 32, "2": 23, "3": 14}
    assert printed["differences"] == []
    assert printed["reminder_mails"] < 32 + 23 + 14


def test_people_get_a_table_and_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments(SMALL), "--in-process"]) == 0
    out, err = capsys.readouterr()
    assert "reminded at stage 3" in out
    assert "Everything happened as the ledger says" in out
    assert "70272.95 USD" in out
    assert err == "", "no progress bar where nobody watches"


def test_another_policy_reminds_by_its_own_days(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments(SMALL, policy="every-2-weeks"), *PARTS]) == 0
    reminded = json.loads(capsys.readouterr().out)["reminded"]
    assert list(reminded) == ["1", "2", "3", "4", "5", "6"]
    assert reminded["1"] > reminded["2"] > reminded["6"] > 0


class SecondDelivery(InProcess):
    """A mail service that takes one reminder twice."""

    def finish(self) -> None:
        super().finish()
        mails = self._world.mails.mails
        mails.append(next(m for m in mails if "Mahnung" in m.subject or "eminder" in m.subject))


class DeafToPayments(InProcess):
    """An installation that loses the first payment of a late payer."""

    def pay(self, numbers: list[str], on: object) -> None:  # type: ignore[override]
        super().pay([n for n in numbers if n != "25000274"], on)  # type: ignore[arg-type]


def test_a_mail_that_leaves_twice_is_seen_and_told(clock: FixedClock) -> None:
    told = live(SMALL, SecondDelivery, clock)
    assert told == ["duplicates: the ledger says 0, the books say 1."]


def test_a_payment_that_is_lost_is_seen_and_told(clock: FixedClock) -> None:
    told = live(SMALL, DeafToPayments, clock)
    assert "settled: the ledger says 57, the books say 56." in told
    assert "Invoice 25000274 was reminded without need at stage 3." in told


def test_differences_end_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saldo_cli.replay.in_process.InProcess", DeafToPayments)
    assert main([*arguments(SMALL), "--in-process"]) == 1
    assert "✗ settled: the ledger says 57" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_found_out_before_the_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "none" / "report.json"
    assert main([*arguments(SMALL), "--in-process", "--report", str(nowhere)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_column_that_no_ledger_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(SMALL), "--map", "colour=InvoiceAmount", "--in-process"]) == 2
    assert "Known: account, invoice" in capsys.readouterr().err


def test_accounts_get_addresses_that_are_nobodys() -> None:
    record = account_record("0379-NEVHP & Söhne GmbH", "ap@{}.example")
    assert record["contacts"][0]["email"] == "ap@0379-nevhp-s-hne-gmbh.example"
    record = account_record("§§", "success+{}@simulator.amazonses.com")
    assert record["contacts"][0]["email"] == "success+account@simulator.amazonses.com"


def test_every_day_is_lived_through_to_the_last_stage_and_payment() -> None:
    ledger = read(SMALL)
    days = days_of(ledger, POLICY)
    assert days[0].day == min(line.issued_on for line in ledger)
    last_due = max(line.due_on for line in ledger)
    assert (days[-1].day - last_due).days == 34
    assert sum(len(day.issued) for day in days) == 60
    assert sum(len(day.paid) for day in days) == 57
