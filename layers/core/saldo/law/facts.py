"""What must be known before anything is claimed, and the two answers there are.

Never a silent yes: what is not evidenced is refused, naming the fact that is missing. Every fact is
dated or absent; None and an empty tuple mean "not known".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

DebtorKind = Literal["business", "consumer"]

FeeKind = Literal["interest", "flat-sum", "collection-costs", "reminder-fee", "return-cost"]
"""interest: default interest; flat-sum: EUR 40 (§288 (5) BGB, art. 6 of Directive 2011/7/EU);
collection-costs: what collecting costs, in NL by the scale; reminder-fee: a fee for one notice;
return-cost: what the creditor's bank took for a payment that came back."""

ReturnCause = Literal["no-cover", "account-closed", "contradicted", "unknown"]
"""Why a payment came back: nothing on the account, no such account any more, the payer spoke
against it, or nobody said so that it could be known."""

Ground = Literal["agreed-day", "notice", "refusal", "thirty-days"]
"""Why default began: an agreed calendar day passed; a notice asked in vain; the debtor refused for
good; thirty days passed after due date and receipt of the invoice."""


class BusinessDays(Protocol):
    """Knows the public holidays of one place. Weekends are not holidays."""

    def is_holiday(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """The fee may be charged. `because` is a sentence for people, `law` its source."""

    because: str
    law: str


@dataclass(frozen=True, slots=True)
class MissingFact:
    """The answer is no, for want of a fact. `code` is stable, `sentence` says what is missing."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DefaultFacts:
    """What is known about how and when a claim is to be paid.

    `agreed_day` is the last day for payment that both sides agreed on; a day that stands only on
    the invoice is `invoice_names_day`, and is none. `notice_received_on` is when the first dunning
    notice after the due date came; `notice_term_days` the term it set (NL).
    `invoice_warned_of_default`: the invoice told the consumer expressly about the thirty days.
    """

    due_on: date
    agreed_day: date | None = None
    invoice_names_day: date | None = None
    invoice_received_on: date | None = None
    invoice_warned_of_default: bool = False
    performance_received_on: date | None = None
    notice_received_on: date | None = None
    notice_term_days: int | None = None
    refused_on: date | None = None


@dataclass(frozen=True, slots=True)
class DefaultBegan:
    """The first day of default, which is also the first that bears interest, and why."""

    on: date
    ground: Ground
    because: str
    law: str


@dataclass(frozen=True, slots=True)
class RipeClaim:
    """A claim, by its invoice's number, with what was open of it when the letter was written."""

    id: str
    principal_minor: int


@dataclass(frozen=True, slots=True)
class FourteenDayLetter:
    """The letter that must precede collection costs towards a Dutch consumer (art. 6:96 (6) BW).

    `received_on` needs evidence: see law.nl.letter. `left_out` are claims that were ripe for the
    letter when it was written and are not in it. `costs_named_minor` is the amount that the letter
    names, VAT included if it is charged; `vat_percent` that VAT, None without.
    `term_from_day_after_receipt`: the letter words its term that way, such as "binnen veertien
    dagen vanaf de dag nadat deze brief bij u is bezorgd".
    """

    sent_on: date
    claims: tuple[RipeClaim, ...]
    left_out: tuple[str, ...] = ()
    costs_named_minor: int | None = None
    vat_percent: int | None = None
    states_consequences: bool = False
    term_from_day_after_receipt: bool = False
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the contract that provides for a fee. `reference` says where it stands."""

    kind: FeeKind
    agreed_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class ReturnedPayment:
    """A payment that came back. `was_debit`: by a direct debit that the debtor had agreed to."""

    was_debit: bool
    cause: ReturnCause


@dataclass(frozen=True, slots=True)
class Evidence:
    """The dated facts about one claim on which a fee or an interest line rests.

    `on` is the day of the charge, `amount_minor` what would be charged and `principal_minor` what
    is open of the claim, in minor units of `currency`. `arose_on` is when the contract was made.
    `real_cost_minor` is what this very notice, or return, cost: paper and postage, what the bank
    took, no staff. `unpaid_until` is the last day on which the books showed the claim open.
    `charged` are the kinds already charged on it.
    """

    on: date
    claim: str
    amount_minor: int | None = None
    principal_minor: int | None = None
    currency: str = "EUR"
    default: DefaultBegan | None = None
    arose_on: date | None = None
    real_cost_minor: int | None = None
    unpaid_until: date | None = None
    letters: tuple[FourteenDayLetter, ...] = ()
    clauses: tuple[Clause, ...] = ()
    charged: frozenset[FeeKind] = frozenset()
    returned: ReturnedPayment | None = None
