"""Books of a creditor whose collectors take promises, look into disputes and hand cases over."""

from __future__ import annotations

from datetime import date
from typing import Any

from saldo.accounts.model import Creditor, Hold
from saldo.collection.agreements import Agreements
from saldo.collection.cases import Cases, HandOver, Status
from saldo.collection.dispute_looks import DisputeLooks
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.disputes import Disputes
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.paid_claims import PaidClaims
from saldo.collection.promises import PromiseOrder, Promises
from saldo.collection.proposals import Proposals
from saldo.invoices.model import CreditNote
from tests.agreed import ACCOUNT, CREDITOR, AgreedBooks


class CollectedBooks(AgreedBooks):
    """Books with everything that collectors keep."""

    def __init__(self) -> None:
        super().__init__()
        parts = (self.store, self.clock, self.ids)
        self.promises = Promises(*parts, self.accounts)
        self.disputes = Disputes(*parts)
        self.dispute_looks = DisputeLooks(*parts, self.accounts)
        self.cases = Cases(*parts)
        self.proposals = Proposals(*parts, self.kept_plans)
        self.paid_claims = PaidClaims(*parts, self.accounts)
        self.agreements = Agreements(
            self.accounts,
            self.mandates,
            self.charging,
            self.announced,
            self.kept_plans,
            self.promises,
            self.dispute_looks,
            self.paid_claims,
        )

    @property
    def creditor(self) -> Creditor:
        return self.accounts.creditor(CREDITOR)

    def promise(
        self,
        on: date,
        amount_minor: int | None = None,
        invoices: tuple[str, ...] = ("RE-1",),
        id_: str = "P-1",
    ) -> Promise:
        order = PromiseOrder(id_, invoices, amount_minor, on, "Kim Beispiel")
        return self.promises.give(self.creditor, order)[0]

    def dispute(self, id_: str = "D-1", invoice: str = "RE-1", **fields: Any) -> Dispute:
        order = DisputeOrder(
            id_, invoice, "quantity", "Two pieces were missing.", "ERP", "Lager", **fields
        )
        return self.disputes.open(self.creditor, order)[0]

    def hand_over(self, invoices: tuple[str, ...] = ("RE-1",), id_: str = "C-1") -> Case:
        order = HandOver(id_, invoices, "agency", "Inkasso Beispiel GmbH", "ERP")
        return self.cases.open(self.creditor, order)[0]

    def agency_tells(self, state: Any, paid_minor: int | None = None, id_: str = "R-1") -> Case:
        status = Status(id_, state, self.clock.now().date(), "Inkasso Beispiel GmbH", paid_minor)
        return self.cases.tell(CREDITOR, ACCOUNT, "C-1", status)

    def credit_note(self, amount_minor: int, number: str = "G-1", invoice: str = "RE-1") -> None:
        day = self.clock.now().date()
        note = CreditNote(CREDITOR, ACCOUNT, number, invoice, day, "EUR", amount_minor, 0)
        assert self.intake.put_credit_notes([note])[0].status == "accepted"

    def promise_now(self, id_: str = "P-1") -> Promise:
        found = self.store.get(Promise, CREDITOR, ACCOUNT, id_)
        assert found is not None
        return found

    def dispute_now(self, id_: str = "D-1") -> Dispute:
        return self.disputes.get(CREDITOR, ACCOUNT, id_)

    def hold_of(self, kind: str) -> Hold:
        (found,) = [h for h in self.store.list(Hold, CREDITOR, ACCOUNT) if h.kind == kind]
        return found


__all__ = ["ACCOUNT", "CREDITOR", "CollectedBooks"]
