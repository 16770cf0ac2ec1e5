"""Whatever happens to an account, and however often it is looked at: each crossing is told once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.agreed import CreditLimit
from saldo.credit.keep import CreditKeeper
from saldo.credit.ports import NobodyOutside
from saldo.edge.v1 import credit
from saldo.edge.v1.money import Ordered
from saldo.money import format_amount
from saldo.people.four_eyes import SecondPersonNeeded
from tests.limited import ACCOUNT, ANNA, CREDITOR, LimitedBooks
from tests.once import PassingStore

Act = Callable[[LimitedBooks, int], object]
_CURRENCIES = ("EUR", "USD")


def _invoice(books: LimitedBooks, n: int) -> None:
    number = f"R-{books.clock.now().timestamp():.3f}"
    books.push(books.invoice(number, 1000 + 700 * n, currency=_CURRENCIES[n % 2]))


def _pay(books: LimitedBooks, n: int) -> None:
    items = books.open_items()
    if items:
        item = items[n % len(items)]
        if item.currency == "EUR":
            books.pay(item.number, item.open_minor + 50 * n)


def _order(books: LimitedBooks, n: int) -> None:
    books.order(900 * (n % 4), f"O-{n % 3}", _CURRENCIES[n % 2])


def _agreed(books: LimitedBooks, n: int) -> None:
    books.change_account(credit_limit=CreditLimit(2000 * n, "EUR") if n else None)


def _own(books: LimitedBooks, n: int) -> None:
    books.set_limit(1500 * n if n != 3 else None, _CURRENCIES[n % 2])


def _look(books: LimitedBooks, n: int) -> None:
    for _ in range(1 + n % 2):
        books.refresh()


def _two_at_once(books: LimitedBooks, n: int) -> None:
    """One looks; before it writes, something else happens and another one looks too."""

    def meanwhile(_: object) -> None:
        (_invoice, _order, _look)[n % 3](books, n)
        books.refresh()

    store = PassingStore(books.store, meanwhile)
    keeper = CreditKeeper(store, books.clock, books.ids, NobodyOutside())  # type: ignore[arg-type]
    keeper.refresh(CREDITOR, ACCOUNT)


_ACTS: tuple[Act, ...] = (_invoice, _pay, _order, _agreed, _own, _look, _two_at_once)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(_ACTS) - 1), st.integers(0, 5)), min_size=1, max_size=14)
)
def test_what_was_told_is_what_the_books_say(steps: list[tuple[int, int]]) -> None:
    books = LimitedBooks()
    books.begin(books.invoice("RE-1", 3000))
    books.rules(block={"over_limit": True})
    for act, n in steps:
        books.clock.advance(timedelta(seconds=1))
        _ACTS[act](books, n)
    books.clock.advance(timedelta(seconds=1))
    books.refresh()
    books.clock.advance(timedelta(seconds=1))
    assert books.refresh() is False

    over: dict[str, bool] = {}
    for event in books.credit_told("limit.exceeded", "limit.restored"):
        is_over = event.type == "limit.exceeded"
        assert over.get(event.data["currency"], False) is not is_over, "told twice"
        over[event.data["currency"]] = is_over
    lines = books.credit.look(CREDITOR, ACCOUNT).lines
    now = {one.currency for one in lines if one.is_over}
    assert {currency for currency, is_over in over.items() if is_over} == now
    assert set(books.sheet.over) == now

    blocks = books.credit_types("order_block")
    assert blocks == ["order_block.set", "order_block.released"] * (len(blocks) // 2) + [
        "order_block.set"
    ] * (len(blocks) % 2)
    assert books.sheet.is_blocked is bool(now) is bool(len(blocks) % 2)


BOUND = 10_000
_DAYS = st.sampled_from([None, 0, 30, 400])
_AMOUNTS = st.sampled_from([None, 0, 4_000, 6_000, BOUND, BOUND + 1, 500_000])
_LIMITS_SET = st.tuples(st.sampled_from(["own", "insured"]), _AMOUNTS, _DAYS)


@given(
    st.sampled_from(["own-first", "lower", "sum"]), st.lists(_LIMITS_SET, min_size=2, max_size=7)
)
@settings(max_examples=20, deadline=None)
def test_no_order_of_limits_and_covers_lets_one_person_alone_go_beyond_the_bound(
    basis: str, acts: list[tuple[str, int | None, int | None]]
) -> None:
    books = LimitedBooks()
    books.begin()
    books.rules(limit_is=basis)
    books.parts.four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=BOUND, by="owner"
    )
    alone = Ordered(books.parts, books.creditor, ANNA, by_person=True)
    today = books.clock.now().date()
    for kind, minor, days in acts:
        amount = None if minor is None else format_amount(minor, "EUR")
        until = None if days is None else (today + timedelta(days=days)).isoformat()
        body = {"account": ACCOUNT, "kind": kind, "currency": "EUR", "amount": amount}
        body |= {"insurer": "Beispiel Versicherung", "valid_until": until, "reason": "-"}
        with suppress(SecondPersonNeeded):
            credit.set_limit(alone, body)
        limits = books.parts.credit.look(CREDITOR, ACCOUNT).limits
        for day in limits.turns("EUR", today):
            assert (limits.counted("EUR", day) or 0) <= BOUND, day
