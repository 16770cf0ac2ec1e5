"""Messages about money and agreements: each fact that a payer is told of is told once.

A fact arrives as an event, at least once and in any order. The message is claimed under a step
that names the fact, so that a repeat claims nothing; what it says is read when it leaves
(`subjects.py`).

While sending is switched off, messages are claimed all the same and leave when it is on again: the
payer paid, and is owed the word. In shadow nothing is claimed: until a creditor goes live, whoever
wrote to its payers before goes on doing so, and going live must not pour out old news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from saldo.accounts.model import Account, Hold
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.collection.model import Plan
from saldo.events import correlation_id, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.messages.failures import failure_kind
from saldo.messages.model import MessageKind
from saldo.money import parse_amount
from saldo.payments.agreements import NEVER_GIVEN, Mandate, ScheduledPayment
from saldo.payments.model import Payment
from saldo.reminders.contacts import kept
from saldo.reminders.model import Claim, ContactLog, CoveredItem, Notice, NoticeRef
from saldo.reminders.ports import SendJob, SendQueue
from saldo.store import CommitConflict, Put, Store, Write, any_of

ITEMS_MAX = 90
"""A notice names so many of its invoices; a payment may be for a thousand."""

PAYER = "payer"
"""Who ended a mandate or a scheduled payment, if the payer did so here."""

NO_INVOICE = "~"
"""Stands in a claim's invoice where a message is about none."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What an event tells: its type, whose it is, its id, its data and when it happened."""

    type: str
    creditor: str
    account: str
    id: str
    data: dict[str, Any] = field(hash=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class _Message:
    """A message to be claimed: its step, its text, and what it is about."""

    step: str
    text: MessageKind
    about: str
    invoices: tuple[str, ...] = ()
    payment: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class PayerMessages:
    """Claims the messages that facts about money call for."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, accounts: Accounts, send_queue: SendQueue
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._send_queue = accounts, send_queue
        self._told_by: dict[str, Callable[[Fact, Account], Sequence[_Message]]] = {
            "payment.settled": self._received,
            "payment.failed": self._failed,
            "payment.charged_back": self._charged_back,
            "payment.scheduled": self._scheduled,
            "payment.schedule_ended": self._schedule_ended,
            "mandate.active": self._mandate_given,
            "plan.agreed": self._plan_agreed,
            "plan.missed": self._plan_missed,
            "promise.given": self._promise_given,
            "promise.broken": self._promise_broken,
            "promise.part_kept": self._promise_broken,
            "dispute.opened": self._dispute_opened,
            "dispute.settled": self._dispute_closed,
            "dispute.rejected": self._dispute_closed,
        }

    @property
    def event_types(self) -> frozenset[str]:
        """The facts that payers are told of."""
        return frozenset(self._told_by)

    def tell(self, fact: Fact) -> list[Notice]:
        """Claim and queue what `fact` calls for; what was claimed before is not claimed again."""
        messages_of = self._told_by.get(fact.type)
        account = self._store.get(Account, fact.creditor, fact.account)
        if messages_of is None or account is None or account.mail_contact() is None:
            return []
        if self._accounts.creditor(fact.creditor).state != "live":
            return []
        claims = [self._claim(message, account) for message in messages_of(fact, account)]
        return [notice for notice in claims if notice is not None]

    def _received(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        paid = self._payment(fact)
        if paid is None or paid.state != "settled":
            return []
        step = f"paid-{paid.id}"
        return [_Message(step, "payment-received", paid.id, paid.invoices, paid.id)]

    def _failed(self, fact: Fact, account: Account) -> list[_Message]:
        """A failure that its payer did not see happen.

        Who cancels on the hosted page, or whose card is declined there, was told by the page.
        """
        del account
        payment = self._payment(fact)
        if payment is None or payment.state not in ("failed", "cancelled"):
            return []
        automatic = payment.mandate is not None
        if not automatic and not self._was_on_its_way(payment):
            return []
        facts = _failure(payment.amount_minor, payment.currency, payment.failure, automatic)
        step = f"failed-{payment.id}"
        return [_Message(step, "payment-failed", payment.id, payment.invoices, payment.id, facts)]

    def _was_on_its_way(self, payment: Payment) -> bool:
        """Tell whether the payer was through: the hold of that time has the payment's id."""
        return self._store.get(Hold, *payment.key) is not None

    def _charged_back(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        payment = self._payment(fact)
        if payment is None:
            return []
        currency = str(fact.data["currency"])
        taken_minor = parse_amount(str(fact.data["amount"]), currency)
        facts = _failure(
            taken_minor,
            currency,
            fact.data.get("reason"),
            payment.mandate is not None,
            returned=True,
        )
        # A debit may come back more than once; each time is an event of its own.
        step = f"returned-{payment.id}-{fact.id}"
        return [_Message(step, "payment-failed", payment.id, payment.invoices, payment.id, facts)]

    def _scheduled(self, fact: Fact, account: Account) -> list[_Message]:
        """A debit is announced once its mandate is given: by this fact or by the mandate's."""
        del account
        found = self._schedule(fact)
        mandate = self._mandate(fact, found.mandate) if found else None
        if found is None or mandate is None or not mandate.is_chargeable:
            return []
        return _announcement(found)

    def _schedule_ended(self, fact: Fact, account: Account) -> list[_Message]:
        """A debit that was to come and cannot even be tried, mostly as its mandate has ended.

        One that was tried is told as a payment, one of a plan when its day has passed; whoever
        revoked the mandate here was told by the page, and who never gave it was promised nothing.
        """
        del account
        ended = self._schedule(fact)
        if ended is None or ended.state != "failed":
            return []
        told_otherwise = ended.payment is not None or ended.plan is not None
        if told_otherwise or fact.data["by"] in (PAYER, NEVER_GIVEN):
            return []
        mandate, said = self._mandate(fact, ended.mandate), ended.failure
        if mandate is not None and mandate.state == "ended" and failure_kind(said) == "unknown":
            said = "mandate_cancelled"
        facts = _failure(ended.amount_minor, ended.currency, said, automatic=True)
        step = f"uncharged-{ended.id}"
        return [_Message(step, "payment-failed", ended.id, ended.invoices, None, facts)]

    def _mandate_given(self, fact: Fact, account: Account) -> list[_Message]:
        """The mandate itself, and what was agreed before it was given: debits and plans."""
        mandate = self._mandate(fact, str(fact.data["mandate"]))
        if mandate is None or not mandate.is_chargeable:
            return []
        given_on = local_day(fact.at, account.time_zone).isoformat()
        given = _Message(
            f"mandate-{mandate.id}", "mandate-given", mandate.id, facts={"given_on": given_on}
        )
        debits = self._store.list(ScheduledPayment, fact.creditor, fact.account)
        plans = self._store.list(Plan, fact.creditor, fact.account)
        return [
            given,
            *(m for one in debits if one.mandate == mandate.id for m in _announcement(one)),
            *(m for one in plans if one.mandate == mandate.id for m in _agreement(one)),
        ]

    def _plan_agreed(self, fact: Fact, account: Account) -> list[_Message]:
        """A plan that is paid by mandate is confirmed once the mandate is given."""
        del account
        plan = self._plan(fact)
        if plan is None:
            return []
        mandate = self._mandate(fact, plan.mandate) if plan.mandate else None
        if plan.mandate and (mandate is None or mandate.state == "requested"):
            return []
        return _agreement(plan)

    def _plan_missed(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        plan = self._plan(fact)
        if plan is None or plan.state != "missed":
            return []
        facts = {"due_on": str(fact.data["due_on"])}
        return [_Message(f"missed-{plan.id}", "plan-missed", plan.id, plan.invoices, facts=facts)]

    def _promise_given(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        return [_about_promise("promised", "promise-confirmed", fact)]

    def _promise_broken(self, fact: Fact, account: Account) -> list[_Message]:
        """A promise that was kept in part is told as a broken one, with what came of it.

        It asks to pay: where the account was reminded today already, that reminder says it.
        """
        log = self._store.get(ContactLog, fact.creditor, fact.account)
        if log is not None and local_day(self._clock.now(), account.time_zone) in log.days:
            return []
        return [_about_promise("broken", "promise-broken", fact)]

    def _dispute_opened(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        return [_about_dispute("disputed", "dispute-received", fact)]

    def _dispute_closed(self, fact: Fact, account: Account) -> list[_Message]:
        del account
        return [_about_dispute("undisputed", "dispute-closed", fact)]

    def _payment(self, fact: Fact) -> Payment | None:
        return self._store.get(Payment, fact.creditor, fact.account, str(fact.data["payment"]))

    def _schedule(self, fact: Fact) -> ScheduledPayment | None:
        scheduled = str(fact.data["scheduled"])
        return self._store.get(ScheduledPayment, fact.creditor, fact.account, scheduled)

    def _mandate(self, fact: Fact, mandate: str) -> Mandate | None:
        return self._store.get(Mandate, fact.creditor, fact.account, mandate)

    def _plan(self, fact: Fact) -> Plan | None:
        return self._store.get(Plan, fact.creditor, fact.account, str(fact.data["plan"]))

    def _claim(self, message: _Message, account: Account) -> Notice | None:
        """Claim a message and queue it; None when it was claimed before."""
        now = self._clock.now()
        notice = Notice(
            account.creditor,
            account.number,
            self._ids.ulid(now),
            message.step,
            message.text,
            "email",
            self._items(account, message.invoices[:ITEMS_MAX]),
            local_day(now, account.time_zone),
            now,
            payment=message.payment,
            state_since=now,
            correlation=correlation_id.get(),
            about=message.about,
            facts=message.facts,
            version=1,
        )
        claim = Claim(
            account.creditor,
            account.number,
            message.invoices[0] if message.invoices else NO_INVOICE,
            0,  # such a message is tied to its fact, not to a round of reminders
            message.step,
            "email",
            notice.id,
        )
        told = event(
            self._ids.ulid(now),
            now,
            "notice.claimed",
            notice.creditor,
            notice.account,
            notice=notice.id,
            step=notice.step,
            channel=notice.channel,
            invoice=notice.invoice,
        )
        ref = NoticeRef(notice.id, notice.creditor, notice.account)
        if not self._commit(notice, Put(claim), Put(notice), Put(ref), Put(told)):
            return None
        self._send_queue.put(
            [SendJob(notice.creditor, notice.account, notice.id, notice.correlation)]
        )
        return notice

    def _commit(self, notice: Notice, *writes: Write) -> bool:
        """Commit a claim; False when it was taken before. What asks to pay counts as a contact."""
        for logs in (True, True, False):
            contact = self._contact(notice) if logs else []
            try:
                self._store.commit([*writes, *contact])
            except CommitConflict as conflict:
                if contact and not any_of(conflict, Claim):
                    continue  # a reminder was claimed just now, and counted
                return False
            return True
        return False

    def _contact(self, notice: Notice) -> list[Write]:
        if notice.message != "promise-broken":
            return []
        key = (notice.creditor, notice.account)
        log = self._store.get(ContactLog, *key) or ContactLog(*key)
        days = kept(log.days, notice.planned_for)
        return [Put(replace(log, days=days, version=log.version + 1), expect=log.version)]

    def _items(self, account: Account, numbers: Sequence[str]) -> tuple[CoveredItem, ...]:
        keys = [(account.creditor, account.number, number) for number in numbers]
        found = self._store.get_many(Invoice, keys)
        return tuple(
            CoveredItem(i.number, i.episode, i.open_minor, i.currency)
            for i in (found[key] for key in keys if key in found)
        )


def _announcement(scheduled: ScheduledPayment) -> list[_Message]:
    """The announcement of a debit; those of a plan stand in the plan's own message, day by day."""
    if scheduled.state not in ("waiting", "planned") or scheduled.plan is not None:
        return []
    step = f"scheduled-{scheduled.id}"
    return [_Message(step, "payment-scheduled", scheduled.id, scheduled.invoices)]


def _agreement(plan: Plan) -> list[_Message]:
    if plan.state != "active":
        return []
    return [_Message(f"plan-{plan.id}", "plan-agreed", plan.id, plan.invoices)]


def _about_promise(word: str, text: MessageKind, fact: Fact) -> _Message:
    promise = str(fact.data["promise"])
    return _Message(f"{word}-{promise}", text, promise, tuple(fact.data["invoices"]))


def _about_dispute(word: str, text: MessageKind, fact: Fact) -> _Message:
    dispute = str(fact.data["dispute"])
    return _Message(f"{word}-{dispute}", text, dispute, (str(fact.data["invoice"]),))


def _failure(
    amount_minor: int, currency: str, said: Any, automatic: bool, *, returned: bool = False
) -> dict[str, Any]:
    """What a message about a failed payment is made from; see `Subjects`."""
    return {
        "amount_minor": amount_minor,
        "currency": currency,
        "said": said,
        "automatic": automatic,
        "returned": returned,
    }
