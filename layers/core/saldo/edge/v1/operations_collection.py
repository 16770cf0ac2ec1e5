"""The operations about collection, described: promises, disputes, plans, cases, mandates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.collection import cases, common, plans, promises, proposals, rules
from saldo.collection import dispute_orders as disputes
from saldo.edge.v1 import answers_collection as answers
from saldo.edge.v1 import examples_collection as shown
from saldo.edge.v1 import requests
from saldo.edge.v1 import requests_collection as sent
from saldo.edge.v1.operation import AUTH, BODY, MONEY, Operation, Refusals, Reply
from saldo.edge.v1.refusals import FactCurrency, ParameterNotValid
from saldo.payments.scheduled import ConsentMissing, MandateEnded, MandateUnknown
from saldo.people.colleagues import NotAColleague
from saldo.reports import case_files

_INVOICES: Refusals = (
    InvoiceUnknown,
    common.AccountsMixed,
    common.CurrenciesMixed,
    common.NothingOwed,
    common.CollectionBusy,
)
_ONCE = (
    "Repeating is harmless: the id is the key, and what is there is answered again. The same id "
    "with other contents is refused."
)
_AGAIN = "Repeating is harmless: what has ended is answered as it is."


@dataclass(frozen=True)
class _Exchange:
    """What is sent and what is answered, each with its example."""

    body: type[requests.Body]
    sent: Any
    answer: Any
    answered: Any


def _list(
    what: str, path: str, tag: str, summary: str, description: str, type_: Any, example: Any
) -> Operation:
    """Return the operation that lists what an account has."""
    return Operation(
        f"list{what}",
        "GET",
        path,
        tag,
        summary,
        description,
        "collection:read",
        (Reply(200, "Those that ended are among them.", type_, {"one": example}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    )


def _make(
    id_: str,
    path: str,
    tag: str,
    summary: str,
    description: str,
    exchange: _Exchange,
    refusals: Refusals,
) -> Operation:
    """Return the operation that adds a fact under an id of the caller's."""
    return Operation(
        id_,
        "POST",
        path,
        tag,
        summary,
        description,
        "collection:write",
        (
            Reply(201, "New.", exchange.answer, {"new": exchange.answered}),
            Reply(200, "Known: as it is now.", exchange.answer, {"known": exchange.answered}),
        ),
        (*AUTH, *BODY, *refusals),
        body=exchange.body,
        body_example=exchange.sent,
        repeat=_ONCE,
    )


def _change(
    id_: str,
    path: str,
    tag: str,
    summary: str,
    description: str,
    exchange: _Exchange,
    refusals: Refusals,
) -> Operation:
    """Return the operation that moves a fact on."""
    return Operation(
        id_,
        "POST",
        path,
        tag,
        summary,
        description,
        "collection:write",
        (Reply(200, "As it is now.", exchange.answer, {"now": exchange.answered}),),
        (*AUTH, *BODY, *refusals),
        body=exchange.body,
        body_example=exchange.sent,
        repeat=_AGAIN,
    )


