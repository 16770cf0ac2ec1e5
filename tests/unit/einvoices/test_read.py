"""What is taken, what is refused, and how the record tells it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.einvoice.read import read
from saldo.einvoices.record import Invoice, Note, Skonto
from saldo.einvoices.show import as_json
from saldo_cli.main import main
from saldo_cli.problems import OK, REFUSED
from tests.unit.einvoices.made import invoice


def rules(source: bytes) -> dict[str, str]:
    """Return the severity of each rule that a document breaks."""
    return {each.rule: each.severity for each in read(source).findings}


def record(source: bytes) -> Invoice:
    reading = read(source)
    assert reading.invoice is not None
    return reading.invoice


def test_an_invoice_without_faults_is_taken_without_findings() -> None:
    reading = read(invoice())

    assert reading.is_ok
    assert reading.findings == ()
    assert (reading.syntax, reading.profile) == ("UBL Invoice", "EN 16931")


def test_the_record_says_who_owes_whom_how_much_by_when() -> None:
    made = record(invoice())

    assert (made.number, made.kind, made.currency) == ("2026-1001", "invoice", "EUR")
    assert (made.issued_on, made.due_on) == (date(2026, 11, 1), date(2026, 11, 15))
    assert (made.seller.name, made.seller.vat_id) == ("Acme Example GmbH", "DE123456789")
    assert made.buyer.name == "Voorbeeld Example B.V."
    assert (made.totals.payable_minor, made.totals.tax_minor) == (11900, 1900)
    assert made.payment_means[0].iban == "DE89370400440532013000"
    assert made.payment_reference == "RF18539007547034"
    assert made.notes == (Note("Thank you", "AAI"),)
    line = made.lines[0]
    assert (line.quantity, line.unit, line.price, line.net_minor) == ("2", "HUR", "50", 10000)


def test_cash_discounts_are_taken_apart() -> None:
    assert record(invoice()).discounts == (Skonto(8, "2.00", None), Skonto(14, "1.00", "100.00"))


def test_a_cent_too_much_to_pay_refuses_the_invoice() -> None:
    due = '<cbc:PayableAmount currencyID="EUR">119.00'
    reading = read(invoice((due, due.replace("119.00", "119.01"))))

    assert not reading.is_ok
    assert [(each.rule, each.severity) for each in reading.findings] == [("BR-CO-16", "fatal")]
    assert reading.findings[0].path == "/Invoice/cac:LegalMonetaryTotal"
    assert reading.findings[0].line


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (">119.00</cbc:TaxIncl", ">118.99</cbc:TaxIncl", "BR-CO-15"),
        (">100.00</cbc:TaxExcl", ">99.99</cbc:TaxExcl", "BR-CO-13"),
        (">19.00</cbc:TaxAmount>\n<cac:TaxSub", ">19.01</cbc:TaxAmount>\n<cac:TaxSub", "BR-CO-14"),
        ("<cbc:Percent>19<", "<cbc:Percent>7<", "BR-CO-17"),
        (">100.00</cbc:Taxable", ">99.90</cbc:Taxable", "BR-S-08"),
        ("<cbc:ID>2026-1001</cbc:ID>", "", "BR-02"),
        ("<cbc:IssueDate>2026-11-01</cbc:IssueDate>", "", "BR-03"),
        ("2026-11-15", "2026-02-30", "SALDO-01"),
        ("CurrencyCode>EUR<", "CurrencyCode>QQQ<", "BR-CL-04"),
        ("Acme Example GmbH", " ", "BR-06"),
    ],
)  # fmt: skip
def test_what_nothing_can_be_booked_with_is_refused(old: str, new: str, broken: str) -> None:
    source = invoice((old, new))

    assert rules(source)[broken] == "fatal"
    assert not read(source).is_ok


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ('unitCode="HUR"', 'unitCode="hours"', "BR-CL-23"),
        ("DE123456789", "123456789", "BR-CO-09"),
        ("<cbc:ID>1</cbc:ID>", "", "BR-21"),
        ("urn:cen.eu:en16931:2017", "", "BR-01"),
    ],
)
def test_a_cosmetic_fault_is_taken_with_a_warning(old: str, new: str, broken: str) -> None:
    source = invoice((old, new))

    assert rules(source)[broken] == "warning"
    assert read(source).is_ok


def test_an_xrechnung_is_asked_for_more_than_the_standard_is() -> None:
    xrechnung = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
    plain = ("urn:cen.eu:en16931:2017", xrechnung)

    assert {"BR-DE-2", "BR-DE-15", "PEPPOL-EN16931-R010"} <= rules(invoice(plain)).keys()
    assert "BR-DE-18" not in rules(invoice(plain))
    assert "BR-DE-18" in rules(invoice(plain, ("#TAGE=8#", "#TAGE=acht#")))


def test_numbers_as_long_as_they_get_are_compared_and_not_stumbled_over() -> None:
    long = "9" * 38
    source = invoice(("<cbc:Percent>19<", f"<cbc:Percent>{long}<"), ("100.00", long))

    assert not read(source).is_ok


def test_a_currency_without_decimals_and_one_with_three_keep_theirs() -> None:
    yen = invoice(("EUR", "JPY"))
    dinar = invoice(("EUR", "BHD"))

    assert record(yen).totals.payable_minor == 119
    assert record(dinar).totals.payable_minor == 119_000
    assert as_json(record(dinar))["totals"]["payable"] == "119.000"


def test_a_credit_note_is_told_by_its_code() -> None:
    assert record(invoice(("380", "381"))).kind == "credit-note"
    assert record(invoice(("380", "384"))).kind == "correction"


def test_the_command_prints_a_line_per_file_and_1_if_any_was_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(invoice())
    bad.write_text("no invoice", "utf-8")

    assert main(["invoice", "read", str(good)]) == OK
    assert main(["invoice", "read", str(good), str(bad), str(tmp_path), "missing"]) == REFUSED

    lines: list[dict[str, Any]] = [
        json.loads(line) for line in capsys.readouterr().out.splitlines()
    ]
    assert [line["ok"] for line in lines] == [True, True, False, False, False]
    assert {tuple(line) for line in lines} == {
        ("file", "ok", "syntax", "profile", "invoice", "findings", "error")
    }
    assert lines[0]["invoice"]["totals"]["payable"] == "119.00"
    assert lines[0]["invoice"]["due_on"] == "2026-11-15"
    assert lines[2]["error"].startswith("This is not well-formed XML")
    assert lines[3]["error"] == "There is no such file."
