"""Corrections of an invoice, and what was cancelled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Amount, _Instant
from saldo.edge.v1.bulk import push
from saldo.edge.v1.fields import Instant, Number
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import PAGE_ITEMS, PAGE_ITEMS_MAX, Body, Description, Query
from saldo.invoices.history import DeletedInvoice, InvoiceCorrection
from saldo.invoices.withdrawals import Cancellation
from saldo.money import format_amount

if TYPE_CHECKING:
    from saldo.edge.v1.answers import BulkAnswer
    from saldo.edge.v1.money import Ordered


class DeletedRecord(Body):
    """An invoice that you cancelled."""

    number: Annotated[Number, Field(description="The invoice's number; it is used up for good.")]
    reason: Annotated[Description, Field(description="Why, for the books.")] = ""
    erp_version: Annotated[
        int | None, Field(strict=True, ge=0, description="Your count of its versions.")
    ] = None
    erp_updated_at: Annotated[
        Instant | None, Field(description="When you cancelled it, by your clock.")
    ] = None


class DeletedPush(Body):
    """Cancelled invoices, each taken or refused by itself."""

    records: Annotated[list[DeletedRecord], Field(min_length=1, max_length=500)]


class DeletedQuery(Query):
    """What was cancelled lately."""

    updated_after: Annotated[
        Instant | None, Field(description="Only what was cancelled after this instant.")
    ] = None
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_ITEMS_MAX, description="Records per page.")] = (
        PAGE_ITEMS
    )


class CorrectedField(TypedDict):
    """One field, before and after, as texts."""

    field: str
    before: str | None
    after: str | None


class Correction(TypedDict):
    """One correction."""

    at: _Instant
    by: Annotated[str, Field(description="The key that sent it.")]
    version: Annotated[int, Field(description="Of the invoice, after it.")]
    erp_version: int | None
    erp_updated_at: _Instant | None
    changes: list[CorrectedField]


class Corrections(TypedDict):
    """The corrections of an invoice."""

    number: str
    items: Annotated[list[Correction], Field(description="The oldest first.")]


class Deleted(TypedDict):
    """A cancelled invoice."""

    number: str
    account: str
    currency: str
    amount: _Amount
    deleted_at: _Instant
    by: str
    reason: str


class DeletedPage(TypedDict):
    """Cancelled invoices, those first that were cancelled longest ago."""

    items: list[Deleted]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


def corrections(order: Ordered, number: str) -> Corrections:
    """Return the corrections of an invoice; raise InvoiceUnknown."""
    store = order.services.store
    invoice = reads.invoice(store, order.creditor.id, number)
    found = store.list(InvoiceCorrection, *invoice.key)
    return {"number": number, "items": [_correction(one) for one in found]}


def cancel(order: Ordered, body: Any) -> BulkAnswer:
    """Cancel invoices, each by itself; raise what is wrong with the body as a whole."""
    take = partial(order.services.withdrawals.cancel_many, by=order.by)
    return push(body, partial(_cancellation, creditor=order.creditor.id), take)


def deleted(order: Ordered, asked: DeletedQuery) -> DeletedPage:
    """Return what was cancelled within ninety days; raise CursorNotValid."""
    services = order.services
    now = services.clock.now()
    found = reads.changed(services.store, DeletedInvoice, order.creditor.id, asked, now)
    # The table forgets some time after the ninety days, not at once.
    items = [_deleted(one) for one in found.items if one.gone_at > now]
    return {"items": items, "cursor": found.cursor}


def _cancellation(value: Any, creditor: str) -> Cancellation:
    sent = read(DeletedRecord, value)
    return Cancellation(creditor, sent.number, sent.reason, sent.erp_version, sent.erp_updated_at)


def _correction(one: InvoiceCorrection) -> Correction:
    return {
        "at": iso_instant(one.at),
        "by": one.by,
        "version": one.invoice_version,
        "erp_version": one.erp_version,
        "erp_updated_at": iso_instant(one.erp_updated_at) if one.erp_updated_at else None,
        "changes": [
            {"field": part.field, "before": part.before, "after": part.after}
            for part in one.changes
        ],
    }


def _deleted(one: DeletedInvoice) -> Deleted:
    return {
        "number": one.number,
        "account": one.account,
        "currency": one.currency,
        "amount": format_amount(one.amount_minor, one.currency),
        "deleted_at": iso_instant(one.at),
        "by": one.by,
        "reason": one.reason,
    }
