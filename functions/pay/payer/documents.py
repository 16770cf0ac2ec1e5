"""The page that lists what can be fetched: the statement, receipts, and summaries of invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.files.content import XML
from saldo.files.model import StoredFile
from saldo.invoices.model import Invoice
from saldo.payments.links import Opened
from saldo.wiring import Services

from .shown import Frame, PastPayment

_RECEIPTS_MAX: Final = 50
_INVOICES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for and could not be had: the refusal's code, and the days as typed."""

    problem: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A payment that a receipt is made for."""

    id: str
    paid: PastPayment


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """A credit note's document, under the name that the creditor's systems gave it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """An invoice that a payment summary is made for; `file` is the id of its own document, "" where
    the creditor gave none. `xml` is that of the electronic invoice beside it, `credit_notes` those
    of documents of credit notes on it; `is_xml` says that its own document is one.
    """

    number: str
    file: str = ""
    xml: str = ""
    is_xml: bool = False
    credit_notes: tuple[CreditNoteRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """What can be fetched by a link. `has_statement` for links that show the whole account."""

    frame: Frame
    has_statement: bool
    receipts: tuple[ReceiptRow, ...]
    invoices: tuple[SummaryRow, ...]
    asked: Asked = Asked()


def documents_page(services: Services, opened: Opened, frame: Frame, asked: Asked) -> DocumentsPage:
    """Return what the page shows: the last payments, and the invoices that are open, stand in front
    or were paid by them.
    """
    link, account = opened.link, opened.account
    whole = link.scope == "account"
    paid = services.statements.receipts(
        account, None if whole else link.invoice, newest=_RECEIPTS_MAX
    )
    numbers = [one.number for one in services.standings.of(opened, newest=1).open_]
    if link.invoice:
        numbers.insert(0, link.invoice)
    if whole:
        numbers += [number for payment in paid for number in payment.invoices]
    wanted = list(dict.fromkeys(numbers))[:_INVOICES_MAX]
    place = (link.creditor, link.account)
    found = services.store.get_many(Invoice, [(*place, number) for number in wanted])
    kept = [one for one in services.files.of(*place) if one.replaced_by is None]
    return DocumentsPage(
        frame,
        whole,
        tuple(
            ReceiptRow(one.id, PastPayment(one.received_on, one.amount_minor, one.currency))
            for one in paid
            if one.received_on
        ),
        tuple(
            _row(number, [one for one in kept if one.invoice == number])
            for number in wanted
            if (*place, number) in found
        ),
        asked,
    )


def _row(number: str, kept: Sequence[StoredFile]) -> SummaryRow:
    """Return what can be fetched of one invoice, of its files that are not replaced."""
    by_purpose = {one.purpose: one for one in kept}
    own, xml = by_purpose.get("invoice"), by_purpose.get("e-invoice")
    return SummaryRow(
        number,
        own.id if own else "",
        xml.id if xml else "",
        own is not None and own.content_type == XML,
        tuple(CreditNoteRow(one.id, one.name) for one in kept if one.purpose == "credit-note"),
    )
