"""The commands about the law: interest, costs, rates. They need no stack."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal

from saldo_cli.arguments import Grammar, a_day

_COUNTRY_HELP = "the debtor's country: DE, NL, US, a member of the euro, or EU"
_VAT_PERCENT_MAX = 100


def add_law(commands: Grammar) -> None:
    """Add `saldo law …`."""
    group = commands.group(
        "law",
        "reckon interest and costs as the law has them",
        "saldo law interest --country DE --debtor business --principal 10000.00 \\\n"
        "  --from 2025-06-02 --to 2025-08-31",
    )
    _interest(group)
    _costs(group)
    _rates(group)


def _interest(group: Grammar) -> None:
    interest = group.command(
        "interest",
        "law:interest",
        "reckon statutory interest by day, rate period and part payment",
        "saldo law interest --country DE --debtor business --principal 10000.00 \\\n"
        "  --from 2025-06-02 --to 2025-08-31 --payment 2025-07-15=2500.00",
        on_stack=False,
    )
    add = interest.add_argument
    add("--country", type=_country, required=True, metavar="CC", help=_COUNTRY_HELP)
    add("--debtor", choices=("business", "consumer"), required=True)
    add("--principal", required=True, metavar="AMOUNT", help="what bears interest, as 10000.00")
    add("--from", dest="first", type=_day, required=True, metavar="DAY", help="first day, included")
    add("--to", dest="last", type=_day, required=True, metavar="DAY", help="last day, included")
    add(
        "--payment",
        action="append",
        type=_payment,
        default=[],
        metavar="DAY=AMOUNT",
        help="a part payment; lowers what bears interest from its own day on",
    )
    add(
        "--order",
        choices=("principal", "costs-interest-principal"),
        default="principal",
        help="what a payment pays first (default: the principal alone)",
    )
    add("--costs", metavar="AMOUNT", help="costs that a payment pays first, by that order")
    add(
        "--arose-on",
        type=_day,
        metavar="DAY",
        help="when the obligation arose (default: the first day of interest)",
    )
    add("--day-count", choices=("actual/365", "30/360"), default="actual/365")
    add("--currency", default="EUR", metavar="CCC", help="ISO 4217 code (default: EUR)")


def _costs(group: Grammar) -> None:
    costs = group.command(
        "costs",
        "law:costs",
        "reckon what collecting may cost the debtor",
        "saldo law costs --country NL --principal 1000.00",
        on_stack=False,
    )
    add = costs.add_argument
    add("--country", type=_country, required=True, metavar="CC", help=_COUNTRY_HELP)
    add("--debtor", choices=("business", "consumer"), help="not needed in NL: one scale for both")
    add(
        "--principal",
        action="append",
        default=[],
        metavar="AMOUNT",
        help="in euros; once per claim that goes into one letter",
    )
    add(
        "--vat",
        type=_percent,
        metavar="PERCENT",
        help="NL: VAT to add, where the creditor cannot deduct it",
    )
    add("--arose-on", type=_day, metavar="DAY", help="when the contract was made")


def _rates(group: Grammar) -> None:
    rates = group.command(
        "rates",
        "law:rates",
        "list the rates with their sources, or check that none is missing",
        "saldo law rates --check",
        on_stack=False,
    )
    rates.add_argument(
        "--check", action="store_true", help="say what must be looked up; 1 when anything must"
    )
    rates.add_argument(
        "--fetch",
        action="store_true",
        help="ask the Bundesbank for the base rate, and propose the rows that the table lacks",
    )
    rates.add_argument(
        "--as-of", type=_day, metavar="DAY", help="the day that is checked (default: today)"
    )


def _day(text: str) -> date:
    """Read a day as 2026-12-03, all ten characters."""
    day = a_day(text)
    if day.isoformat() != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-12-03")
    return day


def _country(text: str) -> str:
    country = text.upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise argparse.ArgumentTypeError(f"{text!r} is no country: two letters, such as DE")
    return country


def _payment(text: str) -> tuple[date, str]:
    """Read DAY=AMOUNT; the amount is read later, in its currency."""
    day, equals, amount = text.partition("=")
    if not (equals and amount):
        raise argparse.ArgumentTypeError(f"{text!r} is no payment: write it as 2025-07-15=2500.00")
    return _day(day), amount


def _percent(text: str) -> Decimal:
    whole, _, places = text.partition(".")
    plain = text.isascii() and whole.isdigit() and (places.isdigit() or "." not in text)
    if not plain or not 0 < Decimal(text) <= _VAT_PERCENT_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage: write it as 21")
    return Decimal(text)
