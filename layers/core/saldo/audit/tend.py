"""What is done about the chains each night: what never arrived is appended, heads are anchored, and
what was appended since the night before is walked.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from saldo.audit.chain import AuditChain, events_between
from saldo.audit.model import Anchor, AuditCheck
from saldo.audit.ports import Anchors
from saldo.audit.verify import Finding, verify
from saldo.clock import Clock
from saldo.store import EVER, CommitConflict, Put, Store

LOOK_BACK: Final = timedelta(days=3)
"""Further than the bus and its queues keep a message that they cannot deliver at once; what went
among the dead letters meanwhile is here, too."""

WALKED_MAX: Final = 200_000
"""Entries of one chain that one night walks; the next goes on there."""

SETTLED: Final = timedelta(minutes=15)
"""Events younger than this are still on their way."""


@dataclass(frozen=True, slots=True)
class Tended:
    """One chain after its night: `late` events had not arrived by themselves; `findings` are of
    what was appended since the night before.
    """

    creditor: str
    number: int
    hash: str
    late: int
    findings: tuple[Finding, ...] = ()


class AuditTender:
    """Looks after every chain of the installation."""

    def __init__(self, store: Store, clock: Clock, chain: AuditChain, anchors: Anchors) -> None:
        self._store, self._clock = store, clock
        self._chain, self._anchors = chain, anchors

    def tend(self, creditor: str, *, whole: bool = False) -> Tended:
        """Append what never arrived in the last days (`whole`: ever), and anchor the head.

        Raises AuditBusy or AnchorsBusy.
        """
        now = self._clock.now()
        after = EVER[0] if whole else now - LOOK_BACK
        events = events_between(self._store, creditor, after, now - SETTLED)
        late = self._chain.catch_up(creditor, events)
        head = self._chain.head(creditor)
        if head.number:
            self._anchors.put(Anchor(creditor, head.number, head.hash, now))
        return Tended(creditor, head.number, head.hash, late, self._walked(creditor, now))

    def _walked(self, creditor: str, now: datetime) -> tuple[Finding, ...]:
        """Walk what was appended since the last walk, and note how far that went.

        What was sound before is walked again by whoever verifies the whole chain.
        """
        found: tuple[Finding, ...]
        before = self._store.get(AuditCheck, creditor)
        head = self._chain.head(creditor)
        if before is None and not head.number:
            return ()
        if before is not None and before.number > head.number:
            # Told once: the walks of the next nights go on from what is there.
            detail = f"{before.number} entries were walked before, the chain ends at {head.number}."
            found, last = (Finding("head-differs", head.number, detail),), head.number
        else:
            first = before.number + 1 if before else 1
            verdict = verify(self._store, creditor, now, first=first, most=WALKED_MAX)
            found = tuple(one for one in verdict.findings if one.kind != "event-not-in-chain")
            last = verdict.last
        version = before.version if before else 0
        check = AuditCheck(creditor, last, now, len(found), version + 1)
        with suppress(CommitConflict):  # it was called twice, and the other one walked too
            self._store.commit([Put(check, expect=version)])
        return found
