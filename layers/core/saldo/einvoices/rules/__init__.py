"""The rules of EN 16931, XRechnung and Peppol: a catalogue, and small pure tests for it.

catalogue.tsv says of each rule to which set it belongs, how bad it is to break it and what then to
say; a rule may stand there for several sets. The modules beside it hold the test of each, and the
source that it is from.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.findings import Finding
from saldo.einvoices.rules import (
    codes,
    conditions,
    decimals,
    peppol,
    required,
    sums,
    syntax,
    vat,
    xrechnung,
    xrechnung_extension,
)
from saldo.einvoices.rules.rule import Broken, Rule

TESTS: Final[Mapping[str, Broken]] = {
    **required.TESTS,
    **sums.TESTS,
    **conditions.TESTS,
    **vat.TESTS,
    **decimals.TESTS,
    **codes.TESTS,
    **syntax.TESTS,
    **xrechnung.TESTS,
    **xrechnung_extension.TESTS,
    **peppol.TESTS,
}
PLACES_MAX: Final = 20
"""How many places of one broken rule are told; more would say nothing new."""


def _catalogue() -> tuple[Rule, ...]:
    with (Path(__file__).parent / "catalogue.tsv").open(encoding="utf-8", newline="") as rows:
        return tuple(Rule(*row) for row in list(csv.reader(rows, delimiter="\t"))[1:])  # type: ignore[arg-type] # a test holds the file to the types


CATALOGUE: Final = _catalogue()


def check(document: Document) -> tuple[Finding, ...]:
    """Return what is wrong with a document by the rule book that it follows."""
    profile = document.profile
    return tuple(
        Finding(rule.id, rule.severity, rule.sentence, place.path(), place.line)
        for rule in CATALOGUE
        if profile.has(rule.scope)
        for place in islice(TESTS[rule.id](document), PLACES_MAX)
    )
