"""`saldo creditor …`."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.markup import escape

from saldo.accounts.model import BankDetails, Creditor
from saldo.accounts.payer_rules import PayerRules
from saldo.codec import encode
from saldo.money import format_amount, parse_amount
from saldo_cli.bank_details import bank_changes
from saldo_cli.branding import branding_changes, colour_warning
from saldo_cli.commands._common import cloud_of, who
from saldo_cli.message_prices import message_prices_in, message_prices_told
from saldo_cli.output import Output
from saldo_cli.plan_settings import plan_rules, plans_told
from saldo_cli.problems import OK, UsageProblem
from saldo_cli.reminder_settings import policies_in, promise_rule, reminder_changes, told
from saldo_cli.running_costs import running_costs_in, running_costs_told
from saldo_cli.sms_sender import sms_sender

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_PATTERNS = {
    "country": (re.compile(r"[A-Z]{2}"), "two letters, such as DE"),
    "language": (re.compile(r"[a-z]{2}"), "two letters, such as de"),
    "brand_colour": (re.compile(r"#[0-9a-fA-F]{6}"), "a colour such as #1f5f5b"),
    "reply_to": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "a mail address"),
}
_TOLERANCE_DAYS_MAX = 30
_TWO_DECIMALS = "EUR"
"""The rule is one number for every currency that is paid in; it is written as euros and cents."""

_PLAIN = (
    "name",
    "state",
    "sending",
    "schedule",
    "policy",
    "country",
    "language",
    "time_zone",
    "reply_to",
    "imprint",
    "brand_colour",
    "provider",
)


def create(options: Namespace, out: Output) -> int:
    """Add a creditor."""
    if not _ID.fullmatch(options.id):
        raise UsageProblem(
            f"{options.id!r} is no id: use up to 40 of a-z, 0-9 and '-', such as acme-de."
        )
    defaults: dict[str, Any] = {
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "policy": "plain-2-18-34",
    }
    fields = defaults | changes_of(options, PayerRules())
    fields |= bank_changes(options, None, fields["name"])
    fields |= reminder_changes(options)
    services = cloud_of(options).services
    fields |= branding_changes(options, services.store)
    fields["running_costs"] = running_costs_in(options.running_cost, ()) or ()
    services.policies.require(options.id, *policies_in(fields))
    made = services.accounts.create_creditor(Creditor(options.id, **fields), who(options))
    if options.group is not None:
        made = services.portals.move(made.id, _group(options.group), who(options))
    _show(made, out)
    if made.state == "shadow":
        out.say(
            "\nIt is in shadow: reminders are planned and explained, nothing is sent. "
            f"Go live with: saldo creditor set {made.id} --state live"
        )
    return OK


def show(options: Namespace, out: Output) -> int:
    """Show a creditor."""
    _show(cloud_of(options).services.accounts.creditor(options.id), out)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List all creditors."""
    found = list(cloud_of(options).services.accounts.creditors())
    out.result([encode(creditor) for creditor in found])
    if found:
        out.table(
            "",
            ("id", "name", "state", "sending", "schedule", "policy"),
            [
                (c.id, c.name, c.state, "on" if c.sending else "off", c.schedule, c.policy)
                for c in found
            ],
        )
    else:
        out.say("There is no creditor yet. Add one: saldo creditor create")
    return OK


def change(options: Namespace, out: Output) -> int:
    """Change settings of a creditor."""
    services = cloud_of(options).services
    accounts = services.accounts
    known = accounts.creditor(options.id)
    changes = changes_of(options, known.payer_rules)
    changes |= bank_changes(options, known.bank, known.name)
    changes |= reminder_changes(options)
    changes |= branding_changes(options, services.store)
    costs = running_costs_in(options.running_cost, known.running_costs)
    changes |= {} if costs is None else {"running_costs": costs}
    services.policies.require(known.id, *policies_in(changes))
    if not changes and options.group is None:
        raise UsageProblem("Nothing to change was named.", "See: saldo creditor set --help")
    changed = known
    if changes:
        changed = accounts.change_creditor(options.id, by=who(options), **changes)
    if options.group is not None:
        changed = services.portals.move(known.id, _group(options.group), who(options))
    _show(changed, out)
    return OK


def _group(text: str) -> str | None:
    return None if text == "none" else text


def changes_of(options: Namespace, rules: PayerRules) -> dict[str, Any]:
    """Return the settings that were named, looked over; `rules` are the payers' so far.

    Raises UsageProblem, or what is wrong with an amount.
    """
    changes = {name: value for name in _PLAIN if (value := getattr(options, name)) is not None}
    for name, (pattern, what) in _PATTERNS.items():
        if name in changes and not pattern.fullmatch(changes[name]):
            raise UsageProblem(f"{changes[name]!r} is not {what}.")
    if "time_zone" in changes:
        _look_up_zone(changes["time_zone"])
    if options.sms_from is not None:
        changes["sms_from"] = sms_sender(options.sms_from)
    if options.address is not None:
        changes["address"] = tuple(options.address)
    if options.notices_per_day_max is not None:
        changes["notices_per_day_max"] = _cap(options.notices_per_day_max)
    if options.first_run_release is not None:
        changes["first_run_needs_release"] = options.first_run_release == "needed"
    if options.discount_tolerance_days is not None:
        changes["discount_tolerance_days"] = _tolerance(options.discount_tolerance_days)
    changes |= message_prices_in(options.message_prices)
    new_rules = _rules_of(options, rules)
    if new_rules != rules:
        changes["payer_rules"] = new_rules
    return changes


