"""Karmak's views to the records of the port. All of Karmak's field names stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from saldo.adapters.erp.fields import day, minor, text, text_or_none
from saldo.connectors.ports import ErpAccount, ErpItem

OPEN_VIEW: Final = "ARDetail"
"""All open invoices and unapplied payments."""

CUSTOMER_VIEW: Final = "Customer"
CHANGED: Final = "LastUpdate"
"""The column that tells what changed: AddDate or LastUpdate, by view."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called. Documented for ARDetail are CustomerKey, CompanyName,
    CustomerPONumber and IsDisputeInvoice; the others are named as sister views name them, and can
    be set by the connection's setting `columns` once a dealer's view was seen.
    """

    customer: str = "CustomerKey"
    company: str = "CompanyName"
    number: str = "InvoiceNumber"
    issued: str = "InvoiceDate"
    due: str = "DueDate"
    balance: str = "Balance"
    order: str = "CustomerPONumber"
    disputed: str = "IsDisputeInvoice"
    email: str = "EmailAddress"
    phone: str = "PhoneNumber"

    @property
    def of_items(self) -> str:
        """The columns to select of what stands open."""
        return ",".join(
            (
                self.customer,
                self.company,
                self.number,
                self.issued,
                self.due,
                self.balance,
                self.order,
                self.disputed,
            )
        )

    @property
    def of_customers(self) -> str:
        """The columns to select of customers."""
        return ",".join((self.customer, self.company, self.email, self.phone, CHANGED))


def columns_of(setting: str) -> Columns:
    """Read "balance=OpenBalance,number=Invoice"; raise ValueError for a name that there is not."""
    found = dict(pair.split("=", 1) for pair in setting.split(",") if pair)
    unknown = found.keys() - set(Columns.__dataclass_fields__)
    if unknown or not all(name.isidentifier() for name in found.values()):
        raise ValueError(f"columns are {', '.join(Columns.__dataclass_fields__)}")
    return Columns(**found)


def item_of(fields: Mapping[str, Any], columns: Columns, currency: str) -> ErpItem:
    """Return what stands open of an invoice; raise NotReadable."""
    customer, number = text(fields, columns.customer), text(fields, columns.number)
    return ErpItem(
        ref=number,
        number=number,
        account_ref=customer,
        account=customer,
        account_name=text_or_none(fields, columns.company) or customer,
        issued_on=day(fields, columns.issued),
        due_on=day(fields, columns.due),
        currency=currency,
        open_minor=minor(fields, columns.balance, currency),
        booking_ref=number,
        order_reference=text_or_none(fields, columns.order),
        is_disputed=fields.get(columns.disputed) in (True, 1, "Y", "Yes", "true", "True"),
    )


def account_of(fields: Mapping[str, Any], columns: Columns) -> ErpAccount:
    """Return a customer; raise NotReadable."""
    key = text(fields, columns.customer)
    return ErpAccount(
        key,
        key,
        text(fields, columns.company),
        text_or_none(fields, columns.email),
        text_or_none(fields, columns.phone),
    )
