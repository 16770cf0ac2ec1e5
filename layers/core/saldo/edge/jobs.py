"""Queue handlers at the edge: each message is handled, tried again, or kept with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.edge.metrics import count, flush
from saldo.errors import Invalid, Refusal
from saldo.events import correlation_id
from saldo.wiring import Services

RECEIVES_MAX = 5
"""A message is tried that often before it is put aside; the queue's own redrive comes after."""


class MessageNotReadable(Invalid):
    """A message is no job of ours, and will not become one by waiting."""

    code = "message-not-readable"


def each_message(
    event: dict[str, Any],
    services: Services,
    dead_letters: str,
    logger: Logger,
    metrics: Metrics,
    handle: Callable[[dict[str, Any], int], None],
) -> dict[str, Any]:
    """Run `handle(body, receives)` for every record of an SQS event.

    Answers with the partial failures that SQS shall deliver again. A message that is not readable,
    or that failed RECEIVES_MAX times, goes to the dead-letter queue at `dead_letters` with the
    reason and counts as handled.
    """
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
        token = correlation_id.set("")
        try:
            body = message_of(record)
            correlation_id.set(str(body.get("correlation") or body.get("id") or ""))
            logger.append_keys(correlation_id=correlation_id.get())
            handle(body, receives)
        except Exception as error:  # the edge: one message must not take its neighbours along
            final = isinstance(error, MessageNotReadable) or receives >= RECEIVES_MAX
            logger.exception("message failed", extra={"final": final, "receives": receives})
            if final:
                dead_letter(services, dead_letters, record["body"], error, metrics)
            else:
                failures.append({"itemIdentifier": record["messageId"]})
        finally:
            correlation_id.reset(token)
    flush(metrics)
    return {"batchItemFailures": failures}


def message_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object in an SQS record; raise MessageNotReadable."""
    try:
        parsed = json.loads(record["body"])
    except ValueError as error:
        raise MessageNotReadable(f"The message is not JSON: {error}.") from error
    if not isinstance(parsed, dict):
        raise MessageNotReadable("The message is not an object.")
    return parsed


def dead_letter(
    services: Services, url: str, body: str, reason: Exception | str, metrics: Metrics
) -> None:
    """Keep a message that cannot be handled, with the reason, and count it."""
    if isinstance(reason, Exception):
        detail = reason.detail if isinstance(reason, Refusal) else str(reason)
        reason = f"{type(reason).__name__}: {detail}"
    services.dead_letters(url).put(body, reason)
    count(metrics, "DeadLettered")
