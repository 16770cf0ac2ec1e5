"""From the books to the API's answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from saldo.accounts import model as accounts
from saldo.accounts.api_keys import ApiKey
from saldo.accounts.corrections import corrected_fields
from saldo.clock import iso_instant
from saldo.money import format_amount

if TYPE_CHECKING:  # shapes alone: a cold start does not pay for them
    from saldo.accounts.agreed import CreditLimit
    from saldo.edge.v1 import answers
    from saldo.invoices import model as invoices
    from saldo.invoices.discounts import DiscountTerm
    from saldo.reconciliation.model import WebhookSubscription
    from saldo.reminders import why

_MINOR = "_minor"


def account(found: accounts.Account) -> answers.Account:
    return {
        "number": found.number,
        "name": found.name,
        "kind": found.kind,
        "country": found.country,
        "language": found.language,
        "time_zone": found.time_zone,
        "contacts": [
            {
                "name": c.name,
                "email": c.email,
                "phone": c.phone,
                "role": c.role,
                "email_state": c.email_state,
                "address": _address(c.address),
            }
            for c in found.contacts
        ],
        "region": found.region,
        "address": _address(found.address),
        "reference": found.reference,
        "size": found.size,
        "industry": found.industry,
        "risk_class": found.risk_class,
        "labels": list(found.labels),
        "follow_up": found.follow_up,
        "policy": found.policy,
        "payment_terms": {"net_days": found.terms.net_days, "text": found.terms.text}
        if found.terms
        else None,
        "credit_limit": _credit_limit(found.credit_limit),
        "parent": found.parent,
        "custom": dict(found.custom),
        "preferred_channel": found.preferred_channel,
        "corrected": corrected_fields(found),
        "updated_at": _instant(found.updated_at),
        "version": found.version,
    }


def _credit_limit(found: CreditLimit | None) -> answers.CreditLimit | None:
    if found is None:
        return None
    amount = format_amount(found.amount_minor, found.currency)
    return {"amount": amount, "currency": found.currency}


def _address(found: accounts.PostalAddress | None) -> answers.PostalAddress | None:
    if found is None:
        return None
    return {
        "lines": list(found.lines),
        "postal_code": found.postal_code,
        "city": found.city,
        "country": found.country,
    }


def invoice(found: invoices.Invoice) -> answers.Invoice:
    return {
        "number": found.number,
        "account": found.account,
        "state": _state(found),
        "issued_on": found.issued_on.isoformat(),
        "due_on": found.due_on.isoformat(),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "charged": format_amount(found.charged_minor, found.currency),
        "open": format_amount(found.open_minor, found.currency),
        "open_costs": format_amount(found.costs_open_minor, found.currency),
        "open_interest": format_amount(found.interest_open_minor, found.currency),
        "description": found.description,
        "order_reference": found.order_reference,
        "payment_terms": found.payment_terms,
        "payment_reference": found.payment_reference,
        "due_date_agreed": found.due_date_agreed,
        "received_on": _day(found.received_on),
        "consumer_notice_given": found.consumer_notice_given,
        "already_sent": found.already_sent,
        "opening": _opening(found.opening),
        "discounts": [_discount(term, found.currency) for term in found.discounts],
        "erp_version": found.erp_version,
        "erp_updated_at": _instant(found.erp_updated_at) if found.erp_updated_at else None,
        "withdrawn": _withdrawn(found),
        "closed_on": _day(found.closed_on),
        "episode": found.episode,
        "updated_at": _instant(found.updated_at),
        "version": found.version,
    }


def _state(
    found: invoices.Invoice,
) -> Literal["open", "partly-settled", "settled", "cancelled"]:
    if found.withdrawn is not None and found.withdrawn.kind == "cancelled":
        return "cancelled"
    if not found.is_open:
        return "settled"
    return "open" if found.open_minor >= found.amount_minor else "partly-settled"


def _withdrawn(found: invoices.Invoice) -> answers.Withdrawn | None:
    gone = found.withdrawn
    if gone is None:
        return None
    return {
        "kind": gone.kind,
        "at": _instant(gone.at),
        "by": gone.by,
        "taken_off": format_amount(gone.amount_minor, found.currency),
        "reason": gone.reason,
    }


def _discount(term: DiscountTerm, currency: str) -> answers.Discount:
    basis = term.basis_minor
    return {
        "until": term.until.isoformat(),
        "percent": term.percent or None,
        "amount": format_amount(term.fixed_minor, currency) if term.fixed_minor else None,
        "basis": None if basis is None else format_amount(basis, currency),
    }


def _opening(found: invoices.Opening | None) -> answers.Opening | None:
    if found is None:
        return None
    return {
        "stage": found.stage,
        "last_reminder_on": _day(found.last_reminder_on),
        "blocked": found.blocked,
        "case": {
            "kind": found.case.kind,
            "handed_to": found.case.handed_to,
            "reference": found.case.reference,
        }
        if found.case
        else None,
    }


def credit_note(found: invoices.CreditNote) -> answers.CreditNote:
    rest_minor = found.amount_minor - found.applied_minor
    return {
        "number": found.number,
        "invoice": found.invoice,
        "account": found.account,
        "issued_on": found.issued_on.isoformat(),
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "applied": format_amount(found.applied_minor, found.currency),
        "credit": format_amount(rest_minor, found.currency),
        "reason": found.reason,
        "updated_at": _instant(found.updated_at),
    }


def hold(found: accounts.Hold) -> answers.Hold:
    everybody = found.account == accounts.WHOLE_CREDITOR
    account_number = None if everybody else found.account
    return {
        "id": found.id,
        "on": "creditor" if everybody else "invoice" if found.invoice else "account",
        "number": found.invoice or account_number,
        "account": account_number,
        "kind": found.kind,
        "held": format_amount(found.held_minor, found.currency)
        if found.held_minor is not None and found.currency
        else None,
        "currency": found.currency,
        "more_numbers": list(found.more_invoices),
        "reason": found.reason,
        "owner": found.owner or found.placed_by,
        "placed_by": found.placed_by,
        "placed_at": iso_instant(found.placed_at),
        "until": _day(found.until),
        "ended_at": iso_instant(found.ended_at) if found.ended_at else None,
        "ended_by": found.ended_by,
    }


def webhook(found: WebhookSubscription) -> answers.Webhook:
    return {
        "id": found.id,
        "url": found.url,
        "events": list(found.events),
        "active": found.active,
        "created_at": iso_instant(found.created_at),
    }


def explanation(found: why.Explanation) -> answers.Why:
    return {
        "invoice": invoice(found.invoice),
        "decisions": [_told(t) for t in found.past],
        "next": _told(found.next),
    }


def creditor(found: accounts.Creditor, key: ApiKey) -> answers.Creditor:
    return {
        "id": found.id,
        "name": found.name,
        "country": found.country,
        "language": found.language,
        "time_zone": found.time_zone,
        "policy": found.policy,
        "state": found.state,
        "sending": found.sending,
        "schedule": found.schedule,
        "notices_per_day_max": found.notices_per_day_max,
        "key": {"id": key.id, "name": key.name, "scopes": list(key.scopes)},
    }


def _told(told: why.Told) -> answers.Told:
    return {
        "day": told.day,
        "sentence": told.sentence,
        "outcome": told.outcome,
        "reason": told.reason,
        "facts": _facts(told.facts),
    }


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Amounts leave as decimal texts: {"open_minor": 11900} becomes {"open": "119.00"}."""
    currency = facts.get("currency")
    if "about" in facts:
        facts = facts | {"about": _facts(facts["about"])}
    return {
        name.removesuffix(_MINOR) if name.endswith(_MINOR) and currency else name: format_amount(
            value, currency
        )
        if name.endswith(_MINOR) and currency
        else value
        for name, value in facts.items()
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str:
    assert at is not None, "what was booked has its instant"
    return iso_instant(at)
