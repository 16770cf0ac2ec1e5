"""The commands about the work list, desks, notes and calls."""

from __future__ import annotations

from pathlib import Path

from saldo.watchers.model import FAMILIES
from saldo_cli.arguments import Grammar, a_day, a_number, by_whom, of_creditor

_KINDS = (
    "question, mail, promise-broken, plan-proposed, dispute, paid-claim, call, stage, address, "
    "over-limit, credit-decision, worsening, insolvency, money-unmatched, refund-proposed, "
    "statement-missing, differs, import, connection, sending-stopped, first-run"
)


def add_work(commands: Grammar) -> None:
    """Add the commands about what people are to do."""
    group = commands.group("work", "see and do what needs a person", "saldo work list")
    _items(group)
    _team(group)
    rebuild = group.command(
        "rebuild",
        "work:rebuild",
        "derive the list anew from the books, and mend what differs",
        "saldo work rebuild",
    )
    rebuild.add_argument("--account", metavar="ACCOUNT", help="this account's items alone")
    of_creditor(rebuild)
    rules = group.command(
        "rules",
        "work:rules",
        "show what counts how much on the list, or set it from a file",
        "saldo work rules own.json",
    )
    rules.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON: the new rules")
    by_whom(rules)
    of_creditor(rules)
    verify = group.command(
        "verify",
        "work:verify",
        "compare the list with what the books come to; nothing is changed",
        "saldo work verify",
    )
    of_creditor(verify)
    _desks(commands.group("desk", "say who looks after accounts", "saldo desk show 10001"))
    _watchers(commands.group("watch", "have people told of what changes", "saldo watch list 10001"))
    _notes(commands.group("note", "keep notes about accounts", "saldo note list 10001"))
    _calls(commands.group("call", "keep calls about accounts", "saldo call list 10001"))


def _items(group: Grammar) -> None:
    listed = group.command(
        "list",
        "work:list_all",
        "list what is to be done, the most urgent first",
        "saldo work list --holder anna@seller.example\n  saldo work list --account 10001",
    )
    whose = listed.add_mutually_exclusive_group()
    whose.add_argument(
        "--holder", metavar="EMAIL", help="whose list (default: what nobody looks after)"
    )
    whose.add_argument("--account", metavar="ACCOUNT", help="everything about one account")
    listed.add_argument("--kind", metavar="KIND", help=f"of one kind: {_KINDS}")
    listed.add_argument("--later", action="store_true", help="what comes back later")
    listed.add_argument(
        "--limit", type=a_number(1), default=50, metavar="NUMBER", help="items (default: 50)"
    )
    done = group.command(
        "done",
        "work:done",
        "close an item with what came of it",
        'saldo work done 10001 promise-P-1 --outcome no-answer --text "Engaged all morning."',
    )
    done.add_argument(
        "--outcome",
        choices=("done", "agreed", "no-answer", "not-needed", "passed-on", "released"),
        default="done",
        help="what came of it (default: done); released: the step of the reminders goes",
    )
    done.add_argument("--text", default="", metavar="TEXT", help="in your words")
    snooze = group.command(
        "snooze",
        "work:snooze",
        "put an item off until a day, or fetch it back",
        "saldo work snooze 10001 promise-P-1 --until 2026-12-03",
    )
    until = snooze.add_mutually_exclusive_group(required=True)
    until.add_argument("--until", type=a_day, metavar="DATE", help="the day it shows again")
    until.add_argument("--back", action="store_true", help="fetch it back now")
    snooze.add_argument("--reason", default="", metavar="TEXT", help="in your words")
    assign = group.command(
        "assign",
        "work:assign",
        "give an item to a person, or back to whoever looks after the account",
        "saldo work assign 10001 promise-P-1 --to ben@seller.example",
    )
    to = assign.add_mutually_exclusive_group(required=True)
    to.add_argument("--to", metavar="EMAIL", help="the person")
    to.add_argument("--back", action="store_true", help="whoever looks after the account")
    for parser in (done, snooze, assign):
        parser.add_argument("account", metavar="ACCOUNT", help="its number; ~: of the creditor")
        parser.add_argument("item", metavar="ITEM", help="its id, as the list shows it")
        by_whom(parser)
    for parser in (listed, done, snooze, assign):
        of_creditor(parser)


def _team(group: Grammar) -> None:
    team = group.command(
        "team",
        "work:team",
        "show whose list is how long, who covers whom, and what everybody did this week",
        "saldo work team",
    )
    over = group.command(
        "hand-over",
        "work:hand_over",
        "hand a colleague's whole list over for some days, or give it back before",
        "saldo work hand-over anna@seller.example --to ben@seller.example --from 2026-12-21 "
        "--until 2027-01-03",
    )
    over.add_argument("collector", metavar="EMAIL", nargs="?", help="whose list it is")
    over.add_argument("--to", metavar="EMAIL", help="who works it off")
    over.add_argument("--from", dest="first", type=a_day, metavar="DATE", help="(default: today)")
    over.add_argument("--until", type=a_day, metavar="DATE", help="the last day (default: open)")
    over.add_argument("--end", metavar="ID", help="instead: end this absence now")
    target = group.command(
        "target",
        "work:target",
        "set what a person sets out to do; what is left out is no target",
        "saldo work target anna@seller.example --calls-day 12 --promised-week 5000.00 "
        "--currency EUR",
    )
    target.add_argument("person", metavar="EMAIL")
    for name, what in (
        ("closed-day", "items closed a day"),
        ("calls-day", "calls a day"),
        ("closed-week", "items closed a week"),
        ("calls-week", "calls a week"),
    ):
        target.add_argument(f"--{name}", type=a_number(0), default=0, metavar="NUMBER", help=what)
    target.add_argument("--promised-week", metavar="AMOUNT", help="money promised a week")
    target.add_argument("--currency", metavar="CODE", help="of that money")
    load = group.command(
        "load",
        "workload:load",
        "show how much work waits for whom in which phase, and what came of it",
        "saldo work load",
    )
    balance = group.command(
        "balance",
        "workload:balance",
        "propose accounts that could go to colleagues with room, or move those",
        "saldo work balance\n  saldo work balance --apply 10001 10002",
    )
    balance.add_argument(
        "--apply",
        nargs="*",
        metavar="ACCOUNT",
        help="move what is proposed, of these accounts alone where any are named",
    )
    morning = group.command(
        "morning",
        "watchers:morning",
        "send somebody their list each morning, or no more",
        "saldo work morning anna@seller.example --on",
    )
    morning.add_argument("person", metavar="EMAIL")
    wish = morning.add_mutually_exclusive_group(required=True)
    wish.add_argument("--on", action="store_true", help="send it")
    wish.add_argument("--off", dest="on", action="store_false", help="send it no more")
    for parser in (over, target, balance, morning):
        by_whom(parser)
    for parser in (team, over, target, load, balance, morning):
        of_creditor(parser)


