"""Forecasts that are kept: told with the first invoice, changed by facts, judged when paid."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from bench.units import Metered
from saldo.forecast.bills import ContestedBill, bill_of, bills_of_creditor
from saldo.forecast.keeper import ForecastKeeper
from saldo.forecast.kept import ItemForecast
from saldo.forecast.model import VERSION
from saldo.forecast.stored import ModelBook, StoredModel
from saldo.forecast.track import NO_MISSES
from saldo.payments.chargebacks import Chargebacks
from saldo.privacy.everything import everything_about
from saldo.store import Put, Store, Write
from tests.books import START
from tests.foreseen import ACCOUNT, CREDITOR, ForeseenBooks
from tests.stories.test_cash_discounts import charged_back

ISSUED = date(2026, 11, 21)
DUE = date(2026, 12, 5)


@pytest.fixture
def books() -> ForeseenBooks:
    books = ForeseenBooks()
    books.begin(books.invoice(issued_on=ISSUED, due_on=DUE))
    return books


def test_the_first_invoice_of_a_new_company_is_told_by_what_is_assumed(
    books: ForeseenBooks,
) -> None:
    assert books.hear() == 1
    found = books.foreseen()["RE-1"]
    assert (found.model, found.known, found.waited) == (0, 0, -14)
    told = found.forecast
    # A week beyond terms is assumed, and a day more of what is not paid on the day of its issue.
    assert told.paid_on(0.5) == DUE + timedelta(days=8)
    assert told.paid_on(0.1) < told.paid_on(0.5) < told.paid_on(0.9)
    assert 0 < told.very_late < 0.1
    assert found.at_issue is not None and found.at_issue.on == ISSUED
    assert books.hear() == 0


def test_the_same_fact_told_twice_writes_nothing(books: ForeseenBooks) -> None:
    books.hear()
    before = books.foreseen()
    assert not books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    assert books.foreseen() == before


def test_what_is_paid_is_forecast_no_longer_and_counts_as_a_hit_or_a_miss(
    books: ForeseenBooks,
) -> None:
    books.hear()
    books.clock.advance(timedelta(days=20))
    books.pay()
    assert books.hear() == 1
    assert books.foreseen() == {}
    (month,) = books.parts.forecast_track.of(CREDITOR)
    # Told were 7.91 days beyond terms, by both rules the due date; it came after 6.
    assert month.month == "2026-12"
    assert (month.issue.count, month.issue.inside, month.issue.off) == (1, 1, 191)
    assert (month.issue.mean_off, month.issue.due_off) == (600, 600)
    assert (month.due.count, month.due.due_off) == (1, 500)
    assert books.hear() == 0
    assert books.parts.forecast_track.of(CREDITOR) == [month]


def test_a_customer_who_pays_early_is_measured_by_its_own_mean(books: ForeseenBooks) -> None:
    books.open_account("EARLY", "early@kunde.example")
    books.paid_past("EARLY", 10, -9, 0, random.Random(1))
    issued_on = books.today
    due_on = issued_on + timedelta(days=14)
    books.push(books.invoice("E-1", account="EARLY", issued_on=issued_on, due_on=due_on))
    books.hear()
    books.clock.advance(timedelta(days=5))
    books.pay("E-1")
    books.hear()
    (month,) = books.parts.forecast_track.of(CREDITOR)
    # Nine days before its due date, as always: the mean said so, the due date was nine days off.
    assert (month.issue.mean_off, month.issue.due_off, month.due.count) == (0, 900, 0)


def test_money_that_comes_back_brings_the_forecast_back(books: ForeseenBooks) -> None:
    books.hear()
    payment = books.pay()
    books.hear()
    assert books.foreseen() == {}
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    chargebacks.told(charged_back(books, payment, 11_900))
    books.hear()
    assert set(books.foreseen()) == {"RE-1"}


def test_an_invoice_that_a_credit_note_ended_was_not_paid(books: ForeseenBooks) -> None:
    books.hear()
    books.clock.advance(timedelta(days=20))
    books.credit_note(11_900)
    books.hear()
    assert books.foreseen() == {}
    assert books.parts.forecast_track.of(CREDITOR) == []
    assert bill_of(books.invoice_now()) is None


def test_a_contested_invoice_teaches_nothing_about_its_customer(books: ForeseenBooks) -> None:
    books.push(books.invoice("RE-2", issued_on=ISSUED, due_on=DUE))
    books.hear()
    books.clock.advance(timedelta(days=60))
    books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    waiting = books.foreseen()["RE-2"]
    books.dispute(invoice="RE-1")
    books.hear()
    found = books.foreseen()
    assert found["RE-1"].disputed and not found["RE-2"].disputed
    # RE-1 is no sign any more that whoever has it stopped paying.
    assert [one.group for one in waiting.reasons] == ["history"]
    assert found["RE-2"].reasons == ()
    assert [one.number for one in books.store.list(ContestedBill, CREDITOR)] == ["RE-1"]
    books.pay("RE-1")
    books.hear()
    assert books.parts.forecast_track.of(CREDITOR) == []


def test_a_dispute_that_is_over_is_shown_no_more_and_still_teaches_nothing(
    books: ForeseenBooks,
) -> None:
    books.hear()
    made = books.dispute(invoice="RE-1")
    books.hear()
    assert books.foreseen()["RE-1"].disputed
    books.clock.advance(timedelta(minutes=1))
    books.disputes.reject(CREDITOR, ACCOUNT, made.id, "anna", "It was delivered.")
    books.hear()
    found = books.foreseen()["RE-1"]
    assert (found.disputed, found.contested) == (False, True)
    books.clock.advance(timedelta(days=40))
    books.pay("RE-1")
    books.hear()
    assert books.parts.forecast_track.of(CREDITOR) == []
    assert [one.number for one in books.store.list(ContestedBill, CREDITOR)] == ["RE-1"]


def test_a_part_payment_shows_what_is_left(books: ForeseenBooks) -> None:
    books.hear()
    payment = books.start_payment(amount_minor=5_000)
    books.settlement.settle(books.told(payment, minor=5_000))
    books.hear()
    found = books.foreseen()["RE-1"]
    assert (found.open_minor, found.version) == (6_900, 2)
    assert found.at_issue is not None


def test_waiting_alone_is_told_without_a_write(books: ForeseenBooks) -> None:
    books.hear()
    kept = books.store.get(ItemForecast, *books.foreseen()["RE-1"].key)
    assert kept is not None
    books.clock.advance(timedelta(days=30))
    told = books.foreseen()["RE-1"]
    assert told.version == kept.version and told.waited == 16
    assert told.forecast.paid_by(books.today) == 0
    assert told.forecast.paid_on(0.5) > books.today


def test_a_week_later_it_is_written_anew(books: ForeseenBooks) -> None:
    books.hear()
    books.clock.advance(timedelta(days=6))
    assert not books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    books.clock.advance(timedelta(days=1))
    assert books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    assert books.foreseen()["RE-1"].made_on == ISSUED + timedelta(days=7)


def test_what_was_told_at_the_due_date_is_kept_when_more_becomes_known(
    books: ForeseenBooks,
) -> None:
    books.hear()
    books.clock.advance(timedelta(days=30))
    books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    found = books.foreseen()["RE-1"]
    assert found.at_due is not None and found.at_due.on == DUE
    assert found.at_due.low > 0, "it was not paid by then, and that was known"
    assert found.at_issue is not None


def test_a_due_date_that_is_corrected_begins_anew(books: ForeseenBooks) -> None:
    books.hear()
    books.push(books.invoice(issued_on=ISSUED, due_on=DUE + timedelta(days=30)))
    books.hear()
    found = books.foreseen()["RE-1"]
    assert found.due_on == DUE + timedelta(days=30)
    assert found.at_issue is None


def test_an_item_that_came_here_old_is_forecast_but_not_judged(books: ForeseenBooks) -> None:
    long_ago = ISSUED - timedelta(days=90)
    books.push(books.invoice("OLD", issued_on=long_ago, due_on=long_ago + timedelta(days=14)))
    books.hear()
    found = books.foreseen()["OLD"]
    assert found.at_issue is None
    assert found.forecast.paid_on(0.1) > books.today
    books.pay("OLD")
    books.hear()
    assert books.parts.forecast_track.of(CREDITOR) == []


def test_a_currency_never_seen_is_told_all_the_same(books: ForeseenBooks) -> None:
    books.past()
    books.parts.forecast_models.train(books.creditor, "cli:test")
    books.push(books.invoice("CHF-1", currency="CHF", issued_on=ISSUED, due_on=DUE))
    books.hear()
    assert books.foreseen()["CHF-1"].model == 1
    assert books.foreseen()["CHF-1"].currency == "CHF"


def test_an_account_that_is_to_be_erased_has_no_forecasts(books: ForeseenBooks) -> None:
    books.hear()
    books.restrict()
    assert books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    assert books.foreseen() == {}
    assert not books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
    assert not books.parts.forecast_keeper.refresh(CREDITOR, "nobody")


def test_a_debtor_who_asks_what_is_held_is_given_the_forecasts(books: ForeseenBooks) -> None:
    books.hear()
    held = everything_about(books.store, books.creditor, ACCOUNT, books.today)
    assert held["item-forecast"] == list(books.foreseen().values())


def test_an_account_with_hundreds_of_open_items_is_told_in_several_transactions(
    books: ForeseenBooks,
) -> None:
    books.push(
        *[
            books.invoice(f"M-{place:03}", issued_on=ISSUED, due_on=DUE + timedelta(days=place % 9))
            for place in range(130)
        ]
    )
    books.hear()
    assert len(books.foreseen()) == 131
    assert books.hear() == 0


def test_an_account_that_contests_all_it_owes_is_told_in_transactions_that_fit(
    books: ForeseenBooks,
) -> None:
    """Beside each forecast stands that its invoice was contested: twice as many writes."""
    numbers = [f"M-{place:03}" for place in range(70)]
    books.push(*(books.invoice(number, issued_on=ISSUED, due_on=DUE) for number in numbers))
    for number in numbers:
        books.dispute(f"D-{number}", number)
    written = []

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(books.store, name)

        def commit(self, writes: Sequence[Write]) -> None:
            written.append(len(writes))
            books.store.commit(writes)

    store = cast("Store", Noting())
    ForecastKeeper(store, books.clock, ModelBook(store, books.clock)).refresh(CREDITOR, ACCOUNT)
    assert sum(written) == 141, "seventy were contested, and one was not"
    assert len(written) == 2 and max(written) <= 100
    assert all(one.contested for number, one in books.foreseen().items() if number in numbers)


def test_whoever_wrote_looks_at_the_facts_once_more_and_at_nothing_else(
    books: ForeseenBooks,
) -> None:
    store = Metered(books.store)
    keeper = ForecastKeeper(store, books.clock, ModelBook(store, books.clock))
    assert keeper.refresh(CREDITOR, ACCOUNT)
    assert store.reads["", "list OpenItem"] == 2
    assert store.reads["", "list ItemForecast"] == 1
    assert not keeper.refresh(CREDITOR, ACCOUNT)


def test_all_forecasts_of_a_creditor_are_read_together(books: ForeseenBooks) -> None:
    books.open_account("10002", "b@kunde.example")
    books.push(books.invoice("RE-9", account="10002", issued_on=ISSUED, due_on=DUE))
    books.hear()
    found = books.parts.forecasts.of_creditor(CREDITOR)
    assert {(one.account, one.invoice) for one in found} == {(ACCOUNT, "RE-1"), ("10002", "RE-9")}
    one = books.parts.forecasts.of_invoice(CREDITOR, ACCOUNT, "RE-1")
    assert one is not None and one.item == (CREDITOR, ACCOUNT, str(DUE), "RE-1")
    assert books.parts.forecasts.of_invoice(CREDITOR, ACCOUNT, "RE-9") is None


class Meanwhile:
    """Books in which somebody else does something just before the first forecast is written."""

    def __init__(self, books: ForeseenBooks, act: Callable[[], object]) -> None:
        self._store, self._act, self._is_done = books.store, act, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, writes: Sequence[Write]) -> None:
        if not self._is_done:
            self._is_done = True
            self._act()
        self._store.commit(writes)


def test_a_payment_while_the_forecast_is_being_written_is_not_missed(books: ForeseenBooks) -> None:
    store = cast("Store", Meanwhile(books, books.pay))
    keeper = ForecastKeeper(store, books.clock, ModelBook(store, books.clock))
    assert keeper.refresh(CREDITOR, ACCOUNT)
    assert books.foreseen() == {}


def test_two_who_look_at_once_count_what_came_once(books: ForeseenBooks) -> None:
    books.hear()
    books.clock.advance(timedelta(days=20))
    books.pay()
    other = books.parts.forecast_keeper
    store = cast("Store", Meanwhile(books, lambda: other.refresh(CREDITOR, ACCOUNT)))
    ForecastKeeper(store, books.clock, ModelBook(store, books.clock)).refresh(CREDITOR, ACCOUNT)
    (month,) = books.parts.forecast_track.of(CREDITOR)
    assert month.issue.count == 1


# The models of a creditor.


def test_a_creditor_is_learnt_from_and_its_customers_are_told_by_it(books: ForeseenBooks) -> None:
    assert books.parts.forecast_models.train(books.creditor, "cli:test") is None
    books.past(delay=25)
    made = books.parts.forecast_models.train(books.creditor, "cli:test")
    assert made is not None
    assert (made.number, made.version, made.bills, made.accounts) == (1, VERSION, 80, 9)
    assert (made.known_on, made.by, made.open_bills) == (books.today, "cli:test", 1)
    assert made.median == pytest.approx(2600, abs=150)
    books.push(books.invoice("N-1", account="P-0", issued_on=ISSUED, due_on=DUE))
    books.hear()
    known, new = books.foreseen("P-0")["N-1"], books.foreseen()["RE-1"]
    assert (known.model, known.known) == (1, 10)
    assert known.forecast.delay_at(0.5) == pytest.approx(25, abs=3)
    assert known.mean == pytest.approx(2500, abs=200)
    # Nobody knows this account: it is drawn to what is usual here, and told less exactly.
    assert new.forecast.delay_at(0.5) > 15
    assert new.mean == made.median


def test_of_too_many_invoices_those_that_something_happened_to_last_are_read(
    books: ForeseenBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.past(accounts=1, bills=6)  # changed yesterday
    old = replace(books.invoice_now(), number="OLD", updated_at=START - timedelta(days=40))
    gone = replace(old, number="GONE", updated_at=START - timedelta(days=1100))
    books.store.commit([Put(old), Put(gone)])
    found = [one.number for one in bills_of_creditor(books.store, CREDITOR, books.clock.now())]
    assert sorted(found) == ["OLD", *(f"P-0-{place:03}" for place in range(6)), "RE-1"]
    monkeypatch.setattr("saldo.forecast.bills._READ_MAX", 7)
    found = [one.number for one in bills_of_creditor(books.store, CREDITOR, books.clock.now())]
    assert len(found) == 7 and "OLD" not in found


def test_the_previous_model_stays_readable(books: ForeseenBooks) -> None:
    books.past()
    models = books.parts.forecast_models
    first = models.train(books.creditor, "cli:test")
    books.paid_past("P-0", 3, 90, 0, random.Random(2), "again")
    second = models.train(books.creditor, "cli:test")
    assert [one.number for one in models.stored(CREDITOR)] == [2, 1]
    assert list(models.stored(CREDITOR)) == [second, first]
    assert models.of(CREDITOR).number == 2
    assert first is not None and first.model is not None and first.model.bills == 80


def test_a_model_of_another_meaning_is_not_used(books: ForeseenBooks) -> None:
    books.past()
    made = books.parts.forecast_models.train(books.creditor, "cli:test")
    assert made is not None
    foreign = replace(made, number=2, version=VERSION + 1)
    books.store.commit([Put(foreign)])
    assert foreign.model is None
    other = ForeseenBooks.parts_of(books)
    assert other.forecast_models.of(CREDITOR).number == 0


def test_a_stored_model_tells_what_the_learnt_one_does(books: ForeseenBooks) -> None:
    books.past()
    made = books.parts.forecast_models.train(books.creditor, "cli:test")
    assert made is not None
    again = books.store.get(StoredModel, *made.key)
    assert again is not None and again.model == made.model
    assert made.model is not None and len(made.body) < 4096


def test_a_night_learns_once_and_looks_at_every_account(books: ForeseenBooks) -> None:
    books.past()
    swept = books.night()
    assert (swept.creditors, swept.accounts, swept.failed) == (1, 9, 0)
    assert [one.by for one in books.parts.forecast_models.stored(CREDITOR)] == ["schedule"]
    assert books.foreseen()["RE-1"].model == 1
    assert books.parts.foresight_sweep.run().accounts == 0, "once a night"
    assert books.night().accounts == 9
    assert len(books.parts.forecast_models.stored(CREDITOR)) == 2


def test_nothing_judged_is_nothing_told(books: ForeseenBooks) -> None:
    assert NO_MISSES.mean(0) is None and NO_MISSES.coverage is None
    assert books.parts.forecast_track.of(CREDITOR) == []
