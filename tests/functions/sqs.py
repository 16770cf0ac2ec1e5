"""Events as queues and streams deliver them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from saldo.adapters.aws.bus import SOURCE, detail_of
from saldo.adapters.dynamo.rows import image_of
from saldo.events import Event


def sqs_event(*bodies: Any, receives: int = 1) -> dict[str, Any]:
    """An SQS event whose bodies are texts, or objects to be written as JSON."""
    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "receiptHandle": f"receipt-{n}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for n, body in enumerate(bodies)
        ]
    }


def bus_event(event: Event) -> dict[str, Any]:
    """One of our events as EventBridge puts it on a queue."""
    return {
        "version": "0",
        "id": "2f6c1a3e-0000-4000-8000-000000000000",
        "detail-type": event.type,
        "source": SOURCE,
        "account": "123456789012",
        "time": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-central-1",
        "resources": [],
        "detail": detail_of(event),
    }


def stream_event(records: Sequence[Any]) -> dict[str, Any]:
    """New rows as the table's stream shows them."""
    return {
        "Records": [
            {
                "eventID": str(n),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "NewImage": image_of(record),
                    "SequenceNumber": str(n),
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
            for n, record in enumerate(records)
        ]
    }
