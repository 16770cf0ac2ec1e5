"""The audit log: every event of the bus into its chain; and orders about personal data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, Literal

from aws_lambda_powertools import Logger, Metrics

from saldo.clock import parse_instant
from saldo.codec import decode
from saldo.edge.jobs import (
    RECEIVES_MAX,
    MessageNotReadable,
    dead_letter,
    each_message,
    message_of,
    put_back,
    receives_of,
)
from saldo.edge.metrics import count, flush
from saldo.events import Event, correlation_id
from saldo.privacy.ports import PrivacyJob
from saldo.wiring import services

logger = Logger(service="audit")
metrics = Metrics(namespace="Saldo", service="audit")

_KINDS: Final[dict[str, Literal["erase", "export"]]] = {
    "privacy.erasure_asked": "erase",
    "privacy.export_asked": "export",
}
_SECONDS_WITHOUT_CONTEXT: Final = 60
_SECONDS_TO_SPARE: Final = 30
_DETAIL = ("id", "timestamp", "creditor", "account", "data")


def take(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Append a batch of events: as many in one transaction as fit.

    Where that fails, each message is tried by itself, so that none takes its neighbours along.
    """
    del context
    failed: list[dict[str, Any]]
    records = event["Records"]
    readable = [(record, told) for record in records if (told := _readable(record)) is not None]
    try:
        added, failed = services().audit_chain.append([told for _, told in readable]), []
    except Exception:  # the edge: whatever it was, the messages come again or are put aside
        logger.exception("batch failed", extra={"events": len(readable)})
        added, failed = _one_by_one(readable)
    _tell_heads([told for _, told in readable])
    count(metrics, "AuditEntries", added)
    flush(metrics)
    return put_back(services(), failed, logger)


def _readable(record: dict[str, Any]) -> Event | None:
    """Return the event in a message; None puts aside what is none."""
    try:
        return _event_of(message_of(record))
    except MessageNotReadable as error:
        _put_aside(record, error)
        return None


def _event_of(body: dict[str, Any]) -> Event:
    detail = body.get("detail")
    if not isinstance(detail, dict) or not set(_DETAIL) <= detail.keys():
        raise MessageNotReadable("The event lacks what it should say.")
    try:
        return Event(
            detail["creditor"],
            detail["account"],
            detail["id"],
            detail["type"],
            parse_instant(detail["timestamp"]),
            detail["data"],
            detail.get("correlation", ""),
            detail.get("version", 1),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no event: {error!r}.") from error


def _one_by_one(
    readable: Sequence[tuple[dict[str, Any], Event]],
) -> tuple[int, list[dict[str, Any]]]:
    added, failed = 0, []
    for record, told in readable:
        try:
            added += services().audit_chain.append([told])
        except Exception as error:  # the edge: one message must not take its neighbours along
            receives = receives_of(record)
            logger.exception("message failed", extra={"event": told.id, "receives": receives})
            if receives >= RECEIVES_MAX:
                _put_aside(record, error)
            else:
                failed.append(record)
    return added, failed


def _put_aside(record: dict[str, Any], error: Exception) -> None:
    dead_letter(services(), services().settings.audit_dead_letters, record["body"], error, metrics)


def _tell_heads(events: Sequence[Event]) -> None:
    """Log the heads: what the table's writers cannot change any more, between two nights."""
    for creditor in sorted({one.creditor for one in events}):
        head = services().audit_chain.head(creditor)
        logger.info("head", extra={"creditor": creditor, "number": head.number, "hash": head.hash})


def privacy(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out orders about personal data: make files of exports, erase what may go.

    A look over an account that takes longer than a call may goes on with another message.
    """
    until = _deadline(context)

    def one(body: dict[str, Any], receives: int) -> None:
        del receives
        _privacy_one(_job_of(body), until)

    dead_letters = services().settings.privacy_dead_letters
    return each_message(event, services(), dead_letters, logger, metrics, one)


def _deadline(context: Any) -> float:
    """Return until when, on the monotonic clock, something new may be begun."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    seconds = left() / 1000 if left else _SECONDS_WITHOUT_CONTEXT
    return time.monotonic() + max(0.0, seconds - _SECONDS_TO_SPARE)


def _job_of(body: dict[str, Any]) -> PrivacyJob:
    """Return the job in a message: one of our own, or an order that the bus tells of."""
    try:
        if "detail-type" not in body:
            return decode(PrivacyJob, body)
        detail = body["detail"]
        correlation_id.set(str(detail.get("correlation", "")))
        kind = _KINDS[body["detail-type"]]
        export = str(detail["data"]["request"]) if kind == "export" else ""
        return PrivacyJob(kind, str(detail["creditor"]), str(detail["account"]), export)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MessageNotReadable(f"The message is no order: {error!r}.") from error


def _privacy_one(job: PrivacyJob, until: float) -> None:
    creditor = services().accounts.creditor(job.creditor)
    if job.kind == "export":
        made = services().privacy_exports.make(creditor, job.account, job.export)
        logger.info("exported", extra={"export": made.id, "bytes": made.size_bytes})
        count(metrics, "PrivacyExports")
        return
    order, is_whole = services().erasures.carry_out(
        creditor, job.account, lambda: time.monotonic() > until
    )
    logger.info("erased", extra={"order": order.id, "state": order.state, "whole": is_whole})
    if not is_whole:
        services().privacy_queue.put([job])
    count(metrics, "PrivacyErasures", is_whole)


def tend(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Append what never arrived and anchor every head (by schedule, at night)."""
    del event, context
    late = chains = findings = 0
    for creditor in services().accounts.owners():
        tended = services().audit_tender.tend(creditor)
        late, chains = late + tended.late, chains + bool(tended.number)
        logger.info(
            "anchored",
            extra={
                "creditor": creditor,
                "number": tended.number,
                "hash": tended.hash,
                "late": tended.late,
            },
        )
        findings += len(tended.findings)
        for found in tended.findings:
            logger.error(
                "the audit log differs",
                extra={
                    "creditor": creditor,
                    "kind": found.kind,
                    "entry": found.number,
                    "event": found.event,
                },
            )
    due = _queue_what_waits()
    count(metrics, "AuditEventsLate", late)
    count(metrics, "AuditFindings", findings)
    flush(metrics)
    return {"chains": chains, "late": late, "findings": findings, "queued": due}


def _queue_what_waits() -> int:
    """Queue what is to be erased from today on, and what a crash kept from being done."""
    queued = 0
    for creditor in services().accounts.creditors():
        jobs = [
            PrivacyJob("erase", creditor.id, order.account)
            for order in services().erasures.due(creditor.id)
        ]
        jobs += [
            PrivacyJob("export", creditor.id, one.account, one.id)
            for one in services().privacy_exports.waiting(creditor.id)
        ]
        if jobs:
            services().privacy_queue.put(jobs)
        queued += len(jobs)
    return queued
