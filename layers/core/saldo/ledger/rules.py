"""Which lines a fact books. Pure; the source of every line is DESIGN.md's chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from saldo.ledger.model import LedgerAccount, Part, Posting
from saldo.ledger.parts import Parts, receivable_lines


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
        Posting("customer-credit", -credit_minor, f"credit-note#{number}"),
    )


def payment_lines(provider: str, payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money arrived at a provider and is, until allocated, credit of the customer."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("customer-credit", -amount_minor, f"payment#{payment}"),
    )


def suspense_lines(provider: str, payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money arrived at a provider for nobody that we know."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("suspense", -amount_minor, payment),
    )


def allocation_lines(source: str, invoice: str, parts: Parts) -> tuple[Posting, ...]:
    """Credit of the customer pays for parts of an invoice."""
    return (Posting("customer-credit", parts.total, source), *receivable_lines(invoice, parts, -1))


def de_allocation_lines(source: str, invoice: str, parts: Parts) -> tuple[Posting, ...]:
    """An allocation is taken back: the invoice is owed again, the money is credit again."""
    return (*receivable_lines(invoice, parts, 1), Posting("customer-credit", -parts.total, source))


def charge_lines(invoice: str, part: Part, amount_minor: int) -> tuple[Posting, ...]:
    """A fee (costs) or interest is owed on an invoice. Neither carries VAT (default damages)."""
    income: LedgerAccount = "interest-income" if part == "interest" else "fee-income"
    return _lines(
        Posting("receivable", amount_minor, invoice, part), Posting(income, -amount_minor, invoice)
    )


def discount_lines(invoice: str, amount_minor: int, vat: Mapping[str, int]) -> tuple[Posting, ...]:
    """A cash discount was taken: `amount_minor` gross is no longer owed, of which `vat` (minor
    units by rate) corrects the VAT (§17 UStG) and the rest is our expense.
    """
    net = amount_minor - sum(vat.values())
    assert min([net, *vat.values()]) >= 0, "the VAT lies inside the discount"
    return _lines(
        Posting("cash-discount", net, invoice),
        *(Posting("vat-correction", minor, rate) for rate, minor in sorted(vat.items())),
        Posting("receivable", -amount_minor, invoice),
    )


def discount_reversed_lines(
    invoice: str, amount_minor: int, vat: Mapping[str, int]
) -> tuple[Posting, ...]:
    """A cash discount is taken back, as the payment that it was granted for: all is owed again."""
    return tuple(
        replace(line, amount_minor=-line.amount_minor)
        for line in discount_lines(invoice, amount_minor, vat)
    )


def write_off_lines(invoice: str, parts: Parts) -> tuple[Posting, ...]:
    """What is owed will not be collected any more."""
    return (Posting("write-off", parts.total, invoice), *receivable_lines(invoice, parts, -1))


def withdrawal_lines(invoice: str, principal_minor: int) -> tuple[Posting, ...]:
    """The ERP took an invoice back, or closed it itself: its own amount goes back to where it came
    from.
    """
    return _lines(
        Posting("billing-clearing", principal_minor),
        Posting("receivable", -principal_minor, invoice),
    )


def charges_withdrawn_lines(invoice: str, costs: int, interest: int) -> tuple[Posting, ...]:
    """With an invoice that was taken back, what was charged besides is no longer earned. The ERP
    may have been told of it, so it is an entry apart, which it is told, too.
    """
    return _lines(
        Posting("fee-income", costs, invoice),
        Posting("interest-income", interest, invoice),
        *receivable_lines(invoice, Parts(0, costs, interest), -1),
    )


def refund_lines(source: str, refund: str, amount_minor: int) -> tuple[Posting, ...]:
    """Credit is promised back: it is no longer the customer's to spend."""
    return _lines(
        Posting("customer-credit", amount_minor, source), Posting("refund", -amount_minor, refund)
    )


def refund_done_lines(refund: str, provider: str, amount_minor: int) -> tuple[Posting, ...]:
    """The provider gave the money back."""
    return _lines(
        Posting("refund", amount_minor, refund),
        Posting("provider-clearing", -amount_minor, provider),
    )


