"""Queues, bus and webhooks with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from saldo.edge import jobs
from saldo.events import Event
from saldo.reconciliation.model import WebhookDelivery
from saldo.reconciliation.relay import Relay
from saldo.reconciliation.webhooks import Webhooks
from saldo.store import Put
from saldo_cli.simulation.ports import OutOfReach, TooBusy
from tests.simulation.mutants.made import (
    Patch,
    mutant,
)


@mutant
def dead_letters_are_thrown_away(patch: Patch) -> None:
    patch.setattr(jobs, "dead_letter", lambda *a: None)


@mutant
def failed_messages_count_as_handled(patch: Patch) -> None:
    each = jobs.each_message

    def handled(*a: Any) -> dict[str, Any]:
        each(*a)
        return {"batchItemFailures": []}

    from functions.reconcile import app as reconcile
    from functions.relay import app as relay
    from functions.remind import app as remind

    for module in (reconcile, relay, remind):
        patch.setattr(module, "each_message", handled)


@mutant
def events_count_as_told_before_the_bus_has_them(patch: Patch) -> None:
    relay = Relay.publish

    def early(self: Any, events: Sequence[Event]) -> list[Event]:
        # What the books call told is not told again: else the stream's repeat would heal it.
        fresh = [
            e for e in events if not (found := self._store.get(Event, *e.key)) or not found.relayed
        ]
        for event in fresh:
            self._store.commit([Put(replace(event, relayed=True), expect=None)])
        return relay(self, fresh)

    patch.setattr(Relay, "publish", early)


@mutant
def nobody_republishes(patch: Patch) -> None:
    patch.setattr(Relay, "republish", lambda self: (0, 0))
    publish = Relay.publish

    def once(self: Any, events: Sequence[Event]) -> list[Event]:
        try:
            return publish(self, events)
        except (OutOfReach, TooBusy):
            return []  # the stream believes that all went well

    patch.setattr(Relay, "publish", once)


@mutant
def a_webhook_counts_as_delivered_before_it_is_posted(patch: Patch) -> None:
    deliver = Webhooks.deliver

    def early(self: Any, job: Any, attempt: int) -> Any:
        key = (job.creditor, job.subscription, job.event)
        if self._store.get(WebhookDelivery, *key) is None:
            done = WebhookDelivery(*key, "delivered", attempt, self._clock.now(), "204")
            self._store.commit([Put(done, expect=None)])
            endpoint = self.subscriptions(job.creditor)[0]
            answer = self._transport.post(endpoint.url, {"webhook-id": job.event}, b"")
            if answer.status != 204:
                return deliver(self, job, attempt)
        return deliver(self, job, attempt)

    patch.setattr(Webhooks, "deliver", early)
