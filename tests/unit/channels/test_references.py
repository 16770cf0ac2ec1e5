"""RF references and the text of payment codes, by the vectors of the standards' users."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from saldo.adapters.qr.codes import Codes
from saldo.creditor_reference import (
    bundle_reference,
    invoice_reference,
    is_reference,
    printed_reference,
    reference_from,
)
from saldo.girocode import BYTES_MAX, Transfer, girocode_text

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "iban-rf-epc-bic"
IBAN = "DE89 3704 0044 0532 0130 00"


def vectors(name: str) -> Any:
    path = CORPUS / name
    if not path.is_file():
        pytest.skip("the corpus of references is not here")
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("body", "whole"),
    [("4711", "RF714711"), ("INV2026001", "RF10INV2026001"), ("539007547034", "RF18539007547034")],
)
def test_check_digits(body: str, whole: str) -> None:
    assert reference_from(body) == whole
    assert is_reference(whole)
    assert not is_reference("RF17" + whole[4:])


def test_the_corpus_of_references() -> None:
    cases = vectors("iso11649/rf_vectors.json")
    for text, right in cases["validate"]:
        assert is_reference(text) is right, text
    for body, whole in cases["generate"]:
        assert reference_from("".join(body.split())) == whole
    for compact, printed in cases["format"]:
        assert printed_reference(compact) == printed


@pytest.mark.parametrize("body", ["", "a", "Ä", "1" * 22, "A-1"])
def test_what_is_no_body_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="no body"):
        reference_from(body)


def test_invoice_numbers_that_look_alike_keep_references_of_their_own() -> None:
    numbers = ["20240815", "2024/0815", "2024-0815", "re-1", "RE-1", "RE1", "Rechnung Nr. 7", "ü"]
    references = [invoice_reference(number) for number in numbers]
    assert all(is_reference(reference) and len(reference) <= 25 for reference in references)
    assert len(set(references)) == len(numbers)
    assert invoice_reference("RE-1") == references[4], "the same every time"
    assert len(invoice_reference("X" * 80)) <= 25


def test_a_bundle_has_a_reference_of_its_own_the_same_every_time() -> None:
    first = bundle_reference("10001", ["RE-1", "RE-2"])
    assert is_reference(first)
    assert first == bundle_reference("10001", ["RE-2", "RE-1", "RE-2"])
    others = [("10002", ["RE-1", "RE-2"]), ("10001", ["RE-1", "RE-3"]), ("10001", ["RE-1RE-2"])]
    assert first not in {bundle_reference(account, numbers) for account, numbers in others}


def test_the_lines_of_a_code_stand_where_the_standard_wants_them() -> None:
    text = girocode_text(
        Transfer("Musterwerk GmbH", IBAN, 123456, "COBADEFFXXX", reference="RF714711")
    )
    assert text.split("\n") == [
        *("BCD", "002", "1", "SCT", "COBADEFFXXX", "Musterwerk GmbH", "DE89370400440532013000"),
        *("EUR1234.56", "", "RF714711"),
    ]


def test_without_a_bic_and_with_a_text() -> None:
    cases = vectors("epc-smhg/epc_vectors.json")["valid"]
    (case,) = cases
    given = case["in"]
    # The vector's IBAN is none; ours is checked, so the lines are compared around it.
    mine = girocode_text(
        Transfer(given["name"], IBAN, round(given["amount"] * 100), text=given["remittance_text"])
    ).split("\n")
    theirs = case["out"].split("\n")
    assert [*mine[:6], *mine[7:]] == [*theirs[:6], *theirs[7:]]


def test_a_code_of_others_is_written_and_drawn_the_same() -> None:
    folder = CORPUS / "epc-py" / "data"
    if not folder.is_dir():
        pytest.skip("the corpus of references is not here")
    theirs = (folder / "qr_version_002.txt").read_text("utf-8").rstrip("\n").split("\n")
    name, iban, text = theirs[5], theirs[6], theirs[-1]
    mine = girocode_text(Transfer(name, iban, 12345, text=text))
    assert mine.split("\n") == theirs
    (drawn,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(Codes().png(mine))))
    (seen,) = zxingcpp.read_barcodes(Image.open(folder / "qr_version_002.png"))
    assert drawn.ec_level == "M"
    assert drawn.text.split("\n") == seen.text.rstrip("\n").split("\n") == theirs


def test_what_others_refuse_is_refused_here() -> None:
    refused = vectors("epc-smhg/epc_vectors.json")["refuse"]
    samples = {"bic": {"bic": "ABCDEFGHI"}, "iban": {"iban": "X" * 35}, "amount": {}}
    checked = 0
    for field, value in refused:
        if field not in samples:
            continue  # what the code's text has no field for here, or names that are cut
        more = samples[field] or {"amount_minor": round(float(value) * 100)}
        if field == "amount" and 0.01 <= float(value) <= 999_999_999.99:
            continue  # refused for its decimals alone, which cents cannot have
        with pytest.raises(ValueError, match=r"."):
            girocode_text(Transfer(**{"name": "A", "iban": IBAN, "amount_minor": 1} | more))
        checked += 1
    assert checked >= 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "name"),
        ({"iban": "ABC"}, "IBAN"),
        ({"bic": "ABCDEFGHI"}, "BIC"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": 100_000_000_000}, "amount"),
        ({"reference": "R" * 36}, "reference"),
        ({"text": "x" * 141}, "text"),
        ({"reference": "RF714711", "text": "both"}, "exclude"),
        ({"name": "ü" * 70, "text": "ü" * 140}, str(BYTES_MAX)),
    ],
)
def test_what_the_standard_does_not_allow_is_refused(changes: dict[str, Any], why: str) -> None:
    fields: dict[str, Any] = {"name": "A", "iban": IBAN, "amount_minor": 1} | changes
    with pytest.raises(ValueError, match=why):
        girocode_text(Transfer(**fields))


def test_a_name_that_is_too_long_is_cut() -> None:
    assert girocode_text(Transfer("x" * 75, IBAN, 1)).split("\n")[5] == "x" * 70
