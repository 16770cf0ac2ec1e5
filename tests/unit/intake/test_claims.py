"""What electronic invoices mean for the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from saldo.adapters.einvoice.read import read
from saldo.edge.v1.records import credit_note_from, invoice_from, lines_from
from saldo.einvoices.record import Adjustment, Invoice, Preceding, Skonto
from saldo.errors import Refusal
from saldo.intake.claims import Claim, CreditClaim, Meaning, Nothing, meaning_of
from saldo.intake.rules import IntakeRules
from saldo.invoices.discounts import DiscountTerm
from saldo.money import format_amount
from tests.unit.einvoices.cases import files
from tests.unit.einvoices.made import invoice as ubl
from tests.unit.einvoices.test_corpus import VALID

RULES = IntakeRules("musterwerk")


def document(**changes: object) -> Invoice:
    """The sample invoice over EUR 119.00, issued on 1 November 2026, with changes of its record."""
    found = read(ubl()).invoice
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]  # fields of the record


def payable(minor: int, **changes: object) -> Invoice:
    whole = document()
    return replace(whole, totals=replace(whole.totals, payable_minor=minor), **changes)  # type: ignore[arg-type]


def claim(found: Meaning) -> Claim:
    assert isinstance(found, Claim)
    return found


def codes(found: Meaning) -> list[str]:
    return [row.code for row in found.remarks]


def as_pushed(meaning: Claim | CreditClaim) -> None:
    """Hold what was mapped against what the API takes of an ERP's push."""
    if isinstance(meaning, CreditClaim):
        note = meaning.note
        sent = {
            "number": note.number,
            "invoice": "RE-1",
            "issued_on": note.issued_on.isoformat(),
            "currency": note.currency,
            "amount": format_amount(note.amount_minor, note.currency),
        }
        again = credit_note_from(sent | ({"reason": note.reason} if note.reason else {}), "x")
        assert again.amount_minor == note.amount_minor
        return
    one = meaning.invoice
    record = {
        "number": one.number,
        "account": "D-1",
        "issued_on": one.issued_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "currency": one.currency,
        "amount": format_amount(one.amount_minor, one.currency),
        "description": one.description,
        "lines": [
            {
                "ref": line.ref,
                "text": line.text,
                "quantity": line.quantity,
                "unit": line.unit,
                "unit_price": line.unit_price,
                "amount": format_amount(line.amount_minor, one.currency),
                "tax_rate": line.tax_rate,
            }
            for line in meaning.lines
        ],
    }
    record |= {"order_reference": one.order_reference} if one.order_reference else {}
    record |= {"payment_terms": one.payment_terms} if one.payment_terms else {}
    record |= {"payment_reference": one.payment_reference} if one.payment_reference else {}
    assert invoice_from(record, "musterwerk").amount_minor == one.amount_minor
    read_again = lines_from(record)
    assert read_again is not None
    assert read_again[1] == meaning.lines


@pytest.mark.parametrize("file", VALID)
def test_every_right_invoice_of_the_corpus_is_mapped_with_its_own_total(file: Path) -> None:
    reading = read(file.read_bytes())
    source = reading.invoice
    assert source is not None
    try:
        meaning = meaning_of(source, RULES)
    except Refusal as refusal:
        pytest.fail(f"refused: {refusal.code}")
    to_pay = source.totals.payable_minor
    if isinstance(meaning, Nothing):
        assert to_pay == 0
        return
    as_pushed(meaning)
    if isinstance(meaning, CreditClaim):
        assert meaning.note.amount_minor == abs(to_pay)
        assert source.kind == "credit-note" or to_pay < 0
        return
    assert meaning.invoice.amount_minor == meaning.invoice.open_minor == to_pay
    assert meaning.invoice.due_on >= source.issued_on
    assert "discount-left-out" not in codes(meaning)
    assert "lines-left-out" not in codes(meaning) or "ZUGFeRD 1.0" in reading.profile
    net = source.totals.tax_exclusive_minor
    if meaning.lines and net is not None:
        assert sum(line.amount_minor for line in meaning.lines) == net


def test_an_invoice_is_owed_as_it_was_written() -> None:
    found = claim(meaning_of(document(), RULES))
    owed = found.invoice
    assert (owed.number, owed.amount_minor, owed.currency) == ("2026-1001", 11900, "EUR")
    assert (owed.description, owed.payment_reference) == ("Consulting", "RF18539007547034")
    (line,) = found.lines
    assert (line.quantity, line.unit, line.unit_price, line.tax_rate) == ("2", "HUR", "50", "19")
    assert line.gross_minor == 11900
    assert not found.is_correction


def test_what_was_prepaid_is_not_owed_again() -> None:
    whole = document()
    part = replace(whole, totals=replace(whole.totals, prepaid_minor=5000, payable_minor=6900))
    found = claim(meaning_of(part, RULES))
    assert found.invoice.amount_minor == 6900
    assert codes(found) == ["prepaid"]
    whole_sum = found.invoice.discounts[1]
    assert (whole_sum.fixed_minor, whole_sum.basis_points) == (100, 0), "1 % of the EUR 100.00"


def test_an_invoice_that_is_paid_already_books_nothing() -> None:
    assert isinstance(meaning_of(payable(0), RULES), Nothing)


