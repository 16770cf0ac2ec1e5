"""What is expected of accounts is kept: facts from the bus change it, and every night time does."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.events import correlation_id
from saldo.foresight.hearing import HEARD, Looked
from saldo.wiring import services

logger = Logger(service="foresight")
metrics = Metrics(namespace="Saldo", service="foresight")

_KNOWN = frozenset({"id", "type", "creditor", "account"})
_LAST_MS = 180_000
"""Learning from a creditor's bills takes up to two minutes; whoever begins has these three."""


def hear(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look anew at the accounts that facts of the bus are about.

    Several facts about one account in a batch are one look at it.
    """
    del context
    parts = services()
    looked: Looked = set()

    def one(body: dict[str, Any], receives: int) -> None:
        del receives
        detail = body.get("detail")
        if not isinstance(detail, dict) or not detail.keys() >= _KNOWN:
            raise MessageNotReadable("The event does not say what it is about.")
        correlation_id.set(str(detail.get("correlation", "")))
        if detail["type"] in HEARD:
            changed = parts.foresight_hearing.hear(
                str(detail["type"]), str(detail["creditor"]), str(detail["account"]), looked
            )
            count(metrics, "ForesightChanged", changed)

    dead_letters = parts.settings.foresight_dead_letters
    return each_message(event, parts, dead_letters, logger, metrics, one)


def sweep(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Go on with the nights of creditors (by schedule, every hour).

    What there is no time left for is where the next call begins.
    """
    del event
    swept = services().foresight_sweep.run(
        lambda: context is None or context.get_remaining_time_in_millis() > _LAST_MS
    )
    count(metrics, "ForesightChanged", swept.changed)
    count(metrics, "ForesightFailed", swept.failed)
    flush(metrics)
    told = {
        "creditors": swept.creditors,
        "accounts": swept.accounts,
        "changed": swept.changed,
        "failed": swept.failed,
    }
    logger.info("swept", extra=told)
    return told
