"""Administrations, and the company above them: a key belongs to one creditor, which is both."""

from __future__ import annotations

from saldo.edge.payt.lists import Row
from saldo.edge.payt.wire import Asked, RecordUnknown, page, sparse
from saldo.edge.v1.money import Ordered


def listed(order: Ordered, asked: Asked) -> Row:
    """Return the key's creditor: a key has one."""
    return page([sparse(_administration(order), asked.only)])


def shown(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return the key's creditor by its id; raise RecordUnknown."""
    if id_ != order.creditor.id:
        raise RecordUnknown("There is no administration of that id.")
    return sparse(_administration(order), asked.only)


def companies(order: Ordered, asked: Asked) -> Row:
    """Return the company of the key's creditor: an installation knows of nothing above one."""
    return page([sparse(_company(order), asked.only)])


def company(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return that company by its id; raise RecordUnknown."""
    if id_ != order.creditor.id:
        raise RecordUnknown("There is no company of that id.")
    return sparse(_company(order), asked.only)


def _company(order: Ordered) -> Row:
    found = order.creditor
    return {
        "id": found.id,
        "name": found.name,
        "status": "active" if found.state == "live" else "implementation",
        "trial_ends_on": None,
        "trial": False,
    }


def _administration(order: Ordered) -> Row:
    """Render the creditor as an administration; what we do not keep is empty."""
    found = order.creditor
    bank = found.bank
    return {
        "id": found.id,
        "name": found.name,
        "status": "active" if found.state == "live" else "implementation",
        "email_address": found.reply_to or "",
        "contact_name": "",
        "commercial_registration_number": "",
        "country_code": found.country,
        "street_name": found.address[0] if found.address else "",
        "house_number": "",
        "postal_code": "",
        "city": found.address[-1] if len(found.address) > 1 else "",
        "internal_name": found.id,
        "bank_account_name": bank.account_holder if bank else None,
        "bank_account_number": bank.iban if bank else None,
        "bank_account_bic": bank.bic if bank else None,
        "vat_number": None,
        "timezone": found.time_zone,
        "currency_code": "EUR",
        "administration_url": order.services.settings.public_url,
        "paused_at": None,
        "reminding_paused_at": None,
    }
