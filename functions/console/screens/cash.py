"""The money to come: the forecast, what a change would do to it, and how good it was so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from saldo.accounts.service import AccountUnknown
from saldo.cash.exports import csv_of
from saldo.cash.scenario import KINDS, Scenario, scenario
from saldo.cash.view import STEPS, CashNotValid
from saldo.edge.http import status_of
from saldo.edge.v1.cash import tracks
from saldo.figures.model import DIMENSIONS

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import File, Page, Part, Screen, Shown, Visit
    from functions.console.shown_cash import (
        LEADS,
        asked_by,
        choices,
        measured,
        shown,
        shown_scenario,
        shown_track,
    )
else:  # in Lambda this folder is the root of the code
    from screen import File, Page, Part, Screen, Shown, Visit
    from shown_cash import LEADS, asked_by, choices, measured, shown, shown_scenario, shown_track

_WEEKS: Final = 26
_NUMBER_MAX: Final = 8
_FIELDS: Final = ("change", "days", "percent", "share", "account")


def show(visit: Visit) -> Shown:
    """Show what is expected."""
    wanted = asked_by(visit)
    made = visit.services.cash_forecasts.show(visit.creditor, wanted)
    return Page(
        "cash.html",
        {
            "made": made,
            "parts": [shown(visit, one, wanted.step) for one in made.currencies],
            "asked": wanted,
            "steps": STEPS,
            "choices": choices(visit),
            "query": _query(visit),
        },
    )


def _query(visit: Visit) -> str:
    """Return what is chosen, for the link to the same as a file."""
    names = ("step", *DIMENSIONS)
    return urlencode([(name, one) for name in names for one in visit.queries(name)])


def csv(visit: Visit) -> Shown:
    """Give the forecast as a CSV file."""
    made = visit.services.cash_forecasts.show(visit.creditor, asked_by(visit))
    day = made.day.isoformat() if made.day else "none"
    return File(f"cash-{day}.csv", "text/csv; charset=utf-8; header=present", csv_of(made))


def try_(visit: Visit) -> Shown:
    """Show what a change would do; without one, the form."""
    wanted = asked_by(visit)
    tried = made = refused = None
    try:
        tried = _scenario(visit)
        if tried is not None:
            if tried.account:
                visit.account(tried.account)
            made = visit.services.cash_scenarios.try_(visit.creditor, tried, wanted)
    except (CashNotValid, AccountUnknown) as refusal:
        refused = refusal
    return Page(
        "cash_scenario.html",
        {
            "refused": refused.code if refused else "",
            "typed_in": {name: visit.query(name) for name in _FIELDS},
            "made": made,
            "measured": measured(visit),
            "parts": [shown_scenario(visit, one) for one in made.currencies] if made else [],
            "asked": wanted,
            "changes": KINDS,
            "choices": choices(visit),
        },
        status_of(refused) if refused else 200,
    )


def _scenario(visit: Visit) -> Scenario | None:
    """Return the change that the address asks for, None for none; raise CashNotValid."""
    change = visit.query("change")
    if not change:
        return None
    days = _number(visit, "days")
    return scenario(
        change,
        days=None if days is None else round(days),
        percent=_number(visit, "percent"),
        share_percent=_number(visit, "share"),
        account=visit.query("account") if change.startswith("customer") else "",
    )


def _number(visit: Visit, name: str) -> float | None:
    text = visit.query(name, _NUMBER_MAX).replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        raise CashNotValid(f"{text!r} is no number.").at(f"/{name}") from None
    if not -10_000 < found < 10_000:
        raise CashNotValid(f"{text!r} is out of bounds.").at(f"/{name}")
    return found


def track(visit: Visit) -> Shown:
    """Show what was forecast then, against what came: of the whole creditor, as it was kept."""
    chosen = visit.query("lead", 2)
    lead = int(chosen) if chosen.isdecimal() and int(chosen) in LEADS else LEADS[0]
    sees_all = visit.sees_all
    found = tracks(visit.ordered, _WEEKS, lead) if sees_all else []
    return Page(
        "cash_track.html",
        {
            "parts": [shown_track(visit, one) for one in found if one.weeks],
            "lead": lead,
            "leads": LEADS,
            "sees_all": sees_all,
        },
    )


SCREEN: Final = Screen(
    "cash",
    "reports:read",
    show,
    parts={
        "csv": Part("reports:read", csv),
        "scenario": Part("reports:read", try_),
        "track": Part("reports:read", track),
    },
)
