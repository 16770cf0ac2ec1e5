"""Finding entries: by their ids, by the payments that they brought, by their statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from saldo.bank_entries.model import BankAccount, BankEntry, BankStatement
from saldo.store import Store


def find_entry(store: Store, creditor: str, id_: str) -> BankEntry | None:
    """Return the entry of an id, whichever bank account it is on."""
    keys = [(creditor, one.id, id_[:4], id_) for one in store.list(BankAccount, creditor)]
    found = store.get_many(BankEntry, keys)
    return next((found[key] for key in keys if key in found), None)


def entry_id_of(payment: str) -> str:
    """Return the id of the entry that brought a payment, which is named after it; "" for none."""
    prefix, _, rest = payment.partition("-")
    return rest.rpartition("-")[0] if prefix == "bank" else ""


def entry_that_brought(store: Store, creditor: str, payment: str) -> BankEntry | None:
    """Return the entry that brought a payment; None for one that came otherwise."""
    id_ = entry_id_of(payment)
    return find_entry(store, creditor, id_) if id_ else None


def entries_of(store: Store, statement: BankStatement) -> Iterator[BankEntry]:
    """Yield the entries that a statement told of first."""
    days: list[date] = [day for day in (statement.first_day, statement.last_day) if day]
    years = range(min(days).year - 1, max(days).year + 2) if days else ()
    for year in years:
        for one in store.list(BankEntry, statement.creditor, statement.bank_account, str(year)):
            if one.statement == statement.id:
                yield one
