"""Whatever one thing somebody changes in the audit log or in an event, the walk finds it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.audit.model import AuditEntry, AuditHead, AuditMark
from saldo.events import Event
from tests.audited import Audited

NO_CLAIM = {
    AuditHead: {"version"},
    # Of words that nobody erased, the mark has nothing to say.
    AuditMark: {"version", "salts", "erased_at"},
    Event: {"relayed"},
}
"""Fields that say nothing about what happened: counters of writers."""


def other(value: Any, drawn: int) -> Any:  # noqa: PLR0911 - one for each kind of value
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + drawn
    if isinstance(value, datetime):
        return value + timedelta(microseconds=drawn)
    if isinstance(value, str):
        return f"{value}{drawn}" if drawn % 2 or not value else value[:-1]
    if isinstance(value, dict):
        names = sorted(value)
        if not names or drawn % 3 == 0:
            return {**value, f"x{drawn}": drawn}
        name = names[drawn % len(names)]
        if drawn % 3 == 1:
            return {key: kept for key, kept in value.items() if key != name}
        return {**value, name: other(value[name], drawn)}
    if isinstance(value, list):
        return [*value, drawn]
    return f"{drawn}"


@given(
    paid=st.integers(0, 2),
    which=st.integers(0, 10_000),
    place=st.integers(0, 100),
    drawn=st.integers(1, 100),
    removes=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_single_change_is_found(
    paid: int, which: int, place: int, drawn: int, removes: bool
) -> None:
    books = Audited()
    books.begin(*(books.invoice(f"RE-{n}") for n in range(1, 4)))
    for number in range(1, paid + 1):
        books.pay(f"RE-{number}")
    books.arrive()
    books.clock.advance(timedelta(hours=2))
    books.tender.tend("musterwerk")
    assert books.verdict().is_sound
    kinds = (AuditEntry, AuditHead, AuditMark, Event)
    records = [one for one in books.store.everything() if isinstance(one, kinds)]
    record: Any = records[which % len(records)]
    if removes:
        books.remove(record)
    else:
        silent = NO_CLAIM.get(type(record), set())
        names = [one.name for one in fields(record) if one.name not in silent]
        name = names[place % len(names)]
        changed = replace(record, **{name: other(getattr(record, name), drawn)})
        if changed.key != record.key:
            books.remove(record)  # its row is another one then
        books.forge(changed)
    assert books.findings(), f"{record!r} was changed"


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=12))
@settings(max_examples=40, deadline=None)
def test_in_whatever_order_and_however_often_events_arrive_each_stands_there_once(
    order: list[int], again: list[int]
) -> None:
    books = Audited()
    books.begin(*(books.invoice(f"RE-{n}") for n in range(1, 12)))
    told = books.all_events()
    for number in (*order, *again):
        books.chain.append([told[number]])
    books.chain.append(told)
    entries = list(books.store.list(AuditEntry, "musterwerk"))
    assert sorted(one.event for one in entries) == sorted(one.id for one in told)
    assert books.verdict().is_sound
