"""How many accounts one core plans in a second.

    PYTHONPATH=layers/core:. .venv/bin/python bench/plan.py [accounts] [items]

The planner alone, without a table: facts in memory, decisions out. Three mornings: one on which
nothing is due, one with one in a hundred accounts due, and one with everybody due (bundled, with
caps and hours).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from bench.books import AT, TODAY, account, creditor, items
from saldo.reminders.holds import AccountFacts
from saldo.reminders.plan import plan
from saldo.reminders.policy import Policy, policy_named

POLICIES = ("plain-2-18-34", "de-business")
MORNINGS = {"nothing due": 0, "few due (1 %)": 100, "all due": 1}
"""What each is called, and which of the accounts are due: each of so many, 0 for none."""

_AT_A_TIME = 1000


def facts_of(policy: Policy, count: int, items_each: int, due_every: int) -> Iterator[AccountFacts]:
    """Yield what is known of so many accounts."""
    owner = creditor(policy.id)
    for number in range(count):
        is_due = due_every and number % due_every == 0
        due_on = TODAY + timedelta(days=-5 if is_due else 10)
        open_items = tuple(item for _, item in items(number, items_each, due_on))
        yield AccountFacts(owner, account(number), open_items, at=AT)


def measure(policy: Policy, count: int, items_each: int, due_every: int) -> tuple[float, int]:
    """Return the seconds of processor time that planning took, and how many items go."""
    spent, going = 0.0, 0
    waiting = facts_of(policy, count, items_each, due_every)
    while batch := list(islice(waiting, _AT_A_TIME)):
        start = time.process_time()
        for facts in batch:
            decisions = plan(facts, policy, TODAY, "run")
            going += sum(decision.outcome == "send" for decision in decisions)
        spent += time.process_time() - start
    return spent, going


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    items_each = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for name in POLICIES:
        for morning, due_every in MORNINGS.items():
            spent, going = measure(policy_named(name), count, items_each, due_every)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{name:14} {morning:13} {count / spent:9,.0f} accounts/s "
                f"{count * items_each / spent:9,.0f} invoices/s {going:8,} go, "
                f"peak memory {peak:.0f} MB"
            )


if __name__ == "__main__":
    main()
