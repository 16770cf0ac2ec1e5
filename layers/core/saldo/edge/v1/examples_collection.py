"""The examples about collection. Every one of them is tested against its schema."""

from __future__ import annotations

from typing import Any

PROMISE_BODY: dict[str, Any] = {
    "id": "PTP-31",
    "invoices": ["2026/0815"],
    "amount": "50.00",
    "currency": "EUR",
    "on": "2026-11-27",
    "note": "On the telephone, accounts payable",
}
PROMISE: dict[str, Any] = {
    "id": "PTP-31",
    "account": "D-1042",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "amount": "50.00",
    "on": "2026-11-27",
    "state": "open",
    "paid": "0.00",
    "reminders_wait_until": "2026-12-01",
    "note": "On the telephone, accounts payable",
    "by": "ERP",
    "given_at": "2026-11-21T09:12:00.000000Z",
    "ended_at": None,
}
PROMISES: dict[str, Any] = {
    "items": [PROMISE],
    "reliability": {"kept": 2, "part_kept": 1, "broken": 1, "kept_percent": 62},
}
PROMISE_END: dict[str, Any] = {"account": "D-1042", "id": "PTP-31"}
PROMISE_WITHDRAWN: dict[str, Any] = {
    **PROMISE,
    "state": "withdrawn",
    "ended_at": "2026-11-23T10:00:00.000000Z",
}
DISPUTE_BODY: dict[str, Any] = {
    "id": "DSP-7",
    "invoice": "2026/0815",
    "lines": [{"ref": "3", "amount": "19.00"}],
    "currency": "EUR",
    "reason": "quantity",
    "text": "Two cartridges of line 3 were missing",
    "owner": "Warehouse",
    "deadline": "2026-12-05",
}
DISPUTE: dict[str, Any] = {
    "id": "DSP-7",
    "account": "D-1042",
    "invoice": "2026/0815",
    "currency": "EUR",
    "amount": "19.00",
    "lines": [{"ref": "3", "amount": "19.00"}],
    "files": [],
    "reason": "quantity",
    "text": "Two cartridges of line 3 were missing",
    "owner": "Warehouse",
    "deadline": "2026-12-05",
    "overdue": False,
    "state": "open",
    "agreed": "0.00",
    "credit_note_expected_until": None,
    "outcome": "",
    "by": "ERP",
    "opened_at": "2026-11-21T09:15:00.000000Z",
    "ended_at": None,
}
DISPUTE_SETTLE: dict[str, Any] = {
    "account": "D-1042",
    "id": "DSP-7",
    "agreed": "9.50",
    "currency": "EUR",
    "credit_note": True,
    "text": "One of the two was missing",
}
DISPUTE_SETTLED: dict[str, Any] = {
    **DISPUTE,
    "state": "settled",
    "agreed": "9.50",
    "credit_note_expected_until": "2026-12-08",
    "outcome": "One of the two was missing",
    "ended_at": "2026-11-23T10:00:00.000000Z",
}
DISPUTE_REJECT: dict[str, Any] = {
    "account": "D-1042",
    "id": "DSP-7",
    "text": "The delivery note was signed for all of it",
}
DISPUTE_REJECTED: dict[str, Any] = {
    **DISPUTE,
    "state": "rejected",
    "outcome": "The delivery note was signed for all of it",
    "ended_at": "2026-11-23T10:00:00.000000Z",
}
DISPUTE_END: dict[str, Any] = {"account": "D-1042", "id": "DSP-7"}
DISPUTE_WITHDRAWN: dict[str, Any] = {
    **DISPUTE,
    "state": "withdrawn",
    "ended_at": "2026-11-23T10:00:00.000000Z",
}
PLAN_BODY: dict[str, Any] = {
    "id": "PLAN-4",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "instalments": [
        {"due_on": "2026-12-15", "amount": "50.00"},
        {"due_on": "2027-01-15", "amount": "50.00"},
    ],
    "state": "proposed",
}
PLAN: dict[str, Any] = {
    "id": "PLAN-4",
    "account": "D-1042",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "amount": "100.00",
    "instalments": [
        {"due_on": "2026-12-15", "amount": "50.00", "reference": None},
        {"due_on": "2027-01-15", "amount": "50.00", "reference": None},
    ],
    "mandate": None,
    "state": "proposed",
    "by": "ERP",
    "created_at": "2026-11-21T09:20:00.000000Z",
    "ended_at": None,
    "ended_by": None,
    "ended_reason": None,
}
PLAN_ACTIVE: dict[str, Any] = {
    **PLAN,
    "instalments": [
        {"due_on": "2026-12-15", "amount": "50.00", "reference": "RF41PRFFLD5GNOXGE"},
        {"due_on": "2027-01-15", "amount": "50.00", "reference": "RF91PKJL32Z6P7J6D"},
    ],
    "state": "active",
}
PLAN_CHOICE: dict[str, Any] = {"account": "D-1042", "id": "PLAN-4"}
PLAN_END: dict[str, Any] = {**PLAN_CHOICE, "reason": "The customer pays at once after all"}
PLAN_CANCELLED: dict[str, Any] = {
    **PLAN,
    "state": "cancelled",
    "ended_at": "2026-11-23T10:00:00.000000Z",
    "ended_by": "ERP",
    "ended_reason": "The customer pays at once after all",
}
CASE_BODY: dict[str, Any] = {
    "id": "CASE-2",
    "invoices": ["2026/0815"],
    "kind": "agency",
    "handed_to": "Example Collections GmbH",
    "reason": "Last reminder without an answer",
}
CASE: dict[str, Any] = {
    "id": "CASE-2",
    "account": "D-1042",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "amount": "100.00",
    "kind": "agency",
    "handed_to": "Example Collections GmbH",
    "reference": "",
    "reason": "Last reminder without an answer",
    "state": "open",
    "paid": "0.00",
    "reports": [],
    "file": None,
    "by": "ERP",
    "opened_at": "2026-11-21T09:25:00.000000Z",
    "ended_at": None,
}
CASE_FILE: dict[str, Any] = {
    "sha256": "3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea",
    "bytes": 148213,
    "made_at": "2026-11-21T09:25:07.000000Z",
}
CASE_FILE_LINK: dict[str, Any] = {
    "url": "https://saldo-case-files.s3.eu-central-1.amazonaws.com/acme/D-1042/"
    "CASE-2-3f79bb7b435b0532.zip?X-Amz-Expires=300",
    "expires_at": "2026-11-21T10:05:00.000000Z",
    "file": CASE_FILE,
}
CASE_STATUS: dict[str, Any] = {
    "account": "D-1042",
    "case": "CASE-2",
    "id": "R-1",
    "state": "part-paid",
    "on": "2026-11-20",
    "paid": "40.00",
    "currency": "EUR",
    "reference": "EC-99120",
    "text": "First instalment reached us",
}
CASE_TOLD: dict[str, Any] = {
    **CASE,
    "file": CASE_FILE,
    "reference": "EC-99120",
    "state": "part-paid",
    "paid": "40.00",
    "reports": [
        {
            "id": "R-1",
            "state": "part-paid",
            "on": "2026-11-20",
            "paid": "40.00",
            "text": "First instalment reached us",
            "at": "2026-11-21T11:00:00.000000Z",
            "by": "Example Collections",
        }
    ],
}
MANDATE: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "account": "D-1042",
    "provider": "gocardless",
    "state": "active",
    "kind": "plan",
    "consent": "I authorise Example Filters GmbH to collect these instalments …",
    "given_at": "2026-11-20T18:02:00.000000Z",
    "created_at": "2026-11-20T18:02:00.000000Z",
    "ended_at": None,
    "ended_by": None,
    "ended_reason": None,
}
SCHEDULED_PAYMENT: dict[str, Any] = {
    "id": "PLAN-4-1",
    "account": "D-1042",
    "mandate": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "plan": "PLAN-4",
    "invoices": ["2026/0815"],
    "currency": "EUR",
    "amount": "50.00",
    "charge_on": "2026-12-15",
    "state": "planned",
    "payment": None,
    "failure": None,
    "created_at": "2026-11-20T18:03:00.000000Z",
    "ended_at": None,
}
