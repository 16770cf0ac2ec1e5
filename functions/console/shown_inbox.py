"""What the inbox shows: who waits for an answer, what is nobody's yet, and one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.files.model import StoredFile
from saldo.inbox.model import KnownSender, Mail
from saldo.inbox.replies import Starter, filled
from saldo.inbox.service import ShownMail
from saldo.invoices.model import OpenItem
from saldo.portal.model import address_hash
from saldo.threads.model import Thread, ThreadEntry

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.shown_today import named
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from shown_today import named

ROWS_MAX: Final = 50
_LOOKED_AT: Final = 200
"""Conversations looked at for a list: some are others' to see, some are somebody else's."""

_LOOKED_THROUGH: Final = 20
_ENTRIES_MAX: Final = 60
_BEGIN: Final = 140
_OF_OURS: Final = frozenset({"token", "reference-header"})
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
    """An account's conversation; `answered` is the mail that an answer would go to, `is_stranger`
    that its sender is not known to write for the account. `thread` is None where nobody wrote yet.
    """

    account: Account
    thread: Thread | None
    said: tuple[Said, ...]
    left_out: int
    answered: Mail | None
    invoices: tuple[str, ...]
    has_document: bool
    is_stranger: bool = False

    @property
    def state(self) -> str:
        return self.thread.state if self.thread else "closed"

    @property
    def assigned_to(self) -> str:
        return (self.thread.assigned_to or "") if self.thread else ""

    @property
    def seen(self) -> int:
        """How many entries there are now: what was written after these, nobody here saw."""
        return self.thread.entries if self.thread else 0


def waiting(visit: Visit, *, mine: bool) -> list[Waiting]:
    """Return who waits for an answer, the longest wait first; with `mine`, of the user's alone.

    A line is no look at an account: who was looked at is told of pages about one.
    """
    services, creditor = visit.services, visit.creditor.id
    threads = [
        one
        for one in islice(services.threads.open_of(creditor), _LOOKED_AT)
        if not mine or one.assigned_to == visit.by
    ]
    seen = visit.seen_of(one.account for one in threads)
    shown = [one for one in threads if one.account in seen]
    accounts = services.store.relaxed().get_many(Account, [one.key for one in shown])
    found: list[Waiting] = []
    for thread in shown:
        last = _last_asked(visit, thread)
        if last is not None and thread.key in accounts:
            found.append(
                Waiting(
                    accounts[thread.key],
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
    seen = visit.seen_of(one.mail.account for one in page if one.mail.account is not None)
    shown = [
        one
        for one in page
        if (visit.may("collect:write") if one.mail.account is None else one.mail.account in seen)
    ]
    return shown, following or ""


def is_seen(visit: Visit, mail: Mail) -> bool:
    """Tell whether the user may see a mail: what is nobody's yet is for those who work here."""
    if mail.account is None:
        return visit.may("collect:write")
    return visit.seen(mail.account) is not None


def conversation(visit: Visit, account: Account) -> Conversation:
    """Return an account's conversation, its last entries; empty where nobody wrote yet."""
    services, creditor = visit.services, visit.creditor.id
    thread = services.store.get(Thread, creditor, account.number)
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
        answered is not None and not _is_known(visit, account, answered),
    )


def starters(visit: Visit, shown: Conversation) -> list[Starter]:
    """Return the texts to begin an answer with, in the debtor's language."""
    return visit.services.reply_texts.offered(
        visit.creditor.id, shown.account.language, visit.t.language
    )


def colleagues(visit: Visit, account: Account) -> list[tuple[str, str]]:
    """Return who may see to a conversation, as they see its account: address and name, the user
    first.
    """
    people = named(visit, visit.services.sight.who(*account.key))
    return sorted(people, key=lambda pair: (pair[0] != visit.by, pair[1].casefold()))


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


def _is_known(visit: Visit, account: Account, mail: Mail) -> bool:
    """Tell whether an answer to a mail goes to somebody who is known to write for its account: a
    contact, whom a person said so of, or who got a mail of ours.
    """
    if any(one.kind in _OF_OURS and one.account == account.number for one in mail.because):
        return True
    hashed = address_hash(mail.from_address)
    key = (mail.creditor, hashed, account.number)
    return (
        any((one.email or "").lower() == mail.from_address for one in account.contacts)
        or visit.services.store.get(KnownSender, *key) is not None
    )


def _invoices(visit: Visit, account: str, entries: list[ThreadEntry]) -> tuple[str, ...]:
    """Return the invoices that an answer may be about: those named, and the open ones."""
    items = visit.services.store.first(OpenItem, visit.creditor.id, account, limit=_INVOICES_MAX)
    named = (one.invoice for one in reversed(entries) if one.invoice)
    return tuple(dict.fromkeys([*named, *(one.number for one in items)]))


def _last_asked(visit: Visit, thread: Thread) -> ThreadEntry | None:
    """Return what the payer wrote last: among the newest few by their ids, which say the time for
    all but what programs write; else among all.
    """
    few = visit.services.store.newest(ThreadEntry, *thread.key, limit=_LOOKED_THROUGH)
    asked = [one for one in few if one.side == "payer"]
    if not asked:
        asked = [one for one in visit.services.threads.of(*thread.key) if one.side == "payer"]
    return max(asked, key=lambda one: (one.at, one.id), default=None)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _BEGIN else f"{line[: _BEGIN - 1].rstrip()}…"
