"""The operations about invoices' documents and lines, and about files, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import files, requests
from saldo.edge.v1.operation import AUTH, ELSEWHERE, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.files.model import FileEmpty, FileKindNotTaken, FilesBusy, FilesTooLarge, FileUnknown

DOCUMENT: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "account": "D-1042",
    "purpose": "invoice",
    "name": "invoice-2026-0815.pdf",
    "content_type": "application/pdf",
    "size_bytes": 48213,
    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "invoice": "2026/0815",
    "about": "",
    "by": "ERP",
    "at": "2026-11-20T11:31:08.204000Z",
    "replaced_by": None,
}
LINES: dict[str, Any] = {
    "number": "2026/0815",
    "currency": "EUR",
    "items": [
        {
            "ref": "1",
            "text": "Filter cartridge",
            "quantity": "4",
            "unit": "pcs",
            "unit_price": "25.00",
            "amount": "100.00",
            "tax_rate": "19",
        }
    ],
}

FILE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "putDocument",
        "PUT",
        "/v1/invoices/document",
        "Invoices",
        "Give an invoice its document",
        "Send the bytes as they are, at most 4 MB: a PDF, or an electronic invoice as XML. They "
        "are kept byte for byte; what they are is told by themselves, not by the header. Payers "
        "can download it, a copy that they ask for carries it, and mails of the invoice do if the "
        "policy says so. Another document takes the place of the one before, which is kept.",
        "invoices:write",
        (
            Reply(201, "Kept.", files.FileAnswer, {"new": DOCUMENT}),
            Reply(200, "The same as before.", files.FileAnswer, {"known": DOCUMENT}),
        ),
        (
            *AUTH,
            ParameterNotValid,
            InvoiceUnknown,
            FileEmpty,
            FileKindNotTaken,
            FilesTooLarge,
            FilesBusy,
        ),
        query=files.DocumentQuery,
        media_in=("application/pdf", "application/xml"),
        repeat="Repeating is harmless: the same bytes are the same document.",
    ),
    Operation(
        "getDocument",
        "GET",
        "/v1/invoices/document",
        "Invoices",
        "An invoice's document",
        "The newest, byte for byte as it was sent.",
        "invoices:read",
        (Reply(200, "The document.", media="application/pdf"), ELSEWHERE),
        (*AUTH, ParameterNotValid, InvoiceUnknown, files.DocumentMissing, FileUnknown, FilesBusy),
        query=requests.NumberQuery,
    ),
    Operation(
        "getLines",
        "GET",
        "/v1/invoices/lines",
        "Invoices",
        "An invoice's lines",
        "As they were sent with the invoice.",
        "invoices:read",
        (Reply(200, "The lines, in their order.", files.LineList, {"some": LINES}),),
        (*AUTH, ParameterNotValid, InvoiceUnknown),
        query=requests.NumberQuery,
    ),
    Operation(
        "listFiles",
        "GET",
        "/v1/files",
        "Files",
        "The files of an account",
        "Documents of its invoices, those that were replaced among them, and what payers sent with "
        "a dispute, as proof, or with a question. `file.kept` tells of each.",
        "collection:read",
        (Reply(200, "The files.", files.FileList, {"one": {"items": [DOCUMENT]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "getFile",
        "GET",
        "/v1/files/content",
        "Files",
        "A file",
        "Byte for byte. What payers send is checked for its kind, not for viruses: open it as you "
        "would open a mail's attachment.",
        "collection:read",
        (Reply(200, "The file.", media="application/octet-stream"), ELSEWHERE),
        (*AUTH, ParameterNotValid, FileUnknown, FilesBusy),
        query=files.FileQuery,
    ),
)
