"""`saldo law rates --fetch`: what the Bundesbank publishes, beside the table that is shipped."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from saldo.adapters.bundesbank.base_rate import BaseRates
from saldo.adapters.http.transport import UrllibTransport
from saldo.law.published import Finding, compared
from saldo.law.rates import half_year_start, named
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_TABLE = "de/base_rate"
_YEARS = 2


def fetch(options: Namespace, out: Output) -> int:
    """Propose rows for the German base rate; 1 when anything is missing, differs or unconfirmed.

    Nothing is written: a person adds the row, and another one confirms it.
    """
    today = options.as_of or datetime.now(UTC).date()
    since = half_year_start(today).replace(year=today.year - _YEARS)
    rates = BaseRates(UrllibTransport())
    found = compared(named(_TABLE), rates.months(since), rates.address(since), today)
    rows = [one for one in found if one.says != "agrees"]
    out.result({"table": _TABLE, "half_years": [_plain(one) for one in found]})
    out.table(
        f"{named(_TABLE).name}, as the Bundesbank publishes it",
        ("valid from", ">published", ">in the table", ""),
        [
            (str(one.valid_from), str(one.published), str(one.known or "none"), one.says)
            for one in found
        ],
    )
    for one in rows:
        out.say(f"\n{_what(one)}\n{one.row}")
    if rows:
        out.say(
            f"\nThe file is layers/core/saldo/law/{_TABLE}.csv. Compare the row with the page, "
            "write yes at its end once a second person has, and deploy."
        )
    return REFUSED if rows else OK


def _what(one: Finding) -> str:
    if one.says == "missing":
        return f"Add the row of {one.valid_from}:"
    if one.says == "differs":
        return f"The table has {one.known} from {one.valid_from}. Published is:"
    return f"Nobody has confirmed {one.known} from {one.valid_from}. Published is the same:"


def _plain(one: Finding) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, date) or name in ("published", "known") else value
        for name, value in asdict(one).items()
        if value is not None
    }
