"""The commands about risk and credit data."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_number, a_switch, by_whom, of_creditor


def add_credit_data(commands: Grammar) -> None:
    """Add `saldo risk …` and `saldo credit-data …`."""
    _risk(commands.group("risk", "see how risky debtors are", "saldo risk list --list class-E"))
    _data(
        commands.group(
            "credit-data",
            "take what agencies, insurers and registers say about debtors, or ask them",
            "saldo credit-data import covers.csv --source insurer --map covers.json",
        )
    )


def _risk(group: Grammar) -> None:
    listed = group.command(
        "list",
        "credit_data:risk_list",
        "list accounts by risk, the riskiest first",
        "saldo risk list --list overdue-EUR",
    )
    listed.add_argument(
        "--list",
        default="all",
        dest="section",
        metavar="NAME",
        help="all, number, class-A … class-E, insolvent, falling, overdue-EUR … (default: all)",
    )
    listed.add_argument(
        "--limit", type=a_number(1), default=50, metavar="N", help="so many (default: 50)"
    )
    show = group.command(
        "show",
        "credit_data:risk_show",
        "show an account's score with its parts, and what others say",
        "saldo risk show 10001",
    )
    show.add_argument("account", metavar="ACCOUNT")
    refresh = group.command(
        "refresh",
        "credit_data:risk_refresh",
        "look at every account anew, as the night does",
        "saldo risk refresh",
    )
    for parser in (listed, show, refresh):
        of_creditor(parser)


def _data(group: Grammar) -> None:
    take = group.command(
        "import",
        "credit_data:take_file",
        "take a file of an agency or insurer; accounts that nobody knows are listed",
        "saldo credit-data import covers.csv --source insurer --map covers.json",
    )
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--source", required=True, metavar="S", help="who says so")
    take.add_argument(
        "--map",
        type=Path,
        metavar="MAP",
        help="JSON: what the columns mean (default: what was kept for the source)",
    )
    columns = group.command(
        "columns",
        "credit_data:columns",
        "keep what the columns of a source's files mean: then they may come by any way in",
        "saldo credit-data columns insurer covers.json",
    )
    columns.add_argument("source", metavar="SOURCE", help="a-z, 0-9 and -")
    columns.add_argument("map", type=Path, nargs="?", metavar="MAP", help="JSON (default: show)")
    columns.add_argument("--none", action="store_true", help="forget them")
    ids = group.command(
        "ids",
        "credit_data:ids",
        "show by which numbers an account is known and which company it is, or set the numbers",
        "saldo credit-data ids 10001 --vat DE123456789",
    )
    for name, what in (
        ("vat", "VAT number with its country"),
        ("register-number", "in the company register"),
        ("registry", "which register"),
        ("duns", "D-U-N-S number"),
    ):
        ids.add_argument(f"--{name}", metavar="NUMBER", help=what)
    search = group.command(
        "search",
        "credit_data:search",
        "ask the provider now which company an account is: one request",
        "saldo credit-data search 10001",
    )
    agree = group.command(
        "agree",
        "credit_data:agree",
        "agree which of the proposed companies an account is",
        "saldo credit-data agree 10001 DE-0-HRB31415\n  saldo credit-data agree 10001 --none",
    )
    fetch = group.command(
        "fetch",
        "credit_data:fetch",
        "ask the provider now what it says about an account: one request",
        "saldo credit-data fetch 10001",
    )
    for parser in (ids, search, agree, fetch):
        parser.add_argument("account", metavar="ACCOUNT")
    agree.add_argument("company", nargs="?", metavar="ID", help="the provider's id of it")
    agree.add_argument("--none", action="store_true", help="it is none of them")
    budget = group.command(
        "budget",
        "credit_data:budget",
        "show whom Saldo asks and how much was asked this month, or change it",
        "saldo credit-data budget --provider creditsafe --requests-month 200 --automatic on",
    )
    budget.add_argument("--provider", metavar="NAME", help="creditsafe; none: nobody")
    budget.add_argument(
        "--requests-month", type=a_number(0), metavar="N", help="at most, in a calendar month"
    )
    budget.add_argument("--refresh-days", type=a_number(1), metavar="N", help="ask anew after")
    budget.add_argument("--automatic", type=a_switch, metavar="on|off", help="ask at night")
    budget.add_argument(
        "--hold-on-insolvency",
        type=a_switch,
        metavar="on|off",
        help="a notice of insolvency keeps reminders back at once (default: on)",
    )
    for parser in (take, columns, ids, search, agree, fetch, budget):
        by_whom(parser)
        of_creditor(parser)
