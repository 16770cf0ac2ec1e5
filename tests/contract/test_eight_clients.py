"""Eight clients push a debtor's invoices at the same moment: none is refused or booked twice.

`bench/intake.py` does the same with a process per client and the API before it.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import Accounts
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import RandomIds
from saldo.invoices.intake import Intake
from saldo.invoices.model import Invoice, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.store import Store
from tests.contract.conftest import _on_dynamodb_local

CREDITOR, ACCOUNT = "acme", "10001"
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
CLIENTS, EACH = 8, 4


@pytest.fixture(params=["memory", "dynamodb-local"])
def store(request: pytest.FixtureRequest) -> Store:
    """Books that many may write to at once; moto's table is none."""
    if request.param == "memory":
        return MemoryStore()
    return _on_dynamodb_local(request.getfixturevalue("dynamodb_local"))


def invoice(number: str) -> Invoice:
    days = (date(2026, 11, 2), date(2026, 11, 16))
    return Invoice(CREDITOR, ACCOUNT, number, *days, "EUR", 11900, 11900, description="Filter")


def test_eight_clients_at_once_are_refused_nothing_and_book_nothing_twice(store: Store) -> None:
    clock, ids = FixedClock(AT), RandomIds()
    place = ("DE", "de", "Europe/Berlin")
    accounts = Accounts(store, clock, ids)
    accounts.create_creditor(Creditor(CREDITOR, "Acme GmbH", *place, "plain-2-18-34", "live"))
    owner = Account(CREDITOR, ACCOUNT, "Example AG", "business", *place)
    assert Intake(store, clock, ids).put_accounts([owner])[0].refusal is None
    together = Barrier(CLIENTS)

    def push(client: int) -> Counter[str]:
        intake, told = Intake(store, clock, ids), Counter[str]()
        together.wait()
        for n in range(EACH):
            number = f"all-{n}" if n % 2 else f"{client}-{n}"
            (result,) = intake.put_invoices([invoice(number)])
            told[result.refusal.code if result.refusal else result.status] += 1
        return told

    with ThreadPoolExecutor(CLIENTS) as pool:
        told = sum(pool.map(push, range(CLIENTS)), Counter[str]())
    expected = CLIENTS * EACH // 2 + EACH // 2
    assert told == {"accepted": expected, "unchanged": CLIENTS * EACH - expected}
    entries = list(store.list(JournalEntry, CREDITOR, ACCOUNT, "2026"))
    items = list(store.list(OpenItem, CREDITOR, ACCOUNT))
    events = list(store.list(Event, CREDITOR, ACCOUNT, "202611"))
    issued = [one for one in events if one.type == "invoice.issued"]
    assert len(list(store.list(Invoice, CREDITOR, ACCOUNT))) == expected
    assert len(items) == len(entries) == len(issued) == expected
    assert sum(one.open_minor for one in items) == expected * 11900
