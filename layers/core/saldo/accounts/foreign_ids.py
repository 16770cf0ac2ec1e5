"""What another system calls our records: its own identifiers beside the numbers we go by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from saldo.errors import Unavailable
from saldo.store import TRANSACTION_ITEMS_MAX, CommitConflict, Put, Store

ForeignKind = Literal["erp-contact", "erp-debtor", "erp-invoice", "erp-number"]
"""erp-contact: a contact, of the accounts in `numbers`, with its `fields`; erp-debtor and
erp-invoice: an identifier, of the account or invoice in `numbers`; erp-number: an invoice's number,
whose identifier stands in `numbers`."""

_ATTEMPTS_MAX: Final = 6


class ForeignIdBusy(Unavailable):
    """The identifier is being changed by others at the same time; a repeat will do."""

    code = "foreign-id-busy"


@dataclass(frozen=True, slots=True)
class ForeignId:
    """An identifier of another system, and what it stands for here."""

    creditor: str
    kind: ForeignKind
    value: str
    numbers: tuple[str, ...]
    updated_at: datetime
    fields: dict[str, str] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.kind, self.value)


def found(store: Store, creditor: str, kind: ForeignKind, value: str) -> ForeignId | None:
    """Return what an identifier stands for, None where nobody told."""
    return store.get(ForeignId, creditor, kind, value)


def numbers_of(
    store: Store, creditor: str, kind: ForeignKind, values: Iterable[str]
) -> dict[str, str]:
    """Return the (first) number of each identifier that is known."""
    keys = [(creditor, kind, value) for value in dict.fromkeys(values)]
    known = store.get_many(ForeignId, keys)
    return {key[2]: one.numbers[0] for key, one in known.items() if one.numbers}


def keep(
    store: Store,
    now: datetime,
    place: tuple[str, ForeignKind, str],
    change: Callable[[ForeignId], ForeignId],
) -> ForeignId:
    """Change what an identifier stands for, and return it; the same again writes nothing.

    `place` is creditor, kind and identifier. Raises ForeignIdBusy.
    """
    for _ in range(_ATTEMPTS_MAX):
        old = store.get(ForeignId, *place)
        base = old or ForeignId(*place, (), now)
        new = change(base)
        if old is not None and (new.numbers, new.fields) == (old.numbers, old.fields):
            return old
        new = replace(new, updated_at=now, version=base.version + 1)
        try:
            store.commit([Put(new, expect=base.version)])
        except CommitConflict:
            continue
        return new
    raise ForeignIdBusy("The record is just being changed; try again.")


def point(store: Store, now: datetime, places: Mapping[tuple[str, ForeignKind, str], str]) -> None:
    """Let identifiers stand for one number each, whatever they stood for; what is so already is
    not written. `places` maps creditor, kind and identifier to the number.
    """
    known = store.get_many(ForeignId, places)
    records = [
        ForeignId(*place, (number,), now, version=1)
        for place, number in places.items()
        if place not in known or known[place].numbers != (number,)
    ]
    for start in range(0, len(records), TRANSACTION_ITEMS_MAX):
        chunk = records[start : start + TRANSACTION_ITEMS_MAX]
        store.commit([Put(one, expect=None) for one in chunk])
