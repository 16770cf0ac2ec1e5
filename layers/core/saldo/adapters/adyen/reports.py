"""Adyen's settlement detail report, a CSV file per batch, as a payout.

One row is one movement; the row of type MerchantPayout is what went to the bank. GC columns are in
the payer's currency, NC columns in the payout's. A line's net is Net Credit less Net Debit (NC).
Where both currencies are the same, gross is Gross Credit less Gross Debit (GC) and the fee the
difference; else the fee is the sum of the fee columns (NC) and the gross what net and fee make.
Source: https://docs.adyen.com/reporting/settlement-reconciliation/transaction-level/settlement-details-report
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final, Literal

from saldo.adapters.adyen.fields import NotReadable
from saldo.money import decimals_of, parse_amount
from saldo.payments.told import Payout, PayoutLine

BYTES_MAX: Final = 50_000_000
"""A larger report is refused: it would not fit the memory, nor the time, of one run."""
ROWS_MAX: Final = 250_000
_PAYOUT: Final = "MerchantPayout"
_FEES: Final = (
    "Commission (NC)",
    "Markup (NC)",
    "Scheme Fees (NC)",
    "Interchange (NC)",
    "Payment Fees (NC)",
)
_NEEDED: Final = frozenset(
    {"Psp Reference", "Merchant Reference", "Creation Date", "Type", "Modification Reference",
     "Gross Currency", "Gross Debit (GC)", "Gross Credit (GC)", "Net Currency", "Net Debit (NC)",
     "Net Credit (NC)", "Batch Number"}
)  # fmt: skip
_Kind = Literal["payment", "refund", "chargeback", "chargeback-reversed", "fee", "adjustment"]
_KINDS: Final[dict[str, _Kind]] = {
    "Settled": "payment",
    "Refunded": "refund",
    "Chargeback": "chargeback",
    "SecondChargeback": "chargeback",
    "ChargebackReversed": "chargeback-reversed",
    "Fee": "fee",
    "MiscCosts": "fee",
    "PaymentCost": "fee",
    "InvoiceDeduction": "fee",
}
"""What is not here (transfers between batches, deposits, reversed refunds) is an adjustment."""


@dataclass(slots=True)
class _Paid:
    """What a report says of one currency so far."""

    lines: list[PayoutLine] = field(default_factory=list)
    amount_minor: int = 0
    arrives_on: date | None = None


def payouts_of(payout_id: str, report: bytes) -> list[Payout]:
    """Return what a settlement detail report paid out, one payout per currency, by its code.

    The lines of each sum to its amount. `payout_id` is the file's name. The file is read row by
    row: only the lines are kept. Raises NotReadable or one of money's refusals.
    """
    paid: dict[str, _Paid] = {}
    batches = set()
    for place, row in enumerate(_rows(report), 1):
        currency = row["Net Currency"]
        batches.add(row["Batch Number"])
        if len(batches) != 1:
            raise NotReadable("the report is not of one batch")
        part = paid.setdefault(currency, _Paid())
        if row["Type"] == _PAYOUT:
            part.amount_minor -= _net_minor(row, currency)
            part.arrives_on = _day(row["Creation Date"])
        else:
            part.lines.append(_line(place, row, payout_id, currency))
    if not paid:
        raise NotReadable("the report is empty")
    return [_payout(payout_id, currency, part) for currency, part in sorted(paid.items())]


def _payout(payout_id: str, currency: str, part: _Paid) -> Payout:
    if part.amount_minor != sum(line.net_minor for line in part.lines):
        raise NotReadable("the report's lines do not sum to what it paid out")
    return Payout(payout_id, part.amount_minor, currency, part.arrives_on, tuple(part.lines))


def _rows(report: bytes) -> Iterator[Mapping[str, str]]:
    try:
        text = io.TextIOWrapper(io.BytesIO(report), "utf-8-sig", newline="")
        reader = csv.DictReader(text, strict=True)
        if missing := _NEEDED - set(reader.fieldnames or ()):
            raise NotReadable(f"the report lacks the columns {', '.join(sorted(missing))}")
        for number, row in enumerate(reader, 1):
            # A short row has None for a value, a long one None for a name.
            if None in row or None in row.values():
                raise NotReadable(f"row {reader.line_num} has not as many fields as the heading")
            if number > ROWS_MAX:
                raise NotReadable(f"the report has more than {ROWS_MAX} rows")
            yield row
    except (UnicodeDecodeError, csv.Error) as bad:
        raise NotReadable("the report is not a CSV file in UTF-8") from bad


def _line(place: int, row: Mapping[str, str], payout_id: str, currency: str) -> PayoutLine:
    kind = _KINDS.get(row["Type"], "adjustment")
    net_minor = _net_minor(row, currency)
    if kind == "fee":
        gross_minor = 0
    elif row["Gross Currency"] == currency:
        gross_minor = _difference(row, "Gross Credit (GC)", "Gross Debit (GC)", currency)
    else:
        gross_minor = net_minor + _fees_minor(row, currency)
    modification = row["Modification Reference"] or row["Psp Reference"]
    return PayoutLine(
        kind=kind,
        line_id=f"{modification}:{row['Type']}" if modification else f"{payout_id}:{place}",
        provider_id=row["Psp Reference"] or None,
        reference=row["Merchant Reference"] or None,
        gross_minor=gross_minor,
        fee_minor=gross_minor - net_minor,
        net_minor=net_minor,
        currency=currency,
        refund_id=row["Modification Reference"] or None if kind == "refund" else None,
    )


def _net_minor(row: Mapping[str, str], currency: str) -> int:
    return _difference(row, "Net Credit (NC)", "Net Debit (NC)", currency)


def _difference(row: Mapping[str, str], credit: str, debit: str, currency: str) -> int:
    return parse_amount(row[credit] or "0", currency) - parse_amount(row[debit] or "0", currency)


def _fees_minor(row: Mapping[str, str], currency: str) -> int:
    try:
        total = sum((Decimal(row[name]) for name in _FEES if row.get(name)), Decimal(0))
        return int((total * 10 ** decimals_of(currency)).to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError) as bad:
        raise NotReadable("a fee is not a number") from bad


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
