"""Which accounts could go from whoever has too much work to whoever has room. Pure proposals.

A person agrees before anything moves. A proposal says why it is made, in codes and figures, and
claims no effect: nobody knows here whether a customer pays sooner for another voice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from saldo.money import Money
from saldo.worklist.phases import Phase
from saldo.worklist.workload import Load

MOVES_MAX: Final = 20
OVER_SHARE: Final = 1.25
"""Who has more than this share of the team's middle has too much."""

OVER_ITEMS: Final = 3
"""Nothing is moved for a difference of fewer items than this."""

Stays = Literal["knows-customer", "by-hand", "nobody-fits"]
"""knows-customer: whoever has it spoke or wrote with the customer lately; by-hand: a person said
who looks after it; nobody-fits: no colleague with room may see its branch."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take accounts: `branches` empty sees all, `languages` are known ones.

    Whoever does not collect (who manages, and has no list of their own) takes none, and who does
    not do such work here, or no more (`works`), only gives.
    """

    person: str
    load: Load
    branches: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    collects: bool = True
    works: bool = True

    @property
    def takes(self) -> bool:
        return self.works and self.collects and not self.load.is_away

    def sees(self, branch: str | None) -> bool:
        """Tell whether they may see accounts of a branch."""
        return self.works and (not self.branches or (branch or "") in self.branches)


@dataclass(frozen=True, slots=True)
class Movable:
    """An account on somebody's list, with what waits about it.

    `stays` is why it does not move, None where it may.
    """

    account: str
    name: str
    person: str
    items: int
    phase: Phase
    branch: str | None = None
    language: str = ""
    stake: tuple[Money, ...] = ()
    stays: Stays | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code, and the figures that a sentence about it needs."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Move:
    """An account that could go from one person to another."""

    account: str
    name: str
    giver: str
    taker: str
    items: int
    phase: Phase
    stake: tuple[Money, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What is proposed, and how much stays where it is, by why."""

    moves: tuple[Move, ...]
    stays: dict[Stays, int] = field(default_factory=dict, hash=False)


class _Team:
    """The people while accounts are dealt out in thought: how many days of work each has."""

    def __init__(self, people: Sequence[Colleague]) -> None:
        self.people = {one.person: one for one in people}
        known = [one.load.per_day for one in people if one.load.per_day]
        self._usual = sum(known) / len(known) if known else 1.0
        self.items = Counter({one.person: one.load.items for one in people})

    def pace(self, person: str) -> float:
        return self.people[person].load.per_day or self._usual

    def days(self, person: str, more: int = 0) -> float:
        """Return how many working days of work wait for a person."""
        return (self.items[person] + more) / self.pace(person)

    @property
    def middle(self) -> float:
        """The days of work that each of those who are in would have if all was shared by pace."""
        there = [name for name, one in self.people.items() if one.takes]
        paces = sum(self.pace(name) for name in there)
        return sum(self.items[name] for name in there) / paces if paces else 0.0

    def is_over(self, person: str) -> bool:
        fair = self.middle * self.pace(person)
        over = self.items[person] - fair
        return over >= OVER_ITEMS and self.items[person] > fair * OVER_SHARE


def proposed(people: Sequence[Colleague], accounts: Sequence[Movable]) -> Balance:
    """Return which accounts could move so that everybody has about as many days of work.

    Accounts with the fewest items move first; one whose collector knows the customer stays, and so
    does one that a person placed. A colleague takes what they may see,
    first in a language that is theirs, then in a phase in which they closed most, then whoever has
    most room. What is proposed never makes the taker as loaded as the giver was. Before all that,
    what its collector does not see goes to somebody who does, however loaded: nobody would find it.
    """
    team = _Team(people)
    stays: Counter[Stays] = Counter()
    moves = list(_unseen(team, accounts, stays))
    accounts = [one for one in accounts if _is_seen(team, one)]
    for giver in sorted(team.people, key=lambda name: (-team.days(name), name)):
        if not (team.people[giver].takes and team.is_over(giver)):
            continue  # whoever is away is covered: nothing is moved for a holiday
        own = _in_order(accounts, giver)
        stays.update(one.stays for one in own if one.stays is not None)
        for one in (one for one in own if one.stays is None):
            if len(moves) >= MOVES_MAX or not team.is_over(giver):
                break
            taker = _taker(team, giver, one)
            if taker is None:
                stays["nobody-fits"] += 1
                continue
            moves.append(_move(one, taker, _too_much(team, one, taker)))
            team.items[giver] -= one.items
            team.items[taker.person] += one.items
    return Balance(tuple(moves), dict(stays))


def _is_seen(team: _Team, one: Movable) -> bool:
    return one.person not in team.people or team.people[one.person].sees(one.branch)


def _unseen(team: _Team, accounts: Sequence[Movable], stays: Counter[Stays]) -> Iterator[Move]:
    """Yield moves of what its collector does not see, as many as are proposed at once; whoever is
    away is covered by somebody who does.
    """
    blind = [
        one
        for one in accounts
        if not _is_seen(team, one) and not team.people[one.person].load.is_away
    ]
    for count, one in enumerate(sorted(blind, key=lambda one: (one.person, one.account))):
        fits = [other for other in team.people.values() if other.takes and other.sees(one.branch)]
        taker = min(fits, key=lambda other: _place(team, other, one), default=None)
        if taker is None:
            stays["nobody-fits"] += 1
        elif count < MOVES_MAX:
            works = team.people[one.person].works
            yield _move(one, taker, Reason("unseen" if works else "not-here"))
            team.items[one.person] -= one.items
            team.items[taker.person] += one.items


def _in_order(accounts: Sequence[Movable], giver: str) -> list[Movable]:
    own = [one for one in accounts if one.person == giver]
    return sorted(own, key=lambda one: (one.items, one.account))


def _taker(team: _Team, giver: str, one: Movable) -> Colleague | None:
    fits = [
        other
        for other in team.people.values()
        if other.person != giver
        and other.takes
        and other.sees(one.branch)
        and team.days(other.person, one.items) <= team.middle * OVER_SHARE
        and team.days(other.person, one.items) < team.days(giver)
    ]
    return min(fits, key=lambda other: _place(team, other, one), default=None)


def _place(team: _Team, other: Colleague, one: Movable) -> tuple[bool, int, float, str]:
    return (
        one.language not in other.languages,
        -_closed(other, one.phase),
        team.days(other.person),
        other.person,
    )


def _closed(other: Colleague, phase: str) -> int:
    found = other.load.in_phase(phase)
    return found.closed if found else 0


def _too_much(team: _Team, one: Movable, taker: Colleague) -> Reason:
    return Reason(
        "too-much",
        {
            "days": round(team.days(one.person), 1),
            "middle": round(team.middle, 1),
            "taker_days": round(team.days(taker.person), 1),
        },
    )


def _move(one: Movable, taker: Colleague, why: Reason) -> Move:
    reasons = [why]
    if one.language and one.language in taker.languages:
        reasons.append(Reason("language", {"language": one.language}))
    if closed := _closed(taker, one.phase):
        reasons.append(Reason("phase", {"phase": one.phase, "closed": closed}))
    if one.branch:
        reasons.append(Reason("branch", {"branch": one.branch}))
    return Move(
        one.account,
        one.name,
        one.person,
        taker.person,
        one.items,
        one.phase,
        one.stake,
        tuple(reasons),
    )
