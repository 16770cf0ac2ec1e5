"""What the screen Today shows: a page of the list, how long it is, and the day so far.

A page costs one query per list that somebody works off, one for the counts, one for who covers
whom, and two for the week; a few read units more where the user sees some branches alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.clock import local_day
from saldo.money import Money
from saldo.people.model import User
from saldo.people.rights import branches_of, grant_of, sees_branch
from saldo.reminders.why_words import WhyWords
from saldo.worklist.absences import Absence
from saldo.worklist.effort import Effort
from saldo.worklist.model import KINDS, NOBODY, WorkItem
from saldo.worklist.pages import Tally

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.screens import ENTRIES
    from functions.console.shown_steps import next_steps
    from functions.console.stored import told_as
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from screens import ENTRIES
    from shown_steps import next_steps
    from stored import told_as

PAGE: Final = 50
MINE, OPEN, ALL = "mine", "open", "all"
"""Whose list: the user's with those they cover, what nobody looks after, or everybody's."""

_ELSEWHERE: Final[Mapping[str, str]] = {
    "go-through-entries": "bank",
    "decide-refund": "bank",
    "bring-statement": "statements",
    "read": "inbox",
    "compare-books": "settings",
    "look-at-import": "settings",
    "look-at-connection": "settings",
    "look-at-sending": "settings",
    "release-first-run": "settings",
    "approve": "approvals",
}
"""Screens on which a next step is done that is not done on the account's."""

_PAGES: Final[Mapping[str, str]] = {
    "settle-dispute": "disputes/one",
    "decide-plan": "plans/one",
}
"""Pages about one thing of an account, whose id ends the item's."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TONES: Final[Mapping[str, str]] = {
    "sending-stopped": "late",
    "promise-broken": "late",
    "connection": "late",
    "statement-missing": "late",
    "over-limit": "late",
    "credit-decision": "info",
    "insolvency": "late",
    "worsening": "calm",
    "question": "info",
    "mail": "info",
    "call": "info",
    "plan-proposed": "info",
    "money-unmatched": "calm",
    "dispute": "calm",
    "first-run": "calm",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An item as a line of the list.

    `why` is a sentence, `where` the address of its next step (None where no screen has it),
    `outcomes` those that it may be closed with. `best` is the account's next best step in a few
    words, "" where none is known.
    """

    item: WorkItem
    why: str
    tone: str
    days: int
    where: str | None
    of_colleague: str
    outcomes: tuple[str, ...]
    best: str = ""

    @property
    def stake(self) -> tuple[Money, ...]:
        return self.item.cause.stake


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure of the day or week, beside its target (0: none)."""

    name: str
    done: int
    target: int


@dataclass(frozen=True, slots=True)
class Today:
    """The whole screen."""

    rows: tuple[Row, ...]
    cursor: str | None
    whose: str
    kind: str
    is_later: bool
    counts: tuple[tuple[str, int], ...]
    total: int
    later: int
    nobodys: int
    covered: tuple[Absence, ...]
    goals: tuple[Goal, ...]
    promised: tuple[Money, ...]
    promised_target: Money | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team: their list, their day and week, and who covers them."""

    email: str
    name: str
    tally: Tally
    effort: Effort
    absence: Absence | None


def today_shown(visit: Visit) -> Today:
    """Return what the screen shows; raises WorkCursorNotValid."""
    services, creditor = visit.services, visit.creditor
    whose = visit.query("whose")
    whose = whose if whose in (OPEN, ALL) else MINE
    kind = visit.query("kind")
    kind = kind if kind in KINDS else ""
    is_later = bool(visit.query("later"))
    tallies = tallies_of(visit)
    holders = _holders(visit, whose, tallies)
    page = services.work_list.page(
        creditor.id,
        holders,
        kind=kind or None,
        later=is_later,
        limit=PAGE,
        cursor=visit.query("cursor", 1000) or None,
    )
    counts: dict[str, int] = {}
    for one in (tallies[h] for h in holders if h in tallies):
        for name, count in one.now.items():
            counts[name] = counts.get(name, 0) + count
    nobody = tallies.get(NOBODY)
    effort = services.efforts.of(creditor.id, visit.by, visit.today)
    items = _in_scope(visit, page.items)
    best = next_steps(visit, (one.account for one in items))
    return Today(
        tuple(_row(visit, one, best.get(one.account, "")) for one in items),
        page.cursor,
        whose,
        kind,
        is_later,
        tuple((name, counts[name]) for name in KINDS if counts.get(name)),
        sum(counts.values()),
        sum(tallies[h].later for h in holders if h in tallies),
        nobody.total if nobody else 0,
        tuple(
            one
            for one in services.absences.of(creditor.id, visit.today)
            if visit.by in (one.cover, one.collector) and one.holds(visit.today)
        ),
        _goals(effort),
        tuple(Money(minor, code) for code, minor in sorted(effort.week.promised.items())),
        effort.target.promised_week,
    )


