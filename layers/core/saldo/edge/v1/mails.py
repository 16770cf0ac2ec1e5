"""Mails of payers over the API: listed, put to their account, answered."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.edge.v1.threads import ThreadEntry, entry
from saldo.files.model import BYTES_MAX, FilesTooLarge
from saldo.inbox import model
from saldo.inbox.answering import Answer
from saldo.inbox.replies import TITLE_MAX, Starter
from saldo.inbox.service import ShownMail, ShownState
from saldo.threads.model import TEXT_MAX
from saldo.threads.model import ThreadEntry as KeptEntry

LISTED_MAX: Final = 50

MailId = Annotated[
    str,
    StringConstraints(strict=True, pattern="^[0-9A-HJKMNP-TV-Z]{26}$"),
    Field(description="The mail's id."),
]
_Person = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=120),
    PRINTABLE,
    NOT_BLANK,
]


class MailsQuery(Query):
    """Which mails."""

    id: Annotated[MailId | None, Field(description="One mail.")] = None
    account: Annotated[
        Number | None,
        Field(description="Those in an account's conversation, percent-encoded."),
    ] = None
    state: Annotated[
        Literal["triage", "open", "all"],
        Field(
            description="`triage`: those that wait for somebody to say whose they are, the oldest "
            "first. `open`: those in conversations in which a payer waits, the longest wait first. "
            "`all`: the newest first, page by page."
        ),
    ] = "triage"
    cursor: Annotated[
        MailId | None, Field(description="Of `all`: the `cursor` of the page before.")
    ] = None


class MailPart(Query):
    """A file of a mail."""

    id: MailId
    part: Annotated[int, Field(ge=1, le=model.FILES_MAX, description="Its `part`.")]


class MailWhole(Query):
    """One mail."""

    id: MailId


class MailReply(Body):
    """The creditor's words to who wrote a mail."""

    mail: MailId
    id: Annotated[Number, Field(description="Yours, unique for the account: makes a repeat safe.")]
    text: Annotated[
        str,
        StringConstraints(strict=True, min_length=1, max_length=TEXT_MAX),
        NOT_BLANK,
        Field(description="Without salutation and greetings: these stand around it."),
    ]
    invoice: Annotated[
        Number | None, Field(description="What it is about. Default: what the mail is about.")
    ] = None
    files: Annotated[
        list[Number],
        Field(
            default_factory=list,
            max_length=5,
            description="Ids of files of the account that go with it.",
        ),
    ]
    with_document: Annotated[
        bool, Field(strict=True, description="The invoice's document goes with it.")
    ] = False


class MailFiling(Body):
    """Whose a mail is."""

    mail: MailId
    account: Annotated[Number, Field(description="The account's number.")]
    learn: Annotated[
        bool,
        Field(strict=True, description="The sender's next mails belong to this account, too."),
    ] = False
    moves: Annotated[
        bool,
        Field(
            strict=True,
            description="It stands in another account by mistake: it is taken out there, with its "
            "files.",
        ),
    ] = False


class MailAssignment(Body):
    """Who sees to a mail."""

    mail: MailId
    to: Annotated[_Person | None, Field(description="`null`: nobody.")]


class MailEnd(Body):
    """A mail about which nothing is to be done."""

    mail: MailId
    spam: Annotated[bool, Field(strict=True, description="It is nobody's business.")] = False


class MailReopening(Body):
    """A mail about which something is to be done after all."""

    mail: MailId


class ReplyTextsQuery(Query):
    """In which language."""

    language: Annotated[
        str,
        StringConstraints(pattern="^[a-z]{2}$"),
        Field(description="The debtor's, of two letters."),
    ]


class ReplyTextRecord(Body):
    """A text to answer with."""

    id: Annotated[
        str,
        StringConstraints(strict=True, pattern="^[a-z0-9][a-z0-9-]{0,39}$"),
        Field(description="That of a supplied text takes its place."),
    ]
    language: Annotated[
        str,
        StringConstraints(strict=True, pattern="^[a-z]{2}$"),
        Field(description="Of two letters."),
    ]
    title: Annotated[
        str,
        StringConstraints(strict=True, min_length=1, max_length=TITLE_MAX),
        PRINTABLE,
        NOT_BLANK,
        Field(description="As the list of texts shows it."),
    ]
    body: Annotated[
        str,
        StringConstraints(strict=True, max_length=TEXT_MAX),
        Field(
            description="`{invoice}` becomes the invoice's number, `{name}` the payer's name. "
            "Empty: the text leaves the list."
        ),
    ]


