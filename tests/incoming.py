"""Documents that arrive: a creditor's e-invoices, made to measure, and services that take them."""

from __future__ import annotations

from typing import Any

from saldo.accounts.model import Account, Contact
from saldo.intake.desk import Arrival
from saldo.intake.model import Receipt
from saldo.settings import Settings
from saldo.wiring import Services
from tests.books import CREDITOR, Books
from tests.unit.einvoices.made import invoice

SELLER = ("Acme Example GmbH", "Musterwerk GmbH")
BUYER = "Voorbeeld Example B.V."
DEBTOR = "D-7"


def services_of(books: Books, **parts: Any) -> Services:
    """Return the services that take documents into a set of books."""
    return Services(
        Settings(public_url="https://pay.musterwerk.example", is_local=True),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        **parts,
    )


def open_debtor(books: Books, number: str = DEBTOR) -> None:
    """A live creditor, and the debtor that the documents name."""
    if not any(books.accounts.creditors()):
        books.open_creditor()
    contact = Contact("Crediteuren", "facturen@voorbeeld.example")
    debtor = Account(
        CREDITOR, number, BUYER, "business", "NL", "nl", "Europe/Amsterdam", (contact,)
    )
    assert books.intake.put_accounts([debtor])[0].status == "accepted"


def einvoice(
    number: str = "RE-7", buyer_id: str = DEBTOR, *changes: tuple[str, str], kind: str = "380"
) -> bytes:
    """An e-invoice of the creditor over EUR 119.00, issued on 20 November 2026."""
    party = "<cac:AccountingCustomerParty><cac:Party>"
    identified = (
        f"{party}<cac:PartyIdentification><cbc:ID>{buyer_id}</cbc:ID></cac:PartyIdentification>"
    )
    return invoice(
        SELLER,
        ("<cbc:ID>2026-1001</cbc:ID>", f"<cbc:ID>{number}</cbc:ID>"),
        ("2026-11-01", "2026-11-20"),
        ("2026-11-15", "2026-12-04"),
        ("<cbc:InvoiceTypeCode>380<", f"<cbc:InvoiceTypeCode>{kind}<"),
        *([(party, identified)] if buyer_id else []),
        *changes,
    )


def about(*numbers: str) -> tuple[str, str]:
    """A change that lets a document name the invoices that it is about."""
    place = "<cac:AccountingSupplierParty>"
    named = "".join(
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{one}</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
        for one in numbers
    )
    return place, named + place


def over(amount: str) -> tuple[tuple[str, str], ...]:
    """Changes that make the document's net total, and its line, another one at 0 % VAT."""
    return (
        ('"EUR">19.00', '"EUR">0.00'),
        (
            '<cbc:TaxInclusiveAmount currencyID="EUR">119.00',
            f'<cbc:TaxInclusiveAmount currencyID="EUR">{amount}',
        ),
        (
            '<cbc:PayableAmount currencyID="EUR">119.00',
            f'<cbc:PayableAmount currencyID="EUR">{amount}',
        ),
        ('"EUR">100.00', f'"EUR">{amount}'),
        ("<cbc:Percent>19<", "<cbc:Percent>0<"),
        ("<cbc:ID>S</cbc:ID>", "<cbc:ID>Z</cbc:ID>"),
        ("50.0000", f"{float(amount) / 2:.4f}"),
        ("#BASISBETRAG=100.00", ""),
    )


def bring(services: Services, data: bytes, name: str = "invoice.xml", **more: Any) -> Receipt:
    """Hand a file over as the API does, and return its receipt."""
    arrival = Arrival(CREDITOR, name, data, more.pop("way", "api"), more.pop("by", "ERP"), **more)
    return services.receiving.receive(arrival)[0]
