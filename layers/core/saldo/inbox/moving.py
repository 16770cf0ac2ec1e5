"""A mail taken out of an account where it stood by mistake: it named another's invoice, or a person
put it to the wrong customer. Nobody at that account reads it, or has its files, any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Hold
from saldo.clock import Clock
from saldo.events import EventType, event
from saldo.files.model import StoredFile
from saldo.files.service import Files
from saldo.ids import Ids
from saldo.inbox.model import KnownSender, Mail, MailNotFiled, mail_of
from saldo.portal.model import address_hash
from saldo.store import CommitConflict, Delete, Put, Store, Wake, Write
from saldo.threads.model import Thread, ThreadEntry
from saldo.threads.service import ThreadBusy

_ATTEMPTS_MAX: Final = 6


class Moving:
    """Takes mails out of conversations."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, files: Files) -> None:
        self._store, self._clock, self._ids, self._files = store, clock, ids, files

    def take_out(self, creditor: str, mail: str, by: str) -> Mail:
        """Take a mail out of its account's conversation: a person says anew whose it is.

        What was answered stays. Raises MailUnknown, MailNotFiled or ThreadBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            known = mail_of(self._store, creditor, mail)
            if known.state != "filed" or known.account is None:
                raise MailNotFiled("The mail stands in no account.")
            out = replace(
                known,
                state="triage",
                account=None,
                invoice=None,
                files=tuple(replace(one, file="") for one in known.files),
                moved_at=self._clock.now(),
                moved_by=by,
                version=known.version + 1,
            )
            # First the files: a crash after this leaves a mail that can be taken out again.
            keys = [(creditor, known.account, one.file) for one in known.files if one.file]
            self._files.unlist(list(self._store.get_many(StoredFile, keys).values()))
            writes = [
                Put(out, expect=known.version),
                *self._told(known, "mail.closed", by, mail=known.id, state="moved"),
                *self._without(known, by),
                *self._unlearnt(known),
            ]
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return out
        raise ThreadBusy("The conversation is just being written; try again.")

    def _unlearnt(self, mail: Mail) -> list[Write]:
        """Forget that the sender writes for the account, where a person said so."""
        hashed = address_hash(mail.from_address)
        known = self._store.get(KnownSender, mail.creditor, hashed, mail.account or "")
        return [Delete(known, expect=None)] if known is not None else []

    def _without(self, mail: Mail, by: str) -> list[Write]:
        """Take what the mail said out of the conversation; nobody waits for an answer to it."""
        account, now = mail.account or "", self._clock.now()
        entry = self._store.get(ThreadEntry, mail.creditor, account, mail.id)
        thread = self._store.get(Thread, mail.creditor, account)
        if entry is None or thread is None:
            return []
        waiting = self._waiting(thread, entry)
        writes: list[Write] = [
            Delete(entry, expect=entry.version),
            *self._let_go(entry, waiting, by, now),
        ]
        head = replace(thread, changed_at=now, version=thread.version + 1)
        if thread.state == "open" and waiting:
            head = replace(head, asked_at=waiting[0].at)
        elif thread.state == "open":
            head = replace(head, state="closed", closed_by=by)
            writes += self._told(mail, "thread.closed", by)
        return [Put(head, expect=thread.version), *writes]

    def _waiting(self, thread: Thread, gone: ThreadEntry) -> Sequence[ThreadEntry]:
        """Return what else the payer waits for an answer to, the oldest first."""
        every = self._store.list(ThreadEntry, *thread.key)
        since = [one for one in every if one.at >= thread.asked_at and one.id != gone.id]
        return sorted(
            (one for one in since if one.side == "payer"), key=lambda one: (one.at, one.id)
        )

    def _let_go(
        self, gone: ThreadEntry, waiting: Sequence[ThreadEntry], by: str, now: datetime
    ) -> list[Write]:
        """End the hold that the words placed, unless others about the same invoice wait, too."""
        hold = self._store.get(Hold, gone.creditor, gone.account, gone.hold_id)
        if hold is None or hold.ended_at is not None:
            return []
        if any(one.invoice == gone.invoice for one in waiting):
            return []
        over = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
        return [Put(over, expect=hold.version), Wake(gone.creditor, gone.account, now)]

    def _told(self, of: Mail, type_: EventType, by: str, **more: str) -> list[Write]:
        now = self._clock.now()
        id_ = self._ids.ulid(now)
        return [Put(event(id_, now, type_, of.creditor, of.account or "", by=by, **more))]
