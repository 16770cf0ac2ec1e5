"""What the first look at a large account's forecasts takes: processor time and transactions.

    PYTHONPATH=layers/core:. nice .venv/bin/python bench/forecast_first.py [open items]

Over Amazon's DynamoDB Local, which runs in a process of its own: the processor time is ours alone,
with the wire and PynamoDB. It needs Java and npm (`infra/local/dynamodb_local.py`).
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import boto3

from bench.forecast import bills_of
from bench.forecast_kept import CREDITOR, NOW, invoice_of
from infra.local.dynamodb_local import running_dynamodb_local
from infra.table import table_definition
from saldo.accounts.model import Account, Creditor
from saldo.adapters.dynamo.store import DynamoStore
from saldo.clock import FixedClock
from saldo.ids import SeededIds
from saldo.invoices.model import open_item_of
from saldo.settings import Settings
from saldo.store import TRANSACTION_ITEMS_MAX, Put, Store, Write
from saldo.wiring import Services

_PORT, _REGION, _TABLE = 8799, "eu-central-1", "saldo-bench"
_PAID = 200


class Counted:
    """Books that count their transactions."""

    def __init__(self, store: Store) -> None:
        self._store, self.transactions = store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, writes: list[Write]) -> None:
        self.transactions += 1
        self._store.commit(writes)


def fill(store: Store, open_: int) -> None:
    """Put an account with so many open items."""
    owner = Account(CREDITOR, "1", "Example AG", "business", "DE", "de", "Europe/Berlin")
    whole = Creditor(CREDITOR, "Bench", "DE", "de", "Europe/Berlin", "plain-2-18-34")
    rows = [invoice_of(bill) for bill in bills_of(1, _PAID, open_)]
    writes = [Put(whole), Put(owner), *map(Put, rows)]
    writes += [Put(open_item_of(one)) for one in rows if one.is_open]
    for start in range(0, len(writes), TRANSACTION_ITEMS_MAX):
        store.commit(writes[start : start + TRANSACTION_ITEMS_MAX])


def main() -> None:
    """Print what the first look takes."""
    open_ = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "none")
    with running_dynamodb_local(_PORT) as address:
        client = boto3.client("dynamodb", _REGION, endpoint_url=address)
        client.create_table(TableName=_TABLE, **table_definition())
        books = DynamoStore(_TABLE, _REGION, address)
        fill(books, open_)
        store = Counted(books)
        parts = Services(Settings(), store=store, clock=FixedClock(NOW), ids=SeededIds(1))
        keeper = parts.forecast_keeper
        start = time.process_time()
        keeper.refresh(CREDITOR, "1")
        seconds = time.process_time() - start
    sys.stdout.write(
        f"{open_:,} open items: {seconds:.1f} s of processor time, "
        f"{store.transactions} transactions\n"
    )


if __name__ == "__main__":
    main()
