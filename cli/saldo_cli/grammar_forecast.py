"""The commands that look ahead: when invoices will be paid."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_day, a_pair


def add_forecast(group: Grammar) -> None:
    """Add `saldo forecast backtest`."""
    backtest = group.command(
        "backtest",
        "forecast:backtest",
        "forecast past invoices by what was known then, and compare with what came",
        "saldo forecast backtest invoices_2012.csv --map account=customerID \\\n"
        "  --map invoice=invoiceNumber --map issued_on=InvoiceDate --map due_on=DueDate \\\n"
        "  --map amount=InvoiceAmount --map paid_on=SettledDate --date-format %m/%d/%Y \\\n"
        "  --currency USD --split 2012-08-31",
        on_stack=False,
    )
    add = backtest.add_argument
    add("file", type=Path, metavar="FILE", help="a CSV file with one invoice per row")
    add(
        "--map",
        action="append",
        type=a_pair,
        default=[],
        metavar="NAME=COLUMN",
        help="which column is account, invoice, issued_on, due_on, amount, paid_on "
        "(default: the column of that name)",
    )
    add(
        "--date-format",
        default="%Y-%m-%d",
        metavar="FORMAT",
        help="as strptime has it (default: %%Y-%%m-%%d)",
    )
    add("--currency", default="EUR", metavar="CCC", help="ISO 4217 code (default: EUR)")
    add(
        "--split",
        type=a_day,
        required=True,
        metavar="DATE",
        help="learn from what was known on this day; forecast what was invoiced later",
    )
