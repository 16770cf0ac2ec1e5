"""What agencies and insurers report counts at once, and goes when they say something else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from saldo.credit_data.report import Cover, CreditReport, Insolvency
from saldo.money import Money
from saldo.store import Put
from tests.limited import ACCOUNT, ANNA, ANNAS, CREDITOR, LimitedBooks

INSURER = CreditReport(
    CREDITOR,
    ACCOUNT,
    "Beispiel Kreditversicherung",
    date(2026, 11, 20),
    datetime(2026, 11, 20, 9, tzinfo=UTC),
    limit=Money(40000, "EUR"),
    cover=Cover(50000, "EUR", "granted", date(2026, 12, 31)),
    by=ANNA,
)


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(made.invoice("RE-1", 60000, issued_on=date(2026, 6, 1)))
    return made


def _tell(books: LimitedBooks, report: CreditReport) -> None:
    books.store.commit([Put(report, expect=None)])
    books.parts.credit_keeper.refresh(CREDITOR, ACCOUNT)


def test_an_insurer_who_cancels_does_not_let_orders_go(books: LimitedBooks) -> None:
    books.rules(block={"over_limit": True})
    _tell(books, INSURER)
    (line,) = books.sheet.lines
    assert (line.insured_minor, line.limit_minor, line.uninsured_minor) == (50000, 50000, 10000)
    assert books.credit_types("limit") == ["limit.exceeded"]
    refused = replace(INSURER, cover=Cover(50000, "EUR", "refused"))
    _tell(books, refused)
    (line,) = books.sheet.lines or books.parts.credit_keeper.look(CREDITOR, ACCOUNT).lines
    assert (line.limit_minor, line.uninsured_minor) == (None, 60000)
    assert books.sheet.is_blocked
    books.pay("RE-1", 60000)
    books.parts.credit_keeper.refresh(CREDITOR, ACCOUNT)
    assert not books.sheet.is_blocked
    assert sorted(books.credit_types("limit")) == ["limit.exceeded", "limit.restored"]


def test_a_reported_insolvency_has_orders_wait_by_rule(books: LimitedBooks) -> None:
    books.rules(block={"insolvency": True})
    notice = Insolvency("opened", date(2026, 11, 19), "Amtsgericht Beispielstadt")
    _tell(books, replace(INSURER, insolvency=notice))
    assert books.sheet.block is not None
    (reason,) = books.sheet.block.reasons
    assert (reason.kind, reason.facts["source"]) == ("insolvency", "Beispiel Kreditversicherung")


def test_a_proposal_is_never_above_what_is_recommended(books: LimitedBooks) -> None:
    books.push(books.invoice("RE-2", 900000, issued_on=date(2026, 8, 1)))
    _tell(books, INSURER)
    made = books.parts.credit_limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    assert made.amount_minor == 40000
    assert made.inputs["advice_source"] == "Beispiel Kreditversicherung"
