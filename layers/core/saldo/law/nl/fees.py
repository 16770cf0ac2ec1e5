"""What may be charged in the Netherlands beside the claim: art. 6:96 BW."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from saldo.law.checks import amount_missing, charged_before, clause_missing, default_missing
from saldo.law.facts import (
    Allowed,
    BusinessDays,
    DebtorKind,
    Evidence,
    FeeKind,
    FourteenDayLetter,
    MissingFact,
)
from saldo.law.nl.letter import term
from saldo.law.nl.scale import collection_costs

_SCALE_LAW: Final = "art. 6:96 (5) BW"
_LETTER_LAW: Final = "art. 6:96 (6) BW"
_ONE_LETTER_LAW: Final = "art. 6:96 (7) BW"


def fee_allowed(
    kind: FeeKind, debtor: DebtorKind, evidence: Evidence, calendar: BusinessDays
) -> Allowed | MissingFact:
    """Say whether a charge is evidenced.

    Interest from default on (art. 6:119, 6:119a BW). Collection costs from a business from default
    on, by the scale, at least EUR 40 (art. 6:96 (4), (5) BW; the scale as a floor: HR 10 July 2015,
    https://www.debloggendedeurwaarder.nl); more only by contract. From a consumer only after a
    letter that names the consequences and the exact amount, covers all claims that were ripe for
    it, was received, and whose fourteen days passed unpaid (art. 6:96 (6), (7) BW). No other fee
    stands beside the scale (https://haackervangastel.nl/incassokosten): the cost of a return falls
    under it, too, unless a business agreed otherwise.
    """
    if kind in ("flat-sum", "reminder-fee", "return-cost"):
        return _beside_scale(kind, debtor, evidence)
    law = "art. 6:119 BW" if debtor == "consumer" else "art. 6:119a BW"
    law = law if kind == "interest" else _SCALE_LAW
    missing = default_missing(evidence, law)
    if missing:
        return missing
    began = evidence.default
    assert began is not None, "default_missing lets nothing pass without"
    if kind == "interest":
        return Allowed(f"In default since {began.on}: {began.because}.", law)
    missing = amount_missing(evidence) or charged_before(evidence, kind, law)
    if missing:
        return missing
    if debtor == "business":
        return _above_scale(evidence) or Allowed(f"A business, in default since {began.on}.", law)
    return _after_letter(evidence, calendar)


def _beside_scale(kind: FeeKind, debtor: DebtorKind, evidence: Evidence) -> Allowed | MissingFact:
    if kind != "return-cost" or debtor == "consumer":
        return MissingFact(
            "covered-by-scale",
            f"Beside the scale of collection costs no fee is due ({_SCALE_LAW}).",
        )
    missing = amount_missing(evidence) or clause_missing(evidence, kind, _SCALE_LAW)
    return missing or Allowed("A business agreed to it by contract.", _SCALE_LAW)


def _above_scale(evidence: Evidence) -> MissingFact | None:
    """Return what is missing if a business would be charged more than the scale gives."""
    if not evidence.principal_minor or evidence.principal_minor < 0:
        return MissingFact("principal", "What is open of the claim is not known.")
    due = collection_costs([evidence.principal_minor]).total_minor
    if evidence.currency == "EUR" and (evidence.amount_minor or 0) <= due:
        return None
    return clause_missing(evidence, "collection-costs", _SCALE_LAW)


def _after_letter(evidence: Evidence, calendar: BusinessDays) -> Allowed | MissingFact:
    """Judge a consumer's costs: any letter that will do is enough, else the last one's lack."""
    letters = [x for x in evidence.letters if evidence.claim in {c.id for c in x.claims}]
    answer: Allowed | MissingFact = MissingFact(
        "fourteen-day-letter", f"No 14-day letter about this claim is evidenced ({_LETTER_LAW})."
    )
    for letter in sorted(letters, key=lambda each: each.sent_on):
        answer = _by_letter(letter, evidence, calendar)
        if isinstance(answer, Allowed):
            return answer
    return answer


def _by_letter(
    letter: FourteenDayLetter, evidence: Evidence, calendar: BusinessDays
) -> Allowed | MissingFact:
    wrong = _content_wrong(letter, evidence)
    if wrong:
        return wrong
    if letter.received_on is None:
        return MissingFact(
            "letter-receipt",
            f"The receipt of the 14-day letter of {letter.sent_on} is not evidenced "
            f"({_LETTER_LAW}).",
        )
    days = term(letter.received_on, calendar)
    if evidence.on < days.costs_from:
        return MissingFact(
            "letter-term-running",
            f"The term of the 14-day letter runs: costs are due from {days.costs_from} "
            f"({_LETTER_LAW}).",
        )
    if evidence.unpaid_until is None or evidence.unpaid_until < days.costs_from:
        return MissingFact(
            "unpaid-after-term",
            f"That the claim was still unpaid on {days.costs_from}, after the letter's term, is "
            f"not evidenced ({_LETTER_LAW}).",
        )
    return Allowed(
        f"The 14-day letter was received on {letter.received_on} and its term passed unpaid.",
        _LETTER_LAW,
    )


def _content_wrong(letter: FourteenDayLetter, evidence: Evidence) -> MissingFact | None:
    """Return what the letter itself lacks; a wrong letter makes no costs due."""
    began = evidence.default
    vat = None if letter.vat_percent is None else Fraction(letter.vat_percent)
    due = collection_costs([claim.principal_minor for claim in letter.claims], vat).total_minor
    named = letter.costs_named_minor
    faults = (
        (
            began is None or letter.sent_on < began.on,
            "letter-before-default",
            f"was written before default ({_LETTER_LAW})",
        ),
        (
            bool(letter.left_out),
            "letter-incomplete",
            f"leaves out {', '.join(letter.left_out)}, ripe for it too ({_ONE_LETTER_LAW})",
        ),
        (
            not letter.states_consequences,
            "letter-consequences",
            f"does not name the consequences ({_LETTER_LAW})",
        ),
        (
            not letter.term_from_day_after_receipt,
            "letter-term",
            f"does not let its term begin on the day after receipt ({_LETTER_LAW})",
        ),
        (
            named != due,
            "letter-amount",
            f"does not name the exact amount by the scale ({_LETTER_LAW})",
        ),
        (
            evidence.currency != "EUR" or evidence.amount_minor != named,
            "letter-amount-differs",
            f"names another amount than is to be charged ({_LETTER_LAW})",
        ),
    )
    for is_so, code, what in faults:
        if is_so:
            return MissingFact(code, f"The 14-day letter of {letter.sent_on} {what}.")
    return None
