"""Payments as its callers read them: one per invoice that money went to, and the transactions of
payment providers behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from saldo.accounts.service import InvoiceUnknown
from saldo.clock import iso_instant
from saldo.edge.payt import lists
from saldo.edge.payt.invoices import by_identifier, since_of
from saldo.edge.payt.lists import Row, latest
from saldo.edge.payt.wire import Asked, RecordUnknown, id_of, parts_of, sparse
from saldo.edge.v1 import reads
from saldo.edge.v1.money import Ordered
from saldo.events import Event
from saldo.invoices.model import Allocation
from saldo.money import format_amount
from saldo.payments.look import PaymentView, find_payment, payments_on
from saldo.payments.model import BOOKED_BY_ERP, Payment
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.treasury import COUNTER

_PAID: Final = frozenset({"payment.settled", "payment.allocated", "payment.transferred"})
_TAKEN_BACK: Final = frozenset({"payment.deallocated", "payment.charged_back", "payment.returned"})
_TRANSACTIONS: Final = frozenset(
    {
        "payment.started",
        "payment.processing",
        "payment.settled",
        "payment.failed",
        "payment.charged_back",
        "payment.chargeback_reversed",
        "refund.done",
    }
)
_STATES: Final = {
    "intended": "pending",
    "open": "pending",
    "processing": "processing",
    "settled": "paid",
    "failed": "failed",
    "cancelled": "cancelled",
}
_ON_REQUEST: Final = frozenset({"psp_transaction"})
_SOURCE: Final = "payment#"


def listed(order: Ordered, asked: Asked) -> Row:
    """Return payments by id or invoice, else those that came or moved; raise CursorNotValid."""
    named = _named(order, asked)
    if named is not None:
        after = asked.updated_after
        rows = [row for view in named for row in _rows(order, view, None)]
        rows = [row for row in rows if _is_wanted(order, row, asked, after)]
        return lists.answered((rows, None), asked, _ON_REQUEST)

    def rows_of(one: Event) -> Iterable[Row]:
        view = _view_of(order, one)
        return [] if view is None else _rows(order, view, one.at)

    found = lists.told_of(order, asked, _PAID, rows_of)
    return lists.answered(found, asked, _ON_REQUEST)


def _is_wanted(order: Ordered, row: Row, asked: Asked, after: datetime | None) -> bool:
    ids = asked.names("ids")
    if ids is not None and row["id"] not in ids:
        return False
    numbers = _numbers(order, asked)
    if numbers is not None and parts_of(row["invoice_id"], 2)[1] not in numbers:
        return False
    return after is None or row["updated_at"] > iso_instant(after)


def _numbers(order: Ordered, asked: Asked) -> set[str] | None:
    numbers, identifiers = asked.names("invoice_numbers"), asked.names("invoice_identifiers")
    if numbers is None and identifiers is None:
        return None
    return {*(numbers or ()), *by_identifier(order, identifiers or ())}


def _named(order: Ordered, asked: Asked) -> list[PaymentView] | None:
    store, creditor = order.services.store, order.creditor.id
    ids, numbers = asked.names("ids"), _numbers(order, asked)
    cases = asked.names("credit_case_ids")
    if ids is None and numbers is None and cases is None:
        return None
    accounts = [parts_of(one, 4)[0] for one in ids or ()]
    for number in sorted(numbers or ()):
        try:
            accounts.append(reads.invoice(store, creditor, number).account)
        except InvoiceUnknown:
            continue
    accounts += [parts_of(one, 2)[0] for one in cases or ()]
    return [view for name in dict.fromkeys(accounts) for view in payments_on(store, creditor, name)]


def _view_of(order: Ordered, one: Event) -> PaymentView | None:
    """Return the payment that an event is about; None for credit of another origin."""
    source = str(one.data.get("source", ""))
    id_ = one.data.get("payment") or source.removeprefix(_SOURCE)
    if not id_ or (not one.data.get("payment") and not source.startswith(_SOURCE)):
        return None
    try:
        return find_payment(order.services.store, order.creditor.id, str(id_))
    except PaymentUnknown:
        return None


def _rows(order: Ordered, view: PaymentView, at: datetime | None) -> list[Row]:
    """Render what a payment paid, invoice by invoice, without what was taken back."""
    standing = [one for one in view.allocations if one.reversed_at is None]
    return [_row(order, view, one, at or one.allocated_at) for one in standing]


def _row(order: Ordered, view: PaymentView, made: Allocation, at: datetime) -> Row:
    found = view.payment
    amount = format_amount(made.parts.total, made.currency)
    return {
        "id": _id(made),
        "administration_id": order.creditor.id,
        "invoice_id": id_of(made.account, made.invoice),
        "total_amount": amount,
        "total_book_amount": amount,
        "payment_date": (found.received_on or made.allocated_at.date()).isoformat(),
        "cost_type": "principal" if made.principal_minor else "administration_costs",
        "description": None,
        "reason": made.reason or None,
        "reversal_code": None,
        "transaction_type": "payment",
        "payment_method": found.method or "unknown",
        "updated_at": iso_instant(at),
        "psp_transaction": None if found.provider == COUNTER else _transaction(order, view, at),
    }


def _id(made: Allocation) -> str:
    return id_of(made.account, made.source, made.invoice, str(made.number))


def deleted(order: Ordered, asked: Asked) -> Row:
    """Return what was taken off invoices again within ninety days: money that came back, and what
    was allocated otherwise. Raises ParameterNotValid or CursorNotValid.
    """
    since, before = since_of(order, asked), asked.deleted_before

    def rows_of(one: Event) -> Iterable[Row]:
        view = _view_of(order, one) if one.type in _TAKEN_BACK else None
        return [
            {
                "id": _id(made),
                "administration_id": order.creditor.id,
                "invoice_id": id_of(made.account, made.invoice),
                "origin_identifier": view.payment.id if view else "",
                "deleted_at": iso_instant(made.reversed_at),
            }
            for made in (view.allocations if view else ())
            if made.reversed_at is not None
            and made.reversed_at > since
            and (before is None or made.reversed_at < before)
        ]

    def rows(events: Sequence[Event]) -> Iterable[Row]:
        return list({row["id"]: row for one in events for row in rows_of(one)}.values())

    return lists.answered(lists.changed(order, Event, asked, rows, since), asked)


def transactions(order: Ordered, asked: Asked) -> Row:
    """Return payments that went through a provider, as they are now; raise CursorNotValid."""
    methods, statuses = asked.names("payment_methods"), asked.names("statuses")

    def fits(row: Row) -> bool:
        return (methods is None or row["payment_method"] in methods) and (
            statuses is None or row["status"] in statuses
        )

    def rows_of(one: Event) -> Iterable[Row]:
        view = _view_of(order, one)
        rows = _transactions(order, view, one.at) if view is not None else []
        return [row for row in rows if fits(row)]

    ids = asked.names("ids")
    if ids is not None:
        rows = [row for one in ids for row in _by_id(order, one)]
        return lists.answered(([row for row in rows if fits(row)], None), asked)
    return lists.answered(lists.told_of(order, asked, _TRANSACTIONS, rows_of), asked)


def transaction(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one payment that went through a provider; raise RecordUnknown."""
    for row in _by_id(order, id_):
        return sparse(row, asked.only)
    raise RecordUnknown("There is no transaction of that id.")


