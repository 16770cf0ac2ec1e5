"""How many accounts one core plans in a second: python bench/plan.py [accounts] [items].

The planner alone, without a table: facts in memory, decisions out. Three mornings: one on which
nothing is due, one in a hundred accounts due, and everybody due (bundled, with caps and hours).
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from saldo.accounts.model import Account, Contact, Creditor
from saldo.invoices.model import OpenItem
from saldo.reminders.holds import AccountFacts
from saldo.reminders.plan import plan
from saldo.reminders.policy import Policy, policy_named

TODAY = date(2026, 12, 3)
AT = datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
CREDITOR = Creditor(
    "bench", "Bench Example Ltd", "DE", "en", "Europe/Berlin", "de-business", state="live"
)


def accounts(count: int, items: int, due_every: int) -> Iterator[AccountFacts]:
    """Yield the facts of so many accounts; each `due_every`th has items that are due (0: none)."""
    for number in range(count):
        is_due = due_every and number % due_every == 0
        due_on = TODAY - timedelta(days=5) if is_due else TODAY + timedelta(days=10)
        account = Account(
            "bench",
            f"{number:06}",
            "Example",
            "business",
            "DE",
            "en",
            "Europe/Berlin",
            (Contact("AP", "ap@example.com"),),
        )
        yield AccountFacts(
            CREDITOR,
            account,
            tuple(
                OpenItem(
                    "bench",
                    account.number,
                    f"{number}-{n}",
                    due_on - timedelta(days=14),
                    due_on,
                    "EUR",
                    11_900,
                    11_900,
                    announced_on=due_on - timedelta(days=14),
                )
                for n in range(items)
            ),
            at=AT,
        )


def measure(policy: Policy, count: int, items: int, due_every: int) -> tuple[float, int]:
    """Return the seconds of processor time that planning took, and how many items go."""
    spent, going = 0.0, 0
    batch: list[AccountFacts] = []
    for facts in accounts(count, items, due_every):
        batch.append(facts)
        if len(batch) == 1000:
            start = time.process_time()
            for one in batch:
                decisions = plan(one, policy, TODAY, "run")
                going += sum(decision.outcome == "send" for decision in decisions)
            spent += time.process_time() - start
            batch.clear()
    return spent, going


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for name in ("plain-2-18-34", "de-business"):
        for what, due_every in (("nothing due", 0), ("1 in 100 due", 100), ("all due", 1)):
            spent, going = measure(policy_named(name), count, items, due_every)
            print(
                f"{name:14} {what:13} {count / spent:9,.0f} accounts/s "
                f"{count * items / spent:9,.0f} items/s {going:8,} go"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB, with 1,000 accounts in memory at a time")


if __name__ == "__main__":
    main()
