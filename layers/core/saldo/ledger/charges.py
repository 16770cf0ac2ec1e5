"""Facts about what is owed besides the invoice: fees, interest, cash discount, write-off.

Each is one journal entry keyed by the id that the caller gives, so that a repeat books nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from saldo.accounts.service import InvoiceUnknown
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, Refusal, Unavailable
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Invoice, NumberTaken
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.parts import Parts, take
from saldo.ledger.rules import charge_lines, discount_lines, write_off_lines
from saldo.money import Money, format_amount
from saldo.store import CommitConflict, Put, Store, Wake

_ATTEMPTS_MAX = 8

BY_RULE: Final = "rule"
"""Who books what a rule of the creditor charges because the law allows it: its reason is the law's
place."""

FeeKind = Literal[
    "reminder-fee",
    "flat-sum",
    "returned-debit-cost",
    "collection-cost",
    "payment-method-surcharge",
    "other",
]
"""What a fee is for. `flat-sum` is the creditor's minimum compensation (§288 (5) BGB, art. 6 (1) of
Directive 2011/7/EU); a surcharge is subject to `payments.surcharge`."""


class FactAmount(Invalid):
    """The amount is not positive, or more than what it is about."""

    code = "fact-amount"


class FactDiffers(Conflict):
    """A fact of that id is booked already, with other contents."""

    code = "fact-differs"


class ChargesBusy(Unavailable):
    """The invoice keeps changing; try again."""

    code = "charges-busy"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a person or a rule books on an invoice. `id` is the caller's and makes repeats safe: it
    is unique for the creditor and the kind of the fact. `fee` says of a fee what it is for.
    """

    id: str
    creditor: str
    invoice: str
    amount_minor: int
    on: date
    by: str
    reason: str
    fee: FeeKind | None = None


Change = Callable[[Invoice], tuple[Invoice, tuple[Posting, ...]]]


