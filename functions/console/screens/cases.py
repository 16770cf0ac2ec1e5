"""Cases at agencies, bailiffs, lawyers and courts: who has what, and what they told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import urlencode

from saldo.collection.facts import CaseState
from saldo.edge.v1 import collection
from saldo.money import Money

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Elsewhere, Page, Part, Screen, Shown, Visit
    from functions.console.shown_registers import lines_of, page_of, totals_of
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Elsewhere, Page, Part, Screen, Shown, Visit
    from shown_registers import lines_of, page_of, totals_of


def show(visit: Visit) -> Shown:
    """Show the cases that somebody else has."""
    register = visit.services.registers.cases(visit.creditor.id)
    lines = lines_of(visit, register.items)
    kind = visit.query("kind")
    kinds = sorted({line.fact.kind for line in lines})
    chosen = [line for line in lines if not kind or line.fact.kind == kind]
    values: dict[str, Any] = {
        "page": page_of(visit, chosen),
        "totals": totals_of(chosen),
        "kind": kind,
        "kinds": [(one, sum(line.fact.kind == one for line in lines)) for one in kinds],
        "is_cut": register.is_cut,
    }
    return Page("cases.html", values)


def case(visit: Visit) -> Shown:
    """Show one case: its invoices, what was told of it, its file."""
    account = visit.account(visit.query("account"))
    found = visit.services.cases.get(account.creditor, account.number, visit.query("id"))
    values: dict[str, Any] = {
        "case": found,
        "account": account,
        "amount": Money(found.amount_minor, found.currency),
        "paid": Money(found.paid_minor, found.currency),
        "reports": [
            (one, Money(one.paid_minor, found.currency)) for one in reversed(found.reports)
        ],
        "states": get_args(CaseState),
        "fresh_id": visit.fresh_id(),
    }
    return Page("case.html", values)


def file(visit: Visit) -> Shown:
    """Give the case's file: the evidence pack as it was handed over."""
    account = visit.account(visit.query("account"))
    link = visit.services.case_files.link(account.creditor, account.number, visit.query("id"))
    return Elsewhere(link.url)


def tell(visit: Visit) -> Shown:
    """Write down what whoever has the case told of it."""
    account = visit.account(visit.form("account"))
    found = visit.services.cases.get(account.creditor, account.number, visit.form("case"))
    body: dict[str, Any] = {
        "account": account.number,
        "case": found.id,
        "id": visit.form("id"),
        "state": visit.form("state"),
        "on": visit.form("on"),
        "reference": visit.form("reference", 300),
        "text": visit.sentence("text"),
    }
    paid = visit.amount("paid", found.currency)
    if paid is not None:
        body |= {"paid": paid, "currency": found.currency}
    collection.tell_case(visit.ordered, body)
    asked = urlencode({"account": account.number, "id": found.id})
    return Back(f"cases/one?{asked}", "case-told")


SCREEN: Final = Screen(
    "cases",
    "accounts:read",
    show,
    parts={"one": Part("accounts:read", case), "file": Part("accounts:read", file)},
    acts={"tell": Act("collect:write", tell)},
)
