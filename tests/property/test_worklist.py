"""However events come, the work list ends up as the books say; and nobody's old facts win."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.agreed import CreditLimit
from saldo.collection.model import Instalment
from saldo.errors import Refusal
from saldo.store import Put, Store, Write
from saldo.worklist.keep import WorkKeeper
from saldo.worklist.model import WorkItem
from tests.once import PassingStore
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, NOBODY, OLGA, WorkBooks

Act = Callable[[WorkBooks, int], None]


def _promise(books: WorkBooks, n: int) -> None:
    day = books.clock.now().date() + timedelta(days=1 + n % 3)
    books.promise(day, invoices=(f"RE-{1 + n % 3}",), id_=f"P-{n}")


def _plan(books: WorkBooks, n: int) -> None:
    today, number = books.clock.now().date(), f"RE-{1 + n % 3}"
    half = books.invoice_now(number).open_minor // 2
    rest = books.invoice_now(number).open_minor - half
    parts = (Instalment(today + timedelta(3), half), Instalment(today + timedelta(6), rest))
    books.proposals.propose(CREDITOR, ACCOUNT, f"PL-{n}", [number], parts, None, "payer")


def _decide_plan(books: WorkBooks, n: int) -> None:
    for item in books.parts.work_list.of(CREDITOR, ACCOUNT):
        if item.kind == "plan-proposed":
            books.proposals.approve(CREDITOR, ACCOUNT, item.id.removeprefix("plan-"), ANNA)


def _dispute(books: WorkBooks, n: int) -> None:
    books.dispute(f"D-{n}", f"RE-{1 + n % 3}", amount_minor=1000)


def _reject(books: WorkBooks, n: int) -> None:
    for one in books.disputes.of(CREDITOR, ACCOUNT):
        if one.state == "open":
            books.disputes.reject(CREDITOR, ACCOUNT, one.id, ANNA, "It was delivered.")


def _pay(books: WorkBooks, n: int) -> None:
    number = f"RE-{1 + n % 3}"
    if books.invoice_now(number).open_minor:
        books.pay(number, books.invoice_now(number).open_minor)


def _ask(books: WorkBooks, n: int) -> None:
    books.ask(f"Question {n}?", f"Q-{n}")


def _close_thread(books: WorkBooks, n: int) -> None:
    books.parts.threads.close(CREDITOR, ACCOUNT, ANNA)


def _desk(books: WorkBooks, n: int) -> None:
    who = (ANNA, BEN, None)[n % 3]
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=who, sales=None, branch=None)


def _person(books: WorkBooks, n: int) -> None:
    """Somebody closes, puts off or gives away what they see, which may be over by now."""
    items = books.parts.work_list.of(CREDITOR, ACCOUNT)
    if not items:
        return
    item = items[n % len(items)]
    until = books.clock.now().date() + timedelta(days=1 + n % 5)
    if n % 3 == 0:
        books.parts.work_list.done(books.creditor, ACCOUNT, item.id, ANNA, "no-answer")
    elif n % 3 == 1:
        books.parts.work_list.snooze(books.creditor, ACCOUNT, item.id, ANNA, until)
    else:
        books.parts.work_list.assign(CREDITOR, ACCOUNT, item.id, OLGA, (BEN, None)[n % 2])


def _hour(books: WorkBooks, n: int) -> None:
    books.clock.advance(timedelta(hours=n % 30))
    books.tend()


def _sweep(books: WorkBooks, n: int) -> None:
    books.parts.work_sweep.run()


ACTS: Sequence[Act] = (
    _promise,
    _plan,
    _decide_plan,
    _dispute,
    _reject,
    _pay,
    _ask,
    _close_thread,
    _desk,
    _person,
    _hour,
    _sweep,
)


def began() -> WorkBooks:
    books = WorkBooks()
    books.begin(*(books.invoice(f"RE-{n}", 5000 * n) for n in (1, 2, 3)))
    books.change_account(credit_limit=CreditLimit(20000, "EUR"))
    return books


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30)), min_size=1, max_size=14),
    st.integers(0, 2**32),
)
def test_events_in_any_order_and_number_leave_the_list_that_the_books_come_to(
    acts: list[tuple[Act, int]], seed: int
) -> None:
    chance, books = Random(seed), began()
    waiting: list[str] = []
    known: set[str] = set()
    for act, n in acts:
        books.clock.advance(timedelta(minutes=1))
        with suppress(Refusal):
            act(books, n)
        new = [one.id for one in books.all_events() if one.id not in known]
        known |= set(new)
        waiting += new
        chance.shuffle(waiting)
        for _ in range(chance.randrange(0, len(waiting) + 1)):
            _hear(books, waiting.pop())
    rest = waiting + chance.sample(sorted(known), len(known) // 2)
    chance.shuffle(rest)
    for id_ in rest:
        _hear(books, id_)
    books.parts.work_sweep.run()
    books.proven()
    shown = {item.id for holder in (NOBODY, ANNA, BEN) for item in books.work(holder)}
    hidden = {item.id for h in (NOBODY, ANNA, BEN) for item in books.work(h, later=True)}
    items = books.parts.work_list.of(CREDITOR, ACCOUNT)
    assert shown == {one.id for one in items if one.hidden_until is None}
    assert hidden == {one.id for one in items if one.state == "snoozed"}


def _hear(books: WorkBooks, id_: str) -> None:
    books.hear_one(next(one for one in books.all_events() if one.id == id_))


def test_a_slow_derivation_with_old_facts_does_not_bring_back_what_is_over() -> None:
    books = WorkBooks()
    books.begin()
    books.ask()

    def meanwhile(writes: Sequence[Write]) -> None:
        """Before the slow one writes, the question is closed; who hears of it has nothing to do."""
        assert any(isinstance(one.record, WorkItem) for one in writes if isinstance(one, Put))
        books.parts.threads.close(CREDITOR, ACCOUNT, ANNA)
        assert books.parts.work_keeper.derive(CREDITOR, ACCOUNT) == 0

    store = cast("Store", PassingStore(books.store, meanwhile))
    slow = WorkKeeper(store, books.clock, books.parts.desks)
    assert slow.derive(CREDITOR, ACCOUNT) == 2
    assert list(books.store.list(WorkItem, CREDITOR, ACCOUNT)) == []
    books.proven()


def test_two_that_derive_at_once_make_each_item_once() -> None:
    books = began()
    books.ask()

    def meanwhile(writes: Sequence[Write]) -> None:
        del writes
        assert books.parts.work_keeper.derive(CREDITOR, ACCOUNT) == 2

    store = cast("Store", PassingStore(books.store, meanwhile))
    assert WorkKeeper(store, books.clock, books.parts.desks).derive(CREDITOR, ACCOUNT) == 0
    assert sorted(books.kinds()) == ["over-limit", "question"]
    books.proven()
