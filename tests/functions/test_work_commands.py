"""The work list at the command line (over moto)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from saldo.store import Delete
from saldo.threads.service import Words
from saldo.worklist.rank import places_of
from saldo_cli.commands import _common
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money

books = money.books
run, said = money.run, money.said
ANNA, BEN = "anna@seller.example", "ben@seller.example"
BY = ("--by", ANNA)


@pytest.fixture
def item(books: Books, capsys: pytest.CaptureFixture[str]) -> str:
    """A question of the account's, which stands on nobody's list."""
    services = _common.open_cloud("saldo").services
    creditor = services.accounts.creditor(CREDITOR)
    services.threads.ask(creditor, ACCOUNT, Words("Q-1", "Which?", "payer"), "link")
    code, done = run(capsys, "work", "rebuild", "--account", ACCOUNT)
    assert (code, done["changed"]) == (0, 1)
    (found,) = run(capsys, "work", "list")[1]
    return str(found["item"])


def test_an_item_is_listed_given_put_off_and_closed(
    books: Books, item: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "question" in said(capsys, "work", "list")[1]
    assert "Nothing is to be done." in said(capsys, "work", "list", "--kind", "call")[1]
    assert said(capsys, "work", "list", "--kind", "tea")[0] == 1
    given = run(capsys, "work", "assign", ACCOUNT, item, "--to", BEN, *BY)[1]
    assert (given["holder"], given["by"]) == (BEN, ANNA)
    assert [one["item"] for one in run(capsys, "work", "list", "--holder", BEN)[1]] == [item]
    day = (books.clock.now() + timedelta(days=3)).date().isoformat()
    assert (
        f"again on {day}" in said(capsys, "work", "snooze", ACCOUNT, item, "--until", day, *BY)[1]
    )
    assert run(capsys, "work", "list", "--holder", BEN)[1] == []
    (later,) = run(capsys, "work", "list", "--holder", BEN, "--later")[1]
    assert later["state"] == "snoozed"
    assert said(capsys, "work", "snooze", ACCOUNT, item, "--back", *BY)[0] == 0
    closed = run(capsys, "work", "done", ACCOUNT, item, "--outcome", "not-needed", *BY)[1]
    assert (closed["state"], closed["outcome"]) == ("done", "not-needed")
    assert said(capsys, "work", "done", ACCOUNT, item, *BY)[0] == 1


def test_a_holiday_is_handed_over_and_ended(
    books: Books, item: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "desk", "set", ACCOUNT, "--collector", ANNA, "--branch", "North", *BY)
    run(capsys, "work", "rebuild", "--account", ACCOUNT)
    assert "branch North" in said(capsys, "desk", "show", ACCOUNT)[1]
    made = run(capsys, "work", "hand-over", ANNA, "--to", BEN, *BY)[1]
    assert [one["item"] for one in run(capsys, "work", "list", "--holder", BEN)[1]] == [item]
    run(capsys, "work", "target", ANNA, "--calls-day", "12", "--closed-week", "100", *BY)
    code, text = said(capsys, "work", "team")
    assert code == 0 and "covers" in text and "0 of 100" in text
    assert said(capsys, "work", "hand-over", "--end", made["id"], *BY)[0] == 0
    assert run(capsys, "work", "list", "--holder", BEN)[1] == []
    assert said(capsys, "work", "hand-over", *BY)[0] == 2


def test_a_list_that_lost_something_is_told_and_brought_back(
    books: Books, item: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "work", "verify")[0] == 0
    services = _common.open_cloud("saldo").services
    found = services.work_list.get(CREDITOR, ACCOUNT, item)
    services.store.commit([Delete(places_of(found)[0], None), Delete(places_of(found)[1], None)])
    code, told = run(capsys, "work", "verify")
    assert (code, {one["what"] for one in told["differences"]}) == (1, {"place"})
    assert run(capsys, "work", "rebuild")[1]["mended"] == 2
    assert run(capsys, "work", "verify")[0] == 0


def test_rules_notes_and_calls(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desks.json"
    file.write_text(json.dumps({"rules": [{"collector": BEN}]}))
    assert "1 rules are kept" in said(capsys, "desk", "rules", str(file), *BY)[1]
    assert run(capsys, "desk", "rules")[1]["rules"][0]["collector"] == BEN
    assert run(capsys, "desk", "show", ACCOUNT)[1]["collector"] == BEN
    note = ("note", "add", ACCOUNT, "--text", "Ask for Frau Muster.", "--id", "N", *BY)
    assert run(capsys, *note)[1]["by"] == ANNA
    assert "before" in said(capsys, *note)[1]
    assert "Frau Muster" in said(capsys, "note", "list", ACCOUNT)[1]
    call = ("call", "log", ACCOUNT, "--outcome", "no-answer", "--id", "C", *BY)
    assert run(capsys, *call)[1]["outcome"] == "no-answer"
    assert "before" in said(capsys, *call)[1]
    assert "no-answer" in said(capsys, "call", "list", ACCOUNT)[1]


def test_rules_of_the_list_are_set_from_a_file(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"points": {"dispute": 70}}))
    assert "Kept" in said(capsys, "work", "rules", str(file), *BY)[1]
    assert run(capsys, "work", "rules")[1]["points"]["dispute"] == 70
    file.write_text("{")
    assert said(capsys, "work", "rules", str(file), *BY)[0] == 2
