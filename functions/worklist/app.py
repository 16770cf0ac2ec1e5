"""The work list is kept: facts from the bus change it, and by schedule what time alone changes."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.clock import parse_instant
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.events import correlation_id
from saldo.watchers.model import TYPES
from saldo.wiring import services
from saldo.worklist.hearing import HEARD, Heard

logger = Logger(service="worklist")
metrics = Metrics(namespace="Saldo", service="worklist")

_KNOWN = frozenset({"id", "type", "timestamp", "creditor", "account", "data"})
_LAST_MINUTE_MS = 60_000


def hear(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring the items up to date that facts of the bus may change.

    Several facts about one account in a batch are one look at it: all of them were written before
    the first is read here.
    """
    del context
    parts = services()
    derived: set[tuple[str, str]] = set()

    def one(body: dict[str, Any], receives: int) -> None:
        del receives
        heard = _heard(body)
        if heard.type in TYPES:
            told = (heard.type, heard.creditor, heard.account, heard.id, heard.at, heard.data)
            count(metrics, "WatchersTold", parts.watch_news.hear(*told))
        if heard.type in HEARD:
            count(metrics, "WorkItemsChanged", parts.work_hearing.hear(heard, derived))

    dead_letters = parts.settings.work_dead_letters
    return each_message(event, parts, dead_letters, logger, metrics, one)


def _heard(body: dict[str, Any]) -> Heard:
    detail = body.get("detail")
    if not isinstance(detail, dict) or not detail.keys() >= _KNOWN:
        raise MessageNotReadable("The event lacks what the list is kept by.")
    correlation_id.set(str(detail.get("correlation", "")))
    try:
        at = parse_instant(str(detail["timestamp"]))
    except ValueError as error:
        raise MessageNotReadable(f"The event has no time: {error}.") from error
    return Heard(
        str(detail["type"]),
        str(detail["creditor"]),
        str(detail["account"]),
        str(detail["id"]),
        at,
        detail["data"],
    )


def sweep(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Show again what is due (by schedule), and look at every creditor as a whole.

    What there is no time left for is due again at the next call.
    """
    del event
    parts = services()

    def has_time() -> bool:
        return context is None or bool(context.get_remaining_time_in_millis() > _LAST_MINUTE_MS)

    queued = 0
    for creditor in parts.accounts.creditors():  # first: somebody waits for the morning's list
        if has_time():
            queued += parts.watch_news.due(creditor.id) + parts.mornings.due(creditor)
    swept = parts.work_sweep.run(has_time)
    count(metrics, "WorkItemsChanged", swept.changed)
    count(metrics, "WorkAccountsBusy", swept.busy)
    flush(metrics)
    told = {"changed": swept.changed, "busy": swept.busy, "mails": queued}
    logger.info("swept", extra=told)
    return told
