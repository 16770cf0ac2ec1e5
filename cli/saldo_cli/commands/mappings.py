"""`saldo mapping …`: what the columns of a file mean."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.adapters.sheets.workbooks import OpenpyxlWorkbooks
from saldo.edge.v1.row_push import check_row
from saldo.imports.fields import FIELDS
from saldo.imports.mapping import Mapping, Take
from saldo.imports.mapping_read import mapping_from
from saldo.imports.mapping_write import layout_json
from saldo.imports.ready import READY, ready
from saldo.imports.trial import Trial, propose
from saldo.imports.trial import attempt as attempt_mapping
from saldo.imports.understand import Understood
from saldo.tables.read import Tables
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_TABLES = Tables(OpenpyxlWorkbooks())
_COLUMNS = ("number", "account", "name", "issued on", "due on", ">amount", "")
_CELL_CHARACTERS = 32


def attempt(options: Namespace, out: Output) -> int:
    """Show how a file would be understood; 1 if any of its rows would be refused."""
    mapping = mapping_from(_json(options.map)) if options.map else None
    somebody = Creditor("try", "", options.country, "de", "Europe/Berlin", "")
    check = partial(check_row, somebody)
    trial = attempt_mapping(_TABLES, _opener(options.file), mapping, check)
    _tell(trial, options.file.name, out)
    return REFUSED if trial.refusals or trial.contradiction else OK


def guess(options: Namespace, out: Output) -> int:
    """Print a proposed mapping; what is not certain about it goes to standard error."""
    made, found, _ = propose(_TABLES, _opener(options.file))
    out.json(made.as_json())
    for doubt in (*found.doubts, *made.doubts):
        out.problem(doubt)
    return OK


def ready_made(options: Namespace, out: Output) -> int:
    """Print a mapping that comes with Saldo, or the names of all."""
    if options.name is None:
        out.result(list(READY), *READY)
        return OK
    if options.name not in READY:
        raise UsageProblem(f"There is no {options.name!r}.", f"There are {', '.join(READY)}.")
    out.json(ready(options.name))
    return OK


def put(options: Namespace, out: Output) -> int:
    """Set the mapping of a source."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    data = _json(options.map)
    made, is_new = services.mappings.set(creditor, options.source, data, who(options))
    said = "is set" if is_new else "was just so already"
    out.result(
        {"source": made.source, "version": made.number, "changed": is_new},
        f"The mapping of {escape(made.source)} {said}: version {made.number}.",
    )
    return OK


def show(options: Namespace, out: Output) -> int:
    """Print the mapping of a source, as it was set."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    out.json(services.mappings.get(creditor, options.source, options.version).data)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List the mappings in force."""
    services = cloud_of(options).services
    found = services.mappings.all(creditor_of(options, services).id)
    if out.as_json:
        out.json([{"source": one.source, "version": one.number} for one in found])
    rows = [
        (one.source, str(one.number), f"{one.set_at:%Y-%m-%d %H:%M}", one.set_by) for one in found
    ]
    out.table("", ("source", ">version", "set", "by"), rows)
    if not found:
        out.say("There is no mapping yet: saldo mapping guess FILE proposes one.")
    return OK


def _tell(trial: Trial, name: str, out: Output) -> None:
    if out.as_json:
        out.json(_as_data(trial, name))
        return
    layout = ", ".join(f"{key} {value!r}" for key, value in layout_json(trial.layout).items())
    out.say(f"[bold]{escape(name)}[/]: {escape(layout)}")
    out.say(f"decimal mark '{trial.mapping.decimal}', days {trial.mapping.days}\n")
    said = "Proposed" if trial.is_proposed else "By the mapping"
    fields = [
        (field, escape(_of(take)), FIELDS[field].what)
        for field, take in trial.mapping.fields.items()
    ]
    out.table(said, ("field", "is", "which is"), fields)
    unused = [one.name for one in trial.columns.facts if one.name not in trial.mapping.columns]
    if unused:
        out.say(f"\n[dim]Not looked at: {escape(', '.join(unused))}[/]")
    out.table("\nThe first rows", (">line", "kind", *_COLUMNS), [_row(one) for one in trial.rows])
    counts = ", ".join(f"{count} {kind}" for kind, count in trial.counts.items())
    out.say(f"\nIn all: {escape(counts or 'no rows')}.")
    for code, (count, line, text) in trial.refusals.items():
        out.say(f"[red]{count} × {escape(code)}[/], first in line {line}: {escape(text)}")
    if trial.contradiction:
        out.say(f"[bold red]The file would be refused whole.[/] {escape(trial.contradiction)}")
    for doubt in trial.doubts:
        out.say(f"[yellow]?[/] {escape(doubt)}")
    if trial.undecided:
        out.say(f"[yellow]To be decided before anything is taken: {', '.join(trial.undecided)}[/]")


def _row(one: Understood) -> tuple[str, ...]:
    record, account = one.record, one.account or {}
    opening = record.get("opening", {})
    if one.left_out:
        note = f"left out: {one.left_out}"
    elif one.refusal:
        note = f"{one.refusal.code}: {one.refusal.detail}"
    else:
        note = f"stage {opening['stage']}" if opening.get("stage") else ""
        note += " blocked" if opening.get("blocked") else ""
    amount = f"{record.get('amount', '')} {record.get('currency', '')}".strip()
    cells = (
        one.id,
        str(record.get("account") or account.get("number", "")),
        str(account.get("name", "")),
        record.get("issued_on", ""),
        record.get("due_on", ""),
        amount,
    )
    return (str(one.line), one.kind, *(cell[:_CELL_CHARACTERS] for cell in cells), note.strip())


def _of(take: Take) -> str:
    if not take.columns:
        return repr(take.value)
    joined = (
        f" +{take.joint}+ ".join(take.columns) if take.joint.strip() else " + ".join(take.columns)
    )
    more = [word for word, is_so in (("cut", take.part), ("translated", take.table)) if is_so]
    return f"{joined} ({', '.join(more)})" if more else joined


def _as_data(trial: Trial, name: str) -> dict[str, Any]:
    return {
        "file": name,
        "layout": layout_json(trial.layout),
        "mapping": _data_of(trial.mapping, trial.undecided),
        "proposed": trial.is_proposed,
        "undecided": list(trial.undecided),
        "doubts": trial.doubts,
        "contradiction": trial.contradiction or None,
        "counts": dict(trial.counts),
        "refusals": [
            {"code": code, "count": count, "first_line": line, "text": text}
            for code, (count, line, text) in trial.refusals.items()
        ],
        "columns": [
            {"name": one.name, "filled": one.filled, "examples": one.examples}
            for one in trial.columns.facts
        ],
        "rows": [
            {
                "line": one.line,
                "kind": one.kind,
                "record": one.record,
                "account": one.account,
                "hold": one.hold,
                "left_out": one.left_out or None,
                "refusal": one.refusal.code if one.refusal else None,
                "text": one.refusal.detail if one.refusal else None,
            }
            for one in trial.rows
        ],
    }


def _data_of(mapping: Mapping, undecided: tuple[str, ...]) -> dict[str, Any]:
    from saldo.imports.guess import Guess

    return Guess(mapping, (), undecided).as_json()


def _opener(file: Path) -> Callable[[], BinaryIO]:
    if not file.is_file():
        raise UsageProblem(f"There is no file {str(file)!r}.")
    return lambda: file.open("rb")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageProblem(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageProblem(f"{file} is no JSON: {error}.") from None
