"""Asking and answering: each side's words are kept once, and the other side is told.

A question keeps no reminder back, unless the account's policy lists "question" among its `answers`:
then reminders wait until it is answered or the conversation is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.clock import Clock, local_day
from saldo.contacts.typed import cleaned
from saldo.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import NumberTaken
from saldo.people.colleagues import Colleagues
from saldo.portal.limits import Limit, Limits
from saldo.reminders.policy_book import PolicyBook
from saldo.store import CommitConflict, Put, Store, Wake, Write
from saldo.threads.model import TEXT_MAX, Side, Thread, ThreadEntry
from saldo.threads.waiting import another_waits, held, hold_of, let_go, marks, told_of

if TYPE_CHECKING:
    from saldo.worklist.sight import Sight

QUESTIONS: Final = Limit("questions", 10, timedelta(days=1))
"""Written by one link."""

_ATTEMPTS_MAX: Final = 6
_FAR: Final = datetime(9000, 1, 1, tzinfo=UTC)


class QuestionMissing(Invalid):
    """Nothing was written."""

    code = "question-missing"


class QuestionTooLong(Invalid):
    """More was written than an entry may hold."""

    code = "question-too-long"


class QuestionsTooMany(TooMany):
    """So much was written by this link today; tomorrow it will do."""

    code = "questions-too-many"


class ThreadUnknown(NotFound):
    """Nobody wrote anything about this account."""

    code = "thread-unknown"


class EntryDiffers(Conflict):
    """The id was used before for other words."""

    code = "entry-differs"


class ThreadMovedOn(Conflict):
    """Somebody wrote after what the writer had seen: look at it first."""

    code = "thread-moved-on"


class ThreadBusy(Unavailable):
    """Both sides write at once; the same request may work later."""

    code = "thread-busy"


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody writes: `id` makes a repeat safe, `invoice` is what it is about, if anything.

    `files` are the ids of stored files that go with it. `mail` is the id of the mail that it came
    by; of the creditor's words, the mail that they answer: then they go back to who wrote it.
    `seen` is how many entries the conversation had when its writer looked at it, None for unsaid.
    """

    id: str
    text: str
    by: str
    invoice: str | None = None
    files: tuple[str, ...] = ()
    mail: str | None = None
    seen: int | None = None