def _by_id(order: Ordered, id_: str) -> list[Row]:
    (payment,) = parts_of(id_, 1)
    try:
        view = find_payment(order.services.store, order.creditor.id, payment)
    except PaymentUnknown:
        return []
    found = view.payment
    moved = [one.reversed_at or one.allocated_at for one in view.allocations]
    at = latest(found.created_at, found.settled_at, found.ended_at, *moved)
    return _transactions(order, view, at)


def _transactions(order: Ordered, view: PaymentView, at: datetime) -> list[Row]:
    own = view.payment.provider == COUNTER or view.payment.method == BOOKED_BY_ERP
    return [] if own else [_transaction(order, view, at)]


def _transaction(order: Ordered, view: PaymentView, at: datetime) -> Row:
    found = view.payment
    amount = format_amount(found.amount_minor, found.currency)
    numbers = [*found.invoices, *(made.invoice for made in view.allocations)]
    return {
        "id": id_of(found.id),
        "administration_id": order.creditor.id,
        "debtor_id": id_of(view.account),
        "invoice_ids": [id_of(view.account, number) for number in dict.fromkeys(numbers)],
        "status": _status(view, found),
        "payment_method": found.method or "unknown",
        "currency_code": found.currency,
        "amount": amount,
        "book_amount": amount,
        "bank_account_name": None,
        "bank_account_number": None,
        "reversal_code": found.returned.reason if found.returned and found.is_returned else None,
        "paid_at": iso_instant(found.settled_at) if found.settled_at else None,
        "updated_at": iso_instant(at),
    }


def _status(view: PaymentView, found: Payment) -> str:
    if found.is_returned:
        return "charged_back"
    given = sum(one.amount_minor for one in view.refunds if one.state == "done")
    if found.state == "settled" and given >= found.amount_minor > 0:
        return "refunded"
    return _STATES[found.state]
