"""Writing to a debtor by hand: looked at first, then kept once and told to whoever sends.

Nothing is sent here. What was written is kept with an event in one transaction; whoever hears the
event claims a notice for it, as for every other message to payers (`payer_messages.py`), and so a
second press, a retry or a crash sends nothing twice. It is no reminder: no stage moves, nothing is
charged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.clock import Clock, local_day
from saldo.contacts.typed import cleaned, in_one_line
from saldo.events import event
from saldo.ids import Ids
from saldo.inbox.model import NotLiveYet
from saldo.invoices.model import Invoice
from saldo.messages.model import Renderer
from saldo.reminders.by_hand.hours import hours_of, leaves_at
from saldo.reminders.by_hand.looking import Looked, Looks
from saldo.reminders.by_hand.model import (
    INVOICES_MAX,
    KIND,
    SUBJECT_MAX,
    TEXT_MAX,
    AccountNotWrittenTo,
    MessageDiffers,
    MessageSubjectMissing,
    MessageTextMissing,
    MessageTooLong,
    RecipientUnknown,
    RecipientUnreachable,
    Words,
    WrittenMessage,
)
from saldo.reminders.by_hand.recipients import Recipient, recipients_of
from saldo.reminders.fact import step_of
from saldo.reminders.model import Claim, Notice
from saldo.reminders.optouts import OptOuts
from saldo.reminders.payer_messages import NO_INVOICE
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_model import Policy, PolicyNotValid
from saldo.store import CommitConflict, Put, Store


class ByHand:
    """Takes messages that people write."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        policies: PolicyBook,
        opt_outs: OptOuts,
        renderer: Renderer,
        pay_address: Callable[[str], str],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._policies, self._opt_outs = policies, opt_outs
        self._looks = Looks(store, renderer, pay_address)

    def recipients(self, account: Account) -> list[Recipient]:
        """Return every address of an account, and why one cannot be written to."""
        return recipients_of(account, self._opt_outs)

    def look(self, creditor: Creditor, account: str, words: Words) -> Looked:
        """Return a message as it would leave; it is kept nowhere.

        Raises what `write` raises but for NotLiveYet and MessageDiffers.
        """
        owner = self._owner(creditor, account)
        written, invoices = self._written(creditor, owner, words)
        return self._looks.look(creditor, owner, written, invoices)

    def write(self, creditor: Creditor, account: str, words: Words) -> WrittenMessage:
        """Keep a message, to be sent once; the same again is answered with what is kept.

        Raises AccountUnknown, InvoiceUnknown, AccountNotWrittenTo, NotLiveYet, MessageDiffers,
        MessageTextMissing, MessageSubjectMissing, MessageTooLong, RecipientUnknown or
        RecipientUnreachable.
        """
        owner = self._owner(creditor, account)
        known = self._known(owner, words)
        if known is not None:
            return known
        if creditor.state != "live":
            raise NotLiveYet("Nothing is sent to debtors before the creditor goes live.")
        written, invoices = self._written(creditor, owner, words)
        self._looks.look(creditor, owner, written, invoices)
        told = event(
            self._ids.ulid(written.at),
            written.at,
            "message.written",
            creditor.id,
            owner.number,
            message=written.id,
            channel=written.channel,
            text=written.text,
            invoices=list(written.invoices),
            by=written.by,
        )
        try:
            self._store.commit([Put(written), Put(told)])
        except CommitConflict:
            known = self._known(owner, words)
            assert known is not None, "somebody else kept it just now"
            return known
        return written

    def of(self, creditor: str, account: str, limit: int) -> list[tuple[WrittenMessage, str]]:
        """Return the newest messages of an account with the state of each: see `state_of`."""
        found = sorted(
            self._store.list(WrittenMessage, creditor, account),
            key=lambda one: (one.at, one.id),
            reverse=True,
        )[:limit]
        return [(one, self.state_of(one)) for one in found]

    def state_of(self, written: WrittenMessage) -> str:
        """Return the state of a message's notice, "waiting" until it is claimed."""
        notice = self.notice_of(written)
        return notice.state if notice else "waiting"

    def notice_of(self, written: WrittenMessage) -> Notice | None:
        """Return the notice by which a message goes, None until it is claimed."""
        invoice = written.invoices[0] if written.invoices else NO_INVOICE
        step = step_of(KIND, written.id)
        key = (written.creditor, written.account, invoice, "0", step, written.channel)
        claim = self._store.get(Claim, *key)
        return self._store.get(Notice, *written.key[:2], claim.notice) if claim else None

    def _owner(self, creditor: Creditor, account: str) -> Account:
        owner = self._store.get(Account, creditor.id, account)
        if owner is None:
            raise AccountUnknown(f"There is no account {account!r}.").at("/account")
        if owner.restricted_at is not None:
            raise AccountNotWrittenTo("This account is to be erased: nobody writes to it.")
        return owner

    def _known(self, owner: Account, words: Words) -> WrittenMessage | None:
        known = self._store.get(WrittenMessage, *owner.key, words.id)
        if known is None:
            return None
        had = (known.channel, known.text, known.subject, known.invoices, known.with_documents)
        same = had == (
            words.channel,
            cleaned(words.text),
            _subject(words),
            tuple(dict.fromkeys(words.invoices)),
            _documents(words),
        )
        if not same or words.to not in ("", known.to):
            raise MessageDiffers(f"{words.id!r} was sent before with other words.").at("/id")
        return known

    def _written(
        self, creditor: Creditor, owner: Account, words: Words
    ) -> tuple[WrittenMessage, tuple[Invoice, ...]]:
        text, subject = cleaned(words.text), _subject(words)
        if not text:
            raise MessageTextMissing("Write something.").at("/text")
        if len(text) > TEXT_MAX:
            raise MessageTooLong(f"Write at most {TEXT_MAX} characters.").at("/text")
        if not subject and words.channel != "sms":
            raise MessageSubjectMissing("A mail or a letter has a subject.").at("/subject")
        if len(subject) > SUBJECT_MAX:
            said = f"A subject has at most {SUBJECT_MAX} characters."
            raise MessageTooLong(said).at("/subject")
        invoices = self._invoices(owner, tuple(dict.fromkeys(words.invoices)))
        to, now = self._recipient(owner, words), self._clock.now()
        hours = hours_of(words.channel, owner, self._policy(creditor, owner, now))
        written = WrittenMessage(
            creditor.id,
            owner.number,
            words.id,
            words.channel,
            to.to,
            to.name,
            subject,
            text,
            tuple(one.number for one in invoices),
            words.by,
            now,
            leaves_at(hours, now),
            to.postal,
            _documents(words),
            hours,
            version=1,
        )
        return written, invoices

    def _invoices(self, owner: Account, numbers: Sequence[str]) -> tuple[Invoice, ...]:
        if len(numbers) > INVOICES_MAX:
            said = f"A message is about at most {INVOICES_MAX} invoices."
            raise MessageTooLong(said).at("/invoices")
        keys = [(*owner.key, number) for number in numbers]
        found = self._store.get_many(Invoice, keys)
        for key in keys:
            if key not in found:
                said = f"This account has no invoice {key[2]!r}."
                raise InvoiceUnknown(said).at("/invoices")
        return tuple(found[key] for key in keys)

    def _recipient(self, owner: Account, words: Words) -> Recipient:
        offered = [one for one in self.recipients(owner) if one.channel == words.channel]
        if not words.to:
            offered = [one for one in offered if not one.why_not] or offered
        chosen = next((one for one in offered if words.to in ("", one.to)), None)
        if chosen is None:
            said = "This is none of the account's addresses for such a message."
            raise RecipientUnknown(said).at("/to")
        if chosen.why_not:
            said = f"Nothing can be sent to {chosen.to} ({chosen.why_not})."
            raise RecipientUnreachable(said).at("/to")
        return chosen

    def _policy(self, creditor: Creditor, owner: Account, now: datetime) -> Policy | None:
        try:
            return self._policies.of(creditor, owner, local_day(now, owner.time_zone))
        except PolicyNotValid:
            return None  # then the hours hold that hold without one


def _subject(words: Words) -> str:
    """Return the subject in one line; a text message has none, whatever was typed."""
    return "" if words.channel == "sms" else in_one_line(words.subject)


def _documents(words: Words) -> bool:
    """Tell whether documents go along: with mails alone."""
    return words.with_documents and words.channel == "email"
