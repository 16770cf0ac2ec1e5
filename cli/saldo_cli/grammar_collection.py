"""The commands about collection: promises, disputes, plans, cases, holds, mandates."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import get_args

from saldo.accounts.model import PLACED_BY_HAND
from saldo.collection.facts import CaseKind, CaseState, DisputeReason
from saldo_cli.arguments import Grammar, a_day, a_pair, by_whom, of_creditor


def add_collection(commands: Grammar) -> None:
    """Add the commands about collection."""
    _promises(
        commands.group(
            "promise", "take and look at promises to pay", "saldo promise list --account 10001"
        )
    )
    _disputes(
        commands.group(
            "dispute", "look after what debtors contest", "saldo dispute list --account 10001"
        )
    )
    _paid_claims(
        commands.group(
            "paid-claim",
            "look after payments that debtors say to have made",
            "saldo paid-claim list",
        )
    )
    _plans(commands.group("plan", "look after instalment plans", "saldo plan list --account 10001"))
    _cases(
        commands.group("case", "hand invoices to an agency, and hear of them", "saldo case list")
    )
    _holds(
        commands.group(
            "hold", "see, place and end what keeps notices back", "saldo hold list --account 10001"
        )
    )
    _mandates(
        commands.group(
            "mandate", "see and revoke what payers agreed to", "saldo mandate list --account 10001"
        )
    )


def reminder_settings(parser: ArgumentParser) -> None:
    """Options of a creditor about when and by which policy it reminds."""
    add = parser.add_argument
    add(
        "--segments",
        metavar="FILE|none",
        help="which accounts go by which policy: a JSON list of {when, policy}, first match wins",
    )
    add(
        "--fresh-within-hours",
        metavar="N|none",
        help="hold reminders while the ERP's or bank's last news is older (default: any age)",
    )
    add(
        "--blackout",
        action="append",
        metavar="DAY|FROM..TO|none",
        help="days on which no reminder goes; all of them, may be given again",
    )


def _promises(group: Grammar) -> None:
    take = group.command(
        "take",
        "promises:take",
        "take a promise to pay",
        'saldo promise take 2026-1001 --on 2026-12-04 --amount 50.00 --note "by telephone"',
    )
    _invoices(take)
    take.add_argument("--on", type=a_day, required=True, metavar="DAY", help="the last day to pay")
    take.add_argument("--amount", metavar="AMOUNT", help="default: all that is open")
    take.add_argument("--note", default="", metavar="TEXT", help="who promised, and how")
    _own_id(take)
    several = _listed(group, "promises", "list promises and how they were kept", "promise")
    withdraw = group.command(
        "withdraw",
        "promises:withdraw",
        "take a promise back: reminders go on",
        "saldo promise withdraw 10001 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    _chosen(withdraw, "promise")
    for parser in (take, withdraw):
        by_whom(parser)
    for parser in (take, several, withdraw):
        of_creditor(parser)


def _disputes(group: Grammar) -> None:
    begin = group.command(
        "open",
        "disputes:begin",
        "open a dispute about an invoice, an amount of it, or single lines",
        "saldo dispute open 2026-1001 --line 3=19.00 --reason quantity \\\n"
        '  --text "two pieces were missing" --owner warehouse',
    )
    begin.add_argument("invoice", metavar="INVOICE")
    begin.add_argument(
        "--reason", choices=get_args(DisputeReason), required=True, help="what is said to be wrong"
    )
    begin.add_argument("--text", required=True, metavar="TEXT", help="in words; told by 'why'")
    begin.add_argument("--amount", metavar="AMOUNT", help="default: the lines, else all of it")
    begin.add_argument(
        "--line",
        action="append",
        type=a_pair,
        default=[],
        metavar="REF=AMOUNT",
        help="a contested line as the invoice numbers it; may be given again",
    )
    begin.add_argument("--owner", metavar="NAME", help="who answers for it (default: --by)")
    begin.add_argument("--deadline", type=a_day, metavar="DAY", help="default: in 14 days")
    _own_id(begin)
    several = _listed(group, "disputes", "list disputes", "dispute")
    assign = group.command(
        "assign",
        "disputes:assign",
        "let somebody else answer for a dispute",
        "saldo dispute assign 10001 DSP-7 --owner ben@musterwerk.example --deadline 2026-12-11",
    )
    assign.add_argument("--owner", required=True, metavar="NAME", help="who answers for it")
    assign.add_argument("--deadline", type=a_day, metavar="DAY", help="until when (default: as is)")
    settle = group.command(
        "settle",
        "disputes:settle",
        "agree on a dispute",
        "saldo dispute settle 10001 DSP-7 --agreed 9.50 --credit-note",
    )
    settle.add_argument(
        "--agreed", required=True, metavar="AMOUNT", help="what the debtor need not pay; 0: nothing"
    )
    settle.add_argument(
        "--credit-note",
        action="store_true",
        help="a credit note over it is to come: that part stays held until it came",
    )
    settle.add_argument(
        "--credit-by", type=a_day, metavar="DAY", help="so long it is waited for (14 days)"
    )
    settle.add_argument(
        "--text", default="", metavar="TEXT", help="what was agreed, told to the debtor"
    )
    reject = group.command(
        "reject",
        "disputes:reject",
        "find that all of it is owed: reminders go on",
        'saldo dispute reject 10001 DSP-7 --text "the delivery note was signed"',
    )
    reject.add_argument("--text", required=True, metavar="TEXT", help="why, as the debtor reads it")
    withdraw = group.command(
        "withdraw",
        "disputes:withdraw",
        "the debtor takes it back: reminders go on",
        "saldo dispute withdraw 10001 DSP-7",
    )
    show = group.command(
        "show",
        "disputes:show",
        "show a dispute with its files, and fetch them",
        "saldo dispute show 10001 DSP-7 --out files",
    )
    show.add_argument("--out", type=Path, metavar="FOLDER", help="write the files there")
    for parser in (assign, settle, reject, withdraw, show):
        _chosen(parser, "dispute")
    for parser in (begin, assign, settle, reject, withdraw):
        by_whom(parser)
    for parser in (begin, several, assign, settle, reject, withdraw, show):
        of_creditor(parser)


def _paid_claims(group: Grammar) -> None:
    several = _listed(group, "paid_claims", "list what is said to be paid", "paid-claim")
    confirm = group.command(
        "confirm",
        "paid_claims:confirm",
        "say that the money was found; book it, too",
        'saldo paid-claim confirm 10001 01KAB9Z7D3W4X8F2M6Q5R1T0VS --text "leasing account"',
    )
    confirm.add_argument("--text", default="", metavar="TEXT", help="where; kept in the books")
    unfounded = group.command(
        "unfounded",
        "paid_claims:unfounded",
        "say that the money was not found: reminders go on",
        'saldo paid-claim unfounded 10001 01KAB9Z7D3W4X8F2M6Q5R1T0VS --text "nothing came"',
    )
    unfounded.add_argument(
        "--text", required=True, metavar="TEXT", help="what was found, as the debtor reads it"
    )
    for parser in (confirm, unfounded):
        _chosen(parser, "paid-claim")
        by_whom(parser)
    for parser in (several, confirm, unfounded):
        of_creditor(parser)


def _plans(group: Grammar) -> None:
    agree = group.command(
        "agree",
        "plans:agree",
        "agree an instalment plan over all that is open on invoices",
        "saldo plan agree 2026-1001 --instalment 2026-12-15=60.00 --instalment 2027-01-15=59.00",
    )
    propose = group.command(
        "propose",
        "plans:propose",
        "propose an instalment plan; it waits to be approved",
        "saldo plan propose 2026-1001 --instalment 2026-12-15=119.00",
    )
    for parser in (agree, propose):
        _invoices(parser)
        parser.add_argument(
            "--instalment",
            action="append",
            type=a_pair,
            required=True,
            metavar="DAY=AMOUNT",
            help="what is due by a day; give one for each",
        )
        parser.add_argument(
            "--mandate", metavar="ID", help="charges them (default: the payer pays by hand)"
        )
        _own_id(parser)
    several = _listed(group, "plans", "list instalment plans; proposals first", "plan")
    approve = group.command(
        "approve", "plans:approve", "agree to a proposed plan", "saldo plan approve 10001 PLAN-4"
    )
    cancel = group.command(
        "cancel",
        "plans:cancel",
        "take a plan back, or decline a proposed one",
        'saldo plan cancel 10001 PLAN-4 --reason "pays at once after all"',
    )
    cancel.add_argument(
        "--reason",
        required=True,
        metavar="TEXT",
        help="why; kept in the books, and told to a debtor whose proposal is declined",
    )
    for parser in (approve, cancel):
        _chosen(parser, "plan")
    for parser in (agree, propose, approve, cancel):
        by_whom(parser)
    for parser in (agree, propose, several, approve, cancel):
        of_creditor(parser)


def _cases(group: Grammar) -> None:
    begin = group.command(
        "open",
        "cases:begin",
        "hand invoices over: our own notices stop",
        'saldo case open 2026-1001 --kind agency --to "Example Collections"',
    )
    _invoices(begin)
    begin.add_argument("--kind", choices=get_args(CaseKind), required=True)
    begin.add_argument("--to", required=True, metavar="NAME", help="who takes over")
    begin.add_argument("--reference", default="", metavar="TEXT", help="their number of it")
    begin.add_argument("--reason", default="", metavar="TEXT", help="why")
    _own_id(begin)
    several = _listed(group, "cases", "list cases", "case")
    status = group.command(
        "status",
        "cases:status",
        "tell how a case goes",
        "saldo case status 10001 CASE-2 --state part-paid --paid 40.00 --id R-1",
    )
    status.add_argument("account", metavar="ACCOUNT")
    status.add_argument("case", metavar="CASE", help="as 'saldo case list' shows it")
    status.add_argument("--state", choices=get_args(CaseState), required=True)
    status.add_argument("--paid", metavar="AMOUNT", help="all that reached them so far")
    status.add_argument("--on", type=a_day, metavar="DAY", help="the day it is true of (today)")
    status.add_argument("--reference", default="", metavar="TEXT", help="their number of it")
    status.add_argument("--text", default="", metavar="TEXT", help="in words")
    _own_id(status)
    file = group.command(
        "file",
        "cases:file",
        "fetch a case's file: its evidence as it was handed over",
        "saldo case file 10001 CASE-2 --out case.zip",
    )
    file.add_argument("account", metavar="ACCOUNT")
    file.add_argument("case", metavar="CASE", help="as 'saldo case list' shows it")
    file.add_argument("--out", type=Path, metavar="FILE", help="default: case-CASE.zip")
    for parser in (begin, status):
        by_whom(parser)
    for parser in (begin, several, status, file):
        of_creditor(parser)


def _holds(group: Grammar) -> None:
    several = group.command(
        "list",
        "holds:list_all",
        "list what keeps notices back, those above it included",
        "saldo hold list --invoice 2026-1001",
    )
    several.add_argument("--ended", action="store_true", help="show those that ended, too")
    place = group.command(
        "place",
        "holds:place",
        "keep notices back",
        "saldo hold place --account 10001 --kind hardship --until 2027-01-15 \\\n"
        '  --reason "unemployed since October" --owner anna',
    )
    place.add_argument("--reason", required=True, metavar="TEXT", help="kept, and told by 'why'")
    place.add_argument("--owner", metavar="NAME", help="who sees to it (default: --by)")
    place.add_argument(
        "--until",
        type=a_day,
        metavar="DAY",
        help="first day on which notices may go again (default: until it is ended)",
    )
    end = group.command(
        "end",
        "holds:end",
        "end holds of a kind on exactly this target",
        "saldo hold end --account 10001 --kind hardship",
    )
    for parser in (place, end):
        parser.add_argument("--kind", choices=PLACED_BY_HAND, default="pause", help="(pause)")
        by_whom(parser)
    for parser in (several, place, end):
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--account", metavar="NUMBER", help="this account alone")
        chosen.add_argument("--invoice", metavar="NUMBER", help="this invoice alone")
        of_creditor(parser)


def _mandates(group: Grammar) -> None:
    several = group.command(
        "list",
        "plans:mandates",
        "list the mandates of an account, and what is to be charged",
        "saldo mandate list --account 10001",
    )
    several.add_argument("--account", metavar="NUMBER", required=True)
    revoke = group.command(
        "revoke",
        "plans:revoke",
        "end a mandate, here and at its provider: nothing more is charged",
        'saldo mandate revoke 10001 01KAB9Z7D3W4X8F2M6Q5R1T0VS --reason "asked for by mail"',
    )
    _chosen(revoke, "mandate")
    revoke.add_argument("--reason", required=True, metavar="TEXT", help="why; kept in the books")
    by_whom(revoke)
    for parser in (several, revoke):
        of_creditor(parser)


def _listed(group: Grammar, module: str, what: str, name: str) -> ArgumentParser:
    several = group.command("list", f"{module}:list_all", what, f"saldo {name} list")
    several.add_argument(
        "--account",
        metavar="NUMBER",
        help="all of this account (default: the open ones of the creditor)",
    )
    return several


def _invoices(parser: ArgumentParser) -> None:
    parser.add_argument(
        "invoices", metavar="INVOICE", nargs="+", help="invoices of one account and currency"
    )


def _chosen(parser: ArgumentParser, what: str) -> None:
    parser.add_argument("account", metavar="ACCOUNT")
    parser.add_argument("id", metavar=what.upper(), help=f"as 'saldo {what} list' shows it")


def _own_id(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--id", metavar="ID", help="makes a repeat safe: the same id counts once (default: new)"
    )
