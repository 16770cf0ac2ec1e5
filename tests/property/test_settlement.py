"""Whatever the order and number of events, the books come out the same."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.ledger.parts import ORDERS, Order, Parts, take
from tests.books import Books

DUE = date(2026, 12, 1)


@given(
    st.builds(Parts, *[st.integers(0, 10**12)] * 3),
    st.integers(0, 3 * 10**12),
    st.sampled_from(sorted(ORDERS)),
)
def test_taking_from_parts_loses_nothing_and_keeps_the_order(
    parts: Parts, amount: int, order: Order
) -> None:
    amount = min(amount, parts.total)
    taken = take(parts, amount, order)
    assert taken.total == amount
    assert all(0 <= taken.of(part) <= parts.of(part) for part in ORDERS[order])
    first, second, third = ORDERS[order]
    assert taken.of(second) == 0 or taken.of(first) == parts.of(first)
    assert taken.of(third) == 0 or taken.of(second) == parts.of(second)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["settled", "failed", "processing"])),
        min_size=1,
        max_size=12,
    )
)
def test_events_in_any_order_and_number_settle_each_payment_once(
    told: list[tuple[int, str]],
) -> None:
    books = Books()
    books.begin(books.invoice(amount_minor=30000))
    payments = [books.start_payment(amount_minor=10000) for _ in range(3)]
    for number, state in told:
        event = books.told(payments[number], state, 10000)  # type: ignore[arg-type]
        books.settlement.settle(event)
    paid = {number for number, state in told if state == "settled"}
    assert books.balance("provider-clearing") == 10000 * len(paid)
    assert (
        books.balance("receivable") == 30000 - 10000 * len(paid) == books.invoice_now().open_minor
    )
    assert sum(item.open_minor for item in books.open_items()) == books.invoice_now().open_minor
    assert {p.state for p in books.payments() if p.id in {payments[n] for n in paid}} <= {"settled"}


@settings(max_examples=60, deadline=None)
@given(
    runs=st.lists(st.integers(-3, 70), min_size=1, max_size=25),
    paid_after=st.integers(-3, 70),
)
def test_no_notice_after_payment_and_one_per_stage_under_any_runs(
    runs: list[int], paid_after: int
) -> None:
    """Runs come in any order, repeat, and skip days; the payment lands somewhere between."""
    books = Books()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    paid = False
    for offset in runs:
        if not paid and offset >= paid_after:
            books.pay()
            paid = True
        sent = books.day(DUE + timedelta(days=offset))
        assert not (paid and sent)
    steps = [notice.step for notice in books.notices()]
    assert len(steps) == len(set(steps))
    assert sorted(steps) == [str(n) for n in range(1, len(steps) + 1)]
