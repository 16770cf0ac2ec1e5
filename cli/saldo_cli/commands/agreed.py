"""`saldo drift`, `saldo snapshot …`, `saldo export settlements` and `saldo webhook replay`."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.clock import iso_instant
from saldo.drift.model import Difference, Side, TheirItem, Vanished
from saldo.edge.v1.drift import (
    OpenItemRecord,
    drift_answer,
    items_of,
    snapshot_answer,
    snapshot_closed,
)
from saldo.edge.v1.parse import read
from saldo.errors import Refusal
from saldo.money import Money, format_amount
from saldo.settlements.camt054 import camt054_of
from saldo.settlements.csv_file import csv_of
from saldo.settlements.datev import DatevBooks, datev_of
from saldo.settlements.rows import rows_of
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, CommandProblem, UsageProblem
from saldo_cli.records import read_records

_ENDINGS = {"csv": "csv", "datev": "datev.csv", "camt054": "xml"}


def drift(options: Namespace, out: Output) -> int:
    """Compare open items; 1 where they differ."""
    items = _items(options.file)
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.drift_reports.report(
        creditor.id,
        items,
        accounts=options.account,
        as_of=options.as_of,
        lists=options.lists,
        booking_days=options.booking_days,
    )
    said = f"{found.agreed} items agree"
    differs = len(found.differences)
    if not differs:
        out.result(drift_answer(found), out.good(f"✓ {said}."))
        return OK
    waits = sum(one.kind == "in-flight" for one in found.differences)
    told = f"{said}, {differs} differ" + (f", of which {waits} are in flight." if waits else ".")
    out.result(drift_answer(found), told)
    _table(out, "", found.differences)
    off = [one for one in found.totals if one.off_by_minor]
    out.table(
        "\nTotals",
        ("account", "currency", ">ERP", ">Saldo", ">difference"),
        [
            (
                one.account,
                one.currency,
                format_amount(one.theirs_minor, one.currency),
                format_amount(one.ours_minor, one.currency),
                format_amount(one.off_by_minor, one.currency),
            )
            for one in off
        ],
    )
    return OK if found.is_agreed else REFUSED


def take(options: Namespace, out: Output) -> int:
    """Take a snapshot and show what it would close."""
    items = _items(options.file)
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.snapshots.take(
        creditor.id, items, who(options), accounts=options.account, as_of=options.as_of
    )
    until = f"{found.snapshot.expires_at:%Y-%m-%d %H:%M} UTC"
    out.result(snapshot_answer(found), f"Snapshot {found.snapshot.id}; nothing is closed yet.")
    for title, some in (
        ("New: push them", found.new),
        ("Changed", found.changed),
        ("Vanished: closed when you confirm", found.vanished),
        ("Settled here, open there", found.closed_here),
        ("In flight: left alone", found.waits),
    ):
        if some:
            _table(out, f"\n{title}", some)
    if found.snapshot.vanished:
        out.say(f"\nUntil {until}: saldo snapshot confirm {found.snapshot.id}")
    return OK


def confirm(options: Namespace, out: Output) -> int:
    """Close what vanished; 1 where something was kept."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    snapshot, closed = services.snapshots.confirm(
        creditor.id, options.id, who(options), lower=options.lower, reopen=options.reopen
    )
    kept = sum(one.outcome == "kept" for one in closed)
    out.result(snapshot_closed(snapshot, closed), f"{len(closed) - kept} closed, {kept} kept.")
    rows = [
        (
            one.vanished.number,
            one.vanished.account,
            one.outcome,
            f"{_off(one.vanished)} {one.vanished.currency}",
            one.refusal.detail if one.refusal else "",
        )
        for one in closed
    ]
    if rows:
        out.table("", ("invoice", "account", "end", ">amount", "why"), rows)
    return REFUSED if kept else OK