class Threads:
    """Keeps conversations."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        policies: PolicyBook,
        limits: Limits,
        colleagues: Colleagues | None = None,
        sight: Sight | None = None,
    ) -> None:
        """Without `colleagues` and `sight` anybody can be said to see to a conversation."""
        self._colleagues, self._sight = colleagues, sight
        self._store, self._clock, self._ids = store, clock, ids
        self._policies, self._limits = policies, limits

    def ask(self, creditor: Creditor, account: str, words: Words, link: str) -> ThreadEntry:
        """Take a payer's question; the same again is answered, not doubled.

        `link` is the hash of the link that it came by, which may ask so often a day. Raises
        QuestionMissing, QuestionTooLong, QuestionsTooMany, EntryDiffers, AccountUnknown,
        InvoiceUnknown or ThreadBusy.
        """
        words = _checked(words)
        known = self._known(creditor.id, account, words, "payer")
        if known is not None:
            return known
        if not self._limits.take(QUESTIONS, link):
            raise QuestionsTooMany("That was much for one day. Please write again tomorrow.")
        return self._write(creditor, account, words, "payer")

    def take_mail(
        self, creditor: Creditor, account: str, words: Words, beside: Sequence[Write] = ()
    ) -> ThreadEntry:
        """Take what a payer wrote by mail, and commit `beside` with it; the same again is answered.

        What is longer than an entry may be is cut: the mail has the rest. The payer gets no
        receipt. Raises QuestionMissing, AccountUnknown or ThreadBusy.
        """
        text = cleaned(words.text)
        cut = text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1].rstrip()}…"
        words = _checked(replace(words, text=cut))
        known = self._known(creditor.id, account, words, "payer")
        return known or self._write(creditor, account, words, "payer", beside)

    def require_colleague(self, creditor: str, to: str | None) -> None:
        """Make sure that somebody can see to what nobody knows the account of; raise
        NotAColleague.
        """
        if to is not None and self._colleagues is not None:
            self._colleagues.require(creditor, to)

    def assign(self, creditor: str, account: str, to: str | None, by: str) -> Thread:
        """Say who sees to a conversation, None for nobody.

        Raises ThreadUnknown, NotAColleague or ThreadBusy.
        """
        if to is not None and self._sight is not None:
            self._sight.require(creditor, account, to)
        for _ in range(_ATTEMPTS_MAX):
            thread, now = self.get(creditor, account), self._clock.now()
            if thread.assigned_to == to:
                return thread
            assigned = replace(thread, assigned_to=to, version=thread.version + 1)
            told = event(
                self._ids.ulid(now), now, "thread.assigned", creditor, account, to=to, by=by
            )
            try:
                self._store.commit([Put(assigned, expect=thread.version), Put(told)])
            except CommitConflict:
                continue
            return assigned
        raise ThreadBusy("The conversation is just being written; try again.")

    def answer(self, creditor: Creditor, account: str, words: Words) -> ThreadEntry:
        """Answer as the creditor, or write first: the payer is told by mail, and reminders wait no
        longer.

        What the payer wrote counts as read. An answer that names no invoice is about what was
        asked about last. One that names an invoice answers nothing about others, unless its writer
        saw the conversation or answers a mail. Raises ThreadMovedOn, or what `ask` raises but for
        the number a day.
        """
        words = _checked(words)
        known = self._known(creditor.id, account, words, "creditor")
        if known is not None:
            self._end_the_rest(creditor.id, account, words.by)
            return known
        only = words.invoice if words.seen is None and words.mail is None else None
        if words.invoice is None:
            asked = [one for one in self.of(creditor.id, account) if one.side == "payer"]
            words = replace(words, invoice=asked[-1].invoice if asked else None)
        made = self._write(creditor, account, words, "creditor", only=only)
        self._end_the_rest(creditor.id, account, words.by)
        return made

    def close(self, creditor: str, account: str, by: str, *, seen: int | None = None) -> Thread:
        """Say that nothing is to be answered (any more); closing again is harmless.

        `seen` is how many entries there were when somebody looked. Raises ThreadUnknown,
        ThreadMovedOn or ThreadBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            thread, now = self.get(creditor, account), self._clock.now()
            if thread.state == "closed":
                self._end_the_rest(creditor, account, by)
                return thread
            _check_seen(thread, seen)
            closed = replace(
                thread, state="closed", changed_at=now, closed_by=by, version=thread.version + 1
            )
            told = event(self._ids.ulid(now), now, "thread.closed", creditor, account, by=by)
            writes = [
                *marks(self._store, "creditor", creditor, account, now),
                *let_go(self._store, creditor, account, by, now),
            ]
            try:
                self._store.commit([Put(closed, expect=thread.version), Put(told), *writes])
            except CommitConflict:
                continue
            self._end_the_rest(creditor, account, by)
            return closed
        raise ThreadBusy("The conversation is just being written; try again.")

    def reopen(self, creditor: str, account: str, by: str) -> Thread:
        """Say that something is to be answered after all; raise ThreadUnknown or ThreadBusy."""
        for _ in range(_ATTEMPTS_MAX):
            thread, now = self.get(creditor, account), self._clock.now()
            if thread.state == "open":
                return thread
            asked = [one.at for one in self.of(creditor, account) if one.side == "payer"]
            reopened = replace(
                thread,
                state="open",
                asked_at=asked[-1] if asked else now,
                changed_at=now,
                closed_by=None,
                version=thread.version + 1,
            )
            told = event(self._ids.ulid(now), now, "thread.reopened", creditor, account, by=by)
            try:
                self._store.commit([Put(reopened, expect=thread.version), Put(told)])
            except CommitConflict:
                continue
            return reopened
        raise ThreadBusy("The conversation is just being written; try again.")

    def get(self, creditor: str, account: str) -> Thread:
        """Return an account's conversation; raise ThreadUnknown."""
        found = self._store.get(Thread, creditor, account)
        if found is None:
            raise ThreadUnknown(f"Nobody wrote anything about account {account!r}.")
        return found

    def of(self, creditor: str, account: str) -> list[ThreadEntry]:
        """Return what was written, the oldest first."""
        found = self._store.list(ThreadEntry, creditor, account)
        return sorted(found, key=lambda one: (one.at, one.id))

    def open_of(self, creditor: str) -> Iterator[Thread]:
        """Yield the conversations in which a payer waits, the longest wait first (by an index that
        lags).
        """
        for key in self._store.work(Thread, "thread", creditor, _FAR):
            found = self._store.get(Thread, *key)
            if found is not None and found.state == "open":
                yield found

    def shown_to(self, side: Side, creditor: str, account: str) -> None:
        """Note that a side was shown what the other wrote, once each."""
        with suppress(CommitConflict):  # shown twice at the same moment: it is noted once
            while writes := marks(self._store, side, creditor, account, self._clock.now()):
                self._store.commit(writes)

    def _end_the_rest(self, creditor: str, account: str, by: str) -> None:
        """Mark and end what had no room beside the creditor's word; a crash before this is mended
        by the next one.
        """
        if self.get(creditor, account).state == "open":
            return  # the payer wrote again
        self.shown_to("creditor", creditor, account)
        with suppress(CommitConflict):
            while writes := let_go(self._store, creditor, account, by, self._clock.now()):
                self._store.commit(writes)

    def _known(self, creditor: str, account: str, words: Words, side: Side) -> ThreadEntry | None:
        known = self._store.get(ThreadEntry, creditor, account, words.id)
        if known is not None and (known.text, known.side) != (words.text, side):
            raise EntryDiffers(f"{words.id!r} was written before with other words.").at("/id")
        return known

    def _write(
        self,
        creditor: Creditor,
        account: str,
        words: Words,
        side: Side,
        beside: Sequence[Write] = (),
        only: str | None = None,
    ) -> ThreadEntry:
        owner = self._store.get(Account, creditor.id, account)
        if owner is None:
            raise AccountUnknown(f"There is no account {account!r}.").at("/account")
        self._check_invoice(creditor.id, account, words.invoice)
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            entry = ThreadEntry(
                creditor.id,
                account,
                words.id,
                now,
                side,
                words.text,
                words.by,
                words.invoice,
                words.files,
                mail=words.mail,
                version=1,
            )
            waits = only and another_waits(self._store, creditor.id, account, only)
            holds = (
                self._hold(creditor, owner, entry)
                if side == "payer"
                else let_go(
                    self._store, creditor.id, account, words.by, now, only if waits else None
                )
            )
            head = self._head(entry, words.seen, is_open=side == "payer" or bool(waits))
            writes = [head, Put(entry), Put(told_of(self._ids.ulid(now), entry))]
            read = marks(self._store, side, creditor.id, account, now)
            try:
                self._store.commit([*writes, *read, *holds, *beside])
            except CommitConflict:
                known = self._known(creditor.id, account, words, side)
                if known is not None:
                    return known
                continue
            return entry
        raise ThreadBusy("The conversation is just being written; try again.")

    def _check_invoice(self, creditor: str, account: str, invoice: str | None) -> None:
        if invoice is None:
            return
        taken = self._store.get(NumberTaken, creditor, "invoice", invoice)
        if taken is None or taken.account != account:
            raise InvoiceUnknown(f"This account has no invoice {invoice!r}.").at("/invoice")

    def _head(self, entry: ThreadEntry, seen: int | None, *, is_open: bool) -> Write:
        old = self._store.get(Thread, entry.creditor, entry.account)
        if old is not None:
            _check_seen(old, seen)
        waits_since = old.asked_at if old is not None and old.state == "open" else entry.at
        head = Thread(
            entry.creditor,
            entry.account,
            "open" if is_open else "answered",
            waits_since if entry.side == "payer" or old is None else old.asked_at,
            entry.at,
            (old.entries if old else 0) + 1,
            assigned_to=old.assigned_to if old else None,
            version=(old.version if old else 0) + 1,
        )
        return Put(head, expect=old.version if old else 0)

    def _hold(self, creditor: Creditor, owner: Account, entry: ThreadEntry) -> list[Write]:
        """Keep reminders back about what was asked, where the account's policy says so."""
        day = local_day(entry.at, owner.time_zone)
        if "question" not in self._policies.of(creditor, owner, day).answers:
            return []
        if any(
            one.invoice == entry.invoice for one in held(self._store, entry.creditor, entry.account)
        ):
            return []  # they wait already, and whoever answers answers everything
        return [Put(hold_of(entry)), Wake(entry.creditor, entry.account, entry.at)]


def _check_seen(thread: Thread, seen: int | None) -> None:
    if seen is not None and thread.entries > seen:
        raise ThreadMovedOn("Somebody wrote in the meantime. Look at it, then send again.")


def _checked(words: Words) -> Words:
    """Return the words without space around them; raise QuestionMissing or QuestionTooLong."""
    text = cleaned(words.text)
    if not text:
        raise QuestionMissing("Write something.").at("/text")
    if len(text) > TEXT_MAX:
        raise QuestionTooLong(f"Write at most {TEXT_MAX} characters.").at("/text")
    return replace(words, text=text)
