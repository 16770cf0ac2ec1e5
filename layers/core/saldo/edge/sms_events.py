"""An answer to a text message, as AWS End User Messaging publishes it to SNS.

Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from saldo.edge.jobs import MessageNotReadable


@dataclass(frozen=True, slots=True)
class SmsAnswer:
    """Somebody's words to one of our numbers."""

    sender: str
    number: str
    text: str


def sms_answer(envelope: dict[str, Any]) -> SmsAnswer | None:
    """Return the answer in an SNS envelope, or in its bare message; None for anything else."""
    told: Any = envelope
    if "Message" in envelope:
        try:
            told = json.loads(envelope["Message"])
        except (TypeError, ValueError):
            return None
    if not isinstance(told, dict) or "originationNumber" not in told:
        return None
    try:
        return SmsAnswer(
            str(told["originationNumber"]), str(told["destinationNumber"]), told["messageBody"]
        )
    except KeyError as error:
        raise MessageNotReadable(f"The answer lacks {error}.") from error
