"""Records from a file: JSON (a list, or {"records": […]}), JSON Lines, or CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from saldo_cli.problems import CommandProblem, UsageProblem

Plain = dict[str, Any]

_BOOLEANS = frozenset({"due_date_agreed", "consumer_notice_given", "already_sent"})
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CONTACT = "contact."
_DISCOUNT = re.compile(r"discount([23]?)\.(until|percent|amount|basis)")


class FileNotReadable(CommandProblem):
    """The file cannot be read, or is not what its name says."""


def read_records(path: Path) -> list[Plain]:
    """Return the file's records as plain JSON objects; raise FileNotReadable or UsageProblem.

    In a CSV file the columns are the API's fields; an empty cell leaves the field out. Columns
    `contact.name`, `contact.email` and `contact.phone` make an account's contact;
    `discount.until` with `discount.percent` or `discount.amount` an invoice's cash discount, and
    `discount2.…` and `discount3.…` the next ones.
    """
    readers = {".json": _json, ".jsonl": _json_lines, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UsageProblem(f"{path.name} is neither a .json, a .jsonl nor a .csv file.")
    try:
        return list(reader(path))
    except OSError as error:
        raise FileNotReadable(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileNotReadable(f"{path.name} cannot be read: {error}.") from error


def _json(path: Path) -> Iterator[Plain]:
    found = _loaded(path.read_text("utf-8-sig"), path.name)
    records = found.get("records") if isinstance(found, dict) else found
    if not isinstance(records, list):
        raise FileNotReadable(f"{path.name} holds no list of records.")
    for number, record in enumerate(records, start=1):
        yield _object(record, f"Record {number}")


def _json_lines(path: Path) -> Iterator[Plain]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        if line.strip():
            yield _object(_loaded(line, f"Line {number}"), f"Line {number}")


def _csv(path: Path) -> Iterator[Plain]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            if None in row:
                raise FileNotReadable(f"A row of {path.name} has more cells than the head.")
            yield _record(row)


def _record(row: dict[str, str]) -> Plain:
    record: Plain = {}
    contact: Plain = {}
    discounts: dict[str, Plain] = {}
    for name, value in row.items():
        if not (value or "").strip():
            continue
        if name.startswith(_CONTACT):
            contact[name.removeprefix(_CONTACT)] = value.strip()
        elif found := _DISCOUNT.fullmatch(name):
            discounts.setdefault(found[1], {})[found[2]] = value.strip()
        elif name in _BOOLEANS:
            # What is neither true nor false is the API's to refuse, with its reason.
            record[name] = _TRUTH.get(value.strip().lower(), value)
        else:
            record[name] = value.strip()
    if contact:
        record["contacts"] = [contact]
    if discounts:
        record["discounts"] = [discounts[place] for place in sorted(discounts)]
    return record


def _loaded(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileNotReadable(f"{where} is no JSON: {error}.") from error


def _object(value: Any, where: str) -> Plain:
    if not isinstance(value, dict):
        raise FileNotReadable(f"{where} is no JSON object.")
    return value
