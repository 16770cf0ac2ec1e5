"""Why a payment failed, in a handful of kinds that a payer can act upon.

Providers and banks say it in codes and in sentences of their own, many of them meant for the
creditor. `failures.json` maps both to our kinds; each language has its own sentences for a kind in
`texts/payment-failed/<language>.reasons.json`. Codes are those of ISO 20022 as SEPA uses them
(EPC, Guidance on Reason Codes for SEPA Direct Debit R-transactions) and of the providers' own
references. What nobody knows is "unknown": no reason is invented.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

FailureKind = Literal[
    "insufficient-funds",
    "account-closed",
    "account-unknown",
    "debit-not-possible",
    "mandate-ended",
    "refused-by-payer",
    "card-expired",
    "card-refused",
    "bank-refused",
    "not-carried-out",
    "not-confirmed",
    "unknown",
]

_TABLE: Final = Path(__file__).parent / "failures.json"


def failure_kind(said: str | None) -> FailureKind:
    """Return the kind of failure that a provider's code or sentence means."""
    words = f" {_plain(said or '')} "
    for phrase, kind in _phrases():
        if f" {phrase} " in words:
            return kind
    return "unknown"


def _plain(text: str) -> str:
    """Lower case, words alone: "Insufficient_funds." and "insufficient funds" are one."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


@cache
def _phrases() -> tuple[tuple[str, FailureKind], ...]:
    """Every phrase of the table, the longest first, so that the most precise one decides."""
    table: dict[FailureKind, list[str]] = json.loads(_TABLE.read_text(encoding="utf-8"))
    assert set(table) == set(get_args(FailureKind)) - {"unknown"}, "each kind has its phrases"
    pairs = [(_plain(phrase), kind) for kind, phrases in table.items() for phrase in phrases]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))
