"""The work list through whole stories: what it hears comes late, twice and in any order, and its
workers are overtaken and die half-way; in the end it is what the books come to.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import cast

import pytest

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.model import Account
from saldo.events import Event
from saldo.store import CommitConflict, Put, Store, Write
from saldo.worklist.desks import Desks
from saldo.worklist.effort import Efforts
from saldo.worklist.hearing import HEARD, Heard, WorkHearing
from saldo.worklist.keep import WorkBusy, WorkKeeper
from saldo.worklist.proof import WorkProof
from saldo.worklist.sweep import WorkSweep
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.run import _quiet
from saldo_cli.simulation.schedules import Schedules
from saldo_cli.simulation.world import World
from tests.once import PassingStore

_TWICE = 0.2
_DIES = 0.1
_OVERTAKEN = 0.5


class Died(Exception):
    """A worker was taken away before or after what it wrote."""


class Worker:
    """Hears of everything in the story's world, badly."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._random = world, random.Random(f"worklist {seed}")
        self.changed = 0
        self._limited: set[str] = set()
        carry = world.carry

        def carried(event: Event) -> None:
            carry(event)
            if event.type in HEARD:
                self._later(event)
                if self._random.random() < _TWICE:
                    self._later(event)

        world.carry = carried  # type: ignore[method-assign]

    def _later(self, event: Event) -> None:
        wait = self._random.choice((1, 5, 20, 60, 90_000))
        self._world.agenda.after(wait * self._random.random(), lambda: self._hear(event))

    def _hear(self, event: Event) -> None:
        fact = Heard(event.type, event.creditor, event.account, event.id, event.at, event.data)
        self._limit(event)
        try:
            self.changed += self._hearing(self._store()).hear(fact)
        except (Died, WorkBusy, CommitConflict):
            self._later(event)  # the queue delivers it again

    def _limit(self, event: Event) -> None:
        """Agree on a limit with every debtor, so that invoices and payments make and end work."""
        books = self._world.books
        account = books.get(Account, event.creditor, event.account)
        if account is None or account.number in self._limited:
            return
        self._limited.add(account.number)
        limit = CreditLimit(self._random.choice((100, 5000, 50_000)), "EUR")
        new = replace(account, credit_limit=limit, version=account.version + 1)
        books.commit([Put(new, expect=account.version)])

    def _store(self) -> Store:
        chance = self._random.random()
        if chance < _DIES:
            return cast("Store", PassingStore(self._world.books, self._die))
        if chance < _DIES + _OVERTAKEN:
            return cast("Store", PassingStore(self._world.books, self._overtaken))
        return self._world.books

    def _die(self, writes: Sequence[Write]) -> None:
        if self._random.random() < 0.5:
            with suppress(CommitConflict):
                self._world.books.commit(writes)
        raise Died

    def _overtaken(self, writes: Sequence[Write]) -> None:
        del writes
        self._world._overtake()

    def _hearing(self, store: Store) -> WorkHearing:
        clock = self._world.clock
        keeper = WorkKeeper(store, clock, Desks(store, clock, self._world.services.ids))
        return WorkHearing(store, keeper, Efforts(store, clock))


@contextmanager
def lived(seed: int) -> Iterator[tuple[World, Worker]]:
    """Live through a story with a work list beside it."""
    with _quiet():
        world = World(story_of(seed))
        worker = Worker(world, seed)
        try:
            cast_ = Cast(world)
            cast_.begin()
            Schedules(world).run()
            yield world, worker
        finally:
            world.close()


def check(seed: int) -> int:
    """Return how often an item came, changed or went."""
    with lived(seed) as (world, worker):
        clock, store = world.clock, world.books
        keeper = WorkKeeper(store, clock, Desks(store, clock, world.services.ids))
        WorkSweep(world.services.accounts, keeper).run()
        found = WorkProof(store, keeper).verify(CREDITOR)
        assert found.differences == ()
        return worker.changed


@pytest.mark.parametrize("seed", range(3))
def test_the_list_ends_as_the_books_say(seed: int) -> None:
    assert check(seed) > 0, "the story gives nobody anything to do"


@pytest.mark.long
def test_many_lists_end_as_the_books_say() -> None:
    assert sum(check(seed) for seed in range(200)) > 1000
