"""What an electronic invoice means for the books: something owed, credited or replaced. Pure.

- Invoice, partial, prepayment or final invoice with something to pay: an invoice over what is to
  pay (BT-115), so that what was prepaid is not owed again. With nothing to pay, nothing is booked.
- Invoice or correction over less than nothing: a credit note over that much.
- Credit note: a credit note on the invoice that it names. Below zero it is refused.
- Correction (384) under the number of the invoice itself: that invoice is corrected. Under a number
  of its own it takes the place of the invoice that it names.

Source of the kinds: UNTDID 1001 (384: "commercial invoice that includes revised information
differing from an earlier submission of the same invoice"). Nothing here knows an account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from saldo.einvoices.record import Invoice
from saldo.errors import Invalid
from saldo.intake.discounts_taken import taken_discounts
from saldo.intake.due_dates import Due, due_date
from saldo.intake.lines_taken import taken_lines
from saldo.intake.ports import ReportRow
from saldo.intake.rules import IntakeRules
from saldo.intake.words import number_in, one_line
from saldo.invoices.lines import InvoiceLine
from saldo.invoices.model import CreditNote
from saldo.invoices.model import Invoice as Owed

DESCRIPTION_MAX: Final = 500
TERMS_MAX: Final = 300
REFERENCE_MAX: Final = 100
REASON_MAX: Final = 300


class DocumentNumberNotTaken(Invalid):
    """The document's number is too long, or not printable."""

    code = "document-number-not-taken"


class CreditBelowZero(Invalid):
    """A credit note over less than nothing: whether something is owed is for people to say."""

    code = "credit-below-zero"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something owed, on an account still to be found. `replaces` are the invoices that a
    correction names.
    """

    invoice: Owed
    lines: tuple[InvoiceLine, ...]
    is_correction: bool = False
    replaces: tuple[str, ...] = ()
    remarks: tuple[ReportRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditClaim:
    """A credit note. `preceding` are the numbers of invoices that it names."""

    note: CreditNote
    preceding: tuple[str, ...]
    remarks: tuple[ReportRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to pay: it was paid before, or is free."""

    number: str
    remarks: tuple[ReportRow, ...] = ()


Meaning = Claim | CreditClaim | Nothing


def meaning_of(document: Invoice, rules: IntakeRules) -> Meaning:
    """Return what a document that was read without a fatal finding means.

    Raises DocumentNumberNotTaken or CreditBelowZero.
    """
    number = number_in(document.number)
    if number is None:
        raise DocumentNumberNotTaken(
            f"{one_line(document.number, 80)!r} cannot be the number of a document here."
        )
    payable = document.totals.payable_minor
    remarks = tuple(_prepaid(document))
    if payable == 0:
        return Nothing(number, remarks)
    named = (number_in(one.number) for one in document.references.preceding)
    preceding = tuple(dict.fromkeys(one for one in named if one and one != number))
    if document.kind == "credit-note" and payable < 0:
        raise CreditBelowZero(f"Credit note {number!r} is over less than nothing.")
    if document.kind == "credit-note" or payable < 0:
        return CreditClaim(_note(document, rules, number), preceding, remarks)
    return _claim(document, rules, number, preceding, remarks)


def _prepaid(document: Invoice) -> Iterator[ReportRow]:
    totals = document.totals
    if totals.prepaid_minor:
        yield ReportRow(
            "warning",
            code="prepaid",
            text="A part was paid before; what is left to pay is owed.",
        )


def _note(document: Invoice, rules: IntakeRules, number: str) -> CreditNote:
    reason = next((note.text for note in document.notes), "")
    return CreditNote(
        creditor=rules.creditor,
        account="",
        number=number,
        invoice="",
        issued_on=document.issued_on,
        currency=document.currency,
        amount_minor=abs(document.totals.payable_minor),
        applied_minor=0,
        reason=one_line(reason, REASON_MAX),
    )


def _claim(
    document: Invoice,
    rules: IntakeRules,
    number: str,
    preceding: tuple[str, ...],
    remarks: tuple[ReportRow, ...],
) -> Claim:
    payable, issued_on = document.totals.payable_minor, document.issued_on
    due = due_date(issued_on, document.due_on, document.terms, rules.due_days)
    discounts = taken_discounts(document, due.on, payable)
    lines, about_lines = taken_lines(document)
    words = "\n".join(x for x in document.terms.splitlines() if not x.strip().startswith("#"))
    reference = document.references.order or document.references.buyer_reference
    quoted = one_line(document.payment_reference, REFERENCE_MAX) or None
    invoice = Owed(
        creditor=rules.creditor,
        account="",
        number=number,
        issued_on=issued_on,
        due_on=discounts.due_on,
        currency=document.currency,
        amount_minor=payable,
        open_minor=payable,
        description=_description(document),
        order_reference=one_line(reference, REFERENCE_MAX) or None,
        payment_terms=one_line(words, TERMS_MAX) or None,
        payment_reference=quoted if quoted != number else None,
        already_sent=rules.already_sent,
        discounts=discounts.terms,
    )
    is_correction = document.kind == "correction"
    return Claim(
        invoice,
        lines,
        is_correction,
        preceding if is_correction else (),
        (*remarks, *_of_due(document, due, rules), *about_lines, *discounts.remarks),
    )


def _of_due(document: Invoice, due: Due, rules: IntakeRules) -> Iterator[ReportRow]:
    if document.due_on is not None and document.due_on < document.issued_on:
        words = "It is due on its day of issue."
        yield ReportRow("warning", "BT-9", code="due-before-issued", text=words)
    if due.how == "assumed":
        words = f"No due date, no readable terms: due {rules.due_days} days after its issue."
        yield ReportRow("warning", "BT-9", code="due-date-assumed", text=words)


def _description(document: Invoice) -> str:
    """Return what it is about, in a line: what was delivered, else a note."""
    names = [line.name for line in document.lines if line.name]
    if names:
        return one_line(names[0] + (" …" if len(names) > 1 else ""), DESCRIPTION_MAX)
    return one_line(next((note.text for note in document.notes), ""), DESCRIPTION_MAX)
