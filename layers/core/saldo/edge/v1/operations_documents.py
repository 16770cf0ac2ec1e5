"""The operations about files that come in, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import documents
from saldo.edge.v1.operation import AUTH, BODY, ELSEWHERE, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.requests import NoQuery
from saldo.files.model import FilesBusy, FileUnknown
from saldo.intake.booking import BooksBusy
from saldo.intake.model import ReceiptUnknown

DOCUMENT: dict[str, Any] = {
    "id": "9b1c0e6f2a7d4358b6a0c1d2e3f40516",
    "state": "taken",
    "code": "",
    "text": "",
    "kind": "e-invoice",
    "name": "2026-0815.xml",
    "source": "default",
    "way": "api",
    "by": "ERP",
    "size_bytes": 8213,
    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "received_at": "2026-11-20T11:31:08.204000Z",
    "updated_at": "2026-11-20T11:31:08.413000Z",
    "next_try_at": None,
    "place": "",
    "ref": "",
    "found": {"number": "2026/0815", "account": "D-1042", "to_pay": "119.00", "currency": "EUR"},
    "rows": [{"status": "taken", "place": "", "id": "2026/0815", "code": "", "text": ""}],
    "rows_in_all": 1,
}
WAITING: dict[str, Any] = {
    **DOCUMENT,
    "state": "waiting",
    "code": "buyer-unknown",
    "text": "No account is known to be the buyer 'Example Bakery GmbH'.",
    "next_try_at": "2026-11-20T12:31:08.413000Z",
    "rows": [
        {
            "status": "waiting",
            "place": "",
            "id": "2026/0815",
            "code": "buyer-unknown",
            "text": "No account is known to be the buyer 'Example Bakery GmbH'.",
        }
    ],
}
UPLOAD: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "name": "open-items.csv",
    "source": "default",
    "made_at": "2026-11-20T11:31:08.204000Z",
    "expires_at": "2026-11-20T12:31:08.204000Z",
    "document": None,
}
GIVEN_OUT: dict[str, Any] = {
    **UPLOAD,
    "url": "https://bucket.s3.eu-central-1.amazonaws.com/",
    "method": "POST",
    "fields": {"key": "upload/acme/01M6ZT3W0H8M5V2Y7S4K1P9QDB", "policy": "…"},
}

_STATES = (
    "The answer is 200 or 201 whatever became of the file: look at `state`. The same bytes from "
    "the same source are the same file."
)

DOCUMENT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sendDocument",
        "POST",
        "/v1/documents",
        "Documents",
        "Send an electronic invoice",
        "Send the bytes as they are, at most 4 MB: UBL or CII as XML, or a PDF that carries one "
        "(ZUGFeRD, Factur-X). It is checked, booked as an invoice or a credit note, and kept byte "
        f"for byte; payers can fetch it. {_STATES}",
        "invoices:write",
        (
            Reply(201, "Kept.", documents.DocumentAnswer, {"taken": DOCUMENT, "waits": WAITING}),
            Reply(200, "The same as before.", documents.DocumentAnswer, {"known": DOCUMENT}),
        ),
        (*AUTH, ParameterNotValid, documents.DocumentTooLarge, FilesBusy, BooksBusy),
        query=documents.SendQuery,
        media_in=("application/xml", "application/pdf"),
        repeat="Repeating is harmless: what was refused or waits is tried again.",
    ),
    Operation(
        "makeUpload",
        "POST",
        "/v1/uploads",
        "Documents",
        "An address for a large file",
        "Post a form to `url`, with all `fields` and the file as the last field, `file`, of at "
        "most 64 MB. It is taken within a minute; ask for it by the id, or hear `document.judged`.",
        "invoices:write",
        (Reply(201, "Given out.", documents.UploadAnswer, {"address": GIVEN_OUT}),),
        (*AUTH, *BODY),
        body=documents.UploadOrder,
        body_example={"name": "open-items.csv", "source": "default"},
        repeat="Each call gives out another address.",
    ),
    Operation(
        "listWaiting",
        "GET",
        "/v1/uploads",
        "Documents",
        "Files that wait",
        "At most a hundred, whatever way they came: those that miss an account or an invoice.",
        "invoices:read",
        (
            Reply(
                200,
                "The soonest to be tried first.",
                documents.DocumentList,
                {"one": {"items": [WAITING]}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    ),
    Operation(
        "getUpload",
        "GET",
        "/v1/uploads/{upload_id}",
        "Documents",
        "What became of a file",
        "By the id of an upload, or of a file that came any other way.",
        "invoices:read",
        (
            Reply(
                200,
                "The upload with its file, or the file.",
                documents.UploadAnswer | documents.DocumentAnswer,
                {"upload": {**UPLOAD, "document": DOCUMENT}, "file": DOCUMENT},
            ),
        ),
        (*AUTH, ReceiptUnknown),
    ),
    Operation(
        "getUploadContent",
        "GET",
        "/v1/uploads/{upload_id}/content",
        "Documents",
        "A file that came in",
        "Byte for byte.",
        "invoices:read",
        (Reply(200, "The file.", media="application/octet-stream"), ELSEWHERE),
        (*AUTH, ReceiptUnknown, FileUnknown, FilesBusy),
    ),
    Operation(
        "tryAgain",
        "POST",
        "/v1/uploads/again",
        "Documents",
        "Try a file again",
        "With what it lacked: the account that its buyer is, the invoice that it credits or "
        "corrects, or that it stands alone.",
        "invoices:write",
        (Reply(200, "What became of it.", documents.DocumentAnswer, {"taken": DOCUMENT}),),
        (
            *AUTH,
            *BODY,
            ReceiptUnknown,
            AccountUnknown,
            InvoiceUnknown,
            FileUnknown,
            FilesBusy,
            BooksBusy,
        ),
        body=documents.AgainOrder,
        body_example={"id": "9b1c0e6f2a7d4358b6a0c1d2e3f40516", "account": "D-1042"},
        repeat="Repeating is harmless: what is booked stays as it is.",
    ),
)
