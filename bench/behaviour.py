"""What would have been told of changes and exceptions on the open ledgers, and by chance alone.

    PYTHONPATH=layers/core:. .venv/bin/python bench/behaviour.py

Each account is looked at at the end of every month, by what was known then. Beside it the same
with the days beyond terms in a random order within each account: what is told then, chance told.
"""

from __future__ import annotations

from statistics import fmean

from tests.corpora import CORPORA
from tests.paid_ledgers import Told, ibm, shuffled, told, vendors

FOLDER = CORPORA / "payment-behaviour"
SEEDS = 5


def said(name: str, found: Told) -> None:
    """Print what was told."""
    print(f"{name}: {found.looks} looks, {found.worse} worse, {found.better} better")
    later = [days for _, days in found.after_worse]
    if later:
        share = fmean(days > 0 for days in later)
        print(
            f"  {len(later)} worse with three invoices after: told "
            f"{fmean(days for days, _ in found.after_worse):.0f} days, then {fmean(later):.0f}; "
            f"{share:.0%} later than before"
        )
    if found.after_exception:
        shares = ", ".join(f"{share:.0%}" for share in found.after_exception)
        print(f"  exceptions with three invoices after, share of those late: {shares}")


def main() -> None:
    """Look at both ledgers."""
    for name, bills in (
        ("IBM", ibm(FOLDER / "ibm-late-payment" / "invoices_2012.csv")),
        ("vendor bills", vendors(FOLDER / "vendor-bills" / "bills_before_2016-02-10.csv")),
    ):
        said(name, told(bills))
        for seed in range(SEEDS):
            said(f"  {name}, shuffled {seed}", told(shuffled(bills, seed)))


if __name__ == "__main__":
    main()
