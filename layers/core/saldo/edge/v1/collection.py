"""Orders about collection as ERPs and agencies send them: read, looked over, handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from saldo.clock import iso_instant
from saldo.collection.cases import HandOver, Status
from saldo.collection.common import invoices_of
from saldo.collection.dispute_orders import DisputeOrder, SettlementTerms
from saldo.collection.facts import DisputedLine
from saldo.collection.model import Instalment
from saldo.collection.promises import PromiseOrder
from saldo.edge.v1 import reads
from saldo.edge.v1 import render_collection as render
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.records import positive_amount
from saldo.edge.v1.refusals import FactCurrency, FieldMissing
from saldo.edge.v1.requests_collection import (
    CaseBody,
    CaseStatus,
    DisputeAssigned,
    DisputeBody,
    DisputeEnd,
    DisputeRejected,
    DisputeSettled,
    PlanBody,
    PlanChoice,
    PlanEnd,
    PromiseBody,
    PromiseEnd,
)
from saldo.errors import Refusal
from saldo.invoices.model import Invoice
from saldo.money import parse_amount
from saldo.payments.agreements import Mandate, ScheduledPayment

if TYPE_CHECKING:
    from saldo.edge.v1 import answers_collection as answers


def promises(order: Ordered, account: str) -> answers.Promises:
    """Return the promises of an account and how it kept them; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    reads.account(services.store, creditor, account)
    return {
        "items": [render.promise(one) for one in services.promises.of(creditor, account)],
        "reliability": render.reliability(services.promises.reliability(creditor, account)),
    }


def give_promise(order: Ordered, body: Any) -> tuple[answers.Promise, bool]:
    """Take a promise, and tell whether it was new; raises what `Promises.give` does."""
    sent = read(PromiseBody, body)
    amount_minor = _amount(order, sent.amount, sent.currency, sent.invoices)
    made, is_new = order.services.promises.give(
        order.creditor,
        PromiseOrder(
            sent.id, tuple(dict.fromkeys(sent.invoices)), amount_minor, sent.on, order.by, sent.note
        ),
    )
    return render.promise(made), is_new


def withdraw_promise(order: Ordered, body: Any) -> answers.Promise:
    """Take a promise back. Raises Invalid or PromiseUnknown."""
    sent = read(PromiseEnd, body)
    return render.promise(
        order.services.promises.withdraw(order.creditor.id, sent.account, sent.id, order.by)
    )


def disputes(order: Ordered, account: str) -> answers.Disputes:
    """Return the disputes of an account; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    reads.account(services.store, creditor, account)
    return {"items": [render.dispute(one) for one in services.disputes.of(creditor, account)]}


def assign_dispute(order: Ordered, body: Any) -> answers.Dispute:
    """Let somebody else answer for a dispute; raises what `DisputeOwners.assign` does."""
    sent = read(DisputeAssigned, body)
    return render.dispute(
        order.services.dispute_owners.assign(
            order.creditor.id, sent.account, sent.id, sent.owner, sent.deadline, order.by
        )
    )


def open_dispute(order: Ordered, body: Any) -> tuple[answers.Dispute, bool]:
    """Open a dispute, and tell whether it was new; raises what `Disputes.open` does, and
    NotAColleague where its owner works here and does not see the account.
    """
    sent = read(DisputeBody, body)
    amount_minor = _amount(order, sent.amount, sent.currency, [sent.invoice])
    lines: tuple[DisputedLine, ...] = ()
    if sent.lines:
        if sent.currency is None:
            raise FieldMissing("'currency' is missing: it goes with the amounts.").at("/currency")
        _check_currency(order, sent.currency, [sent.invoice])
        lines = tuple(
            DisputedLine(
                one.ref, positive_amount(one.amount, sent.currency, f"/lines/{index}/amount")
            )
            for index, one in enumerate(sent.lines)
        )
    if sent.owner is not None:
        owed_by = reads.invoice(order.services.store, order.creditor.id, sent.invoice).account
        order.services.sight.require_if_here(order.creditor.id, owed_by, sent.owner)
    made, is_new = order.services.disputes.open(
        order.creditor,
        DisputeOrder(
            sent.id,
            sent.invoice,
            sent.reason,
            sent.text,
            order.by,
            sent.owner or order.by,
            amount_minor,
            lines,
            sent.deadline,
        ),
    )
    return render.dispute(made), is_new


def settle_dispute(order: Ordered, body: Any) -> answers.Dispute:
    """Settle a dispute; raises what `Disputes.settle` does."""
    sent = read(DisputeSettled, body)
    service, creditor = order.services.disputes, order.creditor.id
    found = service.get(creditor, sent.account, sent.id)
    if found.currency != sent.currency:
        raise FactCurrency(f"The invoice is in {found.currency}.").at("/currency")
    try:
        agreed_minor = parse_amount(sent.agreed, sent.currency)
    except Refusal as refusal:
        raise refusal.at("/agreed")  # noqa: B904 - the same refusal, only pointing
    terms = SettlementTerms(agreed_minor, order.by, sent.text, sent.credit_note, sent.credit_by)
    return render.dispute(service.settle(creditor, sent.account, sent.id, terms))


def reject_dispute(order: Ordered, body: Any) -> answers.Dispute:
    """Reject a dispute. Raises Invalid, DisputeUnknown or DisputeOver."""
    sent = read(DisputeRejected, body)
    return render.dispute(
        order.services.disputes.reject(
            order.creditor.id, sent.account, sent.id, order.by, sent.text
        )
    )


def withdraw_dispute(order: Ordered, body: Any) -> answers.Dispute:
    """Take a dispute back. Raises Invalid, DisputeUnknown or DisputeOver."""
    sent = read(DisputeEnd, body)
    return render.dispute(
        order.services.disputes.withdraw(order.creditor.id, sent.account, sent.id, order.by)
    )


def plans(order: Ordered, account: str) -> answers.Plans:
    """Return the plans of an account; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    reads.account(services.store, creditor, account)
    return {"items": [render.plan(one) for one in services.plans.of(creditor, account)]}


