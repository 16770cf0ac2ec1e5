"""Connections to ERPs, what they know of each open item, and what is to be told to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal

State = Literal["new", "ok", "limited", "unreachable", "refused", "nonsense"]
"""new: never tried; ok: all of it was read; limited: the ERP's own limit is used up and reading
goes on when it allows; unreachable: no answer, or one that says "later"; refused: the ERP knows us
and says no; nonsense: what it answered cannot be right, and none of it was taken."""

FAILING: Final[frozenset[State]] = frozenset({"unreachable", "refused", "nonsense"})

TOLD_ALONE: Final[frozenset[str]] = frozenset({"werbas", "datev"})
"""Systems that files go out to, and that bring what is owed by drop folder."""

LINK_KEPT: Final = timedelta(days=760)
"""How long after it closed an item's link is kept: a debit can come back for thirteen months."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A creditor's connection to one administration of one ERP.

    `settings` are the vendor's own, texts without secrets. It is read every `every_minutes` minutes
    and next at `next_at`. `cursor` is where reading goes on, in the vendor's words. `state` is how
    the last try ended, since `state_since`, because of `why`; `good_at` is when all of it was read
    last. Who works on it does so until `lease_until`.
    """

    creditor: str
    name: str
    system: str
    settings: dict[str, str] = field(hash=False)
    every_minutes: int = 15
    enabled: bool = True
    state: State = "new"
    why: str = ""
    state_since: datetime | None = None
    next_at: datetime | None = None
    tried_at: datetime | None = None
    good_at: datetime | None = None
    failures: int = 0
    cursor: dict[str, str] = field(default_factory=dict, hash=False)
    lease_until: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.name)

    @property
    def is_told_alone(self) -> bool:
        """Whether the system is told what was settled and cannot be asked."""
        return self.system in TOLD_ALONE

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if not self.enabled or self.next_at is None:
            return None
        return ("connection", self.creditor, self.next_at)


@dataclass(frozen=True, slots=True)
class Grant:
    """What opens a connection for a while.

    `access` is good until `expires_at`. `refresh` is what the next one is asked for with; where it
    changes with each use, the new one is stored before anything is done with its access. `code` is
    what a person brought from the ERP's page of consent, good once. Whoever renews it holds it
    until `lease_until`.
    """

    creditor: str
    connection: str
    access: str = field(default="", repr=False)
    expires_at: datetime | None = None
    refresh: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    renewed_at: datetime | None = None
    lease_until: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.connection)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much was asked of an ERP: calls in the minute from `minute_at` and on `day`, errors by
    endpoint in the hour from `hour_at`.
    """

    creditor: str
    connection: str
    minute_at: datetime | None = None
    minute_calls: int = 0
    day: date | None = None
    day_calls: int = 0
    hour_at: datetime | None = None
    hour_errors: dict[str, int] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.connection)


@dataclass(frozen=True, slots=True)
class Pass:
    """The open items that a reading saw which the ERP's limit ended early, so that the next run
    goes on from there and can still tell what is gone at the end.
    """

    creditor: str
    connection: str
    seen: tuple[str, ...]
    is_whole: bool = True
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.connection)


@dataclass(frozen=True, slots=True)
class Booking:
    """A part of an invoice that the ERP booked as paid and that is being booked here: written
    before, so that a crash in between books it once.
    """

    id: str
    minor: int


@dataclass(frozen=True, slots=True)
class ItemLink:
    """What an ERP says of an open item, and what of it stands in our books.

    `ref`, `account_ref` and `booking_ref` are the ERP's own ids. All amounts are in minor units of
    `currency`. Agreed is: `there_minor`, which the ERP said is open last, is `first_minor`, which
    the item came with, less `told_minor`, which was settled here and taken there, less
    `heard_minor`, which was paid there and booked here. `untold_minor` was settled here and refused
    there: when less is open there, it is this before it is news. `orders` are on their way.
    `is_deleted` says that the ERP deleted it: what is gone then was not paid. `wants_paper`: its
    document is still to be fetched.
    """

    creditor: str
    connection: str
    number: str
    ref: str
    account: str
    account_ref: str
    booking_ref: str
    currency: str
    due_on: date
    first_minor: int
    there_minor: int
    told_minor: int = 0
    heard_minor: int = 0
    untold_minor: int = 0
    orders: tuple[str, ...] = ()
    hearing: Booking | None = None
    is_disputed: bool = False
    is_deleted: bool = False
    wants_paper: bool = False
    closed_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.connection, self.number)

    @property
    def gone_at(self) -> datetime | None:
        return self.closed_at + LINK_KEPT if self.closed_at else None

    @property
    def agreed_minor(self) -> int:
        """What should stand open there by all that both sides told."""
        return self.first_minor - self.told_minor - self.heard_minor


OrderKind = Literal["settle", "take-back", "stop", "release"]
OrderState = Literal["waiting", "sending", "taken", "refused", "not-supported"]

_WORK: Final = frozenset({"waiting", "sending"})


@dataclass(frozen=True, slots=True)
class ErpOrder:
    """Something that an ERP is to be told: the outbox. Its id is made of its cause, so that one
    cause is one order, and the ERP hears it with every attempt.

    settle: a payment settled `amount_minor` of the invoice, and `discount_minor` was granted with
    it; take-back: it did not, after all; stop, release: deliveries to the account. "sending" is
    written before the ERP is called: who finds it asks the ERP before calling again.
    """

    creditor: str
    connection: str
    id: str
    kind: OrderKind
    account: str
    number: str
    currency: str
    amount_minor: int
    day: date
    created_at: datetime
    discount_minor: int = 0
    payment: str = ""
    method: str = ""
    state: OrderState = "waiting"
    attempts: int = 0
    next_at: datetime | None = None
    erp_id: str = ""
    why: str = ""
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.connection, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state not in _WORK:
            return None
        return ("erp-order", self.creditor, self.next_at or self.created_at)
