"""Documents: letters are typeset and laid down for the print service, and handed over in batches;
what is handed to an agency gets its file.

Two handlers, each deployed as a function with a role of its own. Both carry the layer
`documents`, which holds the typesetter.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.codec import decode
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.events import correlation_id
from saldo.reminders.ports import SendJob
from saldo.wiring import services

logger = Logger(service="documents")
metrics = Metrics(namespace="Saldo", service="documents")


def letters(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send claimed notices that go on paper, and make the files of cases that opened."""
    del context
    return each_message(
        event, services(), services().settings.letter_dead_letters, logger, metrics, _letter
    )


def _letter(body: dict[str, Any], receives: int) -> None:
    del receives
    if "detail-type" in body:
        _case_file(body)
        return
    try:
        job = decode(SendJob, body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MessageNotReadable(f"The message is no SendJob: {error}.") from error
    notice = services().letter_sender.send(job)
    if notice is not None:
        logger.info("letter", extra={"notice": notice.id, "state": notice.state})
        if notice.state == "sent":
            count(metrics, "LettersMade", 1)


def _case_file(body: dict[str, Any]) -> None:
    detail = body.get("detail")
    if not isinstance(detail, dict) or not {"creditor", "account", "data"} <= detail.keys():
        raise MessageNotReadable("The event lacks creditor, account or data.")
    correlation_id.set(str(detail.get("correlation", "")))
    place = (str(detail["creditor"]), str(detail["account"]), str(detail["data"]["case"]))
    case = services().case_files.make(*place)
    assert case.file is not None, "it was just made"
    logger.info("case file", extra={"case": case.id, "bytes": case.file.size_bytes})


def hand_over(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Put what was typeset into batches with their manifests (by schedule)."""
    del event, context
    batches = letters_in = 0
    for creditor in services().accounts.creditors():
        for batch in services().letters.hand_over(creditor.id):
            batches, letters_in = batches + 1, letters_in + len(batch.letters)
            logger.info("handed over", extra={"batch": batch.id, "letters": len(batch.letters)})
    count(metrics, "LettersHandedOver", letters_in)
    flush(metrics)
    return {"batches": batches, "letters": letters_in}
