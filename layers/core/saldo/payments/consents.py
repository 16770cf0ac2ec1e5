"""The words that a payer agrees to before a bank account or card is charged without them.

Texts stand in `texts/<language>.json`; another language is another file. The authorisation of a
SEPA Core direct debit and the hint about its refund are the wording that the European Payments
Council lays down for the mandate (SEPA Direct Debit Core Scheme Rulebook, EPC016-06, 4.7.2 and
dataset DS-01); the refund "no questions asked" within eight weeks is §675x (2), (4) BGB. The
pre-notification of fourteen calendar days may be shortened by agreement (rulebook, PT-04.03), which
the text does: the agreed days and amounts are the pre-notification themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from saldo.messages.formats import FALLBACK_LANGUAGE, amount_text, date_text
from saldo.payments.agreements import ConsentKind

INSTALMENTS_MAX: Final = 60
"""Five years by the month; a plan of more is no plan."""

_CHARGES: Final[dict[ConsentKind, tuple[int, int]]] = {
    "once": (1, 1),
    "plan": (1, INSTALMENTS_MAX),
    "on-request": (0, 0),
}

_TEXTS: Final = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class AgreedCharge:
    """So much on this day, at most: less is charged where less stands open then."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What is agreed: `provider` is the provider's name, `charges` the days and amounts.

    Kind "once" has exactly one charge, "plan" at least one, "on-request" none.
    """

    kind: ConsentKind
    creditor_name: str
    provider: str
    currency: str = "EUR"
    charges: Sequence[AgreedCharge] = ()


def consent_text(terms: ConsentTerms, language: str) -> str:
    """Return the exact text that the payer is shown and agrees to, paragraphs set apart by an
    empty line: in `language` if it is spoken here, else in English (`consent_language`).
    """
    fewest, most = _CHARGES[terms.kind]
    assert fewest <= len(terms.charges) <= most, "as many charges as the kind of consent has"
    words = _texts(consent_language(language))
    charges = [
        words["charge"].format(
            amount=amount_text(charge.amount_minor, terms.currency, language),
            day=date_text(charge.on, language),
        )
        for charge in terms.charges
    ]
    said = {
        "creditor": terms.creditor_name,
        "provider": terms.provider,
        "charges": "; ".join(charges),
    }
    parts = ("authorisation", f"scope-{terms.kind}", "announcement", "refund", "revocation")
    return "\n\n".join(words[part].format(**said) for part in parts)


@cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((_TEXTS / f"{language}.json").read_text("utf-8"))
    return texts


@cache
def _languages() -> frozenset[str]:
    return frozenset(path.stem for path in _TEXTS.glob("*.json"))


def consent_language(language: str) -> str:
    """Return the language that `consent_text` really speaks for a BCP 47 tag."""
    primary = language.partition("-")[0].lower()
    return primary if primary in _languages() else FALLBACK_LANGUAGE
