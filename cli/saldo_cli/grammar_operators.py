"""The commands of operators: the ledger, dead letters, events."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_day, a_number

_CREDITOR_HELP = "creditor (default: SALDO_CREDITOR, else the only one there is)"


def add_operators(commands: Grammar) -> None:
    """Add the operators' commands."""
    _ledger(commands.group("ledger", "look into the books", "saldo ledger verify"))
    _dead_letters(commands.group("dlq", "look after messages that failed", "saldo dlq list"))
    _events(commands.group("events", "see what happened", "saldo events tail 10001 --follow"))


def _ledger(group: Grammar) -> None:
    verify = group.command(
        "verify",
        "ledger:check",
        "recompute open items and credits from the postings; 1 when anything differs",
        "saldo ledger verify --account 10001",
    )
    verify.add_argument("--account", metavar="NUMBER", help="this account alone (default: all)")
    verify.add_argument("--creditor", metavar="ID", help=_CREDITOR_HELP)
    show = group.command(
        "show", "ledger:show", "print an account's journal", "saldo ledger show 10001"
    )
    show.add_argument("account", metavar="ACCOUNT")
    show.add_argument("--creditor", metavar="ID", help=_CREDITOR_HELP)


def _dead_letters(group: Grammar) -> None:
    show = group.command(
        "list",
        "dead_letters:list_all",
        "show dead letters and why they are there",
        "saldo dlq list --queue Account",
    )
    redrive = group.command(
        "redrive",
        "dead_letters:redrive",
        "put dead letters back where they came from",
        "saldo dlq redrive --queue Account",
    )
    for parser in (show, redrive):
        parser.add_argument("--queue", metavar="NAME", help="such as Account (default: all)")
        parser.add_argument(
            "--most", type=a_number(1), default=100, metavar="N", help="messages a queue (100)"
        )


def _events(group: Grammar) -> None:
    tail = group.command(
        "tail", "events:tail", "print an account's events", "saldo events tail 10001 --follow"
    )
    tail.add_argument("--since", type=a_day, metavar="DAY", help="default: a month ago")
    tail.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    replay = group.command(
        "replay",
        "events:replay",
        "publish an account's past events once more",
        "saldo events replay 10001 --since 2026-11-01 --type payment.settled",
    )
    replay.add_argument("--since", type=a_day, metavar="DAY", required=True)
    replay.add_argument("--type", metavar="TYPE", help="events of this type alone")
    for parser in (tail, replay):
        parser.add_argument(
            "account", metavar="ACCOUNT", help="number, or ~ for the creditor's own"
        )
        parser.add_argument("--creditor", metavar="ID", help=_CREDITOR_HELP)
