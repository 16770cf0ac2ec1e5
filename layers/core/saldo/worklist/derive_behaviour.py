"""What how an account pays makes of its work: a change for the worse, and what is an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from saldo.worklist.facts import AccountFacts, at_midnight, sums
from saldo.worklist.model import Cause, WorkKind

_OF_OVERDUE: Final[frozenset[WorkKind]] = frozenset({"call", "stage"})
"""Work that an overdue invoice makes by itself: here it matters that it is an exception."""


def worsening(facts: AccountFacts) -> Iterator[Cause]:
    """Yield that the account pays later than it did, while something stands open."""
    sheet = facts.behaviour
    stake = sums((one.currency, one.minor) for one in facts.open_sums)
    if sheet is None or sheet.trend != "worse" or sheet.trend_since is None or not stake:
        return
    yield Cause(
        "worsening",
        f"worsening-{sheet.trend_since:%Y%m%d}",
        "pays-later",
        "call",
        at_midnight(sheet.trend_since),
        facts={"days": round((sheet.change_tenths or 0) / 10)},
        stake=stake,
    )


def with_exception(cause: Cause, facts: AccountFacts) -> Cause:
    """Return a cause that says so where it is about an invoice that is an exception."""
    found = facts.behaviour.exception if facts.behaviour is not None else None
    if found is None or cause.kind not in _OF_OVERDUE or found.invoice not in cause.invoices:
        return cause
    told = {"exception_paid": found.paid, "exception_as_late": found.as_late}
    return replace(cause, facts={**cause.facts, **told})
