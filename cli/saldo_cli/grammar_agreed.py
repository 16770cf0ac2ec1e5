"""The commands by which the ERP's books and ours stay the same."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_day, a_number, an_instant, of_creditor

_FILE_HELP = "open items: .json, .jsonl or .csv with invoice, account, currency, open"


def add_agreed(commands: Grammar) -> None:
    """Add `saldo drift`, `saldo snapshot …` and `saldo export …`."""
    _drift(commands)
    _snapshot(
        commands.group(
            "snapshot",
            "take all open items of the ERP, and close what vanished",
            "saldo snapshot take open-items.csv",
        )
    )
    _export(
        commands.group(
            "export",
            "give the books of the ERP what they lack",
            "saldo export settlements --day 2026-11-20 --format csv",
        )
    )


def add_webhook_replay(group: Grammar) -> None:
    """Add `saldo webhook replay`."""
    replay = group.command(
        "replay",
        "agreed:replay",
        "post events of a period, or a single one, to an endpoint once more",
        "saldo webhook replay 01KAB9Z7D3W4X8F2M6Q5R1T0VS --from 2026-11-20T08:00:00Z",
    )
    add = replay.add_argument
    add("id", metavar="ID", help="of the endpoint, as 'saldo webhook list' shows it")
    add("--event", metavar="ID", help="this event alone")
    add("--from", dest="first", type=an_instant, metavar="INSTANT", help="events from then on")
    add("--to", dest="last", type=an_instant, metavar="INSTANT", help="before then (default: now)")
    of_creditor(replay)


def _drift(commands: Grammar) -> None:
    drift = commands.command(
        "drift",
        "agreed:drift",
        "compare the ERP's open items with ours, and explain what differs",
        "saldo drift open-items.csv\n  saldo drift open-items.json --account 10001 --json",
    )
    add = drift.add_argument
    add("file", type=Path, metavar="FILE", help=_FILE_HELP)
    add(
        "--lists",
        choices=("open", "all"),
        default="open",
        help="all: the file names closed items as well, with 0 (default: open)",
    )
    add("--account", action="append", metavar="NUMBER", help="the file is about this one alone")
    add("--as-of", type=an_instant, metavar="INSTANT", help="when it was made (default: now)")
    add(
        "--booking-days",
        type=a_number(0),
        default=3,
        metavar="N",
        help="days that the ERP has to book what it was told (default: 3)",
    )
    of_creditor(drift)


def _snapshot(group: Grammar) -> None:
    take = group.command(
        "take",
        "agreed:take",
        "show what is new, changed and vanished; nothing is closed yet",
        "saldo snapshot take open-items.csv",
    )
    add = take.add_argument
    add("file", type=Path, metavar="FILE", help=_FILE_HELP)
    add("--account", action="append", metavar="NUMBER", help="the file is about this one alone")
    add("--as-of", type=an_instant, metavar="INSTANT", help="when it was made (default: now)")
    confirm = group.command(
        "confirm",
        "agreed:confirm",
        "close what vanished",
        "saldo snapshot confirm 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    confirm.add_argument("id", metavar="ID", help="as 'saldo snapshot take' shows it")
    confirm.add_argument("--lower", action="store_true", help="take off what went down, too")
    confirm.add_argument(
        "--reopen",
        action="store_true",
        help="let be owed again what an earlier snapshot closed and the ERP has open",
    )
    for parser in (take, confirm):
        parser.add_argument("--by", metavar="NAME", help="who orders it (default: you)")
        of_creditor(parser)


def _export(group: Grammar) -> None:
    export = group.command(
        "settlements",
        "agreed:settlements",
        "write what settled on a day, for the books of the ERP",
        "saldo export settlements --day 2026-11-20 --format datev --consultant 1001 --client 7",
    )
    add = export.add_argument
    add("--day", type=a_day, required=True, metavar="DAY", help="a day that is over")
    add("--format", choices=("csv", "datev", "camt054"), default="csv", help="default: csv")
    add("--out", type=Path, metavar="FILE", help="default: settlements-DAY with its ending")
    add("--consultant", type=a_number(1001), metavar="N", help="DATEV: the tax adviser's number")
    add("--client", type=a_number(1), metavar="N", help="DATEV: your number there")
    add("--year-start", type=a_day, metavar="DAY", help="DATEV: financial year (1 January)")
    add("--chart", choices=("skr03", "skr04"), default="skr03", help="DATEV: default skr03")
    of_creditor(export)
