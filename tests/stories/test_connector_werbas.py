"""Stories of a workshop with WERBAS: invoices come by file, and what was paid goes out by file."""

from __future__ import annotations

from datetime import date, timedelta

from saldo.accounts.fresh import connector_source
from saldo.adapters.memory.bay import MemoryBay
from saldo.connectors.model import ErpOrder
from saldo.events import Event
from saldo.settings import Settings
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR, Books


def connected() -> tuple[Books, Services, MemoryBay]:
    books, bay = Books(), MemoryBay()
    books.begin(books.invoice())
    services = Services(
        Settings(),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        providers={"sandbox": books.provider},
        bay=bay,
    )
    services.connections.set(CREDITOR, "werbas", system="werbas", settings={"folder": "op"})
    return books, services, bay


def hear(books: Books, services: Services) -> None:
    for one in list(books.store.everything()):
        if isinstance(one, Event):
            services.erp_orders.hear(one.type, one.creditor, one.account, one.data)


def test_a_card_payment_goes_out_as_a_line_that_clears_the_open_item() -> None:
    books, services, bay = connected()
    books.pay()
    hear(books, services)
    hear(books, services)
    books.clock.advance(timedelta(minutes=15))
    report = services.connector_runs.run(CREDITOR, "werbas")
    assert report.ended is not None and report.ended.state == "ok"
    ((name, versions),) = bay.files.items()
    assert name.startswith(f"erp/{CREDITOR}/op/settlements-")
    (raw,) = versions.values()
    (order,) = books.store.list(ErpOrder, CREDITOR, "werbas")
    assert raw.decode("cp1252") == f"{ACCOUNT};RE-1;21.11.26;119,00;0,00;EUR;Saldo {order.id}\r\n"
    services.connector_runs.run(CREDITOR, "werbas")
    assert len(bay.files) == 1


def test_reminders_do_not_wait_for_a_system_that_never_speaks() -> None:
    books, services, _ = connected()
    assert books.accounts.creditor(CREDITOR).fresh_within_hours is None
    books.accounts.change_creditor(CREDITOR, fresh_within_hours=26)
    assert connector_source("werbas") not in services.connections._fresh.of(CREDITOR)
    assert "stale-data" not in books.plan(date(2026, 11, 21)).held
