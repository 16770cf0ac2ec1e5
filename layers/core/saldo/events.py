"""Events: facts in the past tense that other parts, the timeline and the ERP react to.

An event is written in the transaction of the fact it tells (transactional outbox). Consumers see
it at least once and in any order: they reread the state and deduplicate by `id` without expiry.
The data of each type is documented by the JSON Schema of the same name in `event_schemas/`.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

EventType = Literal[
    "account.changed",
    "account.steered",
    "account.corrected",
    "account.behaviour_changed",
    "contact.confirm_asked",
    "contact.disowned",
    "thread.asked",
    "thread.answered",
    "thread.closed",
    "thread.reopened",
    "thread.assigned",
    "message.written",
    "mail.received",
    "mail.filed",
    "mail.closed",
    "invoice.issued",
    "invoice.changed",
    "invoice.closed",
    "invoice.charged",
    "invoice.discounted",
    "invoice.written_off",
    "invoice.withdrawn",
    "invoice.reopened",
    "credit_note.applied",
    "payment.started",
    "payment.processing",
    "payment.settled",
    "payment.failed",
    "payment.unmatched",
    "payment.allocated",
    "payment.deallocated",
    "payment.charged_back",
    "payment.chargeback_reversed",
    "payment.transferred",
    "refund.promised",
    "refund.done",
    "refund.failed",
    "payout.booked",
    "payout.differs",
    "payout.returned",
    "bank_statement.taken",
    "bank_entry.booked",
    "bank_entry.matched",
    "bank_entry.reversed",
    "bank_entry.returned",
    "notice.drawn",
    "notice.claimed",
    "notice.sent",
    "notice.delivered",
    "notice.failed",
    "notice.bounced",
    "notice.complained",
    "notice.unknown",
    "link.opened",
    "file.kept",
    "document.judged",
    "invoice.copy_requested",
    "optout.given",
    "optout.taken_back",
    "sending.stopped",
    "sending.resumed",
    "hold.placed",
    "hold.ended",
    "mandate.requested",
    "mandate.active",
    "mandate.ended",
    "payment.scheduled",
    "payment.schedule_ended",
    "transfer.announced",
    "plan.agreed",
    "plan.missed",
    "plan.finished",
    "plan.cancelled",
    "plan.proposed",
    "promise.given",
    "promise.kept",
    "promise.part_kept",
    "promise.broken",
    "promise.withdrawn",
    "paid_claim.made",
    "paid_claim.confirmed",
    "paid_claim.unfounded",
    "paid_claim.withdrawn",
    "dispute.opened",
    "dispute.settled",
    "dispute.rejected",
    "dispute.withdrawn",
    "dispute.overdue",
    "dispute.assigned",
    "case.opened",
    "case.changed",
    "portal.user_changed",
    "user.changed",
    "user.signed_in",
    "approval.asked",
    "approval.granted",
    "approval.declined",
    "approval.limits_set",
    "desk.changed",
    "note.added",
    "call.logged",
    "task.opened",
    "task.closed",
    "work.assigned",
    "work.snoozed",
    "work.done",
    "work.handed_over",
    "work.rules_changed",
    "service.stop_requested",
    "service.released",
    "connection.changed",
    "connection.differs",
    "erp_order.taken",
    "erp_order.refused",
    "access.viewed",
    "privacy.export_asked",
    "privacy.exported",
    "privacy.erasure_asked",
    "privacy.erased",
    "privacy.lifted",
    "creditor.changed",
    "setting.changed",
    "watcher.added",
    "watcher.ended",
    "sending.switched",
    "key.created",
    "key.revoked",
    "webhook.changed",
    "policy.put",
    "suggestion.made",
    "suggestion.accepted",
    "suggestion.declined",
    "text.put",
    "limit.changed",
    "limit.proposed",
    "limit.declined",
    "limit.exceeded",
    "limit.restored",
    "order_block.set",
    "order_block.released",
    "terms.proposed",
    "terms.declined",
    "terms.shortened",
    "terms.restored",
    "credit_rules.changed",
    "credit.report_changed",
    "credit_data.rules_changed",
    "company.matched",
    "insolvency.noticed",
    "risk.class_changed",
]

OPEN_ITEM_EVENTS: Final[frozenset[str]] = frozenset(
    {
        "invoice.issued",
        "invoice.changed",
        "invoice.closed",
        "invoice.charged",
        "invoice.discounted",
        "invoice.written_off",
        "invoice.withdrawn",
        "invoice.reopened",
        "credit_note.applied",
        "payment.settled",
        "payment.allocated",
        "payment.deallocated",
        "payment.charged_back",
        "payment.chargeback_reversed",
    }
)
"""Facts that change what stands open."""

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""What ties one request's events, logs and mails together; set at the edge, never decided on."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an account.

    `account` is "~" for facts about the creditor as a whole. `relayed` turns true once the bus has
    taken the event; until then the event is found by its work entry.
    """

    creditor: str
    account: str
    id: str
    type: EventType
    at: datetime
    data: dict[str, Any] = field(hash=False)
    correlation: str = ""
    version: int = 1
    relayed: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.at.strftime("%Y%m"), self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return None if self.relayed else ("event", self.creditor, self.at)

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.at)


REPUBLISH_AFTER = timedelta(minutes=15)
"""An event that the bus has not taken for this long is published again."""


def event(
    id_: str, at: datetime, type_: EventType, creditor: str, account: str, **data: Any
) -> Event:
    """Return a new event under the present correlation id; `data` is plain data."""
    return Event(creditor, account, id_, type_, at, data, correlation_id.get())
