"""The commands about credit: limits, what stands against them, order blocks, terms, and rules."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from saldo_cli.arguments import Grammar, a_day, by_whom, of_creditor


def add_credit(group: Grammar) -> None:
    """Add `saldo credit …`."""
    _limits(group)
    _proposals(group)
    _orders(group)
    _blocks(group)
    terms = group.command(
        "terms",
        "credit:terms",
        "let shorter terms count that a rule proposed, or not",
        'saldo credit terms 10001 --apply --reason "Three broken promises."',
    )
    choice = terms.add_mutually_exclusive_group(required=True)
    choice.add_argument("--apply", action="store_true", help="they count for new invoices")
    choice.add_argument("--decline", action="store_true", help="what was agreed counts")
    _of_account(terms)
    _because(terms)
    rules = group.command(
        "rules",
        "credit:rules",
        "show when orders wait and terms get shorter, or set it from a file",
        "saldo credit rules credit.json",
    )
    rules.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON: the new rules")
    by_whom(rules)
    of_creditor(rules)


def _limits(group: Grammar) -> None:
    show = group.command(
        "show",
        "credit:show",
        "show how much an account may owe, how much it does, and what follows",
        "saldo credit show 10001",
    )
    _of_account(show)
    own = group.command(
        "set",
        "credit:set_limit",
        "set how much an account may owe; the ERP's own limit stays as it is",
        'saldo credit set 10001 5000.00 --currency EUR --reason "Agreed with sales."',
    )
    _of_account(own)
    own.add_argument("amount", nargs="?", metavar="AMOUNT", help="zero or more")
    own.add_argument("--none", action="store_true", help="instead: what the ERP says counts again")
    insure = group.command(
        "insure",
        "credit:insure",
        "keep what a credit insurer covers",
        'saldo credit insure 10001 3000.00 --currency EUR --insurer "Example Credit Insurance" '
        '--until 2027-06-30 --reason "Letter of 20 November."',
    )
    _of_account(insure)
    insure.add_argument("amount", nargs="?", metavar="AMOUNT", help="what is covered")
    insure.add_argument("--none", action="store_true", help="instead: it is insured no more")
    insure.add_argument("--insurer", default="", metavar="NAME")
    insure.add_argument("--until", type=a_day, metavar="DATE", help="the last day (default: open)")
    insure.add_argument("--policy", metavar="NUMBER", help="the number of the policy")
    for parser in (own, insure):
        parser.add_argument("--currency", required=True, metavar="CODE")
        _because(parser)


def _proposals(group: Grammar) -> None:
    propose = group.command(
        "propose",
        "credit:propose",
        "have a limit proposed from turnover, terms and payment behaviour; nothing changes",
        "saldo credit propose 10001 --currency EUR",
    )
    propose.add_argument("--currency", required=True, metavar="CODE")
    by_whom(propose)
    decide = group.command(
        "decide",
        "credit:decide",
        "agree to a proposed limit, or put it aside",
        'saldo credit decide 10001 01M6ZT3W0H8M5V2Y7S4K1P9QDC --agree --reason "It fits."',
    )
    _of_account(propose)
    _of_account(decide)
    decide.add_argument("proposal", metavar="ID", help="as `saldo credit show` has it")
    choice = decide.add_mutually_exclusive_group(required=True)
    choice.add_argument("--agree", action="store_true", help="it is the limit from now on")
    choice.add_argument("--decline", action="store_true", help="the limit stays as it is")
    _because(decide)


def _orders(group: Grammar) -> None:
    orders = group.command(
        "orders",
        "credit:orders",
        "show what an account ordered that is not invoiced yet, or tell it from a file",
        "saldo credit orders 10001\n  saldo credit orders 10001 orders.json --all",
    )
    _of_account(orders)
    orders.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help='JSON: [{"id": "SO-1", "amount": "480.00", "currency": "EUR"}, …]; 0.00 ends one',
    )
    orders.add_argument("--all", action="store_true", help="orders that it does not name are over")
    by_whom(orders)


def _blocks(group: Grammar) -> None:
    blocked = group.command(
        "blocked",
        "credit:blocked",
        "list the accounts whose orders wait, and why",
        "saldo credit blocked",
    )
    of_creditor(blocked)
    block = group.command(
        "block",
        "credit:block",
        "have orders of an account wait",
        'saldo credit block 10001 --reason "Signs of fraud." --until 2026-12-01',
    )
    release = group.command(
        "release",
        "credit:release",
        "let orders of an account go, whatever the rules say",
        'saldo credit release 10001 --reason "Paid in advance." --until 2026-12-01',
    )
    for parser, what in (
        (block, "the first day on which they go again (default: until released)"),
        (release, "from this day on the rules count again (default: once they agree)"),
    ):
        _of_account(parser)
        parser.add_argument("--until", type=a_day, metavar="DATE", help=what)
        _because(parser)


def _of_account(parser: ArgumentParser) -> None:
    parser.add_argument("account", metavar="ACCOUNT", help="its number")
    of_creditor(parser)


def _because(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, metavar="TEXT", help="for the timeline")
    by_whom(parser)
