"""In whatever order and however often the stream tells of the books, the figures are the same."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figured import FiguredBooks

DUE = date(2026, 12, 1)

STEP = st.sampled_from(["invoice", "pay", "part", "remind", "correct", "note", "next-day"])


def tell(books: FiguredBooks, steps: list[str]) -> None:
    """Let things happen on the books."""
    books.begin(books.invoice(already_sent=True))
    books.open_account("10002")
    count = 1
    for step in steps:
        books.clock.advance(timedelta(minutes=1))
        item = next(iter(sorted(books.open_items(), key=lambda i: i.number)), None)
        if step == "invoice":
            count += 1
            account = ("10001", "10002")[count % 2]
            currency = "USD" if count % 5 == 0 else "EUR"
            due = DUE + timedelta(days=count)
            books.push(books.invoice(f"RE-{count}", 1000 * count, account=account, due_on=due,
                                     currency=currency, already_sent=True))  # fmt: skip
        elif step == "pay" and item:
            payment = books.start_payment(item.number)
            told = books.told(payment, minor=item.open_minor, currency=item.currency)
            books.settlement.settle(told)
        elif step == "part" and item and item.open_minor > 1:
            half = item.open_minor // 2
            payment = books.start_payment(item.number, half)
            books.settlement.settle(books.told(payment, minor=half, currency=item.currency))
        elif step == "remind":
            books.day(books.clock.now().date())
        elif step == "correct" and item:
            books.push(books.invoice(item.number, item.amount_minor + 100, currency=item.currency,
                                     due_on=item.due_on + timedelta(days=3),
                                     issued_on=item.issued_on, already_sent=True))  # fmt: skip
        elif step == "next-day":
            books.clock.advance(timedelta(days=5))


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=14), st.integers(0, 2**32))
def test_any_order_and_repetition_gives_what_the_books_come_to(steps: list[str], seed: int) -> None:
    books = FiguredBooks()
    tell(books, steps)
    told, chance = list(books.stream), random.Random(seed)
    told += chance.choices(told, k=len(told) // 2)
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 12)
        books.counter.count(told[:size])
        told = told[size:]
    assert not books.checked().differences
    due: dict[str, int] = {}
    for item in (*books.open_items(), *books.open_items("10002")):
        if item.currency == "EUR":
            day = item.due_on.isoformat()
            due[day] = due.get(day, 0) + item.open_minor
    assert books.open_now() == due
    journal = [*books.journal(), *books.journal("10002")]
    owed = sum(
        p.amount_minor
        for entry in journal
        if entry.currency == "EUR"
        for p in entry.postings
        if p.account == "receivable"
    )
    assert sum(due.values()) == owed
    flows = sum(
        books.summed(measure, month) * sign
        for month in ("2026-11", "2026-12", "2027-01", "2027-02")
        for measure, sign in FLOWS
    )
    assert flows == owed


FLOWS = (
    ("billed", 1),
    ("charged", 1),
    ("credited", -1),
    ("settled", -1),
    ("discounted", -1),
    ("written_off", -1),
    ("other", -1),
)
