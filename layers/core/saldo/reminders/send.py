"""The sender: what was claimed leaves once, and what becomes of it is recorded.

A notice that was handed to a carrier and whose answer is lost stays "sending": the carrier's own
reports complete it, or a day later it is "unknown" and a person decides. It is never sent again by
itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.collection.model import Plan
from saldo.events import EventType
from saldo.ids import Ids
from saldo.messages.model import Renderer
from saldo.payments.links import PayLinks
from saldo.payments.model import PayLink
from saldo.reminders.breaker import Breaker
from saldo.reminders.by_hand.model import KIND as BY_HAND
from saldo.reminders.channels.compose import ASKS_FOR_INSTALMENT, ASKS_FOR_TRANSFER, compose
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.channels.port import BUSY, REFUSED, SILENT, Address, Carrier, Parcel
from saldo.reminders.channels.words import NoWords, told_problems, words_of
from saldo.reminders.clearance import Clearance, Unreachable, Whole
from saldo.reminders.kept_words import kept_words
from saldo.reminders.model import Notice, NoticeRef
from saldo.reminders.notice_states import NoticeStates
from saldo.reminders.ports import SendJob, SendQueue
from saldo.reminders.references import PaymentReference, instalments_for, reference_for
from saldo.reminders.subject import Moot, NotYet, Subject
from saldo.reminders.tidying import Tidying
from saldo.store import Put, Record, Store


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
        dispatcher: Dispatcher,
        send_queue: SendQueue,
    ) -> None:
        self._store, self._clock = store, clock
        self._links, self._renderer, self._dispatcher = links, renderer, dispatcher
        self._breaker = Breaker(store, clock, ids)
        self._clearance = Clearance(store, clock, ids, accounts)
        self._states = NoticeStates(store, clock, ids, send_queue)
        self._tidying = Tidying(store, clock, accounts, self._clearance, self._states, send_queue)

    def send(self, job: SendJob) -> Notice | None:
        """Send one claimed notice; None when it was started before, is gone, or may not leave now.

        While sending is switched off, or the circuit breaker stopped mail, a claim stays a claim:
        `tidy` queues it again and again until it may leave. Raises one of BUSY after giving the
        claim back, so that the job is tried again.
        """
        notice = self._store.get(Notice, job.creditor, job.account, job.notice)
        if notice is None or notice.state != "claimed":
            return None
        whole = self._clearance.whole(notice)
        found = self._clearance.of(whole)
        if isinstance(found, NotYet):
            return None
        if isinstance(found, Moot):
            return self._states.move(notice, "withdrawn", outcome=found.reason)
        if isinstance(found, Unreachable):
            # Whoever wrote by hand believes that it goes: the timeline tells that it does not.
            told: EventType | None = "notice.failed" if notice.message == BY_HAND else None
            return self._states.fail(notice, whole.account, "withdrawn", found.reason, told)
        carrier = self._dispatcher.carrier_of(job, notice.channel)
        parcel = self._start(whole, *found) if carrier is not None else None
        if isinstance(parcel, NoWords):
            account = whole.account
            return self._states.fail(notice, account, "failed", parcel.reason, "notice.failed")
        # Without a parcel another delivery of the same job was faster.
        return self._hand_over(whole, parcel, carrier) if carrier and parcel else None

    def tidy(self) -> dict[str, Any]:
        """Queue forgotten claims again and mark lost sends unknown, for every creditor.

        Returns the counts `requeued`, `unknown` and `oldest_seconds` of what still waits. While
        sending is switched off claims only wait: the first look after it is on queues them.
        """
        return self._tidying.tidy()

    def _start(self, whole: Whole, subject: Subject, address: Address) -> Parcel | NoWords | None:
        """Write down that the notice is being sent; return its parcel, None if it was before."""
        notice, account, now = whole.notice, whole.account, self._clock.now()
        # The payer sees all that is open: what one notice is about need not be all they owe.
        pay_url, link = self._link(notice)
        references = self._references(notice, subject, now)
        told = references[0].reference if references else None
        composed = compose(
            whole.creditor, account, address, notice, subject, whole.holds, pay_url, told
        )
        rendered = words_of(self._renderer, notice.message, composed.context)
        if isinstance(rendered, NoWords):
            return rendered
        kept = kept_words(notice.creditor, notice.account, notice.id, rendered, pay_url)
        # Each by itself, before anything can leave: half the price of a transaction. If another
        # delivery is faster, what stays is harmless: nobody was ever told this link's secret.
        ref = NoticeRef(notice.id, notice.creditor, notice.account)
        beside: tuple[Record, ...] = (kept, ref, link, *references)
        for record in beside:
            self._store.commit([Put(record, expect=None)])
        started = self._states.move(
            notice,
            "sending",
            attempt=notice.attempt + 1,
            to=address.to,
            language=account.language,
            subject=rendered.subject,
            content_hash=kept.content_hash,
            reference=told,
            own_texts=rendered.own,
            text_problems=rendered.problems,
            outcome=told_problems(rendered),
        )
        if started is None:
            return None
        return Parcel(
            started,
            whole.creditor,
            account,
            address,
            composed.context,
            rendered,
            now,
            composed.transfer,
            composed.girocode,
            composed.opt_out_url,
        )

    def _link(self, notice: Notice) -> tuple[str, PayLink]:
        """Return a link for a notice: one that only confirms, where it goes to a mail address that
        somebody named and nobody confirmed yet.
        """
        if notice.message == "contact-confirm":
            return self._links.prepare_confirming(notice.creditor, notice.account, notice.id)
        return self._links.prepare(
            notice.creditor, notice.account, notice.invoice, notice.id, scope="account"
        )

    def _references(
        self, notice: Notice, subject: Subject, now: datetime
    ) -> tuple[PaymentReference, ...]:
        """Return what the message tells the payer to write on transfers, the next one first."""
        if notice.message == ASKS_FOR_INSTALMENT:
            plan = self._store.get(Plan, *notice.key[:2], notice.about or "")
            return instalments_for(plan, now, notice.id) if plan else ()
        if subject.asked is not None:
            numbers = subject.asked.numbers
        elif notice.message in ASKS_FOR_TRANSFER:
            numbers = tuple(invoice.number for invoice in subject.invoices)
        else:
            return ()
        found = reference_for(notice.creditor, notice.account, numbers, notice.id, now)
        return (found,) if found else ()

    def _hand_over(self, whole: Whole, parcel: Parcel, carrier: Carrier) -> Notice | None:
        started = parcel.notice
        try:
            handed = carrier.hand_over(parcel)
        except REFUSED as error:
            account = whole.account
            return self._states.fail(started, account, "failed", error.detail, "notice.failed")
        except BUSY:
            self._states.move(started, "claimed")
            raise
        except SILENT:
            return started
        sent = self._states.move(
            started,
            "sent",
            *handed.writes,
            event_type="notice.sent",
            provider_message_id=handed.provider_id,
        )
        if started.channel == "email":
            self._breaker.count(started.creditor, started.id, "sent")
        return sent or self._store.get(Notice, *started.key)
