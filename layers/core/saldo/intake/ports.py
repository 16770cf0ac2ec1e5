"""What came in as a file, and who takes it.

A way in (API, upload, drop folder, mail) makes a `ReceivedFile`; the first `Taker` that accepts its
beginning takes it and tells the `Outcome`. Another kind of file is another taker: none of them
knows how a file came, and no way in knows what files say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, Protocol, get_args, runtime_checkable

Way = Literal["api", "upload", "drop", "mail"]
"""api: sent with the call; upload: put at an address that was given out for it; drop: laid into the
creditor's folder; mail: attached to a mail to the creditor's address."""

WAYS: Final[tuple[Way, ...]] = get_args(Way)

HEAD_BYTES: Final = 4096
"""So much of a file's beginning every taker is shown."""

RowStatus = Literal["taken", "unchanged", "refused", "waiting", "warning"]
"""taken: it changed the books; unchanged: it stands there already; refused: it is not in the books,
and the same again would not be; waiting: it is not in the books until somebody does something, and
then it is taken by itself; warning: taken, and something about it deserves a look."""

State = Literal["taken", "unchanged", "partly", "refused", "waiting", "working", "failed"]
"""Of a whole file: "partly" has refused rows beside good ones; "working" goes on in steps of its
own, and `Outcome.ref` says where they are told; "failed" could not go on with them, and does when
it is asked to."""


@dataclass(frozen=True)
class ReceivedFile:
    """A file of one creditor, as it came.

    `id` names this receipt, and is the same when the same is handed over again. `source` is what
    the creditor calls where it comes from ("default" where nothing was said): mappings are kept by
    it. `name` was given by the sender and is not trusted; `media_type` is what the sender told, ""
    for nothing. `size` is in bytes, `sha256` of them in hexadecimal digits. `by` is who sent it: a
    key's name, a mail address. `opened` fetches the bytes, and may raise FilesBusy. `answers` are
    what a person said about a file that waited ("account", "invoice", "stands-alone").
    """

    creditor: str
    id: str
    source: str
    name: str
    media_type: str
    size: int
    sha256: str
    received_at: datetime
    way: Way
    by: str
    opened: Callable[[], bytes]
    answers: tuple[tuple[str, str], ...] = ()

    def answer(self, question: str) -> str:
        """Return what a person said, "" for nothing."""
        return dict(self.answers).get(question, "")

    @cached_property
    def data(self) -> bytes:
        """The bytes, fetched when first asked for."""
        return self.opened()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What became of one thing in a file, or of the file itself.

    `place` says where it stands, as a person finds it ("line 12", "Sheet1 row 3", an XPath), "" for
    the file. `id` is the number of what was taken, as far as it is known. `code` is stable (of a
    refusal, or a finding's rule), "" where there is nothing to say; `text` is for people.
    """

    status: RowStatus
    place: str = ""
    id: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. `code` and `text` say why it was refused or waits, and are "" else.

    `kind` is the taker's word for what the file is ("e-invoice", "table"). `found` are further
    facts for whoever reads the report: texts, numbers, and lists or objects of them. A taker that
    goes on by itself answers "working", with `ref` (an import's id, say).
    """

    state: State
    kind: str
    code: str = ""
    text: str = ""
    rows: tuple[ReportRow, ...] = ()
    found: tuple[tuple[str, Any], ...] = ()
    ref: str = ""


class Taker(Protocol):
    """Takes one kind of file. Taking the same again changes nothing and tells the same."""

    kind: str

    def accepts(self, head: bytes, name: str) -> bool:
        """Tell by a file's first `HEAD_BYTES` bytes, and its name where these do not say, whether
        this taker is the one for it. Nothing is read beyond; a wrong yes is a refusal later.
        """

    def take(self, file: ReceivedFile) -> Outcome:
        """Take a file as a whole, or say why not. Refusals of the business are outcomes; what is
        raised (Unavailable, a fault) means that the same shall be tried again.
        """


@runtime_checkable
class TakesBySource(Protocol):
    """What a taker that is meant by a source's name can be asked."""

    def is_of(self, creditor: str, source: str) -> bool:
        """Tell whether the files of a source are for this taker, whatever they look like."""


@runtime_checkable
class GoesOn(Protocol):
    """What a taker that answers "working" can be asked later."""

    def look(self, creditor: str, ref: str) -> Outcome:
        """Tell how far what was begun under `ref` is: "working", or what became of it."""

    def is_outdated(self, creditor: str, source: str, ref: str) -> bool:
        """Tell whether the same file would be understood otherwise today than under `ref`."""
