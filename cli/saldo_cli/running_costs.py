"""What running the software costs, on the command line: its option, and what it says."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from saldo.accounts.running_costs import RunningCost, running_costs_from, told
from saldo_cli.problems import UsageProblem

_SAID: Final = re.compile(
    r"(?P<month>\d{4}-(?:0[1-9]|1[0-2])) (?P<currency>[A-Z]{3}) (?P<amount>[\d.]+)"
    r"(?: (?P<price>[\d.]+))?"
)


def running_costs_option(parser: ArgumentParser) -> None:
    """Add what running the software costs to the settings of a creditor."""
    parser.add_argument(
        "--running-cost",
        action="append",
        metavar="'MONTH CURRENCY AMOUNT [PRICE]'|none",
        help="what the cloud bills from a month on: an amount a month, and a price an invoice if "
        "you like, such as '2026-11 USD 31.40'; none: take all back",
    )


def running_costs_in(
    said: Sequence[str] | None, known: Sequence[RunningCost]
) -> tuple[RunningCost, ...] | None:
    """Return what holds once this was said, None where nothing was: each takes the place of what
    was known of its month and currency. Raises UsageProblem, or what is wrong with an amount.
    """
    if not said:
        return None
    kept: dict[tuple[date, str], dict[str, Any]] = {
        (one.since, one.currency): {**told(one), "since": one.since} for one in known
    }
    for text in said:
        if text == "none":
            kept.clear()
            continue
        new = _read(text)
        kept[new["since"], new["currency"]] = new
    return running_costs_from(list(kept.values()))


def _read(text: str) -> dict[str, Any]:
    found = _SAID.fullmatch(" ".join(text.split()))
    if found is None:
        raise UsageProblem(
            f"{text!r} is no running cost: write it as '2026-11 USD 31.40', or with a price an "
            "invoice as '2026-11 USD 0 0.012'."
        )
    return {
        "since": date.fromisoformat(f"{found['month']}-01"),
        "currency": found["currency"],
        "per_month": found["amount"],
        "per_invoice": found["price"],
    }


def running_costs_told(costs: Sequence[RunningCost]) -> str:
    """Return in one line what is paid, "not given" for nothing."""
    return "; ".join(map(_said, costs)) or "not given"


def _said(one: RunningCost) -> str:
    said = told(one)
    parts = [f"{said['per_month']} a month"] if said["per_month"] else []
    parts += [f"{said['per_invoice']} an invoice"] if said["per_invoice"] else []
    return f"{' and '.join(parts)} ({one.currency}) from {one.since:%Y-%m}"
