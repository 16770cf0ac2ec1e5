"""Was more paid than anything takes, and by a rule so much more that it is proposed for refund?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from saldo.bank_entries.model import BankAccount, BankEntry, RefundProposal
from saldo.invoices.model import Credit, OpenItem
from saldo.store import Store

_WHY: Final = "More was paid than stood open, and nothing else is."
_EVERY: Final = timedelta(days=1)
_FOR: Final = timedelta(days=90)


def over_paid(
    store: Store, entry: BankEntry, now: datetime
) -> tuple[RefundProposal | None, datetime | None]:
    """Return what is proposed to be given back of a matched entry, or when to look again.

    Only money of one account, which the bank told the payer's IBAN of, and while nothing stands
    open there that the credit could pay: as long as something does, it is looked at once a day, for
    a quarter. None and None where there is nothing to propose, now or later.
    """
    bank = store.get(BankAccount, entry.creditor, entry.bank_account)
    least = bank.proposes_refund_from_minor if bank is not None else None
    payer = entry.entry.counterparty
    if least is None or not payer.iban or len(entry.applied) != 1:
        return None, None
    (portion,) = entry.applied
    account, currency = portion.part.account, entry.entry.currency
    credit = store.get(Credit, entry.creditor, account, f"payment#{portion.payment}")
    if credit is None or credit.open_minor < max(least, 1):
        return None, None
    items = store.list(OpenItem, entry.creditor, account)
    if credit.pending or any(one.currency == currency and one.open_minor > 0 for one in items):
        return None, now + _EVERY if now < portion.at + _FOR else None
    proposal = RefundProposal(
        account, portion.payment, credit.open_minor, payer.name, payer.iban, "proposed", now,
        "rule", _WHY,
    )  # fmt: skip
    return proposal, None
