"""Keeps the risk sheet of every account, and its places in the lists.

A look reads the account, its open items (OPEN_ITEMS_MAX at most, 1 read unit per some 12), its
promises, plans, holds and reports, and its creditor's sums: some 9 read units for an account with
few open items. It writes what differs: the sheet, the places that moved (one to five), the word
that segments go by, and an event when the class changed; all at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.clock import Clock, local_day
from saldo.collection.facts import Promise
from saldo.collection.model import Plan
from saldo.credit_data.look import OPEN_ITEMS_MAX, RiskFacts, credit_facts, sheet_of
from saldo.credit_data.report import CreditReport
from saldo.credit_data.sheet import RiskPlace, RiskSheet, RiskSums, places_of
from saldo.errors import Unavailable
from saldo.events import OPEN_ITEM_EVENTS, Event, event
from saldo.ids import Ids
from saldo.invoices.model import OpenItem
from saldo.risk.behaviour import ASSUMED, shrunk
from saldo.store import Delete, Put, Store, Write, settled

_ATTEMPTS_MAX: Final = 6

HEARD: Final = OPEN_ITEM_EVENTS | frozenset(
    {
        "account.changed",
        "credit.report_changed",
        "hold.ended",
        "hold.placed",
        "insolvency.noticed",
        "plan.missed",
        "privacy.erasure_asked",
        "privacy.lifted",
        "promise.broken",
        "promise.part_kept",
    }
)
"""Facts that can change a score or what is at stake."""


class RiskBusy(Unavailable):
    """The account is being changed by others all the time; the same request may work later."""

    code = "risk-busy"


class RiskKeeper:
    """Looks at accounts after facts, and every night."""

    heard = HEARD

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def refresh(self, creditor: str, account: str) -> bool:
        """Look at an account anew, and write what differs; tell whether anything did.

        One that is unknown, or to be erased, has no sheet. Raises RiskBusy.
        """

        def look() -> bool:
            writes = self._differences(creditor, account)
            if writes:
                self._store.commit(writes)
            return bool(writes)

        is_changed = settled(look, _ATTEMPTS_MAX)
        if is_changed is None:
            raise RiskBusy("The account's risk is being changed by others; try again.")
        return is_changed

    def _differences(self, creditor: str, account: str) -> list[Write]:
        old = self._store.get(RiskSheet, creditor, account)
        owner = self._store.get(Creditor, creditor)
        found = self._store.get(Account, creditor, account)
        if owner is None or found is None or found.restricted_at is not None:
            return _gone(old)
        today = local_day(self._clock.now(), owner.time_zone)
        facts = self._facts(found)
        sums = self._store.get(RiskSums, creditor)
        everybody = shrunk(sums.paid) if sums is not None else ASSUMED
        new = sheet_of(facts, everybody, old, today)
        writes: list[Write] = []
        if new != old:
            writes.append(Put(replace(new, version=new.version + 1), expect=new.version))
            writes += _moved(places_of(old) if old else set(), places_of(new))
        writes += self._for_segments(found, new, facts, today)
        if old is not None and old.risk_class != new.risk_class:
            writes.append(Put(self._told(old, new)))
        return writes

    def _facts(self, account: Account) -> RiskFacts:
        key = account.key
        return RiskFacts(
            account,
            tuple(islice(self._store.list(OpenItem, *key), OPEN_ITEMS_MAX + 1)),
            tuple(self._store.list(Promise, *key)),
            tuple(self._store.list(Plan, *key)),
            tuple(self._store.list(Hold, *key)),
            tuple(self._store.list(CreditReport, *key)),
        )

    def _for_segments(
        self, account: Account, sheet: RiskSheet, facts: RiskFacts, today: date
    ) -> list[Write]:
        """Keep on the account what policies go by, and have it planned anew where that changed."""
        known = credit_facts(sheet, facts.reports, today)
        if known == account.credit:
            return []
        now, version = self._clock.now(), account.version
        return [Put(replace(account, credit=known, due_at=now, version=version + 1), version)]

    def _told(self, old: RiskSheet, new: RiskSheet) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "risk.class_changed",
            new.creditor,
            new.account,
            risk_class=new.risk_class,
            before=old.risk_class,
            points=new.points,
            decided=new.decided,
        )


def _moved(before: set[RiskPlace], after: set[RiskPlace]) -> list[Write]:
    gone, come = before - after, after - before
    return [
        *(Delete(one, expect=None) for one in sorted(gone, key=lambda one: one.key)),
        *(Put(one, expect=None) for one in sorted(come, key=lambda one: one.key)),
    ]


def _gone(old: RiskSheet | None) -> list[Write]:
    if old is None:
        return []
    return [Delete(old, expect=old.version), *_moved(places_of(old), set())]
