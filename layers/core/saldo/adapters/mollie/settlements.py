"""Mollie's settlements as payouts, line by line.

A settlement lists its payments, captures, refunds and chargebacks at their gross amounts; what
Mollie charged stands apart, summed up per method and month. So every movement is a line without a
fee, every cost a line of kind "fee", and what is left between them and the amount paid out
(fractions of cents, reserves, balances carried over) one line of kind "adjustment".

`settlementAmount`, a movement's amount in the settlement's currency, is used where it comes along.
Mollie removes it on 2027-01-01; then a movement counts with its own amount, which is the same
unless it was converted, and a converted one is refused instead of guessed.
Source: https://docs.mollie.com/reference/settlements-api and its changelog
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final, Literal

from saldo.adapters.mollie.api import Api, readable
from saldo.adapters.mollie.fields import (
    NotReadable,
    instant,
    money,
    object_in,
    objects_in,
    text,
    text_or_none,
)
from saldo.adapters.mollie.objects import reference_of
from saldo.money import decimals_of
from saldo.payments.told import Payout, PayoutLine

PAID_OUT: Final = "paidout"
_Kind = Literal["payment", "refund", "chargeback", "chargeback-reversed", "fee", "adjustment"]


def payouts_since(account: Api, since: date) -> list[Payout]:
    """Return the settlements paid out on or after `since`, oldest first.

    `account` asks with an organisation's token. Raises ProviderUnavailable.
    """
    found: list[Payout] = []
    for settlement in account.every(lambda client: client.settlements):  # newest first
        if settlement.get("status") != PAID_OUT:
            continue
        if _settled_on(settlement) < since:
            break
        found.append(_with_lines(account, settlement))
    return found[::-1]


def _settled_on(settlement: Mapping[str, Any]) -> date:
    return readable(lambda: instant(settlement, "settledAt")).date()


def _with_lines(account: Api, settlement: Mapping[str, Any]) -> Payout:
    def every(resource: str) -> list[Mapping[str, Any]]:
        return list(account.every(lambda _: getattr(settlement, resource)))

    parts = [every(each) for each in ("payments", "captures", "refunds", "chargebacks")]
    return readable(lambda: payout_of(settlement, *parts))


def payout_of(
    settlement: Mapping[str, Any],
    payments: Iterable[Mapping[str, Any]],
    captures: Iterable[Mapping[str, Any]],
    refunds: Iterable[Mapping[str, Any]],
    chargebacks: Iterable[Mapping[str, Any]],
) -> Payout:
    """Return the payout with its lines; their nets sum to its amount.

    Raises NotReadable, or one of money's refusals.
    """
    payout_id = text(settlement, "id")
    amount_minor, currency = money(settlement, "amount")
    lines = [_movement("payment", each, currency, 1) for each in payments]
    seen = {line.provider_id for line in lines}
    # A payment that was captured later is settled by its captures.
    captured = [_movement("payment", each, currency, 1) for each in captures]
    lines += [line for line in captured if line.provider_id not in seen]
    lines += [_movement("refund", each, currency, -1) for each in refunds]
    lines += [_movement("chargeback", each, currency, -1) for each in chargebacks]
    lines += _costs(settlement, payout_id, currency)
    rest_minor = amount_minor - sum(line.net_minor for line in lines)
    if rest_minor:
        lines.append(_own("adjustment", f"{payout_id}:rest", rest_minor, currency))
    settled = instant(settlement, "settledAt") if settlement.get("settledAt") else None
    return Payout(
        payout_id, amount_minor, currency, settled.date() if settled else None, tuple(lines)
    )


def _movement(kind: _Kind, document: Mapping[str, Any], currency: str, sign: int) -> PayoutLine:
    name = "settlementAmount" if document.get("settlementAmount") else "amount"
    minor, its_currency = money(document, name)
    line_id = text(document, "id")
    if its_currency != currency:
        raise NotReadable(f"{line_id} is in {its_currency}, its settlement in {currency}")
    # Mollie writes what it deducts with a minus in some places, without in others.
    minor = sign * abs(minor)
    payment_id = line_id if document.get("resource") == "payment" else None
    return PayoutLine(
        kind=kind,
        line_id=line_id,
        provider_id=payment_id or text_or_none(document, "paymentId"),
        reference=reference_of(document) if payment_id else None,
        gross_minor=minor,
        fee_minor=0,
        net_minor=minor,
        currency=currency,
        refund_id=line_id if kind == "refund" else None,
    )


def _costs(settlement: Mapping[str, Any], payout_id: str, currency: str) -> Iterator[PayoutLine]:
    periods = settlement.get("periods") or {}
    for year, months in sorted(object_in(periods).items()):
        for month, period in sorted(object_in(months).items()):
            for place, cost in enumerate(objects_in(object_in(period), "costs"), 1):
                minor = _rounded(object_in(cost.get("amountGross")), currency)
                if minor:
                    line_id = f"{payout_id}:{year}-{month}:{place}"
                    yield _own("fee", line_id, -minor, currency)


def _rounded(amount: Mapping[str, Any], currency: str) -> int:
    """Return an amount that Mollie writes with four decimals in minor units."""
    if text(amount, "currency") != currency:
        raise NotReadable("a cost is in another currency than its settlement")
    try:
        value = Decimal(text(amount, "value"))
        return int((value * 10 ** decimals_of(currency)).to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError) as bad:
        raise NotReadable("a cost is not a number") from bad


def _own(kind: Literal["fee", "adjustment"], line_id: str, minor: int, currency: str) -> PayoutLine:
    """Return a line of Mollie's own: its fees are its whole amount."""
    gross_minor, fee_minor = (0, -minor) if kind == "fee" else (minor, 0)
    return PayoutLine(kind, line_id, None, None, gross_minor, fee_minor, minor, currency)
