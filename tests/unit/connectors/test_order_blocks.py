"""An ERP hears that orders wait, and that they go again: once each, whatever comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from saldo.connectors.model import Connection, ErpOrder, ItemLink
from saldo.connectors.orders import Orders
from saldo.reminders.model import ServiceStop
from saldo.store import Put
from tests.limited import ACCOUNT, ANNA, CREDITOR, LimitedBooks


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(made.invoice("RE-1", 10000))
    link = ItemLink(
        *(CREDITOR, "exact", "RE-1", "ref-1", ACCOUNT, "customer-1", "1", "EUR"),
        date(2026, 12, 1),
        10000,
        10000,
        version=1,
    )
    connection = Connection(CREDITOR, "exact", "exact", {}, version=1)
    made.store.commit([Put(link), Put(connection)])
    return made


def _tell(books: LimitedBooks, *types: str) -> int:
    """Tell the ERP's outbox of every fact of these types so far."""
    orders = Orders(books.store, books.clock, books.ids)
    return sum(
        orders.hear(one.type, one.creditor, one.account, one.data)
        for one in books.events()
        if one.type in types
    )


def _orders(books: LimitedBooks) -> list[tuple[str, str]]:
    found = books.store.list(ErpOrder, CREDITOR, "exact")
    return sorted((one.kind, one.number) for one in found)


def test_a_block_is_one_order_and_its_end_another(books: LimitedBooks) -> None:
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    assert _tell(books, "order_block.set") == 1
    assert _tell(books, "order_block.set") == 0
    books.credit.release(CREDITOR, ACCOUNT, "A mistake.", ANNA)
    assert _tell(books, "order_block.set", "order_block.released") == 1
    assert _orders(books) == [("release", "RE-1"), ("stop", "RE-1")]


def test_the_end_of_a_block_that_is_heard_first_unblocks_nobody(books: LimitedBooks) -> None:
    """The ERP's people may have blocked the account themselves: that is theirs to end."""
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    books.credit.release(CREDITOR, ACCOUNT, "A mistake.", ANNA)
    assert _tell(books, "order_block.released") == 0
    assert _tell(books, "order_block.set") == 0
    assert _orders(books) == []


def test_a_debtor_who_paid_everything_is_still_known_by_an_old_invoice(
    books: LimitedBooks,
) -> None:
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    _tell(books, "order_block.set")
    books.pay("RE-1", 10000)
    books.credit.release(CREDITOR, ACCOUNT, "Paid.", ANNA)
    assert _tell(books, "order_block.released") == 1


def test_an_account_that_the_erp_never_told_of_is_not_told_to_it(books: LimitedBooks) -> None:
    link = books.store.get(ItemLink, CREDITOR, "exact", "RE-1")
    assert link is not None
    books.open_account("20002")
    books.credit.block(CREDITOR, "20002", "Signs of fraud.", ANNA)
    (block,) = [one for one in books.events("20002") if one.type == "order_block.set"]
    orders = Orders(books.store, books.clock, books.ids)
    assert orders.hear(block.type, CREDITOR, "20002", block.data) == 0


def test_the_erps_flag_stays_up_while_either_reason_stands(books: LimitedBooks) -> None:
    """A stage of the reminders stopped deliveries too: only the last of the two lets them go."""
    stop = ServiceStop(
        *(CREDITOR, ACCOUNT, "delivery", "EUR", "S-1", ("RE-1",), 10000),
        books.clock.now(),
        version=1,
    )
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    books.store.commit([Put(stop)])
    _tell(books, "order_block.set")
    orders = Orders(books.store, books.clock, books.ids)
    data = {"request": "S-1", "service": "delivery", "invoices": ["RE-1"], "currency": "EUR"}
    assert orders.hear("service.released", CREDITOR, ACCOUNT, data) == 0
    books.credit.release(CREDITOR, ACCOUNT, "A mistake.", ANNA)
    assert _tell(books, "order_block.released") == 0
    books.store.commit([Put(replace(stop, released_at=books.clock.now()), expect=None)])
    assert orders.hear("service.released", CREDITOR, ACCOUNT, data) == 1
    assert _orders(books) == [("release", "RE-1"), ("stop", "RE-1")]
