"""Exact's records to those of the port. All of Exact's field names stand here and in orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from saldo.accounts.model import PostalAddress
from saldo.adapters.erp.fields import NotReadable, day, minor, text, text_or_none
from saldo.connectors.ports import ErpAccount, ErpItem

ACCOUNT_FIELDS: Final = (
    "Timestamp,ID,Code,Name,Email,Phone,Country,Language,AddressLine1,AddressLine2,Postcode,City,"
    "Status"
)
ITEM_FIELDS: Final = (
    "HID,Id,AccountId,AccountCode,AccountName,Amount,CurrencyCode,Description,DueDate,EntryNumber,"
    "InvoiceDate,InvoiceNumber,YourRef"
)
CUSTOMER: Final = "C"
"""Of `Status`: A none, S suspect, P prospect, C customer."""


def account_of(fields: Mapping[str, Any]) -> ErpAccount:
    """Return an account; raise NotReadable. Exact's codes have spaces in front of them."""
    lines = tuple(
        line for name in ("AddressLine1", "AddressLine2") if (line := text_or_none(fields, name))
    )
    postal_code, city = text_or_none(fields, "Postcode"), text_or_none(fields, "City")
    country = text_or_none(fields, "Country")
    address = None
    if lines and postal_code and city and country:
        address = PostalAddress(lines, postal_code, city, country)
    return ErpAccount(
        text(fields, "ID"),
        text(fields, "Code"),
        text(fields, "Name"),
        text_or_none(fields, "Email"),
        text_or_none(fields, "Phone"),
        country,
        text_or_none(fields, "Language"),
        address,
    )


def item_of(fields: Mapping[str, Any]) -> ErpItem:
    """Return what stands open of an invoice; raise NotReadable.

    `Amount` is what is not paid yet (https://github.com/picqer/exact-php-client/issues/223). What
    has no invoice number, as an opening balance, goes by its entry's.
    """
    currency = text(fields, "CurrencyCode")
    number = text_or_none(fields, "InvoiceNumber")
    number = None if number == "0" else number
    entry = text_or_none(fields, "EntryNumber")
    if number is None and entry is None:
        raise NotReadable("InvoiceNumber and EntryNumber are missing")
    return ErpItem(
        ref=text_or_none(fields, "Id") or text(fields, "HID"),
        number=number or f"E{entry}",
        account_ref=text(fields, "AccountId"),
        account=text(fields, "AccountCode"),
        account_name=text_or_none(fields, "AccountName") or "",
        issued_on=day(fields, "InvoiceDate"),
        due_on=day(fields, "DueDate"),
        currency=currency,
        open_minor=minor(fields, "Amount", currency),
        booking_ref=number or "",
        description=text_or_none(fields, "Description") or "",
        order_reference=text_or_none(fields, "YourRef"),
    )


def together(rows: Sequence[ErpItem]) -> tuple[ErpItem, ...]:
    """Return one item per invoice: what stands open of all its rows, due when the first of them is.

    Rows of another currency or customer under the same number are items of their own, which the
    books refuse by name.
    """
    groups: dict[tuple[str, str, str], list[ErpItem]] = {}
    for row in rows:
        groups.setdefault((row.number, row.currency, row.account), []).append(row)
    return tuple(_sum(group) for group in groups.values())


def _sum(group: list[ErpItem]) -> ErpItem:
    owed = sorted((row for row in group if row.open_minor > 0), key=lambda row: row.due_on)
    first = owed[0] if owed else group[0]
    return replace(first, open_minor=sum(row.open_minor for row in group))
