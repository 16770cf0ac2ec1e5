"""What collectors and ERPs order about money, looked over before it is booked.

Every order may come twice: its id, or the state that it asks for, makes the second one harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from saldo.accounts.model import Account
from saldo.errors import Conflict, Invalid
from saldo.ids import fingerprint
from saldo.invoices.model import Allocation, Credit, Invoice
from saldo.ledger.charges import Charges, Fact, FeeKind
from saldo.payments.allocate import Allocator, CreditUnknown, Grounds
from saldo.payments.look import find_payment, invoice_of
from saldo.payments.model import Refund
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.surcharge import Surcharge, check_surcharge
from saldo.payments.treasury import AccountsDiffer
from saldo.store import Store

_TAG_CHARACTERS = 12


class AllocationCurrency(Conflict):
    """The credit is in another currency than the invoice: nothing is converted."""

    code = "allocation-currency"


class RefundDiffers(Conflict):
    """A refund of that id was ordered already, of another amount."""

    code = "refund-differs"


class MeansMissing(Invalid):
    """A charge for a means of payment lacks the means or its cost; other fees have neither."""

    code = "means-missing"


@dataclass(frozen=True, slots=True)
class Allocated:
    """How a credit and the invoices that it was to pay stand now. `standing` are the allocations
    of this credit to these invoices; `credit` is None when nothing is left of it.
    """

    account: str
    source: str
    credit: Credit | None
    invoices: tuple[Invoice, ...]
    standing: tuple[Allocation, ...]


class Desk:
    """Takes the orders. `refunds` is made when the first refund is ordered: it needs providers."""

    def __init__(
        self,
        store: Store,
        allocator: Allocator,
        charges: Charges,
        refunds: Callable[[], Refunding],
    ) -> None:
        self._store, self._allocator = store, allocator
        self._charges, self._refunds = charges, refunds

    def refund(
        self, creditor: str, id_: str, payment: str, amount_minor: int | None, grounds: Grounds
    ) -> Refund:
        """Give money of a payment back that no invoice needs; `amount_minor` None: all of it.

        `id_` is the caller's, unique for the payment. Raises PaymentUnknown, NothingToRefund,
        RefundNotSupported or RefundDiffers, and ProviderUnavailable when the refund is promised
        but its provider did not answer: it is asked again by schedule.
        """
        view = find_payment(self._store, creditor, payment)
        own = refund_id(creditor, view.payment.id, id_)
        known = self._store.get(Refund, creditor, view.account, own)
        wanted = view.credit_minor if amount_minor is None else amount_minor
        if known is not None:
            if amount_minor is not None and known.amount_minor != amount_minor:
                raise RefundDiffers(f"Refund {id_!r} was ordered with another amount.").at("/id")
            wanted = known.amount_minor
        return self._refunds().refund(
            RefundOrder(own, creditor, view.account, view.payment.id, wanted, grounds)
        )

    def refund_of(self, creditor: str, id_: str, payment: str) -> Refund | None:
        """Return a refund as it stands, by the id that it was ordered with."""
        view = find_payment(self._store, creditor, payment)
        own = refund_id(creditor, view.payment.id, id_)
        return self._store.get(Refund, creditor, view.account, own)

    def allocate(
        self, creditor: str, source: str, numbers: Sequence[str], grounds: Grounds
    ) -> Allocated:
        """Pay invoices with a credit, in this order, as far as it reaches.

        `source` is "payment#{id}" or "credit-note#{number}". Once it has paid them all, the same
        order answers how they stand. Raises InvoiceUnknown, AccountsDiffer, CreditUnknown,
        AllocationCurrency or AllocationBusy.
        """
        account = self._account_of(creditor, numbers)
        credit = self._store.get(Credit, creditor, account, source)
        if credit is None:
            stands = self._stands(creditor, account, source, numbers)
            if {a.invoice for a in stands.standing} != set(numbers):
                raise CreditUnknown(f"Nothing is left of {source!r} on {account!r}.").at("/source")
            return stands
        for number in numbers:
            if invoice_of(self._store, creditor, number).currency != credit.currency:
                raise AllocationCurrency(
                    f"{number!r} is not owed in {credit.currency}, and nothing is converted."
                ).at("/invoices")
        self._allocator.allocate(creditor, account, source, numbers, grounds)
        return self._stands(creditor, account, source, numbers)

    def take_back(self, creditor: str, source: str, number: str, grounds: Grounds) -> Allocated:
        """Take what a credit paid of an invoice back: the invoice is owed again.

        Raises InvoiceUnknown, AllocationUnknown or AllocationBusy.
        """
        account = invoice_of(self._store, creditor, number).account
        self._allocator.take_back(creditor, account, source, number, grounds)
        return self._stands(creditor, account, source, (number,))

    def charge_fee(self, fact: Fact, kind: FeeKind, surcharge: Surcharge | None = None) -> Invoice:
        """Add a fee of a kind. Raises MeansMissing, SurchargeNotAllowed, InvoiceUnknown,
        FactAmount or FactDiffers.
        """
        if (kind == "payment-method-surcharge") != (surcharge is not None):
            raise MeansMissing(
                "Name the means of payment and what its use costs, for a charge for it alone."
            ).at("/means")
        if surcharge is not None:
            invoice = invoice_of(self._store, fact.creditor, fact.invoice)
            debtor = self._store.get(Account, fact.creditor, invoice.account)
            assert debtor is not None, "an invoice has its account"
            check_surcharge(surcharge, debtor.kind)
        return self._charges.add_fee(replace(fact, fee=kind))

    def _account_of(self, creditor: str, numbers: Sequence[str]) -> str:
        accounts = {invoice_of(self._store, creditor, n).account for n in numbers}
        if len(accounts) != 1:
            raise AccountsDiffer("Name invoices of one account.").at("/invoices")
        return accounts.pop()

    def _stands(
        self, creditor: str, account: str, source: str, numbers: Sequence[str]
    ) -> Allocated:
        made = self._store.list(Allocation, creditor, account, source)
        return Allocated(
            account,
            source,
            self._store.get(Credit, creditor, account, source),
            tuple(invoice_of(self._store, creditor, number) for number in numbers),
            tuple(a for a in made if a.invoice in numbers and a.reversed_at is None),
        )


def refund_id(creditor: str, payment: str, id_: str) -> str:
    """Return our id of a refund: the caller's, and what tells it from another payment's.

    It is also the provider's idempotency key, and providers keep those of all creditors together.
    """
    return f"{id_}.{fingerprint(f'{creditor}/{payment}')[:_TAG_CHARACTERS]}"


def own_refund_id(refund: Refund) -> str:
    """Return the id that a refund was ordered with."""
    return refund.id.rpartition(".")[0] or refund.id
