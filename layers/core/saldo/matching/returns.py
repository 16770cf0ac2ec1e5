"""Money that went back: returned debits and bounced transfers reverse the payment that they return.

Money that left for any other reason is not matched here: what a company pays is not our business.
"""

from __future__ import annotations

import re
from typing import Final

from saldo.matching.book import Book
from saldo.matching.model import Candidate, Confidence, Difference, Fact, Proposal
from saldo.matching.reading import Reading, named_items
from saldo.matching.spelling import reference_key
from saldo.statements.model import Entry

RETURN_CHARGES_MINOR_MAX: Final = 3_000
"""What banks take for a return, at most: EUR 30."""

_GVC: Final = frozenset({"108", "109", "159", "181", "184"})
_WORDS: Final = re.compile(
    r"R(?:UE|Ü|U)?CK(?:LAST|GABE)|RETOURE|STORNO|RETURN|UNPAID|TERUGBOEKING|REJECT|REVERSAL",
    re.IGNORECASE,
)


def is_return(entry: Entry) -> bool:
    """Tell whether an entry that took money away gives an earlier payment back."""
    if entry.amount_minor >= 0:
        return False
    if entry.return_reason or entry.is_reversal or entry.code.gvc in _GVC:
        return True
    return bool(_WORDS.search(entry.remittance) or _WORDS.search(entry.code.text))


def reversal(reading: Reading, book: Book) -> Proposal:
    """Return which payment an entry gives back: certain by an id of the payment and its amount."""
    entry = reading.entry
    if not is_return(entry):
        return _nothing(reading, "money-out")
    references = entry.references
    for field, value in (
        ("references.end_to_end_id", references.end_to_end_id),
        ("references.transaction_id", references.transaction_id),
    ):
        known = book.payments_by_key.get(reference_key(value) or "-", ())
        fitting = [each for each in dict.fromkeys(known) if _charge(entry, each, book) is not None]
        if len(fitting) == 1:
            fact = Fact("end-to-end-id", value, field, 0, len(value), value)
            return _reversed(reading, fitting[0], "certain", "returned-by-id", fact, book)
    found = _by_items_or_payer(reading, book)
    if len(found) == 1:
        fact = Fact("amount-and-payer", str(-entry.amount_minor), "amount")
        return _reversed(reading, found[0], "likely", "returned-by-amount", fact, book)
    return _nothing(reading, "returned-unknown", tuple(found))


def _by_items_or_payer(reading: Reading, book: Book) -> list[str]:
    """Return payments of named items, else of the payer's accounts, that brought that amount."""
    named = named_items(reading, book)
    places = (*named.closed, *named.open)
    by_item = dict.fromkeys(paid.id for at in places for paid in book.paid[at])
    found = [each for each in by_item if _charge(reading.entry, each, book) is not None]
    if found:
        return found[-1:]
    amount = -reading.entry.amount_minor
    charges = sum(abs(each.amount_minor) for each in reading.entry.charges)
    by_amount = dict.fromkeys(
        each
        for account in reading.payer.accounts
        for minor in dict.fromkeys((amount, amount - charges))
        for each in book.payments_by_amount.get((account, minor), ())
        if each not in book.reversed
    )
    return list(by_amount)


def _charge(entry: Entry, paid_id: str, book: Book) -> int | None:
    """Return what was taken beyond the payment, None if it cannot be this payment's return."""
    if paid_id in book.reversed:
        return None
    beyond = -entry.amount_minor - book.paid_minor(paid_id)
    told = sum(abs(each.amount_minor) for each in entry.charges)
    return beyond if 0 <= beyond <= max(RETURN_CHARGES_MINOR_MAX, told) else None


def _reversed(
    reading: Reading, paid_id: str, confidence: Confidence, rule: str, fact: Fact, book: Book
) -> Proposal:
    beyond = _charge(reading.entry, paid_id, book) or 0
    accounts = {book.items[at].account for at, _ in book.payments[paid_id]}
    reason = reading.entry.return_reason
    facts = (fact, Fact("return-reason", reason, "return_reason")) if reason else (fact,)
    return Proposal(
        (reading.entry.id,),
        "reversal",
        confidence,
        rule,
        accounts.pop() if len(accounts) == 1 else "",
        differences=(Difference("return-charge", beyond),) if beyond else (),
        evidence=facts,
        candidates=tuple(
            Candidate(book.items[at].id, "reopens") for at, _ in book.payments[paid_id]
        ),
        reverses=paid_id,
    )


def _nothing(reading: Reading, rule: str, payments: tuple[str, ...] = ()) -> Proposal:
    facts = tuple(Fact("could-reverse", each) for each in payments[:5])
    return Proposal((reading.entry.id,), "unmatched", "open", rule, evidence=facts)
