"""The commands about services that the ERP is asked to stop for an account."""

from __future__ import annotations

from saldo.reminders.services_by_hand import SERVICES
from saldo_cli.arguments import Grammar, by_whom, of_creditor


def add_services(commands: Grammar) -> None:
    """Add `saldo service …`."""
    group = commands.group(
        "service",
        "stop deliveries or orders of debtors, and let them go on",
        "saldo service list 10001",
    )
    listed = group.command(
        "list",
        "services:show",
        "show what is stopped for an account, and by whom",
        "saldo service list 10001",
    )
    stop = group.command(
        "stop",
        "services:stop",
        "ask the ERP to stop deliveries or block orders, until somebody lets them go on",
        'saldo service stop 10001 stop-deliveries --reason "Two debits came back."',
    )
    release = group.command(
        "release",
        "services:let_go",
        "let deliveries or orders go on, whoever had them stopped",
        'saldo service release 10001 stop-deliveries --reason "Half is paid."',
    )
    for parser in (listed, stop, release):
        parser.add_argument("account", metavar="ACCOUNT", help="its number")
        of_creditor(parser)
    for parser in (stop, release):
        parser.add_argument("service", choices=SERVICES, help="what stops or goes on")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="for the timeline")
        by_whom(parser)
