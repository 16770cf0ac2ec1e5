"""Stories of a creditor whose tax adviser books with DATEV: what was paid goes out by day."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from saldo.adapters.erp.files.datev import client_of
from saldo.adapters.memory.bay import MemoryBay
from saldo.connectors.model import ErpOrder
from saldo.connectors.runs import Report
from saldo.events import Event
from saldo.payments.allocate import Grounds
from saldo.settings import Settings
from saldo.settlements.datev import money_in_line
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR, Books

SETTINGS = {"folder": "kanzlei", "consultant": "1001", "client": "7", "year_begins": "07-01"}


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    return books


@pytest.fixture
def bay() -> MemoryBay:
    return MemoryBay()


@pytest.fixture
def services(books: Books, bay: MemoryBay) -> Services:
    services = Services(
        Settings(),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        providers={"sandbox": books.provider},
        bay=bay,
    )
    services.connections.set(CREDITOR, "datev", system="datev", settings=dict(SETTINGS))
    return services


def run(books: Books, services: Services) -> Report:
    for one in list(books.store.everything()):
        if isinstance(one, Event):
            services.erp_orders.hear(one.type, one.creditor, one.account, one.data)
    books.clock.advance(timedelta(minutes=15))
    return services.connector_runs.run(CREDITOR, "datev")


def lines(bay: MemoryBay, name: str) -> tuple[list[str], list[list[str]]]:
    """Return a file's header and its bookings."""
    data = bay.get(name)
    assert data is not None
    head, _, *rows = list(csv.reader(data.decode("cp1252").splitlines(), delimiter=";"))
    return head, rows


def test_what_was_paid_is_booked_per_day_in_its_financial_year(
    books: Books, services: Services, bay: MemoryBay
) -> None:
    books.pay()
    books.clock.advance(timedelta(days=1))
    books.pay("RE-2", 2000)
    report = run(books, services)
    assert report.done["orders-taken"] == 2
    first, second = sorted(bay.files)
    assert first.startswith(f"erp/{CREDITOR}/kanzlei/EXTF_2026-11-21_")
    head, (line,) = lines(bay, first)
    assert head[10:12] == ["1001", "7"]
    assert head[12] == "20260701", "the financial year begins in July"
    assert head[14:16] == ["20261121", "20261121"]
    assert money_in_line(line) == (11900, "EUR", "1360", ACCOUNT)
    (order, _) = sorted(books.store.list(ErpOrder, CREDITOR, "datev"), key=lambda one: one.day)
    assert (line[9], line[10]) == ("2111", "RE-1")
    assert order.id in line[13]
    _, (line,) = lines(bay, second)
    assert money_in_line(line) == (2000, "EUR", "1360", ACCOUNT)
    assert run(books, services).done["orders-taken"] == 0
    assert len(bay.files) == 2


def test_a_payment_that_was_taken_back_is_booked_the_other_way_round(
    books: Books, services: Services, bay: MemoryBay
) -> None:
    payment = books.pay()
    run(books, services)
    before = set(bay.files)
    books.clock.advance(timedelta(days=3))
    books.settlement.allocator.take_back(
        CREDITOR, ACCOUNT, f"payment#{payment}", "RE-1", Grounds("anna", "the debit came back")
    )
    run(books, services)
    (name,) = set(bay.files) - before
    _, (line,) = lines(bay, name)
    assert money_in_line(line) == (11900, "EUR", ACCOUNT, "1360")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"consultant": "one"}, "consultant is a number"),
        ({"chart": "skr99"}, "chart is skr03 or skr04"),
        ({"year_begins": "13-01"}, "year_begins is a day"),
    ],
)
def test_a_setting_that_cannot_be_is_said(
    books: Books, services: Services, wrong: dict[str, str], said: str
) -> None:
    services.connections.set(CREDITOR, "datev", settings={**SETTINGS, **wrong})
    report = run(books, services)
    assert report.ended is not None
    assert report.ended.state == "refused"
    assert said in report.ended.why


def test_a_year_like_the_calendars_begins_in_january() -> None:
    client = client_of("1001", "7", "skr04", "01-01")
    assert client.of(date(2026, 12, 31)).year_start == date(2026, 1, 1)
    assert client.of(date(2027, 1, 1)).year_start == date(2027, 1, 1)
