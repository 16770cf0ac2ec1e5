"""The sender: what was claimed leaves once, and what becomes of it is recorded.

Every step is a conditional change of the notice's state. A notice that was handed to a carrier and
whose answer is lost stays "sending": the carrier's own reports complete it, or a day later it is
"unknown" and a person decides. It is never sent again by itself. Where a channel fails for good the
next one takes over in the same transaction, so that neither both nor none of them go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.messages.model import Channel, MessageKind, Renderer
from saldo.payments.links import PayLinks
from saldo.reminders.breaker import Breaker, is_stopped
from saldo.reminders.channels.addresses import address_of
from saldo.reminders.channels.compose import ASKS_FOR_TRANSFER, compose
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.channels.port import BUSY, REFUSED, SILENT, Address, Carrier, Parcel
from saldo.reminders.channels.purposes import purpose_of
from saldo.reminders.channels.takeover import take_over
from saldo.reminders.channels.words import NoWords, told_problems, words_of
from saldo.reminders.kept_words import kept_words
from saldo.reminders.model import Claim, Notice, NoticeState
from saldo.reminders.optouts import OptOuts
from saldo.reminders.ports import SendJob, SendQueue
from saldo.reminders.references import PaymentReference, reference_for
from saldo.reminders.subject import Moot, NotYet, Subject
from saldo.reminders.subjects import Subjects
from saldo.store import CommitConflict, Put, Store, Write, any_of

REQUEUE_AFTER = timedelta(minutes=10)
"""A claim that nobody has started to send for this long is queued again."""

UNKNOWN_AFTER = timedelta(hours=24)
"""A send without any answer for this long is unknown."""

_ASKS_FOR_MONEY: frozenset[MessageKind] = frozenset(
    {"payment-failed", "plan-missed", "promise-broken"}
)
"""Messages about money or an agreement that ask to pay, and wait while somebody paused that."""

NOBODY_TO_WRITE_TO = "no-working-address"

_REPEATABLE: frozenset[Channel] = frozenset({"letter", "call"})
"""Channels of our own making: until the notice is "sent" nobody outside has seen anything, so one
whose sending broke off may be sent again."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A notice with everything that decides whether it may leave."""

    notice: Notice
    creditor: Creditor
    account: Account
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The channel cannot reach the debtor; `reason` is a stable code."""

    reason: str


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
        self._store, self._clock, self._ids, self._accounts = store, clock, ids, accounts
        self._links, self._renderer, self._dispatcher = links, renderer, dispatcher
        self._subjects = Subjects(store)
        self._opt_outs = OptOuts(store, clock, ids)
        self._breaker = Breaker(store, clock, ids)
        self._send_queue = send_queue

    def _sends(self, creditor: Creditor) -> bool:
        return creditor.sending and self._accounts.installation().sending

    def _is_paused(self, whole: _Whole) -> bool:
        """Tell whether a person paused notices about this one's items, perhaps after its claim.

        A pause of a whole creditor raises no account's version, so a claim may just miss it; here
        it is seen. It keeps back what asks for money, not the word that money came or was agreed.
        """
        notice = whole.notice
        if notice.tells_of_money and notice.message not in _ASKS_FOR_MONEY:
            return False
        today = self._today(whole)
        return any(
            hold.kind == "pause" and hold.holds(item.invoice, today)
            for hold in whole.holds
            for item in notice.items
        )

    def _today(self, whole: _Whole) -> date:
        """Return the debtor's day; a run ordered for a day ahead has that day as its today."""
        now = local_day(self._clock.now(), whole.account.time_zone)
        return max(now, whole.notice.planned_for)

    def send(self, job: SendJob) -> Notice | None:
        """Send one claimed notice; None when it was started before, is gone, or may not leave now.

        While sending is switched off, or the circuit breaker stopped mail, a claim stays a claim:
        `tidy` queues it again and again until it may leave. Raises one of BUSY after giving the
        claim back, so that the job is tried again.
        """
        notice = self._store.get(Notice, job.creditor, job.account, job.notice)
        if notice is None or notice.state != "claimed":
            return None
        whole = self._whole(notice)
        found = NotYet() if self._waits(whole) else self._found(whole)
        if isinstance(found, NotYet):
            return None
        if isinstance(found, Moot):
            return self._move(notice, "withdrawn", outcome=found.reason)
        if isinstance(found, Unreachable):
            return self._fail(whole, "withdrawn", found.reason)
        carrier = self._dispatcher.carrier_of(job, notice.channel)
        parcel = self._start(whole, *found) if carrier is not None else None
        if isinstance(parcel, NoWords):
            return self._fail(whole, "failed", parcel.reason, "notice.failed")
        # Without a parcel another delivery of the same job was faster.
        return self._hand_over(whole, parcel, carrier) if carrier and parcel else None

    def _whole(self, notice: Notice) -> _Whole:
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        places = (WHOLE_CREDITOR, notice.account)
        holds = tuple(h for place in places for h in self._store.list(Hold, notice.creditor, place))
        return _Whole(notice, self._accounts.creditor(notice.creditor), account, holds)

    def _waits(self, whole: _Whole) -> bool:
        stopped = is_stopped(whole.creditor, whole.notice.channel)
        return not self._sends(whole.creditor) or stopped or self._is_paused(whole)

    def _found(self, whole: _Whole) -> tuple[Subject, Address] | Moot | NotYet | Unreachable:
        """Return what the notice is about and where it goes."""
        notice, account = whole.notice, whole.account
        subject = self._held_since(whole) or self._subjects.of(notice)
        if not isinstance(subject, Subject):
            return subject
        address = address_of(notice.channel, account)
        if address is None:
            return Unreachable(NOBODY_TO_WRITE_TO)
        purpose = purpose_of(tells_of_money=notice.tells_of_money)
        opted = self._opt_outs.of(account, notice.channel, address.to, purpose)
        if opted is not None:
            return Unreachable(f"opted-out-{opted.reason}")
        return subject, address

    def _held_since(self, whole: _Whole) -> Moot | None:
        """A notice that took over may leave days after its plan: it respects what was said since.

        A dispute about a part leaves the rest to be asked for.
        """
        notice = whole.notice
        if notice.replaces is None or notice.tells_of_money:
            return None
        today = self._today(whole)
        for hold in whole.holds:
            if hold.held_minor is None and any(hold.holds(i.invoice, today) for i in notice.items):
                return Moot(f"held-{hold.kind}")
        return None

    def _start(self, whole: _Whole, subject: Subject, address: Address) -> Parcel | NoWords | None:
        """Write down that the notice is being sent; return its parcel, None if it was before."""
        notice, account, now = whole.notice, whole.account, self._clock.now()
        # The payer sees all that is open: what one notice is about need not be all they owe.
        pay_url, link = self._links.prepare(
            notice.creditor, notice.account, notice.invoice, notice.id, scope="account"
        )
        reference = self._reference(notice, subject, now)
        told = reference.reference if reference else None
        composed = compose(
            whole.creditor, account, address, notice, subject, whole.holds, pay_url, told
        )
        rendered = words_of(self._renderer, notice.message, composed.context)
        if isinstance(rendered, NoWords):
            return rendered
        kept = kept_words(notice.creditor, notice.account, notice.id, rendered, pay_url)
        # By itself, under its own hash: half the price of a transaction, and never in the way.
        self._store.commit([Put(kept, expect=None)])
        started = self._move(
            notice,
            "sending",
            Put(link),
            *([Put(reference, expect=None)] if reference else []),
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

    def _reference(
        self, notice: Notice, subject: Subject, now: datetime
    ) -> PaymentReference | None:
        if notice.message not in ASKS_FOR_TRANSFER:
            return None
        numbers = tuple(invoice.number for invoice in subject.invoices)
        return reference_for(notice.creditor, notice.account, numbers, notice.id, now)

    def _hand_over(self, whole: _Whole, parcel: Parcel, carrier: Carrier) -> Notice | None:
        started = parcel.notice
        try:
            handed = carrier.hand_over(parcel)
        except REFUSED as error:
            failed = replace(whole, notice=started)
            return self._fail(failed, "failed", error.detail, "notice.failed")
        except BUSY:
            self._move(started, "claimed")
            raise
        except SILENT:
            return started
        sent = self._move(
            started,
            "sent",
            *handed.writes,
            event_type="notice.sent",
            provider_message_id=handed.provider_id,
        )
        if started.channel == "email":
            self._breaker.count(started.creditor, started.id, "sent")
        return sent or self._store.get(Notice, *started.key)

    def _fail(
        self,
        whole: _Whole,
        state: NoticeState,
        outcome: str,
        event_type: EventType | None = None,
    ) -> Notice | None:
        """End a notice that cannot go by its channel; the next channel takes over, if there is one.

        When another notice has told the same by that channel already, nothing takes over.
        """
        notice = whole.notice
        taken = take_over(notice, whole.account, self._ids, self._clock.now())
        if taken is not None:
            new = taken.notice
            try:
                moved = self._change(
                    notice,
                    state,
                    *taken.writes,
                    event_type=event_type,
                    outcome=outcome,
                    replaced_by=new.id if new else None,
                )
            except CommitConflict as conflict:
                if not any_of(conflict, Claim):
                    return None
            else:
                if new is not None:
                    taken.claim_the_rest(self._store)
                    job = SendJob(new.creditor, new.account, new.id, new.correlation)
                    self._send_queue.put([job])
                return moved
        return self._move(notice, state, event_type=event_type, outcome=outcome)

    def _move(
        self,
        notice: Notice,
        state: NoticeState,
        *more: Write,
        event_type: EventType | None = None,
        **changes: Any,
    ) -> Notice | None:
        """Change a notice's state, or return None when somebody else changed it meanwhile."""
        try:
            return self._change(notice, state, *more, event_type=event_type, **changes)
        except CommitConflict:
            return None

    def _change(
        self,
        notice: Notice,
        state: NoticeState,
        *more: Write,
        event_type: EventType | None = None,
        **changes: Any,
    ) -> Notice:
        now = self._clock.now()
        new = replace(notice, state=state, state_since=now, version=notice.version + 1, **changes)
        writes: list[Write] = [Put(new, expect=notice.version), *more]
        if event_type is not None:
            writes.append(self._tell(event_type, new, now, outcome=new.outcome))
        self._store.commit(writes)
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
            elif notice.state == "sending" and notice.channel in _REPEATABLE:
                if age >= REQUEUE_AFTER:
                    self._move(notice, "claimed")
            elif notice.state == "sending" and age >= UNKNOWN_AFTER:
                moved = self._move(
                    notice,
                    "unknown",
                    event_type="notice.unknown",
                    outcome="The carrier never answered; a person must decide.",
                )
                found["unknown"] += moved is not None
        return found

    def _waiting(self, now: datetime) -> Iterator[tuple[Notice, bool]]:
        for creditor in self._accounts.creditors():
            sends = self._sends(creditor)
            for key in self._store.work(Notice, "notice", creditor.id, now):
                notice = self._store.get(Notice, *key)
                if notice is not None and notice.state in ("claimed", "sending"):
                    yield notice, sends and not is_stopped(creditor, notice.channel)
