"""Credit at the command line (over moto)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money

books = money.books
run, said = money.run, money.said
ANNA = "anna@seller.example"
WHY = ("--reason", "Agreed with sales.", "--by", ANNA)
EUR = ("--currency", "EUR")


def test_a_limit_is_set_passed_by_orders_and_blocks_until_a_person_releases(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"block": {"over_limit": True}}))
    assert run(capsys, "credit", "rules", str(rules), "--by", ANNA)[0] == 0
    assert run(capsys, "credit", "rules")[1]["block"]["over_limit"] is True
    kept = run(capsys, "credit", "set", ACCOUNT, "500.00", *EUR, *WHY)[1]
    assert kept["lines"][0]["own_limit"] == "500.00"
    told = tmp_path / "orders.json"
    told.write_text(json.dumps([{"id": "SO-1", "amount": "900.00", "currency": "EUR"}]))
    code, ordered = run(capsys, "credit", "orders", ACCOUNT, str(told), "--all", "--by", ANNA)
    assert (code, ordered["orders"][0]["amount"]) == (0, "900.00")
    text = said(capsys, "credit", "show", ACCOUNT)[1]
    assert "over-limit (currency EUR)" in text
    assert ACCOUNT in said(capsys, "credit", "blocked")[1]
    released = run(capsys, "credit", "release", ACCOUNT, *WHY)[1]
    assert (released["blocked"], released["release"]["by"]) == (False, ANNA)
    assert "No orders wait." in said(capsys, "credit", "blocked")[1]
    assert said(capsys, "credit", "release", ACCOUNT, *WHY)[0] == 1
    assert said(capsys, "credit", "block", ACCOUNT, *WHY)[0] == 0


def test_cover_and_proposals(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    insure = ("credit", "insure", ACCOUNT)
    to = ("--insurer", "Beispiel Versicherung", "--until", "2027-06-30")
    kept = run(capsys, *insure, "3000.00", *EUR, *to, *WHY)[1]
    assert kept["lines"][0]["insured_until"] == "2027-06-30"
    assert run(capsys, *insure, "--none", *EUR, *WHY)[1]["lines"][0]["limit"] is None
    assert said(capsys, *insure, *EUR, *WHY)[0] == 2
    made = run(capsys, "credit", "propose", ACCOUNT, *EUR, "--by", ANNA)[1]
    agreed = run(capsys, "credit", "decide", ACCOUNT, made["id"], "--agree", *WHY)[1]
    assert agreed["lines"][0]["own_limit"] == made["amount"]
    assert said(capsys, "credit", "terms", ACCOUNT, "--apply", *WHY)[0] == 1


def test_deliveries_are_stopped_and_let_go_and_procedures_go_by_risk_after_a_look(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Nothing is stopped." in said(capsys, "service", "list", ACCOUNT)[1]
    stopped = run(capsys, "service", "stop", ACCOUNT, "stop-deliveries", *WHY)[1]
    assert [one["by"] for one in stopped["items"]] == [ANNA]
    assert "Agreed with sales." in said(capsys, "service", "list", ACCOUNT)[1]
    gone = run(capsys, "service", "release", ACCOUNT, "stop-deliveries", *WHY)[1]
    assert gone["items"] == []
    assert said(capsys, "policy", "by-risk")[0] == 1, "this creditor's policy has no variants"
    assert said(capsys, "creditor", "set", CREDITOR, "--policy", "de-business")[0] == 0
    assert "Procedures go by risk: no." in said(capsys, "policy", "by-risk")[1]
    assert said(capsys, "policy", "by-risk", "on")[0] == 1
    assert run(capsys, "policy", "by-risk", "on", "--yes", "--by", ANNA)[1]["on"] is True
    assert run(capsys, "policy", "by-risk", "off", "--yes", "--by", ANNA)[1]["segments"] == []
