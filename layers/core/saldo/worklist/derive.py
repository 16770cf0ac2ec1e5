"""What of an account needs a person. Pure.

Every cause ends with its facts: an invoice that was paid asks for no call, and a promise that was
broken is nobody's work once its invoices are paid, promised anew, in a plan, or with an agency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from saldo.collection.facts import Dispute
from saldo.ids import fingerprint
from saldo.invoices.model import Invoice
from saldo.worklist.derive_behaviour import with_exception, worsening
from saldo.worklist.derive_credit import credit_decisions, over_limit
from saldo.worklist.derive_signals import differing
from saldo.worklist.derive_tasks import tasks
from saldo.worklist.facts import (
    AccountFacts,
    amount,
    bounded,
    is_unreached,
    numbers_of,
    stake_of,
    sums,
)
from saldo.worklist.model import Cause

_PLANNED: Final = frozenset({"proposed", "active", "missed"})
_ID_CHARACTERS: Final = 12


def work_of(facts: AccountFacts, now: datetime) -> tuple[Cause, ...]:
    """Return what of an account needs a person at `now`, each cause once.

    What is to be done later only says so by `shows_at`; whatever is due shows. An account that is
    to be erased asks for nothing.
    """
    if facts.account.restricted_at is not None:
        return ()
    causes = [
        *_questions(facts),
        *_broken_promises(facts),
        *_proposed_plans(facts),
        *_disputes(facts),
        *tasks(facts),
        *_addresses(facts),
        *over_limit(facts),
        *credit_decisions(facts),
        *differing(facts),
        *worsening(facts),
    ]
    return tuple(bounded(with_exception(one, facts), now) for one in causes)


def _questions(facts: AccountFacts) -> Iterator[Cause]:
    thread = facts.thread
    if thread is not None and thread.state == "open":
        yield Cause(
            "question",
            f"question-{thread.asked_at:%Y%m%d%H%M%S%f}",
            "question",
            "answer",
            thread.asked_at,
            facts={"entries": thread.entries},
            person=thread.assigned_to,
        )


def _broken_promises(facts: AccountFacts) -> Iterator[Cause]:
    """One for each promise or plan that was not kept and that nothing came after."""
    for promise in facts.promises:
        if promise.state not in ("broken", "part-kept") or promise.ended_at is None:
            continue
        left = _left(facts, promise.invoices, promise.given_at)
        if left:
            yield Cause(
                "promise-broken",
                f"promise-{promise.id}",
                f"promise-{promise.state}",
                "call",
                promise.ended_at,
                numbers_of(left),
                {
                    "promised": amount(promise.amount_minor, promise.currency),
                    "paid": amount(promise.paid_minor, promise.currency),
                    "on": promise.on.isoformat(),
                },
                stake_of(left),
            )
    for plan in facts.plans:
        if plan.state != "missed" or plan.ended_at is None:
            continue
        left = _left(facts, plan.invoices, plan.created_at)
        if left:
            yield Cause(
                "promise-broken",
                f"plan-{plan.id}",
                "plan-missed",
                "call",
                plan.ended_at,
                numbers_of(left),
                {"promised": amount(plan.total_minor, plan.currency)},
                stake_of(left),
            )


def _left(facts: AccountFacts, numbers: Iterable[str], since: datetime) -> list[Invoice]:
    """Return which of the invoices are open without anything agreed or done about them since."""
    return [one for one in _open(facts, numbers) if not _covered(facts, one.number, since)]


def _covered(facts: AccountFacts, number: str, since: datetime) -> bool:
    return (
        any(
            number in one.invoices and one.given_at > since and one.state != "withdrawn"
            for one in facts.promises
        )
        or any(
            number in one.invoices and one.created_at > since and one.state in _PLANNED
            for one in facts.plans
        )
        or any(number in one.invoices for one in facts.cases if not one.is_over)
        or any(one.invoice == number and one.state == "open" for one in facts.disputes)
        or any(number in one.invoices and one.state == "open" for one in facts.claims)
    )


def _proposed_plans(facts: AccountFacts) -> Iterator[Cause]:
    for plan in facts.plans:
        if plan.state != "proposed":
            continue
        yield Cause(
            "plan-proposed",
            f"plan-{plan.id}",
            "plan-proposed",
            "decide-plan",
            plan.created_at,
            plan.invoices,
            {
                "instalments": len(plan.instalments),
                "last": plan.instalments[-1].due_on.isoformat(),
            },
            sums([(plan.currency, plan.total_minor)]),
        )


def _disputes(facts: AccountFacts) -> Iterator[Cause]:
    for dispute in facts.disputes:
        if dispute.state == "open":
            yield _dispute(dispute)


def _dispute(dispute: Dispute) -> Cause:
    told: dict[str, str | int] = {
        "reason": dispute.reason,
        "deadline": dispute.deadline.isoformat(),
    }
    if dispute.overdue:
        told["overdue"] = 1
    return Cause(
        "dispute",
        f"dispute-{dispute.id}",
        "dispute-overdue" if dispute.overdue else "dispute",
        "settle-dispute",
        dispute.opened_at,
        (dispute.invoice,),
        told,
        sums([(dispute.currency, dispute.amount_minor)]),
        dispute.deadline,
        person=dispute.owner.lower() if "@" in dispute.owner else None,
    )


def _addresses(facts: AccountFacts) -> Iterator[Cause]:
    """Addresses that do not work, while something stands open and no task says so already."""
    if any(t.kind == "undeliverable" and t.state == "open" for t in facts.tasks):
        return
    stake = sums((one.currency, one.minor) for one in facts.open_sums)
    if not stake:
        return
    for contact in facts.account.contacts:
        if contact.email and is_unreached(contact):
            yield Cause(
                "address",
                f"address-{fingerprint(contact.email.casefold())[:_ID_CHARACTERS]}",
                f"address-{contact.email_state}",
                "correct-address",
                None,
                facts={"contact": contact.name, "role": contact.role},
                stake=stake,
            )


def _open(facts: AccountFacts, numbers: Iterable[str]) -> list[Invoice]:
    found = (facts.invoices.get(one) for one in numbers)
    return [one for one in found if one is not None and one.is_open]
