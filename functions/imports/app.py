"""Imports: files of rows, taken some pages a message."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.codec import decode
from saldo.edge.arrivals import ended_message
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count
from saldo.edge.v1.row_push import RowPush
from saldo.imports.model import ImportJob
from saldo.intake.model import receipt_id
from saldo.wiring import services

logger = Logger(service="imports")
metrics = Metrics(namespace="Saldo", service="imports")


def step(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on with imports; what is left of them is queued again."""
    del context
    dead_letters = services().settings.import_dead_letters
    return each_message(event, services(), dead_letters, logger, metrics, _one)


def _one(body: dict[str, Any], receives: int) -> None:
    del receives
    try:
        job = decode(ImportJob, body)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no job of an import: {error}.") from error
    parts = services()
    before = parts.imports.get(job.creditor, job.id)
    after = parts.imports.with_push(RowPush(parts)).work(job)
    if after.is_over:
        # Whoever keeps the file's receipt, and what lies in the drop folder, is told.
        receipt = receipt_id(after.source, after.sha256)
        parts.document_queue.pass_on(ended_message(job.creditor, receipt))
    for name, value in (
        ("RowsTaken", after.counts.taken - before.counts.taken),
        ("RowsRefused", after.counts.refused - before.counts.refused),
        ("ImportsRefused", int(after.state == "refused" != before.state)),
    ):
        if value:
            count(metrics, name, value)
    logger.info(
        "import",
        extra={
            "creditor": job.creditor,
            "import": job.id,
            "state": after.state,
            "cursor": after.cursor,
        },
    )
