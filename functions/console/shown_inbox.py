"""What the inbox shows: who waits for an answer, what is nobody's yet, and one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.files.model import StoredFile
from saldo.inbox.model import Mail
from saldo.inbox.replies import Starter, filled
from saldo.inbox.service import ShownMail
from saldo.invoices.model import OpenItem
from saldo.threads.model import Thread, ThreadEntry

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.shown_today import colleagues as everybody
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from shown_today import colleagues as everybody

ROWS_MAX: Final = 50
_LOOKED_AT: Final = 200
"""Conversations looked at for a list: some are others' to see, some are somebody else's."""

_ENTRIES_MAX: Final = 60
_BEGIN: Final = 140
_INVOICES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation in which a payer waits: whose, since when, and what was written last."""

    account: Account
    since: datetime
    begin: str
    invoice: str
    by_mail: bool
    assigned_to: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one side wrote; `mail` where it came by mail, `files` that became the account's."""

    entry: ThreadEntry
    mail: Mail | None
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """An account's conversation; `answered` is the mail that an answer would go to."""

    account: Account
    thread: Thread
    said: tuple[Said, ...]
    left_out: int
    answered: Mail | None
    invoices: tuple[str, ...]
    has_document: bool


def waiting(visit: Visit, *, mine: bool) -> list[Waiting]:
    """Return who waits for an answer, the longest wait first; with `mine`, of the user's alone."""
    services = visit.services
    found: list[Waiting] = []
    for thread in islice(services.threads.open_of(visit.creditor.id), _LOOKED_AT):
        if mine and thread.assigned_to != visit.by:
            continue
        account = visit.seen(thread.account)
        if account is None:
            continue
        last = _last_of(services.threads.of(visit.creditor.id, thread.account))
        if last is not None:
            found.append(
                Waiting(
                    account,
                    thread.asked_at,
                    _brief(last.text),
                    last.invoice or "",
                    last.mail is not None,
                    thread.assigned_to or "",
                )
            )
        if len(found) == ROWS_MAX:
            break
    return found


def recent(visit: Visit, before: str) -> tuple[list[ShownMail], str]:
    """Return a page of mails of every state that the user may see, and where the next begins."""
    page, following = visit.services.inbox.recent(visit.creditor.id, ROWS_MAX, before or None)
    return [one for one in page if is_seen(visit, one.mail)], following or ""


def is_seen(visit: Visit, mail: Mail) -> bool:
    """Tell whether the user may see a mail: what is nobody's yet is for those who work here."""
    if mail.account is None:
        return visit.may("collect:write")
    return visit.seen(mail.account) is not None


def conversation(visit: Visit, account: Account) -> Conversation:
    """Return an account's conversation, its last entries; raise ThreadUnknown."""
    services, creditor = visit.services, visit.creditor.id
    thread = services.threads.get(creditor, account.number)
    entries = services.threads.of(creditor, account.number)
    last = entries[-_ENTRIES_MAX:]
    mails = _mails(visit, last)
    keys = [(*account.key, id_) for one in last for id_ in one.files]
    files = {one.id: one for one in services.store.get_many(StoredFile, keys).values()}
    said = tuple(
        Said(
            one,
            mails.get(one.id),
            tuple(files[id_] for id_ in one.files if id_ in files),
        )
        for one in last
    )
    answered = _answered(said)
    invoices = _invoices(visit, account.number, last)
    about = answered.invoice if answered and answered.invoice else None
    document = services.files.document(creditor, account.number, about) if about else None
    return Conversation(
        account,
        thread,
        said,
        len(entries) - len(last),
        answered,
        invoices,
        document is not None,
    )


def starters(visit: Visit, shown: Conversation) -> list[Starter]:
    """Return the texts to begin an answer with, in the debtor's language."""
    return visit.services.reply_texts.offered(
        visit.creditor.id, shown.account.language, visit.t.language
    )


def colleagues(visit: Visit) -> list[tuple[str, str]]:
    """Return who may see to a conversation: address and name, the user first."""
    return sorted(everybody(visit), key=lambda pair: (pair[0] != visit.by, pair[1].casefold()))


def begun(shown: Conversation, starter: Starter | None) -> str:
    """Return what an answer begins with, "" without a text."""
    if starter is None:
        return ""
    mail = shown.answered
    return filled(
        starter.body,
        invoice=mail.invoice if mail else None,
        name=mail.from_name if mail else "",
    )


def _mails(visit: Visit, entries: list[ThreadEntry]) -> dict[str, Mail]:
    from saldo.inbox.model import mail_key

    keys = {
        one.id: mail_key(visit.creditor.id, one.id)
        for one in entries
        if one.side == "payer" and one.mail == one.id
    }
    found = visit.services.store.get_many(Mail, list(keys.values())) if keys else {}
    return {id_: found[key] for id_, key in keys.items() if key in found}


def _answered(said: tuple[Said, ...]) -> Mail | None:
    """Return the mail that the payer wrote last, None where they wrote last on their page."""
    last = next((one for one in reversed(said) if one.entry.side == "payer"), None)
    return last.mail if last is not None and last.mail and last.mail.from_address else None


def _invoices(visit: Visit, account: str, entries: list[ThreadEntry]) -> tuple[str, ...]:
    """Return the invoices that an answer may be about: those named, and the open ones."""
    items = visit.services.store.first(OpenItem, visit.creditor.id, account, limit=_INVOICES_MAX)
    named = (one.invoice for one in reversed(entries) if one.invoice)
    return tuple(dict.fromkeys([*named, *(one.number for one in items)]))


def _last_of(entries: list[ThreadEntry]) -> ThreadEntry | None:
    return next((one for one in reversed(entries) if one.side == "payer"), None)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BEGIN else f"{line[: _BEGIN - 1].rstrip()}…"
