"""The sender: what was claimed leaves once, and what becomes of it is recorded.

Every step is a conditional change of the notice's state. A notice that was handed to the mail
service and whose answer is lost stays "sending": the service's own events complete it, or a day
later it is "unknown" and a person decides. It is never sent again by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from saldo.accounts.model import WHOLE_CREDITOR, Account, Contact, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.messages.model import (
    Mailer,
    MailOutcomeUnknown,
    MailRejected,
    MailThrottled,
    MessageContext,
    MessageItem,
    MessageKind,
    OutgoingMail,
    Renderer,
    Sender,
)
from saldo.payments.links import PayLinks
from saldo.reminders.model import Notice, NoticeState
from saldo.reminders.ports import SendJob, SendQueue
from saldo.reminders.subjects import Moot, NotYet, Subject, Subjects
from saldo.store import CommitConflict, Put, Store, Write

REQUEUE_AFTER = timedelta(minutes=10)
"""A claim that nobody has started to send for this long is queued again."""

UNKNOWN_AFTER = timedelta(hours=24)
"""A send without any answer for this long is unknown."""

_ASKS_FOR_MONEY: frozenset[MessageKind] = frozenset({"payment-failed", "plan-missed"})
"""Messages about a payment or a plan that ask to pay, and wait while somebody paused that."""


class NoticeSender:
    """Sends claimed notices and looks after those without an outcome."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        accounts: Accounts,
        links: PayLinks,
        renderer: Renderer,
        mailer: Mailer,
        send_queue: SendQueue,
    ) -> None:
        self._store, self._clock, self._ids, self._accounts = store, clock, ids, accounts
        self._links, self._renderer, self._mailer = links, renderer, mailer
        self._subjects = Subjects(store)
        self._send_queue = send_queue

    def _sends(self, creditor: Creditor) -> bool:
        return creditor.sending and self._accounts.installation().sending

    def _is_paused(self, notice: Notice, account: Account) -> bool:
        """Tell whether a person paused notices about this one's items, perhaps after its claim.

        A pause of a whole creditor raises no account's version, so a claim may just miss it; here
        it is seen. It keeps back what asks for money, not the word that money came or was agreed.
        """
        if notice.tells_of_money and notice.message not in _ASKS_FOR_MONEY:
            return False
        # A run ordered for a day ahead has that day as its today.
        today = max(local_day(self._clock.now(), account.time_zone), notice.planned_for)
        return any(
            hold.kind == "pause" and hold.holds(item.invoice, today)
            for place in (WHOLE_CREDITOR, notice.account)
            for hold in self._store.list(Hold, notice.creditor, place)
            for item in notice.items
        )

    def send(self, job: SendJob) -> Notice | None:
        """Send one claimed notice; None when it was started before, is gone, or may not leave now.

        While sending is switched off a claim stays a claim: `tidy` queues it again and again until
        the switch is on. Raises MailThrottled after giving the claim back, so that the job is tried
        again.
        """
        notice = self._store.get(Notice, job.creditor, job.account, job.notice)
        if notice is None or notice.state != "claimed":
            return None
        creditor = self._accounts.creditor(notice.creditor)
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        if not self._sends(creditor) or self._is_paused(notice, account):
            return None
        contact = account.mail_contact()
        subject = self._subjects.of(notice) if contact else Moot("no-working-address")
        if isinstance(subject, NotYet):
            return None
        if isinstance(subject, Moot):
            return self._move(notice, "withdrawn", outcome=subject.reason)
        assert contact is not None, "else it is moot"
        assert contact.email is not None, "a mail contact has an address"
        # The payer sees all that is open: what one notice is about need not be all they owe.
        address, link = self._links.prepare(
            notice.creditor, notice.account, notice.invoice, notice.id, scope="account"
        )
        rendered = self._renderer.render(
            notice.message, _context(creditor, account, contact, notice, subject, address)
        )
        digest = hashlib.sha256(f"{rendered.subject}\0{rendered.text}\0{rendered.html}".encode())
        started = self._move(
            notice,
            "sending",
            Put(link),
            attempt=notice.attempt + 1,
            to=contact.email,
            language=account.language,
            subject=rendered.subject,
            content_hash=digest.hexdigest(),
        )
        if started is None:
            return None  # another delivery of the same job was faster
        tags = {
            "notice": notice.id,
            "creditor": notice.creditor,
            "attempt": str(started.attempt),
            "correlation": notice.correlation or "none",
        }
        mail = OutgoingMail(
            contact.name,
            contact.email,
            creditor.name,
            creditor.reply_to,
            rendered.subject,
            rendered.text,
            rendered.html,
            account.language,
            tags,
            self._clock.now(),
        )
        return self._hand_over(started, mail)

    def _hand_over(self, started: Notice, mail: OutgoingMail) -> Notice | None:
        try:
            message_id = self._mailer.send(mail)
        except MailRejected as error:
            return self._move(started, "failed", outcome=error.detail, event_type="notice.failed")
        except MailThrottled:
            self._move(started, "claimed")
            raise
        except MailOutcomeUnknown:
            return started
        return self._move(
            started, "sent", event_type="notice.sent", provider_message_id=message_id
        ) or self._store.get(Notice, *started.key)

    def _move(
        self,
        notice: Notice,
        state: NoticeState,
        *more: Write,
        event_type: EventType | None = None,
        **changes: Any,
    ) -> Notice | None:
        """Change a notice's state, or return None when somebody else changed it meanwhile."""
        now = self._clock.now()
        new = replace(notice, state=state, state_since=now, version=notice.version + 1, **changes)
        writes: list[Write] = [Put(new, expect=notice.version), *more]
        if event_type is not None:
            writes.append(self._tell(event_type, new, now, outcome=new.outcome))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return None
        return new

    def _tell(self, type_: EventType, notice: Notice, now: datetime, **more: Any) -> Put:
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                notice.creditor,
                notice.account,
                notice=notice.id,
                **{
                    "step": notice.step,
                    "channel": notice.channel,
                    "invoice": notice.invoice,
                    **more,
                },
            )
        )

    def tidy(self) -> dict[str, Any]:
        """Queue forgotten claims again and mark lost sends unknown, for every creditor.

        Returns the counts `requeued`, `unknown` and `oldest_seconds` of what still waits. While
        sending is switched off claims only wait: the first look after it is on queues them.
        """
        now = self._clock.now()
        found = {"requeued": 0, "unknown": 0, "oldest_seconds": 0}
        for notice, may_leave in self._waiting(now):
            since = notice.state_since or notice.created_at
            age = now - since
            found["oldest_seconds"] = max(found["oldest_seconds"], int(age.total_seconds()))
            if notice.state == "claimed" and age >= REQUEUE_AFTER:
                if not may_leave:
                    continue
                self._send_queue.put([SendJob(notice.creditor, notice.account, notice.id)])
                found["requeued"] += 1
            elif notice.state == "sending" and age >= UNKNOWN_AFTER:
                moved = self._move(
                    notice,
                    "unknown",
                    event_type="notice.unknown",
                    outcome="The mail service never answered; a person must decide.",
                )
                found["unknown"] += moved is not None
        return found

    def _waiting(self, now: datetime) -> Iterator[tuple[Notice, bool]]:
        for creditor in self._accounts.creditors():
            may_leave = self._sends(creditor)
            for key in self._store.work(Notice, "notice", creditor.id, now):
                notice = self._store.get(Notice, *key)
                if notice is not None and notice.state in ("claimed", "sending"):
                    yield notice, may_leave


def _context(
    creditor: Creditor,
    account: Account,
    contact: Contact,
    notice: Notice,
    subject: Subject,
    pay_url: str,
) -> MessageContext:
    day = notice.planned_for
    return MessageContext(
        sender=Sender(
            creditor.name,
            creditor.address,
            creditor.imprint,
            creditor.brand_colour,
            creditor.reply_to,
        ),
        account_name=account.name,
        contact_name=contact.name,
        language=account.language,
        kind_of_debtor=account.kind,
        items=tuple(
            MessageItem(
                i.number,
                i.issued_on,
                i.due_on,
                i.currency,
                i.amount_minor,
                i.open_minor,
                max(0, (day - i.due_on).days),
            )
            for i in subject.invoices
        ),
        pay_url=pay_url,
        written_on=day,
        stage=int(notice.step) if notice.step.isdecimal() else 0,
        announces_collection=notice.announces_collection,
        payment=subject.payment,
        failure=subject.failure,
        debit=subject.debit,
        mandate=subject.mandate,
        plan=subject.plan,
    )
