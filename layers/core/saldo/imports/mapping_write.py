"""A mapping as JSON data, with what differs from the defaults alone. The way back is
`mapping_read`.
"""

from __future__ import annotations

from typing import Any

from saldo.imports.mapping import LeaveOut, Mapping, Take
from saldo.imports.mapping_read import SCHEMA
from saldo.tables.model import Layout


def as_json(mapping: Mapping) -> dict[str, Any]:
    """Return the data that `mapping_from` reads as the same mapping."""
    data: dict[str, Any] = {"schema": SCHEMA}
    if mapping.about:
        data["about"] = mapping.about
    data["layout"] = layout_json(mapping.layout)
    data["decimal"], data["days"] = mapping.decimal, mapping.days
    data["accounts"], data["negative"] = mapping.accounts, mapping.negative
    if mapping.leave_out:
        data["leave_out"] = [_rule(rule) for rule in mapping.leave_out]
    data["fields"] = {name: _take(take) for name, take in mapping.fields.items()}
    return data


def layout_json(layout: Layout) -> dict[str, Any]:
    """Return what is to be said of a file of this format."""
    data: dict[str, Any] = {"format": layout.format}
    if layout.format == "xlsx":
        data["sheet"] = layout.sheet
    else:
        data["encoding"] = layout.encoding
    if layout.format in ("csv", "datev-extf"):
        data |= {"separator": layout.separator, "quote": layout.quote}
    data["header_line"] = layout.header_line
    if layout.columns:
        data["columns"] = [
            {"name": one.name, "first": one.first, "last": one.last} for one in layout.columns
        ]
    return data


def _take(take: Take) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if len(take.columns) == 1:
        data["column"] = take.columns[0]
    elif take.columns:
        data |= {"columns": list(take.columns), "with": take.joint}
    else:
        data["value"] = take.value
    if take.part:
        by, first, count = take.part
        data["part"] = {"at": by, "take": first} if by else {"from": first, "count": count}
    if take.table:
        data["table"] = dict(take.table)
    if take.table_else is not None:
        data["table_else"] = take.table_else
    for name, value in (
        ("otherwise", take.otherwise),
        ("pad", take.pad),
        ("days", take.days),
        ("decimal", take.decimal),
        ("less", take.less),
        ("inverted", take.inverted),
    ):
        if value:
            data[name] = value
    if take.side:
        data["minus_where"] = {"column": take.side.column, "is": list(take.side.values)}
    return data


def _rule(rule: LeaveOut) -> dict[str, Any]:
    data: dict[str, Any] = {"column": rule.column}
    if rule.values:
        data["is"] = list(rule.values)
    if rule.begins:
        data["begins"] = list(rule.begins)
    return data
