"""The workload of a team as it is, proposals to share it out, and carrying out what is agreed.

Reading costs one query per person of as many rows as are on their list (ITEMS_MAX at most), one per
week, and two per account that could move (MOVABLE_MAX at most).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor
from saldo.clock import Clock, local_day
from saldo.errors import Invalid
from saldo.people.colleagues import Colleagues
from saldo.people.model import User
from saldo.people.rights import grant_of, rights_of, rights_once_in
from saldo.store import Store
from saldo.worklist.absences import Absence, Absences
from saldo.worklist.balance import (
    MOVES_MAX,
    Balance,
    Colleague,
    Movable,
    Stays,
    proposed,
)
from saldo.worklist.calls import Call
from saldo.worklist.desk_model import AccountDesk, person
from saldo.worklist.desks import Desks
from saldo.worklist.effort import WorkDay, WorkTarget, week_of
from saldo.worklist.facts import sums
from saldo.worklist.model import NOBODY, SECTION_NOW, WorkItem, WorkPlace
from saldo.worklist.notes import Note
from saldo.worklist.pages import WorkPages
from saldo.worklist.phases import phase_of
from saldo.worklist.workload import WEEKS, Load, Outcome, load_of, with_outcomes

ITEMS_MAX: Final = 500
"""So many items of a list are looked at; of a longer one it is said that there are more."""

MOVABLE_MAX: Final = 60
_KNOWN_DAYS: Final = 90
"""Who spoke with a customer or wrote a note about one within so many days knows them."""

_SPOKEN_READ: Final = 5

Outcomes = Callable[[Creditor], Mapping[str, Outcome]]
"""What the reports say came of each collector's accounts in the last 30 days."""


class MovesNotValid(Invalid):
    """A move names an account once, and two different people."""

    code = "moves-not-valid"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A move that a person agreed to: the account goes from `giver` to `taker`."""

    account: str
    giver: str
    taker: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an agreed move: `problem` is why it was left, "" where it was done."""

    move: Agreed
    problem: str = ""


