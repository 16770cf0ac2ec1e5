"""Intake: files that do not come with a call. Uploads, drop folders, and documents by mail.

One module, two handlers, each deployed as a function with a role of its own.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.edge.arrivals import NewObject, ended, ended_message, mail_came, new_objects
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.errors import Invalid, NotFound
from saldo.intake.drops import dropped, is_reportable
from saldo.intake.model import Receipt, ReceiptUnknown
from saldo.intake.uploads import PREFIX as UPLOADS
from saldo.wiring import services

logger = Logger(service="intake")
metrics = Metrics(namespace="Saldo", service="intake")

_UPLOAD_PARTS = 3


def files(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take files that were put into the bucket, and documents that came by mail."""
    del context
    return each_message(
        event, services(), services().settings.intake_dead_letters, logger, metrics, _one
    )


def _one(body: dict[str, Any], receives: int) -> None:
    del receives
    mail = mail_came(body)
    if mail is not None:
        raw = services().inbound_bucket(mail.bucket).get(mail.key)
        for receipt in services().document_mails.take(mail.notice, raw) if raw else ():
            _told(receipt)
        return
    done = ended(body)
    if done is not None:
        _told(_ended(*done))
        return
    for came in new_objects(body):
        try:
            _told(_taken(came))
        except (NotFound, Invalid) as refusal:
            # A folder of nobody's, or of a name that no source has: it stays where it lies.
            raise MessageNotReadable(f"{came.key}: {refusal.detail}") from refusal


def _taken(came: NewObject) -> Receipt | None:
    parts = came.key.split("/")
    if came.key.startswith(UPLOADS) and len(parts) == _UPLOAD_PARTS:
        return services().uploads.arrived(parts[1], parts[2], came.version)
    file = dropped(came.key)
    if file is None:
        return None
    return services().drop_folders.take(file, came.version, came.size)


def _ended(creditor: str, receipt: str) -> Receipt | None:
    """Note what became of a file that went on in steps, and put it aside if it was dropped."""
    try:
        known = services().receiving.look(creditor, receipt)
    except ReceiptUnknown:
        return None  # it was imported by hand
    return services().drop_folders.ended(known)


def again(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Try again what waits for something and is due, and what a crash left behind."""
    del event, context
    tried = 0
    for creditor in services().accounts.creditors():
        for receipt in services().receiving.again_due(creditor.id):
            tried += 1
            _told(receipt)
            if is_reportable(receipt):
                # Put aside and told of by the function that may touch the folder.
                services().document_queue.pass_on(ended_message(receipt.creditor, receipt.id))
    flush(metrics)
    logger.info("tried again", extra={"tried": tried})
    return {"tried": tried}


def _told(receipt: Receipt | None) -> None:
    if receipt is None:
        return
    count(metrics, f"Documents{receipt.state.capitalize()}")
    logger.info(
        "file",
        extra={
            "receipt": receipt.id,
            "way": receipt.way,
            "kind": receipt.kind,
            "state": receipt.state,
            "code": receipt.code,
        },
    )
