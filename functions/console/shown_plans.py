"""A plan on the page of its account: what comes next of it, and under which reference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from saldo.collection.model import Plan
from saldo.creditor_reference import printed_reference
from saldo.invoices.model import Invoice
from saldo.money import Money
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class NextPart:
    """What is missing of the next instalment. `reference` is what a transfer of it names, printed
    in groups; "" where a mandate brings it.
    """

    due_on: date
    missing: Money
    reference: str


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan, and its next instalment while it is being kept."""

    plan: Plan
    next: NextPart | None


def plans_shown(store: Store, plans: Iterable[Plan]) -> tuple[PlanShown, ...]:
    """Return plans as the account's page shows them; only those that are kept cost a read."""
    return tuple(PlanShown(one, _next(store, one)) for one in plans)


def _next(store: Store, plan: Plan) -> NextPart | None:
    if plan.state != "active":
        return None
    keys = [(plan.creditor, plan.account, number) for number in plan.invoices]
    found = plan.next_part(plan.paid_minor(store.get_many(Invoice, keys).values()))
    if found is None:
        return None
    place, missing = found
    reference = printed_reference(plan.references[place]) if plan.references else ""
    return NextPart(plan.instalments[place].due_on, Money(missing, plan.currency), reference)
