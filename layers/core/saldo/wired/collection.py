"""What debtors and collectors agree on, and the payments that follow it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.payments import PaymentParts

if TYPE_CHECKING:
    from saldo.bank_entries.service import BankEntries
    from saldo.collection.agreements import Agreements
    from saldo.collection.cases import Cases
    from saldo.collection.copies import InvoiceCopies
    from saldo.collection.dispute_looks import DisputeLooks
    from saldo.collection.dispute_owners import DisputeOwners
    from saldo.collection.disputes import Disputes
    from saldo.collection.paid_claims import PaidClaims
    from saldo.collection.plans import Plans
    from saldo.collection.promises import Promises
    from saldo.collection.proposals import Proposals
    from saldo.collection.registers import Registers
    from saldo.collection.wishes import PlanWishes
    from saldo.payments.callbacks import Callbacks
    from saldo.payments.charging import Charging
    from saldo.payments.model import Payment
    from saldo.payments.payouts import PayoutIntake
    from saldo.payments.settle import Settlement
    from saldo.payments.tend import Tending
    from saldo.payments.treasury import Treasury
    from saldo.worklist.sight import Sight


class CollectionParts(PaymentParts):
    """What debtors and collectors agree on, and the payments that follow it."""

    if TYPE_CHECKING:

        @cached_property
        def sight(self) -> Sight: ...

    @cached_property
    def settlement(self) -> Settlement:
        from saldo.payments.settle import Settlement

        return Settlement(
            self.store,
            self.clock,
            self.ids,
            self.providers,
            self._payment_moved,
        )

    def _payment_moved(self, payment: Payment) -> None:
        self.agreements.payment_moved(payment)

    @cached_property
    def plans(self) -> Plans:
        from saldo.collection.plans import Plans

        return Plans(self.store, self.clock, self.ids, self.accounts, self.schedule)

    @cached_property
    def registers(self) -> Registers:
        from saldo.collection.registers import Registers

        return Registers(self.store)

    @cached_property
    def dispute_owners(self) -> DisputeOwners:
        from saldo.collection.dispute_owners import DisputeOwners

        return DisputeOwners(self.store, self.clock, self.ids, self.disputes, self.sight)

    @cached_property
    def charging(self) -> Charging:
        from saldo.payments.charging import Charging

        return Charging(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            self.providers,
            self.settlement,
            self.schedule,
        )

    @cached_property
    def agreements(self) -> Agreements:
        from saldo.collection.agreements import Agreements

        return Agreements(
            self.accounts,
            self.mandates,
            self.charging,
            self.announced,
            self.plans,
            self.promises,
            self.dispute_looks,
            self.paid_claims,
        )

    @cached_property
    def proposals(self) -> Proposals:
        from saldo.collection.proposals import Proposals

        return Proposals(self.store, self.clock, self.ids, self.plans)

    @cached_property
    def plan_wishes(self) -> PlanWishes:
        from saldo.collection.wishes import PlanWishes

        return PlanWishes(self.store, self.clock, self.plans, self.proposals)

    @cached_property
    def promises(self) -> Promises:
        from saldo.collection.promises import Promises

        return Promises(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def paid_claims(self) -> PaidClaims:
        from saldo.collection.paid_claims import PaidClaims

        return PaidClaims(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def disputes(self) -> Disputes:
        from saldo.collection.disputes import Disputes

        return Disputes(self.store, self.clock, self.ids)

    @cached_property
    def dispute_looks(self) -> DisputeLooks:
        from saldo.collection.dispute_looks import DisputeLooks

        return DisputeLooks(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def copies(self) -> InvoiceCopies:
        from saldo.collection.copies import InvoiceCopies

        return InvoiceCopies(self.store, self.clock, self.ids)

    @cached_property
    def cases(self) -> Cases:
        from saldo.collection.cases import Cases

        return Cases(self.store, self.clock, self.ids)

    @cached_property
    def callbacks(self) -> Callbacks:
        from saldo.payments.callbacks import Callbacks

        return Callbacks(
            self.clock,
            self.providers,
            self.settlement,
            self.refunds,
            self.chargebacks,
            self.agreements,
            self.payout_book,
        )

    @cached_property
    def payouts(self) -> PayoutIntake:
        from saldo.payments.payout_check import PayoutCheck
        from saldo.payments.payouts import PayoutIntake

        check = PayoutCheck(self.store, self.clock, self.providers, self.settlement, self.refunds)
        return PayoutIntake(self.store, self.clock, self.providers, check, self.payout_book)

    @cached_property
    def treasury(self) -> Treasury:
        from saldo.payments.treasury import Treasury

        return Treasury(self.store, self.clock, self.ids, self.settlement)

    @cached_property
    def tending(self) -> Tending:
        from saldo.payments.stuck import StuckPayments
        from saldo.payments.tend import Tending

        stuck = StuckPayments(self.store, self.clock, self.ids, self.accounts, self.settlement)
        return Tending(
            self.store,
            self.clock,
            self.accounts,
            stuck,
            self.settlement.allocator,
            self.refunds,
            self.agreements,
            self.bank_entries,
        )

    @cached_property
    def bank_entries(self) -> BankEntries:
        from saldo.bank_entries.service import BankEntries
        from saldo.provider_parts import PROVIDERS
        from saldo.provider_wiring import SANDBOX

        return BankEntries(self.store, self.clock, self.ids, (SANDBOX, *PROVIDERS))
