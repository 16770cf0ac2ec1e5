"""Why did this happen, why did it not: the stored decisions, told as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from saldo.accounts.model import Account
from saldo.accounts.service import Accounts, AccountUnknown, InvoiceUnknown
from saldo.clock import Clock, local_day
from saldo.invoices.model import Invoice, NumberTaken, OpenItem
from saldo.messages.model import MessageKind
from saldo.money import format_amount
from saldo.reminders.decisions import decisions_about
from saldo.reminders.model import Decision, DecisionRecord, Notice, NoticeState
from saldo.reminders.opening import LinkOpening
from saldo.reminders.policy import Policy
from saldo.reminders.run import ReminderRun
from saldo.reminders.why_words import grounds, held_because, knows, step_name
from saldo.store import Store

_TOLD: dict[MessageKind, str] = {
    "payment-received": "The confirmation of a payment",
    "payment-failed": "The message that a payment failed",
    "payment-scheduled": "The announcement of a debit",
    "plan-agreed": "The confirmation of an instalment plan",
    "plan-missed": "The message that an instalment was missed",
}

_FATE: dict[NoticeState, str] = {
    "claimed": "waits to be sent",
    "withdrawn": "was withdrawn before it left",
}

_WITHDRAWN = {
    "settled-before-it-left": "nothing of it is open any more",
    "no-working-address": "there is no working address",
    "not-settled": "the payment is not settled",
    "paid-after-all": "the money came after all",
    "money-went-back": "the money went back meanwhile",
    "no-longer-scheduled": "the debit is no longer scheduled",
    "mandate-ended": "the mandate has ended",
    "plan-ended": "the plan ended meanwhile",
    "plan-goes-on": "the plan goes on",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One past or present decision as a sentence, with the facts behind it."""

    day: str
    sentence: str
    facts: dict[str, Any]


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
    """Answers for an invoice, or for all that is open on an account."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, run: ReminderRun) -> None:
        self._store, self._clock, self._accounts, self._run = store, clock, accounts, run

    def invoice(self, creditor: str, number: str) -> Explanation:
        """Explain every decision about an invoice; raise InvoiceUnknown."""
        taken = self._store.get(NumberTaken, creditor, "invoice", number)
        if taken is None:
            raise InvoiceUnknown(f"There is no invoice {number!r}.")
        invoice = self._store.get(Invoice, creditor, taken.account, number)
        assert invoice is not None
        return self._explained(invoice)

    def account(self, creditor: str, number: str) -> tuple[Explanation, ...]:
        """Explain every open item of an account, the first due first; raise AccountUnknown."""
        if self._store.get(Account, creditor, number) is None:
            raise AccountUnknown(f"There is no account {number!r}.")
        items = list(self._store.list(OpenItem, creditor, number))
        found = self._store.get_many(Invoice, [(creditor, number, item.number) for item in items])
        invoices = sorted(found.values(), key=lambda one: (one.due_on, one.number))
        return tuple(self._explained(invoice) for invoice in invoices)

    def _explained(self, invoice: Invoice) -> Explanation:
        creditor, account, number = invoice.key
        past = [
            (record.decided_at, self._told(record))
            for record in decisions_about(self._store, creditor, account, number)
        ]
        past += [
            (notice.created_at, _message(notice, self._looked_at(notice)))
            for notice in self._store.list(Notice, creditor, account)
            if notice.message in _TOLD and any(item.invoice == number for item in notice.items)
        ]
        told = tuple(one for _, one in sorted(past, key=lambda pair: pair[0]))
        return Explanation(invoice, told, self._next(invoice))

    def _told(self, record: DecisionRecord) -> Told:
        step = step_name(record.step)
        if record.outcome == "send":
            what = f"{step} was sent{self._fate(record)}: {grounds(record)}."
        elif record.outcome == "hand-over":
            what = f"{step} handed it over to {record.facts['to']}: {grounds(record)}."
        else:
            what = f"{step} was due and held back: {held_because(record.reason, record.facts)}."
        return Told(record.day.isoformat(), f"{record.day}: {what}", record.facts)

    def _fate(self, record: DecisionRecord) -> str:
        notice = (
            self._store.get(Notice, record.creditor, record.account, record.notice)
            if record.notice
            else None
        )
        if notice is None:
            return ""
        to = f" by {notice.channel} to {notice.to}" if notice.to else f" by {notice.channel}"
        return f"{to} (now {notice.state}{self._looked_at(notice)})"

    def _looked_at(self, notice: Notice) -> str:
        """Say when the debtor looked, as far as it was seen."""
        opening = self._store.get(LinkOpening, *notice.key)
        if opening is None:
            return ""
        if opening.first_at is None:
            return ", its link opened by a machine only"
        time_zone = self._time_zone(notice)
        first, last = (local_day(at, time_zone) for at in (opening.first_at, opening.last_at) if at)
        again = f", last on {last}" if last != first else ""
        return f", its link opened on {first}{again}"

    def _time_zone(self, notice: Notice) -> str:
        account = self._store.get(Account, notice.creditor, notice.account)
        return account.time_zone if account else "UTC"

    def _next(self, invoice: Invoice) -> Told:
        today = self._clock.now().date()
        if not invoice.is_open:
            sentence = f"Nothing more: it was settled on {invoice.closed_on}."
            return Told(today.isoformat(), sentence, {})
        facts = self._run.facts(invoice.creditor, invoice.account)
        assert facts is not None
        today = local_day(self._clock.now(), facts.account.time_zone)
        policy = self._run.policy_of(facts, today)
        _, decisions = self._run.decide(facts, policy, today, "run")
        decision = next((d for d in decisions if d.invoice == invoice.number), None)
        if decision is None:
            return Told(today.isoformat(), "Nothing more: it was settled just now.", {})
        amount = f"{format_amount(invoice.open_minor, invoice.currency)} {invoice.currency}"
        sentence = _ahead(decision, policy, amount)
        return Told(today.isoformat(), sentence, decision.facts)


def _ahead(decision: Decision, policy: Policy, amount: str) -> str:
    step = step_name(decision.step)
    if decision.outcome == "done":
        return f"Every stage of policy {policy.id} was sent; {amount} is still open."
    if decision.outcome == "hand-over":
        return f"{step} is due and hands it over with the next run."
    if decision.outcome == "send":
        return f"{step} is due and goes with the next run."
    if knows(decision.reason):
        return f"{step} is due and held back: {held_because(decision.reason, decision.facts)}."
    return f"{step} goes on {decision.wake_on} if {amount} is still open then."


def _message(notice: Notice, looked_at: str) -> Told:
    """Tell of a message about money that it was claimed, and what became of it."""
    to = f" by {notice.channel} to {notice.to}" if notice.to else f" by {notice.channel}"
    fate = _FATE.get(notice.state, f"was sent{to} (now {notice.state}{looked_at})")
    outcome = notice.outcome or ""
    why = f": {_WITHDRAWN.get(outcome, outcome)}" if notice.state == "withdrawn" else ""
    facts = {"notice": notice.id, "step": notice.step, "state": notice.state}
    day = notice.planned_for.isoformat()
    return Told(day, f"{day}: {_TOLD[notice.message]} {fate}{why}.", facts)
