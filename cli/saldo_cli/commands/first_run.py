"""`saldo run release`."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from datetime import timedelta

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.clock import iso_instant, local_day
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def release(options: Namespace, out: Output) -> int:
    """Show how much a creditor's first run would send; with --yes let it go."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    tomorrow = local_day(services.clock.now(), creditor.time_zone) + timedelta(days=1)
    day = options.as_of or tomorrow
    channels, debtors = Counter[str](), 0
    for _, one in services.preview.all(creditor, day, texts=False):
        debtors += bool(one.messages)
        channels.update(message.channel for message in one.messages)
        channels["more"] += one.messages_more
    messages = channels.total()
    if options.yes:
        creditor = services.accounts.release_first_run(creditor.id, who(options))
    at = creditor.first_run_released_at
    cap = creditor.notices_per_day_max
    of = ", ".join(f"{n} by {name}" for name, n in sorted(channels.items()) if n)
    out.result(
        {
            "as_of": day.isoformat(),
            "messages": messages,
            "debtors": debtors,
            "by_channel": {name: n for name, n in sorted(channels.items()) if n},
            "notices_per_day_max": cap,
            "waits": creditor.awaits_release,
            "released_at": iso_instant(at) if at else None,
            "released_by": creditor.first_run_released_by or None,
        },
        f"{messages} messages to {debtors} debtors would go on {day}{f': {of}' if of else ''}.",
        *([f"At most {cap} a day: the others follow on the days after."] if cap else []),
        _what_now(creditor),
    )
    return OK


def _what_now(creditor: Creditor) -> str:
    if creditor.awaits_release:
        return "They wait. Read them with saldo preview --texts, then: saldo run release --yes"
    if creditor.first_run_released_at is not None:
        who_did = escape(creditor.first_run_released_by)
        return f"Released by {who_did}: they go from tomorrow's first run on."
    return "No first run waits for a release."
