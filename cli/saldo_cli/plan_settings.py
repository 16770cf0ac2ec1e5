"""What instalments a creditor's payers may ask for, and how long it looks for money, as typed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import Any, Final

from saldo.accounts.payer_rules import PayerRules
from saldo.collection.instalments import FEWEST
from saldo.money import format_amount, parse_amount
from saldo.payments.consents import INSTALMENTS_MAX
from saldo_cli.arguments import a_number
from saldo_cli.problems import UsageProblem

_TWO_DECIMALS: Final = "EUR"


def plan_settings(parser: ArgumentParser) -> None:
    """Add the options of a creditor about instalments and about payments that are looked for."""
    add = parser.add_argument
    add(
        "--instalments-max",
        type=a_number(0),
        metavar="N",
        help="how many instalments payers may ask for; 0: not at all (default: 6)",
    )
    add(
        "--instalments-days-max",
        type=a_number(1),
        metavar="N",
        help="how many days ahead the last instalment may be (default: 190)",
    )
    add(
        "--instalment-min",
        metavar="AMOUNT",
        help="least instalment, such as 25.00 (default: 20.00)",
    )
    add(
        "--instalments-by",
        choices=("any", "mandate"),
        help="how they may be paid: any way (default), or by mandate alone",
    )
    add(
        "--instalments-at-once",
        metavar="AMOUNT/N|none",
        help="agree at once to sums up to AMOUNT in up to N instalments (default: none)",
    )
    add(
        "--instalments-business-days",
        type=a_number(0),
        metavar="N",
        help="so many business days reminders rest while you decide; 0: they go on (default: 5)",
    )
    add(
        "--paid-business-days",
        type=a_number(0),
        metavar="N",
        help="so many business days reminders rest for who says to have paid; 0: not taken (5)",
    )


def plan_rules(options: Namespace, rules: PayerRules) -> PayerRules:
    """Return the payers' rules with what was named changed; raise UsageProblem."""
    changes: dict[str, Any] = {
        field: value
        for field, value in (
            ("plan_instalments_max", options.instalments_max),
            ("plan_days_max", options.instalments_days_max),
            ("plan_decision_business_days", options.instalments_business_days),
            ("claim_business_days_max", options.paid_business_days),
        )
        if value is not None
    }
    if changes.get("plan_instalments_max", 0) > INSTALMENTS_MAX:
        raise UsageProblem(f"A plan has at most {INSTALMENTS_MAX} instalments.")
    if changes.get("plan_instalments_max") == 1:
        raise UsageProblem(f"Instalments are {FEWEST} or more; 0 takes none.")
    if options.instalment_min is not None:
        changes["plan_least_minor"] = _above_zero(options.instalment_min)
    if options.instalments_by is not None:
        changes["plan_needs_mandate"] = options.instalments_by == "mandate"
    if options.instalments_at_once is not None:
        most_minor, count = _at_once(options.instalments_at_once)
        changes |= {"plan_auto_minor": most_minor, "plan_auto_instalments_max": count}
    return replace(rules, **changes)


def plans_told(rules: PayerRules) -> tuple[str, ...]:
    """Return what `saldo creditor show` says of these rules."""
    days = rules.claim_business_days_max
    paid = f"say to have paid ({days} business days)" if days else "not say to have paid"
    if rules.plan_instalments_max < FEWEST:
        return "not ask for instalments", paid
    least = format_amount(rules.plan_least_minor, _TWO_DECIMALS)
    by = ", by mandate alone" if rules.plan_needs_mandate else ""
    asked = f"ask for up to {rules.plan_instalments_max} instalments from {least}{by}"
    if rules.plan_auto_minor and rules.plan_auto_instalments_max:
        most = format_amount(rules.plan_auto_minor, _TWO_DECIMALS)
        asked += f" (agreed at once up to {most} in {rules.plan_auto_instalments_max})"
    return asked, paid


def _above_zero(text: str) -> int:
    minor = parse_amount(text, _TWO_DECIMALS)
    if minor < 1:
        raise UsageProblem("The least instalment is above zero.")
    return minor


def _at_once(text: str) -> tuple[int, int]:
    """Read 200.00/3: sums up to so much, in up to so many."""
    if text == "none":
        return 0, 0
    amount, slash, count = text.partition("/")
    if not slash or not (count.isascii() and count.isdigit()) or int(count) < FEWEST:
        raise UsageProblem(f"{text!r}: write it as 200.00/3, or 'none'.")
    return _above_zero(amount), int(count)
