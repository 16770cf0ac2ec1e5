"""`saldo law …`: interest, costs and rates, reckoned in this process."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from saldo.errors import Invalid
from saldo.law import packs
from saldo.law.costs import CostLine, Costs
from saldo.law.facts import MissingFact
from saldo.law.interest import Interest, PartPayment, Scheme, Segment, accrue, rounded
from saldo.law.rates import Rate, RateUnknown, all_tables, stale_rates
from saldo.money import Money, decimals_of, format_amount, parse_amount
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_EUR: Final = "EUR"
_MORE_PLACES: Final = 2
"""An unrounded amount is printed with two more decimals than its currency has."""


def interest(options: Namespace, out: Output) -> int:
    """Print each segment and the sum, or what is missing."""
    currency = options.currency
    principal = _amount(options.principal, currency, "--principal")
    payments = [
        PartPayment(day, _amount(text, currency, "--payment")) for day, text in options.payment
    ]
    costs_minor = _amount(options.costs, currency, "--costs") if options.costs else 0
    if options.last < options.first:
        raise UsageProblem(
            f"The period ends on {options.last}, before it begins on {options.first}."
        )
    arose_on = options.arose_on or options.first
    if arose_on > options.first:
        raise UsageProblem(
            f"An obligation that arose on {arose_on} cannot bear interest from {options.first} on."
        )
    scheme = packs.interest_scheme(_known(options.country), options.debtor, arose_on)
    if isinstance(scheme, MissingFact):
        return _refused(scheme, out)
    try:
        reckoned = accrue(
            principal,
            options.first,
            options.last,
            scheme,
            payments,
            day_count=options.day_count,
            order=options.order,
            costs_minor=costs_minor,
        )
    except RateUnknown as unknown:
        return _refused(MissingFact(unknown.code, unknown.detail), out)
    if out.as_json:
        out.json(
            {
                "segments": [_plain(segment, currency) for segment in reckoned.segments],
                "total": format_amount(reckoned.total_minor, currency),
            }
        )
        return OK
    _show(reckoned, scheme, options, out)
    return OK


def costs(options: Namespace, out: Output) -> int:
    """Print the costs by the law of the debtor's country, or what is missing."""
    country = _known(options.country)
    pack = packs.pack_of(country)
    principals = [_amount(text, _EUR, "--principal") for text in options.principal]
    if pack == "NL" and not principals:
        raise UsageProblem("The scale runs on what is open: give it with --principal.")
    if pack in ("DE", "EU") and options.debtor is None:
        raise UsageProblem("Say whether the debtor is a business or a consumer: --debtor.")
    if pack != "NL" and options.vat is not None:
        raise UsageProblem("--vat is for the Netherlands alone.")
    vat = None if options.vat is None else Fraction(options.vat)
    found = packs.collection_costs(
        country,
        options.debtor or "business",
        principals,
        vat_percent=vat,
        arose_on=options.arose_on,
    )
    if isinstance(found, MissingFact):
        return _refused(found, out)
    if out.as_json:
        out.json(
            {
                "lines": [_plain_line(line) for line in found.lines],
                "costs": format_amount(found.costs_minor, _EUR),
                "vat": format_amount(found.vat_minor, _EUR),
                "total": format_amount(found.total_minor, _EUR),
            }
        )
        return OK
    _show_costs(found, out)
    return OK


def rates(options: Namespace, out: Output) -> int:
    """Print the tables of rates; with --check what is missing in them, and 1 if anything is;
    with --fetch what the Bundesbank publishes beside them.
    """
    if options.fetch:
        from saldo_cli.commands.law_rates import fetch

        return fetch(options, out)
    today = options.as_of or datetime.now(UTC).date()
    warnings = stale_rates(today)
    if not options.check:
        for table in all_tables():
            out.table(
                f"{table.name} ({table.id})",
                ["valid from", ">value", "confirmed", "source"],
                [
                    [str(r.valid_from), f"{r.percent} %", "yes" if r.confirmed else "no", r.source]
                    for r in table.rows
                ],
            )
            out.say()
    out.result(
        {
            "tables": [
                {"id": table.id, "name": table.name, "rows": [_plain_rate(r) for r in table.rows]}
                for table in all_tables()
            ],
            "warnings": [
                {"table": w.table, "code": w.code, "since": str(w.since), "sentence": w.sentence}
                for w in warnings
            ],
        },
        *[f"[yellow]{warning.sentence}[/]" for warning in warnings],
        *([] if warnings else [f"Every rate of {today} is there and confirmed."]),
    )
    return REFUSED if options.check and warnings else OK


