"""The command line's grammar. Nothing here imports AWS, so that --help answers at once."""

from __future__ import annotations

import argparse
import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

EXIT_CODES = """\
exit codes:
  0  done
  1  refused with a reason, or the result differs from what was expected
  2  the command line is wrong
  3  AWS, the stack or an address could not be reached, or did not finish in time
"""
_DESCRIPTION = """\
Collect receivables from your own AWS account.

Works on the stack that --stack names, by the usual AWS settings (AWS_PROFILE, AWS_REGION,
AWS_ENDPOINT_URL); without any, on the local cloud that runs on this machine (make demo).
"""
_EXAMPLE = """\
example:
  saldo creditor list
"""

Subparsers = Any
"""argparse has no public name for what add_subparsers returns."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Adds commands below one parser."""

    subparsers: Subparsers
    stack: str
    """The stack that is meant where none is named."""

    def command(
        self, name: str, handler: str, what: str, example: str, *, on_stack: bool = True
    ) -> ArgumentParser:
        """Add a command; `handler` is `module:function` below saldo_cli.commands."""
        made: ArgumentParser = self.subparsers.add_parser(
            name,
            help=what,
            description=_sentence(what),
            epilog=f"example:\n{_indented(example)}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        made.set_defaults(handler=handler)
        made.add_argument("--json", action="store_true", help="print JSON and nothing else")
        if on_stack:
            made.add_argument(
                "--stack",
                default=self.stack,
                metavar="NAME",
                help="CloudFormation stack (default: SALDO_STACK, else 'saldo')",
            )
        return made

    def group(self, name: str, what: str, example: str) -> Grammar:
        """Add a group of commands, such as `saldo creditor …`."""
        made = self.subparsers.add_parser(
            name,
            help=what,
            description=_sentence(what),
            epilog=f"example:\n{_indented(example)}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        below = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
        return Grammar(below, self.stack)


def parser() -> ArgumentParser:
    """Return the whole command line, to read as many as there are."""
    return _parser(os.environ.get("SALDO_STACK", "saldo"))


@cache
def _parser(stack: str) -> ArgumentParser:
    from saldo_cli import grammar

    top = ArgumentParser(
        prog="saldo",
        description=_DESCRIPTION,
        epilog=f"{_EXAMPLE}\n{EXIT_CODES}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    grammar.add_all(Grammar(commands, stack))
    return top


def of_creditor(parser: ArgumentParser) -> None:
    """Let a command name its creditor."""
    help_ = "creditor (default: SALDO_CREDITOR, else the only one there is)"
    parser.add_argument("--creditor", metavar="ID", help=help_)


def by_whom(parser: ArgumentParser) -> None:
    """Let a command say who does it, where that is not whoever is logged in."""
    parser.add_argument("--by", metavar="NAME", help="who does it (default: your login name)")


def ledger_columns(parser: ArgumentParser) -> None:
    """Let a command name a CSV ledger, its columns, dates and currency."""
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="a CSV file with one invoice per row")
    add(
        "--map",
        action="append",
        type=a_pair,
        default=[],
        metavar="NAME=COLUMN",
        help="which column is account, invoice, issued_on, due_on, amount, paid_on "
        "(default: the column of that name)",
    )
    add(
        "--date-format",
        default="%Y-%m-%d",
        metavar="FORMAT",
        help="as strptime has it (default: %%Y-%%m-%%d)",
    )
    add("--currency", default="EUR", metavar="CCC", help="ISO 4217 code (default: EUR)")


def a_day(text: str) -> date:
    """Read a day as 2026-12-03."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-12-03") from None


def an_instant(text: str) -> datetime:
    """Read an instant with its offset, as 2026-12-03T08:00:00Z."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant: write it as 2026-12-03T08:00:00Z"
        )
    return found


def a_switch(text: str) -> bool:
    """Read on or off."""
    if text not in ("on", "off"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither on nor off")
    return text == "on"


def a_number(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` on."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return read


def a_share(text: str) -> float:
    """Read a share between 0 and 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share between 0 and 1")
    return share


def a_pair(text: str) -> tuple[str, str]:
    """Read NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=COLUMN")
    return name, value


def _sentence(what: str) -> str:
    return f"{what[0].upper()}{what[1:]}."


def _indented(example: str) -> str:
    return "\n".join(f"  {line}" for line in example.splitlines())