class MailGround(TypedDict):
    """One reason to think that a mail belongs to an account."""

    kind: model.GroundKind
    account: str
    text: Annotated[str, Field(description="What said so: an invoice's number, an address.")]


class MailFileAnswer(TypedDict):
    """A file of a mail."""

    part: int
    name: Annotated[str, Field(description="As the sender called it, in one line.")]
    content_type: Annotated[str, Field(description="What its own bytes say.")]
    size_bytes: int
    sha256: str
    verdict: Annotated[
        model.FileVerdict,
        Field(description="`suspicious`: it is kept in the mail, and handed out with it alone."),
    ]
    why: Annotated[str, Field(description="What is wrong with one that is not `ok`.")]
    file: Annotated[str | None, Field(description="The id of the account's file that it became.")]


class Mail(TypedDict):
    """A mail that came in."""

    id: str
    at: _Instant
    state: Annotated[
        ShownState,
        Field(
            description="`triage`: somebody must say whose it is; `open`: the payer waits for an "
            "answer; `answered`, `closed`: nobody waits; `spam`."
        ),
    ]
    kind: Annotated[
        model.MailKind, Field(description="`auto-reply`: nobody wrote it, and nothing is to do.")
    ]
    account: str | None
    invoice: str | None
    from_name: str
    from_address: Annotated[str, Field(description="'' where it named none.")]
    is_proven: Annotated[
        bool, Field(description="DMARC or SPF prove that it comes from the sender's domain.")
    ]
    subject: str
    text: Annotated[str, Field(description="What was written, without what was quoted.")]
    is_quoted: Annotated[bool, Field(description="A quotation was left out.")]
    is_cut: Annotated[bool, Field(description="It goes on; `GET /v1/mails/raw` has it whole.")]
    because: Annotated[list[MailGround], Field(description="What speaks for which account.")]
    why: Annotated[model.Why, Field(description="Why it waits for a person; '' where it does not.")]
    files: list[MailFileAnswer]
    assigned_to: str | None


class Mails(TypedDict):
    """Mails."""

    items: Annotated[list[Mail], Field(description=f"At most {LISTED_MAX}.")]
    cursor: Annotated[str | None, Field(description="Of `all`: asks for the next page.")]


class ReplyText(TypedDict):
    """A text to begin an answer with."""

    id: str
    language: str
    title: str
    body: str
    is_own: Annotated[bool, Field(description="It is the creditor's.")]


class ReplyTexts(TypedDict):
    """Texts to begin an answer with."""

    items: list[ReplyText]


def listed(order: Ordered, asked: MailsQuery) -> Mails:
    """Return mails; raise MailUnknown or AccountUnknown."""
    inbox, creditor = order.services.inbox, order.creditor.id
    cursor = None
    if asked.id is not None:
        found = [inbox.get(creditor, asked.id)]
    elif asked.account is not None:
        reads.account(order.services.store, creditor, asked.account)
        found = inbox.of_account(creditor, asked.account, LISTED_MAX)
    elif asked.state == "all":
        found, cursor = inbox.recent(creditor, LISTED_MAX, asked.cursor)
    elif asked.state == "open":
        found = list(islice(inbox.open(creditor, LISTED_MAX), LISTED_MAX))
    else:
        found = inbox.triage(creditor, LISTED_MAX)
    return {"items": [mail(one) for one in found], "cursor": cursor}


def attachment(order: Ordered, asked: MailPart) -> tuple[model.MailFile, bytes]:
    """Return a file of a mail. Raises MailUnknown, AttachmentUnknown, FileUnknown, FilesBusy, or
    FilesTooLarge: then the whole mail has it.
    """
    told, data = order.services.inbox.attachment(order.creditor.id, asked.id, asked.part)
    if len(data) > BYTES_MAX:
        raise FilesTooLarge(f"Files of more than {BYTES_MAX} bytes are had with the whole mail.")
    return told, data