class Charges:
    """Books fees, interest, discounts and write-offs."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._invoices = InvoiceWrites(store, ids)

    def add_fee(self, fact: Fact) -> Invoice:
        """Add a fee; it carries no VAT. Raises InvoiceUnknown, FactAmount or FactDiffers."""

        def change(invoice: Invoice) -> tuple[Invoice, tuple[Posting, ...]]:
            parts = replace(invoice.parts, costs=invoice.parts.costs + fact.amount_minor)
            charged = invoice.charged_minor + fact.amount_minor
            lines = charge_lines(invoice.number, "costs", fact.amount_minor)
            return replace(invoice.with_parts(parts), charged_minor=charged), lines

        return self._book("fee", "invoice.charged", fact, change)

    def add_interest(self, fact: Fact) -> Invoice:
        """Add interest; it carries no VAT. Raises InvoiceUnknown, FactAmount or FactDiffers."""

        def change(invoice: Invoice) -> tuple[Invoice, tuple[Posting, ...]]:
            parts = replace(invoice.parts, interest=invoice.parts.interest + fact.amount_minor)
            charged = invoice.charged_minor + fact.amount_minor
            lines = charge_lines(invoice.number, "interest", fact.amount_minor)
            return replace(invoice.with_parts(parts), charged_minor=charged), lines

        return self._book("interest", "invoice.charged", fact, change)

    def take_discount(self, fact: Fact, vat: Mapping[str, int]) -> Invoice:
        """Grant a cash discount of `fact.amount_minor` gross on the principal.

        `vat` is the VAT inside it in minor units by rate (such as {"19": 120}), which is corrected.
        Raises InvoiceUnknown, FactAmount or FactDiffers.
        """
        if sum(vat.values()) > fact.amount_minor or any(v < 0 for v in vat.values()):
            raise FactAmount("The VAT must lie inside the discount.").at("/vat")

        def change(invoice: Invoice) -> tuple[Invoice, tuple[Posting, ...]]:
            self._fits(fact, invoice, invoice.parts.principal)
            principal = invoice.parts.principal - fact.amount_minor
            parts = replace(invoice.parts, principal=principal)
            granted = invoice.discounted_minor + fact.amount_minor
            new = replace(invoice.with_parts(parts), discounted_minor=granted)
            return new, discount_lines(invoice.number, fact.amount_minor, vat)

        return self._book("discount", "invoice.discounted", fact, change)

    def write_off(self, fact: Fact) -> Invoice:
        """Give up what is owed, costs first. Raises InvoiceUnknown, FactAmount or FactDiffers."""

        def change(invoice: Invoice) -> tuple[Invoice, tuple[Posting, ...]]:
            self._fits(fact, invoice, invoice.open_minor)
            gone = take(invoice.parts, fact.amount_minor, "costs-interest-principal")
            left = Parts(
                invoice.parts.principal - gone.principal,
                invoice.parts.costs - gone.costs,
                invoice.parts.interest - gone.interest,
            )
            return invoice.with_parts(left), write_off_lines(invoice.number, gone)

        return self._book("write-off", "invoice.written_off", fact, change)

    def _fits(self, fact: Fact, invoice: Invoice, most: int) -> None:
        if fact.amount_minor > most:
            owed = format_amount(most, invoice.currency)
            raise (
                FactAmount(f"At most {owed} {invoice.currency} of {invoice.number!r} can go.")
                .told("most", most=Money(most, invoice.currency))
                .at("/amount")
            )

    def _book(self, cause: CauseKind, told: EventType, fact: Fact, change: Change) -> Invoice:
        if fact.amount_minor <= 0:
            raise FactAmount("The amount must be positive.").told("zero").at("/amount")
        for _ in range(_ATTEMPTS_MAX):
            old = self._invoice(fact)
            # Read before the entry: an equal fact that is being booked now is then seen whole.
            taken = self._store.get(NumberTaken, fact.creditor, cause, fact.id)
            booked = self._store.get(
                JournalEntry, old.creditor, old.account, str(fact.on.year), cause, fact.id
            )
            if booked is not None:
                return self._repeated(booked, fact, self._invoice(fact))
            if taken is not None:
                raise _differs(fact)  # booked on another account, or in another year
            new, lines = change(old)
            now = self._clock.now()
            new = self._as_of(old, new, fact, now)
            entry = JournalEntry(
                old.creditor,
                old.account,
                cause,
                fact.id,
                fact.on,
                old.currency,
                lines,
                now,
                fact.by,
                f"{fact.fee}: {fact.reason}" if fact.fee else fact.reason,
            )
            news = event(
                self._ids.ulid(now),
                now,
                told,
                old.creditor,
                old.account,
                fact=fact.id,
                kind=cause,
                invoice=old.number,
                currency=old.currency,
                amount=format_amount(fact.amount_minor, old.currency),
                open=format_amount(new.open_minor, old.currency),
                reason=fact.reason,
                by=fact.by,
                **({"fee": fact.fee} if fact.fee else {}),
            )
            try:
                self._store.commit(
                    [
                        Put(entry),
                        Put(NumberTaken(fact.creditor, cause, fact.id, old.account)),
                        *self._invoices.change(old, new, now),
                        Put(news),
                        Wake(old.creditor, old.account, now),
                    ]
                )
            except CommitConflict:
                continue
            return new
        raise ChargesBusy("The invoice keeps changing; try again.")

    def _as_of(self, old: Invoice, new: Invoice, fact: Fact, now: datetime) -> Invoice:
        reopened = new.is_open and not old.is_open
        return replace(
            new,
            updated_at=now,
            version=old.version + 1,
            episode=old.episode + (1 if reopened else 0),
            closed_on=None if new.is_open else (old.closed_on or fact.on),
        )

    def _repeated(self, booked: JournalEntry, fact: Fact, invoice: Invoice) -> Invoice:
        owed = [p for p in booked.postings if p.account == "receivable"]
        same = abs(sum(p.amount_minor for p in owed)) == fact.amount_minor
        kept = fact.fee is None or booked.reason.startswith(f"{fact.fee}: ")
        if not (same and kept) or any(p.detail != fact.invoice for p in owed):
            raise _differs(fact)
        return invoice

    def _invoice(self, fact: Fact) -> Invoice:
        taken = self._store.get(NumberTaken, fact.creditor, "invoice", fact.invoice)
        if taken is None:
            raise InvoiceUnknown(f"There is no invoice {fact.invoice!r}.").at("/invoice")
        found = self._store.get(Invoice, fact.creditor, taken.account, fact.invoice)
        assert found is not None, "a taken number has its invoice"
        return found


def _differs(fact: Fact) -> Refusal:
    return FactDiffers(f"{fact.id!r} is booked already, with other contents.").at("/id")
