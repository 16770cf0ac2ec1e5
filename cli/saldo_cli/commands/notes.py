"""`saldo note …` and `saldo call …`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.clock import local_day
from saldo.edge.v1 import work_notes as render
from saldo.worklist.calls import CallOrder
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def add(options: Namespace, out: Output) -> int:
    """Write a note."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made, is_new = services.notes.add(
        creditor,
        options.account,
        options.id or new_id(services),
        who(options),
        options.text,
        pinned=options.pin,
        invoice=options.invoice,
    )
    out.result(render.note(made), "Kept." if is_new else "It was kept before.")
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List the notes of an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.notes.of(creditor.id, options.account)
    lines = [
        f"{local_day(one.at, creditor.time_zone)} {escape(one.by)}"
        f"{' (pinned)' if one.pinned else ''}: {escape(one.text)}"
        for one in found
    ]
    out.result([render.note(one) for one in found], *(lines or ["Nobody wrote anything down."]))
    return OK


def log_call(options: Namespace, out: Output) -> int:
    """Write a call down."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    order = CallOrder(
        options.id or new_id(services),
        who(options),
        options.outcome,
        None,
        options.whom,
        options.number,
        options.text,
        "in" if options.incoming else "out",
        options.task,
    )
    made, is_new = services.calls.log(creditor, options.account, order)
    out.result(render.call(made), "Kept." if is_new else "It was kept before.")
    return OK


def list_calls(options: Namespace, out: Output) -> int:
    """List the calls about an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.calls.of(creditor.id, options.account)
    lines = [
        f"{local_day(one.at, creditor.time_zone)} {escape(one.by)}, {one.outcome}"
        f"{f', {escape(one.whom)}' if one.whom else ''}: {escape(one.text)}"
        for one in found
    ]
    out.result([render.call(one) for one in found], *(lines or ["Nobody called."]))
    return OK
