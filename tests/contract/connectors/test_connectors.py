"""What every connector promises, over its vendor's stand-in: all is read once, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from infra.local.erps.fake import FakeErp, Fault
from saldo.connectors.model import Connection, Grant, Usage
from saldo.ledger.verify import verify
from tests.books import CREDITOR
from tests.connected import (
    NAME,
    Connected,
    exact_connected,
    karmak_connected,
    snelstart_connected,
)

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)
LIST = {"exact": "ReceivablesList", "snelstart": "verkoopfacturen", "karmak": "ARDetail"}
TOKEN = {"exact": "oauth2/token", "snelstart": "/token", "karmak": "connect/token"}
BALANCE = {"exact": "Amount", "snelstart": "openstaandSaldo", "karmak": "Balance"}
TAKEN = {"exact": 60, "snelstart": 100, "karmak": 500}


@dataclass
class World:
    """A vendor's stand-in and connected books, in words that fit every vendor."""

    system: str
    connected: Connected
    erp: Any

    def number(self, place: int) -> str:
        return str(1000 + place)

    def invoice(self, place: int, amount: str = "10.00") -> str:
        number: Any = 1000 + place if self.system == "exact" else self.number(place)
        self.erp.invoice(number, CUSTOMER, amount, ISSUED, DUE)
        return self.number(place)

    def row(self, number: str) -> dict[str, Any]:
        """The record as the ERP keeps it."""
        if self.system == "exact":
            return self.erp.receivables[int(number)]  # type: ignore[no-any-return]
        rows = self.erp.invoices if self.system == "snelstart" else self.erp.open
        return rows[number]  # type: ignore[no-any-return]

    def paid(self, number: str, amount: str) -> None:
        key: Any = int(number) if self.system == "exact" else number
        self.erp.paid_at_the_bank(key, amount)


MAKERS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "exact": exact_connected,
    "snelstart": snelstart_connected,
    "karmak": karmak_connected,
}


@pytest.fixture(params=sorted(MAKERS))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    connected, erp, *_ = MAKERS[request.param]()
    assert isinstance(erp, FakeErp)
    made = World(request.param, connected, erp)
    erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
    yield made
    books = connected.books
    assert verify(books.store, books.clock.now().date()) == []


def ended(world: World) -> str:
    report = world.connected.run()
    assert report.ended is not None
    return report.ended.state


def test_a_list_of_several_pages_comes_once(world: World) -> None:
    many = TAKEN[world.system] + 7
    numbers = [world.invoice(place) for place in range(many)]
    report = world.connected.run()
    assert report.done["items-new"] == many
    assert world.connected.run().done == {"items-unchanged": many} | {
        name: count
        for name, count in world.connected.run().done.items()
        if name.startswith("accounts-")
    }
    books = world.connected.books
    assert [item.number for item in books.open_items(CUSTOMER)] == sorted(numbers)


@pytest.mark.parametrize("fault", [one for one in get_args(Fault) if one != "lost"])
@pytest.mark.parametrize("where", ["list", "token"])
def test_whatever_goes_wrong_is_said_and_nothing_is_lost(
    world: World, fault: Fault, where: str
) -> None:
    number = world.invoice(1, "50.00")
    place = (LIST if where == "list" else TOKEN)[world.system]
    world.erp.fail(fault, place)
    expected = {
        "silent": "unreachable",
        "down": "unreachable",
        "html": "nonsense",
        "nonsense": "nonsense",
        "denied": "refused",
        "limited": "limited",
    }
    assert ended(world) == expected[fault]
    assert world.erp.faults == []
    assert world.connected.books.open_items(CUSTOMER) == []
    world.connected.books.clock.advance(timedelta(minutes=5))
    assert ended(world) == "ok"
    assert world.connected.books.invoice_now(number, CUSTOMER).open_minor == 5000


def test_a_record_that_cannot_be_right_does_not_stop_the_others(world: World) -> None:
    bad, good = world.invoice(1), world.invoice(2)
    world.row(bad)[BALANCE[world.system]] = "a lot"
    report = world.connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert (report.done["items-new"], len(report.unread)) == (1, 1)
    assert [i.number for i in world.connected.books.open_items(CUSTOMER)] == [good]
    # One that was read before stands as it stood.
    world.row(good)[BALANCE[world.system]] = "a lot"
    assert ended(world) == "ok"
    assert world.connected.books.invoice_now(good, CUSTOMER).is_open


def test_part_and_rest_are_paid_there(world: World) -> None:
    number = world.invoice(1, "119.00")
    world.connected.run()
    world.paid(number, "19.00")
    assert world.connected.run().done["items-paid"] == 1
    assert world.connected.books.invoice_now(number, CUSTOMER).open_minor == 10000
    world.paid(number, "100.00")
    assert world.connected.run().done["items-paid"] == 1
    assert not world.connected.books.invoice_now(number, CUSTOMER).is_open
    assert world.connected.books.credits(CUSTOMER) == []
    assert world.connected.told() == []


def test_what_is_settled_here_is_told_once_and_taken_back_once(world: World) -> None:
    number = world.invoice(1, "119.00")
    world.connected.run()
    world.connected.start_and_settle(number, 11900)
    for _ in range(3):
        assert ended(world) == "ok"
    (order,) = world.connected.told()
    assert (order.state, order.amount_minor, order.attempts) == ("taken", 11900, 1)
    assert len(world.connected.books.payments(CUSTOMER)) == 1


def test_two_workers_never_run_one_connection_at_once(world: World) -> None:
    world.invoice(1)
    inner: list[object] = []
    connected = world.connected
    real = world.erp.answer

    def answer(asked: Any) -> Any:
        if not inner:
            inner.append(connected.runs.run(CREDITOR, NAME).ended)
        return real(asked)

    world.erp.answer = answer
    assert ended(world) == "ok"
    assert inner == [None]


def test_a_due_date_that_moved_moves_here(world: World) -> None:
    number = world.invoice(1)
    world.connected.run()
    name = {"exact": "DueDate", "snelstart": "vervalDatum", "karmak": "DueDate"}[world.system]
    world.row(number)[name] = "2026-12-24T00:00:00"
    world.connected.run()
    assert world.connected.books.invoice_now(number, CUSTOMER).due_on == date(2026, 12, 24)


def test_secrets_show_nowhere(world: World) -> None:
    world.invoice(1)
    world.connected.run()
    store = world.connected.books.store
    grant = store.get(Grant, CREDITOR, NAME)
    assert grant is not None and grant.access
    assert grant.access not in repr(grant)
    assert grant.access not in repr(store.get(Connection, CREDITOR, NAME))
    usage = store.get(Usage, CREDITOR, NAME)
    assert usage is not None and usage.day_calls > 0


def test_money_is_read_to_the_cent(world: World) -> None:
    number = world.invoice(1, "0.10")
    other = world.invoice(2, "1234567.89")
    world.connected.run()
    books = world.connected.books
    assert books.invoice_now(number, CUSTOMER).open_minor == 10
    assert books.invoice_now(other, CUSTOMER).open_minor == 123456789
    world.paid(other, "0.01")
    world.connected.run()
    assert books.invoice_now(other, CUSTOMER).open_minor == 123456788
    assert Decimal("0.10") == world.row(number)[BALANCE[world.system]]
