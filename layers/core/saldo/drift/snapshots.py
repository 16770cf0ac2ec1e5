"""Full snapshots: "these are all open items". What vanished is closed only when asked twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.accounts.fresh import Freshness
from saldo.clock import Clock
from saldo.drift.book import DriftReports
from saldo.drift.model import Difference, Drift, Snapshot, TheirItem, Vanished
from saldo.errors import Conflict, Gone, NotFound, Refusal, TooLarge
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.invoices.withdrawals import Withdrawals
from saldo.store import CommitConflict, Put, Store

ASKED_FOR: Final = timedelta(hours=24)
"""So long a snapshot may be confirmed."""

KEPT_FOR: Final = timedelta(days=90)
CLOSED_MAX: Final = 1000
"""So many items one snapshot closes: more vanish by a mistake rather than by payment."""

REASON: Final = "The ERP has it no longer open."


class SnapshotUnknown(NotFound):
    """There is no snapshot of that id."""

    code = "snapshot-unknown"


class SnapshotExpired(Gone):
    """The snapshot was made more than a day ago: send a new one."""

    code = "snapshot-expired"


class SnapshotSuperseded(Conflict):
    """A newer snapshot was sent: confirm that one."""

    code = "snapshot-superseded"


class SnapshotClosesTooMuch(TooLarge):
    """More items vanished than one snapshot may close; send it account by account."""

    code = "snapshot-closes-too-much"


@dataclass(frozen=True, slots=True)
class Found:
    """What a snapshot shows beside our books.

    `new`: unknown here, to be pushed; `changed`: open on both sides, otherwise; `vanished`: open
    here alone; `closed_here`: open there alone; `waits`: in flight, left alone.
    """

    snapshot: Snapshot
    drift: Drift
    new: tuple[Difference, ...]
    changed: tuple[Difference, ...]
    vanished: tuple[Difference, ...]
    closed_here: tuple[Difference, ...]
    waits: tuple[Difference, ...]


Outcome = Literal["closed", "lowered", "reopened", "already", "kept"]


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of one item; `refusal` says why it was kept."""

    vanished: Vanished
    outcome: Outcome
    refusal: Refusal | None = None


