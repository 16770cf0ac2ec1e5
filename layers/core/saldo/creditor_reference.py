"""ISO 11649 creditor references ("RF references"): what a payer writes on a transfer.

RF, two check digits, and up to 21 characters A-Z and 0-9. The check digits are those of ISO 7064
MOD 97-10: letters count 10 to 35, and with "RFcc" moved to the end the number leaves 1.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_BODY = re.compile(r"[A-Z0-9]{1,21}", re.ASCII)
_WHOLE = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_BODY_MAX = 21
_MARK_LENGTH = 4
_GROUP = 4
_BUNDLE = "S"
"""Begins the reference of a bundle, followed by characters of its hash."""

_BUNDLE_LENGTH = 12
_INSTALMENT = "P"
"""Begins the reference of an instalment, followed by as many characters of a hash."""


def reference_from(body: str) -> str:
    """Return the reference with `body` (1 to 21 characters A-Z, 0-9); raise ValueError."""
    if not _BODY.fullmatch(body):
        raise ValueError(f"{body!r} is no body of an RF reference")
    return f"RF{98 - _remainder(body + 'RF00'):02d}{body}"


def is_reference(text: str) -> bool:
    """Tell whether `text` is a reference with right check digits; blanks and case do not matter."""
    compact = compact_reference(text)
    return bool(_WHOLE.fullmatch(compact)) and _remainder(compact[4:] + compact[:4]) == 1


def compact_reference(text: str) -> str:
    """Return `text` in capitals and without blanks, as bank files carry it."""
    return "".join(text.split()).upper()


def printed_reference(reference: str) -> str:
    """Return the reference in groups of four, as it is printed."""
    compact = compact_reference(reference)
    return " ".join(compact[at : at + _GROUP] for at in range(0, len(compact), _GROUP))


def invoice_reference(number: str) -> str:
    """Return the reference of the invoice `number`, the same one every time.

    A number of plain capitals and digits is its own body. From any other the rest is left out, and
    four characters of its hash are put behind, so that "2024/0815" and "20240815" differ.
    """
    if _BODY.fullmatch(number):
        return reference_from(number)
    kept = re.sub(r"[^A-Z0-9]", "", number.upper())
    mark = base64.b32encode(hashlib.sha256(number.encode()).digest()).decode()[:_MARK_LENGTH]
    return reference_from(kept[: _BODY_MAX - _MARK_LENGTH] + mark)


def bundle_reference(account: str, numbers: Iterable[str]) -> str:
    """Return the reference of several invoices of an account together, the same one every time,
    whatever their order: 60 bits of their hash, as somebody may have to type them.
    """
    named = "\x1f".join([account, *sorted(set(numbers))])
    mark = base64.b32encode(hashlib.sha256(named.encode()).digest()).decode()
    return reference_from(_BUNDLE + mark[:_BUNDLE_LENGTH])


def instalment_reference(plan: str, position: int) -> str:
    """Return the reference of one instalment of a plan, the first at position 1: 60 bits of a hash
    of both, the same one every time.
    """
    mark = base64.b32encode(hashlib.sha256(f"{plan}\x1f{position}".encode()).digest()).decode()
    return reference_from(_INSTALMENT + mark[:_BUNDLE_LENGTH])


def _remainder(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97
