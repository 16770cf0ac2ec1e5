"""What happens on the books is in the figures, once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from saldo.figures.counting import FiguresBusy
from saldo.figures.model import OPEN, AccountSheet, Counted, Place, Ranked, Sheet, place_from
from saldo.figures.placing import Placing
from saldo.figures.subjects import _BY_CAUSE, Update
from saldo.ledger.model import CauseKind
from saldo.reminders.feedback import Feedback
from saldo.store import Put
from saldo.worklist.desk_model import rules_from
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR
from tests.figured import FiguredBooks

DUE = date(2026, 12, 1)


@pytest.fixture
def books() -> FiguredBooks:
    return FiguredBooks()


def test_an_invoice_is_open_by_its_due_date_and_billed_on_its_day(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=11900), books.invoice("RE-2", 5000))
    books.count()
    assert books.open_now() == {"2026-12-01": 16900}
    assert books.summed("billed") == 16900
    assert books.summed("invoices") == 2
    assert books.account_sheet().open == {"EUR/2026-12-01": 16900}
    (place,) = {sheet.place for sheet in books.sheets(OPEN)}
    assert place_from(place) == Place("", "DE", "", "plain-2-18-34", "business")


def test_a_payment_is_collected_and_its_invoice_no_longer_open(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=11900))
    books.pay()
    books.count()
    assert books.open_now() == {}
    assert books.summed("collected") == books.summed("settled") == 11900
    assert books.summed("paid") == 1
    assert books.summed("days_beyond") == (books.clock.now().date() - DUE).days
    assert books.summed("paid_late") == 0
    assert not list(books.store.list(Ranked, CREDITOR, "EUR"))


def test_told_twice_counts_once(books: FiguredBooks) -> None:
    books.begin(books.invoice())
    books.pay()
    told = list(books.stream)
    books.count()
    before = {s.key: s for s in books.sheets("2026-11")}
    books.counter.count(told)
    books.counter.count(reversed(told))
    assert {s.key: s for s in books.sheets("2026-11")} == before
    assert not books.checked().differences


def test_a_corrected_due_date_moves_what_is_open(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=11900))
    books.push(books.invoice(amount_minor=11900, due_on=DUE + timedelta(days=10)))
    books.count()
    assert books.open_now() == {"2026-12-11": 11900}


def test_an_account_that_gets_another_collector_takes_what_is_open_along(
    books: FiguredBooks,
) -> None:
    books.begin(*(books.invoice(f"RE-{n}", 1000 * n) for n in range(1, 60)))
    books.count()
    desks = Desks(books.store, books.clock, books.ids)
    desks.put(CREDITOR, ACCOUNT, "owner@musterwerk.example", collector="kim@musterwerk.example",
              sales=None, branch="Nord")  # fmt: skip
    books.count()
    with_something = {s.place for s in books.sheets(OPEN) if s.values}
    assert [place_from(place).collector for place in with_something] == ["kim@musterwerk.example"]
    assert [place_from(place).branch for place in with_something] == ["Nord"]
    assert books.open_now() == {"2026-12-01": sum(1000 * n for n in range(1, 60))}
    assert not books.account_sheet().is_moving
    assert {place_from(s.place).collector for s in books.sheets("2026-11", "month")} == {""}
    assert not books.checked().differences


def test_a_new_rule_about_who_collects_moves_every_account_within_the_hour(
    books: FiguredBooks,
) -> None:
    books.begin(books.invoice())
    books.open_account("10002")  # owes nothing, and gets no sheet for it
    books.count()
    placing = Placing(books.store, books.counter)
    creditor = books.accounts.creditor(CREDITOR)
    assert (placing.renew([creditor]), placing.renew([creditor])) == (2, 0)
    desks = Desks(books.store, books.clock, books.ids)
    by_letter = {"rules": [{"when": {"letter": ["A-Z"]}, "collector": "kim@musterwerk.example"}]}
    desks.set_rules(rules_from(CREDITOR, by_letter), "owner@musterwerk.example")
    assert (placing.renew([creditor]), placing.renew([creditor])) == (2, 0)
    places = {place_from(sheet.place).collector for sheet in books.sheets(OPEN) if sheet.values}
    assert places == {"kim@musterwerk.example"}
    assert books.store.get(AccountSheet, CREDITOR, "10002") is None
    assert not books.checked().differences


def test_whoever_counts_while_everything_is_rebuilt_loses_nothing(books: FiguredBooks) -> None:
    books.begin(*(books.invoice(f"RE-{n}", 1000 + n) for n in range(5)))
    books.count()
    numbers = iter(range(100, 103))

    def meanwhile(done: int) -> None:
        number = next(numbers, None)
        if number is not None:
            books.push(books.invoice(f"RE-{number}", number))
            books.count()

    books.check.rebuild(CREDITOR, books.clock.now().date(), meanwhile)
    assert not books.checked().differences
    assert sum(books.open_now().values()) == 5010 + 303


def test_four_who_count_at_once_count_once(books: FiguredBooks) -> None:
    books.begin(*(books.invoice(f"RE-{n}", 1000 + n) for n in range(40)))
    books.open_account("10002")
    books.push(*(books.invoice(f"SE-{n}", 10, account="10002") for n in range(40)))
    books.pay("RE-7", 1007)
    told = list(books.stream)

    def count(seed: int) -> None:
        mine = list(told)
        random.Random(seed).shuffle(mine)
        for start in range(0, len(mine), 15):
            for _ in range(50):
                try:
                    books.counter.count(mine[start : start + 15])
                except FiguresBusy:
                    continue
                break

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert not books.checked().differences
    assert sum(books.open_now().values()) == sum(range(1000, 1040)) - 1007 + 400


def test_currencies_are_never_added(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=100), books.invoice("RE-2", 700, currency="USD"))
    books.count()
    assert books.open_now("EUR") == {"2026-12-01": 100}
    assert books.open_now("USD") == {"2026-12-01": 700}
    assert {s.currency for s in books.sheets("2026-11")} == {"EUR", "USD"}


def test_a_stage_that_was_followed_by_payment_says_so(books: FiguredBooks) -> None:
    books.begin(books.invoice(already_sent=True))
    assert books.day(DUE + timedelta(days=2))
    books.pay(on=DUE + timedelta(days=8))
    books.count()
    assert books.summed("stage:1", "2026-12") == 1
    assert books.summed("stage:1:7", "2026-12") == 1
    assert books.summed("stage:1:30", "2026-12") == 1
    assert books.summed("sent:email", "2026-12") == 1
    assert not books.checked().differences


@pytest.mark.parametrize("days", [("2026-12-03", "2026-12-09"), ("2026-12-09", "2026-12-03")])
def test_a_stage_that_went_by_letter_after_its_mail_bounced_counts_once(
    books: FiguredBooks, days: tuple[str, str]
) -> None:
    """It counts on the day on which it left first, in whatever order its messages are told."""
    books.begin(books.invoice())
    books.count()
    for day in days:
        facts = {"stages": {"1.1": day}}
        one = Update(CREDITOR, ACCOUNT, "invoice#RE-1", "EUR", 0, facts=facts)
        books.counter.count_updates([one])
    first = books.sheets("2026-12", "03")
    assert [sheet.values.get("stage:1") for sheet in first] == [1]
    assert books.summed("stage:1", "2026-12") == 1


def test_the_one_who_owes_most_comes_first(books: FiguredBooks) -> None:
    books.begin(books.invoice(amount_minor=90000))
    books.open_account("10002")
    books.push(books.invoice("RE-2", 100_000, account="10002"), books.invoice("RE-3", 20_000))
    books.count()
    top = books.store.newest(Ranked, CREDITOR, "EUR", limit=5)
    assert [(one.account, one.minor) for one in top] == [("10001", 110_000), ("10002", 100_000)]


def test_whoever_was_left_alone_longest_is_found_without_reading_the_others(
    books: FiguredBooks,
) -> None:
    books.begin(books.invoice(already_sent=True))
    books.count()
    sheet = books.account_sheet()
    assert sheet.work_entry is not None
    assert sheet.work_entry[2].date() == DUE + timedelta(days=1)
    books.clock.advance(timedelta(days=30))
    books.plan(DUE + timedelta(days=2))
    books.deliver()
    books.count()
    sheet = books.account_sheet()
    assert sheet.acted == "notice.sent"
    assert sheet.work_entry is not None
    assert sheet.work_entry[2] == sheet.acted_at == books.clock.now()


def test_every_cause_that_changes_what_is_owed_has_a_name() -> None:
    """What the ledger books on receivables and no measure names is told as "other"."""
    of_money = {
        "payment", "refund", "refund-done", "refund-failed", "chargeback", "chargeback-reversed",
        "payout", "payout-returned", "transfer", "bank-entry", "bank-entry-undone", "bank-return",
        "payout-arrived", "payout-arrival-undone",
    }  # fmt: skip
    assert set(get_args(CauseKind)) == set(_BY_CAUSE) | of_money


def test_verify_finds_what_was_tampered_with_and_rebuild_mends_it(books: FiguredBooks) -> None:
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    books.pay()
    books.count()
    assert not books.checked().differences
    sheet = books.sheets(OPEN)[0]
    wrong = replace(sheet, values={"01.minor": 1}, version=sheet.version + 1)
    counted = next(iter(books.store.list(Counted, CREDITOR, ACCOUNT)))
    lost = replace(counted, values={}, version=counted.version + 1)
    books.store.commit([Put(wrong, expect=None), Put(lost, expect=None)])
    found = {one.where for one in books.checked().differences}
    assert any(where.startswith("open 2026-12 EUR") for where in found)
    assert any(where.startswith(f"{ACCOUNT} entry#") for where in found)
    assert not books.check.rebuild(CREDITOR, books.clock.now().date()).differences
    assert books.open_now() == {"2026-12-01": 5000}
    assert not books.checked().differences


def test_figures_of_books_that_were_there_before_are_built_from_them(books: FiguredBooks) -> None:
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    books.pay()
    assert not list(books.store.list(Sheet, CREDITOR, OPEN))
    built = books.check.rebuild(CREDITOR, books.clock.now().date())
    assert (built.accounts, built.differences, built.busy) == (1, (), 0)
    assert books.open_now() == {"2026-12-01": 5000}
    assert books.summed("collected") == 11900


@pytest.mark.parametrize("is_told_both", [True, False])
def test_a_mail_that_was_taken_and_refused_later_counts_however_it_is_told(
    books: FiguredBooks, is_told_both: bool
) -> None:
    """It was sent and may be billed, like one that bounced; the check finds the same."""
    books.begin(books.invoice(already_sent=True))
    assert books.day(DUE + timedelta(days=2))
    (notice,) = books.notices()
    if is_told_both:
        books.count()
    told = Feedback(notice.id, "rejected", books.clock.now(), message_id=notice.provider_message_id)
    refused = books.feedback.record(told)
    assert refused is not None and refused.state == "failed"
    books.count()
    assert books.summed("stage:1", "2026-12") == books.summed("sent:email", "2026-12") == 1
    assert not books.checked().differences
