"""Which lines a fact books. Pure; the source of every line is DESIGN.md's chart."""

from __future__ import annotations

from saldo.ledger.model import Posting


def _lines(*lines: Posting) -> tuple[Posting, ...]:
    return tuple(line for line in lines if line.amount_minor)


def invoice_lines(number: str, amount_minor: int) -> tuple[Posting, ...]:
    """An invoice was issued: the debtor owes `amount_minor`, earned through the ERP.

    A correction books the difference, which may be negative.
    """
    return _lines(
        Posting("receivable", amount_minor, number), Posting("billing-clearing", -amount_minor)
    )


def credit_note_lines(
    number: str, invoice: str, applied_minor: int, credit_minor: int
) -> tuple[Posting, ...]:
    """A credit note took `applied_minor` off its invoice; `credit_minor` became customer credit."""
    return _lines(
        Posting("billing-clearing", applied_minor + credit_minor),
        Posting("receivable", -applied_minor, invoice),
        Posting("customer-credit", -credit_minor, number),
    )


def payment_lines(provider: str, payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money arrived at a provider and is, until allocated, credit of the customer."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("customer-credit", -amount_minor, payment),
    )


def suspense_lines(provider: str, payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money arrived at a provider for nobody that we know."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("suspense", -amount_minor, payment),
    )


def allocation_lines(payment: str, invoice: str, amount_minor: int) -> tuple[Posting, ...]:
    """Credit of the customer pays for an invoice."""
    return _lines(
        Posting("customer-credit", amount_minor, payment),
        Posting("receivable", -amount_minor, invoice),
    )
