"""Debtors: our accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from saldo.accounts import foreign_ids
from saldo.accounts.foreign_ids import ForeignKind
from saldo.accounts.model import Account, Hold
from saldo.clock import iso_instant
from saldo.edge.payt import lists
from saldo.edge.payt.accounts import in_their_words, record_of, take
from saldo.edge.payt.contacts import linked, with_contact
from saldo.edge.payt.lists import Look, Row
from saldo.edge.payt.wire import (
    Asked,
    RecordUnknown,
    Told,
    fits,
    id_of,
    parts_of,
    records_of,
    sparse,
)
from saldo.edge.v1 import records
from saldo.edge.v1.money import Ordered
from saldo.errors import Refusal
from saldo.money import format_amount

CUSTOM: Final = (
    "debtor_identifier",
    "contact_identifier",
    "bank_account_name",
    "bank_account_number",
    "category",
    "coc_number",
    "oin_number",
    "peppol_identifier",
    "peppol_enabled",
    "relation_manager",
    "remark",
    "vat_number",
)
"""What is kept as one of the account's own fields, under the same name."""
_KNOWN: Final = {
    "debtor_number",
    "name",
    "country_code",
    "language_code",
    "is_company",
    "labels",
    *CUSTOM,
}
_ON_REQUEST: Final = frozenset(
    {"book_open_amount", "labels", "peppol_identifier", "peppol_enabled", "remark"}
)


def push(order: Ordered, body: Row) -> Row:
    """Add or change debtors, each by itself; raise what is wrong with the body as a whole."""
    sent, told = records_of(body, "debtors"), Told()
    services, creditor = order.services, order.creditor.id
    numbers = [str(one.get("debtor_number") or "") for one in sent]
    keys = [(creditor, number) for number in dict.fromkeys(numbers) if fits(number)]
    drafts = {key[1]: record_of(one) for key, one in services.store.get_many(Account, keys).items()}
    pointers: dict[tuple[str, ForeignKind, str], str] = {}
    for number, one in zip(numbers, sent, strict=True):
        try:
            is_new = number not in drafts
            draft = _overlaid(drafts.get(number, {"number": number, "kind": "consumer"}), one)
            records.account_from(draft, order.creditor)
            link = one.get("contact_identifier")
            contact = linked(order, link, number) if link else None
            if contact is not None:
                with_contact(draft, contact)
            take(order, draft)
            drafts[number] = draft
            identifier = one.get("debtor_identifier")
            if isinstance(identifier, str) and identifier != number and fits(identifier):
                pointers[creditor, "erp-debtor", identifier] = number
        except Refusal as refusal:
            told.wrong(number, in_their_words(refusal.detail))
            continue
        told.done()
        if is_new and one.get("is_company") is None:
            told.warn(number, "'is_company' is missing: the debtor is treated as a consumer.")
        told.warn(number, *(f"'{name[:60]}' is not kept." for name in one if name not in _KNOWN))
    foreign_ids.point(services.store, services.clock.now(), pointers)
    return told.body()


def _overlaid(draft: dict[str, Any], sent: Row) -> dict[str, Any]:
    draft = {**draft, "custom": dict(draft.get("custom", {}))}
    if sent.get("name") is not None:
        draft["name"] = sent["name"]
    if sent.get("country_code"):
        draft["country"] = str(sent["country_code"]).upper()
    if sent.get("language_code"):
        draft["language"] = str(sent["language_code"])[:2].lower()
    if sent.get("is_company") is not None:
        draft["kind"] = "business" if sent["is_company"] in (True, "true") else "consumer"
    if sent.get("labels") is not None:
        draft["labels"] = sent["labels"]
    for name in CUSTOM:
        if name not in sent:
            continue
        value = sent[name]
        if value is None or value == "":
            draft["custom"].pop(name, None)
        else:
            draft["custom"][name] = str(value).lower() if isinstance(value, bool) else value
    return draft


def listed(order: Ordered, asked: Asked) -> Row:
    """Return debtors by number or identifier, else those that changed; raise CursorNotValid."""
    look = Look(order)
    named = _named(order, asked)
    if named is not None:
        rows = [debtor(look, one, asked) for one in _accounts(order, named)]
        return lists.answered((rows, None), asked, _ON_REQUEST)
    found = lists.changed(
        order, Account, asked, lambda some: [debtor(look, one, asked) for one in some]
    )
    return lists.answered(found, asked, _ON_REQUEST)


