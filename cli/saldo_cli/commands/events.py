"""`saldo events tail` and `saldo events replay`."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from rich.markup import escape

from saldo.codec import encode
from saldo.events import Event
from saldo.store import Store
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK

_LOOK_AGAIN_SECONDS = 1.0
_BATCH = 100


def tail(options: Namespace, out: Output) -> int:
    """Print an account's events, oldest first; with --follow, go on until Ctrl-C."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    since = options.since or (datetime.now(UTC).date() - timedelta(days=31))
    found = list(_events(services.store, creditor, options.account, since))
    out.result([encode(event) for event in found], *(_line(event) for event in found))
    last = found[-1].id if found else ""
    while options.follow and not out.as_json:
        time.sleep(_LOOK_AGAIN_SECONDS)
        today = datetime.now(UTC).date()
        for event in _events(services.store, creditor, options.account, today):
            if event.id > last:
                out.say(_line(event))
                last = event.id
    return OK


def replay(options: Namespace, out: Output) -> int:
    """Publish an account's past events once more; consumers know them by their ids."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = [
        event
        for event in _events(services.store, creditor, options.account, options.since)
        if options.type is None or event.type == options.type
    ]
    refused = 0
    with out.progress("Publishing", total=len(found)) as advance:
        for start in range(0, len(found), _BATCH):
            refused += len(services.bus.publish(found[start : start + _BATCH]))
            advance(done=min(start + _BATCH, len(found)))
    done = {"published": len(found) - refused, "refused": refused}
    out.result(done, f"{done['published']} events were published again, {refused} refused.")
    return OK


def _events(store: Store, creditor: str, account: str, since: date) -> Iterator[Event]:
    month = since.replace(day=1)
    end = datetime.now(UTC).date()
    while month <= end:
        for event in store.list(Event, creditor, account, month.strftime("%Y%m")):
            if event.at.date() >= since:
                yield event
        month = (month + timedelta(days=32)).replace(day=1)


def _line(event: Event) -> str:
    data = " ".join(f"{name}={value}" for name, value in event.data.items() if value is not None)
    at = event.at.strftime("%Y-%m-%d %H:%M:%S")
    return f"[dim]{at}[/] [bold]{event.type}[/] {escape(data)}"
