"""Taking invoices: what an ERP pushes, through the API function's own handler.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/intake.py --invoices 2000

One client, with 1 and with 500 invoices per call, over books in memory (what our own code costs)
and on Amazon's DynamoDB Local (through the real adapter, another process). Then eight clients at
once on one table, each a process of its own as Lambda's are: half of what each pushes the others
push as well, all of it for one debtor. Nothing may be refused or booked twice, and the books must
come to what one client alone would have made. Each figure comes from a fresh process.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stdout
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

STORES = ("memory", "dynamodb-local")
CREDITOR, ACCOUNT = "bench", "10001"
URL = "https://pay.bench.example"
REGION = "eu-central-1"
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
CLIENTS = 8
_ACCOUNTS = 100
_ROWS_MAX = 500
_TABLES = count(1)


def invoice(number: str, account: str) -> dict[str, Any]:
    """Return an invoice as an ERP pushes it."""
    return {
        "number": number,
        "account": account,
        "issued_on": "2026-11-02",
        "due_on": "2026-11-16",
        "currency": "EUR",
        "amount": "119.00",
        "description": "Filter cartridges, 12 pieces",
    }


class Client:
    """An ERP: calls of the API, answered by the function in this process."""

    def __init__(self, store: Any, secret: str = "") -> None:
        from functions.ingest import app as ingest
        from saldo.clock import FixedClock
        from saldo.settings import Settings
        from saldo.wiring import Services, install
        from saldo_cli.lambda_http import FunctionHttp, HttpFunction

        self.services = Services(Settings(public_url=URL), store=store, clock=FixedClock(AT))
        install(self.services)
        self._http = FunctionHttp({URL: [HttpFunction(ingest.app, ingest.handler)]})
        self.secret = secret

    def open(self, accounts: Sequence[str]) -> None:
        """Make the creditor, a key, and the accounts."""
        from saldo.accounts.api_keys import ALL_SCOPES
        from saldo.accounts.model import Account, Creditor

        books, place = self.services.accounts, ("DE", "de", "Europe/Berlin")
        books.create_creditor(Creditor(CREDITOR, "Bench GmbH", *place, "plain-2-18-34", "live"))
        self.secret, _ = books.create_key(CREDITOR, "ERP", ALL_SCOPES)
        self.services.intake.put_accounts(
            [Account(CREDITOR, one, f"Example {one} AG", "business", *place) for one in accounts]
        )

    def push(self, records: Sequence[dict[str, Any]]) -> Counter[str]:
        """Send one call; return its records by what became of each, or by the call's refusal."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        body = json.dumps({"records": list(records)}).encode()
        status, _, answer = self._http.request("POST", f"{URL}/v1/invoices", headers, body)
        told = json.loads(answer)
        if status != 200:
            return Counter({f"{status} {told.get('code')}": len(records)})
        return Counter(one.get("code") or one["status"] for one in told["results"])


def measure(kind: str, invoices: int, per_call: int, address: str | None) -> dict[str, Any]:
    """Push so many new invoices of a hundred debtors, and return what it took."""
    accounts = [str(10000 + n) for n in range(_ACCOUNTS)]
    client = Client(opened(kind, address)[0])
    client.open(accounts)
    client.push([invoice("first", accounts[0])])  # imports, and the first word of the ERP
    records = [invoice(f"RE-{n}", accounts[n % _ACCOUNTS]) for n in range(invoices)]
    told: Counter[str] = Counter()
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, invoices, per_call):
        told += client.push(records[start : start + per_call])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert told == {"accepted": invoices}, told
    return {"store": kind, "invoices": invoices, "per_call": per_call, "wall": wall, "cpu": cpu}


def opened(kind: str, address: str | None) -> tuple[Any, str]:
    """Return empty books of a kind, and their table's name."""
    if kind == "memory":
        from saldo.adapters.memory.store import MemoryStore

        return MemoryStore(), ""
    import boto3

    from infra.table import table_definition

    table = f"intake-{os.getpid()}-{next(_TABLES)}"
    client = boto3.client("dynamodb", REGION, endpoint_url=address)
    client.create_table(TableName=table, **table_definition())
    return on_table(table, address), table


def on_table(table: str, address: str | None) -> Any:
    """Return the books of a table on DynamoDB Local."""
    from saldo.adapters.dynamo.store import DynamoStore

    return DynamoStore(table, REGION, address)


