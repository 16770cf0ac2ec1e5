"""The commands about channels: letters, tasks, opt-outs, mail that was stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Final, get_args

from saldo.messages.model import Channel
from saldo.reminders.channels.purposes import Purpose
from saldo_cli.arguments import Grammar, a_day, of_creditor

MARKED: Final = ("printed", "returned")
"""What becomes of a letter, `saldo.reminders.letters.Marked`: a help that imports the services of
letters would take half a second.
"""


def add_channels(commands: Grammar) -> None:
    """Add the commands about channels."""
    _letters(commands.group("letters", "hand letters over, and hear of them", "saldo letters list"))
    _tasks(commands.group("tasks", "see and close what people are to do", "saldo tasks list"))
    _opt_outs(
        commands.group(
            "optouts", "who does not want to hear by which channel", "saldo optouts list"
        )
    )


def add_resume(group: Grammar) -> None:
    """Add `saldo sending resume`."""
    resume = group.command(
        "resume",
        "channels:resume",
        "let a creditor's mail go again after the circuit breaker stopped it",
        "saldo sending resume acme",
    )
    resume.add_argument("creditor", metavar="CREDITOR")
    _by(resume)


def _letters(group: Grammar) -> None:
    show = group.command(
        "list", "channels:letters", "show letters that wait, and batches", "saldo letters list"
    )
    hand_over = group.command(
        "hand-over",
        "channels:hand_over",
        "put waiting letters into a batch with its manifest now",
        "saldo letters hand-over",
    )
    for parser in (show, hand_over):
        of_creditor(parser)
    fetch = group.command(
        "fetch",
        "channels:fetch",
        "fetch a letter as it was printed",
        "saldo letters fetch 10001 01KAK5Z4T0ABCDEFGHJKMNPQRS --out letter.pdf",
    )
    fetch.add_argument("account", metavar="ACCOUNT")
    fetch.add_argument("letter", metavar="LETTER", help="its id, or that of a message by hand")
    fetch.add_argument("--out", type=Path, metavar="FILE.pdf", required=True)
    of_creditor(fetch)
    mark = group.command(
        "mark",
        "channels:mark",
        "take back that a letter was printed, or returned by the post",
        "saldo letters mark 01KAK5Z4T0ABCDEFGHJKMNPQRS printed --on 2026-12-21",
    )
    mark.add_argument("letter", metavar="LETTER")
    mark.add_argument("state", choices=MARKED)
    mark.add_argument("--on", type=a_day, metavar="DAY", help="given to the post, or come back on")
    mark.add_argument("--note", default="", metavar="TEXT", help="such as: moved, unknown")


def _tasks(group: Grammar) -> None:
    show = group.command("list", "channels:tasks", "show open tasks", "saldo tasks list")
    of_creditor(show)
    done = group.command(
        "done",
        "channels:task_done",
        "close a task; of a call, say whether the debtor was reached",
        "saldo tasks done 10001 01KAK5Z4T0ABCDEFGHJKMNPQRS --reached --outcome 'pays on Friday'",
    )
    release = group.command(
        "release",
        "channels:task_released",
        "let the step that waits for a person's word go",
        "saldo tasks release 10001 01KAK5Z4T0ABCDEFGHJKMNPQRS",
    )
    for parser in (done, release):
        parser.add_argument("account", metavar="ACCOUNT")
        parser.add_argument("task", metavar="TASK")
        of_creditor(parser)
        _by(parser)
    done.add_argument("--outcome", default="", metavar="TEXT", help="what came of it")
    ways = done.add_mutually_exclusive_group()
    ways.add_argument("--reached", action="store_true", default=None, help="of a call: spoken to")
    ways.add_argument(
        "--not-reached",
        dest="reached",
        action="store_false",
        help="of a call: the next channel takes over",
    )


def _opt_outs(group: Grammar) -> None:
    show = group.command("list", "channels:opt_outs", "show opt-outs", "saldo optouts list")
    give = group.command(
        "give",
        "channels:opt_out",
        "stop a channel for an account, or for one address",
        "saldo optouts give sms --account 10001",
    )
    give.add_argument("channel", choices=get_args(Channel))
    give.add_argument("--purpose", choices=get_args(Purpose), default="reminders")
    give.add_argument("--account", metavar="NUMBER", help="all addresses of this account")
    give.add_argument("--address", metavar="ADDRESS", help="this address alone")
    back = group.command(
        "take-back",
        "channels:opt_in",
        "end an opt-out; `list` shows its subject",
        "saldo optouts take-back sms --account 10001",
    )
    back.add_argument("channel", choices=get_args(Channel))
    back.add_argument("--account", metavar="NUMBER")
    back.add_argument("--address", metavar="ADDRESS")
    for parser in (show, give, back):
        of_creditor(parser)
    for parser in (give, back):
        _by(parser)


def _by(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--by", metavar="WHO", help="who gives the order (default: your login)")
