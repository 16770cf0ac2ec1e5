"""Where a message says that a transfer goes, how much it is, and the text of its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from saldo.accounts.model import BankDetails, Creditor, Hold
from saldo.girocode import Transfer, girocode_text
from saldo.messages.model import AgreedPlan, MessageItem
from saldo.messages.told import TransferDetails
from saldo.reminders.subject import Asked

Told = tuple[TransferDetails | None, str | None]
"""What the words say, and the text of a GiroCode: None for what there is not."""

_CODE_CURRENCY = "EUR"
"""EPC069-12 knows transfers in euro alone."""


def of_items(creditor: Creditor, items: Sequence[MessageItem], reference: str | None) -> Told:
    """Return where the money for listed invoices goes. The code has the amount asked for now, less
    a cash discount while the message tells of one; there is one for a single sum in euro.
    """
    bank = creditor.bank
    if bank is None:
        return None, None
    asked = sum(item.asked_minor - item.discount_minor for item in items)
    code = None
    if asked > 0 and {item.currency for item in items} == {_CODE_CURRENCY}:
        number = items[0].number if len(items) == 1 else ""
        code = _code(bank, asked, reference, number)
    return TransferDetails(
        bank.iban, bank.account_holder, bank.bic, reference, qr=code is not None
    ), code


def of_sum(
    creditor: Creditor, asked: Asked, reference: str | None, holds: Sequence[Hold], day: date
) -> Told:
    """Return where a sum goes that a fact left to be paid.

    Nothing is told where a part of it is contested: that part is not asked for, and which sum is
    right then, the pay page says.
    """
    contested = not asked.is_net and any(
        hold.kind == "dispute" and hold.holds(number, day)
        for hold in holds
        for number in asked.numbers
    )
    if creditor.bank is None or contested:
        return None, None
    return _of_amount(creditor.bank, asked.amount_minor, asked.currency, reference)


def of_instalment(creditor: Creditor, plan: AgreedPlan) -> Told:
    """Return where the first instalment goes; nothing for a plan that is paid by mandate."""
    first = plan.parts[0]
    if creditor.bank is None or plan.mandate_reference:
        return None, None
    return _of_amount(creditor.bank, first.amount_minor, plan.currency, first.reference)


def _of_amount(bank: BankDetails, amount_minor: int, currency: str, reference: str | None) -> Told:
    code = _code(bank, amount_minor, reference) if currency == _CODE_CURRENCY else None
    details = TransferDetails(
        bank.iban,
        bank.account_holder,
        bank.bic,
        reference,
        qr=code is not None,
        amount_minor=amount_minor,
        currency=currency,
    )
    return details, code


def _code(
    bank: BankDetails, amount_minor: int, reference: str | None, number: str = ""
) -> str | None:
    try:
        return girocode_text(
            Transfer(
                bank.account_holder,
                bank.iban,
                amount_minor,
                bank.bic,
                reference=reference or "",
                text="" if reference else number,
            )
        )
    except ValueError:  # a sum or a bank account beyond the standard: people type it
        return None
