"""What is written, noted, given up and steered from an account's page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from saldo.errors import Conflict
from saldo.money import format_amount

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import chosen, here, mine, own
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import chosen, here, mine, own
    from screen import Back, Shown, Visit


_NOTED_NEXT: Final = ("promise", "dispute")
"""What was said in a call holds no reminder back before it is noted itself."""


class InvoiceMovedOn(Conflict):
    """All that is open is to be given up, and it is not what the page showed: a charge may have
    come, or a payment.
    """

    code = "invoice-moved-on"


def write(visit: Visit) -> Shown:
    """Write to the debtor: by mail and on their page, in one conversation."""
    from saldo.edge.v1 import threads

    account = visit.account(visit.form("number"))
    body: dict[str, Any] = {
        "account": account.number,
        "id": visit.form("id"),
        "text": visit.typed("text"),
    }
    if visit.form("invoice"):
        own(visit, account, visit.form("invoice"))
        body["invoice"] = visit.form("invoice")
    threads.reply(visit.ordered, body)
    return Back(here(account), "written")


def write_off(visit: Visit) -> Shown:
    """Give up what is owed on an invoice, or a part of it."""
    from saldo.edge.v1 import charges

    account, (found,) = mine(visit, [visit.form("invoice")])
    amount = visit.amount("amount", found.currency)
    if not amount and found.updated_at and found.updated_at > _seen_at(visit):
        raise InvoiceMovedOn(f"{found.number!r} changed since the page was opened.")
    body = {
        "id": visit.form("id"),
        "invoice": found.number,
        "amount": amount or format_amount(found.open_minor, found.currency),
        "currency": found.currency,
        "on": visit.today.isoformat(),
        "reason": visit.sentence("reason"),
    }
    charges.write_off(visit.ordered, body)
    return Back(here(account), "written-off")


def _seen_at(visit: Visit) -> datetime:
    """Return when the page was shown on which a form stood; now where the form does not say it."""
    try:
        seen_at = datetime.fromisoformat(visit.form("seen_at"))
    except ValueError:
        return visit.now
    return seen_at if seen_at.tzinfo else visit.now


def note(visit: Visit) -> Shown:
    """Write a note."""
    account = visit.account(visit.form("number"))
    visit.services.notes.add(
        account.creditor,
        account.number,
        visit.sent_id(),
        visit.by,
        visit.typed("text"),
        pinned=visit.form("pinned") == "yes",
    )
    return Back(here(account), "noted")


def pin(visit: Visit) -> Shown:
    """Put a note on top, or back among the others."""
    account = visit.account(visit.form("number"))
    visit.services.notes.pin(
        account.creditor,
        account.number,
        visit.form("note"),
        visit.by,
        pinned=visit.form("pinned") == "yes",
    )
    return Back(here(account))


def call(visit: Visit) -> Shown:
    """Write down a call and what came of it; the task that asked for it is done."""
    from saldo.worklist.calls import CALL_OUTCOMES, CallNotValid, CallOrder

    account = visit.account(visit.form("number"))
    outcome = next((one for one in CALL_OUTCOMES if one == visit.form("outcome")), None)
    if outcome is None:
        raise CallNotValid("Say what came of the call.").at("/outcome")
    order = CallOrder(
        visit.sent_id(),
        visit.by,
        outcome,
        whom=visit.form("whom"),
        text=visit.typed("text"),
        task=visit.form("task") or None,
    )
    visit.services.calls.log(account.creditor, account.number, order)
    if outcome in _NOTED_NEXT:
        return Back(here(account, outcome), f"called-{outcome}")
    return Back(here(account), "called")


def desk(visit: Visit) -> Shown:
    """Say who looks after the account; what is left empty is the rules' to say."""
    account = visit.account(visit.form("number"))
    visit.services.desks.put(
        account.creditor,
        account.number,
        visit.by,
        collector=visit.form("collector") or None,
        sales=visit.form("sales") or None,
        branch=visit.form("branch") or None,
    )
    return Back(here(account), "looked-after")


def steer(visit: Visit) -> Shown:
    """Say by which policy the account is collected, and whether people follow up."""
    from saldo.edge.v1 import steering

    account = visit.account(visit.form("number"))
    body = {
        "account": account.number,
        "policy": visit.form("policy") or None,
        "follow_up": visit.form("follow_up") or None,
        "reason": visit.sentence("reason"),
    }
    steering.steer(visit.ordered, body)
    return Back(here(account), "steered")


def allocate(visit: Visit) -> Shown:
    """Pay invoices with credit of the account."""
    from saldo.edge.v1 import money

    invoices = chosen(visit)
    account, _ = mine(visit, invoices)
    body = {
        "source": visit.form("source"),
        "invoices": invoices,
        "reason": visit.sentence("reason") or visit.by,
    }
    money.allocate(visit.ordered, body)
    return Back(here(account), "allocated")
