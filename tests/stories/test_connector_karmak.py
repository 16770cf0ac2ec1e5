"""Stories of a dealer whose books are in Karmak Fusion."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from infra.local.erps.karmak import KarmakErp
from saldo.accounts.model import Hold
from saldo.adapters.memory.bay import MemoryBay
from saldo.ledger.verify import verify
from tests.books import CREDITOR
from tests.connected import Connected, karmak_connected

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)
World = tuple[Connected, KarmakErp, MemoryBay]


@pytest.fixture
def world() -> World:
    made = karmak_connected()
    made[1].customer(CUSTOMER, "Example Trucking Inc.", "ap@example.example")
    made[1].invoice("K-1001", CUSTOMER, "119.00", ISSUED, DUE)
    return made


@pytest.fixture(autouse=True)
def _books_agree(world: World):
    yield
    books = world[0].books
    assert verify(books.store, books.clock.now().date()) == []


def test_invoice_comes_is_reminded_paid_and_settled_by_an_import_file(world: World) -> None:
    connected, erp, bay = world
    assert connected.run().done["items-new"] == 1
    subjects = connected.books.day(date(2026, 11, 23), account=CUSTOMER)
    assert subjects == ["reminder-1 K-1001 11900 USD"]
    payment = connected.start_and_settle("K-1001", 11900)
    assert connected.run().done["orders-taken"] == 1
    (name,) = bay.files
    (raw,) = bay.files[name].values()
    head, line = raw.decode().splitlines()
    assert head.split(";")[:4] == ["id", "kind", "account", "invoice"]
    (order,) = connected.told()
    assert line.split(";")[:6] == [order.id, "settle", CUSTOMER, "K-1001", "USD", "119.00"]
    assert payment in line
    # Until somebody imported it, Fusion says that all is open: that is no second claim.
    assert connected.run().done["items-not-matched-yet"] == 1
    erp.take_file(raw)
    assert erp.open_of("K-1001") == Decimal(0)
    connected.run()
    assert connected.run().done["items-unchanged"] == 0
    assert len(connected.books.payments(CUSTOMER)) == 1
    assert connected.books.credits(CUSTOMER) == []


def test_the_dealers_database_is_left_alone_in_business_hours(world: World) -> None:
    connected, erp, _ = world
    connected.books.clock.move_to(datetime(2026, 11, 23, 16, tzinfo=UTC))  # Monday, 10:00
    report = connected.run()
    assert report.ended is not None and report.ended.state == "limited"
    assert report.ended.until == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert erp.asked == {}


def test_a_disputed_invoice_is_not_reminded_until_the_dispute_is_over(world: World) -> None:
    connected, erp, _ = world
    erp.open["K-1001"]["IsDisputeInvoice"] = True
    connected.run()
    assert connected.books.day(date(2026, 11, 23), account=CUSTOMER) == []
    erp.open["K-1001"]["IsDisputeInvoice"] = False
    connected.run()
    (hold,) = connected.books.store.list(Hold, CREDITOR, CUSTOMER)
    assert hold.ended_at is not None
    assert connected.books.day(date(2026, 11, 23), account=CUSTOMER) != []


def test_only_customers_that_changed_are_read_the_second_time(world: World) -> None:
    connected, erp, _ = world
    erp.customers[CUSTOMER]["LastUpdate"] = "2026-01-01"
    assert connected.run().done["accounts-accepted"] == 1
    assert connected.run().done["accounts-unchanged"] == 0
