"""The claim: the right to send a message, taken in the transaction that checks the account.

A message about more items than one transaction holds is claimed in parts: the first part makes the
notice, each further one adds its items to it while nobody has begun to send it. If the account
changes in between, what was claimed goes, and the rest is planned again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from saldo.clock import Clock
from saldo.events import correlation_id, event
from saldo.ids import Ids
from saldo.invoices.model import OpenItem
from saldo.reminders.booking import charge_writes
from saldo.reminders.bundles import Bundle
from saldo.reminders.contacts import kept
from saldo.reminders.draft import covers, draft
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import (
    Claim,
    ContactLog,
    Decision,
    DecisionRecord,
    Grounds,
    Notice,
)
from saldo.reminders.policy import Policy
from saldo.reminders.services import Services
from saldo.store import TRANSACTION_ITEMS_MAX, Check, CommitConflict, CountUp, Put, Store, Write

_FOR_THE_NOTICE = 9
"""Rows of a claim beside those per item: account, notice, event, cap, contacts, and two for each of
the services that it stops."""

_PER_ITEM = 2
_PER_CHARGED_ITEM = 2
_PER_LINE = 3


class PartlyClaimed(Exception):
    """A message was claimed for its first items; the others must be planned again."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.id)
        self.notice = notice


class Claims:
    """Takes claims."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._services = Services(store, clock, ids)

    def take(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        bundle: Bundle,
        decisions: Sequence[Decision],
    ) -> Notice:
        """Claim a message and return its notice.

        Raises CommitConflict when nothing was claimed, PartlyClaimed when only a part was.
        """
        notice: Notice | None = None
        for chunk in _chunks(bundle.decisions):
            try:
                if notice is None:
                    notice = self._first(facts, policy, today, bundle, chunk, decisions)
                else:
                    notice = self._further(facts, policy, today, chunk, notice)
            except CommitConflict as conflict:
                if notice is None:
                    raise
                raise PartlyClaimed(notice) from conflict
        assert notice is not None, "a bundle has items"
        return notice

    def _first(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        bundle: Bundle,
        chunk: Sequence[Decision],
        decisions: Sequence[Decision],
    ) -> Notice:
        now = self._clock.now()
        is_stage = bool(bundle.first.stage)
        whole = draft(
            facts,
            policy,
            today,
            bundle,
            decisions,
            self._ids.ulid(now),
            now,
            correlation_id.get(),
        )
        # The chunk is the beginning of the bundle; further ones add their items to the notice.
        notice = replace(whole, items=whole.items[: len(chunk)])
        writes: list[Write] = [
            Check(facts.account, expect=facts.account.version),
            Put(notice),
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "notice.claimed",
                    notice.creditor,
                    notice.account,
                    notice=notice.id,
                    step=notice.step,
                    channel=notice.channel,
                    invoice=notice.invoice,
                    planned_for=today.isoformat(),
                )
            ),
            *self._services.stopping(facts, policy, bundle.decisions),
            *self._per_item(facts, policy, today, chunk, notice),
        ]
        if facts.creditor.notices_per_day_max is not None:
            most = facts.creditor.notices_per_day_max
            writes.append(CountUp(notice.creditor, f"notices#{today.isoformat()}", most))
        if is_stage and policy.limits_contacts:
            log = logged(facts, today)
            writes.append(Put(log, expect=log.version - 1))
        self._store.commit(writes)
        return notice

    def _further(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        chunk: Sequence[Decision],
        notice: Notice,
    ) -> Notice:
        longer = replace(
            notice,
            items=(*notice.items, *covers(facts, chunk, today)),
            version=notice.version + 1,
        )
        self._store.commit(
            [
                Check(facts.account, expect=facts.account.version),
                Put(longer, expect=notice.version),
                *self._per_item(facts, policy, today, chunk, notice),
            ]
        )
        return longer

    def _per_item(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        chunk: Sequence[Decision],
        notice: Notice,
    ) -> Iterator[Write]:
        items = {item.number: item for item in facts.items}
        for decision in chunk:
            item = items[decision.invoice]
            charged = item
            if decision.charges:
                assert facts.evidence is not None, "charges rest on evidence"
                found = facts.evidence[item.number]
                invoice, writes = charge_writes(
                    found.invoice,
                    found.charged,
                    decision.charges,
                    notice.id,
                    today,
                    notice.created_at,
                    self._ids,
                )
                yield from writes
                charged = replace(
                    item,
                    open_minor=invoice.open_minor,
                    costs_open_minor=invoice.costs_open_minor,
                    interest_open_minor=invoice.interest_open_minor,
                )
            yield Put(told_item(item, charged, decision, today), expect=item.version)
            yield Put(
                Claim(
                    notice.creditor,
                    notice.account,
                    item.number,
                    item.episode,
                    decision.step,
                    notice.channel,
                    notice.id,
                    Grounds(today, decision.reason, decision.facts, policy.id, notice.created_at),
                )
            )


def logged(facts: AccountFacts, today: date) -> ContactLog:
    """Return the log of contacts with one more today."""
    old = facts.contact_log or ContactLog(facts.creditor.id, facts.account.number)
    return replace(old, days=kept(old.days, today), version=old.version + 1)


def record_of(
    facts: AccountFacts,
    policy: Policy,
    today: date,
    decision: Decision,
    decided_at: datetime,
) -> DecisionRecord:
    """Return a decision that sends nothing, as it is kept."""
    return DecisionRecord(
        facts.creditor.id,
        facts.account.number,
        decision.invoice,
        today,
        decision.step,
        decision.outcome,
        decision.reason,
        decision.facts,
        policy.id,
        decided_at,
    )


def told_item(item: OpenItem, charged: OpenItem, decision: Decision, today: date) -> OpenItem:
    """Return the open item after its step, with what was charged on it."""
    version = item.version + 1
    if decision.stage:
        return replace(charged, stage=decision.stage, stage_on=today, version=version)
    return replace(charged, announced_on=today, version=version)


def _chunks(decisions: Sequence[Decision]) -> Iterator[list[Decision]]:
    """Part the decisions so that each part fits one transaction."""
    chunk: list[Decision] = []
    room = TRANSACTION_ITEMS_MAX - _FOR_THE_NOTICE
    left = room
    for decision in decisions:
        charged = _PER_CHARGED_ITEM + _PER_LINE * len(decision.charges)
        rows = _PER_ITEM + (charged if decision.charges else 0)
        if rows > left and chunk:
            yield chunk
            chunk, left = [], room
        chunk.append(decision)
        left -= rows
    yield chunk
