"""The command that lives through the coming days of reminders."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_number, a_share, of_creditor


def add_foresight(group: Grammar) -> None:
    """Add `saldo simulate reminders`."""
    reminders = group.command(
        "reminders",
        "foresight:reminders",
        "live through the coming days over the real open items; nothing is sent or written",
        "saldo simulate reminders --days 90 --policy as-is --policy own.json --chart ahead.svg",
    )
    add = reminders.add_argument
    add(
        "--policy",
        dest="policies",
        action="append",
        metavar="ID|FILE",
        help="a policy for every account: supplied, your own or a file; 'as-is' leaves each its "
        "own; may be given again (default: as-is)",
    )
    add("--days", type=a_number(1), default=90, metavar="N", help="how many (default: 90)")
    add(
        "--draws",
        type=a_number(1),
        default=50,
        metavar="N",
        help="how often payments are drawn (default: 50)",
    )
    add("--seed", type=a_number(0), default=1, metavar="S", help="the same seed, the same draws")
    add(
        "--reminder-effect",
        type=a_share,
        default=0.0,
        metavar="SHARE",
        help="the share of the wait ahead that each message takes off, 0 to 1 (default: 0)",
    )
    add("--nobody-pays", action="store_true", help="draw no payments: the most that would go")
    add("--prices", type=Path, metavar="FILE", help="prices by channel as JSON")
    add("--chart", type=Path, metavar="FILE.svg", help="draw messages and cash into a file")
    of_creditor(reminders)
