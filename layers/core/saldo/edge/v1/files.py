"""Files over the API: invoices' documents and lines, and what payers sent."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Number
from saldo.edge.v1.requests import Name, Query
from saldo.errors import NotFound
from saldo.files.model import BYTES_MAX, NAME_MAX, FilesTooLarge, Purpose, StoredFile
from saldo.files.service import Files
from saldo.invoices.lines import InvoiceLineBook
from saldo.money import format_amount
from saldo.store import Store

FileName = Annotated[str, Field(min_length=1, max_length=NAME_MAX), PRINTABLE, NOT_BLANK]


class DocumentMissing(NotFound):
    """The invoice has no document."""

    code = "document-missing"


class DocumentQuery(Query):
    """The invoice, and what its document is called when somebody saves it."""

    number: Annotated[Number, Field(description="The invoice's number.")]
    name: Annotated[FileName, Field(description="Of the file; its ending follows its bytes.")] = (
        "invoice"
    )


class FileQuery(Query):
    """One file of an account."""

    account: Annotated[Number, Field(description="The account's number.")]
    id: Annotated[Name, Field(description="The file's id.")]


class FileAnswer(TypedDict):
    """What is known of a file."""

    id: str
    account: str
    purpose: Annotated[Purpose, Field(description="What it came as.")]
    name: Annotated[str, Field(description="As the sender called it, cleaned.")]
    content_type: Annotated[str, Field(description="What its own bytes say.")]
    size_bytes: int
    sha256: str
    invoice: str | None
    about: Annotated[
        str, Field(description="The id of the dispute, proof or message that it came with, or ''.")
    ]
    by: Annotated[str, Field(description="`payer`, or who of yours.")]
    at: str
    replaced_by: Annotated[
        str | None, Field(description="Of an invoice's document: the newer one's id.")
    ]


class FileList(TypedDict):
    """The files of an account."""

    items: Annotated[list[FileAnswer], Field(description="The oldest first.")]


class LineAnswer(TypedDict):
    """A line of an invoice."""

    ref: str
    text: str
    quantity: str
    unit: str
    unit_price: str | None
    amount: str
    tax_rate: str | None


class LineList(TypedDict):
    """The lines of an invoice."""

    number: str
    currency: str
    items: list[LineAnswer]


def shown(file: StoredFile) -> FileAnswer:
    """Render what is known of a file."""
    return {
        "id": file.id,
        "account": file.account,
        "purpose": file.purpose,
        "name": file.name,
        "content_type": file.content_type,
        "size_bytes": file.size,
        "sha256": file.sha256,
        "invoice": file.invoice,
        "about": file.about,
        "by": file.by,
        "at": iso_instant(file.at),
        "replaced_by": file.replaced_by,
    }


def put_document(
    store: Store, files: Files, creditor: str, asked: DocumentQuery, data: bytes, by: str
) -> tuple[FileAnswer, bool]:
    """Keep an invoice's document byte for byte, and tell whether it is a new one.

    Raises FilesTooLarge, InvoiceUnknown, or what `Files.keep` does.
    """
    if len(data) > BYTES_MAX:
        raise FilesTooLarge(f"A call carries a document of at most {BYTES_MAX} bytes.")
    invoice = reads.invoice(store, creditor, asked.number)
    place = (creditor, invoice.account)
    before = files.document(*place, invoice.number)
    kept = files.keep(*place, "invoice", asked.name, "", data, by, invoice.number)
    return shown(kept), before is None or before.id != kept.id


def document(store: Store, files: Files, creditor: str, number: str) -> StoredFile:
    """Return an invoice's document as it is now; raise InvoiceUnknown or DocumentMissing."""
    invoice = reads.invoice(store, creditor, number)
    found = files.document(creditor, invoice.account, number)
    if found is None:
        raise DocumentMissing(f"Invoice {number!r} has no document.")
    return found


def of_account(store: Store, files: Files, creditor: str, account: str) -> FileList:
    """Return the files of an account; raise AccountUnknown."""
    reads.account(store, creditor, account)
    return {"items": [shown(one) for one in files.of(creditor, account)]}


def lines(store: Store, book: InvoiceLineBook, creditor: str, number: str) -> LineList:
    """Return the lines of an invoice; raise InvoiceUnknown."""
    invoice = reads.invoice(store, creditor, number)
    return {
        "number": number,
        "currency": invoice.currency,
        "items": [
            {
                "ref": one.ref,
                "text": one.text,
                "quantity": one.quantity,
                "unit": one.unit,
                "unit_price": one.unit_price,
                "amount": format_amount(one.amount_minor, invoice.currency),
                "tax_rate": one.tax_rate,
            }
            for one in book.of(creditor, invoice.account, number)
        ],
    }
