"""Walks a chain, recomputes it, and compares it with the events that it tells of.

docs/audit.md says what each kind of finding means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.audit.digests import digest_of, entry_hash, is_blank, mark_agrees
from saldo.audit.model import GENESIS, Anchor, AuditEntry, AuditHead, AuditMark, number_text
from saldo.audit.personal import is_personal
from saldo.events import Event
from saldo.store import EVER, Store, fed

FindingKind = Literal[
    "entry-changed",
    "entry-missing",
    "chain-broken",
    "head-missing",
    "head-differs",
    "anchor-differs",
    "mark-missing",
    "mark-changed",
    "event-missing",
    "event-changed",
    "event-not-in-chain",
    "erased-not-personal",
    "erased-without-order",
]

ERASURE_ORDERS: Final = frozenset({"privacy.erasure_asked", "privacy.erased"})
"""What must stand in the chain for an account before words of its events may be gone."""

FINDINGS_MAX: Final = 1000
ARRIVES_WITHIN: Final = timedelta(hours=1)
"""An event younger than this may still be on its way to the chain."""

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written. `number` is the entry's, 0 where it has none."""

    kind: FindingKind
    number: int
    detail: str
    event: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ErasedWords:
    """Events of an account whose words were erased by order, which the chain shows."""

    account: str
    events: int
    ordered_at: datetime
    ordered_by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found. `last` and `hash` are the end of the chain, as recomputed."""

    creditor: str
    first: int
    last: int
    entries: int
    hash: str
    anchors: int
    events_compared: int
    erased: tuple[ErasedWords, ...]
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


@dataclass
class _Walk:
    creditor: str
    anchors: dict[int, str]
    head: AuditHead | None
    expected: int
    before: str
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    erased: dict[str, list[int]] = field(default_factory=dict)
    orders: dict[str, AuditEntry] = field(default_factory=dict)
    anchors_met: int = 0
    head_met: bool = False

    def found(self, kind: FindingKind, entry: AuditEntry | None, detail: str) -> None:
        number = entry.number if entry else 0
        told = (entry.event, entry.account) if entry else ("", "")
        self.findings.append(Finding(kind, number, detail, *told))

    @property
    def last(self) -> int:
        return self.expected - 1


def verify(
    store: Store,
    creditor: str,
    now: datetime,
    anchors: Iterable[Anchor] = (),
    first: int = 1,
    progress: Callable[[int], None] = lambda _: None,
    most: int | None = None,
) -> Verdict:
    """Check the chain of `creditor` ("*": the installation's) from entry `first` to its end.

    From the beginning, events that never arrived in the chain are looked for too. At most
    FINDINGS_MAX findings are told. What is appended meanwhile does no harm. A walk of `most`
    entries ends there, and says nothing of the chain's end.
    """
    head = store.get(AuditHead, creditor)
    known = {one.number: one.hash for one in anchors}
    walk = _Walk(creditor, known, head, first, _hash_before(store, creditor, first))
    if first > 1 and not walk.before:
        walk.found("entry-missing", None, f"Entry {first - 1} is not there.")
    for page in _pages(store, walk, first):
        _page(store, walk, page, first)
        progress(walk.entries)
        if len(walk.findings) >= FINDINGS_MAX or (most is not None and walk.entries >= most):
            break
    else:
        _end(store, walk, first)
        if first == 1:
            _never_arrived(store, walk, now - ARRIVES_WITHIN)
    _unordered(walk, first)
    return Verdict(
        creditor,
        first,
        walk.last,
        walk.entries,
        walk.before,
        walk.anchors_met,
        walk.entries,
        tuple(
            ErasedWords(account, len(numbers), order.at, order.by)
            for account, numbers in sorted(walk.erased.items())
            if (order := walk.orders.get(account)) is not None
        ),
        tuple(walk.findings[:FINDINGS_MAX]),
    )


def _hash_before(store: Store, creditor: str, first: int) -> str:
    """Return what entry `first` must hold on to, "" where the entry before is gone."""
    if first == 1:
        return GENESIS
    entry = store.get(AuditEntry, creditor, number_text(first - 1))
    return entry_hash(entry) if entry else ""


def _pages(store: Store, walk: _Walk, first: int) -> Iterator[list[AuditEntry]]:
    if first == 1:
        page: list[AuditEntry] = []
        for entry in store.list(AuditEntry, walk.creditor):
            page.append(entry)
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page
        return
    surely = max([walk.head.number if walk.head else 0, *walk.anchors])
    while True:
        numbers = range(first, first + _PAGE)
        keys = [(walk.creditor, number_text(number)) for number in numbers]
        found = store.get_many(AuditEntry, keys)
        if found:
            yield [found[key] for key in keys if key in found]
        elif first > surely:
            return
        first += _PAGE


def _page(store: Store, walk: _Walk, page: list[AuditEntry], first: int) -> None:
    marks = store.get_many(AuditMark, {(walk.creditor, one.event) for one in page})
    events = store.get_many(Event, {one.event_key for one in page})
    for entry in page:
        walk.entries += 1
        _link(walk, entry, first)
        mark = marks.get((walk.creditor, entry.event))
        _compare(walk, entry, mark, events.get(entry.event_key))
        if entry.what in ERASURE_ORDERS:
            walk.orders.setdefault(entry.account, entry)


def _link(walk: _Walk, entry: AuditEntry, first: int) -> None:
    """Check an entry's place in the chain."""
    computed = entry_hash(entry)
    if entry.number < walk.expected:
        walk.found("entry-changed", entry, "Its number stands there already.")
        return
    if entry.number > walk.expected:
        gone = f"{walk.expected} to {entry.number - 1}"
        walk.found("entry-missing", entry, f"Before it, {gone} are not there.")
    elif entry.before != walk.before and (walk.before or first == 1):
        walk.found("chain-broken", entry, "It does not hold on to the entry before it.")
    if computed != entry.hash or entry.creditor != walk.creditor:
        walk.found("entry-changed", entry, "It says something else than when it was written.")
    anchored = walk.anchors.get(entry.number)
    if anchored is not None:
        walk.anchors_met += 1
        if anchored != computed:
            walk.found("anchor-differs", entry, "It was another when it was anchored.")
    if walk.head is not None and walk.head.number == entry.number:
        walk.head_met = True
        if walk.head.hash != computed:
            walk.found("head-differs", entry, "The head knew another entry under this number.")
    walk.expected, walk.before = entry.number + 1, computed


def _compare(walk: _Walk, entry: AuditEntry, mark: AuditMark | None, event: Event | None) -> None:
    """Check that an entry's event still says what it said."""
    if mark is None:
        walk.found("mark-missing", entry, "Without its mark the event cannot be checked.")
        return
    if not mark_agrees(mark, entry):
        walk.found("mark-changed", entry, "The mark of its event names another entry.")
        return
    if event is None:
        walk.found("event-missing", entry, f"The event {entry.what} is not there.")
        return
    if digest_of(event, mark) != entry.digest:
        walk.found("event-changed", entry, f"The event {entry.what} says something else.")
        return
    if not mark.erased.keys() <= event.data.keys():
        walk.found("mark-changed", entry, "The mark names fields that the event never had.")
        return
    if any(not is_blank(event.data[name]) for name in mark.erased):
        walk.found("event-changed", entry, "Where words were erased there are words again.")
        return
    if mark.erased:
        wrong = [name for name in sorted(mark.erased) if not is_personal(event.type, name)]
        if wrong:
            names = ", ".join(wrong)
            walk.found("erased-not-personal", entry, f"What went holds no words: {names}.")
        walk.erased.setdefault(entry.account, []).append(entry.number)


def _end(store: Store, walk: _Walk, first: int) -> None:
    """Check that the chain ends where it should."""
    now = store.get(AuditHead, walk.creditor)
    last = walk.last
    if walk.head is None or now is None:
        if last >= first:
            walk.found("head-missing", None, f"The chain has {last} entries and no head.")
    elif not walk.head_met and walk.head.number >= first:
        detail = f"The head knows {walk.head.number} entries, {last} are there."
        walk.found("head-differs", None, detail)
    elif now.number < last or (now.number == last >= first and now.hash != walk.before):
        detail = f"The head ends at entry {now.number}, the chain at {last}."
        walk.found("head-differs", None, detail)
    for number in sorted(walk.anchors):
        if number > last:
            detail = f"Entry {number} was anchored; the chain ends at {last}."
            walk.found("anchor-differs", None, detail)


def _never_arrived(store: Store, walk: _Walk, before: datetime) -> None:
    """Find events that happened long enough ago and stand in no entry."""
    for page in fed(store, Event, walk.creditor, EVER[0], before, limit=_PAGE):
        marks = store.get_many(AuditMark, [(walk.creditor, one.id) for one in page])
        for one in page:
            mark = marks.get((walk.creditor, one.id))
            if mark is None or mark.number > walk.last:
                detail = f"The event {one.type} of {one.at:%Y-%m-%d %H:%M} stands in no entry."
                walk.findings.append(Finding("event-not-in-chain", 0, detail, one.id, one.account))
        if len(walk.findings) >= FINDINGS_MAX:
            return


def _unordered(walk: _Walk, first: int) -> None:
    """Find words that went without an order in the chain to let them go.

    A walk that began later may not have passed the order: nothing is said then.
    """
    for account, numbers in sorted(walk.erased.items()):
        if account not in walk.orders and first == 1:
            detail = f"Words of {len(numbers)} events are gone, and nobody ordered it."
            walk.findings.append(
                Finding("erased-without-order", numbers[0], detail, account=account)
            )
