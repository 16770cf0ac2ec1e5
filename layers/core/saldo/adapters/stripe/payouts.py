"""Stripe's payouts, line by line, from the balance transactions that each settles.

https://docs.stripe.com/api/balance_transactions/list (`payout`): only automatic payouts have lines.
A payout that was made by hand takes an amount out of the balance, not transactions: it comes as one
line of kind "adjustment".
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal

from saldo.adapters.stripe.api import StripeApi, StripeRefused
from saldo.adapters.stripe.documents import (
    PAYMENT,
    currency,
    document,
    expanded,
    id_of,
    instant,
    metadata,
    minor,
    text,
)
from saldo.errors import Invalid
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Payout, PayoutLine

Kind = Literal["payment", "refund", "chargeback", "chargeback-reversed", "fee", "adjustment"]

_KINDS: Final[dict[str, Kind]] = {
    "charge": "payment",
    "refund": "refund",
    "partial_capture_reversal": "refund",
    "dispute": "chargeback",
    "dispute_reversal": "chargeback-reversed",
    "fee": "fee",
}
"""By reporting category (https://docs.stripe.com/reports/reporting-categories)."""
_ID: Final = re.compile(r"po_[A-Za-z0-9]{1,250}")
_OWN: Final = frozenset({"payout", "payout_reversal"})
"""The payout's own movement of the balance, the counterpart of its lines."""


def payouts_since(api: StripeApi, since: date) -> list[Payout]:
    """Return the paid payouts that arrived on or after `since`; raise ProviderUnavailable."""
    midnight = int(datetime.combine(since, time.min, UTC).timestamp())
    try:
        found = list(api.pages("payouts", status="paid", arrival_date={"gte": midnight}))
        paid = [_payout(api, document(one)) for one in found]
    except (StripeRefused, ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"Stripe's payouts cannot be read: {bad}") from bad
    return sorted(paid, key=lambda one: (one.arrives_on or date.min, one.payout_id))


def payout_by_id(api: StripeApi, payout_id: str) -> list[Payout]:
    """Return a payout, nothing if there is none.

    Raises ProviderUnavailable, also before it is paid.
    """
    if not _ID.fullmatch(payout_id):
        return []
    try:
        found = api.get(f"payouts/{payout_id}")
        if found.get("status") != "paid":
            raise ProviderUnavailable(f"{payout_id} is not paid out.")
        return [_payout(api, found)]
    except StripeRefused as refused:
        if refused.status == 404:
            return []
        raise ProviderUnavailable(f"Stripe's payout cannot be read: {refused}") from refused
    except (ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"Stripe's payout cannot be read: {bad}") from bad


def _payout(api: StripeApi, payout: dict[str, Any]) -> Payout:
    payout_id, amount = text(payout, "id"), minor(payout, "amount")
    lines: list[PayoutLine] = []
    if payout.get("automatic") is True:
        transactions = api.pages("balance_transactions", payout=payout_id, expand=["data.source"])
        lines = [_line(one) for one in transactions if one.get("reporting_category") not in _OWN]
    rest = amount - sum(line.net_minor for line in lines)
    if rest:
        # Never hidden: what the lines do not explain stands as a line of its own.
        lines.append(
            PayoutLine(
                "adjustment",
                f"{payout_id}:unexplained",
                None,
                None,
                rest,
                0,
                rest,
                currency(payout),
            )
        )
    return Payout(
        payout_id, amount, currency(payout), instant(payout, "arrival_date").date(), tuple(lines)
    )


def _line(transaction: dict[str, Any]) -> PayoutLine:
    source = expanded(transaction, "source") or {}
    kind = _KINDS.get(str(transaction.get("reporting_category")), "adjustment")
    charge = text(source, "id") if kind == "payment" and source else None
    gross, fee, net = (minor(transaction, name) for name in ("amount", "fee", "net"))
    if kind == "fee":
        # Stripe books its invoices as movements of their own; to us they are fee and nothing else.
        gross, fee = 0, -net
    return PayoutLine(
        kind=kind,
        line_id=text(transaction, "id"),
        provider_id=(id_of(source, "payment_intent") or charge) if source else None,
        # Stripe copies a PaymentIntent's metadata to its charge; our refunds carry it as well.
        reference=metadata(source, PAYMENT),
        gross_minor=gross,
        fee_minor=fee,
        net_minor=net,
        currency=currency(transaction),
        refund_id=text(source, "id") if kind == "refund" and source else None,
    )
