"""What payers agreed to ahead of time, and payments of many invoices, with one thing wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.payments.agreements import ScheduledPayment
from saldo.payments.allocate import Allocator
from saldo.payments.charging import Charging
from saldo.payments.mandates import MandateBook
from saldo.payments.model import Payment
from saldo.payments.scheduled import Schedule
from saldo.store import Check, Delete, Put, Write
from saldo_cli.simulation.ports import FaultyProvider
from tests.simulation.mutants.made import (
    Patch,
    booked_anew,
    mutant,
    rewrite_commits_of,
    unconditional,
    without,
)


@mutant
def a_charge_is_asked_for_under_a_fresh_key(patch: Patch) -> None:
    numbers, charge = count(1), FaultyProvider.charge

    def asked(self: Any, request: Any) -> Any:
        fresh = f"{request.idempotency_key}-{next(numbers)}"
        return charge(self, replace(request, idempotency_key=fresh))

    patch.setattr(FaultyProvider, "charge", asked)


@mutant
def a_mandate_is_charged_without_claiming(patch: Patch) -> None:
    """The scheduled payment is not marked before the provider is called, nor found marked."""
    rewrite_commits_of(patch, Charging, without(ScheduledPayment))


def charges_blindly(patch: Patch) -> None:
    """A charge does not look whether others paid meanwhile."""
    rewrite_commits_of(patch, Charging, without(Check))


@mutant
def what_is_cancelled_is_charged_all_the_same(patch: Patch) -> None:
    """Cancelling says that it is done, and leaves the payment planned."""

    def cancel(self: Any, creditor: str, account: str, scheduled: str, *_: str) -> Any:
        return self._store.get(ScheduledPayment, creditor, account, scheduled)

    patch.setattr(Schedule, "cancel", cancel)


@mutant
def nothing_follows_a_mandate_that_was_given(patch: Patch) -> None:
    """Neither the callback nor the look goes on with what waits for the mandate."""
    patch.setattr(MandateBook, "_follow", lambda *a: None)


@mutant
def a_scheduled_payment_holds_no_reminders(patch: Patch) -> None:
    from saldo.accounts.model import Hold

    rewrite_commits_of(patch, Schedule, without(Hold))


@mutant
def a_chunk_is_allocated_whatever_changed_meanwhile(patch: Patch) -> None:
    """Credit, payment, invoices and open items are written whatever their version, and an
    allocation is known by nothing.
    """

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        loose = unconditional(Credit, Payment, Invoice, OpenItem)(booked_anew(writes))
        return [replace(w, expect=None) if isinstance(w, (Put, Delete)) else w for w in loose]

    rewrite_commits_of(patch, Allocator, rewrite)


@mutant
def the_rest_of_many_invoices_is_forgotten(patch: Patch) -> None:
    """What a chunk leaves is not kept as pending."""
    chunk = Allocator._chunk

    def first_alone(self: Any, credit: Credit, *more: Any) -> int:
        return chunk(self, replace(credit, pending=credit.pending[:12]), *more)

    patch.setattr(Allocator, "_chunk", first_alone)
