"""The commands about reminder policies."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, of_creditor


def add_policy(commands: Grammar) -> None:
    """Add `saldo policy …`."""
    group = commands.group(
        "policy", "look at and set reminder policies", "saldo policy try own.json"
    )
    listed = group.command(
        "list", "policy:list_all", "list the supplied policies and your own", "saldo policy list"
    )
    show = group.command(
        "show", "policy:show", "print a policy as its file", "saldo policy show de-business"
    )
    show.add_argument("policy", metavar="ID")
    attempt = group.command(
        "try",
        "policy:attempt",
        "show what a policy would change for every open item; nothing is put in force",
        "saldo policy try own.json --instead-of de-business",
    )
    put = group.command(
        "put",
        "policy:put",
        "put a policy, or its next version, in force; its effect is shown first",
        "saldo policy put own.json --yes",
    )
    for parser in (attempt, put):
        parser.add_argument("file", type=Path, metavar="FILE", help="the policy as JSON")
        parser.add_argument(
            "--instead-of",
            metavar="ID",
            help="compare with this policy (default: the same id, else the creditor's)",
        )
    risk = group.command(
        "by-risk",
        "policy_by_risk:by_risk",
        "show whether procedures go by risk, and switch them; the effect is shown first",
        "saldo policy by-risk\n  saldo policy by-risk on --yes",
    )
    risk.add_argument("to", nargs="?", choices=("on", "off"), help="switch (default: look)")
    for parser in (put, risk):
        parser.add_argument("--yes", action="store_true", help="you have seen the effect: do it")
        parser.add_argument("--by", metavar="WHO", help="who gives the order (default: your login)")
    for parser in (listed, show, attempt, put, risk):
        of_creditor(parser)
