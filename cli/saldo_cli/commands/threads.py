"""`saldo thread …`."""

from __future__ import annotations

from argparse import Namespace
from itertools import islice

from rich.markup import escape

from saldo.clock import local_day
from saldo.edge.v1 import threads as render
from saldo.threads.service import Words
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def list_all(options: Namespace, out: Output) -> int:
    """List the conversations in which a payer waits for an answer."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = list(islice(services.threads.open_of(creditor.id), LISTED_MAX))
    said = {one.account: services.threads.of(creditor.id, one.account) for one in found}
    out.result([render.thread(one, said[one.account]) for one in found])
    if not found:
        out.say("Nobody waits for an answer.")
        return OK
    out.table(
        "",
        ("account", "waits since", ">entries", "about", "asked"),
        [
            (
                one.account,
                str(local_day(one.asked_at, creditor.time_zone)),
                str(one.entries),
                said[one.account][-1].invoice or "",
                said[one.account][-1].text.partition("\n")[0][:60],
            )
            for one in found
        ],
    )
    return OK


def show(options: Namespace, out: Output) -> int:
    """Show what was asked and answered about an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.threads.get(creditor.id, options.account)
    said = services.threads.of(creditor.id, options.account)
    has_files = any(one.files for one in said)
    stored = services.files.of(creditor.id, options.account) if has_files else ()
    named = {one.id: one.name for one in stored}
    lines = [f"The conversation with {escape(found.account)} is [bold]{found.state}[/]."]
    for one in said:
        about = f" about {escape(one.invoice)}" if one.invoice else ""
        seen = "" if one.read_at else ", not read yet"
        day = local_day(one.at, creditor.time_zone)
        lines += ["", f"[bold]{escape(one.by)}[/] on {day}{about}{seen}:", escape(one.text)]
        lines += [f"  file {escape(id_)}: {escape(named.get(id_, '?'))}" for id_ in one.files]
    out.result(render.thread(found, said), *lines)
    return OK


def reply(options: Namespace, out: Output) -> int:
    """Answer a payer."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    words = Words(options.id or new_id(services), options.text, who(options), options.invoice)
    made = services.threads.answer(creditor, options.account, words)
    out.result(render.entry(made), "Answered; the payer is told by mail, and sees it on the page.")
    return OK


def close(options: Namespace, out: Output) -> int:
    """Say that nothing is to be answered."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    closed = services.threads.close(creditor, options.account, who(options))
    said = services.threads.of(creditor, options.account)
    out.result(render.thread(closed, said), "Closed; a new question opens it again.")
    return OK
