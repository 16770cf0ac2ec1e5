"""`saldo import …`: files of rows into the books."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.codec import encode
from saldo.edge.v1.row_push import RowPush
from saldo.imports.model import Import
from saldo.imports.service import Imports
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem


def take(options: Namespace, out: Output) -> int:
    """Take a file step by step; 1 if the file or any of its rows was refused.

    Broken off, the same command goes on where it was.
    """
    if not options.file.is_file():
        raise UsageProblem(f"There is no file {str(options.file)!r}.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    imports = services.imports.with_push(RowPush(services), queued=False)
    again = new_id(services) if options.again else ""
    data = options.file.read_bytes()
    one = imports.begin(
        creditor, options.source, options.file.name, data, who(options), again=again
    )
    is_known = one.is_over
    with out.progress(f"Taking {options.file.name}") as advance:
        while not one.is_over:
            one = imports.step(one)
            advance(done=one.counts.rows, what=f"Taking {one.rows} rows")
    if is_known:
        out.say("This file was taken before: --again takes it once more.")
    return _tell(one, imports, options.report, out)


def show(options: Namespace, out: Output) -> int:
    """Say how far an import is; 1 if the file or any of its rows was refused."""
    services = cloud_of(options).services
    one = services.imports.get(creditor_of(options, services).id, options.id)
    return _tell(one, services.imports, options.report, out)


def list_all(options: Namespace, out: Output) -> int:
    """List the imports of a creditor, the newest first."""
    services = cloud_of(options).services
    found = services.imports.all(creditor_of(options, services).id)
    if out.as_json:
        out.json([shown(one) for one in found])
    rows = [
        (
            one.id,
            f"{one.received_at:%Y-%m-%d %H:%M}",
            one.source,
            one.name,
            one.state,
            str(one.counts.taken),
            str(one.counts.unchanged),
            str(one.counts.refused),
        )
        for one in found
    ]
    heads = ("id", "came", "source", "file", "state", ">taken", ">unchanged", ">refused")
    out.table("", heads, rows)
    return OK


def shown(one: Import) -> dict[str, Any]:
    """Return an import as --json prints it."""
    data: dict[str, Any] = encode(one)
    return {**data, "state": one.state, "counts": encode_counts(one)}


def encode_counts(one: Import) -> dict[str, int]:
    """Return the counts of an import, zeros among them."""
    counts = one.counts
    return {
        "rows": counts.rows,
        "taken": counts.taken,
        "unchanged": counts.unchanged,
        "refused": counts.refused,
        "left_out": counts.left_out,
        "accounts": counts.accounts,
    }


def _tell(one: Import, imports: Imports, report: Path | None, out: Output) -> int:
    told = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in encode_counts(one).items() if n)
    lines = [f"Import {one.id} of {escape(one.name)}: {one.state}. {told or 'No rows yet'}."]
    if one.text:
        lines.append(f"[red]{escape(one.code)}[/]: {escape(one.text)}")
    out.result(shown(one), *lines)
    if report is not None:
        data = imports.report(one)
        if data is None:
            raise UsageProblem("There is no report: the import is not done.")
        report.write_bytes(data)
        out.say(f"What became of every row: {escape(str(report))}")
    return REFUSED if one.state == "refused" or one.counts.refused else OK
