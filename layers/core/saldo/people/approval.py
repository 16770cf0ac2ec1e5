"""What needs a second person: the rule of a creditor, and what waits to be approved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from saldo.ids import fingerprint
from saldo.money import format_amount

ApprovalKind = Literal["write-off", "refund", "credit-limit"]
ApprovalState = Literal["asked", "granted", "done", "failed", "declined"]
"""granted: it is being carried out, or was interrupted at that; failed: the books refused it, and
`why` says for what."""

TWO_DIGITS: Final = "EUR"
"""Limits hold in minor units of any currency; they are written with two digits, as most have."""

APPROVAL_LIFE: Final = timedelta(days=14)
_KEPT: Final = timedelta(days=90)
_ID_CHARACTERS: Final = 26


@dataclass(frozen=True, slots=True)
class FourEyesRule:
    """Above which amounts a second person of a creditor must agree, in minor units of the currency
    that is owed or was paid; None asks nobody. What one person writes off or gives back for one
    account within a day counts together; a credit limit that is raised counts by itself.
    """

    creditor: str
    write_off_minor: int | None = None
    refund_minor: int | None = None
    credit_limit_minor: int | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)

    def limit_of(self, kind: ApprovalKind) -> int | None:
        """Return what may be ordered alone, None for whatever."""
        if kind == "credit-limit":
            return self.credit_limit_minor
        return self.write_off_minor if kind == "write-off" else self.refund_minor


@dataclass(frozen=True, slots=True)
class Approval:
    """An order that waits for a second person, or waited for one.

    `subject` is the invoice's number, the payment's id, or the currency of a credit limit; `order`
    is the order as the API takes it, which is carried out when somebody else agrees.
    """

    creditor: str
    id: str
    kind: ApprovalKind
    account: str
    subject: str
    amount_minor: int
    currency: str
    reason: str
    order: dict[str, Any] = field(hash=False)
    asked_by: str
    asked_at: datetime
    state: ApprovalState = "asked"
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + APPROVAL_LIFE

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        is_open = self.state in ("asked", "granted")
        return ("approval", self.creditor, self.asked_at) if is_open else None

    @property
    def gone_at(self) -> datetime | None:
        """What nobody decided is forgotten after a while; the timeline keeps that it was asked."""
        return self.expires_at + _KEPT if self.state == "asked" else None

    def waits(self, now: datetime) -> bool:
        """Tell whether somebody may still decide at `now`."""
        return self.state == "asked" and now < self.expires_at


@dataclass(frozen=True, slots=True)
class OrderedAlone:
    """What one person ordered for one account on a day without being asked for a second: amounts
    in minor units of `currency` by the orders' ids.
    """

    creditor: str
    account: str
    kind: ApprovalKind
    currency: str
    by: str
    day: str
    amounts: dict[str, int] = field(hash=False)
    gone_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.kind, self.currency, self.by, self.day)


def approval_id(creditor: str, kind: ApprovalKind, order: str) -> str:
    """Return the id of the approval of an order: the same order again is the same approval."""
    return fingerprint(f"approval:{creditor}:{kind}:{order}")[:_ID_CHARACTERS]


def limit_text(minor: int | None) -> str | None:
    """Return a limit as it is told: a decimal text without a currency, None for none."""
    return None if minor is None else format_amount(minor, TWO_DIGITS)
