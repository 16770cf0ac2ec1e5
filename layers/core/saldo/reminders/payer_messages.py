"""Messages about money and agreements: each fact that a payer is told of is told once.

A fact arrives as an event, at least once and in any order. The message is claimed under a step
that names the fact, so that a repeat claims nothing; what it says is read when it leaves
(`subjects.py`).

They go by mail; what the law needs goes by letter to whom no mail can reach.

While sending is switched off, messages are claimed all the same and leave when it is on again: the
payer paid, and is owed the word. In shadow nothing is claimed: until a creditor goes live, whoever
wrote to its payers before goes on doing so, and going live must not pour out old news.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from saldo.accounts.model import Account
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.events import correlation_id, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.messages.model import Channel, MessageKind
from saldo.reminders.answer_facts import AnswerFacts
from saldo.reminders.by_hand.facts import HandFacts
from saldo.reminders.case_facts import CaseFacts
from saldo.reminders.channels.addresses import address_of, own_address
from saldo.reminders.channels.purposes import channels_left
from saldo.reminders.contacts import kept
from saldo.reminders.details_facts import DetailsFacts
from saldo.reminders.fact import Fact, Message
from saldo.reminders.model import Claim, ContactLog, CoveredItem, Notice
from saldo.reminders.money_facts import MoneyFacts
from saldo.reminders.ports import SendJob, SendQueue
from saldo.reminders.wish_facts import WishFacts
from saldo.store import CommitConflict, Put, Store, Write, any_of

ITEMS_MAX = 90
"""A notice names so many of its invoices; a payment may be for a thousand."""

NO_INVOICE = "~"
"""Stands in a claim's invoice where a message is about none."""

_CONTACTS: frozenset[MessageKind] = frozenset({"promise-broken", "handed-over", "case-returned"})
"""What asks to pay although nothing of it was the debtor's own doing just now: the reminders keep
their distance from it."""


class PayerMessages:
    """Claims the messages that facts about money call for."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, accounts: Accounts, send_queue: SendQueue
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._send_queue = accounts, send_queue
        self._told_by = {
            **MoneyFacts(store).told_by,
            **AnswerFacts(store, clock).told_by,
            **WishFacts(store).told_by,
            **DetailsFacts(store).told_by,
            **CaseFacts(store).told_by,
            **HandFacts(store).told_by,
        }

    @property
    def event_types(self) -> frozenset[str]:
        """The facts that payers are told of."""
        return frozenset(self._told_by)

    def tell(self, fact: Fact) -> list[Notice]:
        """Claim and queue what `fact` calls for; what was claimed before is not claimed again."""
        messages_of = self._told_by.get(fact.type)
        account = self._store.get(Account, fact.creditor, fact.account)
        if messages_of is None or account is None:
            return []
        if self._accounts.creditor(fact.creditor).state != "live":
            return []
        claims = [self._claim(message, account) for message in messages_of(fact, account)]
        return [notice for notice in claims if notice is not None]

    def _claim(self, message: Message, account: Account) -> Notice | None:
        """Claim a message and queue it; None when it was claimed before or no channel reaches."""
        channels = _channels(message, account)
        if not channels:
            return None
        now = self._clock.now()
        notice = Notice(
            account.creditor,
            account.number,
            self._ids.ulid(now),
            message.step,
            message.text,
            channels[-1],
            self._items(account, message.invoices[:ITEMS_MAX]),
            local_day(now, account.time_zone),
            now,
            payment=message.payment,
            state_since=now,
            correlation=correlation_id.get(),
            about=message.about,
            facts=message.facts,
            service=message.service,
            version=1,
        )
        claims = [
            Claim(
                account.creditor,
                account.number,
                message.invoices[0] if message.invoices else NO_INVOICE,
                0,  # such a message is tied to its fact, not to a round of reminders
                message.step,
                channel,
                notice.id,
            )
            for channel in channels
        ]
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
        if not self._commit(notice, *map(Put, claims), Put(notice), Put(told)):
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
        if notice.message not in _CONTACTS:
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


def _channels(message: Message, account: Account) -> list[Channel]:
    """Return the channel that reaches the debtor, behind those that were passed over for it.

    All of them are claimed: a repeat of the fact tells nothing again because an address is new.
    """
    if message.channel is not None:
        return [message.channel]
    if own_address("email", message.facts) is not None:
        return ["email"]
    passed: list[Channel] = []
    for channel in ("email", *channels_left(message.text, (), "email")):
        passed.append(channel)
        if address_of(channel, account) is not None:
            return passed
    return []
