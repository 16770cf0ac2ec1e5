"""What matching is given and what it proposes. Amounts are minor units, money that comes in is
positive; a credit note's open amount is positive too, and an allocation to it is negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from saldo.ids import fingerprint
from saldo.invoices.discounts import DiscountTerm

_MARK_CHARACTERS: Final = 16

ItemKind = Literal["invoice", "credit-note", "fee"]
Confidence = Literal["certain", "likely", "open"]
Threshold = Literal["strict", "usual"]
ProposalKind = Literal["payment", "duplicate", "reversal", "unmatched"]

Reason = Literal[
    "discount",
    "late-discount",
    "bank-charge",
    "rounding",
    "write-off",
    "overpayment",
    "short-payment",
    "fees-left-open",
    "return-charge",
]
"""Why money and item differ:

- `discount`: kept back within its term, so the item closes.
- `late-discount`: kept back after its term; stays open.
- `bank-charge`, `rounding`, `write-off`: small enough to close the item all the same.
- `overpayment`: beyond all items; becomes customer credit.
- `short-payment`, `fees-left-open`: stays open.
- `return-charge`: what the bank took for a return besides the payment.
"""

CLOSING: Final[frozenset[Reason]] = frozenset({"discount", "bank-charge", "rounding", "write-off"})
"""Differences that close their item though less money came than was open."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that an item took before: what a second one, or its return, is held against."""

    id: str
    amount_minor: int
    paid_on: date
    iban: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What stands open on an invoice, a credit note or a fee; `open_minor` 0: closed lately.

    `references` are what we gave out for it: RF and national references, end-to-end ids of our
    collections; several items may share one. `asked_minor` are the sums of instalments that such a
    reference asks for. `costs_open_minor` and `interest_open_minor` are
    inside `open_minor`. `discounts` are by day, the earliest first.
    """

    id: str
    number: str
    account: str
    currency: str
    amount_minor: int
    open_minor: int
    issued_on: date
    due_on: date
    kind: ItemKind = "invoice"
    references: tuple[str, ...] = ()
    discounts: tuple[DiscountTerm, ...] = ()
    discounted_minor: int = 0
    costs_open_minor: int = 0
    interest_open_minor: int = 0
    paid: tuple[Paid, ...] = ()
    asked_minor: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A debtor as the books know it: how it is called, where it pays from, its customer numbers."""

    id: str
    names: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    customer_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learnt:
    """What accepted matches taught: IBAN, and name as normalised, → account → how often."""

    ibans: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """What an advice says of one item: where, in which words, how much of the money is for it
    (below zero for a credit note that is used up), and what was kept back.
    """

    place: str
    text: str
    amount_minor: int
    deducted_minor: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """A remittance advice: which items a payment of `total_minor` about `day` is for, as its payer
    says. It explains money that came, and proves nothing by itself. Its amounts have two decimals.
    """

    id: str
    name: str
    day: date
    total_minor: int
    lines: tuple[AdviceLine, ...]

    @property
    def adds_up(self) -> bool:
        """Tell whether the lines make the sum."""
        return sum(line.amount_minor for line in self.lines) == self.total_minor


@dataclass(frozen=True, slots=True)
class Rules:
    """What a creditor lets pass.

    A difference of up to `rounding_minor` is rounding, however many items there are.
    `discount_tolerance_days` are granted beyond a discount's last day. What a bank may have kept is
    up to `bank_charges_minor_max`; what is not worth asking for up to `write_off_minor_max`.
    `threshold` says from which rows of the table on a match is certain. With
    `chases_late_discount` a discount that was kept back too late is a short payment like any other:
    what came is booked, the rest is asked for; else a person decides.
    """

    rounding_minor: int = 2
    discount_tolerance_days: int = 3
    bank_charges_minor_max: int = 1500
    write_off_minor_max: int = 0
    duplicate_days: int = 14
    threshold: Threshold = "strict"
    chases_late_discount: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of evidence: what it is, its value, and where in the entry it stood.

    `field` is a field of the entry ("remittance", "counterparty.iban"), `start` and `end` the
    characters of it; `text` is what was written there.
    """

    name: str
    value: str
    field: str = ""
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Money of a proposal that is for one item; negative for a credit note that is used up."""

    item: str
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Money that came and is for no item, or that is missing on one, and why. `item` is "" where
    it is about the payment as a whole.
    """

    reason: Reason
    amount_minor: int
    item: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that it could be instead, and what speaks for it."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What entries probably are. `rule` is the row of the table that gave `confidence`.

    The money of the entries is what the allocations say plus what was overpaid. `account` is whose
    money it is, "" if unknown or of several. A reversal names the earlier payment as `reverses`.
    """

    entries: tuple[str, ...]
    kind: ProposalKind
    confidence: Confidence
    rule: str
    account: str = ""
    allocations: tuple[Allocation, ...] = ()
    differences: tuple[Difference, ...] = ()
    evidence: tuple[Fact, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    reverses: str = ""

    @property
    def mark(self) -> str:
        """A short text that says what a yes would book: another proposal has another."""
        booked = (self.kind, self.account, self.allocations, self.differences, self.reverses)
        return fingerprint(repr(booked))[:_MARK_CHARACTERS]

    @property
    def overpaid_minor(self) -> int:
        """What becomes customer credit."""
        return sum(each.amount_minor for each in self.differences if each.reason == "overpayment")
