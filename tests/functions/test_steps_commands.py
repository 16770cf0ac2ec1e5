"""What helps, at the command line, over a table (moto)."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.steps.model import DrawSheet, StepSheet
from saldo.steps.tally import Result, Tally, one, summed
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.unit.steps.learning import Learning

books = money.books
run, said = money.run, money.said


def same(count: int, days: int) -> Tally:
    return summed(one(Result(10 * days + n % 3, (30,))) for n in range(count))


def learnt(books: Books) -> str:
    owner, learning = books.accounts.creditor(CREDITOR), Learning(books)
    policy = learning.policies.named(CREDITOR, owner.policy, date(2026, 11, 22))
    step = f"{policy.id}:1:{policy.stages[0].message}"
    arms = {f"{step}|email|{arm}": same(100, 10).numbers() for arm in ("sent", "held-out")}
    cells = {"email|1|9-12|more": same(80, 14).numbers()}
    books.store.commit(
        [
            Put(DrawSheet(CREDITOR, "T1", arms, 1)),
            Put(StepSheet(CREDITOR, "2026-09", step, cells, 1)),
        ]
    )
    learning.night()
    return f"skip-stage:{step}:"


def test_effects_and_suggestions_are_told_and_agreed_to(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "what steps do is not known" in said(capsys, "steps", "effects")[1]
    assert "No figures speak" in said(capsys, "steps", "suggestions")[1]
    assert "Every sum" in said(capsys, "steps", "verify")[1]
    id_ = learnt(books)
    code, wrong = run(capsys, "steps", "verify")
    assert (code, bool(wrong["differences"])) == (1, True), "sums without steps"
    code, told = run(capsys, "steps", "effects")
    assert (code, told["effects"][0]["verdict"], told["effects"][0]["sent"]) == (0, "none", 100)
    assert {one["part"] for one in told["correlations"]} >= {"all", "channel", "weekday"}
    assert "Correlations: no effects" in said(capsys, "steps", "effects")[1]
    assert [one["id"] for one in run(capsys, "steps", "suggestions")[1]["items"]] == [id_]
    code, shown = said(capsys, "steps", "accept", id_)
    assert code == 1
    assert "Nothing was changed" in shown
    code, done = run(capsys, "steps", "accept", id_, "--yes", "--by", "otto")
    assert (code, done["state"], done["decided_by"]) == (0, "accepted", "otto")
    assert books.accounts.creditor(CREDITOR).policy == done["made_policy"]


def test_an_account_and_a_comparison_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "effect not known, no cases" in said(capsys, "steps", "show", ACCOUNT)[1]
    assert "No comparison by lot runs" in said(capsys, "holdout", "show")[1]
    set_ = ("holdout", "set", "--share", "10", "--cost-of-money", "EUR=6.5", "--by", "otto")
    code, told = run(capsys, *set_)
    assert (code, told["running"]["share_percent"]) == (0, 10)
    assert told["cost_of_money"] == {"EUR": "6.50"}
    (event,) = [e for e in books.events("~") if e.type == "setting.changed"]
    assert (event.data["setting"], event.data["by"]) == ("cost-of-money", "otto")
    assert "10 % of accounts" in said(capsys, "holdout", "show")[1]
    assert run(capsys, "holdout", "set", "--share", "0")[1]["running"] is None
