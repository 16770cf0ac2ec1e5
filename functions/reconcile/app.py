"""Telling the ERP by webhooks; and by schedule, the books beside themselves and the providers'."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.codec import decode
from saldo.edge.jobs import MessageNotReadable, dead_letter, each_message, message_of
from saldo.edge.metrics import count, flush
from saldo.events import correlation_id
from saldo.ledger.verify import verify
from saldo.reconciliation.webhooks import GAPS_SECONDS, DeliveryJob
from saldo.wiring import services

logger = Logger(service="reconcile")
metrics = Metrics(namespace="Saldo", service="reconcile")

_PAYLOAD = ("id", "type", "timestamp", "creditor", "account", "data")


def fan_out(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Queue every event of the bus for the endpoints that want it."""
    del context
    dead_letters = services().settings.webhook_event_dead_letters
    return each_message(event, services(), dead_letters, logger, metrics, _fan_out_one)


def _fan_out_one(body: dict[str, Any], receives: int) -> None:
    del receives
    detail = body.get("detail")
    if not isinstance(detail, dict) or not set(_PAYLOAD) <= detail.keys():
        raise MessageNotReadable("The event lacks what an endpoint is told.")
    correlation_id.set(str(detail.get("correlation", "")))
    services().webhooks.fan_out({name: detail[name] for name in _PAYLOAD}, correlation_id.get())


def deliver(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Deliver events to endpoints.

    A failed delivery stays in the queue, hidden for the gap that its attempt number asks for; after
    the last attempt it goes to the dead-letter queue with the endpoint's last answer.
    """
    del context
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not _delivered(record)
    ]
    flush(metrics)
    return {"batchItemFailures": failures}


def _delivered(record: dict[str, Any]) -> bool:
    """Deliver one message; False when it must come again."""
    settings = services().settings
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    try:
        job = _job(record)
    except MessageNotReadable as error:
        dead_letter(
            services(), settings.webhook_delivery_dead_letters, record["body"], error, metrics
        )
        return True
    token = correlation_id.set(job.correlation)
    try:
        done = services().webhooks.deliver(job, attempt)
    finally:
        correlation_id.reset(token)
    if done is None or done.state == "delivered":
        count(metrics, "WebhooksDelivered", bool(done))
        return True
    count(metrics, "WebhooksFailed")
    logger.warning(
        "webhook failed", extra={"event": job.event, "attempt": attempt, "answer": done.last_answer}
    )
    if done.state == "given-up":
        reason = f"given up after {attempt} attempts; the last answer was {done.last_answer}"
        dead_letter(
            services(), settings.webhook_delivery_dead_letters, record["body"], reason, metrics
        )
        return True
    services().delivery_pauses.hide(record["receiptHandle"], GAPS_SECONDS[attempt - 1])
    return False


def _job(record: dict[str, Any]) -> DeliveryJob:
    try:
        return decode(DeliveryJob, message_of(record))
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no DeliveryJob: {error}.") from error


def verify_ledger(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Compare postings and projections of the whole table (by schedule, at night)."""
    del event, context
    today = services().clock.now().date()
    differences = verify(services().store, today)
    for found in differences:
        balance = found.balance
        logger.error(
            "the books differ",
            extra={
                "creditor": balance.creditor,
                "what": balance.what,
                "of": balance.detail,
                "off_by_minor": found.off_by_minor,
                "currency": balance.currency,
            },
        )
    count(metrics, "LedgerDifferences", len(differences))
    flush(metrics)
    return {"differences": len(differences)}


def fetch_payouts(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Book what the providers paid out (by schedule), and say what differs from the books."""
    del event, context
    fetched = services().payouts.fetch()
    for provider, payout, found in fetched.findings:
        logger.warning(
            "a payout differs",
            extra={
                "provider": provider,
                "payout": payout,
                "difference": found.difference,
                "line": found.line_id,
                "payment": found.payment,
                "paid_out_minor": found.paid_out_minor,
                "booked_minor": found.booked_minor,
            },
        )
    for provider, payout, reason in fetched.wrong:
        logger.error(
            "a payout does not add up",
            extra={"provider": provider, "payout": payout, "reason": reason},
        )
    logger.info("payouts fetched", extra=dict(fetched.done))
    count(metrics, "PayoutsBooked", fetched.done["booked"])
    count(metrics, "PayoutDifferences", len(fetched.findings) + len(fetched.wrong))
    count(metrics, "PayoutsUnanswered", fetched.done["no-answer"])
    flush(metrics)
    return dict(fetched.done)
