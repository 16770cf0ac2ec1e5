"""The commands about creditors: what they are and let payers do, their keys, and the switch."""

from __future__ import annotations

from argparse import ArgumentParser

from saldo_cli.arguments import (
    Grammar,
    a_number,
    a_switch,
)
from saldo_cli.grammar_channels import add_resume
from saldo_cli.grammar_collection import reminder_settings
from saldo_cli.message_prices import message_prices_option
from saldo_cli.plan_settings import plan_settings
from saldo_cli.running_costs import running_costs_option


def add_creditors(commands: Grammar) -> None:
    """Add `saldo creditor …`, `saldo sending …` and `saldo key …`."""
    _creditors(commands.group("creditor", "manage creditors", "saldo creditor show acme"))
    _sending(
        commands.group(
            "sending", "stop or allow all sending of the installation", "saldo sending off"
        )
    )
    _keys(commands.group("key", "manage API keys", "saldo key create acme --name erp"))


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
    message_prices_option(parser)
    running_costs_option(parser)
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
