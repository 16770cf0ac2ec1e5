"""The notice that a bundle of decisions becomes, before anybody claims or sends it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from saldo.reminders import bundles
from saldo.reminders.bundles import Bundle
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import CoveredItem, Decision, Notice
from saldo.reminders.policy import Policy


def draft(
    facts: AccountFacts,
    policy: Policy,
    today: date,
    bundle: Bundle,
    decisions: Sequence[Decision],
    id_: str,
    now: datetime,
    correlation: str = "",
) -> Notice:
    """Return the notice about all of the bundle's items; `decisions` are all of the account's.

    A claim and a preview draft the same way, so that what was shown is what goes.
    """
    first = bundle.first
    stage = policy.stage(first.stage) if first.stage else None
    assert first.message is not None, "what is sent has a text"
    items = covers(facts, bundle.decisions, today)
    return Notice(
        facts.creditor.id,
        facts.account.number,
        id_,
        first.step,
        first.message,
        first.channel,
        items,
        today,
        now,
        announces_collection=bool(stage and stage.announces_collection),
        state_since=now,
        correlation=correlation,
        fallbacks=first.fallbacks,
        also=bundles.listed_too(facts, decisions, bundle, today) if stage else (),
        announced=bundles.announced_costs(facts, stage, items),
        next_step=bundles.next_step(policy, stage, first.wake_on),
        pay_by=today + timedelta(days=stage.term_days) if stage and stage.term_days else None,
        service=bundles.service_of(stage, today),
        version=1,
    )


def covers(
    facts: AccountFacts, decisions: Sequence[Decision], today: date
) -> tuple[CoveredItem, ...]:
    """Return the items of these decisions as a notice covers them, in their order."""
    items = {item.number: item for item in facts.items}
    return tuple(bundles.covered(facts, items[d.invoice], d, today) for d in decisions)
