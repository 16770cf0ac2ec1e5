"""The operations about what is open over all accounts of a creditor, described."""

from __future__ import annotations

from typing import Any

from saldo.collection import common
from saldo.collection import dispute_orders as disputes
from saldo.edge.v1 import answers_collection as answers
from saldo.edge.v1 import examples_collection as shown
from saldo.edge.v1 import requests_collection as sent
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.requests import NoQuery
from saldo.people.colleagues import NotAColleague

_ASSIGN: dict[str, Any] = {
    "account": "D-1042",
    "id": "DSP-7",
    "owner": "ben@filters.example",
    "deadline": "2026-12-11",
}
_DISPUTES: dict[str, Any] = {
    "items": [shown.DISPUTE],
    "reasons": [
        {
            "reason": shown.DISPUTE["reason"],
            "currency": "EUR",
            "count": 1,
            "amount": shown.DISPUTE["amount"],
            "overdue": "0.00",
        }
    ],
    "more": False,
}


def _open(what: str, path: str, summary: str, description: str, type_: Any, one: Any) -> Operation:
    """Return the operation that lists what is open of a kind."""
    return Operation(
        f"listOpen{what}",
        "GET",
        path,
        what,
        summary,
        f"{description} Three hundred at most; `more` says that there are more. What happened a "
        "moment ago may be missing.",
        "collection:read",
        (Reply(200, "What is open.", type_, {"one": one}),),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    )


REGISTER_OPERATIONS: tuple[Operation, ...] = (
    _open(
        "Disputes",
        "/v1/disputes/open",
        "What is contested at all accounts",
        "To be decided, or settled with a credit note to come, the next deadline first; with what "
        "is contested by reason and currency.",
        answers.OpenDisputes,
        _DISPUTES,
    ),
    Operation(
        "assignDispute",
        "POST",
        "/v1/disputes/assign",
        "Disputes",
        "Let somebody else answer for a dispute",
        "Until another day, if one is named: a dispute that was overdue is in time again until "
        "then. Reminders about the contested part stay held.",
        "collection:write",
        (Reply(200, "As it is now.", answers.Dispute, {"now": shown.DISPUTE}),),
        (
            *AUTH,
            *BODY,
            disputes.DisputeUnknown,
            disputes.DisputeOver,
            disputes.DisputeDayNotValid,
            NotAColleague,
            common.CollectionBusy,
        ),
        body=sent.DisputeAssigned,
        body_example=_ASSIGN,
        repeat="Repeating is harmless: it is answered as it is.",
    ),
    _open(
        "Promises",
        "/v1/promises/open",
        "The promises of all accounts that are ahead",
        "Those whose day has not been judged, the next first.",
        answers.OpenPromises,
        {"items": [shown.PROMISE], "more": False},
    ),
    _open(
        "Plans",
        "/v1/plans/open",
        "The plans of all accounts that wait for an answer or are being kept",
        "Proposals first, the oldest before the others.",
        answers.OpenPlans,
        {"proposed": [shown.PLAN], "active": [shown.PLAN_ACTIVE], "more": False},
    ),
    _open(
        "Cases",
        "/v1/cases/open",
        "The cases of all accounts that somebody else has",
        "At agencies, bailiffs, lawyers and courts, the oldest first.",
        answers.OpenCases,
        {"items": [shown.CASE], "more": False},
    ),
)
