"""The intake with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from saldo.invoices import intake
from saldo.invoices.model import Credit, CreditNote, NumberTaken
from saldo.ledger.model import JournalEntry
from saldo.store import Put, Write
from saldo_cli.simulation.ports import FaultyStore
from tests.simulation.mutants.made import (
    Patch,
    mutant,
    rewrite_commits_of,
    unconditional,
)


@mutant
def numbers_may_be_used_twice(patch: Patch) -> None:
    """Neither looked up before nor put if absent."""
    get_many = FaultyStore.get_many

    def forgetful(self: Any, kind: Any, keys: Any) -> Any:
        return {} if kind is NumberTaken else get_many(self, kind, keys)

    patch.setattr(FaultyStore, "get_many", forgetful)
    rewrite_commits_of(patch, intake.Intake, unconditional(NumberTaken))


@mutant
def a_repeated_credit_note_is_booked_again(patch: Patch) -> None:
    """Known by nothing: not by its number, its record or its journal entry."""
    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        if kind is CreditNote or (kind is NumberTaken and key[1] == "credit-note"):
            return None
        return get(self, kind, *key)

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        changed: list[Write] = []
        for write in writes:
            record = getattr(write, "record", None)
            if isinstance(record, JournalEntry) and record.cause_kind == "credit-note":
                changed.append(Put(replace(record, cause_id=f"{record.cause_id}#{id(write)}")))
            else:
                changed.append(write)
        return unconditional(NumberTaken, CreditNote, Credit)(changed)

    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, intake.Intake, rewrite)
