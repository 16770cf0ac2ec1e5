"""Promises to pay that are ahead: who promised what, and by when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from saldo.edge.v1 import collection

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Page, Screen, Shown, Visit
    from functions.console.shown_registers import lines_of, page_of, totals_of
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Page, Screen, Shown, Visit
    from shown_registers import lines_of, page_of, totals_of

SHOWS: Final = ("all", "week", "past")
"""week: by the end of the seven days from today; past: their day is over, money may still be under
way and is waited for."""
_WEEK: Final = timedelta(days=7)


def show(visit: Visit) -> Shown:
    """Show the promises."""
    register = visit.services.registers.promises(visit.creditor.id)
    lines = lines_of(visit, register.items)
    which = visit.query("show") if visit.query("show") in SHOWS else "all"
    sorted_ = {
        "all": lines,
        "week": [one for one in lines if visit.today <= one.fact.on < visit.today + _WEEK],
        "past": [one for one in lines if one.fact.on < visit.today],
    }
    values: dict[str, Any] = {
        "page": page_of(visit, sorted_[which]),
        "totals": totals_of(sorted_[which]),
        "which": which,
        "shows": [(one, len(sorted_[one])) for one in SHOWS],
        "is_cut": register.is_cut,
    }
    return Page("promises.html", values)


def withdraw(visit: Visit) -> Shown:
    """Take a promise back: reminders go on."""
    account = visit.account(visit.form("account"))
    body = {"account": account.number, "id": visit.form("id")}
    found = collection.withdraw_promise(visit.ordered, body)
    is_withdrawn = found["state"] == "withdrawn"
    return Back("promises", "promise-withdrawn" if is_withdrawn else "promise-over")


SCREEN: Final = Screen(
    "promises", "accounts:read", show, acts={"withdraw": Act("collect:write", withdraw)}
)
