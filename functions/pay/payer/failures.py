"""The last payment that came to nothing, and why, sorted into what the payer can do about it.

Providers tell reasons in sentences of their own, most in English. What is recognised is said in the
payer's language, with the next step; anything else is shown as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from saldo.clock import local_day
from saldo.payments.links import Opened
from saldo.payments.model import Payment
from saldo.payments.standing import Standing
from saldo.wiring import Services

from .shown_aside import Failure

_SHOWN_DAYS: Final = 30

_CAUSES: Final = (
    ("funds", r"enough (money|balance|funds)|insufficient|not enough|nicht gedeckt|deckung"),
    ("expired", r"expired card|card .*expired|expired_card|invalid_card_holder|karte .*abgelaufen"),
    ("account", r"account is closed|moved to another bank|bank details|no account|invalid.*iban"),
    ("not-allowed", r"does not allow|not enabled|not permitted|restricted|blocked"),
    ("mandate", r"mandate|authoris?z?ation of the debit|disputed"),
    ("limit", r"limit|exceed"),
    ("security", r"3d|authenticat|\bcvc\b|\bpin\b|security code|fraud"),
    ("stopped", r"stopped|revoked|cancelled (at|by)|returned the payment|zurückgegeben"),
    ("refused", r"refused|declined|abgelehnt|refer to|get in touch"),
)


def cause_of(failure: str | None) -> str:
    """Return which of the known causes a provider's reason tells of, "" for none of them."""
    for cause, pattern in _CAUSES:
        if failure and re.search(pattern, failure, re.IGNORECASE):
            return cause
    return ""


def last_failure(services: Services, opened: Opened, standing: Standing) -> Failure | None:
    """Return what failed or came back last, lately, if nothing was tried since and something that
    it was for is still open.
    """
    zone, failures = opened.account.time_zone, []
    for payment in standing.payments:
        failures += [(at, one, payment.invoices) for at, one in _of(payment, zone)]
    for one in services.schedule.of(opened.link.creditor, opened.link.account):
        # A charge that was tried is a payment; one that was never tried is told by its schedule.
        if one.state == "failed" and one.payment is None and one.ended_at is not None:
            on, said = local_day(one.ended_at, zone), one.failure
            found = Failure(cause_of(said), said or "", one.amount_minor, one.currency, on)
            failures.append((one.ended_at, found, one.invoices))
    if not failures:
        return None
    at, failure, invoices = max(failures, key=lambda one: one[0])
    if any(one.created_at > at and _is_underway(one) for one in standing.payments):
        return None
    open_ = {one.number for one in standing.open_}
    is_old = (standing.today - failure.on).days > _SHOWN_DAYS
    return None if is_old or not open_ & set(invoices) else _still_ahead(failure, standing.today)


def _of(payment: Payment, zone: str) -> Iterator[tuple[datetime, Failure]]:
    said, currency = payment.failure, payment.currency
    if payment.state == "failed":
        at = payment.ended_at or payment.created_at
        on = local_day(at, zone)
        yield at, Failure(cause_of(said), said or "", payment.amount_minor, currency, on)
    back = payment.returned
    if back is not None and payment.is_returned:
        yield (
            back.told_at,
            Failure(
                (cause_of(back.reason) if back.kind == "returned-debit" else "") or "stopped",
                back.reason,
                payment.taken_minor,
                currency,
                local_day(back.told_at, zone),
                back.kind,
                back.retry_after,
            ),
        )


def _is_underway(payment: Payment) -> bool:
    return payment.state in ("processing", "settled") and not payment.is_returned


def _still_ahead(failure: Failure, today: date) -> Failure:
    """Return a failure with its hint of a day only if that is yet to come."""
    if failure.retry_after is not None and failure.retry_after <= today:
        return replace(failure, retry_after=None)
    return failure