COLLECTION_OPERATIONS: tuple[Operation, ...] = (
    _list(
        "Promises",
        "/v1/promises",
        "Promises",
        "The promises of an account",
        "With how the account kept them so far.",
        answers.Promises,
        shown.PROMISES,
    ),
    _make(
        "givePromise",
        "/v1/promises",
        "Promises",
        "Take a promise to pay",
        "Reminders about its invoices wait until the day after the banking day that follows the "
        "promised one: a transfer ordered on the last day is in time. Then the promise is judged "
        "by what was settled on the invoices since it was given: by payments, credit notes and "
        "write-offs. Kept in part or broken, the reminders go on and `promise.part_kept` or "
        "`promise.broken` says so. Paid early, it is kept at once.",
        _Exchange(sent.PromiseBody, shown.PROMISE_BODY, answers.Promise, shown.PROMISE),
        (
            *MONEY,
            *_INVOICES,
            FactCurrency,
            promises.PromiseNotOffered,
            promises.PromiseDayNotValid,
            promises.PromiseTooMuch,
            promises.PromiseInTheWay,
            promises.PromiseDiffers,
        ),
    ),
    _change(
        "withdrawPromise",
        "/v1/promises/withdraw",
        "Promises",
        "Take a promise back",
        "Reminders go on.",
        _Exchange(sent.PromiseEnd, shown.PROMISE_END, answers.Promise, shown.PROMISE_WITHDRAWN),
        (promises.PromiseUnknown, common.CollectionBusy),
    ),
    _list(
        "Disputes",
        "/v1/disputes",
        "Disputes",
        "The disputes of an account",
        "",
        answers.Disputes,
        {"items": [shown.DISPUTE]},
    ),
    _make(
        "openDispute",
        "/v1/disputes",
        "Disputes",
        "Open a dispute",
        "Whole, by an amount, or by single lines. Only what is contested is held; the rest of the "
        "invoice is reminded like anything else. When the deadline passes undecided, "
        "`dispute.overdue` says so once; it stays open and held.",
        _Exchange(sent.DisputeBody, shown.DISPUTE_BODY, answers.Dispute, shown.DISPUTE),
        (
            *MONEY,
            InvoiceUnknown,
            common.NothingOwed,
            FactCurrency,
            disputes.DisputeTooMuch,
            disputes.DisputeLinesNotValid,
            disputes.DisputeDayNotValid,
            disputes.DisputeDiffers,
            NotAColleague,
            common.CollectionBusy,
        ),
    ),
    replace(
        _change(
            "settleDispute",
            "/v1/disputes/settle",
            "Disputes",
            "Settle a dispute",
            "`agreed` is what the debtor need not pay. With `credit_note`, that part stays held "
            "until the credit note came, or its last day passed; everything else is reminded "
            "again. Nothing is booked: send the credit note, or write the amount off.",
            _Exchange(
                sent.DisputeSettled, shown.DISPUTE_SETTLE, answers.Dispute, shown.DISPUTE_SETTLED
            ),
            (
                *MONEY,
                FactCurrency,
                disputes.DisputeUnknown,
                disputes.DisputeOver,
                disputes.AgreedTooMuch,
                disputes.DisputeDayNotValid,
                common.CollectionBusy,
            ),
        ),
        repeat="Repeating is harmless; another agreement about a settled dispute is refused.",
    ),
    _change(
        "rejectDispute",
        "/v1/disputes/reject",
        "Disputes",
        "Reject a dispute",
        "All of it is owed: reminders go on.",
        _Exchange(
            sent.DisputeRejected, shown.DISPUTE_REJECT, answers.Dispute, shown.DISPUTE_REJECTED
        ),
        (disputes.DisputeUnknown, disputes.DisputeOver, common.CollectionBusy),
    ),
    _change(
        "withdrawDispute",
        "/v1/disputes/withdraw",
        "Disputes",
        "Take a dispute back",
        "The debtor contests it no longer: reminders go on. Payers can do it themselves on their "
        "page.",
        _Exchange(sent.DisputeEnd, shown.DISPUTE_END, answers.Dispute, shown.DISPUTE_WITHDRAWN),
        (disputes.DisputeUnknown, disputes.DisputeOver, common.CollectionBusy),
    ),
    _list(
        "Plans",
        "/v1/plans",
        "Plans",
        "The instalment plans of an account",
        "",
        answers.Plans,
        {"items": [shown.PLAN_ACTIVE]},
    ),
    _make(
        "makePlan",
        "/v1/plans",
        "Plans",
        "Agree or propose an instalment plan",
        "The instalments sum to all that stands open on the invoices. While it is kept, reminders "
        "wait; when an instalment did not come they go on, and `plan.missed` says so: the day "
        "after a charge, or a banking day later where the payer transfers. "
        "With a mandate each instalment is charged on its day.",
        _Exchange(sent.PlanBody, shown.PLAN_BODY, answers.Plan, shown.PLAN),
        (
            *MONEY,
            InvoiceUnknown,
            common.AccountsMixed,
            FactCurrency,
            rules.PlanNotValid,
            rules.PlanInTheWay,
            proposals.PlanDiffers,
            MandateUnknown,
            MandateEnded,
            ConsentMissing,
            plans.PlanBusy,
        ),
    ),
    replace(
        _change(
            "approvePlan",
            "/v1/plans/approve",
            "Plans",
            "Agree to a proposed plan",
            "It must still fit what stands open.",
            _Exchange(sent.PlanChoice, shown.PLAN_CHOICE, answers.Plan, shown.PLAN_ACTIVE),
            (
                plans.PlanUnknown,
                proposals.PlanOver,
                rules.PlanNotValid,
                rules.PlanInTheWay,
                MandateUnknown,
                MandateEnded,
                ConsentMissing,
                plans.PlanBusy,
            ),
        ),
        repeat="Repeating is harmless while it is being kept.",
    ),
    _change(
        "cancelPlan",
        "/v1/plans/cancel",
        "Plans",
        "Take a plan back, or decline a proposed one",
        "Reminders go on; what is not being charged yet never is. A debtor whose own proposal is "
        "declined is told so, with your reason.",
        _Exchange(sent.PlanEnd, shown.PLAN_END, answers.Plan, shown.PLAN_CANCELLED),
        (plans.PlanUnknown, plans.PlanBusy),
    ),
    _list(
        "Mandates",
        "/v1/mandates",
        "Plans",
        "The mandates of an account",
        "Payers give them on the payer pages.",
        answers.Mandates,
        {"items": [shown.MANDATE]},
    ),
    _list(
        "ScheduledPayments",
        "/v1/scheduled-payments",
        "Plans",
        "The scheduled payments of an account",
        "Those of plans, and those that payers scheduled themselves.",
        answers.ScheduledPayments,
        {"items": [shown.SCHEDULED_PAYMENT]},
    ),
    _list(
        "Cases",
        "/v1/cases",
        "Cases",
        "The cases of an account",
        "",
        answers.Cases,
        {"items": [shown.CASE_TOLD]},
    ),
    _make(
        "openCase",
        "/v1/cases",
        "Cases",
        "Hand invoices over",
        "To an agency, a bailiff, a lawyer or a court. Our own notices about them stop.",
        _Exchange(sent.CaseBody, shown.CASE_BODY, answers.Case, shown.CASE),
        (*_INVOICES, cases.CaseInTheWay, cases.CaseDiffers),
    ),
    Operation(
        "getCaseFile",
        "GET",
        "/v1/cases/file",
        "Cases",
        "Where a case's file is fetched",
        "The evidence pack of the case's invoices as it was when they were handed over, as a ZIP: "
        "an index as PDF, the claims as JSON and CSV, every message as it was sent. The address "
        "works for five minutes, without a key; compare the bytes with `sha256`.",
        "collection:read",
        (Reply(200, "Fetch it now.", answers.CaseFileLink, {"one": shown.CASE_FILE_LINK}),),
        (*AUTH, ParameterNotValid, cases.CaseUnknown, case_files.CaseFileMissing),
        query=sent.CaseQuery,
    ),
    replace(
        _change(
            "tellCase",
            "/v1/cases/status",
            "Cases",
            "Tell how a case goes",
            "A key with `cases:write` alone is for whoever has the case. What was paid is all that "
            "reached them so far; it is noted, not booked: book the money when it reaches you. "
            "`withdrawn` lets our own reminders go on; after `paid` and `closed` they stay stopped "
            "until somebody ends the hold of kind `legal-case`.",
            _Exchange(sent.CaseStatus, shown.CASE_STATUS, answers.Case, shown.CASE_TOLD),
            (
                *MONEY,
                FactCurrency,
                cases.CaseUnknown,
                cases.CaseOver,
                cases.CaseReportDiffers,
                cases.CasePaidNotValid,
                cases.CaseReportsFull,
                common.CollectionBusy,
            ),
        ),
        repeat="Repeating is harmless: the report's id is the key. The same id with other "
        "contents is refused.",
        scope="cases:write",
    ),
)
