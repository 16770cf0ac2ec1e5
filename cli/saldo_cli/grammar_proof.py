"""The commands that show what would happen, and prove what did."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_day, a_number, of_creditor
from saldo_cli.grammar_figures import add_figures


def add_proof(commands: Grammar) -> None:
    """Add `saldo preview`, `saldo report`, `saldo evidence` and `saldo account`."""
    _preview(commands)
    reports = commands.group("report", "tell what happened", "saldo report show aging")
    _report(reports)
    add_figures(reports)
    _evidence(commands)
    account = commands.group("account", "look into accounts", "saldo account statement 10001")
    _statement(account)
    _steer(account)


def _preview(commands: Grammar) -> None:
    preview = commands.command(
        "preview",
        "preview:preview",
        "show who would get what on a day, or why not; nothing is sent or written",
        "saldo preview --as-of 2026-12-03 --texts",
    )
    add = preview.add_argument
    add("--as-of", type=a_day, metavar="DAY", help="the day of the run (default: today)")
    add("--account", metavar="NUMBER", help="one account, due or not (default: all that are due)")
    add("--texts", action="store_true", help="print the messages too")
    add(
        "--limit",
        type=a_number(1),
        default=1000,
        metavar="N",
        help="so many accounts at most (default: 1000)",
    )
    of_creditor(preview)


def _report(group: Grammar) -> None:
    shadow = group.command(
        "shadow",
        "report:shadow",
        "show what would have been sent while the creditor was in shadow",
        "saldo report shadow --from 2026-12-01 --to 2026-12-31",
    )
    shadow.add_argument("--from", dest="first", type=a_day, metavar="DAY", help="first day")
    shadow.add_argument("--to", dest="last", type=a_day, metavar="DAY", help="last day")
    of_creditor(shadow)


def _evidence(commands: Grammar) -> None:
    evidence = commands.command(
        "evidence",
        "evidence:evidence",
        "pack everything that proves a claim into a ZIP",
        "saldo evidence 2026-1001 --out 2026-1001.zip\n  saldo evidence --account 10001",
    )
    add = evidence.add_argument
    add("invoice", nargs="?", metavar="INVOICE", help="invoice number")
    add("--account", metavar="NUMBER", help="everything about an account instead")
    add("--out", type=Path, metavar="FILE", help="default: evidence-NUMBER.zip")
    of_creditor(evidence)


def _statement(group: Grammar) -> None:
    statement = group.command(
        "statement",
        "accounts:statement",
        "tell every booking of an account, and what is open",
        "saldo account statement 10001 --from 2026-11-01 --to 2026-11-30 --out november.pdf",
    )
    add = statement.add_argument
    add("number", metavar="NUMBER", help="of the account")
    add("--from", dest="first", type=a_day, metavar="DAY", help="first day (default: the first)")
    add("--to", dest="last", type=a_day, metavar="DAY", help="last day (default: today)")
    add("--out", type=Path, metavar="FILE", help="write it there: a .pdf, .xlsx or .csv file")
    of_creditor(statement)


def _steer(group: Grammar) -> None:
    steer = group.command(
        "steer",
        "accounts:steer",
        "say by which policy an account is collected, and whether people follow up",
        'saldo account steer 10001 --policy plain-2-18-34 --reason "Agreed on the telephone"',
    )
    add = steer.add_argument
    add("number", metavar="NUMBER", help="of the account")
    add("--policy", metavar="ID", help="default: what the ERP or the segments say")
    add("--follow-up", choices=("automatic", "manual"), help="default: what the ERP says")
    add("--reason", required=True, metavar="TEXT", help="why; it stands on the timeline")
    add("--by", metavar="NAME", help="who decides it (default: your login name)")
    of_creditor(steer)
