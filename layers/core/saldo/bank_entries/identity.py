"""What tells an entry from every other, and a statement: so that nothing is booked twice. Pure.

The same entry comes again: in the same file, in a page that overlaps, in the statement after the
page. Two people really pay the same sum on the same day with the same words. The bank's own
reference decides where it is one; else entries that are equal in everything are told apart by which
of the equal ones they are, counted within their statement.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from saldo.statements.model import Entry, Statement

_TAG_CHARACTERS = 20
_REFERENCE_CHARACTERS_MIN = 6


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with what is its own: `base` is shared by equals, `ordinal` counts them from 1."""

    entry: Entry
    base: str
    ordinal: int

    def id(self, ordinal: int | None = None) -> str:
        """Return its id, or that of another of its equals. It begins with its day."""
        day = self.entry.booked_on or self.entry.value_on
        written = day.strftime("%Y%m%d") if day else "00000000"
        return f"{written}-{_tag(self.base, str(ordinal or self.ordinal))}"


def identified(entries: Iterable[Entry]) -> Iterator[Identified]:
    """Yield the entries of one statement that are booked or told of, each with its identity."""
    every = list(entries)
    references = Counter(entry.references.bank for entry in every)
    seen: Counter[str] = Counter()
    for entry in every:
        base = _base(entry, is_unique=references[entry.references.bank] == 1)
        seen[base] += 1
        yield Identified(entry, base, seen[base])


def statement_id(statement: Statement) -> str:
    """Return what a statement is known by: it sorts by its last day.

    The bank's own id is left out, as some banks number each download anew.
    """
    head, opening, closing = statement.head, statement.opening, statement.closing
    days = [e.booked_on for e in statement.entries if e.booked_on]
    last = (closing.day if closing else None) or head.last_day or max(days, default=None)
    parts = [
        head.number,
        head.sequence,
        head.page,
        str(opening and (opening.amount_minor, opening.day)),
        str(closing and (closing.amount_minor, closing.day)),
        *(f"{one.base}/{one.ordinal}" for one in identified(statement.entries)),
    ]
    return f"{last.strftime('%Y%m%d') if last else '00000000'}-{_tag(*parts)}"


def _base(entry: Entry, *, is_unique: bool) -> str:
    days = (str(entry.booked_on), str(entry.value_on))
    amount = (str(entry.amount_minor), entry.currency)
    references = entry.references
    if is_unique and _is_telling(references.bank):
        return _tag("reference", references.bank, str(entry.booked_on), *amount)
    party = entry.counterparty
    return _tag(
        "equal",
        *days,
        *amount,
        references.bank,
        references.end_to_end_id,
        references.mandate_id,
        references.creditor_reference,
        references.customer,
        references.transaction_id,
        party.iban or party.account,
        party.name,
        " ".join(entry.remittance.split()),
        entry.return_reason,
    )


def _is_telling(reference: str) -> bool:
    """Tell whether a bank's reference can be one of a kind: constants are short, or words."""
    return len(reference) >= _REFERENCE_CHARACTERS_MIN and any(one.isdigit() for one in reference)


def _tag(*parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace"))
    return digest.hexdigest()[:_TAG_CHARACTERS]


def booked(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries that count."""
    return [entry for entry in entries if entry.status == "booked"]
