"""The commands that look ahead: when invoices will be paid."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_day, a_number, by_whom, ledger_columns, of_creditor


def add_forecast(group: Grammar) -> None:
    """Add `saldo forecast …`."""
    _kept(group)
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


def _kept(group: Grammar) -> None:
    show = group.command(
        "show",
        "forecasts:show",
        "tell when an account's open items, or one invoice, will be paid",
        "saldo forecast show 10001\n  saldo forecast show --invoice RE-2026-0815 --by 2026-12-31",
    )
    show.add_argument("account", nargs="?", metavar="ACCOUNT", help="the account's number")
    show.add_argument("--invoice", metavar="NUMBER", help="this one invoice instead")
    show.add_argument(
        "--by", type=a_day, metavar="DATE", help="tell the chance of payment by this day, too"
    )
    of_creditor(show)
    train = group.command(
        "train",
        "forecasts:train",
        "learn anew from the creditor's invoices, as every night does",
        "saldo forecast train",
    )
    train.add_argument(
        "--refresh", action="store_true", help="tell every account anew by it at once"
    )
    by_whom(train)
    of_creditor(train)
    track = group.command(
        "track",
        "forecasts:track",
        "say how far off the forecasts of the last months were",
        "saldo forecast track --months 6",
    )
    track.add_argument(
        "--months", type=a_number(1), default=12, metavar="N", help="so many months (12)"
    )
    of_creditor(track)
