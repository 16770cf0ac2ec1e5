"""Reports say what happened, by whatever they are asked to be grouped by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.credit_facts import CreditFacts
from saldo.accounts.model import Account
from saldo.collection.facts import Dispute, Promise
from saldo.figures.answer import Reports, ReportTable
from saldo.figures.ask import ReportNotValid, ReportUnknown, asked
from saldo.figures.formulas import AgesNotValid
from saldo.figures.shapes import REPORTS
from saldo.figures.speech import FigureSpeech
from saldo.forecast.kept import ItemForecast
from saldo.forecast.model import LEVELS
from saldo.reminders.prices import assumed_prices
from saldo.risk.standing import Standing
from saldo.store import Put
from tests.books import CREDITOR
from tests.figured import FiguredBooks

DUE = date(2026, 11, 30)


@pytest.fixture
def books() -> FiguredBooks:
    return FiguredBooks()


def made(books: FiguredBooks, report: str, **more: Any) -> ReportTable:
    books.count()
    reports = Reports(books.store, books.clock, assumed_prices)
    return reports.make(CREDITOR, "Europe/Berlin", asked(report, **more))


def told(table: ReportTable) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    names = [column.name for column in table.columns]
    return [
        (row.currency, row.groups, dict(zip(names, row.values, strict=True))) for row in table.rows
    ]


def test_what_was_not_due_yesterday_is_overdue_today_without_a_write(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=11900, due_on=DUE))
    ((currency, groups, before),) = told(made(books, "aging"))
    assert (currency, groups, before["not-due"], before["overdue_share"]) == ("EUR", (), 11900, 0.0)
    books.clock.advance(timedelta(days=45))
    ((_, _, after),) = told(made(books, "aging"))
    assert (after["not-due"], after["31-60"], after["total"]) == (0, 11900, 11900)
    assert after["overdue_share"] == 100.0


def test_ages_and_groups_as_somebody_likes_them(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=11900, due_on=DUE))
    table = made(books, "aging", groups=["country", "kind"], ages=[14], columns=["over-14"])
    assert told(table) == [("EUR", ("DE", "business"), {"over-14": 0})]
    assert [total.currency for total in table.totals] == ["EUR"]
    assert not told(made(books, "aging", filters={"country": ["NL"]}))
    for wrong in ({"columns": ["colour"]}, {"groups": ["day"]}, {"filters": {"name": ["x"]}}):
        with pytest.raises(ReportNotValid):
            asked("aging", **wrong)
    with pytest.raises(ReportUnknown):
        asked("weather")
    with pytest.raises(AgesNotValid):
        asked("aging", ages=[90, 30])


def test_currencies_stand_in_rows_of_their_own(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=100), books.invoice("RE-2", 700, currency="JPY"))
    table = made(books, "aging", groups=["country"])
    assert {row.currency: row.values[0] for row in table.rows} == {"EUR": 100, "JPY": 700}
    assert {row.currency: row.values[0] for row in table.totals} == {"EUR": 100, "JPY": 700}


def test_cash_by_week_and_what_a_message_cost(books: FiguredBooks) -> None:
    books.begin(books.invoice(due_on=DUE, already_sent=True), books.invoice("RE-2", 5000))
    books.clock.advance(timedelta(days=11))
    assert books.day(DUE + timedelta(days=2))
    books.pay()
    ((_, groups, cash),) = told(made(books, "cash", columns=["collected"], period="this-month"))
    assert (groups, cash) == (("2026-11-30",), {"collected": 11900})
    ((_, _, each),) = told(made(books, "collectors", period="this-month"))
    assert each["collected"] == 11900
    assert each["messages"] == 2  # the reminder, and the mail of the other invoice
    assert each["cost_share"] is not None


def test_dso_counts_back_from_what_is_open_now(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=10000, issued_on=date(2026, 11, 5)))
    books.clock.advance(timedelta(days=14))  # 5 December
    late = books.invoice("RE-2", 6000, issued_on=date(2026, 12, 2), due_on=date(2026, 12, 20))
    books.push(late)
    rows = {groups[0]: values for _, groups, values in told(made(books, "collecting"))}
    assert (rows["2026-11"]["open_at_end"], rows["2026-12"]["open_at_end"]) == (10000, 16000)
    # December's 6000 in 5 days, then all of November's 10000 in 30.
    assert rows["2026-12"]["dso_count_back"] == 35.0
    assert rows["2026-11"]["dso_count_back"] == 30.0
    # 16000 open, 16000 sold from 1 November, when the first was, to 5 December: 35 days.
    assert rows["2026-12"]["dso"] == 35.0
    assert rows["2026-12"]["best_dso"] == 13.12
    assert rows["2026-12"]["delinquent"] == 21.88
    assert rows["2026-11"]["best_dso"] is None  # nobody looked when November ended


def test_months_before_figures_were_kept_are_reckoned_from_the_journal(
    books: FiguredBooks,
) -> None:
    books.begin(
        books.invoice(amount_minor=10000, issued_on=date(2026, 11, 5), due_on=date(2026, 11, 19)),
        books.invoice("RE-2", 6000, issued_on=date(2026, 11, 17), due_on=date(2026, 12, 1)),
    )
    books.clock.advance(timedelta(days=14))  # 5 December
    books.pay("RE-1", 10000)
    today = books.clock.now().date()
    assert not books.check.rebuild(CREDITOR, today).differences
    rows = {groups[0]: values for _, groups, values in told(made(books, "collecting"))}
    november = rows["2026-11"]
    assert november["open_at_end"] == 16000
    # Nothing was there before; of 16000, 6000 was not due yet, and nothing of the rest came.
    assert november["effectiveness"] == 0.0
    assert november["best_dso"] == 11.25  # 6000 of 16000, 30 days
    assert rows["2026-12"]["effectiveness"] == 62.5  # of 16000 that fell due 10000 came


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this-quarter", date(2027, 1, 1), date(2027, 2, 9)),
        ("last-quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("last-year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last-month", date(2027, 1, 1), date(2027, 1, 31)),
        ("last-12-months", date(2026, 3, 1), date(2027, 2, 9)),
    ],
)
def test_periods_move_with_the_days(name: str, first: date, last: date) -> None:
    assert asked("cash", period=name).days(date(2027, 2, 9)) == (first, last)


def test_months_stand_in_words() -> None:
    words = [FigureSpeech(one).group_value("month", "2027-03") for one in ("de", "en", "nl")]
    assert words == ["März 2027", "Mar 2027", "mrt 2027"]


def promise(books: FiguredBooks, number: int, state: Any, on: date) -> Promise:
    now = books.clock.now()
    return Promise(CREDITOR, "10001", f"P{number}", ("RE-1",), "EUR", 1000, on, on, state,
                   "payer", now, version=1)  # fmt: skip


def test_promises_are_reliable_as_far_as_they_were_judged(books: FiguredBooks) -> None:
    books.begin(books.invoice())
    day = date(2026, 11, 20)
    states = ("kept", "kept", "part-kept", "broken", "open", "withdrawn")
    for number, state in enumerate(states):
        books.store.commit([Put(promise(books, number, state, day))])
    ((_, _, values),) = told(made(books, "promises", period="this-month"))
    assert (values["promises"], values["kept"], values["reliability"]) == (6, 2, 50.0)


def test_disputes_by_reason(books: FiguredBooks) -> None:
    books.begin(books.invoice())
    now = books.clock.now()
    for number, state in enumerate(("open", "settled")):
        ended = now + timedelta(days=4) if state == "settled" else None
        books.store.commit([Put(Dispute(CREDITOR, "10001", f"D{number}", "RE-1", "EUR", 500,
            "price", "", "", state, "payer", now, DUE, agreed_minor=200 if ended else 0,
            ended_at=ended, version=1))])  # fmt: skip
    ((_, groups, values),) = told(made(books, "disputes"))
    assert groups == ("price",)
    assert (values["disputes"], values["contested"], values["settled"]) == (2, 1000, 1)
    assert (values["agreed"], values["days_to_end"]) == (200, 4.0)


def test_stages_say_what_followed_them(books: FiguredBooks) -> None:
    books.begin(
        books.invoice(due_on=DUE, already_sent=True),
        books.invoice("RE-2", due_on=DUE, already_sent=True),
    )
    books.clock.advance(timedelta(days=11))
    books.day(DUE + timedelta(days=2))
    books.pay(on=DUE + timedelta(days=12))
    ((_, groups, values),) = told(made(books, "stages"))
    assert groups == ("1",)
    assert (values["reminded"], values["paid_14"], values["share_7"]) == (2, 1, 0.0)
    assert (values["share_14"], values["share_30"]) == (50.0, 50.0)


def test_behaviour_weighs_late_days_by_amount(books: FiguredBooks) -> None:
    books.begin(books.invoice("RE-1", 1000, due_on=DUE), books.invoice("RE-2", 3000, due_on=DUE))
    books.clock.advance(timedelta(days=20))
    books.pay("RE-1", 1000, on=DUE + timedelta(days=8))
    books.pay("RE-2", 3000, on=DUE)
    ((_, _, values),) = told(made(books, "behaviour", groups=[]))
    assert (values["paid"], values["late_share"], values["days_beyond"]) == (2, 50.0, 4.0)
    assert values["days_late_weighted"] == 2.0


def test_nobody_overdue_is_forgotten(books: FiguredBooks) -> None:
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    books.open_account("10002")
    books.push(books.invoice("RE-2", 7000, account="10002", due_on=DUE + timedelta(days=30)))
    books.clock.move_to(books.clock.now().replace(day=25, month=12))
    ((currency, groups, values),) = told(made(books, "unattended", idle_days=14))
    assert (currency, groups) == ("EUR", ("10001",))
    assert (values["overdue"], values["days_overdue"], values["idle_days"]) == (11900, 25, 24)
    books.day(books.clock.now().date())
    assert not told(made(books, "unattended", idle_days=14))


def test_the_top_debtors_with_what_of_it_is_overdue(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=5000, due_on=DUE))
    books.open_account("10002")
    books.push(books.invoice("RE-2", 9000, account="10002", due_on=DUE + timedelta(days=60)))
    books.clock.advance(timedelta(days=15))
    rows = told(made(books, "debtors"))
    assert [(groups[0], v["total"], v["overdue"]) for _, groups, v in rows] == [
        ("10002", 9000, 0),
        ("10001", 5000, 5000),
    ]
    assert len(told(made(books, "debtors", limit=1))) == 1


def test_the_top_debtors_say_how_they_stand_and_what_is_expected_of_them(
    books: FiguredBooks,
) -> None:
    books.begin(books.invoice(amount_minor=5000, due_on=DUE))
    books.open_account("10002")
    books.push(books.invoice("RE-2", 9000, account="10002", due_on=DUE))
    owner = books.store.get(Account, CREDITOR, "10001")
    assert owner is not None
    stands = replace(
        owner, credit=CreditFacts("C", cover="granted"), pays=Standing("worse"), version=9
    )
    today = books.clock.now().date()
    soon = tuple(1000 + 10 * place for place in range(len(LEVELS)))
    told_then = ItemForecast(
        CREDITOR, "10001", "RE-2026-0815", "EUR", 5000, today, today, today, books.clock.now(),
        0, soon,
    )  # fmt: skip
    books.store.commit([Put(stands, expect=None), Put(told_then)])
    wanted = ["risk_class", "cover", "payment_trend", "expected_30"]
    table = made(books, "debtors", columns=wanted)
    (_, _, unknown), (_, _, known) = told(table)
    assert list(unknown.values()) == ["unknown", "none", "unknown", 0]
    assert list(known.values())[:3] == ["C", "granted", "worse"]
    assert 4800 < known["expected_30"] <= 5000
    speech = FigureSpeech("de")
    assert speech.row(table, table.rows[1])[1:4] == ["C", "deckt", "später als bisher"]


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_of_empty_books_is_empty(books: FiguredBooks, report: str) -> None:
    books.open_creditor()
    table = made(books, report)
    assert table.rows == table.totals == ()
    assert table.columns
