"""Text messages: what they cost, whom they reach, what an answer asks for."""

from __future__ import annotations

import pytest

from saldo.reminders.channels.addresses import e164
from saldo.reminders.channels.sms_text import SmsLength, sms_length
from saldo.reminders.optouts import keyword_of


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", SmsLength("GSM-7", 0, 1)),
        ("x" * 160, SmsLength("GSM-7", 160, 1)),
        ("x" * 161, SmsLength("GSM-7", 161, 2)),
        ("x" * 306, SmsLength("GSM-7", 306, 2)),
        ("x" * 307, SmsLength("GSM-7", 307, 3)),
        ("äöüÄÖÜß@é", SmsLength("GSM-7", 9, 1)),
        ("€" * 80, SmsLength("GSM-7", 160, 1)),
        ("€" * 81, SmsLength("GSM-7", 162, 2)),
        # 152 and an escaped sign: it does not fit into the first part, and is not parted.
        ("x" * 152 + "€" + "x" * 152, SmsLength("GSM-7", 306, 3)),
        ("ş" * 70, SmsLength("UCS-2", 70, 1)),
        ("ş" * 71, SmsLength("UCS-2", 71, 2)),
        ("😀" * 35, SmsLength("UCS-2", 70, 1)),
        ("😀" * 36, SmsLength("UCS-2", 72, 2)),
        # 67 units hold 33 pairs: the 67th is never half a sign.
        ("😀" * 67, SmsLength("UCS-2", 134, 3)),
    ],
)
def test_length_and_segments(text: str, length: SmsLength) -> None:
    assert sms_length(text) == length


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+49 30 123456", "+4930123456"),
        ("+49 (0)30 / 123-456", "+4930123456"),
        ("0049 30 123456", "+4930123456"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("030 123456", None),
        ("+0123456789", None),
        ("+49", None),
        ("call me", None),
        ("+49 30 123456 ext 7", None),
    ],
)
def test_only_international_numbers_are_dialled(phone: str, number: str | None) -> None:
    assert e164(phone) == number


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("STOP", "stop"),
        ("stop!", "stop"),
        ("Stop bitte", "stop"),
        ("opt-out", "stop"),
        ("OPT OUT", None),
        ("Abmelden", "stop"),
        ("unsubscribe", "stop"),
        ("START", "start"),
        ("start the engine", None),
        ("Ich habe schon bezahlt, bitte stoppen", None),
        ("", None),
    ],
)
def test_what_an_answer_asks_for(text: str, means: str | None) -> None:
    assert keyword_of(text) == means
