"""The examples of the API's description. Every one of them is tested against its schema."""

from __future__ import annotations

from typing import Any

ACCOUNT_RECORD: dict[str, Any] = {
    "number": "D-1042",
    "name": "Example Bakery GmbH",
    "kind": "business",
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "contacts": [
        {"name": "Accounts payable", "email": "invoices@bakery.example", "role": "billing"}
    ],
    "region": "DE-BY",
    "address": {
        "lines": ["Beispielweg 1"],
        "postal_code": "80331",
        "city": "München",
        "country": "DE",
    },
    "reference": "Lieferant 77",
    "size": "small",
    "industry": "food",
    "risk_class": "B",
    "labels": ["key account"],
    "follow_up": "automatic",
    "policy": None,
    "payment_terms": {"net_days": 14, "text": "14 days net"},
    "credit_limit": {"amount": "5000.00", "currency": "EUR"},
    "parent": None,
    "custom": {"sales_area": "South"},
}
ACCOUNT: dict[str, Any] = {
    **ACCOUNT_RECORD,
    "contacts": [
        {
            "name": "Accounts payable",
            "email": "invoices@bakery.example",
            "phone": None,
            "role": "billing",
            "email_state": "ok",
            "address": None,
        }
    ],
    "preferred_channel": None,
    "corrected": [],
    "updated_at": "2026-11-02T08:15:00.000000Z",
    "version": 1,
}
INVOICE_RECORD: dict[str, Any] = {
    "number": "2026/0815",
    "account": "D-1042",
    "issued_on": "2026-11-02",
    "due_on": "2026-11-16",
    "currency": "EUR",
    "amount": "119.00",
    "description": "Filter cartridges, 12 pieces",
    "order_reference": "PO 4711",
    "payment_terms": "7 days 2 %, 14 days net",
    "due_date_agreed": True,
    "discounts": [{"until": "2026-11-09", "percent": "2"}],
    "erp_version": 3,
}
INVOICE: dict[str, Any] = {
    "number": "2026/0815",
    "account": "D-1042",
    "state": "partly-settled",
    "issued_on": "2026-11-02",
    "due_on": "2026-11-16",
    "currency": "EUR",
    "amount": "119.00",
    "charged": "0.00",
    "open": "100.00",
    "open_costs": "0.00",
    "open_interest": "0.00",
    "description": "Filter cartridges, 12 pieces",
    "order_reference": "PO 4711",
    "payment_terms": "7 days 2 %, 14 days net",
    "payment_reference": None,
    "due_date_agreed": True,
    "received_on": None,
    "consumer_notice_given": False,
    "already_sent": False,
    "opening": None,
    "discounts": [{"until": "2026-11-09", "percent": "2", "amount": None, "basis": None}],
    "erp_version": 3,
    "erp_updated_at": None,
    "withdrawn": None,
    "closed_on": None,
    "episode": 1,
    "updated_at": "2026-11-09T14:03:27.418000Z",
    "version": 2,
}
INVOICE_NEW: dict[str, Any] = {
    **INVOICE,
    "state": "open",
    "open": "119.00",
    "updated_at": "2026-11-02T08:16:11.902000Z",
    "version": 1,
}
CREDIT_NOTE_RECORD: dict[str, Any] = {
    "number": "CN-2026-17",
    "invoice": "2026/0815",
    "issued_on": "2026-11-09",
    "currency": "EUR",
    "amount": "19.00",
    "reason": "Two cartridges were returned",
}
CREDIT_NOTE: dict[str, Any] = {
    **CREDIT_NOTE_RECORD,
    "account": "D-1042",
    "applied": "19.00",
    "credit": "0.00",
    "updated_at": "2026-11-09T14:03:27.418000Z",
}
PUSHED: dict[str, Any] = {
    "success": False,
    "counts": {"accepted": 1, "unchanged": 1, "refused": 1},
    "results": [
        {"index": 0, "id": "2026/0815", "status": "accepted"},
        {"index": 1, "id": "2026/0816", "status": "unchanged"},
        {
            "index": 2,
            "id": "2026/0817",
            "status": "refused",
            "problem": {
                "code": "amount-too-precise",
                "detail": "'119.005' has more decimals than EUR knows (2).",
                "pointer": "/records/2/amount",
            },
        },
    ],
}
PAY_LINKS: dict[str, Any] = {
    "success": True,
    "counts": {"accepted": 1, "unchanged": 0, "refused": 0},
    "results": [
        {
            "index": 0,
            "id": "2026/0815",
            "status": "accepted",
            "invoice": "2026/0815",
            "url": "https://pay.example.com/p/1mZQ0aRrE3uJ8xkqYwVt5g",
            "qr_svg": '<svg viewBox="0 0 41 41" class="segno">…</svg>',
        }
    ],
}
HOLD_ORDER: dict[str, Any] = {
    "on": "invoice",
    "number": "2026/0815",
    "reason": "The goods are being checked",
    "until": "2026-12-01",
}
HOLD: dict[str, Any] = {
    "id": "01M6K2J7C0ZB6V1S8Q4T9XW3FA",
    "on": "invoice",
    "number": "2026/0815",
    "account": "D-1042",
    "kind": "pause",
    "held": None,
    "currency": None,
    "more_numbers": [],
    "reason": "The goods are being checked",
    "owner": "ERP",
    "placed_by": "ERP",
    "placed_at": "2026-11-18T09:20:00.000000Z",
    "until": "2026-12-01",
    "ended_at": None,
    "ended_by": None,
}
HOLD_ENDED: dict[str, Any] = {
    **HOLD,
    "ended_at": "2026-11-20T16:45:00.000000Z",
    "ended_by": "ERP",
}
WEBHOOK_ORDER: dict[str, Any] = {
    "url": "https://erp.example.com/saldo",
    "events": ["payment.settled", "invoice."],
}
WEBHOOK: dict[str, Any] = {
    "id": "01M5Y3D2N8R7K4E6H1PZ0GQVTC",
    "url": "https://erp.example.com/saldo",
    "events": ["payment.settled", "invoice."],
    "active": True,
    "created_at": "2026-11-02T08:00:00.000000Z",
}
WEBHOOK_CREATED: dict[str, Any] = {
    **WEBHOOK,
    "secret": "whsec_ZXhhbXBsZSBzZWNyZXQsIG5vdCBpbiB1c2UgYW55d2hlcmU=",
}
WEBHOOK_EVENT: dict[str, Any] = {
    "id": "01M6ZT4B5Q2X9C7F0D3W8N6JRE",
    "type": "payment.settled",
    "timestamp": "2026-11-20T11:31:08.204000Z",
    "creditor": "filters",
    "account": "D-1042",
    "data": {
        "payment": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
        "invoice": "2026/0815",
        "provider": "sandbox",
        "currency": "EUR",
        "amount": "100.00",
        "allocated": "100.00",
        "credit": "0.00",
        "received_on": "2026-11-20",
        "method": "card",
        "failure": None,
    },
}
WHY: dict[str, Any] = {
    "invoice": INVOICE,
    "decisions": [
        {
            "day": "2026-11-18",
            "sentence": "2026-11-18: Stage 1 was sent by email to invoices@bakery.example (now "
            "delivered): 100.00 EUR was open, due on 2026-11-16, and policy "
            "plain-2-18-34 (version 1) sends it 2 days after, so from 2026-11-18.",
            "outcome": "send",
            "reason": "stage-due",
            "facts": {
                "open": "100.00",
                "currency": "EUR",
                "due_on": "2026-11-16",
                "offset_days": 2,
                "stage_due_on": "2026-11-18",
                "policy_version": 1,
            },
        }
    ],
    "next": {
        "day": "2026-11-20",
        "sentence": "Stage 2 goes on 2026-12-04 if 100.00 EUR is still open then.",
        "outcome": "not-yet",
        "reason": "stage-ahead",
        "facts": {
            "open": "100.00",
            "currency": "EUR",
            "due_on": "2026-11-16",
            "offset_days": 18,
            "stage_due_on": "2026-12-04",
            "last_stage_on": "2026-11-18",
            "policy_version": 1,
        },
    },
}
CREDITOR: dict[str, Any] = {
    "id": "filters",
    "name": "Example Filters GmbH",
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "policy": "plain-2-18-34",
    "state": "live",
    "sending": True,
    "schedule": "automatic",
    "notices_per_day_max": None,
    "key": {
        "id": "01M5Y2Z6T1A9J3C8B7X0F4MHWN",
        "name": "ERP",
        "scopes": ["accounts:read", "accounts:write", "invoices:read", "invoices:write"],
    },
}
PROBLEM: dict[str, Any] = {
    "type": "urn:saldo:problem:account-unknown",
    "title": "Not found",
    "status": 404,
    "code": "account-unknown",
    "detail": "There is no account 'D-1043'.",
    "pointer": "/account",
}


def page(item: dict[str, Any]) -> dict[str, Any]:
    """Return a list of one, with more to come."""
    return {"items": [item], "cursor": "MjAyNi0xMS0wOVQxNDowMzoyNy40MTgwMDBaI2ZpbHRlcnM"}
