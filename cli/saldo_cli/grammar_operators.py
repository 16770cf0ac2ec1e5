"""The commands of operators: the ledger, dead letters, events, callbacks."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from saldo_cli.arguments import Grammar, a_day, a_number, of_creditor


def add_operators(commands: Grammar) -> None:
    """Add the operators' commands."""
    _ledger(commands.group("ledger", "look into the books", "saldo ledger verify"))
    _dead_letters(commands.group("dlq", "look after messages that failed", "saldo dlq list"))
    _events(commands.group("events", "see what happened", "saldo events tail 10001 --follow"))
    _callbacks(
        commands.group("callback", "look into providers' callbacks", "saldo callback check --help")
    )


def _ledger(group: Grammar) -> None:
    verify = group.command(
        "verify",
        "ledger:check",
        "recompute open items and credits from the postings; 1 when anything differs",
        "saldo ledger verify --account 10001",
    )
    verify.add_argument("--account", metavar="NUMBER", help="this account alone (default: all)")
    of_creditor(verify)
    show = group.command(
        "show", "ledger:show", "print an account's journal", "saldo ledger show 10001"
    )
    show.add_argument("account", metavar="ACCOUNT")
    of_creditor(show)


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
        of_creditor(parser)


def _callbacks(group: Grammar) -> None:
    check = group.command(
        "check",
        "callback:check",
        "verify a callback and print what it tells, or why it is refused",
        "saldo callback check stripe --secret whsec_… --at 2026-11-21T10:00:00Z \\\n"
        "  --header 'Stripe-Signature: t=1795255200,v1=…' body.json",
        on_stack=False,
    )
    check.add_argument(
        "provider",
        metavar="PROVIDER",
        choices=("adyen", "gocardless", "mollie", "sandbox", "stripe"),
        help="adyen, gocardless, mollie, sandbox or stripe",
    )
    check.add_argument("body", metavar="BODYFILE", help="the body as it came, - for standard input")
    check.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="SECRET",
        help="what the webhook signs with; may be given twice, for a new and an old one",
    )
    check.add_argument(
        "--header",
        action="append",
        type=_header,
        default=[],
        metavar="'NAME: VALUE'",
        help="a header that came along; may be given again",
    )
    check.add_argument(
        "--at",
        type=_instant,
        metavar="TIME",
        help="when it came: 2026-11-21T10:00:00Z, or seconds since 1970 (default: now)",
    )
    check.add_argument(
        "--merchant", metavar="NAME", help="Adyen: your merchant account (default: the one named)"
    )
    check.add_argument("--live", action="store_true", help="Adyen: of the live environment")


def _header(text: str) -> tuple[str, str]:
    """Read `Name: value`; names become lower case."""
    name, colon, value = text.partition(":")
    if not (name.strip() and colon):
        raise argparse.ArgumentTypeError(f"{text!r} is not 'NAME: VALUE'")
    return name.strip().lower(), value.strip()


def _instant(text: str) -> datetime:
    """Read an instant with its offset, or seconds since 1970."""
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time: 2026-11-21T10:00:00Z") from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} lacks its offset: end it with Z for UTC")
    return at.astimezone(UTC)
