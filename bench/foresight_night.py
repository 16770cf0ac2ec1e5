"""What a night reads of an account where nothing happened, and what a fact that changes nothing.

    PYTHONPATH=layers/core:. .venv/bin/python bench/foresight_night.py

All keepers look at the account, as `foresight-sweep` has them; those that an issued invoice
concerns, as `foresight-hear` does where it is told of one twice. Books in memory, units reckoned
from the rows (`bench/units.py`); a request is what takes the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from bench.forecast_kept import CREDITOR, books
from bench.units import Metered
from saldo.accounts.model import Account
from saldo.invoices.model import Invoice
from saldo.risk.behaviour import one_paid, summed
from saldo.store import Put
from saldo.wiring import Services

SIZES: Final = ((200, 0), (200, 10), (2_000, 500))
"""Paid and open invoices of an account."""

_ASKS: Final = frozenset({"get", "get_many", "list", "newest", "first"})


class Counted:
    """Books that count the requests that reads are."""

    def __init__(self, store: Metered) -> None:
        self._store, self.requests = store, 0

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._store, name)
        if name not in _ASKS:
            return inner

        def ask(kind: type[Any], *key: Any, **how: Any) -> Any:
            wanted: Sequence[Any] = [list(key[0])] if name == "get_many" else key
            self.requests += 1 if name != "get_many" else min(1, len(wanted[0]))
            return inner(kind, *wanted, **how)

        return ask


@dataclass(frozen=True)
class Cost:
    """What one look of all keepers cost for one account."""

    read_units: float
    requests: int
    write_units: float


def measure(paid: int, open_: int) -> dict[str, Cost]:
    """Return what looks cost at an account that nothing happened to since the ones before."""
    store, made, clock = books(paid, open_)
    owner = store.get(Account, CREDITOR, "1")
    assert owner is not None, "the bench put it there"
    delays = [one.days_beyond_terms for one in store.list(Invoice, CREDITOR, "1")]
    sums = summed(one_paid(days) for days in delays if days is not None)
    store.commit([Put(replace(owner, paid=sums, version=owner.version + 1), expect=None)])
    counted = Counted(store)
    parts = Services(made.settings, store=counted, clock=clock, ids=made.ids)
    for _ in range(2):
        parts.foresight_sweep.look(CREDITOR, "1")
    clock.advance(timedelta(days=1))

    def cost(look: Callable[[], object]) -> Cost:
        store.reads.clear()
        store.writes.clear()
        counted.requests = 0
        look()
        return Cost(sum(store.reads.values()), counted.requests, sum(store.writes.values()))

    return {
        "a night": cost(lambda: parts.foresight_sweep.look(CREDITOR, "1")),
        "a fact": cost(lambda: parts.foresight_hearing.hear("invoice.issued", CREDITOR, "1")),
    }


def main() -> None:
    """Print what looks cost at accounts of several sizes."""
    for paid, open_ in SIZES:
        for name, found in measure(paid, open_).items():
            sys.stdout.write(
                f"{paid:,} paid, {open_:,} open, {name}: {found.read_units:.0f} read units in "
                f"{found.requests} requests, {found.write_units:.0f} write units\n"
            )


if __name__ == "__main__":
    main()
