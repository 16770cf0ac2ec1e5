"""How long it takes to learn when invoices are paid, and to tell it of one account.

    PYTHONPATH=layers/core:. .venv/bin/python bench/forecast.py [accounts] [invoices]

Invented accounts, each with its own habit and so many invoices, all in memory: processor time for
training over all of them and over as many invoices of one account, and for the forecasts of one
account with ten open invoices (the median and the slowest of a hundred accounts). What the package
adds to an import is measured in fresh processes, beside the interpreter alone.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from saldo.forecast.bills import newest
from saldo.forecast.features import RememberingUsual
from saldo.forecast.model import Bill, Model
from saldo.forecast.predict import forecast, usual_of
from saldo.forecast.train import trained

TODAY = date(2026, 11, 20)
OPEN = 10
_ACCOUNTS_TOLD = 100
_ROUNDS = 9
_EMPTY = "import time; print(time.process_time())"
_IMPORT = "import saldo.forecast.predict, time; print(time.process_time())"


def bills_of(account: int, invoices: int, open_: int = OPEN) -> list[Bill]:
    """Return an account's past of two years, with so many open invoices at its end."""
    draw = random.Random(account)
    habit = draw.gauss(8, 10)
    made = []
    for number in range(invoices + open_):
        is_open = number >= invoices
        issued_on = TODAY - timedelta(
            days=draw.randrange(25) if is_open else draw.randrange(60, 730)
        )
        due_on = issued_on + timedelta(days=30)
        paid_on = max(issued_on, due_on + timedelta(days=round(draw.gauss(habit, 6))))
        made.append(
            Bill(
                str(account),
                f"{account}-{number}",
                issued_on,
                due_on,
                "EUR",
                draw.randrange(1000, 1_000_000),
                None if is_open else min(paid_on, TODAY),
            )
        )
    return made


def training(accounts: Sequence[Sequence[Bill]]) -> tuple[Model, float]:
    """Return the model and the seconds of processor time that it took."""
    start = time.process_time()
    model = trained([one for account in accounts for one in account], TODAY)
    return model, time.process_time() - start


def telling(model: Model, accounts: Sequence[Sequence[Bill]]) -> list[float]:
    """Return the milliseconds of processor time for each account's open invoices."""
    spent = []
    for account in accounts:
        start = time.process_time()
        usual, bills = RememberingUsual.of(usual_of(model)), newest(account, TODAY)
        for one in account:
            if one.settled_on is None:
                forecast(model, one, bills, TODAY, usual)
        spent.append((time.process_time() - start) * 1000)
    return spent


def importing() -> float:
    """Return the milliseconds of processor time that importing the forecast takes."""
    root = Path(__file__).resolve().parents[1] / "layers" / "core"

    def seconds(code: str) -> float:
        done = subprocess.run(
            [
                sys.executable,
                "-S",
                "-E",
                "-c",
                f"import sys; sys.path.insert(0, {str(root)!r}); {code}",
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        return float(done.stdout)

    both = [(seconds(_EMPTY), seconds(_IMPORT)) for _ in range(_ROUNDS)]
    return 1000 * statistics.median(loaded - empty for empty, loaded in both)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    invoices = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    accounts = [bills_of(account, invoices) for account in range(count)]
    model, seconds = training(accounts)
    print(f"training on {count} accounts, {count * (invoices + OPEN):,} invoices: {seconds:.1f} s")
    whole = count * (invoices + OPEN)
    _, alone = training([bills_of(count, whole - OPEN)])
    print(f"on one account with as many: {alone:.1f} s")
    spent = telling(model, accounts[:_ACCOUNTS_TOLD])
    print(
        f"forecast of an account with {OPEN} open of {invoices + OPEN} invoices: "
        f"{statistics.median(spent):.1f} ms, slowest {max(spent):.1f} ms"
    )
    large = bills_of(count, 2000)
    print(f"of one with {OPEN} open of {len(large):,}: {telling(model, [large])[0]:.1f} ms")
    print(f"import: {importing():.0f} ms")


if __name__ == "__main__":
    main()
