"""Bank accounts, the statements of them that were taken, and their entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from saldo.bank_entries.return_charge import ReturnCharge, ReturnCharged
from saldo.matching.model import Proposal, Rules
from saldo.payments.model import PromisedDiscount
from saldo.statements.model import Entry

SourceKind = Literal["statement", "report", "notification"]
"""What a file of a bank is: the statement of a day that ended (camt.053, MT940, BAI2, CODA, OFX,
CSV), a report within the day (camt.052, MT942), a notification (camt.054). Of one account one of
them posts; what the others tell of holds reminders."""

SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)

_REPORTS: Final = frozenset({"camt.052", "mt942"})
_NOTIFICATIONS: Final = frozenset({"camt.054"})


def source_kind(format_: str) -> SourceKind:
    """Return what a file of this format is."""
    if format_ in _REPORTS:
        return "report"
    return "notification" if format_ in _NOTIFICATIONS else "statement"


EntryState = Literal["open", "likely", "matched", "ignored", "returned"]
"""open: nobody knows whose it is; likely: a proposal waits; matched: all of it found its place;
ignored: no business of these books, as a person or a rule says; returned: a return that was booked
on the payment that it takes back."""

ENTRY_STATES: Final[tuple[EntryState, ...]] = get_args(EntryState)
WAITING: Final[frozenset[EntryState]] = frozenset({"open", "likely"})


USUAL: Final = Rules()
NO_CHARGE: Final = ReturnCharge()


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account of a creditor. `id` is its IBAN, or what the bank calls it, without blanks.

    Entries of files of the kind `posts` are booked, no others. `late_after_days` are the business
    days after which a missing statement holds reminders, None: never. `covered_until` is the last
    day that a taken statement told of. `csv` is the mapping of its CSV as plain data, {} for none.
    An over-payment of at least `proposes_refund_from_minor` is proposed for refund, None: never.
    `return_charge` is what a returned debit is charged on with.
    """

    creditor: str
    id: str
    currency: str
    posts: SourceKind = "statement"
    late_after_days: int | None = None
    covered_until: date | None = None
    csv: dict[str, Any] = field(default_factory=dict, hash=False)
    rules: Rules = USUAL
    proposes_refund_from_minor: int | None = None
    return_charge: ReturnCharge = NO_CHARGE
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def place(self) -> str:
        """The account of the ledger under which its movements stand."""
        return f"~bank~{self.id}"  # ledger.verify knows it by this


GAP: Final = "statement-missing"
"""The finding about a statement that opens with another balance than the one before closed with."""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A statement that is being taken, or was: how far, and what was odd about it.

    `entries` are those of it that post, in their order; `taken` of them were looked at, `booked`
    are new. `oddities` are codes of findings about it among its neighbours.
    """

    creditor: str
    bank_account: str
    id: str
    format: str
    state: Literal["taking", "taken"]
    taken_at: datetime
    by: str
    sha256: str
    currency: str
    number: str = ""
    sequence: str = ""
    first_day: date | None = None
    last_day: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    entries: int = 0
    taken: int = 0
    booked: int = 0
    follows: bool = False
    oddities: tuple[str, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.bank_account, self.id)

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.taken_at)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        """A person looks for the statement that was missing before it, if it still is."""
        is_gap = GAP in self.oddities
        return ("statement-gap", self.creditor, self.taken_at) if is_gap else None


AbsorbedKind = Literal["bank-charge", "rounding", "write-off"]


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What is missing on an invoice and given up by a rule: it closes all the same."""

    invoice: str
    kind: AbsorbedKind
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """Money of an entry that is for one account, and for which of its invoices, in this order.

    `credits` are sources of the account's credit (credit notes) that pay of the same invoices
    first. What the invoices do not need becomes credit.
    """

    account: str
    amount_minor: int
    invoices: tuple[str, ...] = ()
    discounts: tuple[PromisedDiscount, ...] = ()
    absorbed: tuple[Absorbed, ...] = ()
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doing:
    """What was decided about an entry and is being carried out: it goes on after a crash.

    "apply" moves `parts` to their accounts, and `first` counts the portions there were before;
    "undo" takes back `parts`, which are all that stand; "return" takes `payment` back and charges
    `charged` for it, "unreturn" takes back just that; "refund" is the transfer that pays `refund`
    out.
    """

    kind: Literal["apply", "undo", "return", "unreturn", "refund"]
    by: str
    reason: str
    since: datetime
    parts: tuple[Part, ...] = ()
    first: int = 0
    payment: str = ""
    payment_account: str = ""
    refund: str = ""
    charged: ReturnCharged | None = None


