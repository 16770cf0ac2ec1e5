"""Queue handlers at the edge: each message is handled, tried again, or kept with its reason.

A queue hides what was handed out for six times as long as its function may take, for functions that
were killed. A message that merely failed need not wait so long: it is put back with a gap of its
own, which grows with every try.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics

from saldo.edge.metrics import count, flush
from saldo.errors import Invalid, Refusal
from saldo.events import correlation_id
from saldo.wiring import Services

RECEIVES_MAX = 5
"""A message is tried that often before it is put aside; the queue's own redrive comes after."""


GAPS_SECONDS: Final = (15, 60, 300, 1200)
"""How long a message waits after each try that failed: most of what goes wrong, others writing at
the same account or a table that makes room, is over in moments. Together 26 minutes: what the
queues' own timeouts would take for as many tries, and below the half-hour from which an alarm says
that a queue waits."""


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

    Answers with the partial failures that SQS shall deliver again, after a gap of GAPS_SECONDS. A
    message that is not readable, or that failed RECEIVES_MAX times, goes to the dead-letter queue
    at `dead_letters` with the reason and counts as handled.
    """
    failed: list[dict[str, Any]] = []
    for record in event["Records"]:
        receives = receives_of(record)
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
                failed.append(record)
        finally:
            correlation_id.reset(token)
    flush(metrics)
    return put_back(services, failed, logger)


def put_back(
    services: Services, failed: Sequence[dict[str, Any]], logger: Logger
) -> dict[str, list[dict[str, str]]]:
    """Answer that these messages failed, each to come again after the gap that its tries ask for.

    To be asked when the whole batch was tried: the gap begins now. Where the queue cannot be asked,
    they come again when its own timeout is over.
    """
    for record in failed:
        gap = GAPS_SECONDS[min(receives_of(record), len(GAPS_SECONDS)) - 1]
        try:
            if services.job_pauses is not None:
                services.job_pauses.hide(record["receiptHandle"], gap)
        except Exception:  # the edge: it comes again all the same, later
            logger.warning(
                "not put back", extra={"sqs_message": record["messageId"]}, exc_info=True
            )
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}


def receives_of(record: dict[str, Any]) -> int:
    """Return how often SQS handed a message out, this time included."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))


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
