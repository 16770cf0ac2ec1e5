"""What the sandbox pays out to the merchant's bank: what arrived, less what was given back and its
fee. Pure.

A real provider pays out once a day or a week. Here every ten minutes are paid out by themselves, so
that somebody who tries things out sees a payout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from saldo.money import format_amount

from .payments import BadRequest, Payment, read_text
from .refunds import Refund

EVERY: Final = timedelta(minutes=10)
CLOSED_AFTER: Final = timedelta(minutes=1)
"""What settles in the last moment of the ten minutes is kept by then: a payout never changes."""

LINES_MAX: Final = 1000
"""A payout of more is told as several, and a page of the list ends with as many lines."""

FEE_MINOR: Final = 25
FEE_PER_MILLE: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One movement: a payment, or a refund with a negative gross. Amounts are minor units."""

    kind: str
    id: str
    payment: str
    reference: str
    gross_minor: int
    fee_minor: int
    currency: str
    at: datetime

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class Payout:
    """What was paid out for ten minutes, in one currency."""

    id: str
    currency: str
    arrives_on: date
    lines: tuple[Line, ...]

    def document(self) -> dict[str, object]:
        """Return the payout as the API tells it."""
        total = sum(line.net_minor for line in self.lines)
        return {
            "id": self.id,
            "currency": self.currency,
            "amount": format_amount(total, self.currency),
            "arrives_on": self.arrives_on.isoformat(),
            "lines": [_line_document(line) for line in self.lines],
        }


def payouts_of(
    payments: Iterable[Payment], refunds: Iterable[Refund], since: date, now: datetime
) -> list[Payout]:
    """Return every payout that arrived on or after `since`, oldest first."""
    closed_before = now - CLOSED_AFTER
    together: dict[tuple[datetime, str], list[Line]] = defaultdict(list)
    for line in (*_arrived(payments), *_given_back(refunds)):
        end = _begin(line.at) + EVERY
        if end <= closed_before and end.date() >= since:
            together[end, line.currency].append(line)
    found = []
    for (end, currency), lines in sorted(together.items(), key=lambda item: item[0]):
        lines.sort(key=lambda line: (line.at, line.id))
        for part, first in enumerate(range(0, len(lines), LINES_MAX), start=1):
            id_ = f"po_{end:%Y%m%d%H%M}_{currency}_{part:03}"
            found.append(Payout(id_, currency, end.date(), tuple(lines[first : first + LINES_MAX])))
    return found


def page_of(payouts: Iterable[Payout], after: str) -> tuple[list[Payout], bool]:
    """Return the payouts that follow the id `after` ("": from the first), and whether more do."""
    page: list[Payout] = []
    for payout in payouts:
        if payout.id <= after:
            continue
        if page and sum(len(one.lines) for one in (*page, payout)) > LINES_MAX:
            return page, True
        page.append(payout)
    return page, False


def read_since(wanted: Mapping[str, Any]) -> date:
    """Read the day from which payouts are asked for. Raises BadRequest."""
    try:
        return date.fromisoformat(read_text(wanted, "since", 10))
    except ValueError as bad:
        raise BadRequest("since is not a date.", pointer="since") from bad


def _begin(at: datetime) -> datetime:
    return datetime.fromtimestamp(
        at.timestamp() // EVERY.total_seconds() * EVERY.total_seconds(), UTC
    )


def _arrived(payments: Iterable[Payment]) -> Iterator[Line]:
    for one in payments:
        if one.state == "settled":
            gross = one.received_minor
            fee = min(gross, FEE_MINOR + gross * FEE_PER_MILLE // 1000)
            yield Line(
                "payment", one.id, one.id, one.idempotency_key, gross, fee, one.currency,
                one.updated_at,
            )  # fmt: skip


def _given_back(refunds: Iterable[Refund]) -> Iterator[Line]:
    for one in refunds:
        if one.state == "done":
            yield Line(
                "refund", one.id, one.payment, one.reference, -one.amount_minor, 0, one.currency,
                one.created_at,
            )  # fmt: skip


def _line_document(line: Line) -> dict[str, object]:
    return {
        "kind": line.kind,
        "id": line.id,
        "payment": line.payment,
        "reference": line.reference,
        "gross": format_amount(line.gross_minor, line.currency),
        "fee": format_amount(line.fee_minor, line.currency),
        "net": format_amount(line.net_minor, line.currency),
    }
