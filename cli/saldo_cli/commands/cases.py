"""`saldo case …`."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice
from pathlib import Path

from rich.markup import escape

from saldo.collection.cases import HandOver, Status
from saldo.collection.facts import Case
from saldo.edge.v1 import render_collection
from saldo.money import Money, parse_amount
from saldo.reports.case_files import saved_as
from saldo_cli.commands._common import cloud_of, creditor_of, day_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def begin(options: Namespace, out: Output) -> int:
    """Hand invoices over."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made, is_new = services.cases.open(
        creditor,
        HandOver(
            options.id or new_id(services),
            tuple(dict.fromkeys(options.invoices)),
            options.kind,
            options.to,
            who(options),
            options.reason,
            options.reference,
        ),
    )
    told = (
        f"{_money(made, made.amount_minor)} handed to [bold]{escape(made.handed_to)}[/], as "
        f"{escape(made.id)}. Our own notices stop."
        if is_new
        else f"This case was opened before; it is [bold]{made.state}[/]."
    )
    out.result(render_collection.case(made), told)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List cases: all of an account, or the creditor's that are not over."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = (
        list(islice(services.cases.open_of(creditor), LISTED_MAX))
        if options.account is None
        else services.cases.of(creditor, options.account)
    )
    out.result([render_collection.case(one) for one in found])
    if not found:
        out.say("Nothing is handed over.")
        return OK
    out.table(
        "",
        ("case", "account", "with", "state", ">handed over", ">paid there", "since", "invoices"),
        [
            (
                one.id,
                one.account,
                f"{one.handed_to} {one.reference}".strip(),
                one.state,
                _money(one, one.amount_minor),
                _money(one, one.paid_minor),
                str(one.opened_at.date()),
                ", ".join(one.invoices),
            )
            for one in found
        ],
    )
    return OK


def status(options: Namespace, out: Output) -> int:
    """Tell how a case goes."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.cases.get(creditor.id, options.account, options.case)
    told = services.cases.tell(
        creditor.id,
        options.account,
        found.id,
        Status(
            options.id or new_id(services),
            options.state,
            day_of(options.on, services, creditor),
            who(options),
            parse_amount(options.paid, found.currency) if options.paid is not None else None,
            options.text,
            options.reference,
        ),
    )
    after = {
        "withdrawn": "Our own reminders go on.",
        "paid": "Book the money when it reaches you; our notices stay stopped.",
        "closed": "Our notices stay stopped: saldo hold end --kind legal-case lets them go on.",
    }
    out.result(
        render_collection.case(told),
        f"Case {escape(told.id)} is [bold]{told.state}[/]: {_money(told, told.paid_minor)} of "
        f"{_money(told, told.amount_minor)} were paid there.",
        *([after[told.state]] if told.state in after else []),
    )
    return OK


def file(options: Namespace, out: Output) -> int:
    """Fetch a case's file; one that is missing is made now."""
    services = cloud_of(options).services
    place = (creditor_of(options, services).id, options.account, options.case)
    made = services.case_files.make(*place).file
    assert made is not None, "it was just made"
    target = options.out or Path(saved_as(options.case))
    target.write_bytes(services.case_files.content(*place))
    out.result(
        {"path": str(target), **render_collection.case_file(made)},
        f"{escape(str(target))}: {made.size_bytes} bytes, as it was on {made.made_at.date()}.",
        f"SHA-256 {made.sha256}.",
    )
    return OK


def _money(case: Case, minor: int) -> str:
    return str(Money(minor, case.currency))
