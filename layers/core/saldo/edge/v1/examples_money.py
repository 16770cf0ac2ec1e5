"""The examples of the API's description about money. Each is tested against its schema."""

from __future__ import annotations

from typing import Any

PAYMENT_TAKEN: dict[str, Any] = {
    "id": "K2-00417",
    "invoices": ["2026/0815"],
    "amount": "120.00",
    "currency": "EUR",
    "received_on": "2026-11-20",
    "method": "card-terminal",
}
ALLOCATION: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "invoice": "2026/0815",
    "currency": "EUR",
    "amount": "100.00",
    "principal": "100.00",
    "costs": "0.00",
    "interest": "0.00",
    "discount": "0.00",
    "allocated_at": "2026-11-20T11:31:08.204000Z",
    "by": "payer",
    "reason": "The payer designated the invoice (§366 BGB, art. 6:43 BW).",
    "taken_back_at": None,
    "taken_back_by": None,
    "taken_back_reason": None,
}
ALLOCATION_TAKEN_BACK: dict[str, Any] = {
    **ALLOCATION,
    "taken_back_at": "2026-11-21T08:02:44.120000Z",
    "taken_back_by": "ERP",
    "taken_back_reason": "It was meant for another invoice",
}
REFUND_ORDER: dict[str, Any] = {
    "id": "R-31",
    "payment": "filters:counter:K2-00417",
    "amount": "10.00",
    "currency": "EUR",
    "reason": "Paid too much",
}
REFUND: dict[str, Any] = {
    **REFUND_ORDER,
    "state": "done",
    "failure": None,
    "by": "ERP",
    "created_at": "2026-11-21T08:00:12.301000Z",
    "ended_at": "2026-11-21T08:00:13.007000Z",
}
REFUND_ASKED: dict[str, Any] = {**REFUND, "state": "asked", "ended_at": None}
PAYMENT: dict[str, Any] = {
    "id": "filters:counter:K2-00417",
    "your_id": "K2-00417",
    "account": "D-1042",
    "state": "settled",
    "provider": "counter",
    "provider_id": None,
    "method": "card-terminal",
    "currency": "EUR",
    "amount": "120.00",
    "allocated": "100.00",
    "credit": "20.00",
    "invoices": ["2026/0815"],
    "created_at": "2026-11-20T11:31:08.204000Z",
    "received_on": "2026-11-20",
    "settled_at": "2026-11-20T11:31:08.204000Z",
    "failure": None,
    "second_of": None,
    "returned": None,
    "allocations": [ALLOCATION],
    "refunds": [],
}
CREDIT: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "account": "D-1042",
    "currency": "EUR",
    "open": "20.00",
    "since": "2026-11-20",
}
CREDITS: dict[str, Any] = {
    "items": [CREDIT],
    "totals": [{"currency": "EUR", "open": "20.00"}],
}
ALLOCATION_ORDER: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "invoices": ["2026/0815"],
    "reason": "The customer agreed on the telephone",
}
TAKE_BACK_ORDER: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "invoice": "2026/0815",
    "reason": "It was meant for another invoice",
}
ALLOCATED: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "account": "D-1042",
    "credit": None,
    "allocations": [ALLOCATION],
    "open": [{"invoice": "2026/0815", "currency": "EUR", "open": "0.00"}],
}
TAKEN_BACK: dict[str, Any] = {
    "source": "payment#filters:counter:K2-00417",
    "account": "D-1042",
    "credit": {**CREDIT, "open": "120.00"},
    "allocations": [],
    "open": [{"invoice": "2026/0815", "currency": "EUR", "open": "100.00"}],
}
_FACT: dict[str, Any] = {
    "invoice": "2026/0815",
    "currency": "EUR",
    "on": "2026-11-20",
}
_BOOKED: dict[str, Any] = {"account": "D-1042", "open_costs": "5.00", "open_interest": "0.00"}
FEE_ORDER: dict[str, Any] = {
    **_FACT,
    "id": "F-7",
    "amount": "5.00",
    "kind": "returned-debit-cost",
    "reason": "The bank's charge for the debit that came back",
}
FEE: dict[str, Any] = {**FEE_ORDER, **_BOOKED, "fact": "fee", "open": "105.00"}
INTEREST_ORDER: dict[str, Any] = {
    **_FACT,
    "id": "I-7",
    "amount": "1.13",
    "reason": "Default interest of 2026-11-17 to 2026-11-20",
}
INTEREST: dict[str, Any] = {
    **INTEREST_ORDER,
    **_BOOKED,
    "fact": "interest",
    "open": "106.13",
    "open_interest": "1.13",
}
DISCOUNT_ORDER: dict[str, Any] = {
    **_FACT,
    "id": "D-7",
    "amount": "2.38",
    "vat": {"19": "0.38"},
    "reason": "2 % for payment within 8 days",
}
DISCOUNT: dict[str, Any] = {
    **{name: value for name, value in DISCOUNT_ORDER.items() if name != "vat"},
    **_BOOKED,
    "fact": "discount",
    "open": "97.62",
    "open_costs": "0.00",
}
WRITE_OFF_ORDER: dict[str, Any] = {
    **_FACT,
    "id": "W-7",
    "amount": "0.62",
    "reason": "Not worth a letter",
}
WRITE_OFF: dict[str, Any] = {
    **WRITE_OFF_ORDER,
    **_BOOKED,
    "fact": "write-off",
    "open": "97.00",
    "open_costs": "0.00",
}
