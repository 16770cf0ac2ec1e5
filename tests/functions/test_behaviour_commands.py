"""How accounts pay, at the command line, over a table (moto)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.accounts.model import Account
from saldo.risk.behaviour import one_paid, summed
from saldo.risk.keep import BehaviourKeeper
from saldo.risk.sheet import BehaviourSheet
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money

books = money.books
run, said = money.run, money.said


def paid_before(books: Books, late: list[int]) -> None:
    """Put invoices of the account that were paid, each three weeks before the other."""
    today = books.clock.now().date()
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    invoices = [
        replace(
            books.invoice(f"OLD-{place:02}", due_on=due_on, issued_on=due_on - timedelta(days=14)),
            open_minor=0,
            closed_on=due_on + timedelta(days=days),
            days_beyond_terms=days,
            version=1,
        )
        for place, days in enumerate(late)
        for due_on in [today - timedelta(days=40 + 21 * place)]
    ]
    whole = replace(account, paid=summed(map(one_paid, late)), version=account.version + 1)
    books.store.commit([Put(whole, expect=account.version), *map(Put, invoices)])


def test_a_customer_is_told_of_listed_and_its_sheet_proven(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    paid_before(books, [24, 20, 26, 22, *[0, 1, 2] * 5])
    code, told = run(capsys, "behaviour", "show", ACCOUNT)
    assert (code, told["invoices"], told["trend"]) == (0, 16, "worse")
    _, text = said(capsys, "behaviour", "show", ACCOUNT, "--language", "de")
    assert "Tage später als im Jahr davor" in text
    assert "█" in text

    code, checked = run(capsys, "behaviour", "verify")
    assert code != 0
    assert [one["what"] for one in checked["differences"]] == ["sheet", "words"]
    assert run(capsys, "behaviour", "rebuild") == (0, {"changed": 1})
    assert run(capsys, "behaviour", "rebuild", "--account", ACCOUNT)[1] == {"changed": 0}

    books.pay("RE-1")
    keeper = BehaviourKeeper(books.store, books.clock, books.ids)
    assert keeper.refresh(CREDITOR, ACCOUNT)
    assert not keeper.refresh(CREDITOR, ACCOUNT)
    assert run(capsys, "behaviour", "verify")[1]["differences"] == []

    _, listed = run(capsys, "behaviour", "list", "--worsening")
    assert [one["account"] for one in listed["accounts"]] == [ACCOUNT]
    assert "No account stands out" in said(capsys, "behaviour", "list", "--exceptions")[1]
    kept = books.store.get(BehaviourSheet, CREDITOR, ACCOUNT)
    assert kept is not None
    assert kept.trend == "worse"
