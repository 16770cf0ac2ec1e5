"""Today: what needs a person, the most urgent first, and what becomes of it; the team beside it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlencode

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.errors import Invalid
from saldo.money import Money, parse_amount
from saldo.worklist.absences import AbsenceUnknown
from saldo.worklist.model import NOBODY, WorkItem
from saldo.worklist.pages import WorkItemUnknown
from saldo.worklist.service import Outcome
from saldo.worklist.workloads import Agreed

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, NotYours, Page, Part, Screen, Shown, Visit
    from functions.console.shown_today import (
        colleagues,
        covers,
        days_offered,
        kinds_of,
        sees_branches_alone,
        takers,
        tallies_of,
        team_shown,
        today_shown,
    )
    from functions.console.shown_workload import reason_shown, workload_shown
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, NotYours, Page, Part, Screen, Shown, Visit
    from shown_today import (
        colleagues,
        covers,
        days_offered,
        kinds_of,
        sees_branches_alone,
        takers,
        tallies_of,
        team_shown,
        today_shown,
    )
    from shown_workload import reason_shown, workload_shown

_KEPT = ("whose", "kind", "later")


class DayMissing(Invalid):
    """A day was not written as one, or not at all."""

    code = "day-missing"


class NoAccountTicked(Invalid):
    """No account was ticked."""

    code = "no-account-ticked"


class NumberMissing(Invalid):
    """A number was not written as one."""

    code = "number-missing"


def show(visit: Visit) -> Shown:
    """Show the list."""
    shown = today_shown(visit)
    values = {
        "d": shown,
        "days": days_offered(visit),
        "people": colleagues(visit),
        "takers": takers(visit),
        "covers": covers(visit),
        "kept": {name: visit.query(name) for name in _KEPT},
        "nobody": NOBODY,
        "by_mail": visit.services.mornings.wants(visit.creditor.id, visit.by),
    }
    return Page("today.html", values)


def more(visit: Visit) -> Shown:
    """Show the next page of the list: the whole page, or by htmx its lines alone."""
    page = show(visit)
    assert isinstance(page, Page), "the list is a page"
    return Page("today_rows.html", page.values, fragment=True) if visit.is_fragment else page


def team(visit: Visit) -> Shown:
    """Show whose list is how long, and what everybody did."""
    people, tallies = colleagues(visit), tallies_of(visit)
    members = team_shown(visit, dict(people), tallies)
    values = {
        "members": members,
        "kinds": kinds_of(members),
        "nobodys": tallies.get(NOBODY),
        "people": people,
    }
    return Page("today_team.html", values)


def load(visit: Visit) -> Shown:
    """Show how much waits for whom, and which accounts could go to colleagues with room."""
    values = {"w": workload_shown(visit), "reason": partial(reason_shown, visit)}
    return Page("today_load.html", values)


def balance(visit: Visit) -> Shown:
    """Move the accounts that somebody agreed to; what is not proposed any more is left."""
    shown = workload_shown(visit)
    chosen = {*visit.fields.many("account")}
    moves = [
        Agreed(one.account, one.giver, one.taker)
        for one in (shown.balance.moves if shown.balance else ())
        if one.account in chosen
    ]
    if not moves:
        raise NoAccountTicked("Tick the accounts that are to move.")
    done = visit.services.workloads.apply(visit.creditor.id, moves, visit.by)
    is_whole = len(moves) == len(chosen) and not any(one.problem for one in done)
    return Back("today/load", "balance_done" if is_whole else "balance_in_part")


def morning(visit: Visit) -> Shown:
    """Send the user their own list each morning, or no more."""
    wanted = visit.form("on") == "yes"
    visit.services.mornings.set(visit.creditor.id, visit.by, on=wanted, by=visit.by)
    return Back("today", "morning_on" if wanted else "morning_off")


def _item(visit: Visit) -> WorkItem:
    """Return the item that a form is about; raise where it is not the user's to see."""
    account = visit.form("account")
    if account != WHOLE_CREDITOR:
        visit.account(account)
    elif sees_branches_alone(visit):
        raise WorkItemUnknown("There is no such work.")
    return visit.services.work_list.get(visit.creditor.id, account, visit.form("item"))


