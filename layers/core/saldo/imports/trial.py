"""Trying a mapping on a file: what would be taken, said before anything is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from saldo.errors import Refusal
from saldo.imports.guess import Guess, guess
from saldo.imports.mapping import Mapping
from saldo.imports.mapping_read import mapping_from
from saldo.imports.ready import BY_EXTF_CATEGORY, ready
from saldo.imports.understand import Understanding, Understood
from saldo.tables.columns import Columns
from saldo.tables.extf import BOOKINGS, MASTER_DATA
from saldo.tables.model import Layout, Opener, Row
from saldo.tables.read import Detected, Tables, survey

ROWS_SHOWN: Final = 10

Check = Callable[[Understood], Refusal | None]
"""Judges a row as the API would, without looking into the books."""


@dataclass(slots=True)
class Trial:
    """What a file holds and how a mapping reads it. `counts` are rows by what becomes of them,
    `refusals` by their codes, each with the first line; `rows` are the first ones.
    """

    layout: Layout
    columns: Columns
    mapping: Mapping
    doubts: list[str]
    is_proposed: bool
    undecided: tuple[str, ...] = ()
    rows: list[Understood] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    refusals: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    contradiction: str = ""


def propose(tables: Tables, opener: Opener) -> tuple[Guess, Detected, Columns]:
    """Return a mapping for a file, from the file alone.

    Raises TableNotReadable, TableTooLarge or WorkbookNotTaken.
    """
    found = tables.detect(opener)
    seen = survey(tables.open(opener, found.layout))
    if found.layout.format == "datev-extf":
        names = {facts.name for facts in seen.facts}
        category = BOOKINGS if any(name.startswith("Umsatz") for name in names) else MASTER_DATA
        data = ready(BY_EXTF_CATEGORY[category])
        layout = {**data["layout"], "encoding": found.layout.encoding}
        mapping = mapping_from({**data, "layout": layout})
        return Guess(mapping, ()), found, seen
    return guess(found.layout, seen), found, seen


def attempt(
    tables: Tables, opener: Opener, mapping: Mapping | None, check: Check | None = None
) -> Trial:
    """Read a whole file by a mapping, or by the proposed one, and say what would become of it.

    Raises what `propose` raises, and ColumnsMissing.
    """
    if mapping is None:
        made, found, seen = propose(tables, opener)
        doubts = [*found.doubts, *made.doubts]
        trial = Trial(
            found.layout, seen, made.mapping, doubts, is_proposed=True, undecided=made.undecided
        )
    else:
        seen = survey(tables.open(opener, mapping.layout))
        trial = Trial(mapping.layout, seen, mapping, [], is_proposed=False)
    _read_all(trial, tables, opener, check)
    return trial


def _read_all(trial: Trial, tables: Tables, opener: Opener, check: Check | None) -> None:
    table = tables.open(opener, trial.layout)
    reader = Understanding(trial.mapping, table.columns)
    for row in table.rows:
        if not trial.contradiction:
            trial.contradiction = _contradiction(reader, row)
        one = reader.of(row)
        if one.refusal is None and check is not None and not one.left_out:
            one = replace(one, refusal=check(one))
        _count(trial, one)
        if len(trial.rows) < ROWS_SHOWN and one.left_out != "empty":
            trial.rows.append(one)


def _contradiction(reader: Understanding, row: Row) -> str:
    try:
        reader.check(row)
    except Refusal as refusal:
        return refusal.detail
    return ""


def _count(trial: Trial, one: Understood) -> None:
    if one.left_out:
        trial.counts["left out"] += 1
    elif one.refusal is not None:
        trial.counts["refused"] += 1
        code = one.refusal.code
        count, line, text = trial.refusals.get(code, (0, one.line, one.refusal.detail))
        trial.refusals[code] = (count + 1, line, text)
    else:
        trial.counts[one.kind] += 1
