"""The last stage: what was reminded in vain becomes a case, in one transaction with its stage.

The account's version is checked, so that a case rests on what the plan saw: a payment, promise or
hold that came meanwhile keeps it from opening.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.collection.cases import Cases, HandOver
from saldo.collection.facts import NOBODY_NAMED
from saldo.ids import Ids
from saldo.reminders.booking import BY
from saldo.reminders.claims import record_of
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import Decision
from saldo.reminders.policy_model import Policy
from saldo.store import Put, Store, Write

CASE_INVOICES_MAX: Final = 30
"""Each takes three rows of the transaction (its check, its open item, its decision)."""


class HandingOver:
    """Opens the cases that a plan asks for."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._cases = Cases(store, clock, ids)

    def take(
        self, facts: AccountFacts, policy: Policy, today: date, decisions: Sequence[Decision]
    ) -> int:
        """Open a case per stage and currency, return how many.

        What a person handed over before stays in that case and has its stage from it. Raises
        CommitConflict, CaseInTheWay or NothingOwed when the account changed since the facts were
        read; cases opened before that stand.
        """
        account, opened = facts.account, 0
        known = {
            number: case
            for case in self._cases.of(*account.key)
            if not case.is_over
            for number in case.invoices
        }
        for chunk in cases_of([d for d in decisions if d.outcome == "hand-over"]):
            new = [d for d in chunk if d.invoice not in known]
            if new:
                account = self._open(replace(facts, account=account), policy, today, new)
                opened += 1
            for decision in chunk:
                if (case := known.get(decision.invoice)) is not None:
                    place = (case.id, case.handed_to)
                    account = self._move(
                        replace(facts, account=account), policy, today, [decision], place, []
                    )
        return opened

    def _open(
        self, facts: AccountFacts, policy: Policy, today: date, chunk: Sequence[Decision]
    ) -> Account:
        """Open one case; return the account as that left it."""
        now, first = self._clock.now(), chunk[0]
        stage = policy.stage(first.stage)
        assert stage is not None, "what is due has its stage"
        order = HandOver(
            self._ids.ulid(now),
            tuple(d.invoice for d in chunk),
            "agency",
            stage.handed_to or NOBODY_NAMED,
            BY,
            f"Stage {stage.number} of policy {policy.id}, version {policy.version}.",
        )
        writes = self._cases.opening(facts.creditor, order)
        return self._move(facts, policy, today, chunk, (order.id, order.handed_to), writes)

    def _move(
        self,
        facts: AccountFacts,
        policy: Policy,
        today: date,
        chunk: Sequence[Decision],
        place: tuple[str, str],
        first: Sequence[Write],
    ) -> Account:
        """Commit `first`, and the stage of every item: what has the id `place[0]` has it."""
        now, (case, to) = self._clock.now(), place
        items = {item.number: item for item in facts.items}
        woken = replace(facts.account, due_at=now, version=facts.account.version + 1)
        writes: list[Write] = [
            *first,
            Put(woken, expect=facts.account.version),
        ]
        for decision in chunk:
            item = items[decision.invoice]
            told = replace(item, stage=decision.stage, stage_on=today, version=item.version + 1)
            record = record_of(facts, policy, today, decision, now)
            kept = replace(record, facts=record.facts | {"case": case, "to": to})
            writes += [Put(told, expect=item.version), Put(kept, expect=None)]
        self._store.commit(writes)
        return woken


def cases_of(decisions: Sequence[Decision]) -> Iterator[list[Decision]]:
    """Yield the decisions that make a case each: of one stage and currency."""
    alike: dict[tuple[int, str], list[Decision]] = {}
    for decision in decisions:
        alike.setdefault((decision.stage, decision.facts["currency"]), []).append(decision)
    for group in alike.values():
        for start in range(0, len(group), CASE_INVOICES_MAX):
            yield group[start : start + CASE_INVOICES_MAX]