def refund_failed_lines(source: str, refund: str, amount_minor: int) -> tuple[Posting, ...]:
    """The provider could not give the money back: it is the customer's credit again."""
    return _lines(
        Posting("refund", amount_minor, refund), Posting("customer-credit", -amount_minor, source)
    )


def refund_returned_lines(source: str, provider: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money that was given back came back to the provider: it is the customer's credit again."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("customer-credit", -amount_minor, source),
    )


def chargeback_lines(
    source: str, provider: str, amount_minor: int, covered_minor: int
) -> tuple[Posting, ...]:
    """A provider took money back: from the customer's credit as far as it is there (`covered`),
    else on `chargeback`, where a person must look.
    """
    return _lines(
        Posting("customer-credit", covered_minor, source),
        Posting("chargeback", amount_minor - covered_minor, source),
        Posting("provider-clearing", -amount_minor, provider),
    )


def payout_lines(
    provider: str, payout: str, gross_minor: int, fee_minor: int, foreign_minor: int = 0
) -> tuple[Posting, ...]:
    """A provider paid out what it held, less its fees.

    `foreign_minor` of the gross belongs to nobody here, as where another system uses the same
    provider account: it came to our bank and stands on suspense under the payout.
    """
    return _lines(
        Posting("bank", gross_minor - fee_minor, provider),
        Posting("provider-fees", fee_minor, provider),
        Posting("provider-clearing", foreign_minor - gross_minor, provider),
        Posting("suspense", -foreign_minor, f"payout#{payout}"),
    )


def payout_returned_lines(provider: str, amount_minor: int) -> tuple[Posting, ...]:
    """The bank gave a payout back: the provider holds the money again."""
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("bank", -amount_minor, provider),
    )


def transfer_from_suspense_lines(payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money leaves suspense."""
    return _lines(
        Posting("suspense", amount_minor, payment), Posting("transfer", -amount_minor, payment)
    )


def transfer_to_credit_lines(payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money from suspense becomes a customer's credit."""
    return _lines(
        Posting("transfer", amount_minor, payment),
        Posting("customer-credit", -amount_minor, f"payment#{payment}"),
    )


def bank_entry_lines(bank_account: str, entry: str, amount_minor: int) -> tuple[Posting, ...]:
    """The bank booked money in (or out, below zero) that nobody is known for yet."""
    return _lines(
        Posting("bank", amount_minor, bank_account), Posting("suspense", -amount_minor, entry)
    )


def from_bank_entry_lines(entry: str, payment: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money of a bank's entry leaves suspense, to become a payment."""
    return _lines(
        Posting("suspense", amount_minor, entry), Posting("transfer", -amount_minor, payment)
    )


def reversed_lines(lines: tuple[Posting, ...]) -> tuple[Posting, ...]:
    """The same is taken back."""
    return tuple(replace(line, amount_minor=-line.amount_minor) for line in lines)


def bank_return_lines(
    entry: str, provider: str, amount_minor: int, charge_minor: int
) -> tuple[Posting, ...]:
    """Money that the bank took is what was taken back of a payment: the clearing account of its
    provider ("bank" for transfers) is even again. What went beyond are the bank's charges.
    """
    return _lines(
        Posting("provider-clearing", amount_minor, provider),
        Posting("bank-charges", charge_minor, entry),
        Posting("suspense", -amount_minor - charge_minor, entry),
    )


def payout_arrived_lines(entry: str, provider: str, amount_minor: int) -> tuple[Posting, ...]:
    """Money that the bank booked is a payout, which was booked as money at the bank before."""
    return _lines(
        Posting("suspense", amount_minor, entry), Posting("bank", -amount_minor, provider)
    )


def absorbed_lines(account: LedgerAccount, invoice: str, parts: Parts) -> tuple[Posting, ...]:
    """A small difference is given up: bank charges, rounding, or what is not worth asking for."""
    return (Posting(account, parts.total, invoice), *receivable_lines(invoice, parts, -1))
