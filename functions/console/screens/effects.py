"""What helps: effects that a comparison by lot told, what was only seen, what follows from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from saldo.edge.v1 import policies, steps
from saldo.errors import Invalid
from saldo.reminders.draws import DELAY_DAYS_MAX, REST_MONTHS_MAX, SHARE_PERCENT_MAX
from saldo.steps.said import StepSpeech

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, NotYours, Page, Part, Screen, Shown, Visit
    from functions.console.shown_steps import effect_rows, seen_tables, suggestion_rows
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, NotYours, Page, Part, Screen, Shown, Visit
    from shown_steps import effect_rows, seen_tables, suggestion_rows

_ID_MAX: Final = 200
_REASON_MAX: Final = 1000
_EFFECTS_SHOWN: Final = 50


class NumberNotWhole(Invalid):
    """A number was not written as a whole one."""

    code = "number-not-whole"


def show(visit: Visit) -> Shown:
    """Show effects, correlations, suggestions, and the comparison that runs."""
    return Page(
        "effects.html",
        {
            "effects": effect_rows(visit),
            "seen": seen_tables(visit),
            "suggestions": suggestion_rows(visit),
            "running": visit.creditor.hold_out,
            "most": (SHARE_PERCENT_MAX, DELAY_DAYS_MAX, REST_MONTHS_MAX),
        },
    )


def suggestion(visit: Visit) -> Shown:
    """Show what agreeing to a suggestion would do to the open items."""
    id_ = visit.query("id", _ID_MAX)
    found = visit.services.suggestions.get(visit.creditor.id, id_)
    trial = None
    if found.state == "open":
        trial = policies.trial(visit.services.suggestions.preview(visit.creditor, id_))
    return Page(
        "effects_suggestion.html",
        {
            "found": found,
            "what": StepSpeech(visit.t.language).suggestion(found),
            "trial": trial,
            "effects": _shown(visit, trial) if trial else [],
        },
    )


def _shown(visit: Visit, trial: policies.TrialAnswer) -> list[tuple[str, str, str]]:
    """Return the first invoices that go on differently, of accounts in the user's care: their
    numbers, and the days of the next step so far and then.
    """
    seen = visit.seen_of(one["account"] for one in trial["effects"])
    some = [one for one in trial["effects"] if one["account"] in seen][:_EFFECTS_SHOWN]
    return [(one["invoice"], _day(visit, one["before"]), _day(visit, one["after"])) for one in some]


def _day(visit: Visit, step: policies.StepAnswer | None) -> str:
    return visit.t.short_date(date.fromisoformat(step["on"])) if step else "–"


def accept(visit: Visit) -> Shown:
    """Agree to a suggestion: the policy's next version is in force."""
    steps.decide(visit.ordered, {"id": visit.form("id", _ID_MAX), "decision": "accept"})
    return Back("effects", "suggestion_accepted")


def decline(visit: Visit) -> Shown:
    """Decline a suggestion: by who manages every branch, for it is about all of them."""
    if not visit.sees_all:
        raise NotYours("A suggestion is about every branch, and you see some of them alone.")
    sent = {"id": visit.form("id", _ID_MAX), "decision": "decline"}
    steps.decide(visit.ordered, {**sent, "reason": visit.form("reason", _REASON_MAX)})
    return Back("effects", "suggestion_declined")


def begin(visit: Visit) -> Shown:
    """Begin a comparison by lot."""
    wanted: dict[str, Any] = {
        name: _whole(visit, name) for name in ("share_percent", "delay_days", "rest_months")
    }
    steps.set_hold_out(visit.ordered, wanted)
    return Back("effects", "hold_out_begun")


def end(visit: Visit) -> Shown:
    """End the comparison: what waits goes with the next run."""
    steps.set_hold_out(visit.ordered, {"share_percent": 0})
    return Back("effects", "hold_out_ended")


def _whole(visit: Visit, name: str) -> int:
    text = visit.form(name, 4)
    if not (text.isascii() and text.isdecimal()):
        raise NumberNotWhole("Write a whole number.").at(f"/{name}")
    return int(text)


SCREEN = Screen(
    "effects",
    "reports:read",
    show,
    parts={"suggestion": Part("settings:read", suggestion)},
    acts={
        "accept": Act("settings:write", accept),
        "decline": Act("collect:manage", decline),
        "begin": Act("settings:write", begin),
        "end": Act("settings:write", end),
    },
)
