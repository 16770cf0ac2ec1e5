"""Journal entries: every fact about money, balanced, keyed by its cause, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

LedgerAccount = Literal[
    "receivable",
    "customer-credit",
    "provider-clearing",
    "bank",
    "billing-clearing",
    "vat-correction",
    "fee-income",
    "interest-income",
    "provider-fees",
    "bank-charges",
    "cash-discount",
    "write-off",
    "refund",
    "chargeback",
    "rounding",
    "transfer",
    "suspense",
]
"""The chart. `receivable` is kept per invoice and part, `customer-credit` per source of the credit,
`provider-clearing` per provider, `vat-correction` per rate; `billing-clearing` is the ERP's revenue
and VAT, seen from here. `refund` holds money that was promised back until the provider gave it;
`chargeback` what a provider took although the customer's money was no longer there to take."""

CauseKind = Literal[
    "invoice",
    "invoice-correction",
    "invoice-withdrawn",
    "closed-there",
    "charges-withdrawn",
    "credit-note",
    "payment",
    "allocation",
    "de-allocation",
    "fee",
    "interest",
    "discount",
    "discount-reversed",
    "write-off",
    "refund",
    "refund-done",
    "refund-failed",
    "chargeback",
    "chargeback-reversed",
    "payout",
    "payout-returned",
    "transfer",
    "bank-entry",
    "bank-entry-undone",
    "bank-return",
    "payout-arrived",
    "payout-arrival-undone",
    "absorbed",
    "absorbed-reversed",
]

FROM_THE_ERP: frozenset[CauseKind] = frozenset(
    {"invoice", "invoice-correction", "invoice-withdrawn", "closed-there", "credit-note"}
)
"""Causes that came from the ERP; every other settles something, or adds to what is owed."""

Part = Literal["principal", "costs", "interest"]


@dataclass(frozen=True, slots=True)
class Posting:
    """One line: positive is debit, negative is credit, in minor units of the entry's currency.

    `detail` names the invoice, the provider or the source of a credit; `part` says of a receivable
    what is owed.
    """

    account: LedgerAccount
    amount_minor: int
    detail: str = ""
    part: Part = "principal"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A balanced journal entry, put-if-absent under the kind and id of its cause."""

    creditor: str
    account: str
    cause_kind: CauseKind
    cause_id: str
    booked_on: date
    currency: str
    postings: tuple[Posting, ...]
    recorded_at: datetime
    by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        assert self.postings, "an entry has lines"
        assert sum(p.amount_minor for p in self.postings) == 0, "an entry balances"
        assert all(p.amount_minor for p in self.postings), "a line moves something"

    @property
    def key(self) -> tuple[str, ...]:
        return (
            self.creditor,
            self.account,
            str(self.booked_on.year),
            self.cause_kind,
            self.cause_id,
        )

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        """What the ERP told itself is not told back to it."""
        return None if self.cause_kind in FROM_THE_ERP else (self.creditor, self.recorded_at)
