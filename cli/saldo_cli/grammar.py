"""Every command of `saldo`, with its options and an example."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import (
    Grammar,
    a_day,
    a_number,
    by_whom,
    ledger_columns,
    of_creditor,
)
from saldo_cli.grammar_agreed import add_agreed, add_webhook_replay
from saldo_cli.grammar_bank import add_bank
from saldo_cli.grammar_behaviour import add_behaviour
from saldo_cli.grammar_cash import add_cash
from saldo_cli.grammar_channels import add_channels
from saldo_cli.grammar_collection import add_collection
from saldo_cli.grammar_connectors import add_connectors
from saldo_cli.grammar_credit import add_credit
from saldo_cli.grammar_credit_data import add_credit_data
from saldo_cli.grammar_creditors import add_creditors
from saldo_cli.grammar_forecast import add_forecast
from saldo_cli.grammar_foresight import add_foresight
from saldo_cli.grammar_imports import add_imports
from saldo_cli.grammar_inbox import add_inbox
from saldo_cli.grammar_intake import add_intake
from saldo_cli.grammar_law import add_law
from saldo_cli.grammar_messages import add_messages
from saldo_cli.grammar_money import add_money
from saldo_cli.grammar_operators import add_operators
from saldo_cli.grammar_people import add_people
from saldo_cli.grammar_policy import add_policy
from saldo_cli.grammar_portal import add_portal
from saldo_cli.grammar_privacy import add_privacy
from saldo_cli.grammar_proof import add_proof
from saldo_cli.grammar_services import add_services
from saldo_cli.grammar_statements import add_statements
from saldo_cli.grammar_steps import add_steps
from saldo_cli.grammar_texts import add_texts
from saldo_cli.grammar_threads import add_threads
from saldo_cli.grammar_work import add_work


def add_all(commands: Grammar) -> None:
    """Add every command."""
    add_creditors(commands)
    _push(commands)
    add_imports(commands)
    _runs(
        commands.group(
            "run", "run by hand what the schedule runs", "saldo run reminders --as-of 2026-12-03"
        )
    )
    _holds(commands)
    add_channels(commands)
    add_collection(commands)
    add_threads(commands)
    add_messages(commands)
    add_privacy(commands)
    add_inbox(commands)
    add_work(commands)
    add_credit(
        commands.group("credit", "see and set how much debtors may owe", "saldo credit show 10001")
    )
    add_services(commands)
    why = commands.command(
        "why",
        "why:why",
        "tell why an invoice, or all that an account owes, was reminded or was not",
        "saldo why 2026-1001\n  saldo why 10001 --on 2026-12-03",
    )
    why.add_argument("number", metavar="NUMBER", help="of an invoice, else of an account")
    why.add_argument("--on", type=a_day, metavar="DATE", help="what was decided on that day alone")
    why.add_argument(
        "--language",
        choices=("de", "en", "nl"),
        default="",
        help="of the sentences, with its own amounts and dates; plain English unless said",
    )
    of_creditor(why)
    _webhooks(
        commands.group(
            "webhook",
            "manage the endpoints that hear of events",
            "saldo webhook add https://erp.example/saldo --creditor acme",
        )
    )
    add_agreed(commands)
    add_intake(commands)
    _link(commands)
    add_connectors(commands)
    add_portal(commands)
    add_people(commands)
    add_money(commands)
    _replay(commands)
    add_policy(commands)
    add_steps(commands)
    add_proof(commands)
    add_law(commands)
    add_statements(commands)
    add_bank(commands)
    add_texts(commands)
    add_operators(commands)
    simulate = commands.group(
        "simulate",
        "live through the coming days, or through invented stories",
        "saldo simulate reminders --days 90",
    )
    add_foresight(simulate)
    add_behaviour(commands)
    add_forecast(
        commands.group(
            "forecast",
            "tell when invoices will be paid",
            "saldo forecast backtest ledger.csv --split 2025-12-31",
        )
    )
    add_cash(commands)
    add_credit_data(commands)
    _simulate(simulate)
    _demo(commands.group("demo", "fill a demonstration", "saldo demo seed --json"))


def _link(commands: Grammar) -> None:
    link = commands.command(
        "link",
        "links:link",
        "print a fresh pay link for an invoice",
        "saldo link 2026-1001 --qr 2026-1001.svg",
    )
    link.add_argument("invoice", metavar="INVOICE", help="invoice number")
    link.add_argument(
        "--scope",
        choices=("invoice", "account"),
        default="invoice",
        help="account: it opens everything that is open on the account, this invoice in front",
    )
    link.add_argument(
        "--qr",
        type=Path,
        metavar="FILE",
        help="write the link as a QR code for paper there: a .svg or a .png file",
    )
    of_creditor(link)


def _push(commands: Grammar) -> None:
    push = commands.command(
        "push",
        "push:push",
        "push records over the API, as an ERP does",
        "SALDO_API_KEY=saldo_… saldo push invoices invoices.csv",
    )
    push.add_argument("kind", choices=("accounts", "invoices", "credit-notes"))
    push.add_argument("file", type=Path, metavar="FILE", help="a .json, .jsonl or .csv file")
    push.add_argument("--api-key", metavar="KEY", help="default: SALDO_API_KEY")
    push.add_argument(
        "--url",
        metavar="URL",
        help="the API's address (default: SALDO_PUBLIC_URL, else the stack's)",
    )


def _runs(group: Grammar) -> None:
    run = group.command(
        "reminders",
        "run:reminders",
        "run reminders now and wait until all is sent",
        "saldo run reminders --as-of 2026-12-03 --creditor acme",
    )
    run.add_argument("--as-of", type=a_day, metavar="DAY", help="the run's day (default: today)")
    run.add_argument(
        "--creditor", metavar="ID", help="this creditor alone (default: all that run by schedule)"
    )
    release = group.command(
        "release",
        "first_run:release",
        "show how much a creditor's first run would send, and let it go",
        "saldo run release --creditor acme\n  saldo run release --creditor acme --yes",
    )
    release.add_argument("--as-of", type=a_day, metavar="DAY", help="count for this day (tomorrow)")
    release.add_argument("--yes", action="store_true", help="let it go")
    release.add_argument("--by", metavar="NAME", help="who lets it go (default: you)")
    of_creditor(release)


def _holds(commands: Grammar) -> None:
    pause = commands.command(
        "pause",
        "holds:pause",
        "keep notices back: about an invoice, an account or a creditor",
        'saldo pause --invoice 2026-1001 --reason "being looked into" --until 2026-12-24',
    )
    pause.add_argument("--reason", required=True, metavar="TEXT", help="kept, and told by 'why'")
    pause.add_argument(
        "--until",
        type=a_day,
        metavar="DAY",
        help="first day on which notices may go again (default: until resumed)",
    )
    resume = commands.command(
        "resume", "holds:resume", "end a pause", "saldo resume --invoice 2026-1001"
    )
    for parser in (pause, resume):
        of_creditor(parser)
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--account", metavar="NUMBER", help="this account alone")
        chosen.add_argument("--invoice", metavar="NUMBER", help="this invoice alone")
        by_whom(parser)


def _webhooks(group: Grammar) -> None:
    add = group.command(
        "add",
        "webhooks:add",
        "have events posted to an address; its secret is shown once",
        "saldo webhook add https://erp.example/saldo --event payment.",
    )
    add.add_argument("url", metavar="URL")
    add.add_argument(
        "--event",
        action="append",
        metavar="TYPE",
        help="event type, or a beginning that ends in '.' (default: all)",
    )
    show = group.command(
        "list",
        "webhooks:list_all",
        "list a creditor's endpoints",
        "saldo webhook list --creditor acme",
    )
    remove = group.command(
        "remove",
        "webhooks:remove",
        "switch an endpoint off",
        "saldo webhook remove 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    remove.add_argument("id", metavar="ID", help="as 'saldo webhook list' shows it")
    for parser in (add, show, remove):
        of_creditor(parser)
    add_webhook_replay(group)


def _replay(commands: Grammar) -> None:
    replay = commands.command(
        "replay",
        "replay:replay",
        "live through a receivables ledger day by day and compare what happened",
        "saldo replay invoices_2012.csv --map account=customerID --map invoice=invoiceNumber \\\n"
        "  --map issued_on=InvoiceDate --map due_on=DueDate --map amount=InvoiceAmount \\\n"
        "  --map paid_on=SettledDate --date-format %m/%d/%Y --currency USD \\\n"
        "  --policy plain-2-18-34 --in-process --report report.json",
    )
    ledger_columns(replay)
    add = replay.add_argument
    add("--policy", default="plain-2-18-34", metavar="ID", help="default: plain-2-18-34")
    add(
        "--bundling",
        choices=("account", "invoice"),
        help="one reminder per account or per invoice (default: as the policy has it)",
    )
    add(
        "--in-process",
        action="store_true",
        help="through the same handlers in this process, without a stack",
    )
    add("--report", type=Path, metavar="FILE", help="write the figures there as JSON")
    add(
        "--payers",
        type=a_number(1),
        default=4,
        metavar="N",
        help="how many pay at once on a stack (default: 4)",
    )


def _simulate(group: Grammar) -> None:
    faults = group.command(
        "faults",
        "simulate:faults",
        "let everything outside fail, and see that nothing is lost or done twice",
        "saldo simulate faults --seeds 20000 --from 0",
        on_stack=False,
    )
    add = faults.add_argument
    add("--seeds", type=a_number(1), default=500, metavar="N", help="how many (default: 500)")
    add("--from", dest="start", type=a_number(0), default=0, metavar="S", help="the first seed")
    add("--story", action="store_true", help="tell the seeds' stories too")
    add("--whole", action="store_true", help="do not shorten what fails")
    add(
        "--store",
        choices=("memory", "moto"),
        default="memory",
        help="the books: in memory (default), or the DynamoDB adapter over moto",
    )
    add(
        "--processes",
        type=a_number(1),
        metavar="N",
        help="how many at once (default: one for each processor)",
    )


def _demo(group: Grammar) -> None:
    seed = group.command(
        "seed",
        "demo:seed",
        "put a sample creditor with sample invoices in",
        "saldo demo seed --public-url http://localhost:4580 \\\n"
        "  --webhook-url http://localhost:4582/erp/webhooks --json",
    )
    seed.add_argument(
        "--public-url",
        metavar="URL",
        help="the API's address (default: SALDO_PUBLIC_URL, else the stack's)",
    )
    seed.add_argument("--webhook-url", "--erp-url", metavar="URL", help="have events posted there")
