"""The commands about figures and the reports that are made of them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from saldo_cli.arguments import Grammar, a_day, a_number, of_creditor

_ROLES = ("owner", "manager", "collector", "auditor")
_PERIODS = (
    "this-month",
    "last-month",
    "last-30-days",
    "last-90-days",
    "this-quarter",
    "last-quarter",
    "this-year",
    "last-year",
    "last-12-months",
)
_HOURS = range(24)


def add_figures(group: Grammar) -> None:
    """Add what `saldo report` has besides `shadow`."""
    show = group.command(
        "show",
        "figures:show",
        "print a report, or write it as CSV, XLSX or PDF",
        "saldo report show aging --by branch,country\n"
        "  saldo report show cash --by month --period this-year --out cash.xlsx",
    )
    show.add_argument("report", nargs="?", metavar="REPORT", help="its name: saldo report list")
    show.add_argument("--view", metavar="ID", help="one that is kept, instead")
    _wanted(show)
    show.add_argument("--out", type=Path, metavar="FILE", help="write it there: .csv, .xlsx, .pdf")
    _language(show)
    of_creditor(show)

    listed = group.command(
        "list", "figures:list_", "list the reports, and those that are kept", "saldo report list"
    )
    _language(listed)
    of_creditor(listed)

    save = group.command(
        "save",
        "figures:save",
        "keep a report, and have it sent",
        'saldo report save aging "Aging by branch" --by branch --every week --on 1 --hour 7 \\\n'
        "    --to kim@seller.example --format pdf --format xlsx",
    )
    save.add_argument("report", metavar="REPORT", help="its name: saldo report list")
    save.add_argument("title", metavar="TITLE", help="what people see")
    save.add_argument("--view", metavar="ID", help="change this one")
    _wanted(save)
    add = save.add_argument
    add("--role", action="append", choices=_ROLES, help="may see it (default: all who see reports)")
    add("--every", choices=("day", "week", "month"), help="send it so often")
    add("--on", type=a_number(1), default=1, metavar="N", help="weekday (1 Monday) or day of month")
    add("--hour", type=int, choices=_HOURS, default=7, metavar="H", help="hour (default: 7)")
    add("--to", action="append", metavar="ADDRESS", help="somebody who works here")
    add("--format", action="append", choices=("csv", "xlsx", "pdf"), help="default: pdf")
    of_creditor(save)

    remove = group.command(
        "remove",
        "figures:remove",
        "keep a report no more",
        "saldo report remove 01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    )
    remove.add_argument("view", metavar="ID", help="of the view")
    of_creditor(remove)

    send = group.command(
        "send",
        "figures:send",
        "send a report that is kept now",
        "saldo report send 01M6ZT3W0H8M5V2Y7S4K1P9QDB --to kim@seller.example",
    )
    send.add_argument("view", metavar="ID", help="of the view")
    send.add_argument(
        "--to", action="append", metavar="ADDRESS", help="default: whom its mailing names"
    )
    of_creditor(send)

    verify = group.command(
        "verify", "figures:verify", "compare the figures with the books", "saldo report verify"
    )
    of_creditor(verify)
    rebuild = group.command(
        "rebuild", "figures:rebuild", "count everything anew", "saldo report rebuild"
    )
    of_creditor(rebuild)


def _wanted(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--columns", metavar="A,B", help="in this order (default: the usual ones)")
    add("--by", metavar="A,B", help="a row for each: branch, country, collector, month …")
    add("--where", action="append", metavar="NAME=VALUE", help="only these; may be repeated")
    add("--period", choices=_PERIODS, help="default: last-12-months")
    add("--from", dest="first", type=a_day, metavar="DAY", help="first day instead")
    add("--to-day", dest="last", type=a_day, metavar="DAY", help="last day")
    add("--ages", metavar="30,60", help="days at which ages end (default: 30,60,90,120)")
    add("--limit", type=a_number(1), metavar="N", help="rows of a list (default: 50)")
    add("--idle-days", type=a_number(0), metavar="N", help="unattended: so long (default: 14)")


def _language(parser: ArgumentParser) -> None:
    parser.add_argument("--language", choices=("de", "en", "nl"), default="en", help="default: en")