class Workloads:
    """Reads workloads, proposes to share them out, and moves accounts when somebody agrees."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desks: Desks,
        absences: Absences,
        colleagues: Colleagues,
        outcomes: Outcomes,
    ) -> None:
        self._store, self._clock, self._colleagues = store, clock, colleagues
        self._desks, self._absences, self._outcomes = desks, absences, outcomes
        self._pages = WorkPages(store)

    def loads(self, creditor: Creditor, users: Sequence[User]) -> list[Load]:
        """Return the load of everybody who may collect, has a list or a target, by address."""
        known = {one.email for one in users if "collect:write" in rights_of(one, creditor.id)}
        tallies = self._pages.tallies(creditor.id)
        targets = {one.person: one for one in self._store.list(WorkTarget, creditor.id)}
        people = known | set(tallies) - {NOBODY}
        days = self._days(creditor)
        away = self._away(creditor)
        found = self._outcomes(creditor)
        loads = []
        for who in sorted(people):
            items, more = self._items(creditor.id, who)
            load = load_of(who, items, days.get(who, ()), targets.get(who), self._clock.now())
            later = tallies[who].later if who in tallies else 0
            absence = away.get(who)
            told = replace(
                load,
                later=later,
                more=more,
                is_away=absence is not None,
                away_until=absence.last if absence else None,
            )
            loads.append(with_outcomes(told, found))
        return loads

    def _days(self, creditor: Creditor) -> dict[str, list[WorkDay]]:
        today = local_day(self._clock.now(), creditor.time_zone)
        weeks = [week_of(today - timedelta(weeks=back)) for back in range(WEEKS)]
        found: dict[str, list[WorkDay]] = {}
        for week in weeks:
            for day in self._store.list(WorkDay, creditor.id, week):
                found.setdefault(day.person, []).append(day)
        return found

    def _away(self, creditor: Creditor) -> dict[str, Absence]:
        today = local_day(self._clock.now(), creditor.time_zone)
        return {
            one.collector: one for one in self._absences.of(creditor.id, today) if one.holds(today)
        }

    def _items(self, creditor: str, who: str) -> tuple[list[WorkItem], bool]:
        place = (creditor, who, SECTION_NOW)
        found = self._store.newest(WorkPlace, *place, limit=ITEMS_MAX + 1)
        return [one.item for one in found[:ITEMS_MAX]], len(found) > ITEMS_MAX

    def balance(self, creditor: Creditor, users: Sequence[User], loads: Sequence[Load]) -> Balance:
        """Return which accounts could move; nothing is changed."""
        by_email = {
            one.email: one for one in users if "collect:write" in rights_once_in(one, creditor.id)
        }
        if not by_email:
            return Balance(())  # its work goes through its own systems
        people = [_colleague(creditor.id, load, by_email.get(load.person)) for load in loads]
        accounts: list[Movable] = []
        for one in people:
            accounts += self._movable(creditor.id, one)
        return proposed(people, accounts)

    def _movable(self, creditor: str, colleague: Colleague) -> list[Movable]:
        """Return the accounts on a list that their desk puts there, the shortest first."""
        who = colleague.person
        own: dict[str, list[WorkItem]] = {}
        for item in self._items(creditor, who)[0]:
            by_desk = item.assigned_to is None and item.cause.person is None
            if by_desk and item.account != WHOLE_CREDITOR and item.collector == who:
                own.setdefault(item.account, []).append(item)
        numbers = sorted(own, key=lambda number: (len(own[number]), number))[:MOVABLE_MAX]
        keys = [(creditor, number) for number in numbers]
        desks = self._desks.of_many(creditor, numbers)
        said = self._store.get_many(AccountDesk, keys)
        accounts = self._store.get_many(Account, keys)
        return [
            _as_movable(
                accounts[(creditor, number)],
                desks[number],
                own[number],
                self._stays(creditor, number, who, said.get((creditor, number)))
                if colleague.sees(desks[number].branch)
                else None,
            )
            for number in numbers
            if (creditor, number) in accounts
        ]

    def _stays(
        self, creditor: str, number: str, who: str, said: AccountDesk | None
    ) -> Stays | None:
        if said is not None and said.collector:
            return "by-hand"
        since = self._clock.now() - timedelta(days=_KNOWN_DAYS)
        calls = self._store.newest(Call, creditor, number, limit=_SPOKEN_READ)
        notes = self._store.newest(Note, creditor, number, limit=_SPOKEN_READ)
        spoke: Iterable[Call | Note] = (*calls, *notes)
        known = any(one.by == who and one.at >= since for one in spoke)
        return "knows-customer" if known else None

    def apply(self, creditor: str, moves: Sequence[Agreed], by: str) -> list[Applied]:
        """Move accounts as somebody agreed; one that is not the giver's any more is left.

        Raises MovesNotValid, NotAColleague or DeskNotValid before anything moves, and DeskBusy.
        """
        checked = [Agreed(one.account, _who(one.giver), _who(one.taker)) for one in moves]
        if not 0 < len({one.account for one in checked}) == len(checked) <= MOVES_MAX:
            raise MovesNotValid(f"Name 1 to {MOVES_MAX} accounts, each once.").at("/moves")
        if any(one.giver == one.taker for one in checked):
            raise MovesNotValid("Whoever takes an account is somebody else.").at("/moves")
        desks = self._desks.of_many(creditor, [one.account for one in checked])
        for one in checked:
            branch = desks[one.account].branch or ""
            self._colleagues.require_sight(creditor, one.taker, branch)
        return [self._moved(creditor, one, by) for one in checked]

    def _moved(self, creditor: str, move: Agreed, by: str) -> Applied:
        if self._store.get(Account, creditor, move.account) is None:
            return Applied(move, "account-unknown")
        now = self._desks.of(creditor, move.account)
        if now.collector == move.taker:
            return Applied(move)
        if now.collector != move.giver:
            return Applied(move, "not-theirs")
        said = self._store.get(AccountDesk, creditor, move.account)
        self._desks.put(
            creditor,
            move.account,
            by,
            collector=move.taker,
            sales=said.sales if said else None,
            branch=said.branch if said else None,
        )
        return Applied(move)


def _who(address: str) -> str:
    found = person(address)
    if found is None:
        raise MovesNotValid("Say who gives and who takes.").at("/moves")
    return found


def _colleague(creditor: str, load: Load, user: User | None) -> Colleague:
    """Return a colleague; without `user` of somebody who has a list and does not work here."""
    if user is None:
        return Colleague(load.person, load, works=False)
    grant = grant_of(replace(user, state="active"), creditor)
    assert grant is not None, "who may collect was granted it"
    collects = user.state == "active" and (grant.role == "collector" or load.items > 0)
    return Colleague(load.person, load, grant.branches, (user.language,), collects)


def _as_movable(
    account: Account, desk: AccountDesk, items: Sequence[WorkItem], stays: Stays | None
) -> Movable:
    phases = [phase_of(item.kind) for item in items]
    return Movable(
        account.number,
        account.name,
        desk.collector or "",
        len(items),
        max(phases, key=phases.count),
        desk.branch,
        account.language.partition("-")[0].lower(),
        sums((m.currency, m.minor) for item in items for m in item.cause.stake),
        stays,
    )
