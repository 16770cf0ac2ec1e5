"""The commands about people, and what waits for a second one of them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import get_args

from saldo.people.model import Language
from saldo.people.rights import ROLES
from saldo_cli.arguments import Grammar, of_creditor


def add_people(commands: Grammar) -> None:
    """Add the commands about people."""
    _users(
        commands.group(
            "user",
            "manage who works with the console",
            "saldo user add collector@example.com --name 'Collections Kiel' --role collector",
        )
    )
    _approvals(
        commands.group(
            "approval",
            "see and decide what waits for a second person",
            "saldo approval limits --write-off 50.00 --refund 200.00",
        )
    )


def _users(group: Grammar) -> None:
    add = group.command(
        "add",
        "users:add",
        "invite somebody, who gets a link to choose a password with",
        "saldo user add collector@example.com --name 'Collections Kiel' --role collector",
    )
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="as it is shown to others")
    add.add_argument(
        "--language", choices=get_args(Language), default="en", help="of the console (en)"
    )
    add.add_argument(
        "--no-mail",
        action="store_true",
        help="send nothing; set a password by 'saldo user password'",
    )
    show = group.command(
        "list",
        "users:list_all",
        "list who has a role at a creditor",
        "saldo user list\n  saldo user list --everywhere",
    )
    grant = group.command(
        "grant",
        "users:grant",
        "give a role, in place of the one that somebody has there",
        "saldo user grant collector@example.com --role manager",
    )
    revoke = group.command(
        "revoke",
        "users:revoke",
        "take a role away",
        "saldo user revoke collector@example.com",
    )
    for parser in (grant, revoke):
        parser.add_argument("email", metavar="EMAIL")
    for parser in (add, grant):
        _role(parser)
    for parser in (add, show, grant, revoke):
        of_creditor(parser)
        parser.add_argument(
            "--everywhere", action="store_true", help="at every creditor of the installation"
        )
    for name, does, example in (
        ("disable", "let somebody in no more, at once", "saldo user disable collector@example.com"),
        ("enable", "let somebody in again", "saldo user enable collector@example.com"),
        ("invite", "send the link again", "saldo user invite collector@example.com"),
        (
            "forget-app",
            "take somebody's authenticator app away",
            "saldo user forget-app collector@example.com",
        ),
        (
            "password",
            "set somebody's password, as when no mail reaches them",
            "saldo user password collector@example.com",
        ),
    ):
        one = group.command(name, f"users:{name.replace('-', '_')}", does, example)
        one.add_argument("email", metavar="EMAIL")
        _by(one)
    for parser in (add, grant, revoke):
        _by(parser)


def _role(parser: ArgumentParser) -> None:
    parser.add_argument("--role", required=True, choices=ROLES, help="what they may do")
    parser.add_argument(
        "--branch",
        action="append",
        default=[],
        metavar="NAME",
        help="accounts of this branch alone; may be given several times",
    )


def _approvals(group: Grammar) -> None:
    show = group.command(
        "list", "approvals:list_all", "list what waits for a second person", "saldo approval list"
    )
    approve = group.command(
        "approve",
        "approvals:approve",
        "agree to it, and carry it out",
        "saldo approval approve 5d1f0c9b7a3e48d2b6c1a90f42 --by owner@example.com",
    )
    decline = group.command(
        "decline",
        "approvals:decline",
        "refuse it, or take it back",
        "saldo approval decline 5d1f0c9b7a3e48d2b6c1a90f42 --reason 'ask for a plan first'",
    )
    decline.add_argument("--reason", required=True, help="told to who asked")
    for parser in (approve, decline):
        parser.add_argument("id", metavar="ID", help="as 'saldo approval list' shows it")
        _by(parser)
    limits = group.command(
        "limits",
        "approvals:limits",
        "show or set above which amounts a second person is needed",
        "saldo approval limits --write-off 50.00 --refund none",
    )
    for kind in ("write-off", "refund", "credit-limit"):
        limits.add_argument(
            f"--{kind}", metavar="AMOUNT", help="what one may give alone; none: whatever"
        )
    _by(limits)
    for parser in (show, approve, decline, limits):
        of_creditor(parser)


def _by(parser: ArgumentParser) -> None:
    parser.add_argument("--by", metavar="NAME", help="who does it (default: cli:<your login>)")
