"""Every command of `saldo`, with its options and an example."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from saldo_cli.arguments import (
    Grammar,
    a_day,
    a_number,
    a_switch,
    by_whom,
    ledger_columns,
    of_creditor,
)
from saldo_cli.grammar_agreed import add_agreed, add_webhook_replay
from saldo_cli.grammar_bank import add_bank
from saldo_cli.grammar_behaviour import add_behaviour
from saldo_cli.grammar_cash import add_cash
from saldo_cli.grammar_channels import add_channels, add_resume
from saldo_cli.grammar_collection import add_collection, reminder_settings
from saldo_cli.grammar_connectors import add_connectors
from saldo_cli.grammar_credit import add_credit
from saldo_cli.grammar_credit_data import add_credit_data
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
from saldo_cli.grammar_statements import add_statements
from saldo_cli.grammar_steps import add_steps
from saldo_cli.grammar_texts import add_texts
from saldo_cli.grammar_threads import add_threads
from saldo_cli.grammar_work import add_work
from saldo_cli.plan_settings import plan_settings


def add_all(commands: Grammar) -> None:
    """Add every command."""
    _creditors(commands.group("creditor", "manage creditors", "saldo creditor show acme"))
    _sending(
        commands.group(
            "sending", "stop or allow all sending of the installation", "saldo sending off"
        )
    )
    _keys(commands.group("key", "manage API keys", "saldo key create acme --name erp"))
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


def _creditors(group: Grammar) -> None:
    create = group.command(
        "create",
        "creditors:create",
        "add a creditor, in shadow unless it says otherwise",
        'saldo creditor create acme --name "Acme GmbH" --policy plain-2-18-34',
    )
    create.add_argument("id", metavar="ID", help="short id, such as acme: a-z, 0-9 and '-'")
    create.add_argument("--name", required=True, help="the company, as its customers know it")
    _settings(create)
    show = group.command(
        "show", "creditors:show", "show a creditor", "saldo creditor show acme --json"
    )
    show.add_argument("id", metavar="ID")
    group.command("list", "creditors:list_all", "list all creditors", "saldo creditor list")
    change = group.command(
        "set",
        "creditors:change",
        "change settings of a creditor",
        "saldo creditor set acme --state live --notices-per-day-max 50",
    )
    change.add_argument("id", metavar="ID")
    change.add_argument("--name", help="the company, as its customers know it")
    _settings(change)


def _settings(parser: ArgumentParser) -> None:
    """Options of a creditor; those left out keep what they are, or get their default."""
    add = parser.add_argument
    add(
        "--state",
        choices=("shadow", "live"),
        help="shadow: plan and explain, send nothing; live: send (default at first: shadow)",
    )
    add("--sending", type=a_switch, metavar="on|off", help="stop or allow this creditor's sending")
    add(
        "--schedule",
        choices=("automatic", "manual"),
        help="manual: reminders only by 'saldo run reminders --creditor' (default: automatic)",
    )
    add("--policy", metavar="ID", help="reminder policy, such as plain-2-18-34 or every-3-weeks")
    add("--notices-per-day-max", metavar="N|none", help="cap of messages a day")
    add(
        "--first-run-release",
        choices=("needed", "not-needed"),
        help="whether after going live nothing is sent until 'saldo run release' (not-needed)",
    )
    add("--country", metavar="CC", help="two letters, such as DE (default)")
    add("--language", metavar="LL", help="such as de (default) or en")
    add("--time-zone", metavar="ZONE", help="IANA name, such as Europe/Berlin (default)")
    add("--reply-to", metavar="ADDRESS", help="where answers to mails go")
    add("--sms-from", metavar="NUMBER|NAME|none", help="what text messages come from")
    add("--address", action="append", metavar="LINE", help="postal address, once per line")
    add("--imprint", metavar="TEXT", help="legal line below every mail")
    add("--brand-colour", metavar="#RRGGBB", help="colour of pages and mails")
    add("--logo", metavar="FILE|none", help="PNG or JPEG for pages, up to 20,000 bytes")
    add("--privacy-url", metavar="URL|none", help="where pages lead for your privacy notice")
    add("--provider", metavar="NAME", help="payment provider (default: sandbox)")
    add("--group", metavar="NAME|none", help="companies that share a portal, such as acme-group")
    _bank_details(parser)
    reminder_settings(parser)
    _payer_rules(parser)


def _bank_details(parser: ArgumentParser) -> None:
    """Where transfers go, and who it is that debits."""
    add = parser.add_argument
    add("--iban", metavar="IBAN|none", help="account for transfers; none: take all of these out")
    add("--account-holder", metavar="NAME", help="whose account it is (default: the company)")
    add("--bic", metavar="BIC|none", help="its bank; only needed outside the EEA")
    add(
        "--creditor-identifier",
        metavar="ID|none",
        help="yours in the SEPA direct debit scheme, such as DE98ZZZ09999999999",
    )


def _payer_rules(parser: ArgumentParser) -> None:
    """What payers may do beside paying everything now."""
    add = parser.add_argument
    add(
        "--part-payment-min",
        metavar="AMOUNT|none",
        help="least part payment, such as 25.00; none: no part payment (default: the least coin)",
    )
    add(
        "--part-payment-min-percent",
        type=a_number(0),
        metavar="N",
        help="least part payment in percent of what is open, 0 to 100 (default: 0)",
    )
    add(
        "--schedule-days-max",
        type=a_number(0),
        metavar="N",
        help="how many days ahead a payment may be scheduled; 0: not at all (default: 30)",
    )
    add(
        "--transfer-business-days",
        type=a_number(0),
        metavar="N",
        help="for how many business days an announced transfer holds reminders; 0: not at all (5)",
    )
    add(
        "--promise-days-max",
        type=a_number(0),
        metavar="N",
        help="how many days ahead a promise to pay may be; 0: none is taken (default: 14)",
    )
    add(
        "--copy-hold-days",
        type=a_number(0),
        metavar="N",
        help="days to read a copy of an invoice that never came, once; 0: none (default: 7)",
    )
    add(
        "--discount-tolerance-days",
        type=a_number(0),
        metavar="N",
        help="days granted beyond a cash discount's last one; payers are not told (default: 0)",
    )
    plan_settings(parser)


def _sending(group: Grammar) -> None:
    group.command("on", "sending:switch_on", "allow sending again", "saldo sending on")
    group.command(
        "off",
        "sending:switch_off",
        "stop all sending, of every creditor, now",
        "saldo sending off",
    )
    group.command(
        "show", "sending:show", "say whether this installation sends", "saldo sending show"
    )
    add_resume(group)


def _keys(group: Grammar) -> None:
    create = group.command(
        "create",
        "keys:create",
        "make an API key; its secret is shown once",
        "saldo key create acme --name erp --scope invoices:write --scope accounts:write",
    )
    create.add_argument("creditor", metavar="CREDITOR")
    create.add_argument("--name", default="api", help="what it is for (default: api)")
    create.add_argument(
        "--scope",
        action="append",
        metavar="SCOPE",
        help="what it may do, once per scope (default: everything)",
    )
    show = group.command("list", "keys:list_all", "list a creditor's keys", "saldo key list acme")
    show.add_argument("creditor", metavar="CREDITOR")
    revoke = group.command(
        "revoke",
        "keys:revoke",
        "revoke a key, at once and for good",
        "saldo key revoke acme 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    revoke.add_argument("creditor", metavar="CREDITOR")
    revoke.add_argument("key", metavar="KEY", help="the key's id, as 'saldo key list' shows it")


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
