"""What the console's pages cost: milliseconds and read units against the size of the account.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/console.py --invoices 100 5000 50000

Every account has four events for each invoice, a tenth of its invoices open, up to a thousand.
Units are reckoned from the rows by DynamoDB's published rules (`bench/units.py`); milliseconds are
our own code over books in memory, template included.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.units import Metered
from functions.console import app as console
from saldo.accounts.model import Account, Contact, Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice, OpenItem
from saldo.people.model import Grant, User
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services, install
from saldo_cli.lambda_http import FunctionHttp, HttpFunction

AT = datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
HERE = "https://console.example"
CREDITOR, ACCOUNT = "bench", "10001"
_PAGES = {
    "account": f"account?number={ACCOUNT}",
    "history": f"account/history?number={ACCOUNT}&group=money",
    "invoice": "invoice?number=RE-000001",
    "found": "accounts?q=beispiel",
}
_REPEATS = 10
_OPEN_MAX = 1000


def books(invoices: int) -> tuple[Metered, FunctionHttp, str]:
    """Return an account of so many invoices, the console over it, and a session's secret."""
    plain = MemoryStore()
    plain.commit(
        [
            Put(
                Creditor(
                    CREDITOR, "Bench GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34", "live"
                )
            ),
        ]
    )
    clock, ids = FixedClock(AT), SeededIds(1)
    store = Metered(plain)
    parts = Services(Settings(public_url=HERE), store=store, clock=clock, ids=ids)
    contacts = (Contact("Buchhaltung", "ap@beispiel.example"),)
    parts.intake.put_accounts(
        [
            Account(CREDITOR, number, name, "business", "DE", "de", "Europe/Berlin", contacts)
            for number, name in ((ACCOUNT, "Beispiel AG"), ("10002", "Beispiel KG"))
        ]
    )
    first = _invoice(1, is_open=False)
    parts.intake.put_invoices([first])
    for begin in range(2, invoices + 1, 20):
        rows: list[Any] = []
        for number in range(begin, min(begin + 20, invoices + 1)):
            is_open = number % 10 == 0 and number // 10 <= _OPEN_MAX
            invoice = _invoice(number, is_open=is_open)
            rows.append(Put(invoice))
            if is_open:
                rows.append(Put(_item(invoice)))
            rows += [Put(_event(number, place, ids)) for place in range(4)]
        for at in range(0, len(rows), 100):
            plain.commit(rows[at : at + 100])
    for record in plain.everything():
        store.learn(record)
    user = User(
        "sub", "owner@example.com", "Owner", "de", "active", (Grant(CREDITOR, "owner"),), version=1
    )
    plain.commit([Put(user)])
    install(parts)
    secret, _ = parts.console_sessions.open(user)
    return store, FunctionHttp({HERE: [HttpFunction(console.app, console.handler)]}), secret


def _invoice(number: int, *, is_open: bool) -> Invoice:
    due = AT.date() - timedelta(days=number % 900)
    return Invoice(
        CREDITOR,
        ACCOUNT,
        f"RE-{number:06}",
        due - timedelta(days=14),
        due,
        "EUR",
        11900,
        11900 if is_open else 0,
        closed_on=None if is_open else due,
        days_beyond_terms=None if is_open else number % 20,
        version=1,
    )


def _item(invoice: Invoice) -> OpenItem:
    return OpenItem(
        CREDITOR,
        ACCOUNT,
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        "EUR",
        11900,
        11900,
        version=1,
    )


def _event(number: int, place: int, ids: SeededIds) -> Event:
    at = AT - timedelta(days=number % 900, minutes=place)
    types = ("invoice.issued", "notice.sent", "payment.settled", "invoice.closed")
    data = {"invoice": f"RE-{number:06}", "amount": "119.00", "currency": "EUR"}
    return Event(CREDITOR, ACCOUNT, ids.ulid(at), types[place], at, data, relayed=True)  # type: ignore[arg-type]  # of these


@dataclass(frozen=True)
class Cost:
    """What one page costs: milliseconds of processor time, read units, and bytes."""

    ms: float
    units: float
    size: int


def measure(invoices: int) -> dict[str, Cost]:
    """Return what each page costs over an account of so many invoices."""
    store, http, secret = books(invoices)
    headers = {"cookie": f"__Host-saldo-console={secret}"}
    found = {}
    for name, page in _PAGES.items():
        url = f"{HERE}/console/at/{CREDITOR}/{page}"
        status, _, body = http.request("GET", url, headers, None)
        assert status == 200, body[:500]
        store.reads.clear()
        begin = time.process_time()
        for _ in range(_REPEATS):
            http.request("GET", url, headers, None)
        spent = (time.process_time() - begin) / _REPEATS * 1000
        found[name] = Cost(spent, sum(store.reads.values()) / _REPEATS, len(body))
    return found


def main() -> None:
    """Print a line per size and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, nargs="+", default=[100, 5000, 50000])
    print(f"{'invoices':>9} {'page':>8} {'ms':>7} {'read units':>11} {'KB':>6}")
    for invoices in parser.parse_args().invoices:
        for name, cost in measure(invoices).items():
            figures = f"{cost.ms:>7.1f} {cost.units:>11.1f} {cost.size / 1000:>6.1f}"
            print(f"{invoices:>9} {name:>8} {figures}")


if __name__ == "__main__":
    main()
