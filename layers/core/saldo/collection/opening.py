"""Items that somebody else collected already when they came here."""

from __future__ import annotations

from datetime import datetime

from saldo.accounts.model import Hold
from saldo.collection.facts import Case
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.store import Put, Write

_BY = "ERP"


def opening_case(ids: Ids, invoice: Invoice, now: datetime) -> list[Write]:
    """Return the case of a new invoice that an agency, bailiff, lawyer or court has already, with
    the hold that keeps our own notices back; nothing where nobody has it.
    """
    begun = invoice.opening.case if invoice.opening else None
    if begun is None:
        return []
    case = Case(
        invoice.creditor,
        invoice.account,
        f"opening-{invoice.number}",
        (invoice.number,),
        invoice.currency,
        invoice.open_minor,
        begun.kind,
        begun.handed_to,
        "open",
        _BY,
        now,
        "It was handed over before the item came here.",
        begun.reference,
        version=1,
    )
    hold = Hold(
        case.creditor,
        case.account,
        case.hold_id,
        "legal-case",
        invoice.number,
        f"{case.handed_to} has case {case.id}.",
        _BY,
        now,
        about={"handed_to": case.handed_to, "case": case.id},
        version=1,
    )
    told = event(
        ids.ulid(now),
        now,
        "case.opened",
        case.creditor,
        case.account,
        case=case.id,
        invoices=list(case.invoices),
        currency=case.currency,
        amount=format_amount(case.amount_minor, case.currency),
        kind=case.kind,
        handed_to=case.handed_to,
        reason=case.reason,
        by=case.by,
    )
    return [Put(case), Put(hold), Put(told)]
