"""Stories of a company that keeps its books in SnelStart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from infra.local.erps.snelstart import SnelStartErp
from saldo.ledger.verify import verify
from tests.books import CREDITOR
from tests.connected import NAME, Connected, snelstart_connected

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)


@pytest.fixture
def world() -> tuple[Connected, SnelStartErp]:
    world, erp = snelstart_connected()
    erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
    erp.invoice("F-1001", CUSTOMER, "119.00", ISSUED, DUE)
    return world, erp


@pytest.fixture(autouse=True)
def _books_agree(world: tuple[Connected, SnelStartErp]):
    yield
    books = world[0].books
    assert verify(books.store, books.clock.now().date()) == []


def test_invoice_comes_is_reminded_paid_and_settled_in_snelstart(
    world: tuple[Connected, SnelStartErp],
) -> None:
    connected, erp = world
    report = connected.run()
    assert (report.done["accounts-accepted"], report.done["items-new"]) == (1, 1)
    subjects = connected.books.day(date(2026, 11, 21), account=CUSTOMER)
    assert subjects == ["reminder-1 F-1001 11900 EUR"]
    connected.books.pay("F-1001", 11900)
    assert connected.run().done["orders-taken"] == 1
    assert erp.open_of("F-1001") == Decimal(0)
    (booking,) = erp.bookings
    assert booking["bedragOntvangen"] == 119.0
    assert connected.run().done["items-unchanged"] == 1
    assert len(erp.bookings) == 1


def test_paid_at_the_bank_is_paid_here(world: tuple[Connected, SnelStartErp]) -> None:
    connected, erp = world
    connected.run()
    erp.paid_at_the_bank("F-1001", "119.00")
    assert connected.run().done["items-paid"] == 1
    assert not connected.books.invoice_now("F-1001", CUSTOMER).is_open
    connected.run()
    assert erp.bookings == []


def test_deleted_invoice_is_credited(world: tuple[Connected, SnelStartErp]) -> None:
    connected, erp = world
    connected.run()
    erp.delete("F-1001")
    assert connected.run().done["items-deleted"] == 1
    assert connected.books.payments(CUSTOMER) == []
    assert not connected.books.invoice_now("F-1001", CUSTOMER).is_open


def test_an_invoice_slips_between_two_pages_and_is_still_owed(
    world: tuple[Connected, SnelStartErp],
) -> None:
    connected, erp = world
    connected.run()
    kept = erp.invoices
    real = erp._list

    def list_without(asked, resource):  # type: ignore[no-untyped-def]
        shown = real(asked, resource)
        return [] if resource == "verkoopfacturen" else shown

    erp._list = list_without  # type: ignore[method-assign]
    assert connected.run().done["items-unchanged"] == 1
    assert kept and connected.books.invoice_now("F-1001", CUSTOMER).is_open


def test_a_new_koppelsleutel_is_asked_with(world: tuple[Connected, SnelStartErp]) -> None:
    connected, erp = world
    connected.run()
    erp.access = "revoked"
    assert connected.run().ended.state == "refused"  # type: ignore[union-attr]
    assert connected.runs.run(CREDITOR, NAME).ended.state == "ok"  # type: ignore[union-attr]


def test_lost_answer_books_a_settlement_once(world: tuple[Connected, SnelStartErp]) -> None:
    connected, erp = world
    connected.run()
    connected.books.pay("F-1001", 11900)
    erp.fail("lost", "bankboekingen")
    connected.run()
    connected.run()
    assert [one.state for one in connected.told()] == ["taken"]
    assert len(erp.bookings) == 1


def test_the_invoices_own_xml_comes_along(world: tuple[Connected, SnelStartErp]) -> None:
    connected, erp = world
    ubl = b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl"/>'
    erp.documents["factuur-F-1001"] = ubl
    erp.invoice("F-1002", CUSTOMER, "20.00", ISSUED, DUE)
    connected.connections.set(CREDITOR, NAME, settings={"documents": "yes"})
    erp.fail("down", "/ubl")
    connected.run()
    report = connected.run()
    assert (report.done["papers-kept"], report.done["papers-none"]) == (1, 1)
    kept = connected.files.document(CREDITOR, CUSTOMER, "F-1001")
    assert kept is not None and connected.files.read(kept) == ubl
    asked = erp.asked["GET /v2/verkoopfacturen/factuur-F-1001/ubl"]
    connected.run()
    assert erp.asked["GET /v2/verkoopfacturen/factuur-F-1001/ubl"] == asked
