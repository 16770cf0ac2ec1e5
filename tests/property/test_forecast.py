"""No forecast looks into the future: whatever happens after its day, it stays the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.forecast.bills import past_of
from saldo.forecast.keeper import forecasts_of
from saldo.forecast.model import Bill
from saldo.forecast.predict import forecast
from saldo.forecast.stored import ModelBook
from saldo.forecast.train import trained
from saldo.invoices.model import Invoice, OpenItem, open_item_of
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.foreseen import ACCOUNT, ForeseenBooks
from tests.unit.forecast.past import TODAY, bill, past

ENDS = TODAY - timedelta(days=200)
"""The day of the forecasts: some of the past is still to come then."""


def otherwise(bills: list[Bill], draw: random.Random) -> list[Bill]:
    """Return the same up to ENDS, and another future: other settlements, other invoices."""
    changed: list[Bill] = []
    for bill_ in bills:
        one = bill_
        if one.issued_on > ENDS:
            if draw.random() < 0.5:
                continue
            one = replace(
                one,
                account=str(draw.randrange(20)),
                amount_minor=draw.randrange(1, 10**7),
                due_on=one.issued_on + timedelta(days=draw.randrange(90)),
                settled_on=one.issued_on + timedelta(days=draw.randrange(200)),
            )
        elif not one.settled_by(ENDS):
            later = ENDS + timedelta(days=draw.randrange(1, 300))
            one = replace(one, settled_on=draw.choice([None, later]))
        changed.append(one)
    for number in range(draw.randrange(5)):
        issued_on = ENDS + timedelta(days=draw.randrange(1, 60))
        changed.append(bill(f"more-{number}", issued_on, draw.randrange(-20, 90), account="3"))
    draw.shuffle(changed)
    return changed


BEFORE = past(8, 8)
MODEL = trained(BEFORE, ENDS)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7), st.sampled_from(["new", "open"]))
def test_another_future_changes_no_forecast(seed: int, account: int, which: str) -> None:
    after = otherwise(BEFORE, random.Random(seed))
    issued_on = ENDS if which == "new" else ENDS - timedelta(days=50)
    asked = bill("asked", issued_on, None, account=str(account))
    told = [
        forecast(MODEL, asked, [one for one in bills if one.account == str(account)], ENDS)
        for bills in (BEFORE, after)
    ]
    assert told[0] == told[1]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**9))
def test_another_future_teaches_nothing_else(seed: int) -> None:
    assert trained(otherwise(BEFORE, random.Random(seed)), ENDS) == MODEL


def test_what_was_settled_by_the_day_does_change_it() -> None:
    """The property is not empty: the same change a day earlier moves the forecast."""
    asked = bill("asked", ENDS, None, account="x")
    known = bill("k", ENDS - timedelta(days=20), -10, account="x")
    assert known.settled_on == ENDS
    later = replace(known, settled_on=ENDS + timedelta(days=1))
    assert forecast(MODEL, asked, [known], ENDS) != forecast(MODEL, asked, [later], ENDS)


# The same of what is kept: a creditor's books are read, learnt from and told by.


def told_by_books(bills: list[Bill], account: str) -> tuple[object, ...]:
    """Return what is learnt on ENDS from books that hold these bills, and told of the item asked.

    Value dates and days of issue may lie ahead: the books hold them, and nobody may look.
    """
    books = Books()
    books.clock.move_to(datetime.combine(ENDS, time(12), UTC))
    creditor = books.open_creditor(time_zone="UTC")
    for start in range(0, len(bills), 40):
        some = bills[start : start + 40]
        books.store.commit([Put(record, expect=None) for one in some for record in records_of(one)])
    asked = open_item_of(
        invoice_of(bill("asked", ENDS - timedelta(days=20), None, account=account))
    )
    models = ModelBook(books.store, books.clock)
    models.train(creditor, "test")
    learnt = models.of(CREDITOR)
    past_ = past_of(books.store, CREDITOR, account, (asked,))
    (told,) = forecasts_of(past_, learnt, ENDS, books.clock.now())
    return learnt.median, learnt.model, told


def invoice_of(one: Bill) -> Invoice:
    at = datetime.combine(ENDS, time(6), UTC)
    settled = one.settled_on
    return Invoice(
        CREDITOR,
        one.account,
        one.number,
        one.issued_on,
        one.due_on,
        one.currency,
        one.amount_minor,
        0 if settled else one.amount_minor,
        closed_on=settled,
        days_beyond_terms=(settled - one.due_on).days if settled else None,
        updated_at=at,
        version=1,
    )


def records_of(one: Bill) -> list[Invoice | OpenItem]:
    invoice = invoice_of(one)
    return [invoice, open_item_of(invoice)] if invoice.is_open else [invoice]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_what_the_books_hold_of_the_future_teaches_and_tells_nothing(
    seed: int, account: int
) -> None:
    after = otherwise(BEFORE, random.Random(seed))
    assert told_by_books(BEFORE, str(account)) == told_by_books(after, str(account))


# Whatever happens, in whatever order it is heard of: kept is a forecast for what stands open.


class Story:
    """What may happen to an account, one thing after the other."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.books = ForeseenBooks()
        self.books.begin()
        self.open: list[str] = []
        self.paid = 0

    def act(self, name: str, place: int) -> None:
        if name in ("pay", "part", "dispute", "credit"):
            if self.open:
                getattr(self, name)(self.draw.choice(self.open), place)
        else:
            getattr(self, name)(place)

    def issue(self, place: int) -> None:
        due_on = self.books.today + timedelta(days=self.draw.randrange(3, 40))
        number = f"RE-{place}"
        self.books.push(self.books.invoice(number, issued_on=self.books.today, due_on=due_on))
        self.open.append(number)

    def wait(self, place: int) -> None:
        self.books.clock.advance(timedelta(days=self.draw.randrange(1, 25)))

    def hear(self, place: int) -> None:
        self.books.hear()

    def again(self, place: int) -> None:
        self.books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)

    def pay(self, number: str, place: int) -> None:
        self.books.pay(number, self.books.invoice_now(number).open_minor)
        self.open.remove(number)
        self.paid += 1

    def part(self, number: str, place: int) -> None:
        half = self.books.invoice_now(number).open_minor // 2
        if not half:
            return
        payment = self.books.start_payment(number, half)
        self.books.settlement.settle(self.books.told(payment, minor=half))

    def dispute(self, number: str, place: int) -> None:
        self.books.dispute(f"D-{place}", number)
        self.open.remove(number)  # it stays open, and nothing more happens to it

    def credit(self, number: str, place: int) -> None:
        owed = self.books.invoice_now(number).open_minor
        self.books.credit_note(owed, f"G-{place}", number)
        self.open.remove(number)


ACT = st.sampled_from(["issue", "pay", "part", "dispute", "credit", "wait", "hear", "again"])


@settings(max_examples=25, deadline=None)
@given(st.lists(ACT, min_size=4, max_size=25), st.integers(0, 10**6))
def test_a_forecast_is_kept_for_what_stands_open_and_for_nothing_else(
    acts: list[str], seed: int
) -> None:
    story = Story(seed)
    for place, name in enumerate(acts):
        story.act(name, place)
    books = story.books
    books.hear()
    kept = books.foreseen()
    items = {item.number: item for item in books.open_items()}
    assert kept.keys() == items.keys()
    for number, one in kept.items():
        assert (one.open_minor, one.due_on) == (items[number].open_minor, items[number].due_on)
        assert list(one.hundredths) == sorted(one.hundredths)
        assert one.forecast.paid_by(books.today) == 0
    counted = sum(month.issue.count for month in books.parts.forecast_track.of(CREDITOR))
    assert counted <= story.paid
    story.again(0)
    assert not books.parts.forecast_keeper.refresh(CREDITOR, ACCOUNT)
