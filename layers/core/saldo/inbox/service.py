"""The inbox: what waits, whose it is, and what people say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Literal

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.events import event
from saldo.files.content import to_be_saved_as
from saldo.files.model import ADDRESS_SECONDS, FileUnknown, StoredFile
from saldo.files.ports import FileStore
from saldo.files.service import Files
from saldo.ids import Ids
from saldo.inbox.filing import enter, keep_files
from saldo.inbox.model import (
    AttachmentUnknown,
    KnownSender,
    Mail,
    MailFile,
    MailNotInTriage,
    mail_key,
    mail_of,
    shelf_name,
)
from saldo.inbox.moving import Moving
from saldo.inbox.reading import read_mail
from saldo.invoices.model import NumberTaken
from saldo.portal.model import address_hash
from saldo.store import CommitConflict, Put, Store, Write
from saldo.threads.model import Thread, ThreadEntry
from saldo.threads.service import ThreadBusy, Threads

ShownState = Literal["open", "answered", "closed", "triage", "spam"]
"""open: the payer waits for an answer; answered, closed: nobody waits; triage: a person must say
whose it is; spam: nobody's business."""

LISTED_MAX: Final = 500
"""Looked at for a list: nobody works off more in a day."""

_ATTEMPTS_MAX: Final = 6
_MONTHS_MAX: Final = 24
_FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)
_NOT_SAVED: Final = "suspicious"


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail with the state that it has by its conversation, and who sees to it."""

    mail: Mail
    state: ShownState
    assigned_to: str | None


class Inbox:
    """Lists mails and does what people say about them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        threads: Threads,
        files: Files,
        shelf: Callable[[], FileStore],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._threads, self._files, self._shelf = threads, files, shelf
        self._moving = Moving(store, clock, ids, files)

    def get(self, creditor: str, mail: str) -> ShownMail:
        """Return a mail; raise MailUnknown."""
        return self._shown([mail_of(self._store, creditor, mail)])[0]

    def triage(self, creditor: str, limit: int = LISTED_MAX) -> list[ShownMail]:
        """Return the mails that wait for somebody to say whose they are, the oldest first (by an
        index that lags).
        """
        keys = list(islice(self._store.work(Mail, "mail", creditor, _FAR), limit))
        found = self._store.get_many(Mail, keys)
        waiting = [found[key] for key in keys if key in found and found[key].state == "triage"]
        return self._shown(sorted(waiting, key=lambda one: (one.at, one.id)))

    def recent(
        self, creditor: str, limit: int, before: str | None = None
    ) -> tuple[list[ShownMail], str | None]:
        """Return mails of every state, the newest first, and what to ask for the next with.

        Mails of the last 24 months are found; others by their id, or in their conversation.
        """
        found = list(islice(self._backwards(creditor, before, limit + 1), limit + 1))
        following = found[limit - 1].id if len(found) > limit else None
        return self._shown(found[:limit]), following

    def of_account(self, creditor: str, account: str, limit: int = 50) -> list[ShownMail]:
        """Return the last mails in an account's conversation, the oldest first."""
        said = [one for one in self._threads.of(creditor, account) if one.mail == one.id]
        keys = [mail_key(creditor, one.id) for one in said[-limit:]]
        found = self._store.get_many(Mail, keys)
        return self._shown([found[key] for key in keys if key in found])

    def open(self, creditor: str, threads: int) -> Iterator[ShownMail]:
        """Yield the open mails of conversations in which a payer waits, of at most `threads` of
        these, the longest wait first.
        """
        for each in islice(self._threads.open_of(creditor), threads):
            found = self.of_account(creditor, each.account)
            yield from (one for one in found if one.state == "open")

    def take_out(self, creditor: str, mail: str, by: str) -> ShownMail:
        """Take a mail out of the account where it stands by mistake; raise as `Moving` does."""
        self._moving.take_out(creditor, mail, by)
        return self.get(creditor, mail)

    def file(
        self,
        creditor: Creditor,
        mail: str,
        account: str,
        by: str,
        *,
        learn: bool = False,
        moves: bool = False,
    ) -> Mail:
        """Say which account a mail belongs to: it enters the account's conversation.

        With `learn` the sender is known to write for it from now on; with `moves` it is taken out
        of the account where it stands by mistake. Filing it there again changes nothing. Raises
        MailUnknown, MailNotInTriage, AccountUnknown, FilesBusy or ThreadBusy.
        """
        known = mail_of(self._store, creditor.id, mail)
        if known.state == "filed" and known.account == account:
            return known
        if known.state == "filed" and not moves:
            raise MailNotInTriage(f"The mail stands in account {known.account!r} already.")
        account_in(self._store, creditor.id, account, at="/account")
        if known.state == "filed":
            known = self._moving.take_out(creditor.id, mail, by)
        now = self._clock.now()
        beside: list[Write] = []
        if learn and known.from_address:
            hashed = address_hash(known.from_address)
            beside.append(Put(KnownSender(creditor.id, hashed, account, by, now), expect=None))
        read = read_mail(self._raw(known))
        filed = keep_files(
            self._files,
            replace(
                known,
                state="filed",
                kind="message",
                account=account,
                invoice=self._invoice(creditor.id, account, known),
                why="",
                moved_at=now,
                moved_by=by,
                version=known.version + 1,
            ),
            read.files,
        )
        told = event(
            self._ids.ulid(now),
            now,
            "mail.filed",
            creditor.id,
            account,
            **{"from": known.from_address},
            mail=known.id,
            subject=known.subject,
            by=by,
        )
        beside += [Put(filed, expect=known.version), Put(told)]
        try:
            enter(self._threads, creditor, filed, beside)
        except ThreadBusy:
            self._give_up(filed)
            raise
        return filed

    def _give_up(self, filed: Mail) -> None:
        """Forget what was kept of a mail that somebody else put to another account meanwhile.

        Raises MailNotInTriage where they did.
        """
        now = mail_of(self._store, filed.creditor, filed.id)
        if now.state != "filed" or now.account == filed.account:
            return
        keys = [(filed.creditor, filed.account or "", one.file) for one in filed.files if one.file]
        self._files.unlist(list(self._store.get_many(StoredFile, keys).values()))
        raise MailNotInTriage(f"The mail stands in account {now.account!r} already.")

    def close(self, creditor: str, mail: str, by: str, *, spam: bool = False) -> ShownMail:
        """Say that nothing is to be done about a mail: of one in a conversation, that this is
        closed. Closing again is harmless. Raises MailUnknown, MailNotInTriage or ThreadBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            known = mail_of(self._store, creditor, mail)
            state: Literal["spam", "closed"] = "spam" if spam else "closed"
            if known.state == "filed":
                if spam or known.account is None:
                    raise MailNotInTriage("The mail stands in a conversation: close that.")
                self._threads.close(creditor, known.account, by)
                return self.get(creditor, mail)
            if known.state == state:
                return self.get(creditor, mail)
            now = self._clock.now()
            closed = replace(
                known, state=state, moved_at=now, moved_by=by, version=known.version + 1
            )
            told = event(
                self._ids.ulid(now),
                now,
                "mail.closed",
                creditor,
                known.account or WHOLE_CREDITOR,
                mail=known.id,
                state=state,
                by=by,
            )
            try:
                self._store.commit([Put(closed, expect=known.version), Put(told)])
            except CommitConflict:
                continue
            return self.get(creditor, mail)
        raise ThreadBusy("The mail is just being changed; try again.")

    def reopen(self, creditor: str, mail: str, by: str) -> ShownMail:
        """Put a mail that was closed or called spam before a person again, or its conversation.

        Raises MailUnknown, ThreadUnknown or ThreadBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            known = mail_of(self._store, creditor, mail)
            if known.state == "filed" and known.account is not None:
                self._threads.reopen(creditor, known.account, by)
                return self.get(creditor, mail)
            if known.state == "triage":
                return self.get(creditor, mail)
            reopened = replace(
                known,
                state="triage",
                kind="message",
                account=None,
                moved_at=self._clock.now(),
                moved_by=by,
                version=known.version + 1,
            )
            try:
                self._store.commit([Put(reopened, expect=known.version)])
            except CommitConflict:
                continue
            return self.get(creditor, mail)
        raise ThreadBusy("The mail is just being changed; try again.")

    def assign(self, creditor: str, mail: str, to: str | None, by: str) -> ShownMail:
        """Say who sees to a mail, None for nobody; of one in a conversation, to all of that.

        Raises MailUnknown, NotAColleague or ThreadBusy.
        """
        self._threads.require_colleague(creditor, to)
        for _ in range(_ATTEMPTS_MAX):
            known = mail_of(self._store, creditor, mail)
            if known.state == "filed" and known.account is not None:
                self._threads.assign(creditor, known.account, to, by)
                return self.get(creditor, mail)
            if known.assigned_to == to:
                return self.get(creditor, mail)
            try:
                assigned = replace(known, assigned_to=to, version=known.version + 1)
                self._store.commit([Put(assigned, expect=known.version)])
            except CommitConflict:
                continue
            return self.get(creditor, mail)
        raise ThreadBusy("The mail is just being changed; try again.")

    def attachment(self, creditor: str, mail: str, part: int) -> tuple[MailFile, bytes]:
        """Return a file of a mail, to be saved. Raises MailUnknown, AttachmentUnknown (for what is
        suspicious, too), FileUnknown or FilesBusy.
        """
        known = mail_of(self._store, creditor, mail)
        told = next((one for one in known.files if one.part == part), None)
        if told is None or told.verdict == _NOT_SAVED or known.state == "spam":
            raise AttachmentUnknown(f"The mail has no file {part} that could be saved.")
        for one in read_mail(self._raw(known)).files:
            if one.file.part == part and one.file.verdict != _NOT_SAVED:
                return told, one.data
        raise AttachmentUnknown(f"The mail has no file {part} that could be saved.")

    def raw(self, creditor: str, mail: str) -> bytes:
        """Return a mail as it came; raise MailUnknown, FileUnknown or FilesBusy."""
        return self._raw(mail_of(self._store, creditor, mail))

    def address(self, creditor: str, mail: str, name: str) -> str:
        """Return an address that gives a mail as it came, for a minute, to be saved as `name`.

        Raises MailUnknown, FileUnknown or FilesBusy.
        """
        place = shelf_name(mail_of(self._store, creditor, mail))
        found = self._shelf().address(
            place, ADDRESS_SECONDS, "application/octet-stream", to_be_saved_as(name)
        )
        if found is None:
            raise FileUnknown("This mail is no longer kept as it came.")
        return found

    def _raw(self, mail: Mail) -> bytes:
        found = self._shelf().get(shelf_name(mail))
        if found is None:
            raise FileUnknown("This mail is no longer kept as it came.")
        return found

    def _invoice(self, creditor: str, account: str, mail: Mail) -> str | None:
        """Return the invoice of the account that a mail in triage named, if it was one."""
        named = [one.text for one in mail.because if one.kind == "number"]
        found = self._store.get_many(NumberTaken, [(creditor, "invoice", one) for one in named])
        own = [one.number for one in found.values() if one.account == account]
        return own[0] if len(own) == 1 else None

    def _backwards(self, creditor: str, before: str | None, limit: int) -> Iterator[Mail]:
        """Yield mails, the newest first, month by month."""
        key = mail_key(creditor, before) if before is not None else None
        month = key[1] if key is not None else self._clock.now().strftime("%Y%m")
        year, number = int(month[:4]), int(month[4:])
        for _ in range(_MONTHS_MAX):
            name = f"{year:04d}{number:02d}"
            yield from self._store.newest(Mail, creditor, name, limit=limit, before=key)
            key = None
            year, number = (year, number - 1) if number > 1 else (year - 1, 12)

    def _shown(self, mails: list[Mail]) -> list[ShownMail]:
        filed = [(m.creditor, m.account, m.id) for m in mails if m.state == "filed" and m.account]
        threads = self._store.get_many(Thread, {key[:2] for key in filed}) if filed else {}
        entries = self._store.get_many(ThreadEntry, filed) if filed else {}
        return [
            _with_state(
                mail,
                threads.get((mail.creditor, mail.account or "")),
                entries.get((mail.creditor, mail.account or "", mail.id)),
            )
            for mail in mails
        ]


def _with_state(mail: Mail, thread: Thread | None, entry: ThreadEntry | None) -> ShownMail:
    """Return a mail with its state: of one in a conversation, the conversation's.

    What was entered before the payer began to wait again was answered or closed then.
    """
    if mail.state != "filed":
        return ShownMail(mail, mail.state, mail.assigned_to)
    if thread is None or entry is None:
        return ShownMail(mail, "closed", None)
    is_earlier = thread.state == "open" and entry.at < thread.asked_at
    return ShownMail(mail, "answered" if is_earlier else thread.state, thread.assigned_to)
