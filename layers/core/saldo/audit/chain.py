"""Appends events to the chains, and reads what stands there.

One consumer of the bus does so, never whoever writes a fact. Two of it at the same moment are safe:
the head is changed under the condition that it is the one that was read, and an event whose mark is
there is not appended again. The order is that of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.audit.digests import about, digest_of, entry_hash
from saldo.audit.model import AuditEntry, AuditHead, AuditMark, number_text
from saldo.clock import Clock
from saldo.errors import NotFound, Unavailable
from saldo.events import Event
from saldo.ids import Ids
from saldo.store import TRANSACTION_ITEMS_MAX, CommitConflict, Put, Store, fed

EVENTS_MAX: Final = (TRANSACTION_ITEMS_MAX - 1) // 2
"""Events of one transaction: an entry and a mark each, and the head."""

_ATTEMPTS_MAX: Final = 20
_PAGE: Final = 100
_READ_MAX: Final = 500


class AuditBusy(Unavailable):
    """Others are appending to the chain at this moment; the same again will do."""

    code = "audit-busy"


class EntryUnknown(NotFound):
    """The chain has no entry of that number."""

    code = "audit-entry-unknown"


class AuditChain:
    """The chains: one per creditor, one for the installation."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def append(self, events: Sequence[Event]) -> int:
        """Append events, each to its creditor's chain; return how many were new.

        Raises AuditBusy. What was appended by then stays so, and is not appended again.
        """
        chains: dict[str, dict[str, Event]] = {}
        for event in events:
            chains.setdefault(event.creditor, {}).setdefault(event.id, event)
        return sum(self._append(creditor, [*told.values()]) for creditor, told in chains.items())

    def _append(self, creditor: str, events: Sequence[Event]) -> int:
        parts = [events[at : at + EVENTS_MAX] for at in range(0, len(events), EVENTS_MAX)]
        return sum(self._append_part(creditor, part) for part in parts)

    def _append_part(self, creditor: str, events: Sequence[Event]) -> int:
        for _ in range(_ATTEMPTS_MAX):
            head = self.head(creditor)
            known = self._store.get_many(AuditMark, [(creditor, one.id) for one in events])
            fresh = [one for one in events if (creditor, one.id) not in known]
            if not fresh:
                return 0
            entries, marks = self._chained(head, fresh)
            after = AuditHead(creditor, entries[-1].number, entries[-1].hash, head.version + 1)
            try:
                self._store.commit(
                    [
                        *(Put(entry) for entry in entries),
                        *(Put(mark) for mark in marks),
                        Put(after, expect=head.version),
                    ]
                )
            except CommitConflict:
                continue
            return len(entries)
        raise AuditBusy("The audit log is just being written to; try again.")

    def _chained(
        self, head: AuditHead, events: Sequence[Event]
    ) -> tuple[list[AuditEntry], list[AuditMark]]:
        now = self._clock.now()
        entries, marks = list[AuditEntry](), list[AuditMark]()
        before, number = head.hash, head.number
        for event in events:
            number += 1
            mark = AuditMark(event.creditor, event.id, number, self._ids.token(), version=1)
            entry = AuditEntry(
                event.creditor,
                number,
                event.at,
                now,
                event.type,
                by_of(event),
                event.account,
                about(event.data),
                event.id,
                digest_of(event, mark),
                before,
            )
            entry = replace(entry, hash=entry_hash(entry))
            entries.append(entry)
            marks.append(mark)
            before = entry.hash
        return entries, marks

    def mark_of(self, event: Event) -> AuditMark:
        """Return the mark of an event, appending it where it had not arrived yet."""
        found = self._store.get(AuditMark, event.creditor, event.id)
        if found is None:
            self.append([event])
            found = self._store.get(AuditMark, event.creditor, event.id)
        assert found is not None, "what was appended is marked"
        return found

    def catch_up(self, creditor: str, events: Iterable[Event]) -> int:
        """Append those of `events` that never arrived; return how many there were."""
        added, page = 0, list[Event]()
        for event in events:
            page.append(event)
            if len(page) == EVENTS_MAX:
                added, page = added + self._append_part(creditor, page), []
        return added + (self._append_part(creditor, page) if page else 0)

    def head(self, creditor: str) -> AuditHead:
        """Return the head of a chain; number 0 where nothing stands in it."""
        return self._store.get(AuditHead, creditor) or AuditHead(creditor)

    def newest(self, creditor: str, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
        """Return the last entries below number `before`, the last first: one batch, bounded."""
        last = (self.head(creditor).number if before is None else before - 1) + 1
        numbers = range(max(1, last - limit), last)
        found = self._store.get_many(AuditEntry, [(creditor, number_text(n)) for n in numbers])
        return sorted(found.values(), key=lambda one: -one.number)

    def of_account(
        self, creditor: str, account: str, month: str, limit: int, what: str = ""
    ) -> Sequence[AuditEntry]:
        """Return the last entries about an account of a month (YYYYMM), the last first; those whose
        type begins with `what`, among the last _READ_MAX events.
        """
        read = _READ_MAX if what else limit
        newest = self._store.newest(Event, creditor, account, month, limit=read)
        events = [one for one in newest if one.type.startswith(what)][:limit]
        marks = self._store.get_many(AuditMark, [(creditor, one.id) for one in events])
        keys = [(creditor, number_text(mark.number)) for mark in marks.values()]
        found = self._store.get_many(AuditEntry, keys)
        return sorted(found.values(), key=lambda one: (one.at, one.number), reverse=True)

    def entry(self, creditor: str, number: int) -> AuditEntry:
        """Return one entry; raise EntryUnknown."""
        found = self._store.get(AuditEntry, creditor, number_text(number))
        if found is None:
            raise EntryUnknown(f"The audit log has no entry {number}.")
        return found

    def event_of(self, entry: AuditEntry) -> Event | None:
        """Return the event that an entry tells of, None where somebody removed it."""
        return self._store.get(Event, *entry.event_key)


def by_of(event: Event) -> str:
    """Return who did what an event tells, "" where it names nobody."""
    by = event.data.get("by")
    return by if isinstance(by, str) else ""


def events_between(
    store: Store, creditor: str, after: datetime, before: datetime
) -> Iterator[Event]:
    """Yield the events of a creditor (or the installation) by the feed, the oldest first."""
    for page in fed(store, Event, creditor, after, before, limit=_PAGE):
        yield from page