def at_once(address: str, clients: int, each: int, per_call: int) -> dict[str, Any]:
    """Let so many processes push `each` invoices at once, half of them the same; look at the books.

    Returns what was told by outcome, the books' figures, and the wall's seconds of all.
    """
    shared = each // 2
    store, table = opened("dynamodb-local", address)
    first = Client(store)
    first.open([ACCOUNT])
    command = [sys.executable, __file__, "--address", address, "--each", str(each)]
    command += ["--table", table, "--per-call", str(per_call)]
    running = [
        subprocess.Popen(
            [*command, "--client", str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(clients)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n", "a client could not begin"
    began = time.perf_counter()
    for one in running:
        assert one.stdin is not None
        one.stdin.write(f"{first.secret}\n")
        one.stdin.close()
    told: Counter[str] = Counter()
    for one in running:
        assert one.stdout is not None
        told += Counter(json.loads(one.stdout.readline()))
        assert one.wait() == 0
    wall = time.perf_counter() - began
    return {
        "clients": clients,
        "sent": clients * each,
        "invoices": clients * (each - shared) + shared,
        "told": dict(told),
        "books": figures(store),
        "wall": wall,
    }


def client_of(number: int, each: int, per_call: int, table: str, address: str) -> Counter[str]:
    """Be one of the clients: what all push and what this one does alone, in turns."""
    client = Client(on_table(table, address))
    records = [invoice(f"all-{n}" if n % 2 else f"{number}-{n}", ACCOUNT) for n in range(each)]
    print("ready", file=sys.__stdout__, flush=True)
    client.secret = sys.stdin.readline().strip()
    told: Counter[str] = Counter()
    for start in range(0, each, per_call):
        told += client.push(records[start : start + per_call])
    return told


def figures(store: Any) -> dict[str, int]:
    """Return what the books hold of the one account, from the sides that must agree."""
    from saldo.events import Event
    from saldo.invoices.model import Invoice, OpenItem
    from saldo.ledger.model import JournalEntry

    place = (CREDITOR, ACCOUNT)
    items = list(store.list(OpenItem, *place))
    entries = list(store.list(JournalEntry, *place, f"{AT:%Y}"))
    issued = [e for e in store.list(Event, *place, f"{AT:%Y%m}") if e.type == "invoice.issued"]
    return {
        "invoices": len(list(store.list(Invoice, *place))),
        "open_items": len(items),
        "open_minor": sum(one.open_minor for one in items),
        "entries": len(entries),
        "receivable_minor": sum(
            posting.amount_minor
            for entry in entries
            for posting in entry.postings
            if posting.account == "receivable"
        ),
        "issued": len(issued),
        "issued_invoices": len({one.data["invoice"] for one in issued}),
    }


def show(found: dict[str, Any]) -> None:
    """Print the figures of one client."""
    count, wall, cpu = found["invoices"], found["wall"], found["cpu"]
    print(
        f"{found['store']:15} {found['per_call']:4} per call: {count / cpu:8,.0f} invoices/s and "
        f"core, {cpu / count * 1000:6.2f} ms of our processor each; {count / wall:8,.0f}/s by the "
        f"wall"
    )


def fresh(*arguments: str) -> Any:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the figures, or be one of the processes that make them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=2000)
    parser.add_argument("--each", type=int, default=100, help="of the clients at once")
    parser.add_argument("--stores", nargs="*", choices=STORES, default=STORES)
    parser.add_argument("--at-once", action="store_true", help="the clients at once alone")
    for hidden in ("--one", "--client", "--table", "--address"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--per-call", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one or options.client:
        out = sys.stdout
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            found: Any = (
                measure(options.one, options.invoices, options.per_call, options.address)
                if options.one
                else client_of(
                    int(options.client),
                    options.each,
                    options.per_call,
                    options.table,
                    options.address,
                )
            )
        print(json.dumps(found), file=out)
        return
    # Whoever stops the bench stops the database that it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with ExitStack() as stack:
        address = started(stack) if "dynamodb-local" in options.stores else None
        for kind in () if options.at_once else options.stores:
            if kind == "dynamodb-local" and address is None:
                continue
            for per_call in (1, _ROWS_MAX):
                more = ["--address", address] if address else []
                count = ["--invoices", str(options.invoices), "--per-call", str(per_call)]
                show(fresh("--one", kind, *count, *more))
        if address is not None:
            for per_call in (1, 50):
                print(json.dumps(at_once(address, CLIENTS, options.each, per_call)))
    print(f"load: {os.getloadavg()[0]:.1f}")


def started(stack: ExitStack) -> str | None:
    """Start DynamoDB Local; None where it cannot be."""
    from bench.run import _free_port
    from infra.local.dynamodb_local import missing_tools, running_dynamodb_local

    if missing := missing_tools():
        print(f"dynamodb-local: left out, it needs {' and '.join(missing)}")
        return None
    return str(stack.enter_context(running_dynamodb_local(_free_port())))


if __name__ == "__main__":
    main()
