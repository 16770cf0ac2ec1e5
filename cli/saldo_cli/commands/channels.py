"""`saldo letters …`, `saldo tasks …`, `saldo optouts …`, `saldo sending resume`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo.clock import iso_instant, local_day
from saldo.edge.v1 import written
from saldo.edge.v1.money import Ordered
from saldo.reminders.letters import LetterBatch
from saldo.reminders.optouts import subject_of, subject_of_account
from saldo.reminders.tasks import Task, TaskUnknown
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def resume(options: Namespace, out: Output) -> int:
    """Let a creditor's mail go again."""
    done = cloud_of(options).services.breaker.resume(options.creditor, who(options))
    out.result({"creditor": done.id, "mail_stopped": False}, f"Mail of {done.name} goes again.")
    return OK


def letters(options: Namespace, out: Output) -> int:
    """Show letters that wait, and batches."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    waiting = [
        {"letter": one.id, "account": one.account, "made_at": iso_instant(one.made_at)}
        for one in services.letters.waiting(creditor.id)
    ]
    batches = [_batch(one) for one in services.letters.batches(creditor.id)]
    lines = [f"{len(waiting)} letters wait."]
    lines += [f"{one['batch']}  {len(one['letters'])} letters  {one['file']}" for one in batches]
    out.result({"waiting": waiting, "batches": batches}, "\n".join(lines))
    return OK


def hand_over(options: Namespace, out: Output) -> int:
    """Put waiting letters into batches now."""
    services = cloud_of(options).services
    done = services.letters.hand_over(creditor_of(options, services).id)
    count = sum(len(one.letters) for one in done)
    told = f"{count} letters in {len(done)} batches."
    out.result({"batches": [_batch(one) for one in done]}, told)
    return OK


def fetch(options: Namespace, out: Output) -> int:
    """Fetch a letter as it was printed."""
    services = cloud_of(options).services
    order = Ordered(services, creditor_of(options, services), "cli")
    found = written.letter(order, written.LetterQuery(account=options.account, id=options.letter))
    options.out.write_bytes(found)
    told = {"letter": options.letter, "file": str(options.out), "bytes": len(found)}
    out.result(told, f"{escape(str(options.out))}: {len(found)} bytes.")
    return OK


def mark(options: Namespace, out: Output) -> int:
    """Take back that a letter was printed or returned."""
    services = cloud_of(options).services
    day = options.on or local_day(services.clock.now(), "UTC")
    done = services.letters.mark(options.letter, options.state, day, options.note)
    out.result({"letter": done.id, "state": done.state}, f"Letter {done.id} is {done.state}.")
    return OK


def tasks(options: Namespace, out: Output) -> int:
    """Show open tasks."""
    services = cloud_of(options).services
    found = list(services.tasks.waiting(creditor_of(options, services).id))
    lines = [f"{t.id}  {t.account}  {t.kind}  {t.title}  {' '.join(t.numbers)}" for t in found]
    out.result({"tasks": [_task(t) for t in found]}, "\n".join(lines) or "Nothing is to be done.")
    return OK


def task_done(options: Namespace, out: Output) -> int:
    """Close a task."""
    services = cloud_of(options).services
    creditor, by = creditor_of(options, services).id, who(options)
    task = services.store.get(Task, creditor, options.account, options.task)
    if task is None:
        raise TaskUnknown(f"There is no task {options.task!r}.")
    if (task.kind == "call") != (options.reached is not None):
        raise UsageProblem("A call ends with --reached or --not-reached, any other with neither.")
    place = (creditor, options.account, options.task, by)
    if task.kind == "call":
        services.tasks.called(*place, reached=options.reached, outcome=options.outcome)
    else:
        services.tasks.done(*place, options.outcome)
    out.result({"task": task.id, "state": "done"}, f"Task {task.id} is done.")
    return OK


def task_released(options: Namespace, out: Output) -> int:
    """Let a step go."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    done = services.tasks.release(creditor, options.account, options.task, who(options))
    out.result({"task": done.id, "state": done.state}, f"Task {done.id} is {done.state}.")
    return OK


def opt_outs(options: Namespace, out: Output) -> int:
    """Show opt-outs."""
    services = cloud_of(options).services
    found = [
        {
            "channel": one.channel,
            "purpose": one.purpose,
            "account": one.account,
            "reason": one.reason,
            "by": one.by,
            "given_at": iso_instant(one.given_at),
            "ended_at": iso_instant(one.ended_at) if one.ended_at else None,
            "subject": one.subject,
        }
        for one in services.opt_outs.of_creditor(creditor_of(options, services).id)
    ]
    lines = [f"{o['channel']}  {o['purpose']}  {o['account']}  {o['given_at']}" for o in found]
    out.result({"optouts": found}, "\n".join(lines) or "Nobody opted out.")
    return OK


def opt_out(options: Namespace, out: Output) -> int:
    """Stop a channel for somebody."""
    services = cloud_of(options).services
    done = services.opt_outs.give(
        creditor_of(options, services).id,
        options.channel,
        purpose=options.purpose,
        by=who(options),
        address=options.address,
        account=options.account,
    )
    told = f"No more {done.purpose} by {done.channel}."
    out.result({"channel": done.channel, "purpose": done.purpose, "subject": done.subject}, told)
    return OK


def opt_in(options: Namespace, out: Output) -> int:
    """End an opt-out."""
    services = cloud_of(options).services
    if not (options.address or options.account):
        raise UsageProblem("Say whose: --account NUMBER or --address ADDRESS.")
    address, account = options.address, options.account
    subject = subject_of(address) if address else subject_of_account(account)
    creditor = creditor_of(options, services).id
    done = services.opt_outs.take_back(creditor, options.channel, subject, who(options))
    out.result({"channel": done.channel, "ended": True}, f"{done.channel} may be used again.")
    return OK


def _batch(batch: LetterBatch) -> dict[str, Any]:
    return {
        "batch": batch.id,
        "made_at": iso_instant(batch.made_at),
        "file": batch.file,
        "letters": list(batch.letters),
        "written": batch.written_at is not None,
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "task": task.id,
        "account": task.account,
        "kind": task.kind,
        "title": task.title,
        "due_at": iso_instant(task.due_at),
        "numbers": list(task.numbers),
        "contact": task.contact,
        "script": task.script,
        "reason": task.reason,
        "notice": task.notice,
    }
