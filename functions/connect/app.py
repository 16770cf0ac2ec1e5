"""ERPs that Saldo asks by itself: facts become orders to them, and connections run by schedule."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.connectors.orders import HEARD
from saldo.connectors.runs import Report
from saldo.connectors.schedule import SOON
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.events import correlation_id
from saldo.wiring import services

logger = Logger(service="connect")
metrics = Metrics(namespace="Saldo", service="connect")

_KNOWN = ("type", "creditor", "account", "data")
_UNREAD_LOGGED_MAX = 20


def hear(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make the orders that events of the bus call for."""
    del context
    dead_letters = services().settings.connector_dead_letters
    return each_message(event, services(), dead_letters, logger, metrics, _hear_one)


def _hear_one(body: dict[str, Any], receives: int) -> None:
    del receives
    detail = body.get("detail")
    if not isinstance(detail, dict) or not set(_KNOWN) <= detail.keys():
        raise MessageNotReadable("The event lacks what an order is made of.")
    if detail["type"] not in HEARD:
        return
    correlation_id.set(str(detail.get("correlation", "")))
    made = services().erp_orders.hear(
        str(detail["type"]), str(detail["creditor"]), str(detail["account"]), detail["data"]
    )
    count(metrics, "ErpOrdersMade", made)


def run(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Run every connection whose time has come (by schedule), or the one that is named.

    What there is no time left for is due again at once: the next call begins with it.
    """
    runs = services().connector_runs
    named = (event.get("creditor"), event.get("connection"))
    ended = 0
    if all(named):
        report = runs.run(str(named[0]), str(named[1]), accept_gone=bool(event.get("accept_gone")))
        _tell(report)
        flush(metrics)
        return {"ran": 1, **report.done}
    for connection in runs.due():
        if not _has_time(context):
            break
        try:
            _tell(runs.run(connection.creditor, connection.name))
        except Exception:  # the edge: one connection must not take its neighbours along
            logger.exception(
                "a connection broke off",
                extra={"creditor": connection.creditor, "connection": connection.name},
            )
            count(metrics, "ConnectionsFailed")
        ended += 1
    flush(metrics)
    return {"ran": ended}


def _has_time(context: Any) -> bool:
    left_ms: int = context.get_remaining_time_in_millis() if context is not None else 900_000
    return left_ms > SOON.total_seconds() * 1000


def _tell(report: Report) -> None:
    """Write down and count what a run did; somebody else's run is theirs to tell."""
    ended = report.ended
    if ended is None:
        return
    place = {"creditor": report.creditor, "connection": report.connection}
    level = logger.info if ended.state in ("ok", "limited") else logger.warning
    level(
        "connection ran",
        extra={**place, "state": ended.state, "why": ended.why, "done": dict(report.done)},
    )
    for one in report.unread[:_UNREAD_LOGGED_MAX]:
        logger.warning("a record of the ERP cannot be taken", extra={**place, "why": one.why})
    count(metrics, "ConnectionsRead", ended.state == "ok")
    count(metrics, "ConnectionsFailed", ended.state not in ("ok", "limited"))
    count(metrics, "ErpRecordsUnread", len(report.unread))
    count(metrics, "ErpOrdersTaken", report.done["orders-taken"])
    refused = report.done["orders-refused"] + report.done["orders-not-supported"]
    count(metrics, "ErpOrdersRefused", refused)
