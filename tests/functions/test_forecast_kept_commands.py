"""Forecasts at the command line, over a table (moto)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.clock import local_day
from saldo.store import Put
from tests.books import ACCOUNT, Books
from tests.functions import test_money_commands as money

books = money.books
run, said = money.run, money.said


def paid_before(books: Books, count: int) -> None:
    """Put invoices of the account that were paid, each about three weeks beyond terms."""
    draw = random.Random(3)
    today = books.clock.now().date()
    invoices = []
    for place in range(count):
        issued_on = today - timedelta(days=60 + 10 * place)
        days = 21 + draw.randint(-3, 3)
        due_on = issued_on + timedelta(days=14)
        invoices.append(
            replace(
                books.invoice(f"OLD-{place:02}", issued_on=issued_on, due_on=due_on),
                open_minor=0,
                closed_on=due_on + timedelta(days=days),
                days_beyond_terms=days,
                updated_at=books.clock.now() - timedelta(hours=1),
                version=1,
            )
        )
    books.store.commit([Put(one) for one in invoices])


def test_a_creditor_is_learnt_from_and_its_customer_is_told_by_it(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing was told yet" in said(capsys, "forecast", "show", ACCOUNT)[1]
    assert "assumed" in said(capsys, "forecast", "train")[1]
    paid_before(books, 25)
    code, learnt = run(capsys, "forecast", "train", "--refresh", "--by", "anna")
    assert (code, learnt["accounts_changed"]) == (0, 1)
    assert (learnt["model"]["number"], learnt["model"]["invoices"]) == (1, 25)
    assert (learnt["model"]["by"], learnt["model"]["used"]) == ("anna", True)
    _, told = run(capsys, "forecast", "show", ACCOUNT, "--by", "2031-01-01")
    assert {one["invoice"] for one in told} == {"RE-1", "RE-2"}
    assert all(one["model"] == 1 and one["known_invoices"] == 25 for one in told)
    assert all(one["by"]["chance"] > 0.9 for one in told)
    _, one = run(capsys, "forecast", "show", "--invoice", "RE-1")
    assert {**one, "by": None} == next(
        {**each, "by": None} for each in told if each["invoice"] == "RE-1"
    )
    _, text = said(capsys, "forecast", "show", ACCOUNT, "--by", "2031-01-01")
    assert "119.00 EUR" in text and one["expected_on"] in text and "paid by 2031-01-01" in text
    assert "Model 2: learnt from 25 paid invoices" in said(capsys, "forecast", "train")[1]


def test_what_came_is_told_beside_what_was_said(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "forecast", "track") == (0, [])
    assert "Nothing that was forecast" in said(capsys, "forecast", "track")[1]
    today = local_day(books.clock.now(), "Europe/Berlin")
    books.push(books.invoice("NEW", issued_on=today, due_on=today + timedelta(days=3)))
    run(capsys, "forecast", "train", "--refresh")
    books.clock.advance(timedelta(days=5))
    books.pay("NEW")
    run(capsys, "forecast", "train", "--refresh")
    _, (month,) = run(capsys, "forecast", "track")
    assert (month["at_issue"]["invoices"], month["at_due"]["invoices"]) == (1, 1)
    assert month["at_issue"]["days_due_date"] == 2
    _, text = said(capsys, "forecast", "track", "--months", "1")
    assert "Told on the day of issue" in text and month["month"] in text


def test_what_cannot_be_shown_is_said(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "forecast", "show")[0] == 2
    assert said(capsys, "forecast", "show", ACCOUNT, "--invoice", "RE-1")[0] == 2
    assert said(capsys, "forecast", "show", "404")[0] == 1
    code, text = said(capsys, "forecast", "show", "--invoice", "RE-1")
    assert code == 1 and "Nothing is told of invoice 'RE-1'" in text