def _holders(visit: Visit, whose: str, tallies: Mapping[str, Tally]) -> tuple[str, ...]:
    if whose == OPEN:
        return (NOBODY,)
    if whose == ALL and visit.may("collect:manage"):
        return tuple(sorted(tallies)) or (NOBODY,)
    return visit.services.absences.lists_of(visit.creditor.id, visit.by, visit.today)


def tallies_of(visit: Visit) -> dict[str, Tally]:
    """Return how much stands on whose list, of what the user may see; one query."""
    grant = grant_of(visit.user, visit.creditor.id)
    branches = grant.branches or None if grant is not None else ()
    return visit.services.work_list.tallies(visit.creditor.id, branches)


def sees_branches_alone(visit: Visit) -> bool:
    """Tell whether a user sees accounts of some branches alone, and nothing of all of them."""
    grant = grant_of(visit.user, visit.creditor.id)
    return grant is None or bool(grant.branches)


def _in_scope(visit: Visit, items: Iterable[WorkItem]) -> list[WorkItem]:
    """Return the items that the user may see: of their branches, where they have some alone."""
    found = list(items)
    seen = visit.seen_of(one.account for one in found)
    return [one for one in found if one.account in seen]


def _goals(effort: Effort) -> tuple[Goal, ...]:
    target, today, week = effort.target, effort.today, effort.week
    found = (
        Goal("closed_day", today.closed, target.closed_day),
        Goal("calls_day", today.calls, target.calls_day),
        Goal("closed_week", week.closed, target.closed_week),
        Goal("calls_week", week.calls, target.calls_week),
    )
    aimed = tuple(one for one in found if one.target)
    return aimed or tuple(one for one in found[:2] if one.done)


def _row(visit: Visit, item: WorkItem, best: str) -> Row:
    words, cause = visit.t, item.cause
    facts = {name: _fact(visit, value) for name, value in cause.facts.items()}
    known = {**dict.fromkeys(("reason", "contact", "stage"), ""), **facts}
    if step := facts.get("step"):
        known["stage"] = words("job.stage", n=step) if step.isdecimal() else words("job.invoice")
    if reason := known["reason"]:
        key = f"reason.{reason}"
        known["reason"] = words(key) if words.has(key) else told_as(words, reason)
    if missing := facts.get("missing"):
        law = {"missing": missing, "why": known["reason"]}
        known["reason"] = WhyWords(words.language).law(law)
    why = words(words.known(f"job.why.{cause.why}", f"job.kind.{item.kind}"), **known)
    waits = (visit.today - local_day(item.since, visit.creditor.time_zone)).days
    return Row(
        item,
        f"{why} {_exception(visit, item)}".rstrip(),
        "late" if cause.facts.get("overdue") else _TONES.get(item.kind, "quiet"),
        max(0, waits),
        _where(visit, item),
        "" if item.holder in (visit.by, NOBODY) else item.holder,
        outcomes_of(item),
        best,
    )


def _exception(visit: Visit, item: WorkItem) -> str:
    """Return that the overdue invoice is an exception for whoever owes it; "" where none is."""
    paid, as_late = (item.cause.facts.get(f"exception_{name}") for name in ("paid", "as_late"))
    if paid is None:
        return ""
    key = "job.exception" if as_late else "job.exception_first"
    return visit.t(key, paid=paid, as_late=as_late)


def outcomes_of(item: WorkItem) -> tuple[str, ...]:
    """Return what an item may be closed with, the likeliest first."""
    if item.kind in ("call", "worsening"):
        return ("agreed", "no-answer", "done", "not-needed")
    if item.cause.next in ("release-step", "hand-over"):
        return ("released", "not-needed", "passed-on")
    return ("done", "agreed", "no-answer", "not-needed", "passed-on")


