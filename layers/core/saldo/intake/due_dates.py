"""When an electronic invoice is due: by its due date, else by its terms, else by what the creditor
set. Pure.

EN 16931 asks for a due date or terms (BR-CO-25), and the smaller profiles for neither. An invoice
that says nothing is due at once (§ 271 BGB), but whether it is late is another matter: so what is
assumed lies ahead, in the debtor's favour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

How = Literal["told", "terms", "assumed"]
"""told: by the document's due date; terms: read out of its terms; assumed: neither says."""

_DAYS_MAX: Final = 365
_DAYS: Final = re.compile(
    r"(?<![\d.,])(\d{1,3})\s*(?:(?:kalender|calendar)\s*)?-?\s*(?:tage?n?|days?|dagen|dag|jours?)\b",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"\n|;|,\s|,(?=[a-zäöü])|\.\s(?!\d)", re.IGNORECASE)
"""Between the clauses of terms; dates and numbers hold points and commas of their own."""

_DISCOUNT: Final = re.compile(
    r"%|\bskonto|\bdiscount\b|\bkorting\b|\bescompte\b|\bprozent\b", re.IGNORECASE
)
_NET: Final = re.compile(r"\bnet(?:to)?\s+(\d{1,3})\b", re.IGNORECASE)
_AT_ONCE: Final = re.compile(
    r"\bsofort\b|\bohne abzug f(?:ä|ae)llig\b|\bimmediate(?:ly)?\b|\b(?:up)?on receipt\b"
    r"|\bper direct\b|\bbij ontvangst\b|\b(?:à|a) r(?:é|e)ception\b|\bcomptant\b|\bnach erhalt\b",
    re.IGNORECASE,
)
_GERMAN: Final = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)", re.ASCII)
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Due:
    """The day, and how it is known."""

    on: date
    how: How


def due_date(issued_on: date, due_on: date | None, terms: str, days_assumed: int) -> Due:
    """Return when an invoice is due, never before it was issued.

    What the terms say of a cash discount, in a clause of its own or as a structured line
    (`#SKONTO#…`), says nothing of it. Of several days that are left the last counts.
    """
    if due_on is not None:
        return Due(max(due_on, issued_on), "told")
    lines = "\n".join(line for line in terms.splitlines() if not line.strip().startswith("#"))
    words = "\n".join(one for one in _APART.split(lines) if not _DISCOUNT.search(one))
    last = issued_on + timedelta(days=_DAYS_MAX)
    named = [day for day in _dates(words) if issued_on <= day <= last]
    if named:
        return Due(max(named), "terms")
    spans = [int(found[1]) for each in (_DAYS, _NET) for found in each.finditer(words)]
    within = [days for days in spans if 0 < days <= _DAYS_MAX]
    if within:
        return Due(issued_on + timedelta(days=max(within)), "terms")
    if _AT_ONCE.search(words):
        return Due(issued_on, "terms")
    return Due(issued_on + timedelta(days=days_assumed), "assumed")


def _dates(words: str) -> Iterator[date]:
    found: Iterable[tuple[str, str, str]] = [
        *((one[3], one[2], one[1]) for one in _GERMAN.finditer(words)),
        *((one[1], one[2], one[3]) for one in _ISO.finditer(words)),
    ]
    for year, month, day in found:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue
