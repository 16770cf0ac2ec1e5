"""What becomes of bank statements, with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from saldo.accounts.model import Hold
from saldo.bank_entries import chain, taking
from saldo.bank_entries.identity import Identified, identified
from saldo.bank_entries.matching import Matching
from saldo.bank_entries.model import BankEntry, BankStatement
from saldo.bank_entries.taking import StatementTaker
from saldo.statements.model import Entry
from saldo.store import Put, Write
from tests.simulation.mutants.made import Patch, mutant, rewrite_commits_of, without


@mutant
def an_entry_is_known_without_its_place_among_equals(patch: Patch) -> None:
    def alike(entries: Iterable[Entry]) -> Iterator[Identified]:
        yield from {one.base: one for one in identified(entries)}.values()

    patch.setattr(taking, "identified", alike)


@mutant
def entries_are_booked_outside_their_statements_transaction(patch: Patch) -> None:
    """The statement says first how far it is, and its entries come after it."""
    begin = StatementTaker.__init__

    def begun(self: Any, store: Any, *more: Any) -> None:
        begin(self, _InTwo(store), *more)

    patch.setattr(StatementTaker, "__init__", begun)


class _InTwo:
    """Books whose commits of a statement with its entries are two."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, writes: Sequence[Write]) -> None:
        kinds = [type(write.record) if isinstance(write, Put) else None for write in writes]
        if BankStatement in kinds and BankEntry in kinds:
            self._store.commit(writes[:1])
            self._store.commit(writes[1:])
        else:
            self._store.commit(writes)


@mutant
def money_that_waits_holds_no_reminders(patch: Patch) -> None:
    rewrite_commits_of(patch, Matching, without(Hold))


@mutant
def statements_that_overlap_follow_each_other(patch: Patch) -> None:
    """Whatever opens with a balance with which some statement closed is new."""
    patch.setattr(chain, "_is_beside", lambda *a: False)
