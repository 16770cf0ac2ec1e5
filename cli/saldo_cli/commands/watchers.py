"""`saldo watch …` and `saldo work morning`."""

from __future__ import annotations

from argparse import Namespace

from saldo.edge.v1 import watchers as render
from saldo.watchers.model import FAMILIES
from saldo.watchers.service import WatchOrder
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def list_all(options: Namespace, out: Output) -> int:
    """List who is told of what changes on an account."""
    services = cloud_of(options).services
    found = services.watchers.of(creditor_of(options, services).id, options.account)
    out.result([render.watcher(one) for one in found])
    if not found:
        out.say("Nobody watches it.")
        return OK
    out.table(
        "",
        ("id", "who", "why", "what", "of", "when"),
        [
            (
                one.id,
                one.email,
                one.why,
                f"{one.kind} {one.subject}".strip(),
                ", ".join(one.families) if one.kind == "account" else "all",
                one.pace,
            )
            for one in found
        ],
    )
    return OK


def add(options: Namespace, out: Output) -> int:
    """Have somebody told of what changes on an account or a case."""
    services = cloud_of(options).services
    kind, subject = _watched(options)
    order = WatchOrder(
        options.account,
        kind,  # type: ignore[arg-type]  # one of the options' names
        subject,
        options.email,
        options.why,
        tuple(options.of or FAMILIES),
        "at-once" if options.at_once else "daily",
        options.language,
    )
    made = services.watchers.add(creditor_of(options, services).id, order, who(options))
    out.result(render.watcher(made), f"{made.email} is told from now on ({made.id}).")
    return OK


def _watched(options: Namespace) -> tuple[str, str]:
    named = [
        (kind, getattr(options, kind))
        for kind in ("dispute", "plan", "case")
        if getattr(options, kind)
    ]
    if len(named) > 1:
        raise UsageProblem("Name one thing to watch.", "saldo watch add 10001 EMAIL --dispute D-1")
    return named[0] if named else ("account", "")


def end(options: Namespace, out: Output) -> int:
    """Tell somebody no more."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.watchers.end(creditor, options.account, options.id, who(options))
    out.result(render.watcher(ended), f"{ended.email} is told no more.")
    return OK


def morning(options: Namespace, out: Output) -> int:
    """Send somebody their list each morning, or no more."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    services.colleagues.require(creditor, options.person)
    kept = services.mornings.set(creditor, options.person, on=options.on, by=who(options))
    told = "gets their list at seven on working days" if kept.is_on else "gets no list by mail"
    out.result({"person": kept.person, "on": kept.is_on}, f"{kept.person} {told}.")
    return OK
