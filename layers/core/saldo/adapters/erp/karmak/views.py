"""Karmak's views to the records of the port. All of Karmak's field names stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from saldo.accounts.model import PostalAddress
from saldo.adapters.erp.fields import NotReadable, day, minor, text, text_or_none
from saldo.connectors.ports import ErpAccount, ErpItem

OPEN_VIEW: Final = "ARDetail"
"""All open invoices and unapplied payments."""

INVOICE_VIEW: Final = "InvoiceSalesSummary"
"""All invoices, paid or voided ones too, with where each was billed to. The address of its page is
AR-Invoice-Summary; the view is called after its sister InvoiceSalesSummaryDetail, whose name alone
is public, and can be set."""

CUSTOMER_VIEW: Final = "Customer"
CHANGED: Final = "LastUpdate"
"""The column that tells what changed: AddDate or LastUpdate, by view."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called. Documented for ARDetail are CustomerKey, CompanyName,
    CustomerPONumber and IsDisputeInvoice, for AR-Invoice-Summary AddDate and BillingCustomer with
    its name, lines, city and postal code; the others are named as sister views name them, and can
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
    added: str = "AddDate"
    voided: str = "VoidDate"
    billed: str = "BillingCustomer"
    billed_company: str = "BillingCompanyName"
    billed_line: str = "BillingCustomerAddress1"
    billed_line_2: str = "BillingCustomerAddress2"
    billed_city: str = "BillingCustomerCity"
    billed_state: str = "BillingCustomerState"
    billed_postal_code: str = "BillingCustomerPostalCode"

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
    def of_invoices(self) -> str:
        """The columns to select of invoices, paid or not."""
        return ",".join(
            (
                self.number,
                self.added,
                self.voided,
                self.billed,
                self.billed_company,
                self.billed_line,
                self.billed_line_2,
                self.billed_city,
                self.billed_state,
                self.billed_postal_code,
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


def billed_of(fields: Mapping[str, Any], columns: Columns, country: str) -> ErpAccount:
    """Return the customer that an invoice was billed to, with where; raise NotReadable.

    An address is taken whole or not at all. The state stands behind the city, as on an envelope.
    """
    key = text(fields, columns.billed)
    lines = (text_or_none(fields, columns.billed_line), text_or_none(fields, columns.billed_line_2))
    city, code = (
        text_or_none(fields, columns.billed_city),
        text_or_none(fields, columns.billed_postal_code),
    )
    if lines[0] is None or city is None or code is None:
        raise NotReadable(f"{columns.billed_line} and what follows is no address")
    state = text_or_none(fields, columns.billed_state)
    address = PostalAddress(
        tuple(line for line in lines if line),
        code,
        f"{city}, {state}" if state else city,
        country,
    )
    name = text_or_none(fields, columns.billed_company) or key
    return ErpAccount(key, key, name, address=address)


def was_voided(fields: Mapping[str, Any], columns: Columns) -> bool:
    """Tell whether an invoice was voided, by a day or by a mark."""
    return fields.get(columns.voided) not in (None, "", False, 0, "N", "No", "false", "False")
