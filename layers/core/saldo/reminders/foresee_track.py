"""An account's way through the days of a simulation: what happens, and who pays when. Pure."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from saldo.clock import iso_instant
from saldo.invoices.model import OpenItem
from saldo.reminders.channels.route import OptedOut
from saldo.reminders.foresee_day import Room, Situation, live
from saldo.reminders.foresee_model import Happening
from saldo.reminders.holds import AccountFacts
from saldo.reminders.hours import opens_at
from saldo.reminders.policy import Policy
from saldo.risk.behaviour import Pattern, days_drawn

CONTESTED: Final = frozenset({"dispute", "hardship", "insolvency", "legal-case"})
"""Holds under which no cash is expected: nobody knows whether and when it comes."""

Ways = Mapping[str, date]
"""The days on which invoices are paid, by number; one that is not here is not paid."""


def is_contested(facts: AccountFacts, item: OpenItem, day: date) -> bool:
    """Tell whether an item stands in dispute as a whole, in hardship or with somebody else."""
    return any(
        hold.kind in CONTESTED and hold.held_minor is None and hold.holds(item.number, day)
        for hold in facts.holds
    )


def payments_drawn(
    situation: Situation, pattern: Pattern, today: date, key: str, draw: int
) -> dict[str, date]:
    """Return when each open item is paid in a draw, tomorrow at the earliest.

    The draw of an invoice depends on `key` and its own names alone: it is the same under every
    policy, whatever other invoices there are. Contested items are not paid.
    """
    found: dict[str, date] = {}
    facts = situation.facts
    for item in facts.items:
        if is_contested(facts, item, today):
            continue
        seed = f"{key}/{draw}/{facts.account.number}/{item.number}"
        chance = Random(seed).random()
        days = days_drawn(pattern, (today - item.due_on).days, chance)
        found[item.number] = item.due_on + timedelta(days=days)
    return found


@dataclass(frozen=True, slots=True)
class Assumed:
    """What every track of a policy shares. `last` is the last day that is lived."""

    policy_of: Callable[[AccountFacts, date], Policy]
    opted_out: OptedOut
    last: date
    effect: float


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a track stood before one of its days."""

    day: date
    situation: Situation
    happened: int


class Track:
    """One account under one policy in one draw."""

    def __init__(self, assumed: Assumed, situation: Situation, today: date, pays: Ways) -> None:
        self.situation, self._assumed = situation, assumed
        self.pays = dict(pays)
        self.happened: list[Happening] = []
        self.paid: list[tuple[date, str]] = []
        self._look_on: date | None = today
        self._steps: list[_Step] = []

    def fork(self, pays: Ways) -> Track:
        """Return this track with payments: until the first of them it goes the same way."""
        first = min(pays.values(), default=None)
        behind = [s for s in self._steps if first is not None and s.day >= first]
        other = Track(self._assumed, self.situation, self._assumed.last, pays)
        other._look_on, other.happened = None, list(self.happened)
        if behind:
            other.situation, other._look_on = behind[0].situation, behind[0].day
            del other.happened[behind[0].happened :]
        return other

    @property
    def next_day(self) -> date | None:
        """The next day on which something is looked at or paid; None when nothing is ahead."""
        days = [day for day in (self._look_on, *self.pays.values()) if day]
        if not self.situation.facts.items or not days:
            return None
        day = min(days)
        return day if day <= self._assumed.last else None

    def go(self, day: date, room: Room) -> None:
        """Live `next_day`: first it is paid, then reminded."""
        self._steps.append(_Step(day, self.situation, len(self.happened)))
        paid = [number for number, on in self.pays.items() if on <= day]
        for number in paid:
            del self.pays[number]
        if paid:
            self.situation = self.situation.without(paid)
            self.paid += [(day, number) for number in paid]
        self._look_on = None
        if not self.situation.facts.items:
            return
        policy = self._assumed.policy_of(self.situation.facts, day)
        lived = live(self.situation, policy, day, room, self._assumed.opted_out)
        self.situation, self._look_on = lived.situation, lived.look_on
        for one in lived.happened:
            self._note(one)

    def order_on(self, day: date) -> str:
        """Return what tracks are ordered by on a day: who may hear first, then the number."""
        facts = self.situation.facts
        at = opens_at(day, facts.account, self._assumed.policy_of(facts, day))
        return f"{iso_instant(at)}#{facts.account.number}"

    def run(self) -> None:
        """Live every day."""
        while (day := self.next_day) is not None:
            self.go(day, _always)

    def _note(self, one: Happening) -> None:
        if one.what == "tasks" and any(
            (other.what, other.invoices, other.step) == ("tasks", one.invoices, one.step)
            for other in self.happened
        ):
            return  # a person is asked once, however often the step is planned
        self.happened.append(one)
        if one.is_reminder and self._assumed.effect:
            self._hurry(one)

    def _hurry(self, reminder: Happening) -> None:
        for number in reminder.invoices:
            if (on := self.pays.get(number)) is not None:
                left = math.ceil((on - reminder.day).days * (1 - self._assumed.effect))
                self.pays[number] = reminder.day + timedelta(days=max(1, left))


def together(tracks: Sequence[Track], most_per_day: int) -> None:
    """Live every day of all tracks side by side, with so many messages a day at most.

    As in a run, who is due first goes first.
    """
    left: dict[date, int] = {}

    def room(day: date) -> bool:
        left[day] = left.get(day, most_per_day) - 1
        return left[day] >= 0

    heap = [_place(track, number) for number, track in enumerate(tracks)]
    waiting = [place for place in heap if place is not None]
    heapq.heapify(waiting)
    while waiting:
        day, _, number = heapq.heappop(waiting)
        tracks[number].go(day, room)
        if (place := _place(tracks[number], number)) is not None:
            heapq.heappush(waiting, place)


def _place(track: Track, number: int) -> tuple[date, str, int] | None:
    day = track.next_day
    return None if day is None else (day, track.order_on(day), number)


def _always(day: date) -> bool:
    del day
    return True
