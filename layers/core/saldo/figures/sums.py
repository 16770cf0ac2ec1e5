"""What a transaction adds to the sheets. Pure, but for reading the sheets that it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from saldo.figures.model import MONTH, OPEN, Counted, Sheet, SheetId, sheet_key
from saldo.figures.subjects import Update, merged, values_of
from saldo.store import Put, Store


class Sums:
    """Sums what is to be added, by sheet."""

    def __init__(self) -> None:
        self.by_sheet: dict[SheetId, Counter[str]] = {}

    def change(self, old: Counted | None, new: Counted, open_: dict[str, int]) -> None:
        """Take off what a subject added before and add what it adds now.

        `open_` is what is open on its account, by currency and due date, and changes with it.
        """
        if old is not None:
            self._add(old, -1, open_)
        self._add(new, 1, open_)

    def _add(self, one: Counted, sign: int, open_: dict[str, int]) -> None:
        for sheet, name, amount in _addresses(one):
            self.by_sheet.setdefault(sheet, Counter())[name] += sign * amount
        for address, amount in one.values.items():
            kind, day, name = address.split("/", 2)
            if kind == "o" and name == "minor":
                key = f"{one.currency}/{day}"
                open_[key] = open_.get(key, 0) + sign * amount


def _addresses(one: Counted) -> Iterator[tuple[SheetId, str, int]]:
    """Yield the sheets that a subject adds to: each with the sum's name in it and the amount."""
    for address, amount in one.values.items():
        kind, day, name = address.split("/", 2)
        month, number = day[:7], day[8:]
        if kind == "o":
            place = (one.creditor, OPEN, month, one.currency, one.place)
            yield place, f"{number}.{name}", amount
        else:
            yield (one.creditor, month, MONTH, one.currency, one.place), name, amount
            yield (one.creditor, month, number, one.currency, one.place), name, amount


def counted_with(old: Counted | None, new: Update, place: str, *, again: bool) -> Counted:
    """Return what a subject adds after an update.

    What is not open any more stays at the place where it was counted; what is, is at its account's.
    """
    begun = old or Counted(new.creditor, new.account, new.subject, new.currency, place, {})
    is_newer = new.version > begun.seen or (again and new.version >= begun.seen > 0)
    if new.values is not None:
        if not is_newer:
            return begun
        return replace(begun, values=new.values, seen=new.version, currency=new.currency)
    facts = merged(begun.facts, new, is_newer=is_newer)
    values = values_of(facts)
    is_open = any(address.startswith("o/") for address in values)
    currency = new.currency if is_newer or old is None else begun.currency
    return replace(
        begun,
        facts=facts,
        values=values,
        seen=max(begun.seen, new.version),
        place=place if is_open else begun.place,
        currency=currency,
    )


def sheet_writes(store: Store, sums: Sums) -> list[Put]:
    """Return the sheets with what is added to them; those that nothing changes are left out."""
    changed = {key: added for key, found in sums.by_sheet.items() if (added := not_nothing(found))}
    there = store.get_many(Sheet, [sheet_key(one) for one in changed])
    return [_changed(one, there.get(sheet_key(one)), added) for one, added in changed.items()]


def _changed(key: SheetId, old: Sheet | None, added: Mapping[str, int]) -> Put:
    begun = old or Sheet(*key, {})
    sums = Counter(begun.values)
    for name, amount in added.items():
        sums[name] += amount
    new = replace(begun, values=not_nothing(sums), version=begun.version + 1)
    return Put(new, expect=begun.version)


def not_nothing(sums: Mapping[str, int]) -> dict[str, int]:
    """Return the sums that did not come to nothing."""
    return {name: amount for name, amount in sums.items() if amount}
