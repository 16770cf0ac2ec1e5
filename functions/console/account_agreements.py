"""What is agreed, contested, held and handed over from an account's page."""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date
from typing import TYPE_CHECKING, Any

from saldo.errors import Invalid
from saldo.money import format_amount

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import chosen, here, mine, own
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import chosen, here, mine, own
    from screen import Back, Shown, Visit


def promise(visit: Visit) -> Shown:
    """Take a promise to pay."""
    from saldo.edge.v1 import collection

    invoices = chosen(visit)
    account, found = mine(visit, invoices)
    currency = found[0].currency
    amount = visit.amount("amount", currency)
    body: dict[str, Any] = {
        "id": visit.form("id"),
        "invoices": invoices,
        "on": visit.form("on"),
        "note": visit.sentence("note"),
    }
    if amount is not None:
        body |= {"amount": amount, "currency": currency}
    collection.give_promise(visit.ordered, body)
    return Back(here(account), "promised")


def dispute(visit: Visit) -> Shown:
    """Open a dispute about one invoice."""
    from saldo.edge.v1 import collection

    invoice = visit.form("invoice")
    account, (found,) = mine(visit, [invoice])
    currency = found.currency
    body: dict[str, Any] = {
        "id": visit.form("id"),
        "invoice": invoice,
        "reason": visit.form("reason"),
        "text": visit.sentence("text"),
        "owner": visit.form("owner") or visit.by,
    }
    amount = visit.amount("amount", currency)
    if amount is not None:
        body |= {"amount": amount, "currency": currency}
    if visit.form("deadline"):
        body["deadline"] = visit.form("deadline")
    collection.open_dispute(visit.ordered, body)
    return Back(here(account), "disputed")


def plan(visit: Visit) -> Shown:
    """Agree on instalments: equal parts, a month apart, the last takes what is left over."""
    from saldo.edge.v1 import collection

    invoices = chosen(visit)
    account, found = mine(visit, invoices)
    currency, total = found[0].currency, sum(one.open_minor for one in found)
    parts = _parts(total, _whole(visit, "parts", 2, 36))
    days = _days(visit.form("first_on"), len(parts))
    body = {
        "id": visit.form("id"),
        "invoices": invoices,
        "currency": currency,
        "instalments": [
            {"due_on": day.isoformat(), "amount": format_amount(part, currency)}
            for day, part in zip(days, parts, strict=True)
        ],
    }
    collection.make_plan(visit.ordered, body)
    return Back(here(account), "planned")


class NumberNotReadable(Invalid):
    """A whole number was typed that is none, or out of its bounds."""

    code = "number-not-readable"


class DayNotReadable(Invalid):
    """A day was typed that is none."""

    code = "day-not-readable"


def _whole(visit: Visit, name: str, least: int, most: int) -> int:
    text = visit.form(name)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise NumberNotReadable(f"Give a whole number from {least} to {most}.").at(f"/{name}")
    return int(text)


def _parts(total_minor: int, count: int) -> list[int]:
    """Split a sum into equal parts, the last with what does not divide."""
    part = total_minor // count
    return [part] * (count - 1) + [total_minor - part * (count - 1)]


def _days(first: str, count: int) -> list[date]:
    """Return a day a month from `first` on: the same of each month, or the month's last."""
    try:
        start = date.fromisoformat(first)
    except ValueError:
        raise DayNotReadable("Give the day of the first instalment.").at("/first_on") from None
    found = []
    for number in range(count):
        months = start.month - 1 + number
        year, month = start.year + months // 12, months % 12 + 1
        if year > MAXYEAR:
            raise DayNotReadable("That is too far ahead.").at("/first_on")
        found.append(date(year, month, min(start.day, monthrange(year, month)[1])))
    return found


def hold(visit: Visit) -> Shown:
    """Pause reminders: of the account, or of one invoice."""
    from saldo.edge.v1 import orders
    from saldo.edge.v1.parse import read
    from saldo.edge.v1.requests import HoldOrder

    account = visit.account(visit.form("number"))
    invoice = visit.form("invoice")
    if invoice:
        own(visit, account, invoice)
    body: dict[str, Any] = {
        "on": "invoice" if invoice else "account",
        "number": invoice or account.number,
        "reason": visit.sentence("reason"),
        "kind": visit.form("kind"),
        "owner": visit.by,
    }
    if visit.form("until"):
        body["until"] = visit.form("until")
    parts = visit.services
    orders.place_hold(
        parts.accounts, parts.store, parts.clock, visit.creditor, read(HoldOrder, body), visit.by
    )
    return Back(here(account), "held")


def resume(visit: Visit) -> Shown:
    """Let reminders go again."""
    from saldo.accounts.service import Target
    from saldo.edge.v1 import orders
    from saldo.edge.v1.parse import read
    from saldo.edge.v1.requests import HoldEnd

    account = visit.account(visit.form("number"))
    invoice = visit.form("invoice")
    if invoice:
        own(visit, account, invoice)
    asked = read(
        HoldEnd,
        {
            "on": "invoice" if invoice else "account",
            "number": invoice or account.number,
            "kind": visit.form("kind"),
        },
    )
    target = Target(account.creditor, account.number, invoice or None)
    parts = visit.services
    orders.end_holds(parts.accounts, parts.store, parts.cases, target, asked.kind, visit.by)
    return Back(here(account), "resumed")


def hand_over(visit: Visit) -> Shown:
    """Hand invoices over to an agency, a bailiff or a lawyer."""
    from saldo.edge.v1 import collection

    invoices = chosen(visit)
    account, _ = mine(visit, invoices)
    body = {
        "id": visit.form("id"),
        "invoices": invoices,
        "kind": visit.form("kind"),
        "handed_to": visit.form("handed_to"),
        "reason": visit.sentence("reason"),
    }
    collection.open_case(visit.ordered, body)
    return Back(here(account), "handed-over")
