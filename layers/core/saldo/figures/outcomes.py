"""What came of each collector's accounts, as the reports count it."""

from __future__ import annotations

from typing import Final

from saldo.accounts.model import Creditor
from saldo.figures.answer import Reports, ReportTable
from saldo.figures.ask import Asked
from saldo.money import Money
from saldo.worklist.workload import Outcome

_ASKED: Final = Asked(
    "collectors", ("collected", "promises", "broken"), ("collector",), period="last-30-days"
)


class CollectorOutcomes:
    """Answers for all collectors of a creditor at once; nobody's accounts stand under ""."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def __call__(self, creditor: Creditor) -> dict[str, Outcome]:
        """Return what was collected on the accounts of each collector in the last 30 days, and how
        many promises were given there, and how many broken.
        """
        return outcomes_of(self._reports.make(creditor.id, creditor.time_zone, _ASKED))


def outcomes_of(table: ReportTable) -> dict[str, Outcome]:
    """Return the report's rows by collector; the promises of all currencies count together."""
    found: dict[str, Outcome] = {}
    for row in table.rows:
        (who,) = row.groups
        old = found.get(who) or Outcome(collected=(), promises=0, promises_broken=0)
        collected, promises, broken = (int(one or 0) for one in row.values)
        money = (Money(collected, row.currency),) if collected else ()
        found[who] = Outcome(
            collected=(*(old.collected or ()), *money),
            promises=(old.promises or 0) + promises,
            promises_broken=(old.promises_broken or 0) + broken,
        )
    return found