def _here(visit: Visit) -> str:
    kept = {name: visit.form(name) for name in _KEPT if visit.form(name)}
    return f"today?{urlencode(kept)}" if kept else "today"


def done(visit: Visit) -> Shown:
    """Close an item with what came of it."""
    item = _item(visit)
    outcome = visit.form("outcome")
    visit.services.work_list.done(
        visit.creditor,
        item.account,
        item.id,
        visit.by,
        cast("Outcome", outcome if outcome in get_args(Outcome) else ""),
        visit.form("text", 1000),
    )
    return Back(_here(visit), "work_done")


def snooze(visit: Visit) -> Shown:
    """Put an item off until a day, or fetch it back."""
    item = _item(visit)
    until = None if visit.form("fetch") else _day(visit.form("day") or visit.form("until"))
    visit.services.work_list.snooze(
        visit.creditor, item.account, item.id, visit.by, until, visit.form("reason", 1000)
    )
    return Back(_here(visit), "work_snoozed" if until else "work_back")


def assign(visit: Visit) -> Shown:
    """Give an item to a person: what is one's own or nobody's, or anything by who manages."""
    item = _item(visit)
    mine = visit.services.absences.lists_of(visit.creditor.id, visit.by, visit.today)
    if item.holder not in (*mine, NOBODY) and not visit.may("collect:manage"):
        raise NotYours("Only who manages the team gives a colleague's work away.")
    to = visit.by if visit.form("take") else visit.form("to") or None
    visit.services.work_list.assign(visit.creditor.id, item.account, item.id, visit.by, to)
    return Back(_here(visit), "work_taken" if to == visit.by else "work_given")


def hand_over(visit: Visit) -> Shown:
    """Hand a whole list over for some days: one's own, or anybody's by who manages."""
    collector = visit.form("collector") or visit.by
    if collector != visit.by:
        visit.require("collect:manage")
    last = visit.form("last")
    visit.services.absences.hand_over(
        visit.creditor,
        collector,
        visit.form("cover"),
        _day(visit.form("first")),
        _day(last) if last else None,
        visit.by,
    )
    return Back("today/team" if visit.form("from_team") else "today", "handed_over")


def give_back(visit: Visit) -> Shown:
    """End an absence before its time."""
    id_ = visit.form("absence")
    today = visit.services.absences.of(visit.creditor.id, visit.today)
    found = next((one for one in today if one.id == id_), None)
    if found is None:
        raise AbsenceUnknown("There is no such absence.")
    if visit.by not in (found.collector, found.cover):
        visit.require("collect:manage")
    visit.services.absences.end(visit.creditor.id, id_, visit.by)
    return Back("today/team" if visit.form("from_team") else "today", "given_back")


def target(visit: Visit) -> Shown:
    """Keep what a person sets out to do."""
    currency = visit.form("currency") or "EUR"
    amount = visit.amount("promised_week", currency)
    visit.services.efforts.set_target(
        visit.creditor.id,
        visit.form("person"),
        visit.by,
        closed_day=_number(visit, "closed_day"),
        calls_day=_number(visit, "calls_day"),
        closed_week=_number(visit, "closed_week"),
        calls_week=_number(visit, "calls_week"),
        promised_week=Money(parse_amount(amount, currency), currency) if amount else None,
    )
    return Back("today/team", "target_kept")


def _number(visit: Visit, name: str) -> int:
    text = visit.form(name, 6) or "0"
    if not (text.isascii() and text.isdecimal()):
        raise NumberMissing("Write a whole number.").at(f"/{name}")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DayMissing("Choose a day.") from None


SCREEN = Screen(
    "today",
    "collect:write",
    show,
    parts={
        "more": Part("collect:write", more),
        "team": Part("collect:manage", team),
        "load": Part("collect:write", load),
    },
    acts={
        "done": Act("collect:write", done),
        "snooze": Act("collect:write", snooze),
        "assign": Act("collect:write", assign),
        "hand-over": Act("collect:write", hand_over),
        "give-back": Act("collect:write", give_back),
        "target": Act("collect:manage", target),
        "balance": Act("collect:manage", balance),
        "morning": Act("collect:write", morning),
    },
)
