"""The commands about the money to come."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from saldo_cli.arguments import Grammar, a_number, of_creditor

_CHANGES = ("reminders", "discount", "customer-late", "customer-never", "volume")


def add_cash(commands: Grammar) -> None:
    """Add `saldo cash …`."""
    group = commands.group(
        "cash", "tell what money comes when, and what would change it", "saldo cash show"
    )
    show = group.command(
        "show",
        "cash:show",
        "tell what is expected by day, week or month, or write it as CSV",
        "saldo cash show --step week\n  saldo cash show --where branch=North --out cash.csv",
    )
    show.add_argument("--step", choices=("day", "week", "month"), default="week")
    _where(show.add_argument)
    show.add_argument("--out", type=Path, metavar="FILE.csv", help="write it there instead")
    of_creditor(show)
    _scenario(group)
    track = group.command(
        "track",
        "cash:track",
        "compare what was forecast with what came, week by week",
        "saldo cash track --weeks 26 --lead 2",
    )
    add = track.add_argument
    add("--weeks", type=a_number(1), default=13, metavar="N", help="so many weeks (13)")
    add(
        "--lead",
        type=a_number(1),
        default=1,
        metavar="N",
        help="as forecast so many weeks before the week ended (1)",
    )
    of_creditor(track)
    renew = group.command(
        "renew",
        "cash:renew",
        "look at every account and sum all anew, as every night does",
        "saldo cash renew",
    )
    of_creditor(renew)


def _scenario(group: Grammar) -> None:
    tried = group.command(
        "scenario",
        "cash:scenario_",
        "tell what a change would do to what comes; nothing is kept",
        "saldo cash scenario customer-late --account 10001 --days 30\n"
        "  saldo cash scenario reminders --days -5 --share 60\n"
        "  saldo cash scenario discount --percent 2 --days 14 --share 30\n"
        "  saldo cash scenario volume --percent -10",
    )
    add = tried.add_argument
    add("change", choices=_CHANGES, help="what changes")
    add(
        "--days",
        type=int,
        metavar="N",
        help="reminders: by how many days what is late comes later, below zero sooner; discount: "
        "by how many sooner; customer-late: by how many later",
    )
    add(
        "--percent",
        type=float,
        metavar="P",
        help="discount: what is taken off; volume: by how much more is invoiced",
    )
    add("--share", type=float, metavar="P", help="so many percent of what is owed move (100)")
    add("--account", default="", metavar="NUMBER", help="the customer")
    _where(add)
    of_creditor(tried)


def _where(add: Callable[..., object]) -> None:
    add(
        "--where",
        action="append",
        metavar="NAME=VALUE",
        help="of these accounts alone: branch, country, collector, segment, kind; may be repeated",
    )
