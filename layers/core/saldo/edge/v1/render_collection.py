"""From the books to the API's answers about collection."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

from saldo.clock import iso_instant
from saldo.money import format_amount

if TYPE_CHECKING:  # shapes alone: a cold start does not pay for them
    from saldo.collection import facts
    from saldo.collection import model as plans
    from saldo.collection.promises import Reliability
    from saldo.edge.v1 import answers_collection as answers
    from saldo.payments import agreements


def promise(found: facts.Promise) -> answers.Promise:
    """Render a promise."""
    return {
        "id": found.id,
        "account": found.account,
        "invoices": list(found.invoices),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "on": found.on.isoformat(),
        "state": found.state,
        "paid": format_amount(found.paid_minor, found.currency),
        "reminders_wait_until": found.looked_at_from.isoformat(),
        "note": found.note,
        "by": found.by,
        "given_at": iso_instant(found.given_at),
        "ended_at": _instant(found.ended_at),
    }


def reliability(found: Reliability) -> answers.Reliability:
    """Render how promises were kept."""
    return {
        "kept": found.kept,
        "part_kept": found.part_kept,
        "broken": found.broken,
        "kept_percent": found.kept_percent,
    }


def dispute(found: facts.Dispute) -> answers.Dispute:
    """Render a dispute."""
    waits = found.hold_until if found.next_at is not None and found.state == "settled" else None
    return {
        "id": found.id,
        "account": found.account,
        "invoice": found.invoice,
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "lines": [
            {"ref": one.ref, "amount": format_amount(one.amount_minor, found.currency)}
            for one in found.lines
        ],
        "files": list(found.files),
        "reason": found.reason,
        "text": found.text,
        "owner": found.owner,
        "deadline": found.deadline.isoformat(),
        "overdue": found.overdue and found.state == "open",
        "state": found.state,
        "agreed": format_amount(found.agreed_minor, found.currency),
        "credit_note_expected_until": _day(waits),
        "outcome": found.outcome,
        "by": found.by,
        "opened_at": iso_instant(found.opened_at),
        "ended_at": _instant(found.ended_at),
    }


def plan(found: plans.Plan) -> answers.Plan:
    """Render an instalment plan."""
    return {
        "id": found.id,
        "account": found.account,
        "invoices": list(found.invoices),
        "currency": found.currency,
        "amount": format_amount(found.total_minor, found.currency),
        "instalments": [
            {
                "due_on": one.due_on.isoformat(),
                "amount": format_amount(one.amount_minor, found.currency),
                "reference": reference,
            }
            for one, reference in zip_longest(found.instalments, found.references)
        ],
        "mandate": found.mandate,
        "state": found.state,
        "by": found.by,
        "created_at": iso_instant(found.created_at),
        "ended_at": _instant(found.ended_at),
        "ended_by": found.ended_by,
        "ended_reason": found.ended_reason,
    }


def case_file(found: facts.CaseFile) -> answers.CaseFile:
    """Render what is told of a case's file; where it lies stays inside."""
    return {
        "sha256": found.sha256,
        "bytes": found.size_bytes,
        "made_at": iso_instant(found.made_at),
    }


def case(found: facts.Case) -> answers.Case:
    """Render a case with what was told of it."""
    return {
        "id": found.id,
        "account": found.account,
        "invoices": list(found.invoices),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "kind": found.kind,
        "handed_to": found.handed_to,
        "reference": found.reference,
        "reason": found.reason,
        "state": found.state,
        "paid": format_amount(found.paid_minor, found.currency),
        "reports": [
            {
                "id": one.id,
                "state": one.state,
                "on": one.on.isoformat(),
                "paid": format_amount(one.paid_minor, found.currency),
                "text": one.text,
                "at": iso_instant(one.at),
                "by": one.by,
            }
            for one in found.reports
        ],
        "file": case_file(found.file) if found.file else None,
        "by": found.by,
        "opened_at": iso_instant(found.opened_at),
        "ended_at": _instant(found.ended_at),
    }


def mandate(found: agreements.Mandate) -> answers.Mandate:
    """Render a mandate; what the provider calls it, and where it was given, stay inside."""
    return {
        "id": found.id,
        "account": found.account,
        "provider": found.provider,
        "state": found.state,
        "kind": found.consent.kind,
        "consent": found.consent.text,
        "given_at": iso_instant(found.consent.given_at),
        "created_at": iso_instant(found.created_at),
        "ended_at": _instant(found.ended_at),
        "ended_by": found.ended_by,
        "ended_reason": found.ended_reason,
    }


def scheduled_payment(found: agreements.ScheduledPayment) -> answers.ScheduledPayment:
    """Render a scheduled payment."""
    return {
        "id": found.id,
        "account": found.account,
        "mandate": found.mandate,
        "plan": found.plan,
        "invoices": list(found.invoices),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "charge_on": found.charge_on.isoformat(),
        "state": found.state,
        "payment": found.payment,
        "failure": found.failure,
        "created_at": iso_instant(found.created_at),
        "ended_at": _instant(found.ended_at),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return iso_instant(at) if at else None
