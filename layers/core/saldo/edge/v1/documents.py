"""Documents and other files over the API: sent with a call, or to an address given out for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from saldo.accounts.api_keys import ApiKey
from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Flag, Number
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Name, Query
from saldo.errors import TooLarge
from saldo.files.model import BYTES_MAX
from saldo.intake.booking import STANDS_ALONE
from saldo.intake.desk import Arrival
from saldo.intake.model import SOURCE_DEFAULT, Receipt, ReceiptState
from saldo.intake.ports import RowStatus, Way
from saldo.intake.reports import report_of
from saldo.intake.uploads import Shown
from saldo.wiring import Services

WAITING_MAX = 100

FileName = Annotated[str, Field(min_length=1, max_length=200), PRINTABLE, NOT_BLANK]
Source = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", max_length=40)]
_SOURCE = Field(description="What you call where it comes from; a table's mapping is kept by it.")


class DocumentTooLarge(TooLarge):
    """The file is too large for a call: send it to the address of an upload."""

    code = "document-too-large"


class SendQuery(Query):
    """What the file is called, and where it comes from."""

    name: Annotated[FileName, Field(description="Of the file.")] = "document"
    source: Annotated[Source, _SOURCE] = SOURCE_DEFAULT


class UploadOrder(Body):
    """A file that is to be sent."""

    name: Annotated[FileName, Field(description="Of the file.")]
    source: Annotated[Source, _SOURCE] = SOURCE_DEFAULT


class AgainOrder(Body):
    """A file that waits, and what you say about it."""

    id: Annotated[Name, Field(description="The file's id, or its upload's.")]
    account: Annotated[
        Number | None, Field(description="The buyer is this account; it is remembered.")
    ] = None
    invoice: Annotated[Number | None, Field(description="It credits or corrects this invoice.")] = (
        None
    )
    stands_alone: Annotated[
        Flag, Field(description="It corrects no invoice: it is one of its own.")
    ] = False


class RowAnswer(TypedDict):
    """What became of one thing in a file."""

    status: RowStatus
    place: Annotated[str, Field(description="Where it stands; '' for the file.")]
    id: Annotated[str, Field(description="Its number, or ''.")]
    code: Annotated[str, Field(description="Stable: of a refusal, or the broken rule's id; or ''.")]
    text: str


class DocumentAnswer(TypedDict):
    """A file, and what became of it."""

    id: Annotated[str, Field(description="Follows from its bytes and source.")]
    state: Annotated[
        ReceiptState,
        Field(
            description="`taken`: booked; `unchanged`: nothing was to be booked; `refused`: not "
            "booked, and the same again would not be; `waiting`: taken by itself once what lacks "
            "has come, or by `POST /v1/uploads/again`; `working`: goes on in steps, see `ref`; "
            "`failed`: could not go on, and does by `POST /v1/uploads/again`; "
            "`partly`: some rows were refused; `received`: kept, and taken soon."
        ),
    ]
    code: Annotated[str, Field(description="Stable: why it was refused, waits or failed; or ''.")]
    text: Annotated[str, Field(description="The same for people.")]
    kind: Annotated[str, Field(description="What it was taken for, such as `e-invoice`; or ''.")]
    name: str
    source: str
    way: Way
    by: Annotated[str, Field(description="The key or the mail address it came from.")]
    size_bytes: int
    sha256: str
    received_at: str
    updated_at: str
    next_try_at: str | None
    place: Annotated[str, Field(description="Where it lies in the drop folder, or ''.")]
    ref: Annotated[str, Field(description="Where the rest is told, such as an import's id; or ''.")]
    found: Annotated[
        dict[str, Any],
        Field(description="What was read in it; of an e-invoice `number`, `account`, `to_pay` …"),
    ]
    rows: Annotated[list[RowAnswer], Field(description="The first hundred.")]
    rows_in_all: int


class DocumentList(TypedDict):
    """Files that wait."""

    items: list[DocumentAnswer]


class UploadAnswer(TypedDict):
    """An address for one file, and what came there."""

    id: str
    name: str
    source: str
    made_at: str
    expires_at: Annotated[str, Field(description="Until then the address takes the file.")]
    document: Annotated[DocumentAnswer | None, Field(description="What came; null so far.")]
    url: NotRequired[Annotated[str, Field(description="Post the form there. Told once.")]]
    method: NotRequired[Literal["POST"]]
    fields: NotRequired[
        Annotated[
            dict[str, str],
            Field(description="Of the form, in any order; then the file, as `file`. Told once."),
        ]
    ]


def shown(receipt: Receipt) -> DocumentAnswer:
    """Render a file with what became of it."""
    return report_of(receipt)  # type: ignore[return-value]  # a test holds it to the schema


def send(
    services: Services, key: ApiKey, asked: SendQuery, media_type: str, data: bytes
) -> tuple[DocumentAnswer, bool]:
    """Take a file that came with a call, and tell whether it came for the first time.

    Raises DocumentTooLarge, FilesBusy, or BooksBusy.
    """
    if len(data) > BYTES_MAX:
        raise DocumentTooLarge(
            f"A call carries a file of at most {BYTES_MAX} bytes: POST /v1/uploads takes larger."
        )
    arrival = Arrival(key.creditor, asked.name, data, "api", key.name, asked.source, media_type)
    receipt, is_new = services.receiving.receive(arrival)
    return shown(receipt), is_new


def order(services: Services, key: ApiKey, body: Any) -> UploadAnswer:
    """Give out an address for one file."""
    asked = read(UploadOrder, body)
    upload, form = services.uploads.create(key.creditor, asked.name, asked.source, key.name)
    return {
        **_upload(Shown(upload, None)),
        "url": form.url,
        "method": "POST",
        "fields": form.fields,
    }


def show(services: Services, creditor: str, id_: str) -> UploadAnswer | DocumentAnswer:
    """Return an upload, or a file that came any other way; raise ReceiptUnknown."""
    found = services.uploads.show(creditor, id_)
    if found.upload is not None:
        return _upload(found)
    assert found.receipt is not None, "one of them is there"
    return shown(found.receipt)


def waiting(services: Services, creditor: str) -> DocumentList:
    """Return the files that wait, at most a hundred, the soonest to be tried first."""
    found: list[DocumentAnswer] = []
    for one in services.receiving.waiting(creditor):
        found.append(shown(one))
        if len(found) == WAITING_MAX:
            break
    return {"items": found}


def again(services: Services, creditor: str, body: Any) -> DocumentAnswer:
    """Try a file again; raise ReceiptUnknown, AccountUnknown, InvoiceUnknown, FileUnknown or
    FilesBusy.
    """
    asked = read(AgainOrder, body)
    receipt = services.uploads.receipt(creditor, asked.id)
    if asked.account is not None:
        reads.account(services.store, creditor, asked.account)
    if asked.invoice is not None:
        reads.invoice(services.store, creditor, asked.invoice)
    answers = {
        "account": asked.account or "",
        "invoice": asked.invoice or "",
        STANDS_ALONE: "yes" if asked.stands_alone else "",
    }
    return shown(services.receiving.again(creditor, receipt.id, answers))


def _upload(found: Shown) -> UploadAnswer:
    upload = found.upload
    assert upload is not None, "asked for by its id"
    return {
        "id": upload.id,
        "name": upload.name,
        "source": upload.source,
        "made_at": iso_instant(upload.made_at),
        "expires_at": iso_instant(upload.expires_at),
        "document": shown(found.receipt) if found.receipt else None,
    }
