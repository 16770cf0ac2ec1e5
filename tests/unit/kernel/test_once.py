"""A page reads each record once, and tells the same throughout."""

from __future__ import annotations

from typing import Any

from saldo.accounts.model import Installation
from saldo.adapters.memory.store import MemoryStore
from saldo.invoices.model import NumberTaken
from saldo.once import ReadOnce
from saldo.store import Put


class Counting(MemoryStore):
    """Counts what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, kind: Any, *key: str) -> Any:
        self.asked.append("get")
        return super().get(kind, *key)

    def get_many(self, kind: Any, keys: Any) -> Any:
        self.asked.append("get many")
        return super().get_many(kind, keys)

    def list(self, kind: Any, *prefix: str) -> Any:
        self.asked.append("list")
        return super().list(kind, *prefix)


def taken(number: str) -> NumberTaken:
    return NumberTaken("acme", "invoice", number, "1")


def books() -> tuple[Counting, ReadOnce]:
    store = Counting()
    store.commit([Put(taken("A")), Put(taken("B"))])
    return store, ReadOnce(store)


def test_what_was_read_is_not_read_again() -> None:
    store, once = books()
    for _ in range(3):
        assert once.get(NumberTaken, "acme", "invoice", "A") == taken("A")
        assert once.get(NumberTaken, "acme", "invoice", "C") is None
        assert list(once.list(NumberTaken, "acme")) == [taken("A"), taken("B")]
    assert store.asked == ["get", "get", "list"]


def test_a_list_answers_for_each_record_in_it_and_for_those_that_are_not() -> None:
    store, once = books()
    list(once.list(NumberTaken, "acme", "invoice"))
    assert once.get(NumberTaken, "acme", "invoice", "B") == taken("B")
    keys = [taken("A").key, taken("C").key]
    assert once.get_many(NumberTaken, keys) == {taken("A").key: taken("A")}
    assert store.asked == ["list"]


def test_only_what_is_missing_is_asked_for() -> None:
    store, once = books()
    once.get(NumberTaken, *taken("A").key)
    found = once.get_many(NumberTaken, [taken("A").key, taken("B").key])
    assert set(found) == {taken("A").key, taken("B").key}
    assert once.get_many(NumberTaken, list(found)) == found
    assert store.asked == ["get", "get many"]


def test_whoever_writes_reads_what_was_written() -> None:
    store, once = books()
    assert once.get(Installation, "*") is None
    once.commit([Put(Installation(version=1))])
    assert once.get(Installation, "*") == Installation(version=1)
    assert store.get(Installation, "*") == Installation(version=1)
