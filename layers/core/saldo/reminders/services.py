"""What a reminder asks the ERP to stop, and when it may go on.

One request stands per account, service and currency, however many invoices cause it: further ones
join it. Every plan looks whether all of them are settled, and releases it once. What a person said
(`services_by_hand.py`) wins over both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from saldo.accounts.told import SYSTEM
from saldo.clock import Clock
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import Decision, ServiceStop
from saldo.reminders.policy_model import Policy, Service
from saldo.store import Check, CommitConflict, Put, Store, Write


@dataclass(frozen=True, slots=True)
class Cause:
    """The invoices of one message whose stage stops a service."""

    service: Service
    stage: int
    decisions: tuple[Decision, ...]


class Services:
    """Asks the ERP to stop services, and releases them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def stopping(
        self, facts: AccountFacts, policy: Policy, decisions: Sequence[Decision]
    ) -> Iterator[Write]:
        """Yield the writes that ask for a stop, for the transaction that claims the message."""
        now = self._clock.now()
        owed = {item.number: item.open_minor for item in facts.items}
        let_go = invoices_let_go(self._store.list(ServiceStop, *facts.account.key))
        for cause in causes(policy, decisions, let_go):
            invoices = tuple(d.invoice for d in cause.decisions)
            minor = sum(
                owed[d.invoice] + sum(line.amount_minor for line in d.charges)
                for d in cause.decisions
            )
            currency = cause.decisions[0].facts["currency"]
            key = (*facts.account.key, cause.service, currency)
            old = self._store.get(ServiceStop, *key)
            if old is not None and old.released_at is None:
                joined = tuple(dict.fromkeys((*old.invoices, *invoices)))
                yield Put(
                    replace(old, invoices=joined, version=old.version + 1), expect=old.version
                )
                continue
            version = old.version if old else 0
            creditor, account = facts.account.key
            still = tuple(n for n in (old.let_go if old else ()) if n in owed)
            stop = ServiceStop(
                creditor,
                account,
                cause.service,
                currency,
                self._ids.ulid(now),
                invoices,
                minor,
                now,
                version=version + 1,
                let_go=still,
            )
            yield Put(stop, expect=version)
            more = {"policy": policy.id, "stage": cause.stage, "reason": "", "by": SYSTEM}
            yield Put(told(self._ids, "service.stop_requested", stop, now, **more))

    def release(self, facts: AccountFacts) -> bool:
        """Release what was stopped for invoices of which none is open any more, once. What a person
        stopped stays so.

        Returns False when the account changed since `facts` were read; then nothing more is done.
        """
        still_open = {item.number for item in facts.items}
        standing = [s for s in self._store.list(ServiceStop, *facts.account.key) if s.stands]
        for stop in list(standing):
            if stop.is_by_hand or not still_open.isdisjoint(stop.invoices):
                continue
            now = self._clock.now()
            standing.remove(stop)
            over = replace(stop, released_at=now, version=stop.version + 1)
            event_ = told(
                self._ids,
                "service.released",
                stop,
                now,
                reason="settled",
                by=SYSTEM,
                stopped=any(other.service == stop.service for other in standing),
            )
            check = Check(facts.account, expect=facts.account.version)
            try:
                self._store.commit([check, Put(over, expect=stop.version), Put(event_)])
            except CommitConflict:
                return False
        return True


def told(ids: Ids, type_: EventType, stop: ServiceStop, now: datetime, **more: object) -> Event:
    """Return the event that tells of a stop or of its end; one by hand has no amount."""
    amount = None if stop.is_by_hand else format_amount(stop.amount_minor, stop.currency)
    return event(
        ids.ulid(now),
        now,
        type_,
        stop.creditor,
        stop.account,
        request=stop.request,
        service=stop.service,
        kind="by-hand" if stop.is_by_hand else "stage",
        invoices=list(stop.invoices),
        currency=None if stop.is_by_hand else stop.currency,
        amount=amount,
        **more,
    )


def ended_meanwhile(stops: Iterable[ServiceStop], by_hand: ServiceStop) -> list[ServiceStop]:
    """Return the stops by stages that ended while a person's stop of the same service stood.

    Whoever read of one of them is to hear that it goes on once the person lets it go.
    """
    over = by_hand.released_at
    return [
        stop
        for stop in stops
        if stop.service == by_hand.service
        and not stop.is_by_hand
        and stop.released_at is not None
        and over is not None
        and by_hand.requested_at <= stop.released_at < over
    ]


def invoices_let_go(stops: Iterable[ServiceStop]) -> frozenset[tuple[str, str]]:
    """Return (service, invoice) of what stops no service any more, because a person said so."""
    return frozenset((stop.service, number) for stop in stops for number in stop.let_go)


def causes(
    policy: Policy,
    decisions: Sequence[Decision],
    let_go: frozenset[tuple[str, str]] = frozenset(),
) -> list[Cause]:
    """Return which services the stages of these decisions stop, and for which of them.

    An invoice stops no service that a person let go for it.
    """
    found: dict[Service, Cause] = {}
    for decision in decisions:
        stage = policy.stage(decision.stage) if decision.stage else None
        if stage is None or stage.service is None:
            continue
        if (stage.service, decision.invoice) in let_go:
            continue
        before = found.get(stage.service, Cause(stage.service, stage.number, ()))
        found[stage.service] = replace(before, decisions=(*before.decisions, decision))
    return list(found.values())
