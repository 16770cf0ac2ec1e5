"""Why a payment came to nothing, sorted into what the payer can do about it.

Providers tell reasons in sentences of their own, most in English. What is recognised is said in the
payer's language, with the next step; anything else is shown as it came.
"""

from __future__ import annotations

import re
from typing import Final

_CAUSES: Final = (
    ("funds", r"enough (money|balance|funds)|insufficient|not enough|nicht gedeckt|deckung"),
    ("expired", r"expired card|card .*expired|expired_card|invalid_card_holder|karte .*abgelaufen"),
    ("account", r"account is closed|moved to another bank|bank details|no account|invalid.*iban"),
    ("not-allowed", r"does not allow|not enabled|not permitted|restricted|blocked"),
    ("mandate", r"mandate|authoris?z?ation of the debit|disputed"),
    ("limit", r"limit|exceed"),
    ("security", r"3d|authenticat|\bcvc\b|\bpin\b|security code|fraud"),
    ("stopped", r"stopped|revoked|cancelled (at|by)|returned the payment|zurückgegeben"),
    ("refused", r"refused|declined|abgelehnt|refer to|get in touch"),
)


def cause_of(failure: str | None) -> str:
    """Return which of the known causes a provider's reason tells of, "" for none of them."""
    for cause, pattern in _CAUSES:
        if failure and re.search(pattern, failure, re.IGNORECASE):
            return cause
    return ""
