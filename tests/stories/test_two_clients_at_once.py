"""Two clients order the same about one invoice at the same moment: one of them is too late."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.collection.cases import CaseInTheWay, HandOver
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.disputes import DisputeTooMuch
from saldo.collection.model import Instalment
from saldo.collection.promises import PromiseInTheWay
from saldo.collection.rules import PlanInTheWay
from saldo.errors import Refusal
from saldo.payments.scheduled import ScheduledBefore
from saldo.store import Write
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

DAY = date(2026, 12, 4)
NUMBERS = ("RE-1", "RE-2", "RE-3")
AMOUNT_MINOR = 9000

Order = Callable[[CollectedBooks, str, Sequence[str]], object]


def promise(books: CollectedBooks, id_: str, numbers: Sequence[str]) -> object:
    return books.promise(DAY, None, tuple(numbers), id_)


def plan(books: CollectedBooks, id_: str, numbers: Sequence[str]) -> object:
    parts = [Instalment(DAY, AMOUNT_MINOR * len(numbers))]
    return books.kept_plans.agree(CREDITOR, ACCOUNT, numbers, parts, None, "Kim", plan=id_)


def proposal(books: CollectedBooks, id_: str, numbers: Sequence[str]) -> object:
    parts = [Instalment(DAY, AMOUNT_MINOR * len(numbers))]
    books.proposals.propose(CREDITOR, ACCOUNT, id_, numbers, parts, None, "Kim")
    return books.proposals.approve(CREDITOR, ACCOUNT, id_, "Kim")


def dispute(books: CollectedBooks, id_: str, numbers: Sequence[str]) -> object:
    return books.disputes.open(
        books.creditor, DisputeOrder(id_, numbers[0], "price", "Too much.", "ERP", "Lager")
    )


def case(books: CollectedBooks, id_: str, numbers: Sequence[str]) -> object:
    order = HandOver(id_, tuple(numbers), "agency", "Inkasso Beispiel GmbH", "ERP")
    return books.cases.open(books.creditor, order)


def begun() -> CollectedBooks:
    books = CollectedBooks()
    books.begin(*(books.invoice(number, AMOUNT_MINOR) for number in NUMBERS))
    return books


@contextmanager
def meanwhile(books: CollectedBooks, other: Callable[[], object]) -> Iterator[None]:
    """Let another client's whole order happen between what the next one reads and its commit."""
    commit = books.store.commit

    def delayed(writes: Sequence[Write]) -> None:
        books.store.commit = commit  # type: ignore[method-assign]
        other()
        commit(writes)

    books.store.commit = delayed  # type: ignore[method-assign]
    try:
        yield
    finally:
        books.store.commit = commit  # type: ignore[method-assign]


KINDS: list[tuple[Order, type[Refusal]]] = [
    (promise, PromiseInTheWay),
    (plan, PlanInTheWay),
    (proposal, PlanInTheWay),
    (dispute, DisputeTooMuch),
    (case, CaseInTheWay),
]


@pytest.mark.parametrize(("order", "refused"), KINDS)
def test_the_second_is_refused(order: Order, refused: type[Refusal]) -> None:
    books = begun()
    with (
        meanwhile(books, lambda: order(books, "B", ["RE-1"])),
        pytest.raises(refused),
    ):
        order(books, "A", ["RE-1", "RE-2"] if order is not dispute else ["RE-1"])


def test_the_second_scheduled_payment_is_refused() -> None:
    books = begun()
    opened = books.opened(whole_account=True)
    mandate = books.give_mandate(opened, "on-request")
    attempts = []
    for _ in range(2):
        books.clock.advance(timedelta(seconds=1))
        attempts.append(books.checkout.new_attempt())

    def order(attempt: str) -> object:
        return books.schedule.schedule(opened, attempt, ["RE-1"], None, DAY, mandate.id)

    with meanwhile(books, lambda: order(attempts[1])), pytest.raises(ScheduledBefore):
        order(attempts[0])
    (only,) = books.schedule.of(CREDITOR, ACCOUNT)
    assert only.id == attempts[1]


@pytest.mark.parametrize("order", [promise, plan, case])
def test_what_concerns_other_invoices_is_taken_as_well(order: Order) -> None:
    books = begun()
    with meanwhile(books, lambda: order(books, "B", ["RE-2"])):
        assert order(books, "A", ["RE-1"])


chosen = st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True)


@settings(max_examples=40, deadline=None)
@given(
    first=st.sampled_from([promise, plan, case]),
    orders=st.lists(st.tuples(st.sampled_from([promise, plan, case]), chosen), max_size=5),
    wanted=chosen,
)
def test_no_invoice_is_ever_promised_planned_or_handed_over_twice(
    first: Order, orders: list[tuple[Order, list[str]]], wanted: list[str]
) -> None:
    books = begun()

    def others() -> None:
        for place, (order, numbers) in enumerate(orders):
            try:
                order(books, f"B-{place}", numbers)
            except Refusal:
                continue

    with meanwhile(books, others), suppress(Refusal):
        first(books, "A", wanted)
    standing = [
        [n for one in books.promises.of(CREDITOR, ACCOUNT) for n in one.invoices],
        [n for one in books.kept_plans.of(CREDITOR, ACCOUNT) for n in one.invoices],
        [n for one in books.cases.of(CREDITOR, ACCOUNT) for n in one.invoices],
    ]
    assert all(len(set(numbers)) == len(numbers) for numbers in standing)
