"""The operations about connections to ERPs, described."""

from __future__ import annotations

from typing import Any

from saldo.connectors.runs import ConnectionUnknown
from saldo.edge.v1 import connections
from saldo.edge.v1.operation import AUTH, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.requests import NoQuery

CONNECTION: dict[str, Any] = {
    "name": "exact",
    "system": "exact",
    "enabled": True,
    "state": "ok",
    "why": "",
    "state_since": "2026-11-20T09:00:00.000000Z",
    "tried_at": "2026-11-21T09:15:00.000000Z",
    "good_at": "2026-11-21T09:15:00.000000Z",
    "next_at": "2026-11-21T09:30:00.000000Z",
    "every_minutes": 15,
}
ORDER: dict[str, Any] = {
    "id": "3f0c1e5c9a7b42d8",
    "kind": "settle",
    "account": "D-1042",
    "invoice": "1001",
    "currency": "EUR",
    "amount": "119.00",
    "day": "2026-11-20",
    "why": "The period is closed.",
}
STANDING = {**CONNECTION, "items_open": 212, "orders_waiting": 3, "orders_refused": [ORDER]}

CONNECTION_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listConnections",
        "GET",
        "/v1/connections",
        "Connections",
        "List the connections to ERPs",
        "Those switched off included. `connection.changed` tells of every change of `state`.",
        "invoices:read",
        (
            Reply(
                200,
                "The connections.",
                connections.ConnectionList,
                {"one": {"items": [CONNECTION]}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    ),
    Operation(
        "getConnection",
        "GET",
        "/v1/connections/{name}",
        "Connections",
        "How a connection stands",
        "With what the ERP was told and did not take: a person books that there, or has it tried "
        "again.",
        "invoices:read",
        (Reply(200, "The connection.", connections.StandingAnswer, {"one": STANDING}),),
        (*AUTH, ConnectionUnknown),
    ),
)
