"""The sample company of the demonstration, obviously made up, with invoices around today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from saldo.accounts.model import Creditor

Plain = dict[str, Any]

CREDITOR = Creditor(
    id="musterwerk",
    name="Musterwerk GmbH",
    country="DE",
    language="de",
    time_zone="Europe/Berlin",
    policy="plain-2-18-34",
    state="live",
    reply_to="buchhaltung@musterwerk.example",
    address=("Musterstraße 1", "12345 Musterstadt"),
    imprint="Ein Beispielunternehmen, kein echtes",
)

ACCOUNTS: tuple[Plain, ...] = (
    {
        "number": "10001",
        "name": "Beispiel Maschinenbau AG",
        "kind": "business",
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "contacts": [
            {"name": "Kreditorenbuchhaltung", "email": "rechnungen@beispiel-maschinenbau.example"},
        ],
    },
    {
        "number": "10002",
        "name": "Erika Mustermann",
        "kind": "consumer",
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "contacts": [{"name": "Erika Mustermann", "email": "erika@mustermann.example"}],
    },
    {
        "number": "10003",
        "name": "Example Trading Ltd",
        "kind": "business",
        "country": "IE",
        "language": "en",
        "time_zone": "Europe/Dublin",
        "contacts": [{"name": "Accounts payable", "email": "ap@example-trading.example"}],
    },
    {
        "number": "10004",
        "name": "Sam Sample",
        "kind": "consumer",
        "country": "GB",
        "language": "en",
        "time_zone": "Europe/London",
        "contacts": [{"name": "Sam Sample", "email": "sam@sample.example"}],
    },
)


def invoices(today: date) -> list[Plain]:
    """Return the sample invoices as an ERP pushes them; the first is the one to show.

    Due in ten days, soon, part credited, overdue by some days (sent by the ERP before), and one in
    another currency.
    """
    return [
        _invoice(
            today,
            "2026-1001",
            "10001",
            1190_00,
            -4,
            10,
            description="Wartung Fräszentrum, November",
            order_reference="B-4711",
            payment_terms="14 Tage netto",
            due_date_agreed=True,
        ),
        _invoice(
            today,
            "2026-1002",
            "10003",
            2480_50,
            -12,
            2,
            description="Spare parts, delivery 881",
            order_reference="PO 5521",
            payment_terms="14 days net",
            due_date_agreed=True,
        ),
        _invoice(
            today,
            "2026-1003",
            "10002",
            89_90,
            -7,
            7,
            description="Werkzeugsatz Basis",
            consumer_notice_given=True,
        ),
        _invoice(
            today,
            "2026-1004",
            "10001",
            536_00,
            -19,
            -5,
            already_sent=True,
            description="Ersatzteile, Lieferung 874",
            payment_terms="14 Tage netto",
        ),
        _invoice(
            today,
            "2026-1005",
            "10004",
            64_00,
            -3,
            11,
            currency="GBP",
            description="Tool set, basic",
        ),
    ]


def credit_notes(today: date) -> list[Plain]:
    """Return the sample credit note, which takes a part off one of the invoices."""
    return [
        {
            "number": "2026-G001",
            "invoice": "2026-1003",
            "issued_on": today.isoformat(),
            "currency": "EUR",
            "amount": "20.00",
            "reason": "Ein Teil kam beschädigt an.",
        }
    ]


def _invoice(
    today: date,
    number: str,
    account: str,
    amount_minor: int,
    issued_days: int,
    due_days: int,
    *,
    currency: str = "EUR",
    **more: Any,
) -> Plain:
    return {
        "number": number,
        "account": account,
        "currency": currency,
        "issued_on": (today + timedelta(days=issued_days)).isoformat(),
        "due_on": (today + timedelta(days=due_days)).isoformat(),
        "amount": f"{amount_minor // 100}.{amount_minor % 100:02d}",
        **more,
    }
