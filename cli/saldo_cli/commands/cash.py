"""`saldo cash show`, `scenario`, `track` and `renew`."""

from __future__ import annotations

from argparse import Namespace

from saldo.accounts.model import Account
from saldo.cash.exports import csv_of
from saldo.cash.scenario import ScenarioCurrency, scenario
from saldo.cash.track import LEADS_MAX, WEEKS_MAX, Track
from saldo.cash.view import Band, CashAsked, CashCurrency, cash_asked
from saldo.clock import local_day
from saldo.edge.v1.cash import cash_answer, scenario_answer, track_answer
from saldo.money import format_amount
from saldo.store import EVER, fed_keys
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

_NO_FORECAST = "No forecast yet: it is made every night, or by saldo cash renew."
_PAGE = 100


def show(options: Namespace, out: Output) -> int:
    """Print the forecast, or write it as CSV."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made = services.cash_forecasts.show(creditor, _asked(options, options.step))
    if options.out:
        options.out.write_bytes(csv_of(made))
        out.result({"file": str(options.out)}, out.good(f"✓ {options.out}"))
        return OK
    if made.day is None:
        out.result(cash_answer(made), _NO_FORECAST)
        return OK
    out.result(
        cash_answer(made),
        f"From the evening of {made.day} until {made.until}, {made.changed} accounts changed since",
    )
    for found in made.currencies:
        _print(out, found)
    return OK


def _asked(options: Namespace, step: str = "") -> CashAsked:
    filters: dict[str, list[str]] = {}
    for one in options.where or ():
        name, is_given, value = one.partition("=")
        if not is_given:
            raise UsageProblem(f"{one!r} is no filter: write NAME=VALUE.")
        filters.setdefault(name, []).append(value)
    return cash_asked(step, filters)


def _print(out: Output, found: CashCurrency) -> None:
    currency = found.currency
    out.table(
        currency,
        ("from", "to", ">expected", ">10 %", ">50 %", ">90 %", ">so far", ">not invoiced yet"),
        [
            (
                str(row.first),
                str(row.last),
                *_band(row.open, currency),
                format_amount(row.cumulative.expected, currency),
                format_amount(row.new.expected, currency),
            )
            for row in found.rows
        ],
    )
    told = [
        (f"{found.count} open amounts", found.open_minor),
        ("expected by then", found.within),
        ("within a half-year", found.half_year),
        ("within a year", found.year),
        ("later", found.later),
        ("given up", found.never),
    ]
    out.say("; ".join(f"{name} {format_amount(minor, currency)}" for name, minor in told))


def _band(band: Band, currency: str) -> tuple[str, ...]:
    return tuple(
        format_amount(one, currency) for one in (band.expected, band.low, band.middle, band.high)
    )


def scenario_(options: Namespace, out: Output) -> int:
    """Print what a change would do."""
    wanted = scenario(
        options.change,
        days=options.days,
        percent=options.percent,
        share_percent=options.share,
        account=options.account,
    )
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made = services.cash_scenarios.try_(creditor, wanted, _asked(options))
    out.result(
        scenario_answer(made),
        _NO_FORECAST if made.day is None else "By your assumption, against the forecast as it is",
    )
    for found in made.currencies:
        _tell(out, found)
    return OK


def _tell(out: Output, found: ScenarioCurrency) -> None:
    currency = found.currency
    out.table(
        currency,
        ("from", "to", ">difference", ">10 %", ">50 %", ">90 %", ">so far"),
        [
            (
                str(row.first),
                str(row.last),
                *_band(row.difference, currency),
                format_amount(row.cumulative.expected, currency),
            )
            for row in found.rows
        ],
    )
    if found.lowest is not None:
        low = found.lowest.cumulative
        out.say(
            f"Lowest in the week until {found.lowest.last}: "
            f"{format_amount(low.expected, currency)} "
            f"({format_amount(low.low, currency)} to {format_amount(low.high, currency)}); "
            f"lost for good: {format_amount(found.lost, currency)}"
        )


def track(options: Namespace, out: Output) -> int:
    """Print what was forecast then, against what came."""
    if options.weeks > WEEKS_MAX or options.lead > LEADS_MAX:
        raise UsageProblem(f"At most {WEEKS_MAX} weeks, {LEADS_MAX} ahead.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    today = local_day(services.clock.now(), creditor.time_zone)
    currencies = services.cash_forecasts.currencies(creditor.id)
    found = services.cash_track.of(creditor.id, today, options.weeks, options.lead, currencies)
    weeks = sum(len(one.weeks) for one in found)
    out.result(track_answer(found), "" if weeks else "No week is over that was forecast.")
    for one in found:
        if one.weeks:
            _judge(out, one)
    return OK


def _judge(out: Output, found: Track) -> None:
    currency = found.currency
    out.table(
        currency,
        ("week of", ">expected", ">10 %", ">90 %", ">came", "in the band"),
        [
            (
                str(week.monday),
                *(
                    format_amount(one, currency)
                    for one in (week.expected, week.low, week.high, week.came)
                ),
                "yes" if week.is_within else "NO",
            )
            for week in found.weeks
        ],
    )
    out.say(
        f"In the band: {found.within} % (80 % are meant). Mean error: {found.error} %; "
        f"of the due dates {found.error_due} %, of the four weeks before {found.error_before} %"
    )


def renew(options: Namespace, out: Output) -> int:
    """Look at every account and sum all anew."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    today = local_day(services.clock.now(), creditor.time_zone)
    seen = 0
    with out.progress("Looking") as advance:
        for keys in fed_keys(services.store, Account, creditor.id, *EVER, limit=_PAGE):
            for key in keys:
                services.cash_keeper.refresh(creditor.id, key[1])
            seen += len(keys)
            advance(done=seen)
        services.cash_keeper.refresh_creditor(creditor, today)
    out.result({"accounts": seen}, out.good(f"✓ {seen} accounts were looked at."))
    return OK
