"""The public corpus of e-invoices beside the project, and what it expects of each case.

`expected_index.csv` names two kinds of cases: `testSet` (CEN: several small documents in a file,
each with the rule that it keeps or breaks) and `xmute` (KoSIT: a document with instructions how to
change it, and what rule holds or breaks then); and whole files of the ZUGFeRD corpus.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests import corpora

FOLDER = corpora.CORPORA / "e-invoices"
RATES = Path(__file__).with_name("rates.json")


@dataclass(frozen=True)
class Case:
    """A row of the index: whether the rules are kept, and which they are."""

    file: str
    number: int
    is_kept: bool
    rules: tuple[str, ...]
    kind: str

    @property
    def source(self) -> str:
        """The part of the corpus that it is from, as the rates are told."""
        parts = self.file.split("/")
        return "/".join(parts[: 3 if parts[0] in ("en16931", "zugferd-corpus") else 2])


def need_corpus() -> None:
    """Skip a test on a machine without the corpus; in CI it fails instead."""
    if not FOLDER.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"the corpus of e-invoices does not lie in {FOLDER}")


def files(*patterns: str) -> list[Any]:
    """Return a test parameter per file of this corpus."""
    return corpora.files(FOLDER, *patterns)


def cases() -> Iterator[Case]:
    """Yield every row of the index."""
    with (FOLDER / "expected_index.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            rules = tuple(each.split(":")[-1] for each in row["rule"].split())
            kind = row["kind"].split(":")[0]
            yield Case(
                row["file"],
                int(row["case"]),
                row["expected"] == "success",
                () if kind == "zugferd-corpus" else rules,
                kind,
            )


def documents(case: Case) -> list[bytes]:
    """Return the documents of a case: one, or one for each value that an instruction lists."""
    path = FOLDER / case.file
    if case.kind == "zugferd-corpus":
        return [path.read_bytes()]
    if case.kind == "testSet":
        return [_of_test_set(path)[case.number - 1]]
    return _mutated(path, case.number)


@lru_cache(maxsize=2)
def _of_test_set(path: Path) -> list[bytes]:
    tests = [each for each in ET.parse(path).getroot() if each.tag.endswith("}test")]
    return [ET.tostring(_document(each)) for each in tests]


def _document(test: ET.Element) -> ET.Element:
    return next(each for each in test if not each.tag.endswith("}assert"))


@lru_cache(maxsize=2)
def _with_instructions(path: Path) -> ET.Element:
    builder = ET.TreeBuilder(insert_pis=True)
    return ET.fromstring(path.read_bytes(), ET.XMLParser(target=builder))


def _mutated(path: Path, number: int) -> list[bytes]:
    whole = _with_instructions(path)
    parent, at, written = list(_instructions(whole))[number - 1]
    target = next(i for i in range(at, len(parent)) if isinstance(parent[i].tag, str))
    place = _indices(whole, parent)
    changes = _attributes(written)
    values = [one.strip() for one in changes.get("values", "").split(",")]
    made = []
    for value in values if changes["mutator"] == "code" else [""]:
        copy = deepcopy(whole)
        owner = copy
        for step in place:
            owner = owner[step]
        _change(owner, target, changes, value)
        made.append(ET.tostring(_without_instructions(copy)))
    return made


def _change(owner: ET.Element, target: int, changes: dict[str, str], value: str) -> None:
    element, attribute = owner[target], changes.get("attribute")
    match changes["mutator"]:
        case "remove" if attribute:
            element.attrib.pop(attribute, None)
        case "remove":
            del owner[target]
        case "empty" | "code" if attribute:
            element.attrib[attribute] = value
        case "empty":
            element.text = ""
            for child in list(element):
                element.remove(child)
        case "code":
            element.text = value
        case "identity":
            pass
        case other:
            raise ValueError(other)


def _instructions(whole: ET.Element) -> Iterator[tuple[ET.Element, int, str]]:
    for at, child in enumerate(whole):
        if child.tag is ET.PI and (child.text or "").startswith("xmute"):
            yield whole, at, child.text or ""
        else:
            yield from _instructions(child)


def _attributes(written: str) -> dict[str, str]:
    return dict(ET.fromstring(f"<{written}/>").attrib)


def _indices(whole: ET.Element, wanted: ET.Element) -> list[int]:
    above = {child: (parent, at) for parent in whole.iter() for at, child in enumerate(parent)}
    place: list[int] = []
    while wanted is not whole:
        wanted, at = above[wanted]
        place.insert(0, at)
    return place


def _without_instructions(whole: ET.Element) -> ET.Element:
    for parent in list(whole.iter()):
        for child in list(parent):
            if child.tag is ET.PI:
                parent.remove(child)
    return whole


def recorded() -> dict[str, str]:
    """Return the rates as they were last recorded: `right/all` per source."""
    rates: dict[str, str] = json.loads(RATES.read_text("utf-8"))
    return rates
