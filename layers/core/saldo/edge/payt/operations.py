"""Every operation that is answered under `/payt`: what it takes, what a key needs for it, and who
does it. The routes are made from this table, and docs/parity-payt.md is held to it by a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from saldo.accounts.api_keys import Scope

Way = Literal["list", "end", "show", "write", "change", "choose"]
"""list: the parameters of a list; end: the same, and what they name ends; show: an id in the path,
and `fields`; write: a body; change: an id in the path, and a body; choose: an id in the path says
it all."""

PREFIX: Final = "/payt"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path of theirs; `does` is "module.function" of this package."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    scope: Scope | None
    way: Way
    does: str
    status: int = 200

    @property
    def route(self) -> str:
        return PREFIX + self.path


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", "/v1/administrations", None, "list", "administrations.listed"),
    Operation("GET", "/v1/administrations/{record_id}", None, "show", "administrations.shown"),
    Operation("GET", "/v1/companies", None, "list", "administrations.companies"),
    Operation("GET", "/v1/companies/{record_id}", None, "show", "administrations.company"),
    Operation("GET", "/v1/debtors", "accounts:read", "list", "debtors.listed"),
    Operation("POST", "/v1/debtors", "accounts:write", "write", "debtors.push", 201),
    Operation("GET", "/v1/debtors/{record_id}", "accounts:read", "show", "debtors.shown"),
    Operation("GET", "/v1/contacts", "accounts:read", "list", "contacts.listed"),
    Operation("POST", "/v1/contacts", "accounts:write", "write", "contacts.push", 201),
    Operation("GET", "/v1/invoices", "invoices:read", "list", "invoices.listed"),
    Operation("POST", "/v1/invoices", "invoices:write", "write", "invoice_push.upsert", 201),
    Operation("PATCH", "/v1/invoices", "invoices:write", "write", "invoice_push.update"),
    Operation("GET", "/v1/invoices/{record_id}", "invoices:read", "show", "invoices.shown"),
    Operation("GET", "/v1/invoices/deleted", "invoices:read", "list", "invoices.deleted"),
    Operation("PATCH", "/v1/invoices/block", "holds:write", "write", "invoices.block"),
    Operation("PATCH", "/v1/invoices/resume", "holds:write", "write", "invoices.resume"),
    Operation("GET", "/v1/payments", "payments:read", "list", "payments.listed"),
    Operation("GET", "/v1/payments/deleted", "payments:read", "list", "payments.deleted"),
    Operation("GET", "/v1/psp_transactions", "payments:read", "list", "payments.transactions"),
    Operation(
        "GET", "/v1/psp_transactions/{record_id}", "payments:read", "show", "payments.transaction"
    ),
    Operation("GET", "/v1/psp_mandates", "collection:read", "list", "agreements.mandates"),
    Operation("DELETE", "/v1/psp_mandates", "collection:write", "end", "mandate_ends.end"),
    Operation(
        "GET", "/v1/psp_mandates/deleted", "collection:read", "list", "agreements.none_deleted"
    ),
    Operation("GET", "/v1/credit_cases", "collection:read", "list", "agreements.cases"),
    Operation("GET", "/v1/credit_cases/{record_id}", "collection:read", "show", "agreements.case"),
    Operation(
        "GET", "/v1/credit_cases/deleted", "collection:read", "list", "agreements.none_deleted"
    ),
    Operation("GET", "/v1/payment_plans", "collection:read", "list", "agreements.plans"),
    Operation(
        "POST", "/v1/payment_plans", "collection:write", "write", "agreements.make_plan", 201
    ),
    Operation("GET", "/v1/payment_plans/{record_id}", "collection:read", "show", "agreements.plan"),
    Operation(
        "GET", "/v1/payment_plans/deleted", "collection:read", "list", "agreements.none_deleted"
    ),
    Operation(
        "PATCH",
        "/v1/payment_plans/{record_id}/approve",
        "collection:write",
        "choose",
        "agreements.approve",
    ),
    Operation(
        "PATCH",
        "/v1/payment_plans/{record_id}/reject",
        "collection:write",
        "choose",
        "agreements.reject",
    ),
    Operation(
        "PATCH",
        "/v1/payment_plans/{record_id}/deactivate",
        "collection:write",
        "choose",
        "agreements.deactivate",
    ),
    Operation("GET", "/v1/messages", "collection:read", "list", "messages.messages"),
    Operation("POST", "/v1/messages", "collection:write", "write", "messages.send"),
    Operation("GET", "/v1/messages/{record_id}", "collection:read", "show", "messages.message"),
    Operation("GET", "/v1/notes", "collection:read", "list", "notes.listed"),
    Operation("GET", "/v1/notifications", "collection:read", "list", "messages.notifications"),
    Operation(
        "GET", "/v1/notifications/{record_id}", "collection:read", "show", "messages.notification"
    ),
    Operation("GET", "/v1/tasks", "collection:read", "list", "messages.tasks"),
    Operation("GET", "/v1/tasks/{record_id}", "collection:read", "show", "messages.task"),
    Operation(
        "PATCH",
        "/v1/tasks/{record_id}/mark_completed",
        "collection:write",
        "change",
        "messages.complete",
    ),
    Operation(
        "POST", "/v1/tasks/{record_id}/comment", "collection:write", "change", "notes.comment", 201
    ),
)
