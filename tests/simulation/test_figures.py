"""Figures through whole stories: the stream tells late, twice and in any order, and who counts is
overtaken and dies half-way; in the end they are what the books come to.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

import pytest

from saldo.collection.facts import Dispute, Promise
from saldo.events import Event
from saldo.figures.counting import FigureCounter, FiguresBusy
from saldo.figures.model import MONTH, Sheet
from saldo.figures.verify import FigureCheck
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.payments.provider_fee import ProviderFee
from saldo.reminders.model import Notice
from saldo.store import CommitConflict, Record, Store, Write
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.run import _quiet
from saldo_cli.simulation.schedules import Schedules
from saldo_cli.simulation.world import World
from tests.once import PassingStore

_TOLD = (Invoice, JournalEntry, Promise, Dispute, Notice, ProviderFee, Event)
_TWICE, _DIES, _OVERTAKEN = 0.2, 0.1, 0.4
_BATCH = 8
_OFF = ("credited", "settled", "closed_there", "discounted", "written_off")


class Died(Exception):
    """Who counted was taken away before or after what it wrote."""


class Reader:
    """Reads the stream of the story's world, badly."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._random = world, random.Random(f"figures {seed}")
        self._waiting: list[Any] = []
        self.counted = 0
        tell = world.books._on_commit

        def told(records: Sequence[Record]) -> None:
            if tell is not None:
                tell(records)
            self._hear([one for one in records if isinstance(one, _TOLD)])

        world.books._on_commit = told

    def _hear(self, records: list[Any]) -> None:
        self._waiting += records
        if len(self._waiting) >= _BATCH:
            self._later(self._waiting)
            self._waiting = []

    def _later(self, records: list[Any]) -> None:
        mixed = self._random.sample(records, len(records))
        for _ in range(2 if self._random.random() < _TWICE else 1):
            wait = self._random.choice((1, 20, 600, 90_000)) * self._random.random()
            self._world.agenda.after(wait, lambda: self._count(mixed))

    def _count(self, records: list[Any]) -> None:
        try:
            self.counted += FigureCounter(self._store()).count(records)
        except (Died, FiguresBusy):
            self._later(records)  # the stream tells it again

    def last(self) -> None:
        """Count what no batch was full enough for."""
        self.counted += FigureCounter(self._world.books).count(self._waiting)

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


@contextmanager
def lived(seed: int) -> Iterator[tuple[World, Reader]]:
    """Live through a story whose figures are kept beside it."""
    with _quiet():
        world = World(story_of(seed))
        reader = Reader(world, seed)
        try:
            cast_ = Cast(world)
            cast_.begin()
            Schedules(world).run()
            yield world, reader
        finally:
            world.close()


def check(seed: int) -> int:
    """Return how many facts were counted."""
    with lived(seed) as (world, reader):
        reader.last()
        books = world.books
        found = FigureCheck(books, FigureCounter(books)).verify(CREDITOR, world.clock.now().date())
        assert found.differences == ()
        sums: Counter[str] = Counter()
        owed: Counter[str] = Counter()
        for record in books.everything():
            if isinstance(record, Sheet) and record.part == MONTH:
                assert "other" not in record.values
                rose = record.values.get("billed", 0) + record.values.get("charged", 0)
                fell = sum(record.values.get(name, 0) for name in _OFF)
                sums[record.currency] += rose - fell
            elif isinstance(record, JournalEntry):
                owed[record.currency] += sum(
                    p.amount_minor for p in record.postings if p.account == "receivable"
                )
        assert +sums == +owed
        return reader.counted


@pytest.mark.parametrize("seed", range(3))
def test_figures_end_as_the_books_say(seed: int) -> None:
    assert check(seed) > 0, "the story gives nothing to count"


@pytest.mark.long
def test_many_figures_end_as_the_books_say() -> None:
    assert sum(check(seed) for seed in range(200)) > 1000
