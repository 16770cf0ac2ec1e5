"""Mappings: data that a person can read, refused where it could not mean anything."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from saldo.imports.mapping import MappingNotValid, MappingUnknown
from saldo.imports.mapping_read import mapping_from
from saldo.imports.mapping_write import as_json
from saldo.imports.ready import READY, ready
from tests.books import CREDITOR
from tests.imported import MAPPING, Importing


def _with(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(MAPPING)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = data
        for step in way:
            place = place[step]
        place[last] = value
    return data


@pytest.mark.parametrize("name", READY)
def test_a_mapping_that_comes_with_saldo_reads_and_writes_the_same(name: str) -> None:
    mapping = mapping_from(ready(name))
    assert mapping_from(as_json(mapping)) == mapping


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([], ""),
        ({}, "/schema"),
        (_with(schema=2), "/schema"),
        (_with(days="?"), "/days"),
        (_with(decimal="?"), "/decimal"),
        (_with(dayz="DMY"), "/dayz"),
        (_with(layout__encoding="klingon"), "/layout/encoding"),
        (_with(layout__separator=";;"), "/layout/separator"),
        (_with(layout__header_line=-1), "/layout/header_line"),
        (_with(layout__header_line=True), "/layout/header_line"),
        (_with(fields__number={}), "/fields/number"),
        (_with(fields__number={"column": "A", "value": "B"}), "/fields/number"),
        (_with(fields__number={"colum": "A"}), "/fields/number/colum"),
        (_with(fields__nummer={"column": "A"}), "/fields/nummer"),
        (_with(fields__number={"column": "A", "inverted": True}), "/fields/number"),
        (_with(fields__kind={"value": "bill"}), "/fields/kind"),
        (_with(fields__kind={"column": "A", "table": {"GS": "credit-note"}}), "/fields"),
        (_with(negative="credit-note"), "/fields"),
        (_with(leave_out=[{"column": "A"}]), "/leave_out/0"),
        (_with(layout={"format": "fixed-width"}), "/layout/columns"),
        (
            _with(
                layout={"format": "fixed-width", "columns": [{"name": "A", "first": 3, "last": 2}]}
            ),
            "/layout/columns/0",
        ),
    ],
)
def test_a_mapping_that_could_not_mean_anything_is_refused_where_it_is_wrong(
    data: Any, pointer: str
) -> None:
    with pytest.raises(MappingNotValid) as refused:
        mapping_from(data)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("missing", ["number", "account", "issued_on", "due_on", "amount"])
def test_without_a_field_that_every_invoice_has_nothing_could_be_taken(missing: str) -> None:
    data = copy.deepcopy(MAPPING)
    del data["fields"][missing]
    with pytest.raises(MappingNotValid, match=missing):
        mapping_from(data)


def test_every_version_is_kept_and_the_same_again_makes_none() -> None:
    world = Importing(MAPPING)
    _, is_new = world.mappings.set(CREDITOR, "erp", MAPPING, "owner")
    assert not is_new
    second, is_new = world.mappings.set(CREDITOR, "erp", _with(days="YMD"), "owner")
    assert (second.number, is_new) == (2, True)
    assert world.mappings.read(CREDITOR, "erp").days == "YMD"
    assert world.mappings.read(CREDITOR, "erp", 1).days == "DMY"
    assert [one.number for one in world.mappings.all(CREDITOR)] == [2]


def test_a_source_without_a_mapping_says_so() -> None:
    with pytest.raises(MappingUnknown):
        Importing().mappings.get(CREDITOR, "erp")
