"""`saldo simulate reminders`, as a person and a script run it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from saldo.reminders.foresee_model import Prices
from saldo.reminders.prices import PricesNotValid, assumed_prices, prices_from
from saldo.settings import Settings
from saldo.wiring import Services
from saldo_cli.cloud import Cloud
from saldo_cli.commands import foresight
from saldo_cli.main import main
from tests.books import Books

OWN = {
    "id": "own",
    "version": 1,
    "announces_invoice": False,
    "stages": [{"number": 1, "offset_days": 5, "message": "reminder-1"}],
}


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    services = Services(Settings(), store=books.store, clock=books.clock, accounts=books.accounts)
    cloud = Cloud("saldo", "eu-central-1", {})
    cloud.__dict__["services"] = services
    monkeypatch.setattr(foresight, "cloud_of", lambda options: cloud)
    books.begin(*(books.invoice(f"RE-{n}", due_on=date(2026, 11, 20 + n)) for n in range(1, 6)))
    return books


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["simulate", "reminders", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_two_policies_stand_side_by_side(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN), "utf-8")
    picture = tmp_path / "ahead.svg"
    code, text, _ = run(
        capsys, "--policy", "as-is", "--policy", str(file), "--days", "30", "--draws", "9",
        "--chart", str(picture),
    )  # fmt: skip
    assert code == 0
    assert "30 days from 2026-11-21: 5 open items of 1 accounts" in text
    assert "as-is" in text and "own" in text
    for line in ("E-mails", "Letters", "Cost, EUR", "Messages if nobody paid", "still open then"):
        assert line in text
    assert "no invoice was paid yet, so it is assumed" in text
    assert "no effect" in text
    drawn = ET.parse(picture).getroot()
    words = " ".join("".join(one.itertext()) for one in drawn.iter())
    assert "Expected cash" in words and "Messages per week" in words and "own" in words
    assert "nan" not in picture.read_text("utf-8").lower()


def test_a_script_reads_every_figure(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "--json", "--days", "60", "--draws", "9")
    document: dict[str, Any] = json.loads(text)
    (policy,) = document["policies"]
    assert (code, policy["policy"]) == (0, "as-is")
    assert document["open_items"] == 5
    assert document["payment_behaviour"]["accounts"] == {"new": 1}
    assert document["prices"]["letter"]["source"].startswith("assumed")
    cash = policy["cash"]["EUR"]
    assert (cash["open_today"], len(cash["paid_by"])) == ("595.00", 60)
    assert Decimal(cash["paid_by"][-1]["low"]) <= Decimal(cash["paid_by"][-1]["high"]) <= 595
    assert sum(policy["messages_per_account"]["histogram"].values()) == pytest.approx(1, abs=0.01)
    assert policy["counts"]["email"]["high"] <= policy["if_nobody_paid"]["email"]


def test_the_same_seed_says_the_same(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    said = [run(capsys, "--json", "--draws", "5", "--seed", seed)[1] for seed in ("3", "3", "4")]
    assert said[0] == said[1] != said[2]


def test_prices_of_ones_own_change_the_cost(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps({"currency": "EUR", "email": "2.50"}), "utf-8")
    _, text, _ = run(capsys, "--json", "--nobody-pays", "--prices", str(file))
    (policy,) = json.loads(text)["policies"]
    sent = policy["if_nobody_paid"]
    mails = sent["email"] + sent["invoices"]
    assert sent["email"] > 0 < sent["invoices"]
    assert Decimal(policy["cost"]["middle"]) == Decimal("2.50") * mails


def test_what_cannot_be_meant_is_refused(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "--chart", "ahead.bmp")[0] == 2
    code, _, error = run(capsys, "--policy", "none-such")
    assert (code, "none-such" in error) == (1, True)
    code, _, error = run(capsys, "--policy", str(tmp_path / "gone.json"))
    assert (code, "cannot be read" in error) == (1, True)
    assert run(capsys, "--days", "400")[0] == 1
    with pytest.raises(SystemExit):
        run(capsys, "--reminder-effect", "2")


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        {"currency": "euro"},
        {"currency": "EUR", "pigeon": "1.00"},
        {"currency": "EUR", "letter": 1.1},
        {"currency": "EUR", "letter": "-1"},
        {"currency": "EUR", "letter": {"source": "ours"}},
    ],
)
def test_a_price_list_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(PricesNotValid):
        prices_from(wrong)


def test_the_prices_that_come_along_say_where_they_are_from() -> None:
    prices: Prices = assumed_prices()
    assert set(prices.each) == set(prices.sources)
    assert all(prices.sources.values())
