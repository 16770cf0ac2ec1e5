"""The commands that look ahead: when invoices will be paid."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_day, ledger_columns


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
    ledger_columns(backtest)
    add = backtest.add_argument
    add(
        "--split",
        type=a_day,
        required=True,
        metavar="DATE",
        help="learn from what was known on this day; forecast what was invoiced later",
    )