@dataclass(frozen=True, slots=True)
class Portion:
    """Money of an entry that went to an account as a payment, until it was taken back."""

    part: Part
    payment: str
    by: str
    reason: str
    at: datetime
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_reason: str = ""


RefundState = Literal["proposed", "ordered", "paid", "declined", "lapsed"]
"""proposed: somebody says; ordered: the credit is promised back, the transfer is still to be made;
paid: the transfer left the bank account; declined: the credit stays, as somebody says; lapsed: the
credit was used before anybody said."""


@dataclass(frozen=True, slots=True)
class RefundProposal:
    """An over-payment that could go back to who paid it: `name` and `iban` as the bank told them.

    `payment` of `account` is what it is credit of; `since` is when it was proposed, or ordered.
    `paid_by` is the entry by which the money left. `by` and `reason` are those of the last change.
    """

    account: str
    payment: str
    amount_minor: int
    name: str
    iban: str
    state: RefundState
    since: datetime
    by: str
    reason: str
    paid_by: str = ""

    @property
    def refund_id(self) -> str:
        """The id of its refund: short enough (35) to be a transfer's end-to-end id."""
        return f"rf-{self.payment.removeprefix('bank-')}"


@dataclass(frozen=True, slots=True)
class BankEntry:
    """An entry of a bank account. `left_minor` of it stands on suspense: below zero for money that
    left, which a return must be found for.

    `proposal` is what matching made of it last, with the evidence: of what is matched, why.
    `holds` are the accounts whose reminders wait for it; `payout` is "provider/payout" of a payout
    that it is the arrival of; `returns` the payment that it takes back; `pays_refund` the refund
    that it pays out. `refund` is what is proposed to be given back of it. `charged` is what became
    of the cost of a return; `returns_undone` counts how often its return was taken back.
    `credit_look_at` is when its left-over credit is looked at again, whether it can go back.
    """

    creditor: str
    bank_account: str
    id: str
    statement: str
    entry: Entry
    state: EntryState
    left_minor: int
    recorded_at: datetime
    updated_at: datetime
    proposal: Proposal | None = None
    doing: Doing | None = None
    portions: tuple[Portion, ...] = ()
    holds: tuple[str, ...] = ()
    payout: str = ""
    returns: str = ""
    by: str = ""
    reason: str = ""
    refund: RefundProposal | None = None
    pays_refund: str = ""
    charged: ReturnCharged | None = None
    returns_undone: int = 0
    credit_look_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.bank_account, self.id[:4], self.id)

    @property
    def day(self) -> date:
        """The day on which the money was ours, as near as the bank tells it."""
        day = self.entry.value_on or self.entry.booked_on
        return day or self.recorded_at.date()

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.updated_at)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.doing is not None:
            return ("bank-doing", self.creditor, self.doing.since)
        if self.state in WAITING:
            return ("bank-entry", self.creditor, self.recorded_at)
        if self.refund is not None and self.refund.state == "proposed":
            return ("bank-refund", self.creditor, self.refund.since)
        if self.credit_look_at is not None:
            return ("bank-credit", self.creditor, self.credit_look_at)
        return None

    @property
    def was_put_back(self) -> bool:
        """Whether somebody took back what had been made of it: no rule does it again."""
        return self.state in WAITING and bool(self.by)

    @property
    def applied(self) -> tuple[Portion, ...]:
        """What of it stands on accounts."""
        return tuple(one for one in self.portions if one.undone_at is None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What accepted matches taught: who pays with this IBAN, or under this name, and how often.

    `value` is the IBAN, or the name as matching compares it.
    """

    creditor: str
    kind: Literal["payer-iban", "payer-name"]
    value: str
    account: str
    count: int
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.kind, self.value, self.account)


@dataclass(frozen=True, slots=True)
class PayoutArrival:
    """Which entry of which bank account is the arrival of a payout: each arrives once."""

    provider: str
    payout_id: str
    currency: str
    creditor: str
    bank_account: str
    entry: str
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.payout_id, self.currency)
