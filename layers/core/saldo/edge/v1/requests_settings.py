"""What may be set about a creditor: one field per setting, and what is left out stays."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from saldo.accounts.running_costs import RUNNING_COSTS_MAX
from saldo.edge.v1.cost_settings import MessagePricesRecord, RunningCostRecord
from saldo.edge.v1.fields import (
    NOT_BLANK,
    PRINTABLE,
    Amount,
    Country,
    Day,
    Email,
    Flag,
    Language,
    Number,
    TimeZone,
    wrong,
)
from saldo.edge.v1.requests import Body, Name
from saldo.einvoices.rules.xrechnung import is_iban
from saldo.ledger.parts import Order
from saldo.payments.consents import INSTALMENTS_MAX
from saldo.reminders.channels.addresses import e164
from saldo.reminders.segments import SEGMENTS_MAX

BLACKOUT_DAYS_MAX: Final = 400
"""All of them stand in the creditor's row, which every run reads."""

HOLDER_LENGTH_MAX: Final = 70
"""A transfer, and the code on a letter that fills one in, hold so many characters of a name."""

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_SMS_NAME: Final = re.compile(
    r"(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,9}[A-Za-z0-9])?", re.ASCII
)
"""A sender id (Amazon SNS: up to 11 letters, digits and hyphens, at least one letter)."""

_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_IDENTIFIER: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", re.ASCII)
_SPACES: Final = re.compile(r"\s+")


def _colour(text: str) -> str:
    if not _COLOUR.fullmatch(text):
        raise wrong("must be a colour such as #1f5f5b")
    return text.lower()


