"""Corpus files with bytes changed, cut out or doubled: whatever happens, there is an answer."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saldo.adapters.einvoice.read import Reading, read
from saldo.einvoices.show import as_json
from tests.unit.einvoices.cases import FOLDER, need_corpus

SEEDS = (
    "xrechnung-testsuite/technical-cases/cius/01.05_minimal_test_ubl.xml",
    "xrechnung-testsuite/business-cases/standard/01.01a-INVOICE_uncefact.xml",
    "en16931/ubl/examples/ubl-tc434-creditnote1.xml",
    "zugferd-corpus/XML-Rechnung/FX/EN16931_Einfach.pdf",
    "zugferd-corpus/ZUGFeRDv1/correct/Intarsys/ZUGFeRD_1p0_BASIC_Einfach.pdf",
)
WORDS = (b"<", b"&", b"]]>", b"<![CDATA[", b"NaN", b"1e999", b"-", b"\x00", b"EUR", b"endobj", b"")


def an_answer(reading: Reading) -> None:
    """Assert that a reading is whole: a record or a reason, and JSON can carry it."""
    assert reading.invoice is not None or reading.error or not reading.is_ok
    if reading.is_ok:
        assert reading.invoice is not None
        assert not any(each.severity == "fatal" for each in reading.findings)
    json.dumps(as_json(reading.invoice) if reading.invoice else {})


def mutated(source: bytes, seed: int) -> bytes:
    """Return a document with one to eight changes."""
    chance = random.Random(seed)
    changed = bytearray(source)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.randrange(200)]
            case 2:
                changed[at:at] = chance.choice(WORDS)
            case _:
                changed[at:at] = changed[at : at + chance.randrange(500)]
    return bytes(changed)


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_damaged_invoice_always_gets_an_answer(name: str, seed: int) -> None:
    need_corpus()
    an_answer(read(mutated((FOLDER / name).read_bytes(), seed)))


VALUES = (
    "", " ", "-1", "0", "0.00", "9" * 39, "-" + "9" * 40, "0." + "0" * 37 + "1", "1e999", "NaN",
    "Infinity", "1,00", "١٢٣", "²", "2026-02-30", "00000000", "99991231", "\u202e", "#SKONTO#",
    "true",
    "JPY", "BHD", "XXX", "S", "K", "O", "384", "59", "=" * 50,
)  # fmt: skip
XML_SEEDS = (
    *(name for name in SEEDS if name.endswith(".xml")),
    "xrechnung-testsuite/business-cases/extension/05.01a-INVOICE_ubl.xml",
    "xrechnung-testsuite/technical-cases/cvd/02.01a-cvd_INVOICE_uncefact.xml",
    "en16931/cii/examples/CII_business_example_02.xml",
)


def revalued(source: bytes, seed: int) -> bytes:
    """Return a well-formed document with values, attributes and elements changed at random."""
    chance = random.Random(seed)
    root = ET.fromstring(source)
    for _ in range(chance.randint(1, 12)):
        parents = [each for each in root.iter() if len(each)]
        if not parents:
            break  # everything was taken out: an invoice with nothing in it
        above = chance.choice(parents)
        element = chance.choice(list(above))
        match chance.randrange(5):
            case 0:
                above.remove(element)
            case 1:
                above.append(deepcopy(element))
            case 2 if element.attrib:
                element.attrib[chance.choice(list(element.attrib))] = chance.choice(VALUES)
            case _:
                element.text = chance.choice(VALUES)
    return ET.tostring(root)


@pytest.mark.parametrize("name", XML_SEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_an_invoice_with_nonsense_in_it_always_gets_an_answer(name: str, seed: int) -> None:
    need_corpus()
    an_answer(read(revalued((FOLDER / name).read_bytes(), seed)))


@settings(max_examples=200, deadline=None)
@given(source=st.binary(max_size=400), head=st.sampled_from([b"", b"%PDF-1.7\n", b"<?xml "]))
def test_noise_always_gets_an_answer(source: bytes, head: bytes) -> None:
    an_answer(read(head + source))


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
def test_ten_thousand_damaged_invoices_get_an_answer(name: str) -> None:
    need_corpus()
    source = Path(FOLDER / name).read_bytes()
    for seed in range(10_000):
        an_answer(read(mutated(source, seed)))


@pytest.mark.long
@pytest.mark.parametrize("name", XML_SEEDS)
def test_three_thousand_invoices_with_nonsense_in_them_get_an_answer(name: str) -> None:
    need_corpus()
    source = Path(FOLDER / name).read_bytes()
    for seed in range(3_000):
        an_answer(read(revalued(source, seed)))
