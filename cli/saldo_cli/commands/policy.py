"""`saldo policy`."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.codec import encode
from saldo.reminders.policy import (
    Policy,
    policy_from,
    policy_named,
    supplied_policies,
)
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_effect import Coming, Effect
from saldo.reminders.policy_show import policy_data
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, CommandProblem

_SHOWN_MAX = 40


def list_all(options: Namespace, out: Output) -> int:
    """List the supplied policies and the creditor's own."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    rows = PolicyBook(services.store, services.clock).own(creditor.id)
    supplied = sorted(supplied_policies())
    document = {
        "supplied": supplied,
        "own": [
            {"id": row.id, "version": row.number, "effective_from": str(row.effective_from)}
            for row in rows
        ],
        "creditor": creditor.policy,
        "segments": encode(creditor.segments),
    }
    if out.as_json:
        out.json(document)
        return OK
    out.table("Supplied", ("policy", "stages, days after the due date"), list(map(_row, supplied)))
    if rows:
        table = [(r.id, str(r.number), str(r.effective_from), r.put_by) for r in rows]
        out.table("\nYour own", ("policy", ">version", "from", "put by"), table)
    out.say(f"\nAccounts that no segment names are on [bold]{escape(creditor.policy)}[/].")
    return OK


def _row(name: str) -> tuple[str, str]:
    if name == "every-n-weeks":
        return name, "every N weeks, as every-3-weeks"
    policy = policy_named(name)
    return name, ", ".join(str(day) for day in policy.days_that_go)


def show(options: Namespace, out: Output) -> int:
    """Print a policy as its file."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    book = PolicyBook(services.store, services.clock)
    out.json(policy_data(book.named(creditor.id, options.policy, _today(services, creditor))))
    return OK


def attempt(options: Namespace, out: Output) -> int:
    """Show what a policy would change."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    _tell(options, services, creditor, policy_from(_read(options.file)), out)
    return OK


def put(options: Namespace, out: Output) -> int:
    """Put a policy in force, its effect shown first; 1 when it was only shown."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    book, data = PolicyBook(services.store, services.clock), _read(options.file)
    new = book.check(creditor.id, data)
    document = _tell(options, services, creditor, new, out, silent=options.yes)
    if not options.yes:
        out.say("\nNothing is changed yet. If that is what you want, say it again with --yes.")
        return REFUSED
    made = book.put(creditor.id, data, who(options), _today(services, creditor))
    out.result(
        document | {"put": True},
        f"Policy [bold]{escape(made.id)}[/] version {made.version} holds from "
        f"{made.effective_from}. Accounts come to it by `saldo creditor set --policy`, a segment, "
        "or their own field.",
    )
    return OK


def _tell(
    options: Namespace,
    services: Services,
    creditor: Creditor,
    new: Policy,
    out: Output,
    *,
    silent: bool = False,
) -> dict[str, Any]:
    """Show the effect of `new` on all open items and return it as a document."""
    today = _today(services, creditor)
    trial = services.policy_trials.of(creditor, new, today, options.instead_of)
    old, changed = trial.old, trial.effects
    document = {
        "policy": new.id,
        "version": new.version,
        "instead_of": old.id,
        "open_items": trial.open_items,
        "changed": len(changed),
        "at_once": trial.at_once,
        "repeats": trial.repeats,
        "skips": trial.skips,
        "effects": [encode(effect) for effect in changed],
    }
    if silent:
        return document
    if out.as_json:
        out.json(document)
        return document
    rows = [_cells(effect) for effect in changed[:_SHOWN_MAX]]
    if rows:
        columns = ("account", "invoice", ">had", "next so far", "next then", "")
        out.table("", columns, rows)
    more = len(changed) - len(rows)
    out.say(
        f"{f'… and {more} more. ' if more else ''}{len(changed)} of {trial.open_items} open items "
        f"under {escape(old.id)} would go on differently: {trial.at_once} would be told "
        f"something at the first run, {document['repeats']} something again, "
        f"{document['skips']} would not be told something."
    )
    return document


def _cells(effect: Effect) -> tuple[str, ...]:
    notes = ["said before"] if effect.repeats else []
    notes += [f"never: {', '.join(effect.skips)}"] if effect.skips else []
    return (
        effect.account,
        effect.invoice,
        str(effect.stages_sent),
        _words(effect.before),
        _words(effect.after),
        "; ".join(notes),
    )


def _words(coming: Coming | None) -> str:
    return f"{coming.stage}, {coming.message}, {coming.on}" if coming else "nothing more"


def _today(services: Services, creditor: Creditor) -> date:
    return local_day(services.clock.now(), creditor.time_zone)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise CommandProblem(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandProblem(f"{file} is no JSON: {error}.") from error
