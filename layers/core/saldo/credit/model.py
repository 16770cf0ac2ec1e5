"""Limits, exposure, order blocks and shorter terms of an account.

What was agreed stands on the account (`Account.credit_limit`, `Account.terms`) and is never changed
here. A currency is compared with its own limit alone: amounts of two are never added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Facts = dict[str, int | str]
"""What a reason is made of, for people: amounts as decimal texts with their currency beside."""

ReasonKind = Literal["manual", "over-limit", "overdue", "insolvency"]
"""Why orders wait. manual: a person said so; the others come and go with a creditor's rules."""

TermsReason = Literal["very-late", "broken-promises", "over-limit"]
"""Why new invoices should be due sooner."""


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """So much a person lets an account owe, in minor units; it goes before what the ERP pushed."""

    currency: str
    amount_minor: int
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a credit insurer covers, in minor units, through the day `valid_until` (None: open)."""

    currency: str
    amount_minor: int
    insurer: str
    by: str
    at: datetime
    valid_until: date | None = None
    reference: str = ""

    def holds(self, today: date) -> bool:
        """Tell whether it covers anything on `today`."""
        return self.valid_until is None or today <= self.valid_until


@dataclass(frozen=True, slots=True)
class Proposal:
    """A limit that a rule came to, with what it was made of; nothing hangs on it until agreed."""

    id: str
    currency: str
    amount_minor: int
    at: datetime
    by: str
    inputs: Facts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an account owes and will owe in one currency, in minor units.

    `overdue_minor` is a part of `open_minor`. `orders_minor` are orders that the ERP told and that
    are not invoiced yet; `credit_minor` is money and credit notes that no invoice has taken.
    """

    currency: str
    open_minor: int = 0
    overdue_minor: int = 0
    orders_minor: int = 0
    credit_minor: int = 0

    @property
    def minor(self) -> int:
        """What is at stake; below zero where more was paid than is owed."""
        return self.open_minor + self.orders_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One currency of an account: its limits, None where there are none, and what stands against
    them. `limit_minor` is the one that counts, by the creditor's rule.
    """

    currency: str
    exposure: Exposure
    own_minor: int | None = None
    insured_minor: int | None = None
    limit_minor: int | None = None

    @property
    def headroom_minor(self) -> int | None:
        """How much more may be owed, below zero by how much it is exceeded; None: no limit."""
        return None if self.limit_minor is None else self.limit_minor - self.exposure.minor

    @property
    def is_over(self) -> bool:
        return self.limit_minor is not None and self.exposure.minor > self.limit_minor

    @property
    def uninsured_minor(self) -> int:
        """What no insurer covers of what is at stake; never below zero."""
        return max(0, self.exposure.minor - (self.insured_minor or 0))


@dataclass(frozen=True, slots=True)
class BlockReason:
    """Why orders of an account wait."""

    kind: ReasonKind
    facts: Facts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ManualBlock:
    """A person's word that orders wait; `until` is the first day on which they go again."""

    reason: str
    by: str
    at: datetime
    until: date | None = None

    def holds(self, today: date) -> bool:
        return self.until is None or today < self.until


@dataclass(frozen=True, slots=True)
class Exemption:
    """A person's word that orders go although a rule says no.

    `until` is the first day on which rules count again; None: `kinds` are what rules said then, and
    each of them is let pass for as long as it lasts. Anything else has orders wait again.
    """

    reason: str
    by: str
    at: datetime
    until: date | None = None
    kinds: tuple[ReasonKind, ...] = ()

    def holds(self, today: date) -> bool:
        return self.until is None or today < self.until


@dataclass(frozen=True, slots=True)
class OrderBlock:
    """Orders of an account wait, since when and why. Its id is what an ERP hears."""

    id: str
    reasons: tuple[BlockReason, ...]
    since: datetime
    by: str

    @property
    def kinds(self) -> tuple[ReasonKind, ...]:
        return tuple(one.kind for one in self.reasons)


@dataclass(frozen=True, slots=True)
class ShorterTerms:
    """Terms for new invoices in place of those that were agreed; `net_days` 0 is prepayment.

    "proposed" waits for a person, "applied" counts, "declined" stays so while its reasons last.
    """

    net_days: int
    reasons: tuple[TermsReason, ...]
    since: datetime
    state: Literal["proposed", "applied", "declined"]
    by: str

    @property
    def is_prepayment(self) -> bool:
        return self.net_days == 0


@dataclass(frozen=True, slots=True)
class CreditSheet:
    """All that is decided and kept about the credit of an account.

    `lines` are as they were seen last, one per currency, for an account with a limit. `over` are
    the currencies of which `limit.exceeded` was told last, and `limit.restored` not since. Its
    version is what makes each crossing one event: whoever tells one writes the sheet that was read
    before the facts.
    """

    creditor: str
    account: str
    own: tuple[OwnLimit, ...] = ()
    covers: tuple[Cover, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    lines: tuple[CreditLine, ...] = ()
    over: tuple[str, ...] = ()
    manual: ManualBlock | None = None
    exemption: Exemption | None = None
    block: OrderBlock | None = None
    terms: ShorterTerms | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def is_blocked(self) -> bool:
        return self.block is not None

    def line(self, currency: str) -> CreditLine | None:
        """Return what is kept about a currency, None where nothing is."""
        return next((one for one in self.lines if one.currency == currency), None)

    def own_limit(self, currency: str) -> OwnLimit | None:
        """Return what a person set, None where nobody did."""
        return next((one for one in self.own if one.currency == currency), None)

    def cover(self, currency: str) -> Cover | None:
        """Return what is insured, None where nothing is; whether it still holds is its own word."""
        return next((one for one in self.covers if one.currency == currency), None)


@dataclass(frozen=True, slots=True)
class BlockedAccount:
    """Lists an account whose orders wait; written and deleted with its sheet."""

    creditor: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order of a debtor that the ERP told of and that is not invoiced yet.

    `amount_minor` is what of it is still to be invoiced, in minor units of `currency`, taxes
    included, as the invoice will have them.
    """

    creditor: str
    account: str
    id: str
    currency: str
    amount_minor: int
    told_at: datetime
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)
