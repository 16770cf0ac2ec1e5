"""The operations about payments that debtors say to have made, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.collection import common
from saldo.collection import paid_claim_orders as claims
from saldo.edge.v1 import paid_claims as api
from saldo.edge.v1 import requests
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid

_CLAIM: dict[str, Any] = {
    "id": "01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    "account": "D-1042",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "amount": "119.00",
    "paid_on": "2026-11-18",
    "how": "transfer",
    "text": "From my wife's account",
    "files": ["01KAB9ZB0S4W2C7H5K8N3P6T1V"],
    "state": "open",
    "reminders_wait_until": "2026-11-28",
    "outcome": "",
    "by": "payer",
    "claimed_at": "2026-11-21T09:12:00.000000Z",
    "ended_at": None,
    "ended_by": None,
}
_CHOICE: dict[str, Any] = {"account": "D-1042", "id": _CLAIM["id"]}
_ENDED: dict[str, Any] = {"ended_at": "2026-11-23T10:00:00.000000Z", "ended_by": "ERP"}
_FOUND = "On the account of the leasing company"
_NOT_FOUND = "Nothing came to our account; the IBAN on your proof is not ours"


def _decide(id_: str, word: str, summary: str, description: str, text: str) -> Operation:
    answered = {**_CLAIM, **_ENDED, "state": word, "outcome": text}
    path = "confirm" if word == "confirmed" else "unfounded"
    return Operation(
        id_,
        "POST",
        f"/v1/paid-claims/{path}",
        "Paid claims",
        summary,
        description,
        "collection:write",
        (Reply(200, "As it is now.", api.PaidClaimAnswer, {"now": answered}),),
        (
            *AUTH,
            *BODY,
            claims.PaidClaimUnknown,
            claims.PaidClaimOver,
            common.CollectionBusy,
        ),
        body=api.PaidClaimConfirmed if word == "confirmed" else api.PaidClaimUnfounded,
        body_example={**_CHOICE, "text": text},
        repeat="Repeating is harmless; deciding otherwise later is refused.",
    )


PAID_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listPaidClaims",
        "GET",
        "/v1/paid-claims",
        "Paid claims",
        "What an account says to have paid",
        "Payers say so on their pages, with a proof if they have one. Reminders about the invoices "
        "rest for the creditor's number of business days, once while an invoice is owed; a task of "
        "kind `paid-claim` asks a person to look for the money.",
        "collection:read",
        (
            Reply(
                200,
                "Those that were decided are among them.",
                api.PaidClaimList,
                {"one": {"items": [_CLAIM]}},
            ),
        ),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    _decide(
        "confirmPaidClaim",
        "confirmed",
        "Say that the money was found",
        "Nothing is booked by this: book the payment as well. Reminders rest until the day that "
        "they would have rested anyway. A claim whose money is booked confirms itself.",
        _FOUND,
    ),
    _decide(
        "refutePaidClaim",
        "unfounded",
        "Say that the money was not found",
        "Reminders go on, and the debtor is told with your words.",
        _NOT_FOUND,
    ),
)