def reply(order: Ordered, body: Any) -> tuple[ThreadEntry, bool]:
    """Answer a mail, and tell whether it was new; raises what `Answers.answer` does."""
    sent = read(MailReply, body)
    services, creditor = order.services, order.creditor
    account = model.mail_of(services.store, creditor.id, sent.mail).account or ""
    known = services.store.get(KeptEntry, creditor.id, account, sent.id) if account else None
    files = tuple(sent.files)
    answer = Answer(sent.id, sent.text, order.by, sent.invoice, files, sent.with_document)
    return entry(services.mail_answers.answer(creditor, sent.mail, answer)), known is None


def file(order: Ordered, body: Any) -> Mail:
    """Say whose a mail is; raises what `Inbox.file` does."""
    sent = read(MailFiling, body)
    inbox, creditor = order.services.inbox, order.creditor
    inbox.file(creditor, sent.mail, sent.account, order.by, learn=sent.learn, moves=sent.moves)
    return mail(inbox.get(creditor.id, sent.mail))


def assign(order: Ordered, body: Any) -> Mail:
    """Say who sees to a mail. Raises Invalid, MailUnknown or ThreadBusy."""
    sent = read(MailAssignment, body)
    return mail(order.services.inbox.assign(order.creditor.id, sent.mail, sent.to, order.by))


def close(order: Ordered, body: Any) -> Mail:
    """Close a mail. Raises Invalid, MailUnknown, MailNotInTriage or ThreadBusy."""
    sent = read(MailEnd, body)
    inbox = order.services.inbox
    return mail(inbox.close(order.creditor.id, sent.mail, order.by, spam=sent.spam))


def reopen(order: Ordered, body: Any) -> Mail:
    """Open a mail again. Raises Invalid, MailUnknown or ThreadBusy."""
    sent = read(MailReopening, body)
    return mail(order.services.inbox.reopen(order.creditor.id, sent.mail, order.by))


def reply_texts(order: Ordered, asked: ReplyTextsQuery) -> ReplyTexts:
    """Return the texts to answer with in a language."""
    found = order.services.reply_texts.offered(order.creditor.id, asked.language)
    return {"items": [starter(one) for one in found]}


def put_reply_text(order: Ordered, body: Any) -> ReplyText:
    """Keep a text to answer with. Raises Invalid, ReplyTextNotValid or ReplyTextUnknown."""
    sent = read(ReplyTextRecord, body)
    kept = order.services.reply_texts.put(
        order.creditor.id, sent.id, sent.language, sent.title, sent.body, order.by
    )
    return starter(Starter(kept.id, kept.language, kept.title, kept.body, is_own=True))


def starter(found: Starter) -> ReplyText:
    """Render a text to answer with."""
    return {
        "id": found.id,
        "language": found.language,
        "title": found.title,
        "body": found.body,
        "is_own": found.is_own,
    }


def mail(shown: ShownMail) -> Mail:
    """Render a mail."""
    found = shown.mail
    return {
        "id": found.id,
        "at": iso_instant(found.at),
        "state": shown.state,
        "kind": found.kind,
        "account": found.account,
        "invoice": found.invoice,
        "from_name": found.from_name,
        "from_address": found.from_address,
        "is_proven": found.is_proven,
        "subject": found.subject,
        "text": found.text,
        "is_quoted": found.quoted,
        "is_cut": found.is_cut,
        "because": [
            {"kind": one.kind, "account": one.account, "text": one.text} for one in found.because
        ],
        "why": found.why,
        "files": [_file(one) for one in found.files],
        "assigned_to": shown.assigned_to,
    }


def _file(found: model.MailFile) -> MailFileAnswer:
    return {
        "part": found.part,
        "name": found.name,
        "content_type": found.content_type,
        "size_bytes": found.size,
        "sha256": found.sha256,
        "verdict": found.verdict,
        "why": found.why,
        "file": found.file or None,
    }
