"""One invoice in several syntaxes is one record.

The pairs are those of the corpus: the same case of KoSIT's test suite in UBL and CII, the same
sample of the ZUGFeRD corpus in UBL, CII and as a PDF. Where their makers wrote something else into
one of them, the field is listed here; a field that is listed and does not differ fails as well.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.einvoice.read import read
from saldo.einvoices.record import Invoice
from tests.unit.einvoices.cases import FOLDER, files

LOST_ID = {"seller.ids"}  # the UBL file lacks the identifier without a scheme
OTHER_YEAR = {"issued_on", "delivered_on", "seller.electronic_address", "buyer.electronic_address"}
DIFFERENT: dict[str, set[str]] = {
    "EN16931_AbweichenderZahlungsempf.ubl.xml": LOST_ID,
    "EN16931_Einfach.ubl.xml": LOST_ID,
    "EN16931_ElektronischeAdresse.ubl.xml": LOST_ID,
    "EN16931_Gutschrift.ubl.xml": LOST_ID,
    "EN16931_Miete.ubl.xml": LOST_ID,
    "EN16931_Rechnungskorrektur.ubl.xml": LOST_ID,
    "EN16931_Reisekostenabrechnung.ubl.xml": LOST_ID,
    "EN16931_SEPA_Prenotification.ubl.xml": LOST_ID,
    # The PDF is years older than the XML beside it.
    "XRECHNUNG_Einfach.pdf": OTHER_YEAR | {"terms", "notes.text"},
    "XRECHNUNG_Elektron.pdf": OTHER_YEAR | {"references.sales_order", "notes.text"},
    "XRECHNUNG_Reisekostenabrechnung.pdf": OTHER_YEAR | {"terms", "period.first", "period.last"},
    "01.02a-INVOICE_ubl.xml": {"references.order"},  # UBL has to write a dummy there
    "01.09a-INVOICE_ubl.xml": {"references.order"},
    "01.11a-INVOICE_ubl.xml": {"references.order"},
    "01.21a-INVOICE_ubl.xml": {"seller.vat_id", "taxes.exemption_reason", "payment_means.text"},
    "03.07a-INVOICE_ubl.xml": LOST_ID | {"payee.registration"},
    # Name and trading name of the buyer are exchanged in the UBL file.
    "01.01_comprehensive_test_ubl.xml": LOST_ID
    | {"payee.registration", "buyer.name", "buyer.trading_name", "references.preceding"},
    "01.02_comprehensive_test_ubl.xml": {"payee.registration", "buyer.name", "buyer.trading_name"},
    "02.01a-cvd_INVOICE_ubl.xml": LOST_ID | {"payee.registration", "lines.description"},
}


def twin(file: Path) -> Path:
    """Return the CII file that says the same."""
    if file.parent.name in ("UBL", "FX"):
        name = file.name.replace(".ubl.xml", ".cii.xml").replace(".pdf", ".cii.xml")
        return file.parent.parent / "CII" / name
    return file.with_name(file.name.replace("_ubl", "_uncefact"))


def record(file: Path) -> Invoice:
    reading = read(file.read_bytes())
    assert reading.invoice is not None, reading.error
    return reading.invoice


def differing(one: Any, other: Any, place: str = "") -> set[str]:
    """Return the fields in which two records differ."""
    if one == other:
        return set()
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return {at for a, b in zip(one, other, strict=True) for at in differing(a, b, place)}
    if not is_dataclass(one) or type(one) is not type(other):
        return {place}
    return {
        at
        for each in fields(one)
        for at in differing(
            getattr(one, each.name),
            getattr(other, each.name),
            f"{place}.{each.name}" if place else each.name,
        )
    }


@pytest.mark.parametrize(
    "file",
    files(
        "zugferd-corpus/XML-Rechnung/UBL/*.xml",
        "zugferd-corpus/XML-Rechnung/FX/*.pdf",
        "xrechnung-testsuite/*/standard/*_ubl.xml",
        "xrechnung-testsuite/technical-cases/*/*_ubl.xml",
    ),
)
def test_the_same_invoice_in_another_syntax_is_the_same_record(file: Path) -> None:
    assert differing(record(file), record(twin(file))) == DIFFERENT.get(file.name, set())


def test_every_difference_belongs_to_a_file_that_there_is() -> None:
    if not FOLDER.is_dir():
        pytest.skip("the corpus is not here")
    assert {name for name in DIFFERENT if not any(FOLDER.glob(f"**/{name}"))} == set()
