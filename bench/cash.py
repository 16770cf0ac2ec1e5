"""How long the cash forecast takes with many open items, and how good it was on past ledgers.

    PYTHONPATH=layers/core:. .venv/bin/python bench/cash.py [accounts] [items]
    PYTHONPATH=layers/core:. .venv/bin/python bench/cash.py backtest LEDGER.csv MAP … SPLIT …

The first invents accounts with so many open items each, in memory, and tells the processor time of
a night (drawing and summing them), of a look at the whole, at one group, and at a change, and how
many bytes are read for a look. The second forecasts week by week what was open then: MAP are
`name=column` as in `saldo replay --map`, with `currency=` and `date_format=`, SPLIT the days from
which on it is tried, learnt from what was known then.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from saldo.accounts.model import Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.cash.backtest import learning, score, tried
from saldo.cash.keep import CashKeeper
from saldo.cash.model import AccountCash, CashItem, CashSheet, written
from saldo.cash.scenario import CashScenarios, Scenario
from saldo.cash.simulate import luck
from saldo.cash.spread import LEVELS, edges_of
from saldo.cash.view import CashForecasts, cash_asked
from saldo.clock import FixedClock
from saldo.codec import encode
from saldo.figures.model import Place
from saldo.forecast.model import Bill
from saldo.forecast.predict import forecast
from saldo.forecast.train import trained
from saldo.store import Put

CREDITOR = "bench"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CHANGED = 200
_BRANCHES = 10
_TOGETHER = 100
_ROUNDS = 3


def items_of(draw: random.Random, count: int) -> list[CashItem]:
    """Return open items of an account with a habit of its own."""
    model = trained((), TODAY)
    habit = draw.gauss(6, 8)
    made = []
    for _ in range(count):
        issued_on = TODAY - timedelta(days=draw.randrange(1, 60))
        due_on = issued_on + timedelta(days=30)
        minor = draw.randrange(1000, 1_000_000)
        bill = Bill("1", "1", issued_on, due_on, "EUR", minor)
        told = forecast(model, bill, (), TODAY)
        told = replace(told, delays=tuple(one + habit for one in told.delays))
        made.append(CashItem("EUR", minor, issued_on, due_on, edges_of(told, issued_on)))
    return made


def books(accounts: int, each: int) -> MemoryStore:
    """Return books with so many accounts at some places."""
    store, draw = MemoryStore(), random.Random(1)
    rows = []
    for number in range(accounts):
        place = Place(branch=f"B{number % _BRANCHES}", country="DE", kind="business").token
        text = written(items_of(draw, each))
        rows.append(AccountCash(CREDITOR, f"{number:06}", place, text, changed_at=NOW, version=1))
    for start in range(0, len(rows), _TOGETHER):
        store.commit([Put(one) for one in rows[start : start + _TOGETHER]])
    return store


def timed(what: str, do: Callable[[], Any]) -> Any:
    """Tell the least processor time of some rounds."""
    found, times = None, []
    for _ in range(_ROUNDS):
        start = time.process_time()
        found = do()
        times.append(time.process_time() - start)
    sys.stdout.write(f"{what}: {min(times):.3f} s\n")
    return found


def speed(accounts: int, each: int) -> None:
    """Tell how long a night and looks take."""
    store, clock = books(accounts, each), FixedClock(NOW)
    creditor = Creditor(CREDITOR, "Bench GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34")
    store.commit([Put(creditor)])
    keeper, looks = CashKeeper(store, clock), CashForecasts(store, clock)
    start = time.process_time()
    keeper.refresh_creditor(creditor, TODAY)
    took = time.process_time() - start
    sys.stdout.write(f"a night of {accounts * each} open items: {took:.1f} s\n")
    sizes = [len(str(encode(one))) for one in store.everything() if isinstance(one, CashSheet)]
    sys.stdout.write(f"{len(sizes)} sheets, {max(sizes)} bytes at most\n")
    timed("a look at the whole", lambda: looks.show(creditor, cash_asked()))
    one = cash_asked("week", {"branch": ["B1"]})
    timed("a look at one branch of ten", lambda: looks.show(creditor, one))
    most = cash_asked("week", {"country": ["DE"]})
    timed("a look that sums ten places", lambda: looks.show(creditor, most))
    change = Scenario("discount", days=10, percent=2.0, share_percent=30.0)
    scenarios = CashScenarios(store, looks)
    timed("a change of all", lambda: scenarios.try_(creditor, change, cash_asked()))
    rows = list(store.list(AccountCash, CREDITOR))[:CHANGED]
    for start_ in range(0, len(rows), _TOGETHER):
        store.commit(
            [
                Put(replace(one, items="", changed_at=NOW, version=one.version + 1), one.version)
                for one in rows[start_ : start_ + _TOGETHER]
            ]
        )
    timed("a look with many accounts changed", lambda: looks.show(creditor, cash_asked()))
    assert len(LEVELS) == 22, "edges are what was measured"


def backtest(ledger: Path, options: Sequence[str]) -> None:
    """Tell how good the forecast was from each day on."""
    from saldo_cli.replay.ledger import read_past

    maps = dict(one.split("=", 1) for one in options if "=" in one)
    splits = [date.fromisoformat(one) for one in options if "=" not in one]
    date_format, currency = maps.pop("date_format"), maps.pop("currency")
    lines, _ = read_past(ledger, maps, date_format, currency)
    bills = [
        Bill(
            one.account, str(one.row), one.issued_on, one.due_on, one.currency, one.amount_minor,
            one.paid_on,
        )
        for one in lines
    ]  # fmt: skip
    for split in splits:
        model = trained(bills, split)
        origins = [split + timedelta(days=7 * week) for week in range(12)]
        found = list(tried(bills, model, origins, 8))
        alone = list(tried(bills, model, origins, 8, luck(7, 0.0, 0.0)))
        taught = learning(found)
        for leads in ((1,), (2, 3, 4), (5, 6, 7, 8)):
            one = score([week for week in found if week.lead in leads])
            own = score([week for week in taught if week.lead in leads])
            other = score([week for week in alone if week.lead in leads])
            sys.stdout.write(
                f"{split} | {leads[0]}-{leads[-1]} | {one.weeks} | {one.within:.0%} | "
                f"{own.within:.0%} | {other.within:.0%} | {one.error:.0%} | {one.error_due:.0%} | "
                f"{one.error_before:.0%}\n"
            )


def main(arguments: Sequence[str]) -> None:
    """Measure."""
    if arguments and arguments[0] == "backtest":
        backtest(Path(arguments[1]), arguments[2:])
        return
    numbers = [int(one) for one in arguments]
    speed(*(numbers or [5000, 10]))


if __name__ == "__main__":
    main(sys.argv[1:])
