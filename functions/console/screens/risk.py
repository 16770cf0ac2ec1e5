"""All customers by risk: own score beside what others say, what is at stake, what covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.credit_data.score import CLASSES
from saldo.credit_data.sheet import ALL

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from functions.console.shown_risk import PAGE, csv_of, lists_of, rows_of, tiles_of
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from shown_risk import PAGE, csv_of, lists_of, rows_of, tiles_of


def show(visit: Visit) -> Shown:
    """Show a page of a list."""
    section = visit.query("list") or ALL
    rows, cursor = rows_of(visit, section, visit.query("after", 400), PAGE)
    sums = visit.services.credit_data.sums(visit.creditor.id)
    providers = visit.services.credit_providers
    values: dict[str, Any] = {
        "rows": rows,
        "section": section,
        "cursor": cursor,
        "lists": lists_of(sums),
        "classes": [f"class-{one}" for one in CLASSES],
        # How many there are of all tells about accounts that are not in everybody's care.
        "tiles": tiles_of(sums) if visit.sees_all else [],
        "on": sums.on if sums is not None else None,
        "rules": providers.rules(visit.creditor.id),
        "made": providers.budget.made(visit.creditor.id),
    }
    return Page("risk.html", values)


def csv(visit: Visit) -> Shown:
    """Give the list as a CSV file."""
    section = visit.query("list") or ALL
    data = csv_of(visit, section)
    name = f"risk-{section}-{visit.today}.csv"
    return File(name, "text/csv; charset=utf-8; header=present", data)


def rules(visit: Visit) -> Shown:
    """Say whom may be asked, how often, and what follows a notice of insolvency."""
    from saldo.edge.v1 import credit_data

    body: dict[str, Any] = {
        "automatic": visit.form("automatic") == "yes",
        "hold_on_insolvency": visit.form("hold_on_insolvency") == "yes",
        "provider": visit.form("provider"),
    }
    for name in ("requests_month", "refresh_days"):
        text = visit.form(name, 8)
        if text:
            body[name] = int(text) if text.isascii() and text.isdigit() else text
    credit_data.set_rules(visit.ordered, body)
    return Back("risk", "risk-rules")


SCREEN: Final = Screen(
    "risk",
    "accounts:read",
    show,
    parts={"csv": Part("accounts:read", csv)},
    acts={"rules": Act("settings:write", rules)},
)
