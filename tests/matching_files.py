"""A generated month as the files that `saldo match` reads: a statement in MT940, and the book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from saldo.matching.model import OpenItem
from saldo.money import format_amount
from saldo.statements.model import Entry
from tests.matching_months import Month

_LINE = 27
_PURPOSE = (*range(20, 30), *range(60, 64))


def as_mt940(month: Month) -> str:
    """Return the month as one statement; entries come in their order, so they get ids 1, 2, 3."""
    total = sum(each.amount_minor for each in month.entries)
    lines = [":20:NOVEMBER", ":25:12030000/1234567890", ":28C:11/1", ":60F:C261031EUR0,"]
    for entry in month.entries:
        lines += _booking(entry)
    sign = "C" if total >= 0 else "D"
    return "\n".join([*lines, f":62F:{sign}261130EUR{_comma(total)}", "-", ""])


def _booking(entry: Entry) -> Iterator[str]:
    day = entry.booked_on
    assert day is not None
    sign = "C" if entry.amount_minor > 0 else "D"
    yield f":61:{day:%y%m%d%m%d}{sign}{_comma(entry.amount_minor)}NTRFNONREF"
    references, party = entry.references, entry.counterparty
    text = f"EREF+{references.end_to_end_id or 'NOTPROVIDED'}"
    text = text.ljust(-(-len(text) // _LINE) * _LINE)
    for charge in entry.charges:
        told = f"COAM+EUR{_comma(charge.amount_minor)}"
        text += told.ljust(_LINE)
    words = references.creditor_reference or entry.remittance.replace("\n", " ")
    text += "SVWZ+" + words
    pieces = [text[at : at + _LINE] for at in range(0, len(text), _LINE)][: len(_PURPOSE)]
    fields = [f"?{code}{piece}" for code, piece in zip(_PURPOSE, pieces, strict=False)]
    fields += [f"?31{party.iban}", f"?32{party.name[:27]}", f"?33{party.name[27:54]}"]
    yield f":86:{entry.code.gvc or '166'}?00BUCHUNG" + "".join(fields)


def as_open_items(month: Month) -> dict[str, Any]:
    """Return the month's book as the JSON that `saldo match` takes."""
    accounts = [
        {
            "id": each.id,
            "names": each.names,
            "ibans": each.ibans,
            "customer_numbers": each.customer_numbers,
        }
        for each in month.accounts
    ]
    return {"open_items": [_item(each) for each in month.items], "accounts": accounts}


def _item(item: OpenItem) -> dict[str, Any]:
    def amount(minor: int) -> str:
        return format_amount(minor, item.currency)

    return {
        "id": item.id,
        "number": item.number,
        "account": item.account,
        "amount": amount(item.amount_minor),
        "open": amount(item.open_minor),
        "issued_on": str(item.issued_on),
        "due_on": str(item.due_on),
        "kind": item.kind,
        "references": item.references,
        "costs_open": amount(item.costs_open_minor),
        "discounts": [
            {"until": str(each.until), "percent": each.percent} for each in item.discounts
        ],
        "paid": [
            {
                "id": each.id,
                "amount": amount(each.amount_minor),
                "paid_on": str(each.paid_on),
                "iban": each.iban,
                "references": each.references,
            }
            for each in item.paid
        ],
    }


def _comma(minor: int) -> str:
    return f"{abs(minor) // 100},{abs(minor) % 100:02d}"
