"""One run of a connection: tell what waits, read what changed, and say how it went.

One worker at a time: it takes the connection's lease first. What a run took stays taken; where it
stopped, the next one goes on. Only a whole reading makes the ERP's data fresh, so that an ERP that
is down, says no or talks nonsense keeps reminders back by the creditor's own rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from saldo.accounts.fresh import Freshness, connector_source
from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.connectors.model import Connection, Pass
from saldo.connectors.orders import Orders
from saldo.connectors.papers import Papers
from saldo.connectors.ports import OPEN_ITEMS, Connector, Unread
from saldo.connectors.schedule import Ended, after, ended_by, is_news
from saldo.connectors.take import Taken, Taking
from saldo.errors import NotFound, Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Delete, Put, Store, Write

LEASE: Final = timedelta(minutes=16)
"""Longer than the function that runs it may take."""

SEEN_MAX: Final = 20_000
"""Numbers that an interrupted reading keeps; a record holds 400 KB. Beyond, what is gone is told by
the next reading that is not interrupted."""

_ATTEMPTS_MAX = 5


class ConnectionUnknown(NotFound):
    """The creditor has no connection of that name."""

    code = "connection-unknown"


@dataclass
class Report:
    """What a run did. `ended` None says that another worker has the connection."""

    creditor: str
    connection: str
    ended: Ended | None = None
    done: Counter[str] = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)


Connect = Callable[[Connection], Connector]
"""Makes the adapter of a connection; raises ErpDenied when its keys are missing or wrong."""


class Runs:
    """Runs connections. `connect` alone knows the vendors."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        accounts: Accounts,
        orders: Orders,
        taking: Taking,
        papers: Papers,
        connect: Connect,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._orders, self._taking = accounts, orders, taking
        self._papers = papers
        self._connect, self._fresh = connect, Freshness(store, clock)

    def due(self) -> list[Connection]:
        """Return the connections whose time has come."""
        now = self._clock.now()
        found = []
        for creditor in self._accounts.creditors():
            for key in self._store.work(Connection, "connection", creditor.id, now):
                one = self._store.get(Connection, *key)
                if one is not None and one.enabled and one.next_at and one.next_at <= now:
                    found.append(one)
        return found

    def run(self, creditor: str, name: str, *, accept_gone: bool = False) -> Report:
        """Run a connection now, due or not.

        `accept_gone` confirms that what left the ERP's list has left it, however much it is.
        Raises ConnectionUnknown.
        """
        connection = self._store.get(Connection, creditor, name)
        if connection is None:
            raise ConnectionUnknown(f"{creditor!r} has no connection {name!r}.")
        report = Report(creditor, name)
        now = self._clock.now()
        if connection.lease_until is not None and now < connection.lease_until:
            return report
        leased = replace(connection, lease_until=now + LEASE, version=connection.version + 1)
        try:
            self._store.commit([Put(leased, expect=connection.version)])
        except CommitConflict:
            return report
        run = _Run(self._store, leased, report, accept_gone=accept_gone)
        try:
            self._work(run)
            report.ended = Ended("ok")
        except Unavailable as stopped:
            report.ended = ended_by(stopped)
        self._end(run, report.ended)
        return report

    def _work(self, run: _Run) -> None:
        connector = self._connect(run.connection)
        try:
            for order in self._orders.waiting(run.connection):
                run.report.done[f"orders-{self._orders.carry_out(order, connector)}"] += 1
            self._pull(run, connector)
            if run.connection.settings.get("documents") == "yes":
                run.report.done += self._papers.fetch(run.connection, connector)
        finally:
            connector.end()

    def _pull(self, run: _Run, connector: Connector) -> None:
        creditor = self._accounts.creditor(run.connection.creditor)
        taken = Taken(run.report.done, run.report.unread)
        for page in connector.pull(run.connection.cursor):
            taken.unread += page.unread
            self._taking.accounts(creditor, page.accounts, taken)
            self._taking.deleted(run.connection, creditor, page.deleted)
            self._taking.items(run.connection, creditor, page.items, taken)
            if page.of_open_items:
                run.saw(one.number for one in page.items if one.open_minor > 0)
            if page.is_last:
                self._whole(run, connector)
            run.cursor = dict(page.cursor)

    def _whole(self, run: _Run, connector: Connector) -> None:
        """All that stands open was read: what is missing is gone, and what we know is fresh."""
        creditor = run.connection.creditor
        if run.is_seen_whole:
            known = self._accounts.creditor(creditor)
            run.report.done += self._taking.gone(
                run.connection, known, run.seen, connector.look, is_confirmed=run.accept_gone
            )
        run.is_done = True
        self._fresh.note(creditor, "erp")
        self._fresh.note(creditor, connector_source(run.connection.name))

    def _end(self, run: _Run, ended: Ended) -> None:
        """Keep how it went. A lease that ran out meanwhile leaves it to whoever has it now; what
        people changed or the ERP woke meanwhile, under our lease, stays.
        """
        for _ in range(_ATTEMPTS_MAX):
            now = self._store.get(Connection, *run.connection.key)
            if now is None or now.lease_until != run.connection.lease_until:
                break
            if self._kept(run, now, ended):
                return
        run.report.done["lease-lost"] += 1

    def _kept(self, run: _Run, before: Connection, ended: Ended) -> bool:
        """Write how it went, if the connection is still as `before`."""
        now = self._clock.now()
        # Nonsense is read again from where it began: a part of it may have moved the cursor.
        cursor = dict(before.cursor) if ended.state == "nonsense" else run.cursor
        if ended.state != "limited":
            cursor.pop(OPEN_ITEMS, None)  # what was seen is forgotten: the list is read anew
        new = replace(after(before, ended, now), cursor=cursor)
        if before.next_at != run.connection.next_at and new.next_at and before.next_at:
            new = replace(new, next_at=min(new.next_at, max(before.next_at, now)))
        writes: list[Write] = [Put(new, expect=before.version)]
        writes += run.pass_writes(goes_on=ended.state == "limited")
        if is_news(before, ended):
            told = event(
                self._ids.ulid(now),
                now,
                "connection.changed",
                before.creditor,
                "~",
                connection=before.name,
                system=before.system,
                state=ended.state,
                before=before.state,
                reason=new.why,
            )
            writes.append(Put(told))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        return True


class _Run:
    """What one run keeps in mind."""

    def __init__(
        self, store: Store, connection: Connection, report: Report, *, accept_gone: bool
    ) -> None:
        self.connection, self.report, self.accept_gone = connection, report, accept_gone
        self.cursor = dict(connection.cursor)
        self.is_done = False
        self._pass = store.get(Pass, connection.creditor, connection.name)
        self._seen: set[str] = set(self._pass.seen) if self._pass else set()
        self.is_seen_whole = self._pass.is_whole if self._pass else True

    @property
    def seen(self) -> frozenset[str]:
        return frozenset(self._seen)

    def saw(self, numbers: Iterable[str]) -> None:
        """Note what stands open."""
        self._seen.update(numbers)

    def pass_writes(self, *, goes_on: bool) -> list[Write]:
        """Return what keeps or forgets a reading that was interrupted."""
        old = self._pass
        if goes_on and not self.is_done and self._seen:
            fits = len(self._seen) <= SEEN_MAX
            new = Pass(
                self.connection.creditor,
                self.connection.name,
                tuple(sorted(self._seen)) if fits else (),
                is_whole=fits and self.is_seen_whole,
                version=(old.version if old else 0) + 1,
            )
            return [Put(new, expect=old.version if old else 0)]
        return [Delete(old, expect=old.version)] if old else []
