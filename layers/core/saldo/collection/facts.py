"""Promises to pay, disputes and cases: what is kept of each, and what each means for reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from saldo.invoices.model import Invoice

PromiseState = Literal["open", "kept", "part-kept", "broken", "withdrawn"]
"""open: its day is ahead; kept: what was promised was paid in time; part-kept: some of it was;
broken: nothing was; withdrawn: taken back before its day."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to pay `amount_minor` of these invoices of one account until the end of `on`.

    Paid is whatever was settled on the invoices since the promise was given
    (`settled_before_minor` was before): payments of any kind, credit notes, write-offs. Money that
    came back is not paid. `looked_at_from` is the first day on which the promise may be judged: a
    transfer that was ordered on the last day is given one banking day to arrive. `next_at` is the
    instant of the next look.
    """

    creditor: str
    account: str
    id: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    on: date
    looked_at_from: date
    state: PromiseState
    by: str
    given_at: datetime
    next_at: datetime | None = None
    settled_before_minor: int = 0
    paid_minor: int = 0
    note: str = ""
    ended_at: datetime | None = None
    ended_by: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def hold_id(self) -> str:
        """The id of the hold that keeps reminders back until the day has passed."""
        return f"{self.id}-promise"

    def settled_minor(self, invoices: Iterable[Invoice]) -> int:
        """Return what was settled since, given the promise's invoices as they are now."""
        settled = sum(one.settled_minor for one in invoices if one.number in self.invoices)
        return settled - self.settled_before_minor

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state != "open" or self.next_at is None:
            return None
        return ("promise", self.creditor, self.next_at)


DisputeState = Literal["open", "settled", "rejected", "withdrawn"]
"""open: being looked into, its part of the invoice is not reminded; settled: agreed how much of it
the debtor need not pay; rejected: all of it is owed; withdrawn: whoever contested it took it
back."""

DisputeReason = Literal[
    "price",
    "quantity",
    "quality",
    "not-delivered",
    "not-ordered",
    "invoiced-twice",
    "paid-already",
    "terms",
    "invoice-wrong",
    "other",
]
"""What the debtor says is wrong; statistics count by it."""


@dataclass(frozen=True, slots=True)
class DisputedLine:
    """A line of the invoice that is contested: as the ERP numbers it, and how much of it."""

    ref: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A debtor contests an invoice, a part of it, or some of its lines.

    `amount_minor` is what is contested, `lines` sum to it where there are any; the rest of the
    invoice is reminded like anything else. `owner` answers for it until `deadline`; when that
    passes it stays open and is said to be overdue, once (`overdue`).

    Settled, `agreed_minor` is what the debtor need not pay, and `credit_expected` says that a
    credit note over it is to come: it is held back until that came, but no longer than `hold_until`
    (the first day on which it is reminded after all). `credited_before_minor` was credited before,
    or went to other disputes about the invoice since. `files` are the ids of those that came with
    it.
    """

    creditor: str
    account: str
    id: str
    invoice: str
    currency: str
    amount_minor: int
    reason: DisputeReason
    text: str
    owner: str
    state: DisputeState
    by: str
    opened_at: datetime
    deadline: date
    next_at: datetime | None = None
    whole: bool = False
    lines: tuple[DisputedLine, ...] = ()
    overdue: bool = False
    agreed_minor: int = 0
    credit_expected: bool = False
    hold_until: date | None = None
    credited_before_minor: int = 0
    outcome: str = ""
    ended_at: datetime | None = None
    ended_by: str | None = None
    files: tuple[str, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def hold_id(self) -> str:
        """The id of the hold that keeps reminders about the contested part back."""
        return f"{self.id}-dispute"

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("dispute", self.creditor, self.next_at) if self.next_at else None


PaidClaimState = Literal["open", "confirmed", "unfounded", "withdrawn"]
"""open: the money is looked for; confirmed: it was booked, or a person found it; unfounded: a
person looked and found nothing; withdrawn: the payer took it back."""

PaidHow = Literal["transfer", "cash", "other"]


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """A payer says to have paid `amount_minor` of these invoices on the day `paid_on`.

    Reminders rest until `rests_until`, the first day on which they may go again; the claim stays
    open beyond that until money comes or a person says what was found (`outcome`). Money that came
    since is whatever was settled on the invoices (`settled_before_minor` was before). `files` are
    the ids of proofs. `next_at` is the instant of the next look.
    """

    creditor: str
    account: str
    id: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    paid_on: date
    how: PaidHow
    state: PaidClaimState
    by: str
    claimed_at: datetime
    rests_until: date
    next_at: datetime | None = None
    settled_before_minor: int = 0
    text: str = ""
    files: tuple[str, ...] = ()
    outcome: str = ""
    ended_at: datetime | None = None
    ended_by: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def task_id(self) -> str:
        """The id of the task to look for the money."""
        return f"{self.id}-paid"

    def settled_minor(self, invoices: Iterable[Invoice]) -> int:
        """Return what was settled since, given the claim's invoices as they are now."""
        settled = sum(one.settled_minor for one in invoices if one.number in self.invoices)
        return settled - self.settled_before_minor

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state != "open" or self.next_at is None:
            return None
        return ("paid-claim", self.creditor, self.next_at)


CaseKind = Literal["agency", "bailiff", "lawyer", "court"]
CaseState = Literal["open", "part-paid", "paid", "withdrawn", "closed"]
"""open: with whom it was handed to; part-paid, paid: so much reached them; withdrawn: we took it
back, our own reminders go on; closed: they are done with it, and a person decides what follows."""

NOBODY_NAMED: Final = "A collection agency"
"""Who has the case where a person let it go and the policy names nobody."""


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What the one who has the case told of it; `paid_minor` is all that reached them so far."""

    id: str
    state: CaseState
    on: date
    paid_minor: int
    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The case's evidence pack, as it was when it was handed over; `name` is its key on the shelf.

    `sha256` is that of its bytes, in hexadecimal digits.
    """

    name: str
    sha256: str
    size_bytes: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """Invoices of one account that were handed over to an agency, a bailiff, a lawyer or a court.

    Our own notices about them stop. What reached them is told, not booked: money is booked when it
    comes to the creditor. `reference` is their number of it. `file` is made soon after it opens.
    """

    creditor: str
    account: str
    id: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    kind: CaseKind
    handed_to: str
    state: CaseState
    by: str
    opened_at: datetime
    reason: str = ""
    reference: str = ""
    paid_minor: int = 0
    reports: tuple[CaseReport, ...] = ()
    file: CaseFile | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def hold_id(self) -> str:
        """The id of the hold that stops our own notices."""
        return f"{self.id}-case"

    @property
    def is_over(self) -> bool:
        return self.state in ("paid", "withdrawn", "closed")

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return None if self.is_over else ("case", self.creditor, self.opened_at)