def _known(country: str) -> str:
    """Return a country that has rules; raise UsageProblem."""
    try:
        packs.pack_of(country)
    except packs.LawUnknown as unknown:
        raise UsageProblem(unknown.detail) from unknown
    return country


def _amount(text: str, currency: str, option: str) -> int:
    """Read an amount above nothing; raise UsageProblem."""
    try:
        minor = parse_amount(text, currency)
    except Invalid as invalid:
        raise UsageProblem(f"{option}: {invalid.detail}") from invalid
    if minor <= 0:
        raise UsageProblem(f"{option}: {text} is not more than nothing.")
    return minor


def _refused(missing: MissingFact, out: Output) -> int:
    if out.as_json:
        out.json({"refused": missing.sentence, "missing": missing.code})
    else:
        out.problem(missing.sentence)
    return REFUSED


def _plain(segment: Segment, currency: str) -> dict[str, object]:
    return {
        "from": str(segment.first),
        "to": str(segment.last),
        "days": segment.days,
        "rate": str(segment.rate.percent),
        "principal": _principal(segment, currency),
        "amount": _exact(segment.amount, currency),
    }


def _plain_line(line: CostLine) -> dict[str, object]:
    return {
        "what": line.what,
        "base": format_amount(line.base_minor, _EUR),
        "percent": None if line.per_mille is None else _percent_of(line.per_mille),
        "amount": format_amount(line.amount_minor, _EUR),
    }


def _plain_rate(rate: Rate) -> dict[str, object]:
    return {
        "value": str(rate.percent),
        "valid_from": str(rate.valid_from),
        "source": rate.source,
        "confirmed": rate.confirmed,
    }


def _exact(value: Fraction, currency: str) -> str:
    """Write exact minor units with two more places than the currency has, half up."""
    places = decimals_of(currency) + _MORE_PLACES
    digits = str(rounded(value * 10**_MORE_PLACES)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def _principal(segment: Segment, currency: str) -> str:
    """Write a principal as an amount; with more places where it is no whole minor unit."""
    if segment.principal.denominator == 1:
        return format_amount(segment.principal.numerator, currency)
    return _exact(segment.principal, currency)


def _percent_of(per_mille: int) -> str:
    return f"{per_mille // 10}.{per_mille % 10}" if per_mille % 10 else str(per_mille // 10)


def _show(reckoned: Interest, scheme: Scheme, options: Namespace, out: Output) -> None:
    currency = options.currency
    out.table(
        f"Interest by {scheme.law}, {options.day_count}",
        ["from", "to", ">days", ">rate", ">principal", ">interest", ""],
        [
            [
                str(segment.first),
                str(segment.last),
                str(segment.days),
                f"{segment.rate.percent} %",
                _principal(segment, currency),
                _exact(segment.amount, currency),
                "" if segment.rate.confirmed else "unconfirmed",
            ]
            for segment in reckoned.segments
        ],
    )
    out.say()
    out.say(f"[bold]Sum: {Money(reckoned.total_minor, currency)}[/]")
    if options.payment:
        out.say(
            f"Open on {options.last}: {_exact(reckoned.principal_open, currency)} principal, "
            f"{_exact(reckoned.interest_open, currency)} interest, "
            f"{_exact(reckoned.costs_open, currency)} costs."
        )
    if reckoned.overpaid:
        out.say(f"{_exact(reckoned.overpaid, currency)} {currency} was paid beyond the debt.")
    for rate in reckoned.unconfirmed:
        why = (
            f"no row covers its time; carried forward from {rate.valid_from}"
            if rate.carried
            else f"valid from {rate.valid_from}; source: {rate.source}"
        )
        out.say(f"[yellow]Unconfirmed: {rate.percent} %, {why}.[/]")


def _show_costs(found: Costs, out: Output) -> None:
    if found.lines:
        out.table(
            f"Collection costs by {found.law}",
            ["", ">on", ">rate", ">amount"],
            [
                [
                    line.what,
                    "" if line.per_mille is None else format_amount(line.base_minor, _EUR),
                    "" if line.per_mille is None else f"{_percent_of(line.per_mille)} %",
                    format_amount(line.amount_minor, _EUR),
                ]
                for line in found.lines
            ],
        )
        out.say()
    else:
        out.say(f"Nothing is due by {found.law}.")
    if found.vat_minor:
        out.say(
            f"{format_amount(found.costs_minor, _EUR)} EUR and "
            f"{format_amount(found.vat_minor, _EUR)} EUR VAT"
        )
    out.say(f"[bold]Sum: {format_amount(found.total_minor, _EUR)} EUR[/]")