def make_plan(order: Ordered, body: Any) -> tuple[answers.Plan, bool]:
    """Agree or propose a plan, and tell whether it was new; raises what `Proposals` does."""
    sent = read(PlanBody, body)
    invoices = _check_currency(order, sent.currency, sent.invoices)
    instalments = tuple(
        Instalment(
            one.due_on,
            positive_amount(one.amount, sent.currency, f"/instalments/{index}/amount"),
        )
        for index, one in enumerate(sent.instalments)
    )
    services = order.services
    make = services.proposals.propose if sent.state == "proposed" else services.proposals.agree
    made, is_new = make(
        order.creditor.id,
        invoices[0].account,
        sent.id,
        [one.number for one in invoices],
        instalments,
        sent.mandate,
        order.by,
    )
    return render.plan(made), is_new


def approve_plan(order: Ordered, body: Any) -> answers.Plan:
    """Approve a proposed plan; raises what `Proposals.approve` does."""
    sent = read(PlanChoice, body)
    return render.plan(
        order.services.proposals.approve(order.creditor.id, sent.account, sent.id, order.by)
    )


def cancel_plan(order: Ordered, body: Any) -> answers.Plan:
    """Take a plan back. Raises Invalid, PlanUnknown or PlanBusy."""
    sent = read(PlanEnd, body)
    return render.plan(
        order.services.plans.cancel(order.creditor.id, sent.account, sent.id, order.by, sent.reason)
    )


def cases(order: Ordered, account: str) -> answers.Cases:
    """Return the cases of an account; raise AccountUnknown."""
    services, creditor = order.services, order.creditor.id
    reads.account(services.store, creditor, account)
    return {"items": [render.case(one) for one in services.cases.of(creditor, account)]}


def case_file(order: Ordered, account: str, case: str) -> answers.CaseFileLink:
    """Return where a case's file is fetched; raise CaseUnknown or CaseFileMissing."""
    link = order.services.case_files.link(order.creditor.id, account, case)
    return {
        "url": link.url,
        "expires_at": iso_instant(link.expires_at),
        "file": render.case_file(link.file),
    }


def open_case(order: Ordered, body: Any) -> tuple[answers.Case, bool]:
    """Hand invoices over, and tell whether that was new; raises what `Cases.open` does."""
    sent = read(CaseBody, body)
    made, is_new = order.services.cases.open(
        order.creditor,
        HandOver(
            sent.id,
            tuple(dict.fromkeys(sent.invoices)),
            sent.kind,
            sent.handed_to,
            order.by,
            sent.reason,
            sent.reference,
        ),
    )
    return render.case(made), is_new


def tell_case(order: Ordered, body: Any) -> answers.Case:
    """Take what is told of a case; raises what `Cases.tell` does."""
    sent = read(CaseStatus, body)
    service, creditor = order.services.cases, order.creditor.id
    paid_minor = None
    if sent.paid is not None:
        currency = service.get(creditor, sent.account, sent.case).currency
        if sent.currency is None:
            raise FieldMissing("'currency' is missing: it goes with 'paid'.").at("/currency")
        if sent.currency != currency:
            raise FactCurrency(f"The case is in {currency}.").at("/currency")
        paid_minor = positive_amount(sent.paid, currency, "/paid")
    status = Status(sent.id, sent.state, sent.on, order.by, paid_minor, sent.text, sent.reference)
    return render.case(service.tell(creditor, sent.account, sent.case, status))


def mandates(order: Ordered, account: str) -> answers.Mandates:
    """Return the mandates of an account; raise AccountUnknown."""
    store, creditor = order.services.store, order.creditor.id
    reads.account(store, creditor, account)
    found = sorted(store.list(Mandate, creditor, account), key=lambda one: one.created_at)
    return {"items": [render.mandate(one) for one in found]}


def scheduled_payments(order: Ordered, account: str) -> answers.ScheduledPayments:
    """Return the scheduled payments of an account; raise AccountUnknown."""
    store, creditor = order.services.store, order.creditor.id
    reads.account(store, creditor, account)
    found = sorted(
        store.list(ScheduledPayment, creditor, account), key=lambda one: (one.charge_on, one.id)
    )
    return {"items": [render.scheduled_payment(one) for one in found]}


def _amount(
    order: Ordered, amount: str | None, currency: str | None, invoices: list[str]
) -> int | None:
    """Read an amount that may be left out, which must be in its invoices' currency."""
    if amount is None:
        return None
    if currency is None:
        raise FieldMissing("'currency' is missing: it goes with 'amount'.").at("/currency")
    _check_currency(order, currency, invoices)
    return positive_amount(amount, currency)


def _check_currency(order: Ordered, currency: str, numbers: list[str]) -> list[Invoice]:
    """Return invoices of one account that are all in a currency; raise FactCurrency."""
    invoices = invoices_of(order.services.store, order.creditor.id, numbers)
    for one in invoices:
        if one.currency != currency:
            raise FactCurrency(f"Invoice {one.number!r} is in {one.currency}.").at("/currency")
    return invoices
