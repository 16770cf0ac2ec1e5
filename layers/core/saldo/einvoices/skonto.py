"""Cash discount as XRechnung writes it into the payment terms (BT-20).

Source: XRechnung 3.0, BR-DE-18: a line `#SKONTO#TAGE=7#PROZENT=2.00#`, with
`BASISBETRAG=119.00#` after it where the discount is not on the amount due.
"""

from __future__ import annotations

import re
from typing import Final

from saldo.einvoices.record import Skonto

_LINE: Final = re.compile(
    r"#(SKONTO|VERZUG)#TAGE=([0-9]{1,6})#PROZENT=([0-9]{1,3}\.[0-9]{2})"
    r"(?:#BASISBETRAG=(-?[0-9]{1,16}\.[0-9]{2}))?#",
    re.ASCII,
)


def structured_lines(terms: str) -> list[str]:
    """Return the lines that mean to be structured: those that begin with `#`."""
    return [line for line in (one.strip() for one in terms.splitlines()) if line.startswith("#")]


def is_structured(line: str) -> bool:
    """Tell whether a line is written as XRechnung asks for."""
    return _LINE.fullmatch(line) is not None


def discounts(terms: str) -> tuple[Skonto, ...]:
    """Return the cash discounts that the terms offer; what is not written so is passed over."""
    found = (_LINE.fullmatch(line) for line in structured_lines(terms))
    return tuple(
        Skonto(days=int(each[2]), percent=each[3], base=each[4])
        for each in found
        if each and each[1] == "SKONTO"
    )