def _fact(visit: Visit, value: Any) -> str:
    if isinstance(value, dict):
        return visit.t.amount(value["minor"], value["currency"])
    text = str(value)
    return visit.t.short_date(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def _where(visit: Visit, item: WorkItem) -> str | None:
    """Return the address of the page on which an item's next step is done, None without one."""
    step, about = item.cause.next, item.id.partition("-")[2]
    if item.account != WHOLE_CREDITOR:
        if step in _PAGES:
            return visit.link(_PAGES[step], account=item.account, id=about)
        if step == "answer":
            return visit.link("inbox/conversation", number=item.account)
        if step == "check-message":
            return visit.link("account/message", number=item.account, id=about)
        if step == "call":
            task = item.cause.task or ""
            return visit.link("account", number=item.account, do="call", task=task)
        if step not in _ELSEWHERE:
            return visit.link("account", number=item.account)
    to = _ELSEWHERE.get(step, "")
    right = next((entry.right for entry in ENTRIES if entry.name == to), None)
    return visit.link(to) if right is not None and visit.may(right) else None


def days_offered(visit: Visit) -> tuple[tuple[str, date], ...]:
    """Return the days that an item is most often put off to."""
    monday = visit.today + timedelta(days=7 - visit.today.weekday())
    return (
        ("tomorrow", visit.today + timedelta(days=1)),
        ("in_three_days", visit.today + timedelta(days=3)),
        ("monday", monday),
        ("in_two_weeks", visit.today + timedelta(days=14)),
    )


def colleagues(visit: Visit) -> list[tuple[str, str]]:
    """Return who may do work here, by address, with their names; who is invited is said to be."""
    return named(visit, visit.services.colleagues.of(visit.creditor.id))


def named(visit: Visit, people: Iterable[User]) -> list[tuple[str, str]]:
    """Return people as they are chosen from: address and name."""
    return [
        (one.email, visit.t("today.invited", name=one.name) if one.state == "invited" else one.name)
        for one in people
    ]


def covers(visit: Visit) -> list[tuple[str, str]]:
    """Return who can work off the user's list while they are away: whoever sees what is on it. One
    query, and another where colleagues see some branches alone.
    """
    creditor, own = visit.creditor.id, branches_of(visit.user, visit.creditor.id)
    others = [one for one in visit.services.colleagues.of(creditor) if one.email != visit.by]
    seen = {one.email: set[str | None](branches_of(one, creditor)) for one in others}
    if not any(seen.values()):
        return named(visit, others)
    needed = visit.services.absences.sight_needed(creditor, visit.by, own)
    return named(visit, (one for one in others if not seen[one.email] or needed <= seen[one.email]))


def takers(visit: Visit) -> Callable[[WorkItem], list[tuple[str, str]]]:
    """Return what tells whom an item can be given to: whoever sees its account. One query."""
    people, creditor = visit.services.colleagues.of(visit.creditor.id), visit.creditor.id

    def of(item: WorkItem) -> list[tuple[str, str]]:
        branch = None if item.account == WHOLE_CREDITOR else item.branch
        return named(visit, (one for one in people if sees_branch(one, creditor, branch)))

    return of


def team_shown(
    visit: Visit, names: Mapping[str, str], tallies: Mapping[str, Tally]
) -> tuple[Member, ...]:
    """Return the people of the team, by name: `names` by address, and whoever else has a list."""
    services, creditor = visit.services, visit.creditor
    efforts = {one.person: one for one in services.efforts.team(creditor.id, visit.today)}
    away: dict[str, Absence] = {}
    for one in services.absences.of(creditor.id, visit.today):
        away.setdefault(one.collector, one)
    people = sorted(
        {*names, *efforts, *(h for h in tallies if h != NOBODY)},
        key=lambda email: (str(names.get(email, email)).casefold(), email),
    )
    members = [
        Member(
            email,
            names.get(email, email),
            tallies.get(email) or Tally(email, {}, 0),
            efforts.get(email) or services.efforts.of(creditor.id, email, visit.today),
            away.get(email),
        )
        for email in people
    ]
    return tuple(members)


def kinds_of(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the kinds of work that anybody has now."""
    there = {kind for one in members for kind in one.tally.now}
    return tuple(kind for kind in KINDS if kind in there)
