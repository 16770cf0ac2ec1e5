"""What takes and books payments, before anything was agreed ahead of time."""

from __future__ import annotations

from collections import ChainMap
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from saldo.accounts.service import Accounts
from saldo.wired.ports import Ports

if TYPE_CHECKING:
    from saldo.files.service import Files
    from saldo.invoices.intake import Intake
    from saldo.invoices.lines import InvoiceLineBook
    from saldo.ledger.charges import Charges
    from saldo.payments.announced import AnnouncedTransfers
    from saldo.payments.chargebacks import Chargebacks
    from saldo.payments.checkout import Checkout
    from saldo.payments.desk import Desk
    from saldo.payments.links import PayLinks
    from saldo.payments.mandates import MandateBook
    from saldo.payments.own_credit import OwnCredit
    from saldo.payments.payout_book import PayoutBook
    from saldo.payments.refunds import Refunding
    from saldo.payments.scheduled import Schedule
    from saldo.payments.standing import Standings
    from saldo.payments.transfers import BankTransfers


class PaymentParts(Ports):
    """What takes and books payments, before anything was agreed ahead of time."""

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.store, self.clock, self.ids)

    @cached_property
    def files(self) -> Files:
        from saldo.files.service import Files

        return Files(self.store, self.clock, self.ids, lambda: self.file_store)

    @cached_property
    def intake(self) -> Intake:
        from saldo.invoices.intake import Intake

        return Intake(self.store, self.clock, self.ids)

    @cached_property
    def invoice_lines(self) -> InvoiceLineBook:
        from saldo.invoices.lines import InvoiceLineBook

        return InvoiceLineBook(self.store, self.clock)

    @cached_property
    def links(self) -> PayLinks:
        from saldo.payments.links import PayLinks

        return PayLinks(self.store, self.clock, self.ids, self.settings.public_url)

    @cached_property
    def checkout(self) -> Checkout:
        from saldo.payments.checkout import Checkout

        return Checkout(self.store, self.clock, self.ids, self.links, self.providers)

    @cached_property
    def own_credit(self) -> OwnCredit:
        from saldo.payments.own_credit import OwnCredit

        return OwnCredit(self.store, self.clock, self.ids)

    @cached_property
    def standings(self) -> Standings:
        from saldo.payments.standing import Standings

        return Standings(self.store, self.clock)

    @cached_property
    def refunds(self) -> Refunding:
        from saldo.payments.by_bank import ByBank
        from saldo.payments.refunds import Refunding
        from saldo.payments.till import Till

        # The till and the bank take no hosted payments and send no callbacks: providers here alone.
        till: dict[str, Any] = {Till.name: Till(self.clock), ByBank.name: ByBank(self.clock)}
        providers = ChainMap(till, cast("dict[str, Any]", self.providers))
        return Refunding(self.store, self.clock, self.ids, providers)

    @cached_property
    def chargebacks(self) -> Chargebacks:
        from saldo.payments.chargebacks import Chargebacks

        return Chargebacks(self.store, self.clock, self.ids)

    @cached_property
    def schedule(self) -> Schedule:
        from saldo.payments.scheduled import Schedule

        return Schedule(self.store, self.clock, self.ids)

    @cached_property
    def mandates(self) -> MandateBook:
        from saldo.payments.mandates import MandateBook

        return MandateBook(
            self.store, self.clock, self.ids, self.links, self.providers, self.schedule
        )

    @cached_property
    def bank_transfers(self) -> BankTransfers:
        from saldo.payments.transfers import BankTransfers

        return BankTransfers(self.store, self.clock)

    @cached_property
    def announced(self) -> AnnouncedTransfers:
        from saldo.payments.announced import AnnouncedTransfers

        return AnnouncedTransfers(self.store, self.clock, self.ids)

    @cached_property
    def payout_book(self) -> PayoutBook:
        from saldo.payments.payout_book import PayoutBook

        return PayoutBook(self.store, self.clock, self.ids)

    @cached_property
    def charges(self) -> Charges:
        from saldo.ledger.charges import Charges

        return Charges(self.store, self.clock, self.ids)

    @cached_property
    def desk(self) -> Desk:
        from saldo.payments.allocate import Allocator
        from saldo.payments.desk import Desk

        allocator = Allocator(self.store, self.clock, self.ids)
        return Desk(self.store, allocator, self.charges, lambda: self.refunds)
