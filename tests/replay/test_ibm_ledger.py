"""A public ledger of 1,230 real invoices, whole, lived through in this process.

IBM's late-payment sample: 100 accounts, 2012, with due and settlement dates. It is no part of the
project; it lies beside it.
"""

from __future__ import annotations

import json
import os

import pytest

from saldo_cli.main import main
from saldo_cli.replay.report import FIGURES
from tests.replay.ledgers import IBM, arguments


@pytest.fixture(autouse=True)
def _ledger_is_there() -> None:
    if IBM.exists():
        return
    sentence = f"The ledger {IBM.name} does not lie in shared/corpora beside the project."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def test_a_year_of_1230_invoices_without_a_wrong_or_second_reminder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*arguments(IBM), "--in-process", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {name: printed[name] for name in FIGURES} == {
        "invoices": 1230,
        "accounts": 100,
        "invoiced_minor": {"USD": 7338785},
        "settled": 1230,
        "reminded": {"1": 413, "2": 63, "3": 2},
        "reminded_after_payment": 0,
        "duplicates": 0,
        "days_to_pay_mean": 28.01,
        "dso": 26.23,
        "open_minor": {"USD": 0},
    }
    assert printed["differences"] == []


def test_bundled_it_tells_the_same_in_fewer_mails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments(IBM), "--in-process", "--json", "--bundling", "account"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["reminded"] == {"1": 413, "2": 63, "3": 2}
    assert printed["reminder_mails"] == 469 <= 413 + 63 + 2
    assert printed["differences"] == []
