"""Books whose events stand in an audit log, and what somebody with a screwdriver may do to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from saldo.adapters.memory.anchors import MemoryAnchors
from saldo.adapters.memory.store import MemoryStore
from saldo.audit.chain import AuditChain
from saldo.audit.tend import AuditTender
from saldo.audit.verify import Finding, Verdict, verify
from saldo.events import Event
from saldo.store import Delete, Put
from tests.books import CREDITOR, Books


class Audited(Books):
    """Books with a chain that is appended to when a test says so, as the bus would."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = AuditChain(self.store, self.clock, self.ids)
        self.anchors = MemoryAnchors()
        self.tender = AuditTender(self.store, self.clock, self.chain, self.anchors)

    def all_events(self) -> list[Event]:
        """Every event so far, the oldest first."""
        found = [one for one in self.store.everything() if isinstance(one, Event)]
        return sorted(found, key=lambda one: (one.at, one.id))

    def arrive(self) -> int:
        """Let every event so far arrive; return how many were new."""
        return self.chain.append(self.all_events())

    def verdict(self, creditor: str = CREDITOR, first: int = 1) -> Verdict:
        later = self.clock.now() + timedelta(days=1)
        return verify(self.store, creditor, later, self.anchors.of(creditor), first)

    def findings(self, creditor: str = CREDITOR) -> list[Finding]:
        return list(self.verdict(creditor).findings)

    def kinds(self) -> set[str]:
        return {one.kind for one in self.findings()}

    def forge(self, *records: Any) -> None:
        """Put records over what is there, as somebody with the table's key could.

        Behind the back of the test's own check of events: forgers keep to no schema.
        """
        assert isinstance(self.store, MemoryStore)
        with_check, self.store._on_commit = self.store._on_commit, None
        for record in records:
            self.store.commit([Put(record, expect=None)])
        self.store._on_commit = with_check

    def remove(self, *records: Any) -> None:
        for record in records:
            self.store.commit([Delete(record, expect=None)])
