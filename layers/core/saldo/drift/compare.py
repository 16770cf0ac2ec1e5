"""Compares the ERP's open items with ours. Pure.

Every difference is explained by one reason (two, where both account and amount differ), and the
reasons account for what the totals are off by, to the cent.

What Saldo charged besides an invoice (fees, interest) may stand in the ERP or not: either way of
counting is taken as agreed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from saldo.drift.model import (
    Difference,
    DifferenceKind,
    Drift,
    DriftItemTwice,
    Lists,
    OurItem,
    Side,
    TheirItem,
    Total,
)


def compare(theirs: Iterable[TheirItem], ours: Iterable[OurItem], lists: Lists = "open") -> Drift:
    """Return what differs between the ERP's open items and ours.

    `ours` holds every item that is open here, and what is closed here of those that the ERP names.
    An item that the ERP names in parts of one account and currency is their sum. Raises
    DriftItemTwice.
    """
    there = joined(theirs)
    here = {one.number: one for one in ours}
    found: list[Difference] = []
    sums_there: Counter[tuple[str, str]] = Counter()
    sums_here: Counter[tuple[str, str]] = Counter()
    agreed = 0
    for number in sorted({*there, *here}):
        differences, counted = _judge(there.get(number), here.get(number), lists)
        found += differences
        agreed += not differences
        if number in there:
            theirs_one = there[number]
            sums_there[theirs_one.account, theirs_one.currency] += theirs_one.open_minor
        if number in here:
            sums_here[here[number].account, here[number].currency] += counted
    totals = tuple(
        Total(*place, sums_there[place], sums_here[place])
        for place in sorted({*sums_there, *sums_here})
    )
    return Drift(tuple(found), totals, agreed)


def joined(theirs: Iterable[TheirItem]) -> Mapping[str, TheirItem]:
    """Return the ERP's items by number, parts of one added up; raise DriftItemTwice."""
    there: dict[str, TheirItem] = {}
    for index, one in enumerate(theirs):
        known = there.get(one.number)
        if known is None:
            there[one.number] = one
        elif (known.account, known.currency) == (one.account, one.currency):
            there[one.number] = replace(known, open_minor=known.open_minor + one.open_minor)
        else:
            raise DriftItemTwice(
                f"{one.number!r} stands there for account {known.account!r} in {known.currency} "
                f"and for account {one.account!r} in {one.currency}."
            ).at(f"/items/{index}")
    return there


def _judge(
    there: TheirItem | None, here: OurItem | None, lists: Lists
) -> tuple[Sequence[Difference], int]:
    """Return what differs, and what of our item is set against theirs, in minor units."""
    if here is None:
        assert there is not None, "one of the two sides has it"
        if there.open_minor == 0:
            return (), 0
        return [_difference("unknown-here", there, None, 0)], 0
    if there is None:
        return _missing_there(here, lists)
    if there.currency != here.currency:
        if there.open_minor == here.open_minor == 0:
            return (), 0
        return [_difference("currency", there, here, here.open_minor)], here.open_minor
    basis, kind, flights = _amounts(there, here)
    found: list[Difference] = []
    if there.account != here.account and (there.open_minor or basis):
        # The account is told with their amount on both sides, the amount then on one account.
        moved = replace(there, account=here.account)
        ours = Side(here.account, here.currency, there.open_minor)
        found.append(replace(_difference("account", there, here, basis), ours=ours))
        there = moved
    if kind is not None:
        found.append(_difference(kind, there, here, basis, flights))
    return found, basis


def _missing_there(here: OurItem, lists: Lists) -> tuple[Sequence[Difference], int]:
    if here.open_minor == 0:
        return (), 0
    nothing = TheirItem(here.number, here.account, here.currency, 0)
    basis, kind, flights = _amounts(nothing, here)
    if kind is None:
        return (), basis
    if kind != "in-flight" and lists == "all":
        kind = "unknown-there"
    return [_difference(kind, None, here, basis, flights)], basis


def _amounts(there: TheirItem, here: OurItem) -> tuple[int, DifferenceKind | None, tuple[str, ...]]:
    """Return what of ours is set against theirs, why the two differ, and what is in flight."""
    ways = ((here.open_minor, "total_minor"), (here.principal_minor, "principal_minor"))
    for basis, _ in ways:
        if basis == there.open_minor:
            return basis, None, ()
    for basis, part in ways:
        flights = _in_flight(there.open_minor - basis, here, part)
        if flights:
            return basis, "in-flight", flights
    basis = here.open_minor
    if basis == 0:
        return basis, "closed-here", ()
    return basis, "closed-there" if there.open_minor == 0 else "amount", ()


def _in_flight(more_there_minor: int, here: OurItem, part: str) -> tuple[str, ...]:
    """Return what is in flight if it makes the difference to the cent, else nothing.

    The ERP books in order: what it lacks of what was booked here is the latest of it. What is on
    its way it may have booked ahead of us, some or all.
    """
    lacking = sorted((one for one in here.flights if one.way == "here"), key=lambda one: one.at)
    coming = sorted((one for one in here.flights if one.way == "coming"), key=lambda one: one.at)
    for first in range(len(lacking), -1, -1):
        late = lacking[first:]
        for last in range(len(coming) + 1):
            early = coming[:last]
            if not late and not early:
                continue
            made = sum(getattr(one, part) for one in late) - sum(
                getattr(one, part) for one in early
            )
            if made == more_there_minor:
                return tuple(one.reference for one in (*late, *early))
    return ()


def _difference(
    kind: DifferenceKind,
    there: TheirItem | None,
    here: OurItem | None,
    basis: int,
    flights: tuple[str, ...] = (),
) -> Difference:
    one = there or here
    assert one is not None, "one of the two sides has it"
    return Difference(
        kind,
        one.number,
        Side(there.account, there.currency, there.open_minor) if there else None,
        Side(here.account, here.currency, basis) if here else None,
        flights,
    )
