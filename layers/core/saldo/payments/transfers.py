"""What a payer transfers: to whom, how much at this moment, and under which reference."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import BankDetails
from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.girocode import Transfer, girocode_text
from saldo.invoices.model import Invoice
from saldo.payments.designation import Designation, Wish, designate
from saldo.payments.links import Opened
from saldo.payments.standing import Standing
from saldo.reminders.references import PaymentReference, instalments_for, reference_for
from saldo.store import CommitConflict, Put, Store

if TYPE_CHECKING:
    from saldo.collection.model import Plan

_CODE_CURRENCY: Final = "EUR"
"""EPC069-12 knows transfers in euro alone."""


class TransferNotOffered(Conflict):
    """The creditor named no bank account to transfer to."""

    code = "transfer-not-offered"


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """A transfer that pays `what`. `code` is the text of a GiroCode, "" where there can be none:
    for other currencies than euro, and for sums that the standard does not know. `due_on` is the
    day of the instalment that it pays, None where it pays invoices.
    """

    bank: BankDetails
    what: Designation
    reference: PaymentReference
    code: str
    due_on: date | None = None


class BankTransfers:
    """Makes orders for payers who transfer by themselves."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def order(self, opened: Opened, standing: Standing, wish: Wish) -> TransferOrder:
        """Return how to pay what is wished for; `standing` is read for it, strongly consistent.

        Raises TransferNotOffered or what `designate` raises.
        """
        bank = opened.creditor.bank
        if bank is None:
            raise TransferNotOffered("There is no bank account to transfer to.")
        what = designate(standing.open_, wish, opened.creditor.payer_rules)
        link = opened.link
        told = reference_for(link.creditor, link.account, what.invoices, None, self._clock.now())
        assert told is not None, "what is designated has invoices"
        return TransferOrder(bank, what, told, _code(bank, what, told.reference))

    def instalment(self, opened: Opened, plan: Plan) -> TransferOrder:
        """Return how to pay what is missing of the next instalment of a plan.

        Raises TransferNotOffered, as where a mandate brings it or nothing is missing.
        """
        bank = opened.creditor.bank
        keys = [(plan.creditor, plan.account, number) for number in plan.invoices]
        invoices = self._store.get_many(Invoice, keys)
        found = plan.next_part(plan.paid_minor(invoices.values()))
        if bank is None or found is None or not plan.references:
            raise TransferNotOffered("There is no instalment to transfer.")
        place, missing = found
        told = instalments_for(plan, self._clock.now())[place]
        numbers = tuple(n for key, n in zip(keys, plan.invoices, strict=True) if key in invoices)
        what = Designation(numbers, plan.currency, missing)
        due_on = plan.instalments[place].due_on
        return TransferOrder(bank, what, told, _code(bank, what, told.reference), due_on)

    def is_known(self, order: TransferOrder) -> bool:
        """Tell whether the books say already what the reference stands for."""
        return self._store.get(PaymentReference, *order.reference.key) is not None

    def keep(self, order: TransferOrder) -> None:
        """Write down what the reference stands for, so that the money finds its invoices."""
        # What stands there already says the same: a reference is made from its invoices alone.
        with suppress(CommitConflict):
            self._store.commit([Put(order.reference)])


def _code(bank: BankDetails, what: Designation, reference: str) -> str:
    if what.currency != _CODE_CURRENCY:
        return ""
    try:
        return girocode_text(
            Transfer(bank.account_holder, bank.iban, what.amount_minor, bank.bic, reference)
        )
    except ValueError:  # a sum or a bank account beyond the standard: people type it
        return ""
