"""What text messages come from, as it is typed."""

from __future__ import annotations

import re
from typing import Final

from saldo.reminders.channels.addresses import e164
from saldo_cli.problems import UsageProblem

_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,9}[A-Za-z0-9])?", re.ASCII)
"""A sender id (Amazon SNS: up to 11 letters, digits and hyphens, at least one letter)."""


def sms_sender(text: str) -> str | None:
    """Return a number in E.164 or a name that was typed, None for "none"; raise UsageProblem."""
    if text == "none":
        return None
    number = e164(text)
    if number is not None:
        return number
    if not _NAME.fullmatch(text):
        raise UsageProblem(
            f"{text!r} can send no text messages.",
            "Name a number such as +4915112345678, or up to 11 letters and digits such as ACME.",
        )
    return text
