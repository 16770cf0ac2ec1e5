"""Why did this happen, why did it not: the stored decisions, told as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from saldo.accounts.model import Account
from saldo.accounts.service import Accounts, AccountUnknown, InvoiceUnknown
from saldo.clock import Clock, local_day
from saldo.invoices.model import Invoice, NumberTaken, OpenItem
from saldo.messages.model import MessageKind
from saldo.reminders.decisions import decisions_about
from saldo.reminders.model import Decision, DecisionRecord, Notice
from saldo.reminders.opening import LinkOpening
from saldo.reminders.policy import Policy
from saldo.reminders.run import ReminderRun
from saldo.reminders.why_words import PLAIN, WhyWords, knows
from saldo.store import Store

_TOLD: Final[frozenset[MessageKind]] = frozenset(
    {"payment-received", "payment-failed", "payment-scheduled", "plan-agreed", "plan-missed"}
)
"""Messages about money, which are no steps of the reminders and told beside them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One past or present decision as a sentence, with the facts behind it.

    `outcome` and `reason` are stable codes, the same in every language, as the facts are.
    """

    day: str
    sentence: str
    facts: dict[str, Any]
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to "why": the invoice as it stands, what was decided, what comes next."""

    invoice: Invoice
    past: tuple[Told, ...]
    next: Told

    def on(self, day: date) -> tuple[Told, ...]:
        """Return what was decided on a day."""
        return tuple(one for one in self.past if one.day == day.isoformat())


class Why:
    """Answers for an invoice, or for all that is open on an account.

    `language` is that of the sentences: see `WhyWords`.
    """

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, run: ReminderRun) -> None:
        self._store, self._clock, self._accounts, self._run = store, clock, accounts, run

    def invoice(self, creditor: str, number: str, language: str = PLAIN) -> Explanation:
        """Explain every decision about an invoice; raise InvoiceUnknown."""
        taken = self._store.get(NumberTaken, creditor, "invoice", number)
        if taken is None:
            raise InvoiceUnknown(f"There is no invoice {number!r}.")
        invoice = self._store.get(Invoice, creditor, taken.account, number)
        assert invoice is not None
        return self._explained(invoice, WhyWords(language))

    def account(self, creditor: str, number: str, language: str = PLAIN) -> tuple[Explanation, ...]:
        """Explain every open item of an account, the first due first; raise AccountUnknown."""
        if self._store.get(Account, creditor, number) is None:
            raise AccountUnknown(f"There is no account {number!r}.")
        items = list(self._store.list(OpenItem, creditor, number))
        found = self._store.get_many(Invoice, [(creditor, number, item.number) for item in items])
        invoices = sorted(found.values(), key=lambda one: (one.due_on, one.number))
        words = WhyWords(language)
        return tuple(self._explained(invoice, words) for invoice in invoices)

    def _explained(self, invoice: Invoice, words: WhyWords) -> Explanation:
        creditor, account, number = invoice.key
        past = [
            (record.decided_at, self._told(record, words))
            for record in decisions_about(self._store, creditor, account, number)
        ]
        past += [
            (notice.created_at, _message(notice, self._looked_at(notice, words), words))
            for notice in self._store.list(Notice, creditor, account)
            if notice.message in _TOLD and any(item.invoice == number for item in notice.items)
        ]
        told = tuple(one for _, one in sorted(past, key=lambda pair: pair[0]))
        return Explanation(invoice, told, self._next(invoice, words))

    def _told(self, record: DecisionRecord, words: WhyWords) -> Told:
        step, day = words.step(record.step), words.day(record.day)
        if record.outcome == "send":
            fate = self._fate(record, words)
            told = words("sent", day=day, step=step, fate=fate, grounds=words.grounds(record))
        elif record.outcome == "hand-over":
            to = record.facts["to"]
            told = words("handed", day=day, step=step, to=to, grounds=words.grounds(record))
        else:
            because = words.because(record.reason, record.facts)
            told = words("held", day=day, step=step, because=because)
        return Told(record.day.isoformat(), told, record.facts, record.outcome, record.reason)

    def _fate(self, record: DecisionRecord, words: WhyWords) -> str:
        notice = (
            self._store.get(Notice, record.creditor, record.account, record.notice)
            if record.notice
            else None
        )
        if notice is None:
            return ""
        looked = self._looked_at(notice, words)
        state = words(f"state.{notice.state}")
        return words("fate", by=_by(notice, words), state=state, looked=looked)

    def _looked_at(self, notice: Notice, words: WhyWords) -> str:
        """Say when the debtor looked, as far as it was seen."""
        opening = self._store.get(LinkOpening, *notice.key)
        if opening is None:
            return ""
        if opening.first_at is None:
            return words("looked.machine")
        time_zone = self._time_zone(notice)
        first, last = (local_day(at, time_zone) for at in (opening.first_at, opening.last_at) if at)
        key = "looked.again" if last != first else "looked.once"
        return words(key, first=words.day(first), last=words.day(last))

    def _time_zone(self, notice: Notice) -> str:
        account = self._store.get(Account, notice.creditor, notice.account)
        return account.time_zone if account else "UTC"

    def _next(self, invoice: Invoice, words: WhyWords) -> Told:
        today = self._clock.now().date()
        if not invoice.is_open:
            sentence = words("next.settled", day=words.day(invoice.closed_on))
            return Told(today.isoformat(), sentence, {}, "done", "settled")
        facts = self._run.facts(invoice.creditor, invoice.account)
        assert facts is not None
        today = local_day(self._clock.now(), facts.account.time_zone)
        policy = self._run.policy_of(facts, today)
        _, decisions = self._run.decide(facts, policy, today, "run")
        decision = next((d for d in decisions if d.invoice == invoice.number), None)
        if decision is None:
            return Told(today.isoformat(), words("next.settled-now"), {}, "done", "settled")
        amount = words.amount(invoice.open_minor, invoice.currency)
        sentence = _ahead(decision, policy, amount, words)
        return Told(today.isoformat(), sentence, decision.facts, decision.outcome, decision.reason)


def _ahead(decision: Decision, policy: Policy, amount: str, words: WhyWords) -> str:
    step = words.step(decision.step)
    if decision.outcome == "done":
        return words("next.done", policy=policy.id, amount=amount)
    if decision.outcome in ("hand-over", "send"):
        return words(f"next.{decision.outcome}", step=step)
    if knows(decision.reason):
        because = words.because(decision.reason, decision.facts)
        return words("next.held", step=step, because=because)
    return words("next.later", step=step, day=words.day(decision.wake_on), amount=amount)


def _by(notice: Notice, words: WhyWords) -> str:
    channel = words(f"channel.{notice.channel}")
    return words("by.to" if notice.to else "by", channel=channel, to=notice.to)


def _message(notice: Notice, looked: str, words: WhyWords) -> Told:
    """Tell of a message about money that it was claimed, and what became of it."""
    state, outcome = notice.state, notice.outcome or ""
    key = "waits" if state == "claimed" else state if state == "withdrawn" else "sent"
    sentence = words(
        f"message.{key}",
        day=words.day(notice.planned_for),
        message=words(f"message.{notice.message}"),
        by=_by(notice, words),
        state=words(f"state.{state}"),
        looked=looked,
        because=words.known(f"withdrawn.{outcome}", outcome),
    )
    facts = {"notice": notice.id, "step": notice.step, "state": state}
    return Told(notice.planned_for.isoformat(), sentence, facts, key, notice.message)
