"""Instalment plans: those that wait for an answer, and those that are being kept."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from saldo.collection.model import Plan
from saldo.collection.plans import PlanUnknown
from saldo.creditor_reference import printed_reference
from saldo.edge.v1 import collection
from saldo.invoices.model import Invoice
from saldo.money import Money

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Page, Part, Screen, Shown, Visit
    from functions.console.shown_registers import lines_of, page_of, totals_of
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Page, Part, Screen, Shown, Visit
    from shown_registers import lines_of, page_of, totals_of

SHOWS: Final = ("proposed", "active")


def show(visit: Visit) -> Shown:
    """Show the plans: what waits for an answer first."""
    registers, creditor = visit.services.registers, visit.creditor.id
    found = {"proposed": registers.proposals(creditor), "active": registers.plans(creditor)}
    which = visit.query("show") if visit.query("show") in SHOWS else "proposed"
    lines = {name: lines_of(visit, register.items) for name, register in found.items()}
    values: dict[str, Any] = {
        "page": page_of(visit, lines[which]),
        "totals": totals_of(lines[which]),
        "which": which,
        "shows": [(one, len(lines[one])) for one in SHOWS],
        "is_cut": found[which].is_cut,
    }
    return Page("plans.html", values)


def plan(visit: Visit) -> Shown:
    """Show one plan: its instalments, what came, and the answer that it waits for."""
    account = visit.account(visit.query("account"))
    store = visit.services.store
    found = store.get(Plan, *account.key, visit.query("id"))
    if found is None:
        raise PlanUnknown("There is no such plan.")
    keys = [(*account.key, number) for number in found.invoices]
    invoices = list(store.get_many(Invoice, keys).values())
    paid_minor = max(0, found.paid_minor(invoices)) if found.state != "proposed" else 0
    left, rows = paid_minor, []
    for part, reference in zip_longest(found.instalments, found.references):
        came = min(left, part.amount_minor)
        left -= came
        is_late = came < part.amount_minor and part.due_on < visit.today
        told = printed_reference(reference) if reference else ""
        rows.append((part, _money(found, part.amount_minor), _money(found, came), is_late, told))
    values: dict[str, Any] = {
        "plan": found,
        "account": account,
        "invoices": [(one, _money(found, one.open_minor)) for one in invoices],
        "rows": rows,
        "total": _money(found, found.total_minor),
        "paid": _money(found, paid_minor),
        "share": min(100, 100 * paid_minor // found.total_minor) if found.total_minor else 0,
    }
    return Page("plan.html", values)


def _money(found: Plan, minor: int) -> Money:
    return Money(minor, found.currency)


def _chosen(visit: Visit) -> tuple[dict[str, Any], str]:
    """Return which plan a form is about, and where its page is."""
    account = visit.account(visit.form("account"))
    asked = {"account": account.number, "id": visit.form("id")}
    return asked, f"plans/one?{urlencode(asked)}"


def approve(visit: Visit) -> Shown:
    """Agree to a proposed plan."""
    asked, here = _chosen(visit)
    collection.approve_plan(visit.ordered, asked)
    return Back(here, "plan-approved")


def decline(visit: Visit) -> Shown:
    """Decline a proposed plan, or end one that is being kept."""
    asked, here = _chosen(visit)
    collection.cancel_plan(visit.ordered, {**asked, "reason": visit.sentence("reason")})
    return Back(here, "plan-ended")


SCREEN: Final = Screen(
    "plans",
    "accounts:read",
    show,
    parts={"one": Part("accounts:read", plan)},
    acts={
        "approve": Act("collect:write", approve),
        "decline": Act("collect:write", decline),
    },
)