class Snapshots:
    """Takes snapshots, and closes what vanished when that is confirmed."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._reports = DriftReports(store, clock)
        self._withdrawals, self._fresh = (
            Withdrawals(store, clock, ids),
            Freshness(store, clock),
        )

    def take(
        self,
        creditor: str,
        items: Sequence[TheirItem],
        by: str,
        *,
        accounts: Sequence[str] | None = None,
        as_of: datetime | None = None,
        accounts_max: int | None = None,
    ) -> Found:
        """Compare all open items of the ERP with ours; nothing is changed but what is asked later.

        Raises as `DriftReports.report` does, and SnapshotClosesTooMuch.
        """
        drift = self._reports.report(
            creditor, items, accounts=accounts, as_of=as_of, accounts_max=accounts_max
        )
        less = [
            one
            for one in drift.differences
            if one.kind == "closed-there" or (one.kind == "amount" and _is_less(one))
        ]
        if len(less) > CLOSED_MAX:
            raise SnapshotClosesTooMuch(
                f"{len(less)} items vanished or went down; at most {CLOSED_MAX} are closed at once."
            ).at("/items")
        now = self._clock.now()
        snapshot = Snapshot(
            creditor,
            self._ids.ulid(now),
            now,
            now + ASKED_FOR,
            now + KEPT_FOR,
            by,
            tuple(found for one in less if (found := self._vanished(creditor, one)) is not None),
            tuple(
                found
                for one in drift.differences
                if one.kind in ("closed-here", "amount")
                and (found := self._returned(creditor, one)) is not None
            ),
            version=1,
        )
        self._store.commit([Put(snapshot)])
        self._fresh.note(creditor, "erp")
        kinds = ("unknown-here",), ("amount", "currency", "account"), ("closed-there",)
        of = [tuple(one for one in drift.differences if one.kind in some) for some in kinds]
        here = tuple(one for one in drift.differences if one.kind == "closed-here")
        waits = tuple(one for one in drift.differences if one.kind == "in-flight")
        return Found(snapshot, drift, of[0], of[1], of[2], here, waits)

    def get(self, creditor: str, snapshot: str) -> Snapshot:
        """Return a snapshot; raise SnapshotUnknown."""
        found = self._store.get(Snapshot, creditor, snapshot)
        if found is None:
            raise SnapshotUnknown(f"There is no snapshot {snapshot!r}.")
        return found

    def confirm(
        self, creditor: str, snapshot: str, by: str, *, lower: bool = False, reopen: bool = False
    ) -> tuple[Snapshot, tuple[Closed, ...]]:
        """Close what vanished, with `lower` take off what went down, and with `reopen` let be owed
        again what an earlier snapshot closed; say what became of each.

        What changed since, or has a payment on its way, is kept. The same again closes nothing
        twice. Raises SnapshotUnknown, SnapshotExpired or SnapshotSuperseded.
        """
        found = self.get(creditor, snapshot)
        now = self._clock.now()
        if found.confirmed_at is None:
            if now >= found.expires_at:
                raise SnapshotExpired("This snapshot is too old: send a new one.")
            newest = self._store.newest(Snapshot, creditor, limit=1)
            if newest and newest[0].id != snapshot:
                raise SnapshotSuperseded(f"Snapshot {newest[0].id!r} is newer.")
            marked = replace(found, confirmed_at=now, confirmed_by=by, version=found.version + 1)
            try:
                self._store.commit([Put(marked, expect=found.version)])
            except CommitConflict:
                marked = self.get(creditor, snapshot)
            found = marked
        wanted = [one for one in found.vanished if one.is_whole or lower]
        ends = [self._close(creditor, one, found) for one in wanted]
        if reopen:
            ends += [self._reopen(creditor, one, found) for one in found.returned]
        return found, tuple(ends)

    def _close(self, creditor: str, one: Vanished, snapshot: Snapshot) -> Closed:
        reason = f"{REASON} (snapshot {snapshot.id})"
        known = self._store.get(Invoice, creditor, one.account, one.number)
        if known and known.withdrawn is not None and known.withdrawn.reason == reason:
            return Closed(one, "already")
        try:
            self._withdrawals.close_there(
                creditor, one.number, one.off_minor, snapshot.confirmed_by, reason, one.version
            )
        except Refusal as refusal:
            return Closed(one, "kept", refusal)
        return Closed(one, "closed" if one.is_whole else "lowered")

    def _reopen(self, creditor: str, one: Vanished, snapshot: Snapshot) -> Closed:
        reason = f"The ERP has it open after all. (snapshot {snapshot.id})"
        try:
            self._withdrawals.reopen(
                creditor, one.number, one.off_minor, snapshot.confirmed_by, reason, one.version
            )
        except Refusal as refusal:
            return Closed(one, "kept", refusal)
        return Closed(one, "reopened")

    def _returned(self, creditor: str, one: Difference) -> Vanished | None:
        """Return what an earlier snapshot took off and the ERP has open, None where none did."""
        assert one.theirs is not None, "it is open there"
        assert one.ours is not None, "it is known here"
        known = self._store.get(Invoice, creditor, one.ours.account, one.number)
        if known is None or known.withdrawn is None or known.withdrawn.kind != "closed-there":
            return None
        back = min(one.theirs.open_minor - known.parts.principal, known.withdrawn.amount_minor)
        if back <= 0:
            return None
        is_whole = not known.is_open
        return Vanished(known.number, known.account, known.currency, back, known.version, is_whole)

    def _vanished(self, creditor: str, one: Difference) -> Vanished | None:
        """Return what would be taken off an item, as it is now; None for a credit."""
        assert one.ours is not None, "it is open here"
        known = self._store.get(Invoice, creditor, one.ours.account, one.number)
        if known is None:
            return None
        whole = one.theirs is None or one.theirs.open_minor == 0
        principal = known.parts.principal
        left = 0 if one.theirs is None else one.theirs.open_minor
        off = principal if whole else known.open_minor - left
        if not 0 < off <= principal:
            return None  # what went down is a fee of ours: that is waived, not closed
        return Vanished(known.number, known.account, known.currency, off, known.version, whole)


def _is_less(one: Difference) -> bool:
    assert one.theirs is not None, "both have it open"
    assert one.ours is not None, "both have it open"
    return 0 < one.theirs.open_minor < one.ours.open_minor