def _rules_of(options: Namespace, rules: PayerRules) -> PayerRules:
    """Return the payers' rules with what was named changed."""
    if options.part_payment_min is not None:
        least = options.part_payment_min
        rules = replace(rules, part_min_minor=None if least == "none" else _least(least))
    if options.part_payment_min_percent is not None:
        if options.part_payment_min_percent > 100:
            raise UsageProblem("A part payment is at most 100 percent.")
        rules = replace(rules, part_min_percent=options.part_payment_min_percent)
    if options.schedule_days_max is not None:
        rules = replace(rules, schedule_days_max=options.schedule_days_max)
    if options.transfer_business_days is not None:
        rules = replace(rules, transfer_business_days_max=options.transfer_business_days)
    return plan_rules(options, promise_rule(options, rules))


def _tolerance(days: int) -> int:
    if days > _TOLERANCE_DAYS_MAX:
        raise UsageProblem(f"A cash discount's tolerance is at most {_TOLERANCE_DAYS_MAX} days.")
    return days


def _least(text: str) -> int:
    """Read the least part payment; it counts in the minor units of what is paid."""
    minor = parse_amount(text, _TWO_DECIMALS)
    if minor < 1:
        raise UsageProblem("The least part payment is above zero, or 'none'.")
    return minor


def _cap(text: str) -> int | None:
    if text == "none":
        return None
    if not (text.isascii() and text.isdigit()):
        raise UsageProblem(f"{text!r} is neither a whole number nor 'none'.")
    return int(text)


def _first_run(creditor: Creditor) -> str:
    if creditor.first_run_released_at is not None:
        who, day = escape(creditor.first_run_released_by), creditor.first_run_released_at.date()
        return f"released by {who} on {day}"
    if creditor.awaits_release:
        return "[yellow]waits: saldo run release[/]"
    return "needs a release" if creditor.first_run_needs_release else "needs no release"


def _look_up_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageProblem(f"{name!r} is no time zone: write it as Europe/Berlin.") from None


def _show(creditor: Creditor, out: Output) -> None:
    cap = creditor.notices_per_day_max
    colour = "green" if creditor.state == "live" else "yellow"
    rows = (
        ("state", f"[{colour}]{creditor.state}[/]"),
        ("sending", "on" if creditor.sending else "[red]off[/]"),
        ("schedule", creditor.schedule),
        ("policy", escape(creditor.policy)),
        *((label, escape(value)) for label, value in told(creditor)),
        ("notices a day", "no cap" if cap is None else f"{cap} at most"),
        ("first run", _first_run(creditor)),
        ("place", f"{creditor.country}, {creditor.language}, {escape(creditor.time_zone)}"),
        ("provider", escape(creditor.provider)),
        ("portal", f"shared as {creditor.group}" if creditor.group else "its own"),
        ("payers may", _payers_may(creditor.payer_rules)),
        ("cash discounts", f"granted {creditor.discount_tolerance_days} days longer"),
        ("messages cost", message_prices_told(creditor.message_prices)),
        ("running costs", running_costs_told(creditor.running_costs)),
        ("transfers go to", _transfers_to(creditor.bank)),
        ("answers go to", escape(creditor.reply_to or "nobody")),
        ("texts come from", escape(creditor.sms_from or "the account's own number")),
        ("address", escape(", ".join(creditor.address) or "none")),
        ("logo", escape(creditor.logo or "none")),
        ("privacy notice", escape(creditor.privacy_url or "none")),
    )
    warning = colour_warning(creditor.brand_colour)
    if warning:
        out.say(f"[yellow]{warning}[/]")
    out.result(
        encode(creditor),
        f"[bold]{escape(creditor.name)}[/] ({creditor.id})",
        *[f"  {label:15} {value}" for label, value in rows],
    )


def _transfers_to(bank: BankDetails | None) -> str:
    if bank is None:
        return "nobody"
    parts = (bank.account_holder, bank.iban, bank.bic, bank.creditor_identifier)
    return escape(", ".join(part for part in parts if part))


def _payers_may(rules: PayerRules) -> str:
    parts = "pay in full only"
    if rules.part_min_minor is not None:
        least = format_amount(rules.part_min_minor, _TWO_DECIMALS)
        percent = f" and {rules.part_min_percent} %" if rules.part_min_percent else ""
        parts = f"pay parts from {least}{percent}"
    ahead = rules.schedule_days_max
    transfer = rules.transfer_business_days_max
    return ", ".join(
        (
            parts,
            f"schedule up to {ahead} days ahead" if ahead else "not schedule",
            f"announce a transfer ({transfer} business days)"
            if transfer
            else "not announce a transfer",
            f"promise up to {rules.promise_days_max} days ahead"
            if rules.promise_days_max
            else "not promise",
            f"ask for a copy, with {rules.copy_hold_days} days to read it"
            if rules.copy_hold_days
            else "ask for a copy",
            *plans_told(rules),
        )
    )
