"""What the simulation sees at a claim: charges of the notice itself, and money that is not owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from saldo.adapters.memory.store import MemoryStore
from saldo.reminders.model import Notice
from saldo.store import Put, Write
from saldo_cli.simulation.watch import Watch
from tests.books import Books
from tests.stories.test_reminders_by_law import began, on, push

CHARGED = [
    {
        "number": 1,
        "offset_days": 90,
        "message": "reminder-2",
        "interest": True,
        "fee": {"kind": "flat-sum"},
    }
]
DAY = date(2025, 8, 31)


def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[Books, Watch]:
    books = began(stages=CHARGED)
    push(books)
    assert isinstance(books.store, MemoryStore)
    watch = Watch(books.store, books.clock, books.store.commit)
    monkeypatch.setattr(books.store, "commit", watch.commit)
    return books, watch


def test_a_notice_that_charges_names_more_than_stood_open_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books, watch = watched(monkeypatch)
    (notice,) = on(books, DAY)
    assert len(notice.items[0].charges) == 2
    assert watch.violations == []


def test_a_notice_that_names_a_sum_nobody_charged_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books, watch = watched(monkeypatch)

    def too_much(writes: Sequence[Write]) -> None:
        watch.commit([_dearer(write) for write in writes])

    monkeypatch.setattr(books.store, "commit", too_much)
    on(books, DAY)
    assert ["1000000 stands open, not 1000001" in one for one in watch.violations] == [True]


def _dearer(write: Write) -> Any:
    if not isinstance(write, Put) or not isinstance(write.record, Notice):
        return write
    (item,) = write.record.items
    wrong = replace(write.record, items=(replace(item, open_minor=item.open_minor + 1),))
    return replace(write, record=wrong)