def test_an_invoice_below_zero_is_a_credit_note() -> None:
    found = meaning_of(payable(-2000, references=_naming("RE-0"), number="RE-0-correction"), RULES)
    assert isinstance(found, CreditClaim)
    assert (found.note.amount_minor, found.preceding) == (2000, ("RE-0",))


def test_a_credit_note_names_the_invoices_that_it_is_about_once_each() -> None:
    found = meaning_of(payable(2000, kind="credit-note", references=_naming("A", "B", "A")), RULES)
    assert isinstance(found, CreditClaim)
    assert found.preceding == ("A", "B")


def test_a_credit_note_below_zero_is_for_people() -> None:
    with pytest.raises(Refusal) as refused:
        meaning_of(payable(-1, kind="credit-note"), RULES)
    assert refused.value.code == "credit-below-zero"


@pytest.mark.parametrize("number", ["x" * 65, "~1", "a\u202eb"])
def test_a_number_that_no_record_may_have_is_refused(number: str) -> None:
    with pytest.raises(Refusal) as refused:
        meaning_of(document(number=number), RULES)
    assert refused.value.code == "document-number-not-taken"


def test_a_correction_says_what_it_replaces_and_an_invoice_does_not() -> None:
    corrected = document(kind="correction", references=_naming("RE-0"))
    found = claim(meaning_of(corrected, RULES))
    assert (found.is_correction, found.replaces) == (True, ("RE-0",))
    plain = claim(meaning_of(document(references=_naming("RE-0")), RULES))
    assert (plain.is_correction, plain.replaces) == (False, ())


def test_allowances_and_charges_of_the_whole_are_lines_of_it() -> None:
    less = Adjustment(1000, None, "", "Discount for loyalty", "", "S", "19")
    more = Adjustment(500, None, "", "", "FC", "S", "19")
    totals = replace(document().totals, tax_exclusive_minor=8500)
    whole = document(allowances=(less, less), charges=(more,), totals=totals)
    found = claim(meaning_of(whole, RULES))
    assert [(one.ref, one.text, one.amount_minor) for one in found.lines[1:]] == [
        ("-", "Discount for loyalty", -1000),
        ("--3", "Discount for loyalty", -1000),
        ("+", "+", 500),
    ]


def test_lines_that_do_not_add_up_are_left_to_the_document() -> None:
    totals = replace(document().totals, tax_exclusive_minor=9000)
    found = claim(meaning_of(document(totals=totals), RULES))
    assert found.lines == ()
    assert codes(found) == ["lines-left-out"]


def test_skonto_runs_from_the_day_of_issue() -> None:
    offered = (Skonto(14, "2.00", None), Skonto(7, "3.00", None))
    found = claim(meaning_of(document(discounts=offered), RULES)).invoice
    assert found.discounts == (
        DiscountTerm(date(2026, 11, 8), 300),
        DiscountTerm(date(2026, 11, 15), 200),
    )


def test_a_discount_that_runs_longer_than_the_invoice_moves_its_due_date() -> None:
    offered = document(discounts=(Skonto(60, "2.00", None),), due_on=date(2026, 12, 15))
    found = claim(meaning_of(offered, RULES))
    assert found.invoice.due_on == date(2026, 12, 31) == found.invoice.discounts[0].until
    assert codes(found) == ["due-after-discount"]


@pytest.mark.parametrize(
    "offered",
    [
        (Skonto(7, "0.00", None),),
        (Skonto(7, "60.00", None),),
        (Skonto(7, "2.00", "500.00"),),
        (Skonto(7, "2.00", "-5.00"),),
        (Skonto(7, "0.00", None, "60.00"),),
        (Skonto(400, "0.00", None, "2.50"),),
        (Skonto(7, "2.00", None), Skonto(14, "3.00", None)),
        tuple(Skonto(days, f"{9 - days}.00", None) for days in range(1, 5)),
    ],
)
def test_a_discount_that_cannot_be_is_left_out_and_told(offered: tuple[Skonto, ...]) -> None:
    found = claim(meaning_of(document(discounts=offered), RULES))
    assert found.invoice.discounts == ()
    assert "discount-left-out" in codes(found)
    assert found.invoice.amount_minor == 11900


def test_a_discount_in_money_is_taken_in_money() -> None:
    offered = (Skonto(14, "0.00", None, "2.50"),)
    (term,) = claim(meaning_of(document(discounts=offered), RULES)).invoice.discounts
    assert (term.fixed_minor, term.basis_points) == (250, 0)


def _naming(*numbers: str) -> object:
    references = document().references
    return replace(references, preceding=tuple(Preceding(one, None) for one in numbers))


@pytest.mark.parametrize("file", files("zugferd-corpus/ZUGFeRDv2/correct/**/*EXTENDED_Kosten*.pdf"))
def test_a_discount_in_elements_of_its_own_is_taken_like_a_line(file: Path) -> None:
    source = read(file.read_bytes()).invoice
    assert source is not None
    found = claim(meaning_of(source, RULES))
    (term,) = found.invoice.discounts
    assert (term.basis_points, (term.until - source.issued_on).days) == (200, 10)
    assert (found.invoice.due_on - source.issued_on).days == 30, "what it says is of the discount"
    assert "due-date-assumed" in codes(found)
