"""`saldo behaviour …`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from rich.markup import escape

from saldo.accounts.service import account_in
from saldo.clock import local_day
from saldo.edge.v1.behaviour import BehaviourAnswer, StandingOutQuery, shown, standing_out
from saldo.edge.v1.money import Ordered
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_TOLD_MAX = 50
_BAR_DAYS = 2
_BAR_MAX = 30


def show(options: Namespace, out: Output) -> int:
    """Tell how an account pays."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    account = account_in(services.store, creditor.id, options.account)
    sheet = services.behaviours.seen(creditor.id, account.number)
    today = local_day(services.clock.now(), creditor.time_zone)
    found = shown(account, sheet, today, options.language)
    out.say(escape(found["sentence"]))
    if found["exception"] is not None:
        out.say(escape(found["exception"]["sentence"]))
    if found["months"]:
        out.say("")
        out.table(
            "by the month of the due date",
            ("month", ">invoices", ">days late", ">paid late", ""),
            [
                [
                    one["month"],
                    str(one["invoices"]),
                    _days(one["days_mean"]),
                    _percent(one["share_late"]),
                    _bar(one["days_mean"]),
                ]
                for one in found["months"][-15:]
            ],
        )
    out.result(dict(found))
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List the accounts that stand out."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found: list[BehaviourAnswer] = []
    asked = StandingOutQuery(why=options.why, language=options.language, limit=200)
    while True:
        page = standing_out(Ordered(services, creditor, ""), asked)
        found += page["items"]
        if page["after"] is None:
            break
        asked = asked.model_copy(update={"after": page["after"]})
    if found:
        out.table(
            "",
            ("account", "name", "since", ">days late", ">change", "how it pays"),
            [
                [
                    escape(one["account"]),
                    escape(one["name"]),
                    one["trend_since"] or "",
                    _days(one["days_mean"]),
                    _days(one["change_days"]),
                    escape(one["exception"]["sentence"] if one["exception"] else one["sentence"]),
                ]
                for one in found
            ],
        )
    out.result({"accounts": found}, *([] if found else ["No account stands out."]))
    return OK


def verify(options: Namespace, out: Output) -> int:
    """Compare what is kept with all invoices."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    with out.progress("Comparing"):
        checked = services.behaviours.verify(creditor.id, _named(options))
    for one in checked.differences[:_TOLD_MAX]:
        out.problem(escape(f"{one.account}: {one.what} is {one.kept}, it should be {one.right}"))
    told = f"{checked.accounts} accounts with {checked.invoices} paid invoices"
    out.result(
        {
            "accounts": checked.accounts,
            "invoices": checked.invoices,
            "differences": [asdict(one) for one in checked.differences],
        },
        f"{told}: {len(checked.differences)} differences. `saldo behaviour rebuild` mends them."
        if checked.differences
        else out.good(f"✓ {told} agree with the books."),
    )
    return REFUSED if checked.differences else OK


def rebuild(options: Namespace, out: Output) -> int:
    """Make what is kept from all invoices."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    with out.progress("Counting"):
        changed = services.behaviours.rebuild(creditor.id, _named(options))
    out.result({"changed": changed}, out.good(f"✓ {changed} accounts changed."))
    return OK


def _named(options: Namespace) -> list[str] | None:
    return [options.account] if options.account else None


def _days(days: float | None) -> str:
    return "–" if days is None else f"{days:.1f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _bar(days: float | None) -> str:
    """Draw days late as a bar."""
    return "█" * min(_BAR_MAX, round(max(0.0, days or 0.0) / _BAR_DAYS))
