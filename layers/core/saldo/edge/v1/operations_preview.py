"""The operation that looks ahead, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1.operation import AUTH, Operation, Reply
from saldo.edge.v1.preview import PreviewAnswer, PreviewQuery
from saldo.edge.v1.refusals import CursorNotValid, ParameterNotValid
from saldo.reminders.preview import PreviewDay

PREVIEW: dict[str, Any] = {
    "as_of": "2026-12-04",
    "items": [
        {
            "account": "D-1042",
            "name": "Example Bakery Ltd",
            "policy": "de-business",
            "messages": [
                {
                    "message": "reminder-1",
                    "step": "2",
                    "channel": "email",
                    "to": "invoices@bakery.example",
                    "currency": "EUR",
                    "asks_for": "140.00",
                    "items": [
                        {
                            "invoice": "2026/0815",
                            "stage": 2,
                            "open": "140.00",
                            "disputed": "0.00",
                            "charges": [
                                {"kind": "flat-sum", "amount": "40.00", "ground": "§ 288 (5) BGB"}
                            ],
                            "refused": [],
                        }
                    ],
                    "lists_too": 0,
                    "passed": [],
                    "stopped_by": [],
                    "text": None,
                }
            ],
            "messages_more": 0,
            "kept_back": [
                {
                    "invoice": "2026/0816",
                    "outcome": "hold",
                    "reason": "pause",
                    "sentence": "Stage 1 is due and held back: ERP paused it: The goods are being "
                    "checked.",
                    "open": "50.00",
                    "currency": "EUR",
                    "next_look": "2026-12-11",
                }
            ],
            "kept_back_more": 0,
            "problem": "",
        }
    ],
    "looks_at_all": False,
    "cursor": None,
}

PREVIEW_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "preview",
        "GET",
        "/v1/preview",
        "Invoices",
        "Who would get what on a day, or why not?",
        "Asks the planner as a run on that day would, on the facts of now. Nothing is written and "
        "nothing sent. Without `account`, the accounts that are due by then, those due first at "
        "the top: keep asking with `cursor` until it is null. After a policy or the segments "
        "changed that is every account, as the run looks at all (`looks_at_all`). In shadow, and "
        "while sending is off, it shows what would go, and says in `stopped_by` that it waits.",
        "collection:read",
        (Reply(200, "A page of accounts.", PreviewAnswer, {"one": PREVIEW}),),
        (*AUTH, ParameterNotValid, CursorNotValid, PreviewDay, AccountUnknown),
        query=PreviewQuery,
    ),
)
