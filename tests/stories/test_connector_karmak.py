"""Stories of a dealer whose books are in Karmak Fusion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from infra.local.erps.karmak import KarmakErp
from saldo.accounts.model import Account, Hold, PostalAddress
from saldo.adapters.erp.karmak.views import INVOICE_VIEW
from saldo.adapters.memory.bay import MemoryBay
from saldo.invoices.model import CreditNote
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


@pytest.fixture
def whole() -> Iterator[World]:
    """A dealer of whom all invoices are read, not the open ones alone."""
    made = karmak_connected(INVOICE_VIEW)
    made[1].customer(CUSTOMER, "Example Trucking Inc.", "ap@example.example")
    made[1].bill_to(CUSTOMER, "1 Example Road", "Springfield", "IL", "62701")
    made[1].invoice("K-1001", CUSTOMER, "119.00", ISSUED, DUE)
    yield made
    books = made[0].books
    assert verify(books.store, books.clock.now().date()) == []


def account_of(world: World) -> Account:
    found = world[0].books.store.get(Account, CREDITOR, CUSTOMER)
    assert found is not None
    return found


def test_letters_go_where_the_dealers_invoices_go(whole: World) -> None:
    connected, erp, _ = whole
    assert connected.run().unread == []
    address = PostalAddress(("1 Example Road",), "62701", "Springfield, IL", "US")
    assert account_of(whole).address == address
    assert account_of(whole).contacts[0].email == "ap@example.example"
    erp.bill_to(CUSTOMER, "2 Sample Street", "Chicago", "IL", "60601")
    erp.invoice("K-1002", CUSTOMER, "50.00", ISSUED, DUE)
    connected.run()
    assert account_of(whole).address == PostalAddress(
        ("2 Sample Street",), "60601", "Chicago, IL", "US"
    )


def test_an_address_with_a_hole_is_left_out_and_the_customer_is_not(whole: World) -> None:
    connected, erp, _ = whole
    erp.invoices["K-1001"]["BillingCustomerCity"] = None
    assert connected.run().unread == []
    assert account_of(whole).address is None
    assert connected.books.invoice_now("K-1001", CUSTOMER).open_minor == 11900


def test_a_voided_invoice_is_credited_and_not_taken_for_paid(whole: World) -> None:
    connected, erp, _ = whole
    connected.run()
    erp.delete("K-1001")
    assert connected.run().done["items-deleted"] == 1
    assert connected.books.payments(CUSTOMER) == []
    (note,) = connected.books.store.list(CreditNote, CREDITOR, CUSTOMER)
    assert (note.invoice, note.amount_minor) == ("K-1001", 11900)


def test_a_paid_invoice_is_paid_though_all_invoices_are_read(whole: World) -> None:
    connected, erp, _ = whole
    connected.run()
    erp.paid_at_the_bank("K-1001", "119.00")
    assert connected.run().done["items-paid"] == 1
    assert len(connected.books.payments(CUSTOMER)) == 1
    assert list(connected.books.store.list(CreditNote, CREDITOR, CUSTOMER)) == []


def test_a_voided_invoice_says_nothing_of_where_its_customer_is_billed(whole: World) -> None:
    connected, erp, _ = whole
    erp.delete("K-1001")
    connected.run()
    assert account_of(whole).address is None


def test_invoices_are_read_for_addresses_from_where_it_stopped(whole: World) -> None:
    connected, erp, _ = whole
    connected.run()
    erp.invoices["K-1001"]["AddDate"] = "2026-10-01T00:00:00"
    erp.invoices["K-1001"]["BillingCustomerAddress1"] = "9 Old Road"
    connected.run()
    assert account_of(whole).address == PostalAddress(
        ("1 Example Road",), "62701", "Springfield, IL", "US"
    )
