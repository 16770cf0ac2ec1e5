"""What is kept of a file beside its bytes, how much is taken, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from saldo.errors import Invalid, NotFound, TooLarge, Unavailable

Purpose = Literal["invoice", "e-invoice", "credit-note", "dispute", "proof", "thread", "mail"]
"""invoice: the ERP's document of it; e-invoice: the XML that this document, a PDF, carries;
credit-note: the document of a credit note on the invoice; dispute: sent with "this is wrong";
proof: sent with "I have paid"; thread: sent with a question or its answer; mail: sent in a mail."""

FROM_CREDITOR: Final[frozenset[Purpose]] = frozenset({"invoice", "e-invoice", "credit-note"})
"""What the creditor's own systems wrote: XML is taken there, and whoever may read may have it."""

ONE_EACH: Final[frozenset[Purpose]] = frozenset({"invoice", "e-invoice"})
"""What an invoice has one of: a newer one takes the place of the one before."""

FILES_MAX: Final = 5
"""With one form."""

BYTES_MAX: Final = 4 * 1024 * 1024
"""Of all files of one request together. Lambda takes 6 MB, and base64 makes four bytes of three."""

MAIL_BYTES_MAX: Final = 10_000_000
"""Of the files of a mail, which come by no request."""

DOCUMENT_BYTES_MAX: Final = 20_000_000
"""Of a document that the creditor's own systems wrote: as large as an e-invoice may be."""

ADDRESS_SECONDS: Final = 60
"""So long the address of a file works that is too large for an answer: it is followed at once."""

NAME_MAX: Final = 120


class FileEmpty(Invalid):
    """A file holds nothing."""

    code = "file-empty"


class FileKindNotTaken(Invalid):
    """A file's bytes are those of a kind that is not taken: a program, a web page, an archive."""

    code = "file-kind-not-taken"


class FilesTooMany(Invalid):
    """More files came at once than are taken."""

    code = "files-too-many"


class FilesTooLarge(TooLarge):
    """The files of one request are too large together."""

    code = "files-too-large"


class FileUnknown(NotFound):
    """There is no such file on this account, or its time was over and it was forgotten."""

    code = "file-unknown"


class FilesBusy(Unavailable):
    """Where files lie did not answer; the same again will do."""

    code = "files-busy"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of one account. `content_type` is what its own bytes say, `name` was cleaned.

    `sha256` is that of its bytes, in hexadecimal digits; `by` is "payer", or who of the creditor.
    `about` is the id of what it came with: a dispute, a proof, a message. `replaced_by` is the id
    of the newer one in its place.
    """

    creditor: str
    account: str
    id: str
    purpose: Purpose
    name: str
    content_type: str
    size: int
    sha256: str
    invoice: str | None
    by: str
    at: datetime
    about: str = ""
    replaced_by: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)
