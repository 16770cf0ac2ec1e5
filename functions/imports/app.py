"""Imports: files of rows, taken some pages a message."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.codec import decode
from saldo.edge.arrivals import ended_message
from saldo.edge.jobs import RECEIVES_MAX, MessageNotReadable, each_message
from saldo.edge.metrics import count
from saldo.edge.v1.row_push import RowPush
from saldo.errors import Refusal, Unavailable
from saldo.imports.model import Import, ImportBusy, ImportJob
from saldo.intake.model import receipt_id
from saldo.wiring import services

logger = Logger(service="imports")
metrics = Metrics(namespace="Saldo", service="imports")


def step(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on with imports; what is left of them is queued again."""
    del context
    dead_letters = services().settings.import_dead_letters
    return each_message(event, services(), dead_letters, logger, metrics, _one)


class ImportKilled(Unavailable):
    """The workers of an import were ended from outside, one after the other."""

    code = "import-killed"


def _one(body: dict[str, Any], receives: int) -> None:
    try:
        job = decode(ImportJob, body)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no job of an import: {error}.") from error
    parts = services()
    before = parts.imports.get(job.creditor, job.id)
    try:
        if receives > RECEIVES_MAX and _was_broken_off(before):
            raise ImportKilled("Its worker was ended each time: by its time, or its memory.")
        after = parts.imports.with_push(RowPush(parts)).work(job)
    except ImportBusy:
        raise
    except Exception as error:  # whatever it was: after the last try people are told, and it stays
        if receives >= RECEIVES_MAX:
            _told(parts.imports.fail(job, _reason(error)))
            count(metrics, "ImportsFailed", 1)
        raise
    if after.is_over:
        _told(after)
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


def _was_broken_off(one: Import) -> bool:
    """Tell whether a step was begun that nobody is at any more."""
    if one.began_at is None:
        return False
    return one.held_until is None or one.held_until <= services().clock.now()


def _told(one: Import) -> None:
    """Tell whoever keeps the file's receipt, and what lies in the drop folder."""
    receipt = receipt_id(one.source, one.sha256)
    services().document_queue.pass_on(ended_message(one.creditor, receipt))


def _reason(error: Exception) -> str:
    if isinstance(error, Refusal):
        return error.detail
    return f"A fault that was not foreseen ({type(error).__name__})."