def _watchers(group: Grammar) -> None:
    listed = group.command(
        "list", "watchers:list_all", "list who is told of what changes", "saldo watch list 10001"
    )
    listed.add_argument("account", metavar="ACCOUNT")
    add = group.command(
        "add",
        "watchers:add",
        "have somebody told by mail of what changes on an account or a case",
        "saldo watch add 10001 kanzlei@law.example --why lawyer --dispute D-1 --at-once",
    )
    add.add_argument("account", metavar="ACCOUNT")
    add.add_argument("email", metavar="EMAIL", help="who is told")
    add.add_argument("--why", required=True, metavar="TEXT", help="who they are; each mail says it")
    add.add_argument("--dispute", metavar="ID", help="of this dispute alone, until it ends")
    add.add_argument("--plan", metavar="ID", help="of this instalment plan alone, until it ends")
    add.add_argument("--case", metavar="ID", help="of this case alone, until it ends")
    add.add_argument("--of", nargs="+", choices=FAMILIES, help="of an account: what (default: all)")
    add.add_argument("--at-once", action="store_true", help="not the day's news in the morning")
    add.add_argument("--language", choices=("de", "en", "nl"), default="en", help="of the mails")
    end = group.command(
        "end", "watchers:end", "tell somebody no more", "saldo watch end 10001 01KAJQ0N3R"
    )
    end.add_argument("account", metavar="ACCOUNT")
    end.add_argument("id", metavar="ID", help="as 'saldo watch list' shows it")
    for parser in (add, end):
        by_whom(parser)
    for parser in (listed, add, end):
        of_creditor(parser)


def _desks(group: Grammar) -> None:
    show = group.command(
        "show", "desks:show", "show who looks after an account", "saldo desk show 10001"
    )
    put = group.command(
        "set",
        "desks:put",
        "say who looks after an account; what is left out goes by the rules",
        "saldo desk set 10001 --collector anna@seller.example --branch North",
    )
    put.add_argument("--collector", metavar="EMAIL", help="who collects")
    put.add_argument("--sales", metavar="EMAIL", help="whose customer it is")
    put.add_argument("--branch", metavar="NAME", help="the branch that it belongs to")
    rules = group.command(
        "rules",
        "desks:rules",
        "show by which rules people look after accounts, or set them from a file",
        "saldo desk rules desks.json",
    )
    rules.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON: the new rules")
    for parser in (show, put):
        parser.add_argument("account", metavar="ACCOUNT", help="its number; ~: the creditor")
    for parser in (put, rules):
        by_whom(parser)
    for parser in (show, put, rules):
        of_creditor(parser)


def _notes(group: Grammar) -> None:
    add = group.command(
        "add",
        "notes:add",
        "write something down about an account; the debtor never sees it",
        'saldo note add 10001 --text "Invoices go to the tax adviser first."',
    )
    add.add_argument("--text", required=True, metavar="TEXT")
    add.add_argument("--pin", action="store_true", help="on top of the others")
    add.add_argument("--invoice", metavar="NUMBER", help="what it is about")
    add.add_argument("--id", metavar="ID", help="makes a repeat safe (default: new)")
    by_whom(add)
    listed = group.command(
        "list", "notes:list_all", "list the notes of an account", "saldo note list 10001"
    )
    for parser in (add, listed):
        parser.add_argument("account", metavar="ACCOUNT")
        of_creditor(parser)


def _calls(group: Grammar) -> None:
    log = group.command(
        "log",
        "notes:log_call",
        "write a call down, and close the task that asked for it",
        'saldo call log 10001 --outcome reached --whom "Accounts payable" --text "Pay on Friday."',
    )
    log.add_argument(
        "--outcome",
        required=True,
        choices=(
            "reached",
            "promise",
            "dispute",
            "call-back",
            "refuses",
            "no-answer",
            "voicemail",
            "wrong-number",
        ),
        help="what came of it",
    )
    log.add_argument("--text", default="", metavar="TEXT", help="what was said")
    log.add_argument("--whom", default="", metavar="NAME", help="who was spoken to")
    log.add_argument("--number", default="", metavar="NUMBER", help="the telephone number")
    log.add_argument("--in", dest="incoming", action="store_true", help="they called")
    log.add_argument("--task", metavar="ID", help="the task that asked for the call")
    log.add_argument("--id", metavar="ID", help="makes a repeat safe (default: new)")
    by_whom(log)
    listed = group.command(
        "list", "notes:list_calls", "list the calls about an account", "saldo call list 10001"
    )
    for parser in (log, listed):
        parser.add_argument("account", metavar="ACCOUNT")
        of_creditor(parser)
