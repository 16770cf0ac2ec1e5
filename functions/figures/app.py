"""Figures: what the table's stream tells is counted, days that ended are kept, reports are sent.

Three handlers, each deployed as a function with a role of its own; `send` alone carries the layer
`documents`, which holds the typesetter.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.adapters.dynamo.rows import record_of_image
from saldo.codec import decode
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count as measure
from saldo.edge.metrics import flush
from saldo.figures.mailing import ReportJob
from saldo.wiring import services

logger = Logger(service="figures")
metrics = Metrics(namespace="Saldo", service="figures")


def count(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Count what changed in the books.

    A batch that fails comes again as a whole, which changes nothing where it was counted already. A
    row that cannot be read is told of and passed over: it would hold up all that come after it, and
    the nightly look at the figures finds what is missing.
    """
    del context
    records: list[Any] = []
    unreadable = 0
    for change in event["Records"]:
        try:
            records.append(record_of_image(change["dynamodb"]["NewImage"]))
        except (KeyError, TypeError, ValueError):
            unreadable += 1
            keys = change.get("dynamodb", {}).get("Keys")
            logger.exception("a row cannot be counted", extra={"keys": keys})
    counted = services().figure_counter.count(records)
    measure(metrics, "FactsCounted", counted)
    measure(metrics, "FactsUnreadable", unreadable)
    flush(metrics)
    return {"counted": counted, "unreadable": unreadable}


def hourly(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Keep the days that ended, queue the reports that are due, and move accounts whose creditor
    changed the rules for all (by schedule).
    """
    del event, context
    creditors = list(services().accounts.creditors())
    kept = services().day_ends.keep(creditors)
    queued = services().report_mailings.queue_due(creditors)
    measure(metrics, "ReportsQueued", queued)
    flush(metrics)
    placed = services().figure_places.renew(creditors)  # last: it may take long
    return {"days": kept, "queued": queued, "placed": placed}


def verify(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Compare the figures with the books of every creditor (by schedule, at night)."""
    del event, context
    today = services().clock.now().date()
    differences = 0
    for creditor in services().accounts.creditors():
        checked = services().figure_check.verify(creditor.id, today)
        differences += len(checked.differences)
        for one in checked.differences[:_TOLD_MAX]:
            told = {"creditor": creditor.id, "where": one.where, "what": one.what}
            logger.error("the figures differ", extra={**told, "kept": one.kept, "right": one.right})
    measure(metrics, "FigureDifferences", differences)
    flush(metrics)
    return {"differences": differences}


_TOLD_MAX = 100


def send(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send reports by mail."""
    del context
    return each_message(
        event, services(), services().settings.report_dead_letters, logger, metrics, _send_one
    )


def _send_one(body: dict[str, Any], receives: int) -> None:
    del receives
    try:
        job = decode(ReportJob, body)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no ReportJob: {error}.") from error
    mail = services().report_sender.send(job)
    if mail is not None:
        logger.info("report", extra={"view": mail.view, "state": mail.state})
        measure(metrics, "ReportsSent", int(mail.state == "sent"))
