"""Every case of the public corpus, and every invoice in it that its makers call right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saldo.adapters.einvoice.read import read
from saldo.einvoices.rules import CATALOGUE
from tests.unit.einvoices.cases import RATES, files, need_corpus, recorded
from tests.unit.einvoices.judge import judge, told

VALID = files(
    "xrechnung-testsuite/**/*.xml",
    "zugferd-corpus/XML-Rechnung/*/*",
    "zugferd-corpus/ZUGFeRDv1/correct/**/*.pdf",
    "zugferd-corpus/ZUGFeRDv2/correct/**/*.pdf",
    "zugferd-corpus/ZUGFeRDv2/correct/**/*.xml",
    "en16931/ubl/examples/*",
    "en16931/cii/examples/*",
    "en16931/test/testfiles/*.xml",
)
FOREIGN = files("zugferd-corpus/fatturaPA/**/*.xml", "en16931/edifact/examples/*")


@pytest.mark.parametrize("file", VALID)
def test_an_invoice_that_is_right_is_taken_with_totals_that_add_up(file: Path) -> None:
    reading = read(file.read_bytes())

    assert reading.error == ""
    assert [each for each in reading.findings if each.severity == "fatal"] == []
    assert reading.is_ok
    assert reading.invoice is not None
    totals = reading.invoice.totals
    assert totals.tax_inclusive_minor is not None
    if totals.tax_exclusive_minor is not None:
        assert totals.tax_inclusive_minor == totals.tax_exclusive_minor + (totals.tax_minor or 0)
    if "MINIMUM" not in reading.profile and "ZUGFeRD 1.0" not in reading.profile:
        lines = sum(line.net_minor or 0 for line in reading.invoice.lines)
        assert totals.lines_minor == lines or not reading.invoice.lines


@pytest.mark.parametrize("file", FOREIGN)
def test_what_is_no_invoice_of_ours_is_refused_and_says_what_it_is(file: Path) -> None:
    reading = read(file.read_bytes())

    assert (reading.is_ok, reading.invoice) == (False, None)
    assert reading.error


def test_no_source_of_the_corpus_is_judged_worse_than_recorded() -> None:
    need_corpus()
    rates, misses = judge()
    print(json.dumps(rates, indent=2), told(misses), sep="\n")  # noqa: T201 - the rates and misses
    worse = {
        source: f"{rates.get(source)}, was {was}"
        for source, was in recorded().items()
        if _share(rates.get(source, "0/1")) < _share(was)
    }

    assert worse == {}, told(misses)
    assert rates.keys() == recorded().keys(), f"write the new rates into {RATES.name}"


def _share(rate: str) -> float:
    right, _, of_all = rate.partition("/")
    return int(right) / int(of_all)


def test_the_recorded_rates_are_what_the_documents_say() -> None:
    page = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text("utf-8")
    missing = [
        source
        for source, rate in recorded().items()
        if f"| {source} | {rate.replace('/', ' of ')} |" not in page
    ]

    assert missing == []


def test_the_catalogue_is_written_as_its_types_say() -> None:
    scopes = {
        "any", "due", "old", "sums", "head", "lines", "peppol", "xrechnung", "extension", "cvd",
    }  # fmt: skip

    assert {rule.scope for rule in CATALOGUE} == scopes
    assert {rule.severity for rule in CATALOGUE} == {"fatal", "warning", "information"}
    assert len({(rule.id, rule.scope) for rule in CATALOGUE}) == len(CATALOGUE)
    assert all(rule.sentence.endswith(".") for rule in CATALOGUE)