def _https(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.netloc:
        raise wrong("must be an address that begins with https://")
    return text


def _sms(text: str) -> str:
    number = e164(text)
    if number is None and not _SMS_NAME.fullmatch(text):
        raise wrong("must be a number such as +4915112345678, or up to 11 letters such as ACME")
    return number or text


def _closed(text: str) -> str:
    return _SPACES.sub("", text).upper()


def _iban(text: str) -> str:
    if not is_iban(_closed(text)):
        raise wrong("must be an IBAN: its check digits do not fit")
    return _closed(text)


def _bic(text: str) -> str:
    if not _BIC.fullmatch(_closed(text)):
        raise wrong("must be a BIC of 8 or 11 characters (ISO 9362)")
    return _closed(text)


def _identifier(text: str) -> str:
    """ISO 7064 MOD 97-10 over all but the business code (EPC AT-02): it is the debtor's to see."""
    closed = _closed(text)
    if _IDENTIFIER.fullmatch(closed):
        turned = closed[7:] + closed[:4]
        if int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1:
            return closed
    raise wrong("must be a creditor identifier such as DE98ZZZ09999999999")


def _instalments(count: int) -> int:
    if count == 1:
        raise wrong("must be 2 or more, or 0 for none")
    return count


_Line = Annotated[str, StringConstraints(min_length=1, max_length=100), PRINTABLE, NOT_BLANK]
_Days = Annotated[int, Field(strict=True, ge=0, le=366)]
_Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
_Paragraph = Annotated[str, StringConstraints(max_length=1000)]


class SegmentRecord(Body):
    """Accounts that one policy is for."""

    when: Annotated[
        dict[str, str | list[str]],
        Field(
            max_length=20,
            description="Facts of an account, each with a value or several; empty: everyone.",
        ),
    ]
    policy: Annotated[Number, Field(description="The policy's id.")]


class PayerRulesRecord(Body):
    """What payers may do beside paying everything now. Amounts count in the currency paid in."""

    part_min: Annotated[
        Amount | None, Field(description="Least part payment; null: no part payments.")
    ] = None
    part_min_percent: Annotated[
        _Percent, Field(description="And at least so much of what is open, in percent.")
    ] = 0
    schedule_days_max: Annotated[_Days, Field(description="0: no later day.")] = 30
    transfer_business_days_max: Annotated[
        _Days, Field(description="So long an announced transfer holds reminders; 0: never.")
    ] = 5
    promise_days_max: Annotated[_Days, Field(description="0: no promises.")] = 14
    copy_hold_days: Annotated[
        _Days, Field(description="To read a copy that was asked for; 0: none.")
    ] = 7
    plan_instalments_max: Annotated[
        int,
        Field(strict=True, ge=0, le=INSTALMENTS_MAX, description="0: no instalments."),
        AfterValidator(_instalments),
    ] = 6
    plan_days_max: Annotated[_Days, Field(description="The last instalment's day.")] = 190
    plan_least: Annotated[Amount, Field(description="Least instalment.")] = "20.00"
    plan_needs_mandate: Annotated[Flag, Field(description="By mandate alone.")] = False
    plan_auto: Annotated[
        Amount, Field(description="Sums up to this are agreed at once; 0: none.")
    ] = "0.00"
    plan_auto_instalments_max: Annotated[
        int, Field(strict=True, ge=0, le=INSTALMENTS_MAX, description="In so many parts at most.")
    ] = 0
    plan_decision_business_days: Annotated[
        _Days, Field(description="Reminders rest so long while you decide; 0: they go on.")
    ] = 5
    claim_business_days_max: Annotated[
        _Days, Field(description="And for who says to have paid; 0: it cannot be said.")
    ] = 5


class CreditorSettingsRecord(Body):
    """Settings to change. What is left out stays; null takes away where null may stand."""

    name: Annotated[Name | None, Field(description="As its customers know it.")] = None
    country: Annotated[Country | None, Field(description="Where it is.")] = None
    language: Annotated[Language | None, Field(description="Its own.")] = None
    time_zone: Annotated[TimeZone | None, Field(description="Whose days count.")] = None
    address: Annotated[
        list[_Line], Field(max_length=6, description="Lines below the name on letters.")
    ] = []  # noqa: RUF012 - pydantic copies it
    imprint: Annotated[_Paragraph, Field(description="At the foot of every message.")] = ""
    brand_colour: Annotated[str, AfterValidator(_colour)] = "#1f5f5b"
    reply_to: Annotated[Email | None, Field(description="Where answers go.")] = None
    privacy_url: Annotated[
        str | None, Field(max_length=500), AfterValidator(lambda v: _https(v) if v else None)
    ] = None
    sms_from: Annotated[
        str | None,
        Field(max_length=32, description="A number in E.164, or a name."),
        AfterValidator(lambda v: _sms(v) if v else None),
    ] = None
    state: Annotated[Literal["shadow", "live"], Field(description="`shadow`: nothing is sent.")] = (
        "shadow"
    )
    sending: Annotated[Flag, Field(description="False stops all messages.")] = True
    schedule: Literal["automatic", "manual"] = "automatic"
    notices_per_day_max: Annotated[
        int | None, Field(strict=True, ge=0, le=1_000_000, description="Null: no cap.")
    ] = None
    fresh_within_hours: Annotated[
        int | None,
        Field(
            strict=True, ge=1, le=1000, description="Reminders wait for news older than this; null."
        ),
    ] = None
    blackout_days: Annotated[
        list[Day], Field(max_length=BLACKOUT_DAYS_MAX, description="No reminders on these.")
    ] = []  # noqa: RUF012 - pydantic copies it
    first_run_needs_release: Annotated[
        Flag, Field(description="A person must let the first run go.")
    ] = False
    statements_expected: Annotated[
        Flag, Field(description="Reminders wait while a bank statement is missing.")
    ] = False
    policy: Annotated[Number | None, Field(description="For accounts in no segment.")] = None
    segments: Annotated[
        list[SegmentRecord], Field(max_length=SEGMENTS_MAX, description="The first that matches.")
    ] = []  # noqa: RUF012 - pydantic copies it
    provider: Annotated[Number | None, Field(description="Who takes payments.")] = None
    allocation_order: Annotated[Order, Field(description="What money pays first.")] = (
        "costs-interest-principal"
    )
    discount_tolerance_days: Annotated[
        int, Field(strict=True, ge=0, le=30, description="A cash discount is granted longer by.")
    ] = 0
    running_costs: Annotated[
        list[RunningCostRecord],
        Field(
            max_length=RUNNING_COSTS_MAX,
            description="What running the software costs, for the report of costs; all of them.",
        ),
    ] = []  # noqa: RUF012 - pydantic copies it
    message_prices: Annotated[
        MessagePricesRecord | None,
        Field(description="What messages cost you, for reports of costs; null: what is assumed."),
    ] = None
    payers: Annotated[PayerRulesRecord | None, Field(description="What payers may do.")] = None


class BankDetailsRecord(Body):
    """The bank account that debtors transfer to."""

    iban: Annotated[str, StringConstraints(max_length=50), AfterValidator(_iban)]
    account_holder: Annotated[
        str,
        StringConstraints(min_length=1, max_length=HOLDER_LENGTH_MAX),
        PRINTABLE,
        NOT_BLANK,
    ]
    bic: Annotated[
        str | None, Field(max_length=20), AfterValidator(lambda v: _bic(v) if v else None)
    ] = None
    creditor_identifier: Annotated[
        str | None, Field(max_length=50), AfterValidator(lambda v: _identifier(v) if v else None)
    ] = None


def days_of(spans: str) -> list[str]:
    """Return the days that a text of days and spans names, "2026-12-24..2027-01-01" with both ends.

    What is no day is returned as it stands, to be refused where days are read.
    """
    from datetime import timedelta

    found: list[str] = []
    for word in spans.replace(",", " ").split():
        first, dots, last = word.partition("..")
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last if dots else first)
        except ValueError:
            found.append(word)
            continue
        length = (end - begin).days
        if not 0 <= length < BLACKOUT_DAYS_MAX:
            found.append(word)
            continue
        found += [(begin + timedelta(days=n)).isoformat() for n in range(length + 1)]
    return list(dict.fromkeys(found))
