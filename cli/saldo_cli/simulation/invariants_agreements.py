"""What must hold of everything that was agreed ahead of time, at the end of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from saldo.collection.model import Plan
from saldo.payments.agreements import Mandate, ScheduledPayment, scheduled_of
from saldo.payments.model import Payment
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.outcome import every, owners
from saldo_cli.simulation.world import World


def charges_happen_once(world: World, cast: Cast) -> Iterator[str]:
    """The provider charged what was scheduled, once; nothing that was cancelled before."""
    del cast
    scheduled = {
        one.payment_id: one for one in every(world.books, ScheduledPayment, *owners(world.books))
    }
    times: Counter[str] = Counter()
    for charged in world.bank.debits.charged:
        found = scheduled.get(charged.key)
        times[charged.mandate] += 1
        if found is None:
            yield f"{charged.minor} were charged, which nobody scheduled ({charged.key})"
        elif found.payment is None:
            yield f"{found.id} was charged, and does not know of it"
        elif charged.minor > found.amount_minor:
            yield f"{found.id}: {charged.minor} were charged, agreed was {found.amount_minor}"
        if found is not None and found.state == "cancelled":
            yield f"{found.id} was cancelled, and charged all the same"
    agreed = Counter(one.mandate for one in scheduled.values())
    for mandate, number in times.items():
        if number > agreed[mandate]:
            yield f"mandate {mandate} was charged {number} times, agreed were {agreed[mandate]}"


def what_is_cancelled_stays_so(world: World, cast: Cast) -> Iterator[str]:
    """Nothing is charged that its payer was told is cancelled, nor on a mandate told revoked."""
    charged = {scheduled_of(one.key) for one in world.bank.debits.charged}
    for one in every(world.books, ScheduledPayment, *owners(world.books)):
        if one.id in cast.dealings.cancelled and one.id in charged:
            yield f"{one.id} was charged after its payer had cancelled it"
        payment = world.books.get(Payment, one.creditor, one.account, one.payment_id)
        revoked = cast.dealings.revoked.get(one.mandate)
        if payment is not None and revoked is not None and payment.created_at > revoked:
            yield f"{one.id} was charged although its mandate had been revoked"


def agreements_come_to_an_end(world: World, cast: Cast) -> Iterator[str]:
    """Nothing that was agreed waits for ever; what is done says what it came to."""
    del cast
    for one in every(world.books, ScheduledPayment, *owners(world.books)):
        if not one.is_over:
            yield f"scheduled payment {one.id} is still {one.state}"
    for mandate in every(world.books, Mandate, *owners(world.books)):
        if mandate.work_entry is not None:
            yield f"mandate {mandate.id} is still {mandate.state}, following {mandate.following}"
    for plan in every(world.books, Plan, *owners(world.books)):
        if plan.state == "active" and plan.work_entry is not None:
            yield f"plan {plan.id} is still {plan.state}"


AGREEMENT_CHECKS = (
    charges_happen_once,
    what_is_cancelled_stays_so,
    agreements_come_to_an_end,
)
"""Add a function here and it is asked after every run."""
