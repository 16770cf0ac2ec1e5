"""`saldo forecast show | train | track`: forecasts that are kept, and how good they were."""

from __future__ import annotations

from argparse import Namespace

from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.edge.v1 import forecasts as render
from saldo.forecast.kept import ItemForecast
from saldo.forecast.model import Reason
from saldo.store import EVER, fed_keys
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

_ABOUT = {
    "history": "how it paid so far",
    "trend": "how that changed lately",
    "overdue": "what it owes beyond its custom",
    "terms": "the terms",
    "amount": "the amount",
    "calendar": "the days of week and month",
}
_PAGE = 200


def show(options: Namespace, out: Output) -> int:
    """Tell when open items will be paid."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if bool(options.account) == bool(options.invoice):
        raise UsageProblem("Name an account or an invoice.", "saldo forecast show 10001")
    if options.invoice:
        found = [render.of_invoice(services, creditor, options.invoice)]
    else:
        account_in(services.store, creditor, options.account)
        found = services.forecasts.of_account(creditor, options.account)
    told = [render.rendered(each, options.by) for each in found]
    out.result(told[0] if options.invoice else told)
    if not found:
        out.say("Nothing is open, or nothing was told yet: saldo forecast train --refresh")
        return OK
    by = (f">paid by {options.by}",) if options.by else ()
    out.table(
        "",
        ("invoice", ">open", "due", "expected", "80 % between", ">30 days late", *by, "because of"),
        [_row(each, options.by is not None, line) for each, line in zip(found, told, strict=True)],
    )
    return OK


def _row(one: ItemForecast, with_day: bool, line: render.ForecastAnswer) -> tuple[str, ...]:
    by = (f"{line['by']['chance']:.0%}",) if with_day and line["by"] else ()
    return (
        f"{one.invoice}{' (contested)' if one.disputed else ''}",
        f"{line['open']} {one.currency}",
        line["due_on"],
        line["expected_on"],
        f"{line['early_on']} and {line['late_on']}",
        f"{line['very_late']:.0%}",
        *by,
        "; ".join(_reason(each) for each in one.forecast.reasons),
    )


def _reason(one: Reason) -> str:
    side = "later" if one.days > 0 else "earlier"
    return f"{_ABOUT[one.group]}: {abs(one.days):.1f} days {side}"


def train(options: Namespace, out: Output) -> int:
    """Learn from the creditor's invoices."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    with out.progress("Learning"):
        made = services.forecast_models.train(creditor, who(options))
    told = 0
    if options.refresh:
        with out.progress("Telling every account"):
            for keys in fed_keys(services.store, Account, creditor.id, *EVER, limit=_PAGE):
                told += sum(services.forecast_keeper.refresh(*key[:2]) for key in keys)
    if made is None:
        said = "No invoice was paid yet: a week beyond terms is assumed, give or take two."
        out.result({"model": None, "accounts_changed": told}, said)
        return OK
    out.result(
        {"model": render.model(made, made.number), "accounts_changed": told},
        f"Model {made.number}: learnt from {made.bills} paid invoices of {made.accounts} accounts, "
        f"{made.open_bills} more stand open.",
    )
    if options.refresh:
        out.say(f"The forecasts of {told} accounts changed.")
    return OK


def track(options: Namespace, out: Output) -> int:
    """Say how far off forecasts were."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.forecast_track.of(creditor, options.months)
    out.result([render.month(one) for one in found])
    if not found:
        out.say("Nothing that was forecast was paid yet.")
        return OK
    for title, name in (
        ("Told on the day of issue", "at_issue"),
        ("Told on the due date", "at_due"),
    ):
        rows = []
        for one in found:
            line = render.month(one)
            misses = line["at_issue"] if name == "at_issue" else line["at_due"]
            rows.append((line["month"], *_misses(misses)))
        out.table(
            title,
            (
                "paid in",
                ">invoices",
                ">days off",
                ">account's mean",
                ">due date",
                ">within 80 %",
            ),
            rows,
        )
    return OK


def _misses(found: render.MissesAnswer) -> tuple[str, ...]:
    inside = found["inside_80"]
    return (
        str(found["invoices"]),
        *(
            "" if each is None else f"{each:.1f}"
            for each in (found["days"], found["days_account_mean"], found["days_due_date"])
        ),
        "" if inside is None else f"{inside:.0%}",
    )
