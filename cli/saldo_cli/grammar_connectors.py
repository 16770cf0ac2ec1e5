"""The commands about connections to ERPs."""

from __future__ import annotations

from argparse import ArgumentTypeError

from saldo_cli.arguments import Grammar, a_number, a_switch, of_creditor


def a_setting(text: str) -> tuple[str, str | None]:
    """Read NAME=VALUE; nothing behind the sign takes the setting away."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value or None


def add_connectors(commands: Grammar) -> None:
    """Add the commands about connections to ERPs."""
    group = commands.group(
        "connector", "connect ERPs that Saldo asks by itself", "saldo connector status"
    )
    made = group.command(
        "set",
        "connectors:change",
        "connect an ERP, or change a connection",
        "saldo connector set exact --system exact --setting division=123456 --setting journal=20",
    )
    made.add_argument(
        "--system", metavar="NAME", help="exact, snelstart, karmak, werbas or datev (when new)"
    )
    made.add_argument(
        "--setting",
        action="append",
        type=a_setting,
        metavar="NAME=VALUE",
        help="a setting of that system, see docs/connectors.md; an empty value takes it away",
    )
    made.add_argument(
        "--every-minutes", type=a_number(5), metavar="N", help="how often to read (at first: 15)"
    )
    made.add_argument("--enabled", type=a_switch, metavar="on|off", help="on, or off for now")
    several = group.command(
        "list", "connectors:list_all", "list a creditor's connections", "saldo connector list"
    )
    status = group.command(
        "status",
        "connectors:status",
        "show how a connection stands, and what the ERP refused",
        "saldo connector status exact",
    )
    run = group.command(
        "run",
        "connectors:run",
        "run a connection now, due or not",
        "saldo connector run exact",
    )
    run.add_argument(
        "--accept-gone",
        action="store_true",
        help="confirm that what left the ERP's list has left it, however much it is",
    )
    authorise = group.command(
        "authorise",
        "connectors:authorise",
        "give a connection the code of the ERP's page of consent",
        "saldo connector authorise exact --code stampNL001.a1b2",
    )
    authorise.add_argument(
        "--code", required=True, metavar="CODE", help="as it stands in the address, good once"
    )
    retry = group.command(
        "retry",
        "connectors:retry",
        "have an order carried out again that the ERP refused",
        "saldo connector retry exact S0A1B2C3D4E5F60718293",
    )
    for parser in (made, status, run, authorise, retry):
        parser.add_argument("name", metavar="NAME", help="of the connection, such as exact")
    retry.add_argument(
        "order", metavar="ORDER", help="its id, as `saldo connector status` shows it"
    )
    for parser in (made, several, status, run, authorise, retry):
        of_creditor(parser)
