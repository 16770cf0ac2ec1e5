"""The operations about a creditor's people, described."""

from __future__ import annotations

from typing import Any

from saldo.edge.v1 import people
from saldo.edge.v1.operation import AUTH, BODY, Operation, Refusals, Reply
from saldo.edge.v1.refusals import AmountNotText, ParameterNotValid
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise
from saldo.people.four_eyes import LimitNotValid
from saldo.people.ports import IdentityUnavailable
from saldo.people.users import (
    LastOwner,
    OwnRights,
    PersonExists,
    PersonNotValid,
    PersonUnknown,
    WorksElsewhere,
)
from saldo.portal.sign_in import AddressNotReadable

PERSON: dict[str, Any] = {
    "email": "collector@example.com",
    "name": "Collections Kiel",
    "language": "de",
    "state": "invited",
    "role": "collector",
    "branches": ["Kiel"],
    "signed_in_at": None,
}
WAITING: dict[str, Any] = {
    "id": "5d1f0c9b7a3e48d2b6c1a90f42",
    "kind": "write-off",
    "account": "D-1042",
    "subject": "2026/0815",
    "amount": "619.00",
    "currency": "EUR",
    "reason": "insolvent, nothing to be had",
    "asked_by": "collector@example.com",
    "asked_at": "2026-11-20T11:31:08.204000Z",
    "expires_at": "2026-12-04T11:31:08.204000Z",
    "state": "asked",
    "decided_by": None,
    "decided_at": None,
    "why": None,
}
LIMITS: dict[str, Any] = {"write_off": "50.00", "refund": None, "credit_limit": "10000.00"}
_NAMED = {"email": PERSON["email"]}
_ONE: Refusals = (*AUTH, *BODY, PersonUnknown)


def _order(
    id_: str,
    path: str,
    summary: str,
    description: str,
    example: dict[str, Any],
    refusals: Refusals = (),
    repeat: str = "Repeating is harmless.",
) -> Operation:
    return Operation(
        id_,
        "POST",
        path,
        "Users",
        summary,
        description,
        "users:write",
        (Reply(200, "As it stands now.", people.PersonAnswer, {"now": {**PERSON, **example}}),),
        (*_ONE, *refusals),
        body=people.RoleOrder if id_ == "grantRole" else people.PersonOrder,
        body_example={**_NAMED, "role": "manager"} if id_ == "grantRole" else _NAMED,
        repeat=repeat,
    )


PEOPLE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listUsers",
        "GET",
        "/v1/users",
        "Users",
        "Who works with the console",
        "Everybody who has a role at the creditor, by name; what they are elsewhere is not told.",
        "users:write",
        (Reply(200, "The people.", people.PersonList, {"one": {"items": [PERSON]}}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "inviteUser",
        "POST",
        "/v1/users",
        "Users",
        "Invite somebody",
        "They get a mail with a link to choose a password with, which works for seven days.",
        "users:write",
        (Reply(201, "Invited.", people.PersonAnswer, {"new": PERSON}),),
        (
            *AUTH,
            *BODY,
            AddressNotReadable,
            PersonExists,
            PersonNotValid,
            IdentityUnavailable,
        ),
        body=people.Invitation,
        body_example={
            "email": "collector@example.com",
            "name": "Collections Kiel",
            "role": "collector",
            "language": "de",
            "branches": ["Kiel"],
        },
        repeat="The second time 409 `person-exists`; `POST /v1/users/invite-again` sends the mail.",
    ),
    _order(
        "inviteUserAgain",
        "/v1/users/invite-again",
        "Send the invitation again",
        "Another link to choose a password with; those sent before stay good for their time.",
        {},
        repeat="Repeating sends another mail.",
    ),
    _order(
        "grantRole",
        "/v1/users/grant",
        "Give a role",
        "In the place of the one that they have at this creditor. It counts from their next click.",
        {"role": "manager", "branches": []},
        (PersonNotValid, OwnRights, LastOwner),
    ),
    _order(
        "revokeRole",
        "/v1/users/revoke",
        "Take the role away",
        "They can still sign in, and see nothing of this creditor.",
        {"role": None, "branches": []},
        (OwnRights, LastOwner),
    ),
    _order(
        "disableUser",
        "/v1/users/disable",
        "Let somebody in no more",
        "Their sessions end at once. Who works for other creditors too is left in: take the role "
        "away instead.",
        {"state": "disabled", "role": "collector"},
        (WorksElsewhere, OwnRights, LastOwner, IdentityUnavailable),
    ),
    _order(
        "enableUser",
        "/v1/users/enable",
        "Let somebody in again",
        "With the roles that they had.",
        {"state": "active"},
        (WorksElsewhere, OwnRights, IdentityUnavailable),
    ),
    _order(
        "forgetApp",
        "/v1/users/forget-app",
        "Take an authenticator app away",
        "As after a lost telephone: they sign in with the password alone and set up another.",
        {"state": "active"},
        (WorksElsewhere, IdentityUnavailable),
    ),
    Operation(
        "listApprovals",
        "GET",
        "/v1/approvals",
        "Users",
        "What waits for a second person",
        "Write-offs and refunds of people above the creditor's limits. People decide in the "
        "console: a key is nobody.",
        "users:write",
        (Reply(200, "What waits.", people.ApprovalList, {"one": {"items": [WAITING]}}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "getApprovalLimits",
        "GET",
        "/v1/approvals/limits",
        "Users",
        "Above which amounts a second person is needed",
        "For write-offs, refunds and credit limits that people order; null for any amount.",
        "users:write",
        (Reply(200, "The limits.", people.LimitsAnswer, {"set": LIMITS}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "setApprovalLimits",
        "PUT",
        "/v1/approvals/limits",
        "Users",
        "Set above which amounts a second person is needed",
        "What waits already goes on waiting.",
        "users:write",
        (Reply(200, "The limits from now on.", people.LimitsAnswer, {"set": LIMITS}),),
        (
            *AUTH,
            *BODY,
            AmountNotText,
            AmountNotReadable,
            AmountTooPrecise,
            AmountTooLarge,
            LimitNotValid,
        ),
        body=people.LimitsOrder,
        body_example=LIMITS,
        repeat="Repeating is harmless.",
    ),
)
