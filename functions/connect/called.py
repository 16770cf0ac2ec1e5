"""What ERPs call when something changed there: `/callbacks/connections/…`.

A function of its own, as it alone of those that the world can call may read the keys of ERPs.
"""

from __future__ import annotations

from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.edge.http import answer, lambda_handler, raw_body, refusals_to, refused
from saldo.edge.metrics import count
from saldo.errors import Refusal, Unauthenticated
from saldo.wiring import services

app = Chalice(app_name="saldo-connect")
logger = Logger(service="connect")
metrics = Metrics(namespace="Saldo", service="connect")

BYTES_MAX: Final = 100_000
_TYPES: Final = ["application/json", "text/plain", "application/octet-stream"]


def _as_problem(refusal: Refusal) -> Response:
    if isinstance(refusal, Unauthenticated):
        count(metrics, "ErpCallsRefused")
    return refused(refusal)


@app.route(
    "/callbacks/connections/{system}/{creditor}/{connection}",
    methods=["POST"],
    content_types=_TYPES,
)
@refusals_to(_as_problem, logger, metrics)
def take_call(system: str, creditor: str, connection: str) -> Response:
    """Hear that something changed in an ERP. The signature is over the raw body."""
    done = services().erp_calls.take(system, creditor, connection, raw_body(app, BYTES_MAX))
    count(metrics, "ErpCalls")
    told: dict[str, Any] = {"creditor": creditor, "connection": connection, "outcome": done}
    logger.info("an erp called", extra=told)
    return answer({"outcome": done})


handler = lambda_handler(app, logger, metrics)
