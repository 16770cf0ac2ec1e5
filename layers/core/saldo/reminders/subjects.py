"""What a message is about, read anew when it is about to leave.

A claim may wait for days while sending is switched off. What it was to tell may not be so any more:
then the message is moot, and is withdrawn with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from saldo.accounts.model import Creditor
from saldo.collection.model import Instalment, Plan
from saldo.invoices.model import Allocation, Credit, Invoice
from saldo.messages.failures import failure_kind
from saldo.messages.model import (
    LISTED_MAX,
    AgreedPlan,
    FailedPayment,
    GivenMandate,
    MessageKind,
    PaidItem,
    PlanPart,
    ReceivedPayment,
    ScheduledDebit,
)
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.model import Payment
from saldo.reminders.by_hand.facts import HandSubjects
from saldo.reminders.listed_invoices import invoices_of
from saldo.reminders.model import Notice
from saldo.reminders.subject import Found, Moot, NotYet, Subject, asked_for
from saldo.reminders.subject_answers import AnswerSubjects
from saldo.reminders.subject_cases import CaseSubjects
from saldo.reminders.subject_details import DetailsSubjects
from saldo.reminders.subject_wishes import WishSubjects
from saldo.store import Store

__all__ = ["Moot", "NotYet", "Subject", "Subjects"]


class Subjects:
    """Reads what messages are about."""

    def __init__(self, store: Store) -> None:
        self._store = store
        answers, wishes = AnswerSubjects(store), WishSubjects(store)
        details = DetailsSubjects(store)
        self._cases = cases = CaseSubjects(store)
        self._readers: dict[MessageKind, Callable[[Notice], Found]] = {
            "payment-received": self._received,
            "payment-failed": self._failed,
            "payment-scheduled": self._scheduled,
            "mandate-given": self._given,
            "plan-agreed": self._agreed,
            "plan-missed": self._missed,
            "plan-proposed": wishes.proposed,
            "plan-declined": wishes.declined,
            "paid-claim-received": wishes.claimed,
            "paid-claim-unfounded": wishes.unfounded,
            "promise-confirmed": answers.promised,
            "promise-broken": answers.broken,
            "dispute-received": answers.contested,
            "dispute-closed": answers.looked_into,
            "invoice-copy": answers.copied,
            "handed-over": cases.handed_over,
            "case-returned": cases.returned,
            "service-released": cases.released,
            "contact-confirm": details.to_confirm,
            "contact-changed": details.changed,
            "question-received": details.asked,
            "question-answered": details.answered,
            "mail-reply": details.replied,
            "by-hand": HandSubjects(store).written,
        }

    def of(self, notice: Notice) -> Found:
        """Return what `notice` is about as it stands now."""
        reader = self._readers.get(notice.message)
        if reader is not None and notice.tells_of_money:
            return reader(notice)
        if reader is None or notice.message == "handed-over":
            return self._open_items(notice)
        # A policy may name such a text for a stage: then there is no fact that it could tell.
        return Moot("nothing-to-tell")

    def _open_items(self, notice: Notice) -> Found:
        numbers = [item.invoice for item in notice.items]
        still_open = tuple(i for i in invoices_of(self._store, notice, numbers) if i.is_open)
        if not still_open:
            return Moot("settled-before-it-left")
        also = invoices_of(self._store, notice, [item.invoice for item in notice.also])
        listed = (*still_open, *(i for i in also if i.is_open))
        if notice.message != "handed-over":
            return Subject(listed)
        return Subject(listed, hand_over=self._cases.holder(notice, still_open[0]))

    def _received(self, notice: Notice) -> Found:
        payment = self._payment(notice)
        if payment is None or payment.state != "settled" or payment.received_on is None:
            return Moot("not-settled")
        place = (payment.creditor, payment.account)
        credit = self._store.get(Credit, *place, payment.source)
        if credit is not None and credit.pending:
            return NotYet()
        paid: dict[str, int] = {}
        discount_minor = 0
        for made in self._allocations(payment):
            if made.reversed_at is None:
                discount_minor += made.discount_minor
                paid[made.invoice] = paid.get(made.invoice, 0) + made.parts.total
        left = credit.open_minor if credit else 0
        if not paid and not left:
            return Moot("money-went-back")
        invoices = invoices_of(self._store, notice, dict.fromkeys((*payment.invoices, *paid)))
        listed = invoices[:LISTED_MAX]
        return Subject(
            listed,
            payment=ReceivedPayment(
                payment.amount_minor,
                payment.currency,
                payment.received_on,
                invoices[0].number if invoices else "",
                sum(paid.values()),
                left,
                sum(i.open_minor for i in invoices if i.currency == payment.currency),
                tuple(PaidItem(i.number, paid.get(i.number, 0), i.open_minor) for i in listed),
                len(invoices) - len(listed),
                discount_minor,
            ),
        )

    def _failed(self, notice: Notice) -> Found:
        facts, payment = notice.facts, self._payment(notice)
        if payment is not None and not facts["returned"] and payment.state == "settled":
            return Moot("paid-after-all")
        numbers: list[str] = [item.invoice for item in notice.items]
        if payment is not None:
            # Credit may have paid other invoices than those that the payer named.
            numbers += [*payment.invoices, *(made.invoice for made in self._allocations(payment))]
        still_open = [
            i for i in invoices_of(self._store, notice, dict.fromkeys(numbers)) if i.is_open
        ]
        if not still_open:
            return Moot("settled-before-it-left")
        listed = tuple(still_open[:LISTED_MAX])
        currency = str(facts["currency"])
        open_minor = sum(i.open_minor for i in still_open if i.currency == currency)
        return Subject(
            listed,
            asked=asked_for(still_open, open_minor, currency),
            failure=FailedPayment(
                int(facts["amount_minor"]),
                currency,
                failure_kind(facts["said"]),
                bool(facts["returned"]),
                bool(facts["automatic"]),
                tuple(i.number for i in listed),
                len(still_open) - len(listed),
                open_minor,
                _charge_still_open(facts, still_open),
            ),
        )

    def _scheduled(self, notice: Notice) -> Found:
        scheduled = self._store.get(ScheduledPayment, *notice.key[:2], notice.about or "")
        if scheduled is None or scheduled.state not in ("waiting", "planned"):
            return Moot("no-longer-scheduled")
        mandate = self._store.get(Mandate, *notice.key[:2], scheduled.mandate)
        if mandate is None or not mandate.is_chargeable:
            return Moot("mandate-ended")
        numbers, unlisted = _listed(scheduled.invoices)
        return Subject(
            invoices_of(self._store, notice, numbers),
            debit=ScheduledDebit(
                scheduled.amount_minor,
                scheduled.currency,
                scheduled.charge_on,
                _reference(mandate),
                self._creditor_identifier(notice.creditor),
                numbers,
                unlisted,
                scheduled.consent.text if scheduled.consent else None,
            ),
        )

    def _given(self, notice: Notice) -> Found:
        mandate = self._store.get(Mandate, *notice.key[:2], notice.about or "")
        if mandate is None or not mandate.is_chargeable:
            return Moot("mandate-ended")
        consent = mandate.consent
        given_on = date.fromisoformat(notice.facts["given_on"])
        return Subject(
            mandate=GivenMandate(_reference(mandate), consent.text, consent.language, given_on)
        )

    def _agreed(self, notice: Notice) -> Found:
        plan = self._store.get(Plan, *notice.key[:2], notice.about or "")
        if plan is None or plan.state != "active":
            return Moot("plan-ended")
        return self._plan(notice, plan, None)

    def _missed(self, notice: Notice) -> Found:
        plan = self._store.get(Plan, *notice.key[:2], notice.about or "")
        if plan is None or plan.state != "missed":
            return Moot("plan-goes-on")
        day = date.fromisoformat(notice.facts["due_on"])
        due = [part for part in plan.instalments if part.due_on <= day]
        found = self._plan(notice, plan, due[-1] if due else plan.instalments[0])
        owed = isinstance(found, Subject) and found.plan is not None and found.plan.open_minor
        return found if owed else Moot("settled-before-it-left")

    def _plan(self, notice: Notice, plan: Plan, missed: Instalment | None) -> Found:
        invoices = invoices_of(self._store, notice, plan.invoices)
        mandate = self._store.get(Mandate, *notice.key[:2], plan.mandate) if plan.mandate else None
        listed = invoices[:LISTED_MAX]
        open_minor = sum(i.open_minor for i in invoices)
        return Subject(
            listed,
            asked=asked_for(invoices, open_minor, plan.currency) if missed else None,
            plan=AgreedPlan(
                _parts(plan),
                plan.currency,
                plan.total_minor,
                open_minor,
                tuple(i.number for i in listed),
                len(invoices) - len(listed),
                _reference(mandate) if mandate else None,
                self._creditor_identifier(notice.creditor) if mandate else None,
                PlanPart(missed.amount_minor, missed.due_on) if missed else None,
            ),
        )

    def _creditor_identifier(self, creditor: str) -> str | None:
        found = self._store.get(Creditor, creditor)
        return found.bank.creditor_identifier if found and found.bank else None

    def _payment(self, notice: Notice) -> Payment | None:
        if notice.payment is None:
            return None
        return self._store.get(Payment, notice.creditor, notice.account, notice.payment)

    def _allocations(self, payment: Payment) -> Iterable[Allocation]:
        return self._store.list(Allocation, payment.creditor, payment.account, payment.source)


def _listed(numbers: Sequence[str]) -> tuple[tuple[str, ...], int]:
    return tuple(numbers[:LISTED_MAX]), max(0, len(numbers) - LISTED_MAX)


def _parts(plan: Plan) -> tuple[PlanPart, ...]:
    """Return the instalments, each with its reference unless a mandate brings it."""
    told = plan.references or ("",) * len(plan.instalments)
    return tuple(
        PlanPart(part.amount_minor, part.due_on, reference)
        for part, reference in zip(plan.instalments, told, strict=True)
    )


def _reference(mandate: Mandate) -> str:
    """Return what the payer finds on the bank statement, as far as we know it."""
    return mandate.provider_mandate or mandate.id


def _charge_still_open(facts: Mapping[str, Any], invoices: Iterable[Invoice]) -> int:
    """Return what was charged on for a return, 0 where it was taken off or paid since."""
    charge_minor = int(facts.get("charge_minor", 0))
    bearer = next((i for i in invoices if i.number == facts.get("charged_on")), None)
    return charge_minor if bearer is not None and bearer.parts.costs >= charge_minor else 0
