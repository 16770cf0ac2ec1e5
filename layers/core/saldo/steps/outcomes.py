"""What came of a step, and how steps are sorted for their sums. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from saldo.invoices.model import Invoice
from saldo.messages.model import Channel
from saldo.money import decimals_of
from saldo.reminders.hold_out import NEWS_DAYS, WATCHED_DAYS
from saldo.steps.model import Hours, Size, StepShape
from saldo.steps.tally import WITHIN, Result

KNOWN_AFTER_DAYS: Final = WATCHED_DAYS + NEWS_DAYS + 1
"""So many days after a step it is counted."""

_SIZES: Final[tuple[tuple[int, Size], ...]] = (
    (100, "below-100"),
    (1000, "below-1000"),
    (10_000, "below-10000"),
)
_HOURS: Final[tuple[tuple[int, Hours], ...]] = (
    (9, "before-9"),
    (12, "9-12"),
    (15, "12-15"),
    (18, "15-18"),
)


def result_of(invoices: Iterable[Invoice], since: date) -> Result | None:
    """Return what came of a step on `since` about these invoices, 30 days later.

    Days are the mean over the invoices; paid within some days is it when all were. What a credit
    note, a write-off or a withdrawal closed says nothing; None where nothing else is there.
    """
    found = [one for invoice in invoices if (one := _days(invoice, since)) is not None]
    if not found:
        return None
    days = [min(one, WATCHED_DAYS) for one in found]
    mean_tenths = round(10 * sum(days) / len(days))
    return Result(mean_tenths, tuple(one for one in WITHIN if max(found) <= one))


_NEVER: Final = 10**6


def _days(invoice: Invoice, since: date) -> int | None:
    if invoice.closed_on is None or invoice.is_open:
        return _NEVER
    if invoice.days_beyond_terms is None:
        return None
    return max(0, (invoice.closed_on - since).days)


def shape_of(
    step: str, channel: Channel, weekday: int, hour: int, minor: int, currency: str
) -> StepShape:
    """Return how a step is sorted: `hour` by the debtor's clock, `minor` is what was asked for."""
    units = minor / 10 ** decimals_of(currency)
    size: Size = next((name for most, name in _SIZES if units < most), "more")
    hours: Hours = next((name for until, name in _HOURS if hour < until), "after-18")
    return StepShape(step, channel, weekday, hours, size)


def step_name(policy: str, stage: int, message: str) -> str:
    """Return how a policy's stage is called in the sums."""
    return f"{policy}:{stage}:{message}"
