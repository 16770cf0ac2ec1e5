"""GoCardless' payouts, line by line.

https://developer.gocardless.com/api-reference/#core-endpoints-payout-items: items are to a tenth of
the minor unit, because fees are; the payout is their sum, rounded. Each line is rounded here, and
what that leaves is a line of kind "adjustment". Items are kept for six months.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final, Literal

from saldo.adapters.gocardless.api import GoCardlessApi, GoCardlessRefused
from saldo.adapters.gocardless.documents import (
    Document,
    NotReadable,
    currency,
    day_or_none,
    instant,
    link,
    minor,
    text,
)
from saldo.adapters.gocardless.reads import GoCardlessReads
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Payout, PayoutLine

Kind = Literal["payment", "refund", "chargeback", "fee", "adjustment"]

_KINDS: Final[dict[str, Kind]] = {
    "payment_paid_out": "payment",
    "payment_failed": "chargeback",
    "payment_charged_back": "chargeback",
    "payment_refunded": "refund",
    "refund": "refund",
    "gocardless_fee": "fee",
    "app_fee": "fee",
    "surcharge_fee": "fee",
}
_NOT_FOUND: Final = 404
_ARRIVES_WITHIN: Final = timedelta(days=14)
"""A payout arrives some days after it was created, by which lists are cut."""


def payouts_since(reads: GoCardlessReads, since: date) -> list[Payout]:
    """Return the paid payouts that arrived on or after `since`; raise ProviderUnavailable."""
    created = f"{(since - _ARRIVES_WITHIN).isoformat()}T00:00:00.000Z"
    found = reads.listed("payouts", status="paid", **{"created_at[gte]": created})
    try:
        paid = [
            _payout(one, reads.listed("payout_items", payout=text(one, "id")))
            for one in found
            if _arrived(one) >= since
        ]
    except ValueError as bad:
        raise ProviderUnavailable(f"GoCardless' payouts cannot be read: {bad}") from bad
    return sorted(paid, key=lambda one: (one.arrives_on or date.min, one.payout_id))


def payout_by_id(api: GoCardlessApi, reads: GoCardlessReads, payout_id: str) -> list[Payout]:
    """Return a payout, nothing if there is none.

    Raises ProviderUnavailable, also before it is paid.
    """
    try:
        found = api.get("payouts", payout_id)
    except GoCardlessRefused as refused:
        if refused.status == _NOT_FOUND:
            return []
        raise ProviderUnavailable(f"GoCardless' payout cannot be read: {refused}") from refused
    if found.get("status") != "paid":
        raise ProviderUnavailable(f"{payout_id[:40]!r} is not paid out.")
    try:
        return [_payout(found, reads.listed("payout_items", payout=payout_id))]
    except ValueError as bad:
        raise ProviderUnavailable(f"GoCardless' payout cannot be read: {bad}") from bad


def _arrived(payout: Document) -> date:
    return day_or_none(payout, "arrival_date") or instant(payout).date()


def _payout(payout: Document, items: list[dict[str, Any]]) -> Payout:
    payout_id, amount, code = text(payout, "id"), minor(payout), currency(payout)
    lines = [_line(f"{payout_id}:{number}", item, code) for number, item in enumerate(items, 1)]
    rest = amount - sum(line.net_minor for line in lines)
    if rest:
        # A cent of rounding, or what no item explains: either way it stands as a line of its own.
        lines.append(PayoutLine("adjustment", f"{payout_id}:rest", None, None, rest, 0, rest, code))
    return Payout(payout_id, amount, code, _arrived(payout), tuple(lines))


def _line(line_id: str, item: Document, code: str) -> PayoutLine:
    kind = _KINDS.get(text(item, "type"), "adjustment")
    net = _rounded(item)
    return PayoutLine(
        kind=kind,
        line_id=line_id,
        provider_id=link(item, "payment"),
        reference=None,
        gross_minor=0 if kind == "fee" else net,
        fee_minor=-net if kind == "fee" else 0,
        net_minor=net,
        currency=code,
        refund_id=link(item, "refund"),
    )


def _rounded(item: Document) -> int:
    value = item.get("amount")
    try:
        exact = Decimal(value if isinstance(value, int) else text(item, "amount"))
        return int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    except InvalidOperation as bad:
        raise NotReadable("'amount' is not a number") from bad
