"""The commands about bank statements. Reading and matching them needs no stack."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_day


def add_statements(commands: Grammar) -> None:
    """Add `saldo statement …`."""
    group = commands.group(
        "statement", "read and book bank statements", "saldo statement read 2026-12-03.xml"
    )
    read = group.command(
        "read",
        "statements:read_files",
        "read bank statements from files, and tell whether they add up",
        "saldo statement read 2026-12-03.xml november.sta",
        on_stack=False,
    )
    read.add_argument(
        "file", nargs="+", metavar="FILE", help="camt, MT940, MT942, BAI2, CODA, OFX or CSV"
    )
    read.add_argument(
        "--mapping", metavar="MAP", help="JSON that says what the columns of a CSV are"
    )
    match = commands.command(
        "match",
        "matching:match_files",
        "match the entries of bank statements to open items, and say why",
        "saldo match --open-items open.json --statement 2026-12-03.xml",
        on_stack=False,
    )
    add = match.add_argument
    add("--open-items", required=True, metavar="FILE", help="JSON: open items, accounts, rules")
    add(
        "--statement",
        required=True,
        nargs="+",
        action="extend",
        metavar="FILE",
        help="camt, MT940, MT942 or BAI2",
    )
    add(
        "--advice",
        nargs="+",
        action="extend",
        default=[],
        metavar="FILE",
        help="remittance advices: text, CSV, XLSX or PDF",
    )
    add("--threshold", choices=("strict", "usual"), help="from which rules on a match is certain")
    add("--today", type=a_day, metavar="DAY", help="the day for entries without one")
    push = group.command(
        "push",
        "bank:push",
        "book bank statements from files, and match their entries",
        "saldo statement push 2026-12-03.xml",
    )
    push.add_argument(
        "file", nargs="+", metavar="FILE", help="camt, MT940, MT942, BAI2, CODA, OFX or CSV"
    )
    push.add_argument(
        "--account", metavar="IBAN", help="of a CSV: the bank account whose mapping is for it"
    )
    push.add_argument(
        "--creditor",
        metavar="ID",
        help="creditor (default: SALDO_CREDITOR, else the only one there is)",
    )
    push.add_argument("--by", metavar="WHO", help="who sends it (default: your login)")
