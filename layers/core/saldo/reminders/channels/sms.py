"""Text messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from saldo.messages.gsm7 import to_gsm7
from saldo.reminders.channels.port import ChannelRefused, Handed, Parcel
from saldo.reminders.channels.sms_text import SmsLength, sms_length

SEGMENTS_MAX = 4
"""Longer ones are refused: each segment is billed, and nobody reads a letter by text message."""


class SmsTooLong(ChannelRefused):
    """The text takes more segments than a text message may."""

    code = "sms-too-long"


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """A text message ready to leave. `sender` is a number in E.164 or up to 11 letters, "" for the
    account's own; `tags` name the notice in the carrier's reports, where it makes any.
    """

    to: str
    text: str
    length: SmsLength
    sender: str = ""


class SmsGateway(Protocol):
    """The port that text messages leave by."""

    def send(self, sms: OutgoingSms) -> str:
        """Hand it over and return the carrier's id. Raises one of REFUSED, BUSY or SILENT."""


class SmsCarrier:
    """Hands text messages to a gateway, which reports nothing: none is ever sent a second time."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    def hand_over(self, parcel: Parcel) -> Handed:
        text = to_gsm7(parcel.rendered.text).strip()
        length = sms_length(text)
        if length.segments > SEGMENTS_MAX:
            raise SmsTooLong(f"The text takes {length.segments} segments, {SEGMENTS_MAX} at most.")
        sms = OutgoingSms(parcel.address.to, text, length, parcel.creditor.sms_from or "")
        return Handed(self._gateway.send(sms))


def answers_reach(sender: str | None) -> bool:
    """Tell whether an answer to a message from `sender` can come: numbers can be answered, names
    cannot. To a name an opt-out needs a link.
    """
    return bool(sender) and str(sender).startswith("+")
