"""The books with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.payments import chargebacks
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment, ProviderEventSeen
from saldo.payments.settle import Settlement
from saldo.payments.stuck import StuckPayments
from saldo.store import Delete, Put, Write
from saldo_cli.simulation.ports import FaultyStore
from tests.simulation.mutants.made import (
    Patch,
    mutant,
    rewrite_commits_of,
    unconditional,
    without,
)


@mutant
def settles_without_looking_at_event_or_payment(patch: Patch) -> None:
    """Three guards keep a payment from being booked twice: the event's id, the payment's state and
    the journal's key. Any one of them is enough; here all are gone.
    """
    settled = Settlement._settled

    def again(self: Any, payment: Payment, told: Any) -> Any:
        return settled(self, replace(payment, state="open"), told)

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        changed: list[Write] = []
        for write in writes:
            if isinstance(write, Put) and isinstance(write.record, JournalEntry):
                again = replace(write.record, cause_id=f"{write.record.cause_id}#{id(write)}")
                changed.append(replace(write, record=again))
            else:
                changed.append(write)
        return unconditional(ProviderEventSeen, Credit)(changed)

    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        return None if kind is ProviderEventSeen else get(self, kind, *key)

    patch.setattr(Settlement, "_settled", again)
    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, Settlement, rewrite)


@mutant
def settles_a_settled_payment(patch: Patch) -> None:
    """The journal's key stops it from being booked twice; the provider never gets its answer."""
    settled = Settlement._settled

    def again(self: Any, payment: Payment, told: Any) -> Any:
        return settled(self, replace(payment, state="open"), told)

    patch.setattr(Settlement, "_settled", again)


@mutant
def projections_are_written_by_themselves(patch: Patch) -> None:
    projections = (Invoice, OpenItem, Credit)
    build = Settlement.__init__

    @dataclass
    class Split:
        store: Any

        def commit(self, writes: Sequence[Write]) -> None:
            later = [w for w in writes if isinstance(getattr(w, "record", None), projections)]
            now = [w for w in writes if w not in later]
            self.store.commit(now)
            if later:
                self.store.commit(later)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.store, name)

    def init(self: Any, store: Any, *more: Any) -> None:
        build(self, Split(store), *more)

    patch.setattr(Settlement, "__init__", init)


@mutant
def the_open_item_is_forgotten(patch: Patch) -> None:
    change = InvoiceWrites.change

    def changed(self: Any, *a: Any, **k: Any) -> list[Write]:
        return [
            w
            for w in change(self, *a, **k)
            if not (isinstance(w, (Put, Delete)) and isinstance(w.record, OpenItem))
        ]

    patch.setattr(InvoiceWrites, "change", changed)


@mutant
def invoices_change_whatever_their_version(patch: Patch) -> None:
    """Nor is the open item's version checked, which changes with every payment."""
    change = InvoiceWrites.change

    def changed(self: Any, *a: Any, **k: Any) -> list[Write]:
        loose = unconditional(Invoice, OpenItem)(change(self, *a, **k))
        return [replace(w, expect=None) if isinstance(w, Delete) else w for w in loose]

    patch.setattr(InvoiceWrites, "change", changed)


@mutant
def what_is_paid_too_much_is_dropped(patch: Patch) -> None:
    rewrite_commits_of(patch, Settlement, without(Credit))


@mutant
def nobody_looks_for_stuck_payments(patch: Patch) -> None:
    from collections import Counter

    patch.setattr(StuckPayments, "look", lambda self: Counter())


@mutant
def an_intent_is_given_up_at_once(patch: Patch) -> None:
    """Whatever the provider knows."""
    give_up = StuckPayments._give_up
    build = StuckPayments.__init__

    def hasty(self: Any, *a: Any) -> None:
        build(self, *a)
        self._settlement = type(
            "Nobody",
            (),
            {
                "look_up": lambda _, p: give_up(
                    self, replace(p, created_at=p.created_at.replace(year=2000))
                )
            },
        )()

    patch.setattr(StuckPayments, "__init__", hasty)


@mutant
def another_event_is_another_chargeback(patch: Patch) -> None:
    patch.setattr(chargebacks, "_names", lambda told: {told.event_id})


@mutant
def a_chargeback_before_its_payment_is_passed_over(patch: Patch) -> None:
    told = Chargebacks.told

    def passed_over(self: Any, event: Any) -> str:
        found = self._find(event)
        return "nothing-new" if found and found.state != "settled" else told(self, event)

    patch.setattr(Chargebacks, "told", passed_over)
