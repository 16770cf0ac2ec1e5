"""The operations about services that are stopped for accounts, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import requests, service_stops
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.reminders.services_by_hand import NotStopped, ServiceBusy, ServiceNotValid

_STAGE: dict[str, Any] = {
    "request": "01M6ZT3W0H8M5V2Y7S4K1P9QDE",
    "service": "stop-deliveries",
    "kind": "stage",
    "since": "2026-11-20T09:12:00.000000Z",
    "by": "system",
    "reason": "",
    "invoices": ["2026-1001", "2026-1002"],
    "currency": "EUR",
    "amount": "1238.00",
}
_BY_HAND: dict[str, Any] = {
    "request": "01M6ZT3W0H8M5V2Y7S4K1P9QDF",
    "service": "block-orders",
    "kind": "by-hand",
    "since": "2026-11-24T09:12:00.000000Z",
    "by": "anna@seller.example",
    "reason": "Signs of fraud.",
    "invoices": [],
    "currency": None,
    "amount": None,
}
_STOPS = {"account": "D-1042", "items": [_STAGE, _BY_HAND]}

SERVICE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listServiceStops",
        "GET",
        "/v1/service-stops",
        "Credit",
        "What is stopped for an account",
        "By a stage of the reminders, or by a person. Or be told: `service.stop_requested` and "
        "`service.released`.",
        "collection:read",
        (Reply(200, "What is stopped now.", service_stops.ServiceStops, {"two": _STOPS}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "setServiceStop",
        "PUT",
        "/v1/service-stops",
        "Credit",
        "Stop deliveries or block orders of an account, or let them go",
        "On a person's word, which wins: what it stops stays so, paid or not, and what it lets go "
        "is not stopped again for the same invoices. Your ERP is told by the same events and "
        "connectors as when a stage asks.",
        "collection:write",
        (Reply(200, "What is stopped now.", service_stops.ServiceStops, {"two": _STOPS}),),
        (*AUTH, *BODY, AccountUnknown, ServiceNotValid, NotStopped, ServiceBusy),
        body=service_stops.ServiceOrder,
        body_example={
            "account": "D-1042",
            "service": "stop-deliveries",
            "stopped": True,
            "reason": "Two direct debits came back.",
        },
        repeat="Stopping again changes nothing; letting go again is 409 `not-stopped`.",
    ),
)
