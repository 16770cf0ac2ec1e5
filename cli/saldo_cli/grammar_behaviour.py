"""The commands about how customers pay."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, of_creditor


def add_behaviour(commands: Grammar) -> None:
    """Add `saldo behaviour …`."""
    group = commands.group(
        "behaviour", "how customers pay, and who pays otherwise", "saldo behaviour list --worsening"
    )
    show = group.command(
        "show",
        "behaviour:show",
        "tell how an account pays",
        "saldo behaviour show 10001",
    )
    show.add_argument("account", metavar="ACCOUNT", help="the account's number")
    listed = group.command(
        "list",
        "behaviour:list_all",
        "list the accounts that pay otherwise than they did, or are late once",
        "saldo behaviour list --worsening",
    )
    which = listed.add_mutually_exclusive_group()
    which.add_argument(
        "--worsening",
        dest="why",
        action="store_const",
        const="worse",
        help="those that pay later than in the year before (what is listed if nothing is said)",
    )
    which.add_argument(
        "--improving",
        dest="why",
        action="store_const",
        const="better",
        help="those that pay earlier",
    )
    which.add_argument(
        "--exceptions",
        dest="why",
        action="store_const",
        const="exception",
        help="good payers that are late once",
    )
    listed.set_defaults(why="worse")
    verify = group.command(
        "verify",
        "behaviour:verify",
        "compare what is kept of how accounts pay with all their invoices",
        "saldo behaviour verify",
    )
    rebuild = group.command(
        "rebuild",
        "behaviour:rebuild",
        "make what is kept of how accounts pay from all their invoices",
        "saldo behaviour rebuild --account 10001",
    )
    for command in (verify, rebuild):
        command.add_argument("--account", metavar="ACCOUNT", help="this account alone")
    for command in (show, listed):
        command.add_argument(
            "--language",
            choices=("de", "en", "nl"),
            default="en",
            help="the language of the sentence (en)",
        )
    for command in (show, listed, verify, rebuild):
        of_creditor(command)