def settlements(options: Namespace, out: Output) -> int:
    """Write what settled on a day."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.settled_days.of(creditor, options.day, entries_max=None)
    rows, now = rows_of(found.entries), services.clock.now()
    if options.format == "datev":
        made = datev_of(rows, _datev_books(options), options.day, now)
    elif options.format == "camt054":
        made = camt054_of(found.entries, options.day, now, creditor.name)
    else:
        made = csv_of(rows)
    path = options.out or Path(f"settlements-{options.day}.{_ENDINGS[options.format]}")
    try:
        path.write_bytes(made)
    except OSError as error:
        raise CommandProblem(f"{path} cannot be written: {error.strerror}.") from error
    totals = [
        {"ledger_account": account, "currency": currency, "amount": format_amount(minor, currency)}
        for (account, currency), minor in sorted(found.totals().items())
        if minor
    ]
    document = {"day": options.day.isoformat(), "rows": len(rows), "totals": totals}
    out.result({"file": str(path), **document}, f"{escape(str(path))}: {len(rows)} rows.")
    out.table(
        "",
        ("ledger account", "currency", ">moved"),
        [(one["ledger_account"], one["currency"], one["amount"]) for one in totals],
    )
    return OK


def replay(options: Namespace, out: Output) -> int:
    """Post past events to an endpoint once more; their ids stay."""
    if (options.event is None) == (options.first is None):
        raise UsageProblem("Say which events: --event ID, or --from INSTANT.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    past = services.past
    if options.event is not None:
        told, left = past.replay(creditor, options.id, [past.event(creditor, options.event)])
    else:
        last = options.last or services.clock.now()
        told, left = past.replay(creditor, options.id, past.between(creditor, options.first, last))
    rest = iso_instant(left) if left else None
    out.result({"queued": told, "left_from": rest}, f"{told} events are posted once more.")
    if rest:
        out.say(f"There are more: go on with --from {rest}")
    return OK


def _datev_books(options: Namespace) -> DatevBooks:
    if options.consultant is None or options.client is None:
        raise UsageProblem("A DATEV file needs --consultant and --client.")
    start = options.year_start or date(options.day.year, 1, 1)
    return DatevBooks(options.consultant, options.client, start, options.chart)


def _items(path: Path) -> list[TheirItem]:
    """Return the open items of a file; raise FileNotReadable, UsageProblem or CommandProblem."""
    records = [_plain(one) for one in _records(path)]
    found = []
    for number, record in enumerate(records, start=1):
        try:
            found.append(read(OpenItemRecord, record))
        except Refusal as refusal:
            raise CommandProblem(f"Item {number} of {path.name}: {refusal.detail}") from None
    try:
        return items_of(found)
    except Refusal as refusal:
        raise CommandProblem(f"{path.name}: {refusal.detail} ({refusal.pointer})") from None


def _records(path: Path) -> list[dict[str, Any]]:
    """Return records; a body as the API takes it (`{"items": [...]}`) does, too."""
    if path.suffix.lower() == ".json" and path.is_file():
        try:
            document = json.loads(path.read_text("utf-8-sig"))
        except (OSError, ValueError):
            document = None  # read_records says what is wrong with it
        if isinstance(document, dict) and isinstance(document.get("items"), list):
            return [one for one in document["items"] if isinstance(one, dict)]
    return read_records(path)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Return the four fields, whatever else a list of open items says; `number` is `invoice`."""
    record = {"invoice": record.get("number"), **record}
    names = ("invoice", "account", "currency", "open")
    return {name: record[name] for name in names if record.get(name) is not None}


def _table(out: Output, title: str, differences: tuple[Difference, ...]) -> None:
    out.table(
        title,
        ("invoice", "why", "account", ">ERP", ">Saldo", "payments"),
        [
            (
                one.number,
                one.kind,
                _account(one),
                _side(one.theirs),
                _side(one.ours),
                ", ".join(one.flights),
            )
            for one in differences
        ],
    )


def _account(one: Difference) -> str:
    sides = [side.account for side in (one.theirs, one.ours) if side]
    return " / ".join(dict.fromkeys(sides))


def _off(one: Vanished) -> str:
    return format_amount(one.off_minor, one.currency)


def _side(side: Side | None) -> str:
    return str(Money(side.open_minor, side.currency)) if side else "-"
