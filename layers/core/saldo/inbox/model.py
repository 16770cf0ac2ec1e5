"""Mails that came in, and what is known of each."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import quote

from saldo.errors import Conflict, Invalid, NotFound
from saldo.ids import instant_of
from saldo.store import Store

MailState = Literal["filed", "triage", "closed", "spam"]
"""filed: it stands in an account's conversation, whose state is its own; triage: a person must say
whose it is; closed: nothing is to be done about it; spam: nobody's business."""

MailKind = Literal["message", "auto-reply"]
"""auto-reply: nobody wrote it ("I am away until Monday")."""

GroundKind = Literal["token", "reference-header", "sender", "sender-unproven", "number", "rf"]
"""token: it went to the address that one notice gave for replies; reference-header: it refers to a
mail of ours; sender: a contact of the account, or who a person said writes for it, proven by DMARC
or SPF; sender-unproven: the same, but anybody may have written it; number: it names an invoice; rf:
it names a payment reference."""

Why = Literal[
    "",
    "nothing-known",
    "several-accounts",
    "contradiction",
    "sender-not-proven",
    "too-many",
    "virus",
    "not-readable",
]
"""Why a mail waits for a person. nothing-known: nobody knows the sender, and it names no invoice;
several-accounts: it fits more than one; contradiction: two things say two accounts;
sender-not-proven: only the sender says it, and anybody can write any sender; too-many: so many came
for the account today; virus, not-readable: as the mail service found."""

FileVerdict = Literal["ok", "unusual", "suspicious"]
"""ok: what payers send, and pages show (PDF, pictures, text); unusual: harmless as far as can be
seen, yet only to be saved; suspicious: it may run something, so nobody gets it from here."""

TEXT_MAX: Final = 20_000
FILES_MAX: Final = 30
RAW_BYTES_MAX: Final = 10_000_000
"""Of a mail whose files are looked into. Of a larger one the words are read, and the whole kept."""

_KEPT: Final = timedelta(days=730)


class MailUnknown(NotFound):
    """There is no such mail."""

    code = "mail-unknown"


class MailNotInTriage(Conflict):
    """The mail is not waiting for somebody to say whose it is."""

    code = "mail-not-in-triage"


class MailNotFiled(Conflict):
    """The mail belongs to no account yet; say first whose it is."""

    code = "mail-not-filed"


class AttachmentUnknown(NotFound):
    """The mail has no such attachment, or it is one that nobody gets from here."""

    code = "attachment-unknown"


class NobodyToAnswer(Conflict):
    """The mail says nobody to whom an answer could go."""

    code = "nobody-to-answer"


class NotLiveYet(Conflict):
    """The creditor is in shadow: nothing is sent."""

    code = "creditor-in-shadow"


class AnswerOptedOut(Conflict):
    """The address wants no such mail any more."""

    code = "answer-opted-out"


class ReplyTextNotValid(Invalid):
    """A text to answer with cannot be kept so."""

    code = "reply-text-not-valid"


class ReplyTextUnknown(NotFound):
    """There is no such text to answer with."""

    code = "reply-text-unknown"


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason to think that a mail belongs to an account: `text` is what said so."""

    kind: GroundKind
    account: str
    text: str


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file in a mail: `part` is its place among them, from 1; `size` in bytes.

    `name` is what the sender called it, in one printable line. `why` says what is wrong with one
    that is not "ok". `file` is the id of the stored file that it became, "" while it is none.
    """

    part: int
    name: str
    content_type: str
    size: int
    sha256: str
    verdict: FileVerdict
    why: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to a creditor. `account` is None until it is known whose it is.

    `text` is what was written without what was quoted, `quoted` tells that something was left out,
    `is_cut` that it went on. `because` are the grounds on which it was filed, or could not be;
    `why` is a code that says why it is in triage, "" else. `message_id` and `references` are the
    mail's own, each without angle brackets, and only if they can stand in a header. `notice` is the
    one of ours that it answers. `service_id` is the mail service's.
    """

    creditor: str
    id: str
    at: datetime
    service_id: str
    from_name: str
    from_address: str
    subject: str
    text: str
    state: MailState
    kind: MailKind = "message"
    account: str | None = None
    invoice: str | None = None
    because: tuple[Ground, ...] = ()
    why: Why = ""
    notice: str | None = None
    language: str = ""
    to: tuple[str, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    has_html: bool = False
    quoted: bool = False
    is_cut: bool = False
    is_proven: bool = False
    size: int = 0
    files: tuple[MailFile, ...] = ()
    assigned_to: str | None = None
    moved_at: datetime | None = None
    moved_by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return mail_key(self.creditor, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("mail", self.creditor, self.at) if self.state == "triage" else None

    @property
    def suggested(self) -> tuple[str, ...]:
        """The accounts that something speaks for."""
        return tuple(dict.fromkeys(one.account for one in self.because))


@dataclass(frozen=True, slots=True)
class SentMail:
    """Finds the notice that a mail of ours was, by the id that the mail service gave it: replies
    refer to it.
    """

    message_id: str
    creditor: str
    account: str
    notice: str
    at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.message_id,)

    @property
    def gone_at(self) -> datetime:
        return self.at + _KEPT


@dataclass(frozen=True, slots=True)
class KnownSender:
    """Says that whoever writes from an address writes for an account, because a person said so.

    It finds the account of the next mail and opens nothing: a contact of the account it is not.
    """

    creditor: str
    address_hash: str
    account: str
    by: str
    at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.address_hash, self.account)


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A creditor's own text to answer with; an empty `body` takes it out of the list.

    `{invoice}` and `{name}` in it become the invoice's number and the payer's name.
    """

    creditor: str
    id: str
    language: str
    title: str
    body: str
    written_by: str
    written_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id, self.language)


def shelf_name(mail: Mail) -> str:
    """Return where a mail lies as it came."""
    return f"{quote(mail.creditor, safe='')}/~mails/{quote(mail.id, safe='')}"


def mail_of(store: Store, creditor: str, mail: str) -> Mail:
    """Return a mail; raise MailUnknown."""
    found = store.get(Mail, *mail_key(creditor, mail))
    if found is None:
        raise MailUnknown(f"There is no mail {mail!r}.")
    return found


def mail_key(creditor: str, mail: str) -> tuple[str, ...]:
    """Return under which key a mail stands: its id says the month that it came in.

    Raises MailUnknown where it is no id.
    """
    try:
        at = instant_of(mail)
    except (ValueError, OverflowError) as error:
        raise MailUnknown(f"There is no mail {mail!r}.") from error
    return (creditor, at.strftime("%Y%m"), mail)


def in_one_line(text: str, most: int) -> str:
    """Return a text as one line without anything invisible, at most `most` characters of it."""
    seen = "".join(
        one if unicodedata.category(one)[0] not in "CZ" else " " for one in text[: most * 4]
    )
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
