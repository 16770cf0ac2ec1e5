"""`saldo privacy …`."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice
from pathlib import Path

from rich.markup import escape

from saldo.clock import local_day
from saldo.edge.v1 import privacy as render
from saldo.privacy.model import Erasure
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def export(options: Namespace, out: Output) -> int:
    """Put everything that is held about an account into a file."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    id_ = new_id(services)
    services.privacy_exports.ask(creditor, options.account, id_, who(options))
    made = services.privacy_exports.make(creditor, options.account, id_)
    target = Path(options.file)
    target.write_bytes(services.privacy_exports.content(creditor.id, options.account, id_))
    services.access_log.viewed(creditor.id, options.account, who(options), "export")
    out.result(
        render.export(made, None),
        f"{made.records} records and {made.files} files lie in {escape(str(target))}.",
    )
    return OK


def erase(options: Namespace, out: Output) -> int:
    """Order to erase an account, and erase at once what may go."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    id_ = options.id or new_id(services)
    services.erasures.ask(creditor, options.account, id_, options.why, who(options))
    order, _ = services.erasures.carry_out(creditor, options.account)
    _told(order, creditor.country, creditor.time_zone, out)
    return OK


def status(options: Namespace, out: Output) -> int:
    """Show orders to erase, and what had to stay."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    if options.account:
        order = services.erasures.of(creditor.id, options.account)
        _told(order, creditor.country, creditor.time_zone, out)
        return OK
    found = [*islice(services.erasures.listed(creditor.id), LISTED_MAX)]
    out.result([render.erasure(one, creditor.country) for one in found])
    if not found:
        out.say("Nobody asked for anything to be erased.")
        return OK
    out.table(
        "",
        ("account", "state", "asked", "why", "by", "looked at again"),
        [
            (
                one.account,
                one.state,
                str(local_day(one.asked_at, creditor.time_zone)),
                one.why,
                one.by,
                str(local_day(one.next_at, creditor.time_zone)) if one.next_at else "",
            )
            for one in found
        ],
    )
    return OK


def lift(options: Namespace, out: Output) -> int:
    """Take an order to erase back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    lifted = services.erasures.lift(creditor, options.account, who(options))
    out.result(
        render.erasure(lifted, creditor.country),
        "Taken back; what was erased by then stays so.",
    )
    return OK


def retention(options: Namespace, out: Output) -> int:
    """Show how long what is kept must be kept."""
    services = cloud_of(options).services
    schedule = render.retention(creditor_of(options, services).country)
    out.result(schedule)
    out.table(
        "",
        ("country", "what", ">years", "law", "source", "holds"),
        [
            (
                one["country"],
                one["kept_as"],
                str(one["years"]),
                one["law"] or "none looked up: the longest of the others",
                one["source"],
                "yes" if one["applies"] else "",
            )
            for one in schedule["items"]
        ],
    )
    return OK


def _told(order: Erasure, country: str, time_zone: str, out: Output) -> None:
    document = render.erasure(order, country)
    erased = (
        f"Account {escape(order.account)} is [bold]{order.state}[/]: {order.scrubbed} records were "
        f"scrubbed, {order.removed} removed, {order.files} files forgotten, and the words of "
        f"{order.events} events erased."
    )
    lines = [erased]
    for kept in document["kept"]:
        until = kept["until"] or "nothing is owed any more"
        law = f" ({escape(kept['law'])})" if kept["law"] else ""
        lines.append(f"  {kept['records']} kept as {kept['kept_as']} until {until}{law}")
    if order.next_at is not None and order.state == "restricted":
        lines.append(f"It is looked at again on {local_day(order.next_at, time_zone)}.")
    out.result(document, *lines)
