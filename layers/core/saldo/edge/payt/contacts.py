"""Contacts: kept under the ERP's identifier, and written into the accounts that name it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from saldo.accounts import foreign_ids
from saldo.accounts.foreign_ids import ForeignId
from saldo.accounts.model import Account
from saldo.clock import iso_instant
from saldo.edge.payt import lists
from saldo.edge.payt.accounts import in_their_words, record_of, take
from saldo.edge.payt.lists import Row
from saldo.edge.payt.wire import Asked, Told, fits, id_of, parts_of, records_of
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import FieldNotValid
from saldo.errors import Refusal

_CONTACT: Final = (
    "birth_date",
    "call_phone_number",
    "default_email_address",
    "firstname",
    "gender",
    "infix",
    "invoice_email_address",
    "invoice_cc_email_address",
    "invoice_bcc_email_address",
    "lastname",
    "middlename",
    "postal_address_street_1",
    "postal_address_street_2",
    "postal_address_postal_code",
    "postal_address_city",
    "postal_address_country_code",
    "postal_address_region",
    "prefix",
    "reminder_email_address",
    "reminder_cc_email_address",
    "reminder_bcc_email_address",
    "sms_phone_number",
)
_NOT_FOLLOWED: Final = tuple(name for name in _CONTACT if name.endswith(("cc_email_address",)))


def push(order: Ordered, body: Row) -> Row:
    """Add or change contacts, and the accounts that they belong to."""
    sent, told = records_of(body, "contacts"), Told()
    services, creditor = order.services, order.creditor.id
    for one in sent:
        name = str(one.get("contact_identifier") or "")
        try:
            if not name and one.get("id"):
                (name,) = parts_of(str(one["id"]), 1)
            if not fits(name):
                raise FieldNotValid("'contact_identifier' is missing, or too long.")
            place = (creditor, "erp-contact", name)
            fields: Row = {n: one[n] for n in _CONTACT if n in one}

            def change(old: ForeignId, fields: Row = fields) -> ForeignId:
                merged = {**old.fields, **{n: str(v or "")[:300] for n, v in fields.items()}}
                return replace(old, fields={n: v for n, v in merged.items() if v})

            kept = foreign_ids.keep(services.store, services.clock.now(), place, change)  # type: ignore[arg-type]  # a literal
            for number in kept.numbers:
                account = services.store.get(Account, creditor, number)
                if account is not None:
                    draft = record_of(account)
                    with_contact(draft, kept)
                    take(order, draft)
        except Refusal as refusal:
            told.wrong(name, in_their_words(refusal.detail))
            continue
        told.done()
        told.warn(
            name, *(f"'{n}' is kept; no copies are sent." for n in _NOT_FOLLOWED if one.get(n))
        )
    return told.body()


def linked(order: Ordered, identifier: Any, number: str) -> ForeignId | None:
    """Note that a contact belongs to an account, and return it; None where it has yet to come.

    Raises FieldNotValid or ForeignIdBusy.
    """
    if not isinstance(identifier, str) or not fits(identifier):
        raise FieldNotValid("'contact_identifier' must be a text, and not that long.")
    services = order.services
    place = (order.creditor.id, "erp-contact", identifier)

    def change(one: ForeignId) -> ForeignId:
        return replace(one, numbers=tuple(dict.fromkeys((*one.numbers, number))))

    kept = foreign_ids.keep(services.store, services.clock.now(), place, change)  # type: ignore[arg-type]  # a literal
    return kept if kept.fields else None


def with_contact(draft: dict[str, Any], contact: ForeignId) -> None:
    """Write a contact into an account's record."""
    given = contact.fields
    parts = (given.get(n, "") for n in ("prefix", "firstname", "middlename", "infix", "lastname"))
    name = " ".join(part for part in parts if part) or draft.get("name", "")
    main = given.get("reminder_email_address") or given.get("default_email_address")
    call = given.get("call_phone_number") or given.get("sms_phone_number")
    contacts = [{"name": name[:120], "email": main, "phone": call, "role": "billing"}]
    invoice = given.get("invoice_email_address")
    if invoice and invoice != main:
        contacts.append({"name": name[:120], "email": invoice, "role": "invoice"})
    text = given.get("sms_phone_number")
    if text and text != call:
        contacts.append({"name": name[:120], "phone": text, "role": "sms"})
    draft["contacts"] = contacts
    lines = [given.get(f"postal_address_street_{n}", "") for n in (1, 2)]
    city, postal = given.get("postal_address_city"), given.get("postal_address_postal_code")
    if any(lines) and city and postal:
        draft["address"] = {
            "lines": [line for line in lines if line],
            "postal_code": postal,
            "city": city,
            "country": given.get("postal_address_country_code") or draft.get("country"),
        }


def listed(order: Ordered, asked: Asked) -> Row:
    """Return contacts by identifier, else those of the debtors that changed."""
    store, creditor = order.services.store, order.creditor.id
    identifiers = asked.names("contact_identifiers")
    ids = asked.names("ids")
    if identifiers is not None or ids is not None:
        named = [*(identifiers or ()), *(p for one in ids or () for p in parts_of(one, 1))]
        return lists.answered((_contacts(order, named), None), asked)
    numbers = asked.names("debtor_numbers")
    if numbers is not None:
        keys = [(creditor, number) for number in numbers]
        known = list(store.get_many(Account, keys).values())
        return lists.answered((_contacts(order, _links(known)), None), asked)
    found = lists.changed(order, Account, asked, lambda some: _contacts(order, _links(some)))
    return lists.answered(found, asked)


def _links(accounts: Iterable[Account]) -> list[str]:
    links = (one.custom.get("contact_identifier") for one in accounts)
    return [link for link in links if link]


def _contacts(order: Ordered, identifiers: Iterable[str]) -> list[Row]:
    keys = [
        (order.creditor.id, "erp-contact", name)
        for name in dict.fromkeys(identifiers)
        if fits(name)
    ]
    found = order.services.store.get_many(ForeignId, keys)
    return [
        {
            "id": id_of(one.value),
            "contact_identifier": one.value,
            "debtor_numbers": list(one.numbers),
            **{name: one.fields.get(name) for name in _CONTACT if name != "birth_date"},
            "validation_errors": {},
            "updated_at": iso_instant(one.updated_at),
        }
        for key in keys
        if (one := found.get(key)) is not None
    ]
