"""The text of an EPC QR code (EPC069-12, "GiroCode"): a SEPA transfer ready to be confirmed.

Source: European Payments Council, EPC069-12, "Quick Response Code: Guidelines to Enable Data
Capture for the Initiation of a SEPA Credit Transfer". The code itself has error level M and at most
version 13, which holds 331 bytes; `saldo.adapters.qr` draws it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from saldo.money import format_amount

BYTES_MAX = 331
_NAME_MAX = 70
_REFERENCE_MAX = 35
_TEXT_MAX = 140
_MINOR_MAX = 99_999_999_999
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer in euro: `amount_minor` in cents, and a structured `reference` or a `text`."""

    name: str
    iban: str
    amount_minor: int
    bic: str | None = None
    reference: str = ""
    text: str = ""


def girocode_text(transfer: Transfer) -> str:
    """Return the lines of the code, version 002 in UTF-8, LF between them and none at the end.

    A name that is too long is cut. Raises ValueError for whatever else the standard does not allow:
    an IBAN or BIC of another shape, an amount outside EUR 0.01 to 999,999,999.99, a reference and a
    text at once, or 331 bytes exceeded.
    """
    iban = "".join(transfer.iban.split()).upper()
    bic = "".join((transfer.bic or "").split()).upper()
    name, text = _line(transfer.name)[:_NAME_MAX].rstrip(), _line(transfer.text)
    reference = "".join(transfer.reference.split())
    checks = {
        "the name is missing": bool(name),
        "the IBAN is none": bool(_IBAN.fullmatch(iban)),
        "the BIC is none": not bic or bool(_BIC.fullmatch(bic)),
        "the amount is out of bounds": 1 <= transfer.amount_minor <= _MINOR_MAX,
        "the reference is too long": len(reference) <= _REFERENCE_MAX,
        "the text is too long": len(text) <= _TEXT_MAX,
        "reference and text exclude each other": not (reference and text),
    }
    wrong = [what for what, right in checks.items() if not right]
    if wrong:
        raise ValueError("; ".join(wrong))
    amount = f"EUR{format_amount(transfer.amount_minor, 'EUR')}"
    lines = ["BCD", "002", "1", "SCT", bic, name, iban, amount, "", reference, text]
    whole = "\n".join(lines).rstrip("\n")
    if len(whole.encode()) > BYTES_MAX:
        raise ValueError(f"the code would hold more than {BYTES_MAX} bytes")
    return whole


def _line(text: str) -> str:
    return " ".join(text.split())
