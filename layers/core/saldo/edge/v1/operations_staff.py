"""The operations about paid or not, described."""

from __future__ import annotations

from typing import Any

from saldo.edge.v1 import requests, staff
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.portal.staff import StaffLinkUnknown

PAID: dict[str, Any] = {
    "number": "2026/0815",
    "state": "overdue",
    "open": "119.00",
    "currency": "EUR",
    "since": "2026-11-16",
    "as_of": "2026-11-20T11:31:08.204000Z",
}
UNKNOWN: dict[str, Any] = {
    "number": "2026/9999",
    "state": "unknown",
    "open": None,
    "currency": None,
    "since": None,
    "as_of": "2026-11-20T11:31:08.204000Z",
}
LINK: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "name": "Workshop desk",
    "created_at": "2026-11-20T11:31:08.204000Z",
    "expires_at": "2027-02-18T11:31:08.204000Z",
    "revoked_at": None,
}
MADE: dict[str, Any] = {**LINK, "url": "https://pay.example.com/staff/c2VjcmV0IGxpbmsgb2YgYSBkZXNr"}

STAFF_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getPayStatus",
        "GET",
        "/v1/invoices/status",
        "Invoices",
        "Paid or not?",
        "For who hands over the keys and needs to know nothing else: whether an invoice is paid, "
        "and what is open. The scope allows this and nothing more, so that its key can stand in a "
        "till. An unknown number is an answer, not an error.",
        "status:read",
        (Reply(200, "How it stands now.", staff.PaidAnswer, {"open": PAID, "none": UNKNOWN}),),
        (*AUTH, ParameterNotValid),
        query=requests.NumberQuery,
    ),
    Operation(
        "listStaffLinks",
        "GET",
        "/v1/staff-links",
        "Pay links",
        "Links to the page for staff",
        "Those that have expired or were revoked included; without their addresses.",
        "links:write",
        (Reply(200, "The links.", staff.StaffLinkList, {"one": {"items": [LINK]}}),),
        (*AUTH, ParameterNotValid),
    ),
    Operation(
        "makeStaffLink",
        "POST",
        "/v1/staff-links",
        "Pay links",
        "Make a link to the page for staff",
        "Whoever holds it can ask whether an invoice is paid, by its number or the QR code on it, "
        "and sees nothing about the customer.",
        "links:write",
        (
            Reply(
                201,
                "Made. The address is in this answer alone.",
                staff.StaffLinkMade,
                {"new": MADE},
            ),
        ),
        (*AUTH, *BODY),
        body=staff.StaffLinkOrder,
        body_example={"name": "Workshop desk", "days": 90},
        repeat="Repeating makes another link; those made before stay good.",
    ),
    Operation(
        "revokeStaffLink",
        "POST",
        "/v1/staff-links/revoke",
        "Pay links",
        "Revoke a link to the page for staff",
        "It opens nothing any more, at once and for good.",
        "links:write",
        (
            Reply(
                200,
                "Revoked.",
                staff.StaffLinkAnswer,
                {"ended": {**LINK, "revoked_at": LINK["created_at"]}},
            ),
        ),
        (*AUTH, *BODY, StaffLinkUnknown),
        body=staff.StaffLinkEnd,
        body_example={"id": LINK["id"]},
        repeat="Repeating is harmless.",
    ),
)
