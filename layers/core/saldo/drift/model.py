"""Open items as the two sides have them, and what differs between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from saldo.errors import Conflict, Invalid, TooLarge

DifferenceKind = Literal[
    "in-flight",
    "unknown-here",
    "unknown-there",
    "amount",
    "closed-here",
    "closed-there",
    "currency",
    "account",
]
"""in-flight: what was booked here lately, or is on its way, makes the difference to the cent: wait;
unknown-here: the ERP has it open and it never came here; unknown-there: open here, and a list that
names closed items, too, does not name it; amount: open on both sides, differently; closed-here,
closed-there: only the other side has it open; currency, account: the same number in another one."""

Lists = Literal["open", "all"]
"""What the ERP's list names: open items alone, or those it closed as well, with nothing open."""


class DriftItemTwice(Invalid):
    """The list names an item twice, with different accounts or currencies."""

    code = "drift-item-twice"


class DriftTooWide(TooLarge):
    """More accounts would have to be read than one answer allows; name them, some at a time."""

    code = "drift-too-wide"


class DriftAccountNotNamed(Conflict):
    """The list holds an item of an account that is not among those compared."""

    code = "drift-account-not-named"


@dataclass(frozen=True, slots=True)
class TheirItem:
    """An open item as the ERP has it: `open_minor` in minor units of its currency, 0 when it is
    closed there, below zero for a credit.
    """

    number: str
    account: str
    currency: str
    open_minor: int


@dataclass(frozen=True, slots=True)
class Flight:
    """Something that the ERP may not have booked yet, or has booked before us: it takes
    `total_minor` off what is open, of which `principal_minor` is off the invoice's own amount.

    `way` "here": booked here at `at`, so our side is ahead; "coming": on its way, so theirs may be.
    `reference` names the payment.
    """

    reference: str
    at: datetime
    total_minor: int
    principal_minor: int
    way: Literal["here", "coming"] = "here"


@dataclass(frozen=True, slots=True)
class OurItem:
    """An item as we have it: `open_minor` with what was charged besides, of which
    `principal_minor` is of the invoice itself; both 0 when it is closed, below zero for a credit.
    """

    number: str
    account: str
    currency: str
    open_minor: int
    principal_minor: int
    flights: tuple[Flight, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What one side has of an item, in minor units."""

    account: str
    currency: str
    open_minor: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that the two sides have differently; a side is None where it has nothing open.

    `flights` are the references of what is in flight.
    """

    kind: DifferenceKind
    number: str
    theirs: Side | None
    ours: Side | None
    flights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What both sides have open on an account in a currency, in minor units."""

    account: str
    currency: str
    theirs_minor: int
    ours_minor: int

    @property
    def off_by_minor(self) -> int:
        """How much more the ERP has open than we."""
        return self.theirs_minor - self.ours_minor


@dataclass(frozen=True, slots=True)
class Drift:
    """All that differs, by number; and the totals of every account and currency."""

    differences: tuple[Difference, ...]
    totals: tuple[Total, ...]
    agreed: int

    @property
    def is_agreed(self) -> bool:
        """Whether nothing differs but what is in flight."""
        return all(one.kind == "in-flight" for one in self.differences)


@dataclass(frozen=True, slots=True)
class Vanished:
    """An item that the ERP has less open of than we, or nothing: `off_minor` is the difference of
    the invoice's own amount, as it was at `version`.
    """

    number: str
    account: str
    currency: str
    off_minor: int
    version: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot would close, waiting to be confirmed until `expires_at`. `returned` are items
    that an earlier one closed, and that the ERP has open after all.
    """

    creditor: str
    id: str
    made_at: datetime
    expires_at: datetime
    gone_at: datetime
    by: str
    vanished: tuple[Vanished, ...]
    returned: tuple[Vanished, ...] = ()
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)
