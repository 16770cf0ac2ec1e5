"""What people at the creditor's and the provider do about money, with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from saldo.invoices.model import Allocation
from saldo.ledger.charges import Charges
from saldo.ledger.model import JournalEntry
from saldo.payments import treasury
from saldo.payments.allocate import Allocator
from saldo.payments.payout_book import PayoutBook
from saldo.payments.payout_model import PayoutRecord
from saldo.payments.treasury import Treasury
from saldo.store import Put, Write
from saldo_cli.simulation.ports import FaultyProvider, FaultyStore
from tests.simulation.mutants.made import (
    Patch,
    booked_anew,
    mutant,
    rewrite_commits_of,
    unconditional,
)


@mutant
def a_payout_is_booked_without_its_key(patch: Patch) -> None:
    """Neither its record nor its journal entry is looked up, or put if absent."""
    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        return None if kind is PayoutRecord else get(self, kind, *key)

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        return unconditional(PayoutRecord)(booked_anew(writes, "payout"))

    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, PayoutBook, rewrite)


@mutant
def a_fee_is_known_by_nothing(patch: Patch) -> None:
    """Neither looked up before nor put if absent."""
    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        return None if kind is JournalEntry else get(self, kind, *key)

    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, Charges, booked_anew)


@mutant
def a_refund_is_asked_for_under_a_fresh_key(patch: Patch) -> None:
    numbers, refund = count(1), FaultyProvider.refund

    def asked(self: Any, request: Any) -> Any:
        fresh = f"{request.idempotency_key}-{next(numbers)}"
        return refund(self, replace(request, idempotency_key=fresh))

    patch.setattr(FaultyProvider, "refund", asked)


@mutant
def the_till_is_believed_each_time(patch: Patch) -> None:
    """Each telling of a counter payment is another payment."""
    numbers, counter_id = count(1), treasury.counter_id
    patch.setattr(treasury, "counter_id", lambda *a: f"{counter_id(*a)}-{next(numbers)}")


@mutant
def money_stays_on_suspense_when_it_moves(patch: Patch) -> None:
    def rewrite(writes: Sequence[Write]) -> list[Write]:
        return [w for w in writes if not _leaves_suspense(w)]

    rewrite_commits_of(patch, Treasury, rewrite)


def _leaves_suspense(write: Write) -> bool:
    record = getattr(write, "record", None)
    return (
        isinstance(record, JournalEntry)
        and record.cause_kind == "transfer"
        and record.creditor == "*"
    )


@mutant
def an_allocation_that_was_taken_back_still_stands(patch: Patch) -> None:
    def rewrite(writes: Sequence[Write]) -> list[Write]:
        return [
            w
            for w in writes
            if not (
                isinstance(w, Put)
                and isinstance(w.record, Allocation)
                and w.record.reversed_at is not None
            )
        ]

    rewrite_commits_of(patch, Allocator, rewrite)