def shown(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one debtor; raise RecordUnknown."""
    kind = asked.one.get("identifier_type") or ""
    if kind == "debtor_number":
        numbers: Iterable[str] = (id_,)
    elif kind == "debtor_identifier":
        numbers = resolved(order, (id_,))
    else:
        numbers = parts_of(id_, 1)
    for one in _accounts(order, numbers):
        return sparse(debtor(Look(order), one, asked), asked.only, _ON_REQUEST)
    raise RecordUnknown("There is no debtor of that id.")


def _named(order: Ordered, asked: Asked) -> list[str] | None:
    """Return the numbers that a list was narrowed to, None where it was not."""
    ids, numbers = asked.names("ids"), asked.names("debtor_numbers")
    identifiers = asked.names("debtor_identifiers")
    if ids is None and numbers is None and identifiers is None:
        return None
    return [
        *(part for one in ids or () for part in parts_of(one, 1)),
        *(numbers or ()),
        *resolved(order, identifiers or ()),
    ]


def resolved(order: Ordered, identifiers: Sequence[str]) -> list[str]:
    """Return the account numbers of identifiers; one that nobody told is taken for a number."""
    store, creditor = order.services.store, order.creditor.id
    known = foreign_ids.numbers_of(store, creditor, "erp-debtor", filter(fits, identifiers))
    return [known.get(one, one) for one in identifiers]


def _accounts(order: Ordered, numbers: Iterable[str]) -> Iterator[Account]:
    keys = [(order.creditor.id, number) for number in dict.fromkeys(numbers) if fits(number)]
    found = order.services.store.get_many(Account, keys)
    return (found[key] for key in keys if key in found)


def debtor(look: Look, found: Account, asked: Asked) -> Row:
    """Render an account as a debtor."""
    custom, main = found.custom, found.mail_contact()
    invoice = next((c.email for c in found.contacts if c.role == "invoice"), None)
    phones = [c.phone for c in found.contacts if c.phone]
    texts = [c.phone for c in found.contacts if c.role == "sms"]
    email = main.email if main else None
    paused = _paused(look.holds(found.number))
    row: Row = {
        "id": id_of(found.number),
        "administration_id": found.creditor,
        "debtor_number": found.number,
        "debtor_identifier": custom.get("debtor_identifier", found.number),
        "name": found.name,
        "primary_email_address": email,
        "reminder_email_address": email,
        "reminder_cc_email_address": None,
        "reminder_bcc_email_address": None,
        "invoice_email_address": invoice or email,
        "invoice_cc_email_address": None,
        "invoice_bcc_email_address": None,
        "debtor_provided_email_address": email if found.pushed else None,
        "call_phone_number": phones[0] if phones else None,
        "sms_phone_number": (texts or phones or [None])[0],
        "language_code": found.language,
        "postal_address": _address(found),
        "coc_number": custom.get("coc_number"),
        "vat_number": custom.get("vat_number"),
        "relation_manager": custom.get("relation_manager"),
        "credit_limit_amount": format_amount(
            found.credit_limit.amount_minor, found.credit_limit.currency
        )
        if found.credit_limit
        else None,
        "paused_at": paused,
        "reminding_paused_at": paused,
        "updated_at": iso_instant(found.updated_at) if found.updated_at else None,
        "labels": [{"name": one} for one in found.labels],
        "remark": custom.get("remark"),
        "peppol_identifier": custom.get("peppol_identifier"),
        "peppol_enabled": {"true": True, "false": False}.get(custom.get("peppol_enabled", "")),
    }
    if asked.wants("book_open_amount"):
        row["book_open_amount"] = _open_amount(look, found)
    return row


def _open_amount(look: Look, found: Account) -> str | None:
    """Return what stands open, None where it is in several currencies: nothing is converted."""
    from saldo.invoices.model import OpenItem

    sums: dict[str, int] = {}
    for item in look.order.services.store.list(OpenItem, found.creditor, found.number):
        sums[item.currency] = sums.get(item.currency, 0) + item.open_minor
    if len(sums) > 1:
        return None
    currency, minor = next(iter(sums.items()), ("EUR", 0))
    return format_amount(minor, currency)


def _paused(holds: Sequence[Hold]) -> str | None:
    whole = [one.placed_at for one in holds if one.invoice is None and one.kind == "pause"]
    return iso_instant(min(whole)) if whole else None


def _address(found: Account) -> Row:
    place = found.address
    lines = [*(place.lines if place else ()), None, None]
    return {
        "street_1": lines[0],
        "street_2": lines[1],
        "postal_code": place.postal_code if place else None,
        "city": place.city if place else "",
        "region": found.region,
        "country_code": place.country if place else found.country,
    }
