"""Mails as they come: kept whole, read, put to an account or before a person. Each is taken once.

The bytes go to the shelf first. The mail and its entry in the account's conversation are one
transaction, so that a crash leaves nothing half done and the next delivery does it all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.clock import Clock
from saldo.events import Event, event
from saldo.files.ports import FileStore
from saldo.files.service import Files
from saldo.ids import Ids, ulid_of
from saldo.inbox.attachments import VIRUS
from saldo.inbox.filing import enter, keep_files
from saldo.inbox.finding import Finder, Known
from saldo.inbox.model import (
    Mail,
    MailFile,
    MailKind,
    MailState,
    mail_key,
    mail_of,
    shelf_name,
)
from saldo.inbox.placing import Placed, place
from saldo.inbox.reading import ReadFile, ReadMail, read_mail
from saldo.intake.mails import MailNotice
from saldo.portal.limits import Limit, Limits
from saldo.store import CommitConflict, Put, Store
from saldo.threads.service import Threads

MAILS: Final = Limit("mails", 50, timedelta(days=1))
"""Of one account. A conversation of more is none, and its next mails wait for a person."""

STRAYS: Final = Limit("stray-mails", 500, timedelta(days=1))
"""Of one creditor, put to no account. More is somebody's flood: it is kept, and asks nobody."""

_FAIL: Final = "FAIL"
_RECIPIENTS_MAX: Final = 10
_GROUNDS_MAX: Final = 20


class InboundPost:
    """Takes mails that people wrote, at least once each."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        finder: Finder,
        threads: Threads,
        files: Files,
        shelf: Callable[[], FileStore],
        limits: Limits,
    ) -> None:
        self._store, self._clock, self._ids, self._finder = store, clock, ids, finder
        self._threads, self._files, self._shelf = threads, files, shelf
        self._limits = limits

    def take(self, notice: MailNotice, raw: bytes, kind: MailKind = "message") -> Mail | None:
        """Take a mail; None where it went to no address of ours.

        Raises FilesBusy or ThreadBusy: then nothing was taken, and the same shall come again.
        """
        read = read_mail(raw)
        creditor = self._finder.creditor_of(read, notice)
        if creditor is None:
            return None
        at = notice.at or self._clock.now()
        id_ = ulid_of(f"{creditor.id}:{notice.id}", at)
        taken = self._store.get(Mail, *mail_key(creditor.id, id_))
        if taken is not None:
            return taken
        kind = "auto-reply" if read.is_ours else kind  # nobody wrote it to us
        known = self._finder.known(creditor.id, read, notice)
        placed, state = self._judged(creditor.id, notice, known, kind)
        mail = replace(
            self._mail(creditor.id, notice, read, known, placed, id_, at),
            state=state,
            kind=kind,
            size=len(raw),
        )
        self._shelf().put(shelf_name(mail), raw, "application/octet-stream")
        return self._book(creditor, mail, read.files)

    def _judged(
        self, creditor: str, notice: MailNotice, known: Known, kind: MailKind
    ) -> tuple[Placed, MailState]:
        """Return whose the mail is and what becomes of it."""
        if _has_virus(notice):
            return Placed(None, "virus"), "spam"
        placed = place(known.grounds)
        if notice.verdicts.get("spam") == _FAIL and placed.account is None:
            return placed, "spam"
        if kind == "auto-reply":
            return placed, "closed"
        return self._within_limits(creditor, placed)

    def _within_limits(self, creditor: str, placed: Placed) -> tuple[Placed, MailState]:
        """Return what becomes of a mail that somebody wrote, by how many came before it today."""
        if placed.account is None:
            if self._limits.take(STRAYS, creditor):
                return placed, "triage"
            return Placed(None, "too-many"), "spam"
        if self._limits.take(MAILS, f"{creditor}:{placed.account}"):
            return placed, "filed"
        return Placed(None, "too-many"), "triage"

    def _mail(
        self,
        creditor: str,
        notice: MailNotice,
        read: ReadMail,
        known: Known,
        placed: Placed,
        id_: str,
        at: datetime,
    ) -> Mail:
        account = placed.account
        return Mail(
            creditor,
            id_,
            at,
            notice.id,
            read.from_name,
            read.from_address,
            read.subject,
            read.text,
            "triage",
            account=account,
            invoice=self._finder.invoice_of(creditor, account, read, known) if account else None,
            because=known.grounds[:_GROUNDS_MAX],
            why=placed.why,
            notice=known.notice.id if known.notice else None,
            language=read.language,
            to=tuple(dict.fromkeys((*notice.recipients, *read.to)))[:_RECIPIENTS_MAX],
            message_id=read.message_id,
            references=read.references,
            has_html=read.has_html,
            quoted=read.quoted,
            is_cut=read.is_cut,
            is_proven=known.is_proven,
            files=_judged_with(notice, tuple(one.file for one in read.files)),
            version=1,
        )

    def _book(self, creditor: Creditor, mail: Mail, files: Sequence[ReadFile]) -> Mail:
        """Commit a mail, in its account's conversation if it has one."""
        told = self._told(mail)
        if mail.state == "filed":
            kept = keep_files(self._files, mail, files)
            enter(self._threads, creditor, kept, (Put(kept), Put(told)))
            return kept
        try:
            self._store.commit([Put(mail), Put(told)])
        except CommitConflict:
            return mail_of(self._store, mail.creditor, mail.id)  # another delivery was faster
        return mail

    def _told(self, mail: Mail) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "mail.received",
            mail.creditor,
            mail.account or WHOLE_CREDITOR,
            **{"from": mail.from_address},
            mail=mail.id,
            subject=mail.subject,
            kind=mail.kind,
            state=mail.state,
            why=mail.why,
            invoice=mail.invoice,
            files=len(mail.files),
        )


def _has_virus(notice: MailNotice) -> bool:
    return notice.verdicts.get("virus") == _FAIL


def _judged_with(notice: MailNotice, files: tuple[MailFile, ...]) -> tuple[MailFile, ...]:
    """Of a mail with a virus nobody gets a file, whatever becomes of the mail."""
    if not _has_virus(notice):
        return files
    return tuple(replace(one, verdict="suspicious", why=VIRUS) for one in files)
