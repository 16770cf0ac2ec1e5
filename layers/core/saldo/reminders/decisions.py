"""What was decided about an account's items: what was sent, and what was kept back."""

from __future__ import annotations

from collections.abc import Iterator

from saldo.reminders.model import Claim, DecisionRecord
from saldo.store import Store


def decisions_about(
    store: Store, creditor: str, account: str, *invoice: str
) -> Iterator[DecisionRecord]:
    """Yield the decisions about an account, or one `invoice` of it, by invoice, day and step.

    What was sent stands in the claims, all else in records of its own: two queries, 1 RU each per
    some 10 decisions. Where a step was held and then sent on one day, that it was sent stands.
    """
    records = {r.key: r for r in store.list(DecisionRecord, creditor, account, *invoice)}
    for claim in store.list(Claim, creditor, account, *invoice):
        sent = _decided(claim)
        if sent is not None:
            records[sent.key] = sent
    yield from (record for _, record in sorted(records.items()))


def _decided(claim: Claim) -> DecisionRecord | None:
    grounds = claim.grounds
    if grounds is None:
        return None
    return DecisionRecord(
        claim.creditor,
        claim.account,
        claim.invoice,
        grounds.day,
        claim.step,
        "send",
        grounds.reason,
        grounds.facts,
        grounds.policy,
        grounds.decided_at,
        claim.notice,
    )
